#include "abi/async/calls.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <thread>

namespace schannix::abi::async {
namespace {

// Handshakes keep a processor busy. With two threads a callback that waits does not stop everything.
std::size_t most_threads() { return std::clamp(std::thread::hardware_concurrency(), 2U, 16U); }

// A thread inherits the mask of its maker: the program's signals are not for ours, but for faults of the thread itself.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&blocked, fault);
    pthread_sigmask(SIG_SETMASK, &blocked, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

thread_local calls::position calls::here;

SspiAsyncContext* calls::create() {
  auto made = std::make_shared<context>();
  const std::lock_guard held(mutex_);
  made->name = reinterpret_cast<SspiAsyncContext*>(last_name_ + 1);
  contexts_.emplace(made->name, made);
  ++last_name_;
  return made->name;
}

SECURITY_STATUS calls::start(SspiAsyncContext* name, work made, needs what) {
  const std::lock_guard held(mutex_);
  const auto of = find(name);
  if (!of) return SEC_E_INVALID_HANDLE;
  if (of->now != phase::ready) return SEC_E_OUT_OF_SEQUENCE;
  if (stopped_) return SEC_E_SHUTDOWN_IN_PROGRESS;
  if (queue_.size() >= idle_) add_thread();
  queue_.push_back(of);
  of->made = std::move(made);
  of->what = what;
  of->now = phase::queued;
  queued_.notify_one();
  return SEC_E_OK;
}

SECURITY_STATUS calls::set_callback(SspiAsyncContext* name, SspiAsyncNotifyCallback callback, void* data) {
  const std::lock_guard held(mutex_);
  const auto of = find(name);
  if (!of) return SEC_E_INVALID_HANDLE;
  if (of->pending()) return SEC_E_OUT_OF_SEQUENCE;
  of->callback = callback;
  of->callback_data = data;
  return SEC_E_OK;
}

bool calls::has_callback(SspiAsyncContext* name) {
  const std::lock_guard held(mutex_);
  const auto of = find(name);
  return of && of->callback != nullptr;
}

SECURITY_STATUS calls::status(SspiAsyncContext* name) {
  const std::lock_guard held(mutex_);
  const auto of = find(name);
  if (!of) return SEC_E_INVALID_HANDLE;
  if (of->now == phase::ready) return SEC_E_OUT_OF_SEQUENCE;
  return of->pending() ? SEC_I_ASYNC_CALL_PENDING : of->result;
}

SECURITY_STATUS calls::reinit(SspiAsyncContext* name) {
  const std::lock_guard held(mutex_);
  const auto of = find(name);
  if (!of) return SEC_E_INVALID_HANDLE;
  if (of->pending()) return SEC_E_OUT_OF_SEQUENCE;
  of->now = phase::ready;
  return SEC_E_OK;
}

void calls::free(SspiAsyncContext* name) {
  std::unique_lock held(mutex_);
  const auto of = find(name);
  if (!of) return;
  contexts_.erase(name);
  of->callback = nullptr;
  if (of->what == needs::callers_memory) std::erase(queue_, of);
  const unsigned own = here.of == of.get() ? 1 : 0;
  changed_.wait(held, [&] { return of->inside == own; });
}

void calls::stop() {
  std::unique_lock held(mutex_);
  stopped_ = true;
  queue_.clear();
  const std::size_t own = here.in_call ? 1 : 0;
  changed_.wait(held, [&] { return in_call_ == own; });
}

std::shared_ptr<calls::context> calls::find(SspiAsyncContext* name) const {
  const auto found = contexts_.find(name);
  return found == contexts_.end() ? nullptr : found->second;
}

// Counted as idle from the start: it comes for what is put into the queue next.
void calls::add_thread() {
  if (threads_ == most_threads()) return;
  const signals_blocked for_the_new_thread;
  try {
    std::thread([this] { serve(); }).detach();
  } catch (const std::system_error&) {
    if (threads_ == 0) throw std::bad_alloc();
    return;  // those that are there will come to it
  }
  ++threads_;
  ++idle_;
}

void calls::serve() {
  pthread_setname_np(pthread_self(), "schannix-async");
  std::unique_lock held(mutex_);
  for (;;) {
    queued_.wait(held, [&] { return !queue_.empty(); });
    const auto of = std::move(queue_.front());
    queue_.pop_front();
    --idle_;
    make(held, *of);
    ++idle_;
  }
}

void calls::make(std::unique_lock<std::mutex>& held, context& of) {
  of.now = phase::running;
  const work made = std::move(of.made);
  ++of.inside;
  ++in_call_;
  here = {&of, true};
  held.unlock();
  const SECURITY_STATUS said = made();
  held.lock();
  here.in_call = false;
  --in_call_;
  of.result = said;
  of.now = phase::done;
  changed_.notify_all();
  if (const SspiAsyncNotifyCallback callback = of.callback; callback != nullptr) {
    void* const data = of.callback_data;
    held.unlock();
    callback(of.name, data);
    held.lock();
  }
  here = {};
  --of.inside;
  changed_.notify_all();
}

}  // namespace schannix::abi::async
