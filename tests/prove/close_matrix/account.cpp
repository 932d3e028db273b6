#include "account.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace schannix::prove {

std::string long_text() {
  std::string made(40000, ' ');
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + i % 26);
  return made;
}

std::uint32_t check_of(std::string_view bytes) {
  std::uint32_t check = 0;
  for (const char one : bytes) check = check * 31 + static_cast<unsigned char>(one);
  return check;
}

account account_in(const std::string& output) {
  const auto start = output.rfind("{\"");
  if (start == std::string::npos) throw std::runtime_error("the peer gives no account, but says: " + output);
  const auto said = nlohmann::json::parse(output.substr(start, output.find('\n', start) - start));
  return {said.at("peer"), said.at("handshake"), said.at("received"), said.at("check"),
          said.at("end"),  said.at("late"),      said.at("why")};
}

namespace {

std::string read_question(test::socket& line) {
  std::string text;
  while (text.size() < question.size())
    if (line.receive(text) != test::transport::open) throw std::runtime_error("no question comes through");
  return text.substr(question.size());
}

void read_to_end(test::socket& line, std::string text, account& seen) {
  test::transport now = test::transport::open;
  while (now == test::transport::open) now = line.receive(text);
  seen.received = text.size();
  seen.check = check_of(text);
  seen.end = now == test::transport::reset ? "error" : "end";
}

}  // namespace

account play_plainly(test::socket line, const std::string& part) {
  account seen;
  const std::string more = read_question(line);
  seen.handshake = true;
  line.send(answer);
  if (part == "wait") line.end_sending();
  if (part == "wait" || part == "read" || part == "late") read_to_end(line, more, seen);
  if (part == "late") seen.late = line.send(too_late) ? "written" : "refused";
  if (part == "write") line.send(long_text());
  return seen;
}

}  // namespace schannix::prove
