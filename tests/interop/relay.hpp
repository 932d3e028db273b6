// A TCP relay between us and the peer that can lose a connection on purpose: from a given moment it passes a few more
// bytes towards one side, then ends both connections with FIN. TLS knows nothing of it, so no close_notify is sent.
#pragma once

#include <atomic>
#include <thread>

#include "support/socket.hpp"

namespace schannix::test::interop {

class relay {
 public:
  enum class side { connecting, accepting };  // who connects to the relay, and whom the relay connects to

  relay(std::uint16_t target, side victim);
  ~relay();
  std::uint16_t port() const { return entrance_.port(); }
  void cut_after(long bytes);  // of those that go to the victim from now on

 private:
  struct way {
    socket& from;
    socket& to;
    bool limited;
  };
  void run();
  void carry(way one_way, way other_way);
  bool pass(const way& along);

  static constexpr long unlimited = -1;
  listener entrance_;
  const std::uint16_t target_;
  const side victim_;
  std::atomic<long> left_ = unlimited;
  descriptor wake_;  // readable: the relay is no longer needed
  std::thread worker_;
};

}  // namespace schannix::test::interop
