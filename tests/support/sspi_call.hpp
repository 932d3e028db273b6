// The calls as a caller of Windows writes them: buffer lists, one InitializeSecurityContext or AcceptSecurityContext
// with every argument in sight, and caller's memory with guard bytes around it.
#pragma once

#include <sspi.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "support/sspi_credential.hpp"
#include "support/sspi_status.hpp"

namespace schannix::test::sspi {

// Memory of the caller. Nothing but the bytes inside may ever be written.
class guarded {
 public:
  explicit guarded(std::size_t size, char fill = '\x5A');
  explicit guarded(std::string_view content);
  char* data() { return memory_.data() + margin; }
  std::size_t size() const { return memory_.size() - 2 * margin; }
  std::string_view text() const { return std::string_view(memory_).substr(margin, size()); }
  bool intact() const;  // the bytes around it

 private:
  static constexpr std::size_t margin = 64;
  static constexpr char guard = '\xC3';
  std::string memory_;
};

SecBuffer buffer(ULONG type, void* data, std::size_t size);
SecBuffer token(guarded& memory);
SecBuffer empty();

// A SecBufferDesc with its array.
class buffer_list {
 public:
  buffer_list(std::initializer_list<SecBuffer> buffers) : buffers_(buffers) {}
  SecBuffer& operator[](std::size_t index) { return buffers_[index]; }
  PSecBufferDesc get();
  const SecBuffer* first(ULONG type) const;
  void free_all();  // FreeContextBuffer for each: of lists whose memory is the library's

 private:
  std::vector<SecBuffer> buffers_;
  SecBufferDesc description_{};
};

std::string bytes_of(const SecBuffer& buffer);

// One call. function: which one is called, whatever the context is. through: asynchronously, polling for the result.
struct step_call {
  role function = role::client;
  SspiAsyncContext* through = nullptr;
  PCredHandle credential = nullptr;
  PCtxtHandle context = nullptr;
  const char* target = nullptr;
  ULONG flags = 0;
  PSecBufferDesc input = nullptr;
  PCtxtHandle new_context = nullptr;
  PSecBufferDesc output = nullptr;
  ULONG attributes = 0xDEADBEEF;  // out
  TimeStamp expiry{};             // out

  status run();
  status begin();  // of an asynchronous call: whether it was queued
};

// Waits for the call that was begun, and makes the async context ready for the next one.
status finish(SspiAsyncContext* call);

status apply_token(CtxtHandle& context, DWORD type);  // SCHANNEL_SHUTDOWN and the like
status apply_alert(CtxtHandle& context, DWORD level, DWORD number);

constexpr bool same(const SecHandle& a, const SecHandle& b) { return a.dwLower == b.dwLower && a.dwUpper == b.dwUpper; }
constexpr SecHandle unset_handle{0x1234, 0x5678};

}  // namespace schannix::test::sspi
