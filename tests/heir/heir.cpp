// A process that inherits a connection: its socket as a file that is open already, its state through standard input.
// What to do with it stands there too, line by line; what became of it goes to standard output.
//
//   import STATE UNREAD   in hexadecimal; "-" for nothing     -> "imported: " and what it is
//   say TEXT              a line of data                      -> "said"
//   await TEXT            until it has come                   -> "heard TEXT"
//   update                our keys                            -> "updated"
//   close                                                     -> "closed: ID", and this process ends
#include "heir/line.hpp"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>

namespace schannix::test {
namespace {

std::vector<std::byte> from_hexadecimal(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

class heir {
 public:
  explicit heir(int socket) : socket_(socket) {}

  // What to print.
  std::string follow(const std::string& order, const std::string& with) {
    if (order == "import") return "imported: " + import(with);
    if (order == "say") return line_->say(with + "\n"), "said";
    if (order == "await") return line_->await(with), "heard " + with;
    if (order == "update") return line_->update_keys(), "updated";
    if (order == "close") return "closed: " + line_->close().id();
    throw std::runtime_error("what order is " + order + "?");
  }

 private:
  std::string import(const std::string& both) {
    std::istringstream words(both);
    std::string state, unread;
    words >> state >> unread;
    line_.emplace(connection::import_state(from_hexadecimal(state)), socket_);
    std::string text = told(line_->tls());
    line_->feed(from_hexadecimal(unread));
    return text;
  }

  int socket_;
  std::optional<line> line_;
};

int run(int socket) {
  heir mine(socket);
  std::string text;
  while (std::getline(std::cin, text)) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string order = text.substr(0, space);
    std::cout << mine.follow(order, space == text.size() ? "" : text.substr(space + 1)) << std::endl;
    if (order == "close") return 0;
  }
  return 1;
}

}  // namespace
}  // namespace schannix::test

int main(int argc, char** argv) {
  try {
    return argc == 2 ? schannix::test::run(std::atoi(argv[1])) : 2;
  } catch (const std::exception& problem) {
    std::cout << "heir: " << problem.what() << std::endl;
    return 1;
  }
}
