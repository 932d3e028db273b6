// The buffer lists of EncryptMessage and DecryptMessage. No allocation here: this is the fast path. spec 6.1, 6.2
#pragma once

#include <sspi.h>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "context/connection.hpp"

namespace schannix::abi {

// EncryptMessage: STREAM_HEADER, DATA, STREAM_TRAILER, or TOKEN, DATA, TOKEN.
struct seal_buffers {
  SecBuffer* header = nullptr;
  SecBuffer* data = nullptr;
  SecBuffer* trailer = nullptr;
};

// Failure: invalid_token (no list, not exactly one DATA, no header or trailer).
base::result<seal_buffers> read_seal_buffers(SecBufferDesc* list);

base::bytes_span bytes_of(const SecBuffer& buffer);

// DecryptMessage: one DATA with everything received and at least three EMPTY; the first four become HEADER, DATA,
// TRAILER and EXTRA, in these places.
struct open_buffers {
  SecBufferDesc* list = nullptr;
  SecBuffer* data = nullptr;  // the one that holds the bytes
  SecBuffer* first_empty = nullptr;
  base::bytes_span input;
};

base::result<open_buffers> read_open_buffers(SecBufferDesc* list);

void report_missing(const open_buffers& at, std::size_t count);
void report_record(const open_buffers& at, const context::read_output& found);

}  // namespace schannix::abi
