// Async contexts for tests, and the way to keep every one of the library's threads busy: what is started then stays in
// the queue, for certain.
//
//   const async_context call;
//   busy_threads busy;                 // until busy.let_go()
//   SspiDeleteSecurityContextAsync(call, &context);   // pending
#pragma once

#include <sspi.h>

#include <array>
#include <atomic>

#include "support/sspi_status.hpp"

namespace schannix::test::sspi {

class async_context {
 public:
  async_context() = default;
  async_context(const async_context&) = delete;
  async_context& operator=(const async_context&) = delete;
  ~async_context() { SspiFreeAsyncContext(name_); }

  operator SspiAsyncContext*() const { return name_; }
  SspiAsyncContext* get() const { return name_; }

 private:
  SspiAsyncContext* const name_ = SspiCreateAsyncContext();
};

class busy_threads {
 public:
  static constexpr std::size_t most_threads = 16;  // sspi.h: "16 at most"

  busy_threads() {
    for (async_context& one : calls_) {
      SspiSetAsyncNotifyCallback(one, wait, &go_on_);
      SspiDeleteSecurityContextAsync(one, nullptr);
    }
  }
  busy_threads(const busy_threads&) = delete;
  busy_threads& operator=(const busy_threads&) = delete;
  ~busy_threads() { let_go(); }

  void let_go() {
    go_on_ = true;
    go_on_.notify_all();
  }

 private:
  static void wait(SspiAsyncContext*, void* data) { static_cast<std::atomic<bool>*>(data)->wait(false); }

  std::atomic<bool> go_on_ = false;
  std::array<async_context, most_threads> calls_;
};

}  // namespace schannix::test::sspi
