#include "starttls.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "terminal.hpp"

namespace tool {

namespace {

constexpr std::size_t longest_line = 65536;

// The plaintext, with a deadline.
class plain_talk {
 public:
  plain_talk(const unique_fd& socket, deadline until) : socket_(socket), until_(until) {}

  void say(std::string_view text);
  std::string line();                   // without its end
  std::string take(std::size_t count);  // exactly so many bytes
  std::string reply();                  // of SMTP and FTP: the last line of "250-more", "250 last"
  bool quiet() const { return waiting_.empty(); }

 private:
  void wait(short events) const;
  void read_more();

  const unique_fd& socket_;
  deadline until_;
  std::string waiting_;
};

void plain_talk::wait(short events) const {
  pollfd waiting{socket_.get(), events, 0};
  if (poll(&waiting, 1, poll_timeout(until_)) <= 0) throw starttls_refused("it does not answer in time");
}

void plain_talk::say(std::string_view text) {
  while (!text.empty()) {
    wait(POLLOUT);
    const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) throw starttls_refused("it ends the connection");
    if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void plain_talk::read_more() {
  wait(POLLIN);
  std::array<char, 4096> buffer;
  const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) throw starttls_refused("it ends the connection");
  waiting_.append(buffer.data(), static_cast<std::size_t>(count));
  if (waiting_.size() > longest_line) throw starttls_refused("it sends lines without end");
}

std::string plain_talk::line() {
  while (waiting_.find('\n') == waiting_.npos) read_more();
  const auto end = waiting_.find('\n');
  std::string found = waiting_.substr(0, end);
  waiting_.erase(0, end + 1);
  if (found.ends_with('\r')) found.pop_back();
  return found;
}

std::string plain_talk::take(std::size_t count) {
  while (waiting_.size() < count) read_more();
  std::string found = waiting_.substr(0, count);
  waiting_.erase(0, count);
  return found;
}

std::string plain_talk::reply() {
  std::string last = line();
  while (last.size() > 3 && last[3] == '-') last = line();
  return last;
}

void expect(const std::string& answer, std::string_view start) {
  if (!answer.starts_with(start)) throw starttls_refused("it says: " + printable(answer));
}

void smtp(plain_talk& with) {
  expect(with.reply(), "220");
  with.say("EHLO localhost\r\n");
  expect(with.reply(), "250");
  with.say("STARTTLS\r\n");
  expect(with.reply(), "220");
}

void imap(plain_talk& with) {
  expect(with.line(), "* OK");
  with.say("a STARTTLS\r\n");
  std::string answer = with.line();
  while (answer.starts_with("* ")) answer = with.line();
  expect(answer, "a OK");
}

void pop3(plain_talk& with) {
  expect(with.line(), "+OK");
  with.say("STLS\r\n");
  expect(with.line(), "+OK");
}

void ftp(plain_talk& with) {
  expect(with.reply(), "220");
  with.say("AUTH TLS\r\n");
  expect(with.reply(), "234");
}

void postgres(plain_talk& with) {
  with.say({"\0\0\0\x08\x04\xD2\x16\x2F", 8});
  if (with.take(1) != "S") throw starttls_refused("it says: no TLS here");
}

// One ExtendedRequest with the OID of StartTLS; of the answer, in BER, the result code counts.
void ldap(plain_talk& with) {
  constexpr std::string_view oid = "1.3.6.1.4.1.1466.20037";
  with.say(std::string("\x30\x1D\x02\x01\x01\x77\x18\x80\x16", 9) + std::string(oid));
  const auto byte = [&] { return static_cast<unsigned char>(with.take(1)[0]); };
  if (byte() != 0x30) throw starttls_refused("its answer is not LDAP");
  std::size_t size = byte();
  if (size > 0x84) throw starttls_refused("its answer is not LDAP");
  if (size >= 0x80) {
    std::size_t digits = size - 0x80;
    for (size = 0; digits > 0; --digits) size = size * 256 + byte();
  }
  if (size > longest_line) throw starttls_refused("its answer is too long");
  const std::string body = with.take(size);
  const auto code = body.find(std::string("\x0A\x01", 2));  // resultCode is the first ENUMERATED
  if (code == body.npos || code + 2 >= body.size()) throw starttls_refused("its answer is not LDAP");
  if (body[code + 2] != 0)
    throw starttls_refused("its result code is " + std::to_string(static_cast<unsigned char>(body[code + 2])));
}

}  // namespace

void start_tls(const unique_fd& socket, const std::string& protocol, deadline until) {
  plain_talk with(socket, until);
  if (protocol == "smtp") smtp(with);
  if (protocol == "imap") imap(with);
  if (protocol == "pop3") pop3(with);
  if (protocol == "ftp") ftp(with);
  if (protocol == "postgres") postgres(with);
  if (protocol == "ldap") ldap(with);
  if (!with.quiet()) throw starttls_refused("it sends more behind its answer, which anybody could have put there");
}

}  // namespace tool
