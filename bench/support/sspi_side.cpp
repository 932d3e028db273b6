#include "support/sspi_side.hpp"

#include <array>

namespace schannix::bench {
namespace {

char target[] = "a.test";
constexpr ULONG client_flags =
    ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_STREAM;
constexpr ULONG server_flags =
    ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY | ASC_REQ_STREAM;

SecBuffer buffer(ULONG type, void* at = nullptr, std::size_t size = 0) { return {static_cast<ULONG>(size), type, at}; }

template <std::size_t Count>
SecBufferDesc list(std::array<SecBuffer, Count>& of) {
  return {SECBUFFER_VERSION, Count, of.data()};
}

[[noreturn]] void refuse(const char* what, SECURITY_STATUS status) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s: 0x%08x", what, static_cast<unsigned>(status));
  fail(text.data());
}

}  // namespace

sspi_side::~sspi_side() {
  if (has_context_) DeleteSecurityContext(&context_);
}

void sspi_side::step(wire& in, wire& out) {
  std::array given{buffer(SECBUFFER_TOKEN, in.front(), in.waiting()), buffer(SECBUFFER_EMPTY)};
  std::array made{buffer(SECBUFFER_TOKEN, out.back(), out.bytes.size() - out.written)};
  SecBufferDesc input = list(given), output = list(made);
  const PCtxtHandle old = has_context_ ? &context_ : nullptr;
  ULONG attributes = 0;
  const SECURITY_STATUS status =
      from_->side() == role::client
          ? InitializeSecurityContextA(from_->get(), old, target, client_flags | more_flags_, 0, 0,
                                       begins() ? nullptr : &input, 0, &context_, &output, &attributes, nullptr)
          : AcceptSecurityContext(from_->get(), old, &input, server_flags | more_flags_, 0, &context_, &output,
                                  &attributes, nullptr);
  if (status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED) refuse("handshake", status);
  has_context_ = true;
  established_ = status == SEC_E_OK;
  out.written += made[0].cbBuffer;
  in.read = in.written - (given[1].BufferType == SECBUFFER_EXTRA ? given[1].cbBuffer : 0);
}

// Tickets: DecryptMessage hands them over as SEC_I_RENEGOTIATE, and the next call of the handshake takes them.
void sspi_side::read_after_handshake(wire& in, wire& out) {
  std::array parts{buffer(SECBUFFER_DATA, in.front(), in.waiting()), buffer(SECBUFFER_EMPTY), buffer(SECBUFFER_EMPTY),
                   buffer(SECBUFFER_EMPTY)};
  SecBufferDesc message = list(parts);
  const SECURITY_STATUS status = DecryptMessage(&context_, &message, 0, nullptr);
  if (status != SEC_I_RENEGOTIATE) refuse("after the handshake", status);
  for (const SecBuffer& part : parts)
    if (part.BufferType == SECBUFFER_EXTRA) in.read = in.written - part.cbBuffer;
  step(in, out);
}

bool sspi_side::turn(wire& in, wire& out) {
  if (!begins() && in.waiting() == 0) return false;
  do {
    if (established_)
      read_after_handshake(in, out);
    else
      step(in, out);
  } while (in.waiting() != 0);
  in.clear();
  return true;
}

bool sspi_side::resumed() {
  SecPkgContext_SessionInfo info{};
  const SECURITY_STATUS status = QueryContextAttributesA(&context_, SECPKG_ATTR_SESSION_INFO, &info);
  return status == SEC_E_OK && (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
}

std::string sspi_side::suite() {
  SecPkgContext_CipherInfo info{};
  info.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
  const SECURITY_STATUS status = QueryContextAttributesA(&context_, SECPKG_ATTR_CIPHER_INFO, &info);
  if (status != SEC_E_OK) refuse("CIPHER_INFO", status);
  const std::wstring name = info.szCipherSuite;
  return {name.begin(), name.end()};
}

SecPkgContext_StreamSizes sspi_side::sizes() {
  SecPkgContext_StreamSizes sizes{};
  const SECURITY_STATUS status = QueryContextAttributesA(&context_, SECPKG_ATTR_STREAM_SIZES, &sizes);
  if (status != SEC_E_OK) refuse("STREAM_SIZES", status);
  return sizes;
}

std::size_t sspi_side::seal(unsigned char* slot, const SecPkgContext_StreamSizes& room, std::size_t size) {
  unsigned char* const data = slot + room.cbHeader;
  std::array parts{buffer(SECBUFFER_STREAM_HEADER, slot, room.cbHeader), buffer(SECBUFFER_DATA, data, size),
                   buffer(SECBUFFER_STREAM_TRAILER, data + size, room.cbTrailer), buffer(SECBUFFER_EMPTY)};
  SecBufferDesc message = list(parts);
  const SECURITY_STATUS status = EncryptMessage(&context_, 0, &message, 0);
  if (status != SEC_E_OK) refuse("EncryptMessage", status);
  return std::size_t{parts[0].cbBuffer} + parts[1].cbBuffer + parts[2].cbBuffer;
}

std::size_t sspi_side::open(unsigned char* from, std::size_t received, unsigned char*& data) {
  std::array parts{buffer(SECBUFFER_DATA, from, received), buffer(SECBUFFER_EMPTY), buffer(SECBUFFER_EMPTY),
                   buffer(SECBUFFER_EMPTY)};
  SecBufferDesc message = list(parts);
  const SECURITY_STATUS status = DecryptMessage(&context_, &message, 0, nullptr);
  if (status != SEC_E_OK) refuse("DecryptMessage", status);
  data = static_cast<unsigned char*>(parts[1].pvBuffer);
  return parts[3].BufferType == SECBUFFER_EXTRA ? parts[3].cbBuffer : 0;
}

}  // namespace schannix::bench
