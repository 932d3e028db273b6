#include "abi/translate/message_buffers.hpp"

#include "abi/translate/handshake_buffers.hpp"

namespace schannix::abi {
namespace {

const base::failure invalid = base::caller_mistake(base::reason::invalid_token);

bool readable(const SecBufferDesc* list) { return list != nullptr && list->pBuffers != nullptr; }

// A READONLY buffer is not processed: it counts as absent.
bool writable(const SecBuffer& buffer) { return (buffer.BufferType & SECBUFFER_ATTRMASK) == 0; }

void set(SecBuffer& buffer, ULONG type, base::byte* at, std::size_t size) {
  buffer.BufferType = type;
  buffer.pvBuffer = at;
  buffer.cbBuffer = static_cast<ULONG>(size);
}

}  // namespace

base::bytes_span bytes_of(const SecBuffer& buffer) {
  return {static_cast<base::byte*>(buffer.pvBuffer), buffer.pvBuffer == nullptr ? 0 : buffer.cbBuffer};
}

base::result<seal_buffers> read_seal_buffers(SecBufferDesc* list) {
  if (!readable(list)) return invalid;
  seal_buffers found;
  for (ULONG i = 0; i < list->cBuffers; ++i) {
    SecBuffer& buffer = list->pBuffers[i];
    if (!writable(buffer)) continue;
    SecBuffer** place = nullptr;
    switch (type_of(buffer)) {
      case SECBUFFER_STREAM_HEADER:
        place = &found.header;
        break;
      case SECBUFFER_DATA:
        place = &found.data;
        break;
      case SECBUFFER_STREAM_TRAILER:
        place = &found.trailer;
        break;
      case SECBUFFER_TOKEN:
        place = found.data == nullptr ? &found.header : &found.trailer;
        break;
      default:
        continue;
    }
    if (*place != nullptr) return invalid;
    *place = &buffer;
  }
  if (found.header == nullptr || found.data == nullptr || found.trailer == nullptr) return invalid;
  if (found.data->pvBuffer == nullptr && found.data->cbBuffer != 0) return invalid;
  return found;
}

base::result<open_buffers> read_open_buffers(SecBufferDesc* list) {
  if (!readable(list) || list->cBuffers < 4) return invalid;
  open_buffers found;
  found.list = list;
  ULONG empty_count = 0;
  for (ULONG i = 0; i < list->cBuffers; ++i) {
    SecBuffer& buffer = list->pBuffers[i];
    const ULONG type = type_of(buffer);
    if (type == SECBUFFER_EMPTY) {
      ++empty_count;
      if (found.first_empty == nullptr) found.first_empty = &buffer;
    }
    if (type != SECBUFFER_DATA) continue;
    if (found.data != nullptr || !writable(buffer)) return invalid;
    found.data = &buffer;
  }
  if (found.data == nullptr || empty_count < 3) return invalid;
  if (found.data->pvBuffer == nullptr && found.data->cbBuffer != 0) return invalid;
  found.input = bytes_of(*found.data);
  return found;
}

// Windows puts the count into the buffer that held the data and into the first empty one; the bytes stay as they are.
void report_missing(const open_buffers& at, std::size_t count) {
  for (SecBuffer* const buffer : {at.data, at.first_empty}) {
    buffer->BufferType = SECBUFFER_MISSING;
    buffer->cbBuffer = static_cast<ULONG>(count);
  }
}

// SEC_I_RENEGOTIATE: EXTRA is the opened record, whose header and length still stand, with all that follows; of a
// HelloRequest only what follows. spec 4.8
void report_record(const open_buffers& at, const context::read_output& found) {
  base::byte* const start = at.input.data();
  const std::size_t payload_end = found.offset + found.size;
  const std::size_t rest = found.passes_record ? 0 : found.record_size;
  SecBuffer* const places = at.list->pBuffers;
  set(places[0], SECBUFFER_STREAM_HEADER, start, found.offset);
  set(places[1], SECBUFFER_DATA, start + found.offset, found.size);
  set(places[2], SECBUFFER_STREAM_TRAILER, start + payload_end, found.record_size - payload_end);
  const std::size_t extra = at.input.size() - rest;
  set(places[3], extra == 0 ? SECBUFFER_EMPTY : SECBUFFER_EXTRA, extra == 0 ? nullptr : start + rest, extra);
}

}  // namespace schannix::abi
