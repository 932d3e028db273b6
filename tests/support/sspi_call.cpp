#include "support/sspi_call.hpp"

#include <algorithm>
#include <thread>

namespace schannix::test::sspi {

guarded::guarded(std::size_t size, char fill) : memory_(size + 2 * margin, guard) { std::fill_n(data(), size, fill); }

guarded::guarded(std::string_view content) : guarded(content.size()) {
  std::copy(content.begin(), content.end(), data());
}

bool guarded::intact() const {
  const auto is_guard = [](char byte) { return byte == guard; };
  return std::all_of(memory_.begin(), memory_.begin() + margin, is_guard) &&
         std::all_of(memory_.end() - margin, memory_.end(), is_guard);
}

SecBuffer buffer(ULONG type, void* data, std::size_t size) { return {static_cast<ULONG>(size), type, data}; }
SecBuffer token(guarded& memory) { return buffer(SECBUFFER_TOKEN, memory.data(), memory.size()); }
SecBuffer empty() { return buffer(SECBUFFER_EMPTY, nullptr, 0); }

PSecBufferDesc buffer_list::get() {
  description_ = {SECBUFFER_VERSION, static_cast<ULONG>(buffers_.size()), buffers_.data()};
  return &description_;
}

const SecBuffer* buffer_list::first(ULONG type) const {
  for (const auto& one : buffers_)
    if (one.BufferType == type) return &one;
  return nullptr;
}

void buffer_list::free_all() {
  for (auto& one : buffers_) {
    if (one.pvBuffer != nullptr) FreeContextBuffer(one.pvBuffer);
    one.pvBuffer = nullptr;
  }
}

std::string bytes_of(const SecBuffer& buffer) {
  if (buffer.pvBuffer == nullptr) return {};
  return std::string(static_cast<const char*>(buffer.pvBuffer), buffer.cbBuffer);
}

status step_call::begin() {
  if (function == role::server)
    return SspiAcceptSecurityContextAsync(through, credential, context, input, flags, SECURITY_NATIVE_DREP, new_context,
                                          output, &attributes, &expiry);
  return SspiInitializeSecurityContextAsyncA(through, credential, context, const_cast<char*>(target), flags, 0,
                                             SECURITY_NATIVE_DREP, input, 0, new_context, output, &attributes, &expiry);
}

status finish(SspiAsyncContext* call) {
  status said = SspiGetAsyncCallStatus(call);
  for (; said == SEC_I_ASYNC_CALL_PENDING; said = SspiGetAsyncCallStatus(call)) std::this_thread::yield();
  const status ready = SspiReinitAsyncContext(call);
  return ready == SEC_E_OK ? said : ready;
}

status step_call::run() {
  if (through != nullptr) {
    const status queued = begin();
    return queued == SEC_E_OK ? finish(through) : queued;
  }
  if (function == role::server)
    return AcceptSecurityContext(credential, context, input, flags, SECURITY_NATIVE_DREP, new_context, output,
                                 &attributes, &expiry);
  return InitializeSecurityContextA(credential, context, const_cast<char*>(target), flags, 0, SECURITY_NATIVE_DREP,
                                    input, 0, new_context, output, &attributes, &expiry);
}

status apply_token(CtxtHandle& context, DWORD type) {
  buffer_list control{buffer(SECBUFFER_TOKEN, &type, sizeof type)};
  return ApplyControlToken(&context, control.get());
}

status apply_alert(CtxtHandle& context, DWORD level, DWORD number) {
  SCHANNEL_ALERT_TOKEN alert{SCHANNEL_ALERT, level, number};
  buffer_list control{buffer(SECBUFFER_TOKEN, &alert, sizeof alert)};
  return ApplyControlToken(&context, control.get());
}

}  // namespace schannix::test::sspi
