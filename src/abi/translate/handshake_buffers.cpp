#include "abi/translate/handshake_buffers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>

#include "abi/translate/memory.hpp"

namespace schannix::abi {
namespace {

std::span<SecBuffer> buffers_of(const SecBufferDesc* list) {
  if (list == nullptr || list->pBuffers == nullptr) return {};
  return {list->pBuffers, list->cBuffers};
}

base::bytes_view bytes_of(const SecBuffer& buffer) {
  return {static_cast<const base::byte*>(buffer.pvBuffer), buffer.pvBuffer == nullptr ? 0 : buffer.cbBuffer};
}

// Length-prefixed names, none empty. RFC 7301 §3.1
bool well_formed(base::bytes_view names) {
  base::cursor rest(names);
  while (rest.left() != 0) {
    const auto size = rest.u8();
    if (!size || *size == 0 || !rest.take(*size)) return false;
  }
  return !names.empty();
}

template <typename Value>
Value read_at(base::bytes_view bytes, std::size_t offset) {
  Value value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// SEC_APPLICATION_PROTOCOLS: one or more lists; the ALPN one counts, NPN is gone from Windows too.
base::result<base::bytes> read_protocols(base::bytes_view buffer) {
  constexpr std::size_t list_offset = offsetof(SEC_APPLICATION_PROTOCOLS, ProtocolLists);
  constexpr std::size_t size_offset = offsetof(SEC_APPLICATION_PROTOCOL_LIST, ProtocolListSize);
  constexpr std::size_t names_offset = offsetof(SEC_APPLICATION_PROTOCOL_LIST, ProtocolList);
  const base::failure malformed = base::caller_mistake(base::reason::invalid_parameter);
  if (buffer.size() < list_offset) return malformed;
  const std::size_t lists_size = read_at<ULONG>(buffer, 0);
  if (lists_size > buffer.size() - list_offset) return malformed;
  base::bytes_view lists = buffer.subspan(list_offset, lists_size);
  while (lists.size() >= names_offset) {
    const auto kind = read_at<ULONG>(lists, 0);
    const std::size_t size = read_at<USHORT>(lists, size_offset);
    if (size > lists.size() - names_offset) return malformed;
    const base::bytes_view names = lists.subspan(names_offset, size);
    if (kind == SecApplicationProtocolNegotiationExt_ALPN)
      return well_formed(names) ? base::result<base::bytes>(base::bytes(names.begin(), names.end())) : malformed;
    lists = lists.subspan(std::min(lists.size(), (names_offset + size + 3) / 4 * 4));  // the next list is aligned
  }
  return base::bytes();
}

}  // namespace

base::result<handshake_input> read_input(const SecBufferDesc* list) {
  handshake_input in;
  bool has_token = false;
  for (SecBuffer& buffer : buffers_of(list)) {
    switch (type_of(buffer)) {
      case SECBUFFER_TOKEN:
        if (has_token) break;
        has_token = true;
        in.token = bytes_of(buffer);
        in.malformed = in.malformed || (buffer.pvBuffer == nullptr && buffer.cbBuffer != 0);
        break;
      case SECBUFFER_EMPTY:
        if (in.placeholder == nullptr) in.placeholder = &buffer;
        in.malformed = in.malformed || buffer.cbBuffer != 0;
        break;
      case SECBUFFER_APPLICATION_PROTOCOLS: {
        SCHANNIX_TRY(in.application_protocols, read_protocols(bytes_of(buffer)));
        break;
      }
      case SECBUFFER_FLAGS:
        if (bytes_of(buffer).size() >= sizeof(ULONGLONG)) in.flags = read_at<ULONGLONG>(bytes_of(buffer), 0);
        break;
      default:
        break;  // for later versions, and for other packages
    }
  }
  return in;
}

void report_missing(const handshake_input& in, std::size_t count) {
  if (in.placeholder == nullptr) return;
  in.placeholder->BufferType = SECBUFFER_MISSING;
  in.placeholder->cbBuffer = static_cast<ULONG>(count);
}

void report_extra(const handshake_input& in, std::size_t count) {
  if (count == 0 || in.placeholder == nullptr) return;
  in.placeholder->BufferType = SECBUFFER_EXTRA;
  in.placeholder->cbBuffer = static_cast<ULONG>(count);
  in.placeholder->pvBuffer = const_cast<base::byte*>(in.token.data() + (in.token.size() - count));
}

base::result<handshake_output> handshake_output::read(SecBufferDesc* list, bool allocates) {
  handshake_output out;
  out.allocates_ = allocates;
  SecBuffer* first_empty = nullptr;
  for (SecBuffer& buffer : buffers_of(list)) {
    const ULONG type = type_of(buffer);
    const bool takes_bytes = type == SECBUFFER_TOKEN || type == SECBUFFER_ALERT;
    if (takes_bytes && buffer.cbBuffer == 0 && !allocates) return base::out_of_memory();
    if (type == SECBUFFER_TOKEN && out.token_ == nullptr) out.token_ = &buffer;
    if (type == SECBUFFER_ALERT && out.alert_ == nullptr) out.alert_ = &buffer;
    if (type == SECBUFFER_EMPTY && first_empty == nullptr) first_empty = &buffer;
  }
  if (out.token_ == nullptr) out.token_ = first_empty;
  if (out.token_ == nullptr) return base::caller_mistake(base::reason::invalid_token);
  return out;
}

bool handshake_output::allocated_for(const SecBuffer& buffer) const {
  return allocates_ || (buffer.pvBuffer == nullptr && buffer.cbBuffer != 0);
}

std::size_t handshake_output::capacity() const {
  return allocated_for(*token_) ? std::numeric_limits<std::size_t>::max() : token_->cbBuffer;
}

void handshake_output::put(SecBuffer& into, base::bytes_view bytes) {
  if (allocated_for(into)) {
    into.pvBuffer = allocate_copy(bytes);
  } else {
    std::copy(bytes.begin(), bytes.end(), static_cast<base::byte*>(into.pvBuffer));
  }
  into.cbBuffer = static_cast<ULONG>(bytes.size());
}

void handshake_output::write_token(base::bytes_view token) {
  if (type_of(*token_) == SECBUFFER_EMPTY) {
    if (token.empty()) return;
    token_->BufferType = SECBUFFER_TOKEN;
  }
  if (!token.empty()) return put(*token_, token);
  token_->cbBuffer = 0;
  if (allocates_) token_->pvBuffer = nullptr;  // callers free every pointer they find
}

void handshake_output::write_alert(base::bytes_view record) {
  if (alert_ == nullptr) return;
  const bool fits = allocated_for(*alert_) || alert_->cbBuffer >= record.size();
  if (!record.empty() && fits) return put(*alert_, record);
  alert_->cbBuffer = 0;
}

void handshake_output::tell_needed(std::size_t size) { token_->cbBuffer = static_cast<ULONG>(size); }

}  // namespace schannix::abi
