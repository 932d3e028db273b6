#include "sockets.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <future>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace tool {

namespace {

using address_list = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

[[noreturn]] void fail(int error, const std::string& doing) {
  throw std::system_error(error, std::system_category(), doing);
}

struct resolved {
  int error = 0;
  address_list addresses{nullptr, freeaddrinfo};
};

resolved resolve_now(const endpoint& where, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found);
  return {error, address_list(error == 0 ? found : nullptr, freeaddrinfo)};
}

// getaddrinfo knows no deadline. So a thread of its own waits for it, and is left behind when the time is up; what it
// works on is its own.
resolved resolve_in_time(const endpoint& where, int flags, deadline until) {
  std::promise<resolved> promise;
  auto answer = promise.get_future();
  std::thread([promise = std::move(promise), where, flags]() mutable {
    promise.set_value(resolve_now(where, flags));
  }).detach();
  if (answer.wait_until(until) == std::future_status::ready) return answer.get();
  throw std::runtime_error(where.host + ": the name server does not answer in time");
}

address_list checked(resolved found, const endpoint& where) {
  if (found.error != 0) throw std::runtime_error(where.host + ":" + where.port + ": " + gai_strerror(found.error));
  return std::move(found.addresses);
}

std::string text_of(const sockaddr* address, socklen_t size) {
  char host[NI_MAXHOST], port[NI_MAXSERV];
  const int flags = NI_NUMERICHOST | NI_NUMERICSERV;
  if (getnameinfo(address, size, host, sizeof host, port, sizeof port, flags) != 0) return "?";
  const std::string name(host);
  return (name.find(':') != std::string::npos ? "[" + name + "]" : name) + ":" + port;
}

unique_fd socket_for(const addrinfo& address) {
  unique_fd made(socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!made) fail(errno, "socket");
  return made;
}

void send_at_once(const unique_fd& socket) {
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// 0, or the errno of the attempt.
int try_connect(const unique_fd& socket, const addrinfo& address, deadline until) {
  if (connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{socket.get(), POLLOUT, 0};
  const int ready = poll(&waiting, 1, poll_timeout(until));
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

bool is_port(const std::string& text) {
  const bool digits = !text.empty() && text.size() <= 5 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::stoi(text) <= 65535;
}

}  // namespace

int poll_timeout(deadline until) {
  if (until == deadline::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::int64_t{24} * 3600 * 1000));
}

unique_fd::~unique_fd() {
  if (fd_ >= 0) close(fd_);
}

endpoint parse_endpoint(const std::string& text, const std::string& default_port) {
  endpoint where{text, default_port};
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string::npos) throw std::invalid_argument("'" + text + "': a ] is missing");
    where.host = text.substr(1, end - 1);
    if (end + 1 < text.size()) where.port = text[end + 1] == ':' ? text.substr(end + 2) : "?";
  } else if (std::count(text.begin(), text.end(), ':') == 1) {  // more of them: an IPv6 address without a port
    where.host = text.substr(0, text.find(':'));
    where.port = text.substr(text.find(':') + 1);
  }
  if (where.host.empty()) throw std::invalid_argument("'" + text + "': the host is missing");
  if (!is_port(where.port)) throw std::invalid_argument("'" + text + "': the port must be a number up to 65535");
  return where;
}

endpoint parse_listen_address(const std::string& text) {
  if (is_port(text)) return {"127.0.0.1", text};
  return parse_endpoint(text.rfind(':', 0) == 0 ? "0.0.0.0" + text : text, "");
}

connected connect_to(const endpoint& where, deadline until) {
  const auto addresses = checked(resolve_in_time(where, AI_ADDRCONFIG, until), where);
  int error = 0;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    auto socket = socket_for(*each);
    error = try_connect(socket, *each, until);
    if (error != 0) continue;
    send_at_once(socket);
    return {std::move(socket), text_of(each->ai_addr, each->ai_addrlen)};
  }
  fail(error, where.host + ":" + where.port);
}

connected listen_on(const endpoint& where) {
  const auto addresses = checked(resolve_now(where, AI_PASSIVE | AI_NUMERICHOST), where);
  auto socket = socket_for(*addresses);
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto& address = *addresses;
  if (bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 || listen(socket.get(), SOMAXCONN) != 0)
    fail(errno, where.host + ":" + where.port);
  sockaddr_storage taken{};
  socklen_t size = sizeof taken;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&taken), &size);
  return {std::move(socket), text_of(reinterpret_cast<const sockaddr*>(&taken), size)};
}

connected accept_from(const unique_fd& listener) {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  unique_fd socket(accept4(listener.get(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) return {};
  send_at_once(socket);
  return {std::move(socket), text_of(reinterpret_cast<const sockaddr*>(&from), size)};
}

unique_fd stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  unique_fd made(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!made) fail(errno, "signalfd");
  return made;
}

}  // namespace tool
