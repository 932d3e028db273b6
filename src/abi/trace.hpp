// SSPI calls as text, one line each: function, handle, flags, buffers before and after, status. No keys, no payload.
// Written to the file that SCHANNIX_TRACE names (not in set-uid programs), and to the trace function of a credential.
//
//   InitializeSecurityContextW ctx=3:1 req=0x8114 in=[TOKEN 90, EMPTY 0] -> SEC_I_CONTINUE_NEEDED in=[...] out=[TOKEN
//   64]
#pragma once

#include <sspi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace schannix::abi {

class trace_sink {
 public:
  trace_sink();
  bool enabled() const noexcept { return listeners_.load(std::memory_order_relaxed) != 0; }
  // A credential brings its own function: calls are traced as long as what this returns lives.
  std::shared_ptr<void> listening();
  void write(const std::string& line);  // to the file, if there is one

 private:
  std::atomic<unsigned> listeners_{0};  // the file, and each credential with a trace function
  std::mutex lock_;
  int file_ = -1;
};

// The parts of a call that a line shows; null where the function has none.
struct traced_call {
  const char* function;
  const SecHandle* credential = nullptr;
  const SecHandle* context = nullptr;
  const SecHandle* new_context = nullptr;
  const SecBufferDesc* input = nullptr;
  const SecBufferDesc* output = nullptr;
  ULONG flags = 0;
  const char* flags_name = nullptr;
};

// Runs body; with tracing off that is one relaxed load more.
template <typename Body>
SECURITY_STATUS traced(const traced_call& call, Body&& body);

class call_trace {
 public:
  explicit call_trace(const traced_call& call);
  void finish(SECURITY_STATUS status);

 private:
  const traced_call& call_;
  std::string before_;
  std::function<void(const char*)> listener_;
};

bool tracing() noexcept;

template <typename Body>
SECURITY_STATUS traced(const traced_call& call, Body&& body) {
  if (!tracing()) [[likely]]
    return body();
  call_trace trace(call);
  const SECURITY_STATUS status = body();
  trace.finish(status);
  return status;
}

}  // namespace schannix::abi
