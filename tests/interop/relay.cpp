#include "interop/relay.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace schannix::test::interop {

relay::relay(std::uint16_t target, side victim)
    : target_(target), victim_(victim), wake_(eventfd(0, EFD_CLOEXEC)), worker_([this] { run(); }) {}

relay::~relay() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto woken = ::write(wake_.get(), &one, sizeof one);
  worker_.join();
}

void relay::cut_after(long bytes) { left_ = bytes; }

void relay::run() {
  pollfd waiting[] = {{entrance_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  poll(waiting, 2, -1);
  if (waiting[1].revents != 0) return;
  socket near = entrance_.accept();
  auto far = try_connect(target_);
  // A server that is not ready yet: the one who connects sees an end and tries again.
  while (!far && poll(&waiting[1], 1, 5) == 0) far = try_connect(target_);
  if (!far) return;
  carry({near, *far, victim_ == side::accepting}, {*far, near, victim_ == side::connecting});
}

void relay::carry(way there, way back) {
  pollfd waiting[] = {{there.from.get(), POLLIN, 0}, {back.from.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    poll(waiting, 3, -1);
    if (waiting[2].revents != 0) return;
    if (waiting[0].revents != 0 && !pass(there)) waiting[0].fd = -1;
    if (waiting[1].revents != 0 && !pass(back)) waiting[1].fd = -1;
  }
}

// False: nothing more comes this way. After the cut both ways are still drained, so that each side sees FIN, not RST.
bool relay::pass(const way& along) {
  std::string bytes;
  const transport came = along.from.receive(bytes);
  if (came != transport::open) {
    along.to.end_sending();
    return false;
  }
  const long left = left_;
  if (left == 0) return true;
  if (!along.limited || left == unlimited) {
    along.to.send(bytes);
    return true;
  }
  const long now = std::min<long>(left, static_cast<long>(bytes.size()));
  along.to.send(std::string_view(bytes).substr(0, static_cast<std::size_t>(now)));
  left_ = left - now;
  if (left_ == 0) along.to.end_sending(), along.from.end_sending();
  return true;
}

}  // namespace schannix::test::interop
