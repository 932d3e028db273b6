// context.ipp: definitions of context.hpp.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>

namespace schannix {
inline namespace v0 {
namespace detail {

inline SecBuffer buffer_of(ULONG type, void* data = nullptr, std::size_t size = 0) {
  SecBuffer buffer{};
  buffer.BufferType = type;
  buffer.cbBuffer = static_cast<ULONG>(size);
  buffer.pvBuffer = data;
  return buffer;
}

inline SecBufferDesc list_of(std::span<SecBuffer> buffers) {
  SecBufferDesc list{};
  list.ulVersion = SECBUFFER_VERSION;
  list.cBuffers = static_cast<ULONG>(buffers.size());
  list.pBuffers = buffers.data();
  return list;
}

inline std::size_t extra_in(std::span<const SecBuffer> buffers) {
  for (const auto& each : buffers)
    if (each.BufferType == SECBUFFER_EXTRA) return each.cbBuffer;
  return 0;
}

// SEC_APPLICATION_PROTOCOLS with one list of ALPN names as they go on the wire (RFC 7301 §3.1).
inline std::vector<std::byte> alpn_buffer(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::vector<std::byte> wire;
  for (const auto& name : names) {
    if (name.empty() || name.size() > MAX_PROTOCOL_ID_SIZE) fail(0x8009035D, "ALPN name");  // SEC_E_INVALID_PARAMETER
    wire.push_back(static_cast<std::byte>(name.size()));
    for (const char c : name) wire.push_back(static_cast<std::byte>(c));
  }
  if (wire.size() > 0xFFFF) fail(0x8009035D, "ALPN list");
  constexpr auto list_header = offsetof(SEC_APPLICATION_PROTOCOL_LIST, ProtocolList);
  constexpr auto header = offsetof(SEC_APPLICATION_PROTOCOLS, ProtocolLists);
  const auto list_size = static_cast<std::uint32_t>(list_header + wire.size());
  const auto kind = static_cast<std::uint32_t>(SecApplicationProtocolNegotiationExt_ALPN);
  const auto wire_size = static_cast<std::uint16_t>(wire.size());
  std::vector<std::byte> buffer(header + list_header + wire.size());
  std::memcpy(buffer.data(), &list_size, sizeof list_size);
  std::memcpy(buffer.data() + header, &kind, sizeof kind);
  std::memcpy(buffer.data() + header + sizeof kind, &wire_size, sizeof wire_size);
  std::memcpy(buffer.data() + header + list_header, wire.data(), wire.size());
  return buffer;
}

inline context::context(const credential& who, const std::string& server_name, const std::vector<std::string>& alpn,
                        ULONG more_flags)
    : who_(who), side_(who.side()), server_name_(server_name), alpn_(alpn_buffer(alpn)) {
  request_flags_ =
      more_flags |
      (is_client() ? ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                         ISC_REQ_EXTENDED_ERROR | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM
                   : ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY |
                         ASC_REQ_EXTENDED_ERROR | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM | ASC_REQ_SESSION_TICKET);
}

inline role side_of(CtxtHandle& of) {
  SecPkgContext_ConnectionInfo info{};
  require(QueryContextAttributesW(&of, SECPKG_ATTR_CONNECTION_INFO, &info), "asking for the connection");
  return (info.dwProtocol & (SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_3_CLIENT)) != 0 ? role::client : role::server;
}

inline context::context(std::span<const std::byte> exported) : side_(role::client) {
  auto* const bytes = const_cast<std::byte*>(exported.data());  // only read
  SecBuffer packed = buffer_of(SECBUFFER_TOKEN, bytes, exported.size());
  char package[] = UNISP_NAME_A;
  require(ImportSecurityContextA(package, &packed, nullptr, &handle_), "importing a connection");
  exists_ = true;
  side_ = side_of(handle_);
  request_flags_ = is_client() ? ISC_REQ_EXTENDED_ERROR | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM
                               : ASC_REQ_EXTENDED_ERROR | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM;
}

inline std::vector<std::byte> context::export_state() {
  SecBuffer packed = buffer_of(SECBUFFER_EMPTY);
  require(ExportSecurityContext(handle(), SECPKG_CONTEXT_EXPORT_DELETE_OLD, &packed, nullptr),
          "exporting a connection");
  exists_ = false;
  const std::unique_ptr<void, SECURITY_STATUS (*)(void*)> block(packed.pvBuffer, FreeContextBuffer);  // wipes it
  const auto* const bytes = static_cast<const std::byte*>(packed.pvBuffer);
  return {bytes, bytes + packed.cbBuffer};
}

inline std::vector<std::vector<std::byte>> context::issuers() const {
  SecPkgContext_IssuerListInfoEx list{};
  require(query(SECPKG_ATTR_ISSUER_LIST_EX, &list), "asking for the issuers");
  std::vector<std::vector<std::byte>> names;
  for (const auto& each : std::span(list.aIssuers, list.cIssuers)) {
    const auto bytes = std::as_bytes(std::span(each.pbData, each.cbData));
    names.emplace_back(bytes.begin(), bytes.end());
  }
  FreeContextBuffer(list.aIssuers);
  return names;
}

inline context& context::operator=(context&& other) noexcept {
  if (this == &other) return *this;
  drop();
  who_ = std::move(other.who_);
  side_ = other.side_;
  server_name_ = std::move(other.server_name_);
  alpn_ = std::move(other.alpn_);
  request_flags_ = other.request_flags_;
  handle_ = other.handle_;
  exists_ = std::exchange(other.exists_, false);
  return *this;
}

inline void context::drop() noexcept {
  if (std::exchange(exists_, false)) DeleteSecurityContext(&handle_);
}

inline SECURITY_STATUS context::call(SecBufferDesc* input, SecBufferDesc* output) {
  ULONG attributes = 0;
  CtxtHandle made{};
  SECURITY_STATUS status = 0;
  auto* const from = who_ ? who_->native() : nullptr;
  if (is_client()) {
    auto* name = server_name_.empty() ? nullptr : server_name_.data();
    status = InitializeSecurityContextA(from, handle(), name, request_flags_, 0, 0, input, 0, &made, output,
                                        &attributes, nullptr);
  } else {
    status = AcceptSecurityContext(from, handle(), input, request_flags_, 0, &made, output, &attributes, nullptr);
  }
  // A first call that fails, or has too little input, makes no context.
  if (!exists_ && SecIsValidHandle(&made) && (made.dwLower != 0 || made.dwUpper != 0)) handle_ = made, exists_ = true;
  return status;
}

inline step_result context::step(std::span<std::byte> input, byte_queue& output) {
  const bool first = !exists_;
  std::vector<SecBuffer> in;
  if (!first || !input.empty()) {
    in.push_back(buffer_of(SECBUFFER_TOKEN, input.data(), input.size()));
    in.push_back(buffer_of(SECBUFFER_EMPTY));
  }
  if (first && !alpn_.empty()) in.push_back(buffer_of(SECBUFFER_APPLICATION_PROTOCOLS, alpn_.data(), alpn_.size()));
  SecBuffer out = buffer_of(SECBUFFER_TOKEN);
  auto in_list = list_of(in);
  auto out_list = list_of({&out, 1});
  const auto status = call(in.empty() ? nullptr : &in_list, &out_list);
  if (out.pvBuffer != nullptr) {  // also on failure: then it is an alert (MS: ISC_REQ_EXTENDED_ERROR)
    output.append({static_cast<const std::byte*>(out.pvBuffer), out.cbBuffer});
    FreeContextBuffer(out.pvBuffer);
  }
  return {status, status == SEC_E_INCOMPLETE_MESSAGE ? input.size() : extra_in(in)};
}

inline open_result context::open(std::span<std::byte> input) {
  SecBuffer buffers[4] = {buffer_of(SECBUFFER_DATA, input.data(), input.size()), buffer_of(SECBUFFER_EMPTY),
                          buffer_of(SECBUFFER_EMPTY), buffer_of(SECBUFFER_EMPTY)};
  auto list = list_of(buffers);
  open_result result;
  result.status = DecryptMessage(handle(), &list, 0, nullptr);
  if (result.status == SEC_E_INCOMPLETE_MESSAGE) {
    result.left = input.size();
    return result;
  }
  result.left = extra_in(buffers);
  for (const auto& each : buffers)
    if (each.BufferType == SECBUFFER_DATA && result.status >= 0)
      result.data = {static_cast<const std::byte*>(each.pvBuffer), each.cbBuffer};
  return result;
}

// One record: data.size() is at most sizes.maximum.
inline SECURITY_STATUS context::seal(std::span<const std::byte> data, const stream_sizes& sizes, byte_queue& output) {
  const auto room = output.extend(sizes.header + data.size() + sizes.trailer);
  const auto body = room.subspan(sizes.header, data.size());
  const auto tail = room.last(sizes.trailer);
  std::copy(data.begin(), data.end(), body.begin());
  SecBuffer buffers[4] = {buffer_of(SECBUFFER_STREAM_HEADER, room.data(), sizes.header),
                          buffer_of(SECBUFFER_DATA, body.data(), body.size()),
                          buffer_of(SECBUFFER_STREAM_TRAILER, tail.data(), tail.size()), buffer_of(SECBUFFER_EMPTY)};
  auto list = list_of(buffers);
  const auto status = EncryptMessage(handle(), 0, &list, 0);
  output.shorten(status == SEC_E_OK ? tail.size() - buffers[2].cbBuffer : room.size());
  return status;
}

inline SECURITY_STATUS context::control(void* token, std::size_t size, byte_queue& output) {
  SecBuffer buffer = buffer_of(SECBUFFER_TOKEN, token, size);
  auto list = list_of({&buffer, 1});
  const auto status = ApplyControlToken(handle(), &list);
  if (status != SEC_E_OK) return status;
  return step({}, output).status;
}

inline SECURITY_STATUS context::update_keys(byte_queue& output) {
  DWORD token = SCHANNIX_UPDATE_KEYS;
  return control(&token, sizeof token, output);
}

inline SECURITY_STATUS context::send_ticket(byte_queue& output) {
  DWORD token = SCHANNIX_SEND_TICKET;
  return control(&token, sizeof token, output);
}

// Steps 1 to 3 of MS "Shutting Down an Schannel Connection".
inline SECURITY_STATUS context::shutdown(byte_queue& output) {
  DWORD token = SCHANNEL_SHUTDOWN;
  return control(&token, sizeof token, output);
}

inline SECURITY_STATUS context::send_alert(alert what, bool fatal, byte_queue& output) {
  SCHANNEL_ALERT_TOKEN token{};
  token.dwTokenType = SCHANNEL_ALERT;
  token.dwAlertType = fatal ? TLS1_ALERT_FATAL : TLS1_ALERT_WARNING;
  token.dwAlertNumber = static_cast<DWORD>(what);
  return control(&token, sizeof token, output);
}

inline stream_sizes context::sizes() const {
  SecPkgContext_StreamSizes sizes{};
  require(query(SECPKG_ATTR_STREAM_SIZES, &sizes), "asking for the record sizes");
  return {sizes.cbHeader, sizes.cbTrailer, sizes.cbMaximumMessage};
}

}  // namespace detail
}  // namespace v0
}  // namespace schannix
