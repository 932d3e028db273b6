// The buffer lists of ISC and ASC. Everything is looked up by type, not by index. spec 2.3-2.5, 1.4
#pragma once

#include <sspi.h>

#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace schannix::abi {

// What the caller gave.
struct handshake_input {
  base::bytes_view token;             // the first TOKEN; empty without
  SecBuffer* placeholder = nullptr;   // the first EMPTY: becomes EXTRA or MISSING
  bool malformed = false;             // an EMPTY that claims to hold bytes, or a TOKEN without memory
  base::bytes application_protocols;  // ALPN list as on the wire; empty without
  ULONGLONG flags = 0;                // SECBUFFER_FLAGS
};

// Failure: an application protocol list that is not well-formed.
base::result<handshake_input> read_input(const SecBufferDesc* list);

void report_missing(const handshake_input& in, std::size_t count);
void report_extra(const handshake_input& in, std::size_t count);  // the last count bytes of the token

// Where the token goes.
class handshake_output {
 public:
  // Failures: invalid_token (no list, or no buffer for a token), out_of_memory (a TOKEN or ALERT of size 0 without
  // ALLOCATE_MEMORY: Windows says SEC_E_INSUFFICIENT_MEMORY).
  static base::result<handshake_output> read(SecBufferDesc* list, bool allocates);

  std::size_t capacity() const;
  void write_token(base::bytes_view token);   // fits capacity(); an empty one sets the count to 0
  void write_alert(base::bytes_view record);  // into the ALERT buffer, if there is one that can take it
  void tell_needed(std::size_t size);

 private:
  SecBuffer* token_ = nullptr;
  SecBuffer* alert_ = nullptr;
  bool allocates_ = false;

  bool allocated_for(const SecBuffer& buffer) const;
  void put(SecBuffer& into, base::bytes_view bytes);
};

inline ULONG type_of(const SecBuffer& buffer) { return buffer.BufferType & ~static_cast<ULONG>(SECBUFFER_ATTRMASK); }

}  // namespace schannix::abi
