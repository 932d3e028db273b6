// TCP on 127.0.0.1 for tests. Every wait has a time limit and throws when it passes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace schannix::test {

class descriptor {
 public:
  explicit descriptor(int number = -1) : number_(number) {}
  descriptor(descriptor&& from) noexcept : number_(std::exchange(from.number_, -1)) {}
  descriptor& operator=(descriptor&& from) noexcept {
    std::swap(number_, from.number_);
    return *this;
  }
  ~descriptor() { close(); }

  int get() const { return number_; }
  void close();

 private:
  int number_;
};

// A moment after which a test gives up.
class deadline {
 public:
  explicit deadline(std::chrono::milliseconds from_now = std::chrono::seconds(10))
      : at_(std::chrono::steady_clock::now() + from_now) {}
  bool passed() const { return milliseconds_left() == 0; }
  int milliseconds_left() const;
  bool wait_readable(int file) const;  // false: the time has passed

 private:
  std::chrono::steady_clock::time_point at_;
};

enum class transport { open, ended, reset };  // reset: the other side's kernel threw our bytes away

class socket {
 public:
  explicit socket(descriptor file) : file_(std::move(file)) {}
  int get() const { return file_.get(); }

  bool send(std::string_view bytes);     // false: the other side takes nothing any more
  transport receive(std::string& into);  // waits for something
  void end_sending();                    // FIN
  void close() { file_.close(); }

 private:
  descriptor file_;
};

class listener {
 public:
  listener();
  std::uint16_t port() const { return port_; }
  int get() const { return file_.get(); }
  socket accept();

 private:
  descriptor file_;
  std::uint16_t port_ = 0;
};

std::optional<socket> try_connect(std::uint16_t port);
socket connect(std::uint16_t port);

// Free a moment ago: for programs that cannot be told "any port". Whoever uses it tries again with another.
std::uint16_t free_port();

}  // namespace schannix::test
