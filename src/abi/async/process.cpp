#include "abi/async/process.hpp"

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "abi/runtime.hpp"

namespace schannix::abi::async {
namespace {

std::atomic<calls*> now{nullptr};

void before_fork() {
  if (calls* const ours = now.load()) ours->lock();
}

void in_parent() {
  if (calls* const ours = now.load()) ours->unlock();
}

// The parent's threads do not exist here, and its lock and those who slept at it cannot be trusted: all of it is left
// alone. Without memory for another one there are no asynchronous calls in this process.
void in_child() {
  if (const calls* const parents = now.load()) now.store(new (std::nothrow) calls(*parents));
}

// OpenSSL frees what calls use in an exit handler of its own: this one is registered later, and so runs before it.
void at_exit() {
  if (calls* const ours = now.load()) ours->stop();
}

bool set_up() {
  the_runtime();
  if (std::atexit(at_exit) != 0 || pthread_atfork(before_fork, in_parent, in_child) != 0) throw std::bad_alloc();
  now.store(new calls);
  return true;
}

}  // namespace

calls& the_calls() {
  [[maybe_unused]] static const bool done =
      set_up();  // an exception is thrown to one caller, and tried again by the next
  calls* const ours = now.load();
  if (ours == nullptr) throw std::bad_alloc();
  return *ours;
}

}  // namespace schannix::abi::async
