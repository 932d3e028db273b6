#include "abi/trace.hpp"

#include <fcntl.h>
#include <schannel.h>
#include <stdlib.h>
#include <unistd.h>

#include <schannix_ext.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "abi/runtime.hpp"
#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

const char* type_name(ULONG type) {
  switch (type & ~static_cast<ULONG>(SECBUFFER_ATTRMASK)) {
    case SECBUFFER_EMPTY:
      return "EMPTY";
    case SECBUFFER_DATA:
      return "DATA";
    case SECBUFFER_TOKEN:
      return "TOKEN";
    case SECBUFFER_MISSING:
      return "MISSING";
    case SECBUFFER_EXTRA:
      return "EXTRA";
    case SECBUFFER_STREAM_TRAILER:
      return "STREAM_TRAILER";
    case SECBUFFER_STREAM_HEADER:
      return "STREAM_HEADER";
    case SECBUFFER_ALERT:
      return "ALERT";
    case SECBUFFER_APPLICATION_PROTOCOLS:
      return "APPLICATION_PROTOCOLS";
    case SECBUFFER_FLAGS:
      return "FLAGS";
    default:
      return nullptr;
  }
}

std::string text_of(const char* label, const SecBufferDesc* buffers) {
  if (buffers == nullptr) return std::string(label) + "=NULL";
  std::string text = std::string(label) + "=[";
  for (ULONG i = 0; i < buffers->cBuffers && buffers->pBuffers != nullptr; ++i) {
    const SecBuffer& one = buffers->pBuffers[i];
    const char* const name = type_name(one.BufferType);
    if (i != 0) text += ", ";
    text += name != nullptr ? std::string(name) : "type " + std::to_string(one.BufferType);
    text += ' ' + std::to_string(one.cbBuffer);
  }
  return text + ']';
}

std::string text_of(const char* label, const SecHandle* handle) {
  char text[64];
  std::snprintf(text, sizeof text, "%s=%llx:%llx", label, static_cast<unsigned long long>(handle->dwLower),
                static_cast<unsigned long long>(handle->dwUpper));
  return names_nothing(handle) ? std::string(label) + "=none" : std::string(text);
}

// A fatal alert or a plain DWORD: what a control token asks for is the point of its line.
std::string text_of_control(const SecBufferDesc* input) {
  if (input == nullptr || input->cBuffers != 1 || input->pBuffers == nullptr) return {};
  const SecBuffer& token = input->pBuffers[0];
  if (token.cbBuffer < sizeof(DWORD) || token.pvBuffer == nullptr) return {};
  switch (*static_cast<const DWORD*>(token.pvBuffer)) {
    case SCHANNEL_SHUTDOWN:
      return " SCHANNEL_SHUTDOWN";
    case SCHANNEL_ALERT:
      return " SCHANNEL_ALERT";
    case SCHANNEL_SESSION:
      return " SCHANNEL_SESSION";
    case SCHANNIX_UPDATE_KEYS:
      return " SCHANNIX_UPDATE_KEYS";
    case SCHANNIX_SEND_TICKET:
      return " SCHANNIX_SEND_TICKET";
    case SCHANNEL_RENEGOTIATE:
      return " SCHANNEL_RENEGOTIATE";
    default:
      return {};
  }
}

std::function<void(const char*)> listener_of(const traced_call& call) {
  if (const auto pinned = take_context(call.context, handle::hold::both))
    return pinned->connection->made_from().rules().trace;
  if (const auto held = take_credential(call.credential)) return held->rules().trace;
  return nullptr;
}

}  // namespace

trace_sink::trace_sink() {
  const char* const path = ::secure_getenv("SCHANNIX_TRACE");
  if (path == nullptr || *path == '\0') return;
  file_ = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ >= 0) ++listeners_;
  if (file_ < 0)
    std::fprintf(stderr, "schannix: cannot write the trace to %s (SCHANNIX_TRACE): %s\n", path, std::strerror(errno));
}

std::shared_ptr<void> trace_sink::listening() {
  std::shared_ptr<void> held(static_cast<void*>(this), [this](void*) { --listeners_; });
  ++listeners_;
  return held;
}

void trace_sink::write(const std::string& line) {
  if (file_ < 0) return;
  const std::string whole = line + '\n';
  const std::lock_guard held(lock_);
  if (::write(file_, whole.data(), whole.size()) < 0) file_ = -1;
}

bool tracing() noexcept {
  try {
    return the_runtime().trace.enabled();
  } catch (...) {
    return false;  // the call itself will say what is wrong
  }
}

call_trace::call_trace(const traced_call& call) : call_(call) {
  try {
    listener_ = listener_of(call);
    before_ = call.function;
    if (call.credential != nullptr) before_ += ' ' + text_of("cred", call.credential);
    if (call.context != nullptr) before_ += ' ' + text_of("ctx", call.context);
    if (call.flags_name != nullptr) {
      char flags[48];
      std::snprintf(flags, sizeof flags, " %s=0x%x", call.flags_name, call.flags);
      before_ += flags;
    }
    if (call.input != nullptr) before_ += ' ' + text_of("in", call.input) + text_of_control(call.input);
  } catch (const std::bad_alloc&) {
    listener_ = nullptr;
  }
}

void call_trace::finish(SECURITY_STATUS status) {
  try {
    std::string line = before_ + " -> " + status_name(status);
    if (call_.input != nullptr) line += ' ' + text_of("in", call_.input);
    if (call_.output != nullptr) line += ' ' + text_of("out", call_.output);
    if (call_.context == nullptr && call_.new_context != nullptr && status >= 0)
      line += ' ' + text_of("new", call_.new_context);
    the_runtime().trace.write(line);
    if (!listener_) {
      if (const auto held = take_credential(call_.credential)) listener_ = held->rules().trace;
    }
    if (listener_) listener_(line.c_str());
  } catch (const std::bad_alloc&) {
    return;  // a lost line is no reason to fail the call
  }
}

}  // namespace schannix::abi
