// File descriptors and TCP, non-blocking. Errors of the system are std::system_error of std::system_category().
#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace tool {

using clock = std::chrono::steady_clock;
using deadline = clock::time_point;

inline deadline in_seconds(double seconds) {
  return clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
}

// For poll(): milliseconds until then, rounded up, at least 0; -1 (for ever) for deadline::max().
int poll_timeout(deadline until);

class unique_fd {
 public:
  unique_fd() = default;
  explicit unique_fd(int fd) : fd_(fd) {}
  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd();

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct endpoint {
  std::string host;
  std::string port;
};

// "host", "host:port", "[::1]:port", "::1". Throws std::invalid_argument.
endpoint parse_endpoint(const std::string& text, const std::string& default_port);
// "port", "address:port", "[::1]:port"; without an address 127.0.0.1. Throws std::invalid_argument.
endpoint parse_listen_address(const std::string& text);

struct connected {
  unique_fd socket;
  std::string address;  // "127.0.0.1:443"
};

connected connect_to(const endpoint& where, deadline until);
connected listen_on(const endpoint& where);        // address: with the port that was really taken
connected accept_from(const unique_fd& listener);  // socket empty: nobody is waiting any more

// SIGINT and SIGTERM as a descriptor to poll.
unique_fd stop_signals();

}  // namespace tool
