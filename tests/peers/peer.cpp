#include "peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace schannix::peers {

void fail(const std::string& what) { throw std::runtime_error(what); }

std::string file_content(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  must(file.good(), "no such file");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string der_of(const std::string& pem) {
  const auto begin = pem.find('\n', pem.find("-----BEGIN")) + 1;
  const auto end = pem.find("-----END", begin);
  must(begin != 0 && end != std::string::npos, "no PEM object");
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string der;
  unsigned bits = 0, held = 0;
  for (const char letter : pem.substr(begin, end - begin)) {
    const auto value = alphabet.find(letter);
    if (value == std::string_view::npos) continue;
    held = held << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    der.push_back(static_cast<char>(held >> bits & 0xFF));
  }
  return der;
}

long receive_some(int socket, void* into, std::size_t room) { return recv(socket, into, room, 0); }
long send_some(int socket, const void* from, std::size_t size) { return send(socket, from, size, MSG_NOSIGNAL); }

namespace {

constexpr std::size_t question_size = 8, long_size = 40000;

// What the program says at its end.
struct account {
  bool handshake = false;
  std::size_t received = 0;  // after the question
  std::uint32_t check = 0;   // of these bytes: h = 31 h + byte
  ending end = ending::none;
  std::string why;
  const char* late = "";
};

std::string escaped(const std::string& text) {
  std::string made;
  for (const char one : text) made += one == '"' || one == '\\' || static_cast<unsigned char>(one) < ' ' ? ' ' : one;
  return made;
}

void say(const account& seen) {
  constexpr std::array<const char*, 4> names{"", "close_notify", "fin", "error"};
  std::printf(
      "{\"peer\":\"%s\",\"handshake\":%s,\"received\":%zu,\"check\":%u,\"end\":\"%s\",\"late\":\"%s\",\"why\":\"%s\"}"
      "\n",
      escaped(stack_version()).c_str(), seen.handshake ? "true" : "false", seen.received, seen.check,
      names.at(static_cast<std::size_t>(seen.end)), seen.late, escaped(seen.why).c_str());
}

std::string long_text() {
  std::string made(long_size, ' ');
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + i % 26);
  return made;
}

void read_to_end(stack& peer, account& seen) {
  std::array<char, 16384> part{};
  while (seen.end == ending::none) {
    const reading now = peer.read(part.data(), part.size());
    for (const char one : std::string_view(part.data(), now.size))
      seen.check = seen.check * 31 + static_cast<unsigned char>(one);
    seen.received += now.size;
    seen.end = now.size == 0 ? now.end : ending::none;
    seen.why = now.why;
  }
}

void read_question(stack& peer) {
  std::array<char, question_size> question{};
  for (std::size_t have = 0; have < question.size();) {
    const reading now = peer.read(question.data() + have, question.size() - have);
    if (now.size == 0) fail("no question: " + now.why);
    have += now.size;
  }
}

void play(stack& peer, const std::string& scenario, account& seen) {
  peer.handshake();
  seen.handshake = true;
  read_question(peer);
  if (!peer.write("answer")) seen.late = "refused";  // this stack has read our close_notify already
  if (scenario == "wait") {
    peer.close_write();
    return read_to_end(peer, seen);
  }
  if (scenario == "read" || scenario == "late") read_to_end(peer, seen);
  if (scenario == "late") seen.late = peer.write("too late") ? "written" : "refused";
  if (scenario == "write") must(peer.write(long_text()), "the long text is refused");
  peer.close();
}

int connected(std::uint16_t port) {
  const int file = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int on = 1;
  must(setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
           ::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
       "no connection");
  return file;
}

}  // namespace

int run(int count, char** values) {
  account seen;
  try {
    must(count == 7, "usage: peer ROLE VERSION SCENARIO PORT CERTIFICATE KEY");
    job wanted{std::string_view(values[1]) == "server",
               std::string_view(values[2]) == "1.3",
               values[3],
               static_cast<std::uint16_t>(std::stoi(values[4])),
               values[5],
               values[6]};
    wanted.socket = connected(wanted.port);
    const auto peer = make_stack(wanted);
    play(*peer, wanted.scenario, seen);
    ::close(wanted.socket);  // before the stack's own cleaning up
  } catch (const std::exception& error) {
    seen.end = ending::error;
    seen.why = error.what();
  }
  say(seen);
  return seen.handshake ? 0 : 1;
}

}  // namespace schannix::peers

int main(int count, char** values) {
  std::signal(SIGPIPE, SIG_IGN);
  alarm(60);  // should nobody end it
  return schannix::peers::run(count, values);
}
