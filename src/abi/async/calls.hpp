// Asynchronous calls: the contexts that programs hold, the queue, and the threads that make the calls.
//
//   calls all;
//   SspiAsyncContext* const one = all.create();
//   all.start(one, [] { return SEC_E_OK; }, needs::callers_memory);
//   while (all.status(one) == SEC_I_ASYNC_CALL_PENDING) ...
//   all.free(one);
//
//   ready ──start()──► queued ──► running ──► done ──reinit()──► ready        free() ends it in every phase
//
// A context is a number that counts up and is never used again, dressed as a pointer: a stale or invented one is not
// found, and is answered, never followed. One mutex guards everything; it is never held while a call is made or a
// program's callback runs. Made once in a process and never destroyed, because its threads never end (process.hpp).
#pragma once

#include <sspi.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace schannix::abi::async {

using work = std::function<SECURITY_STATUS()>;

// What a call uses while it is pending. One that needs nothing of the caller's is made even if its context is freed.
enum class needs : std::uint8_t { callers_memory, nothing };

class calls {
 public:
  calls() = default;
  // In a process that was forked off: knows none of its parent's contexts, and gives out none of their numbers.
  explicit calls(const calls& parents) : parents_(&parents), last_name_(parents.last_name_) {}
  calls& operator=(const calls&) = delete;
  ~calls() = delete;

  // The statuses are those of sspi.h's functions. Throw std::bad_alloc; everything is then as before.
  SspiAsyncContext* create();
  SECURITY_STATUS start(SspiAsyncContext* name, work made, needs what);

  SECURITY_STATUS set_callback(SspiAsyncContext* name, SspiAsyncNotifyCallback callback, void* data);
  bool has_callback(SspiAsyncContext* name);
  SECURITY_STATUS status(SspiAsyncContext* name);
  SECURITY_STATUS reinit(SspiAsyncContext* name);
  void free(SspiAsyncContext* name);

  // For good: forgets what is queued, refuses more, and waits until no call is being made.
  void stop();

  // Around fork, so that the child finds nothing half done.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  enum class phase : std::uint8_t { ready, queued, running, done };

  struct context {
    SspiAsyncContext* name = nullptr;
    SspiAsyncNotifyCallback callback = nullptr;
    void* callback_data = nullptr;
    work made;
    needs what = needs::nothing;
    phase now = phase::ready;
    SECURITY_STATUS result = SEC_E_OK;
    unsigned inside = 0;  // threads that make its call or run its callback: two, if the callback starts the next call

    bool pending() const { return now == phase::queued || now == phase::running; }
  };

  // Where a thread is, if it is one of ours.
  struct position {
    const context* of = nullptr;
    bool in_call = false;  // and not in the callback
  };
  static thread_local position here;

  std::shared_ptr<context> find(SspiAsyncContext* name) const;
  void add_thread();
  void serve();
  void make(std::unique_lock<std::mutex>& held, context& of);

  [[maybe_unused]] const calls* const parents_ = nullptr;  // never looked at again; leak checkers see it in use
  std::mutex mutex_;                                       // guards what follows
  std::condition_variable queued_, changed_;
  std::unordered_map<SspiAsyncContext*, std::shared_ptr<context>> contexts_;
  std::deque<std::shared_ptr<context>> queue_;
  std::uintptr_t last_name_ = 0;
  std::size_t threads_ = 0, idle_ = 0, in_call_ = 0;
  bool stopped_ = false;
};

}  // namespace schannix::abi::async
