// Buffer lists as a careless or hostile program makes them, and the statuses that a call may answer with.
#pragma once

#include <sspi.h>
#include <winerror.h>

#include <array>
#include <memory>
#include <vector>

#include "fuzz.hpp"

namespace schannix::fuzz {

// A list with memory of exactly the size that each of its buffers claims.
struct exact_list {
  std::vector<SecBuffer> buffers;
  std::vector<std::unique_ptr<char[]>> memory;
  SecBufferDesc description{};

  void add(ULONG type, std::string_view content, std::size_t size) {
    memory.push_back(std::make_unique<char[]>(size));
    std::copy_n(content.begin(), std::min(size, content.size()), memory.back().get());
    buffers.push_back({static_cast<ULONG>(size), type, memory.back().get()});
  }
  SecBufferDesc* get() {
    description = {SECBUFFER_VERSION, static_cast<ULONG>(buffers.size()), buffers.data()};
    return &description;
  }
};

// wires: what the two sides have last said.
inline exact_list drawn(input& from, const std::array<std::string, 2>& wires) {
  constexpr ULONG types[] = {SECBUFFER_DATA,       SECBUFFER_DATA,
                             SECBUFFER_TOKEN,      SECBUFFER_EMPTY,
                             SECBUFFER_EMPTY,      SECBUFFER_STREAM_HEADER,
                             SECBUFFER_ALERT,      SECBUFFER_STREAM_TRAILER,
                             SECBUFFER_EXTRA,      SECBUFFER_MISSING,
                             SECBUFFER_FLAGS,      SECBUFFER_APPLICATION_PROTOCOLS,
                             SECBUFFER_PKG_PARAMS, 77,
                             SECBUFFER_TOKEN,      SECBUFFER_DATA | SECBUFFER_READONLY};
  exact_list made;
  if (from.u8() % 4 == 0) {  // as DecryptMessage wants them
    const std::string& wire = wires[from.u8() % 2];
    made.add(SECBUFFER_DATA, wire, wire.size());
    made.buffers.resize(4, {0, SECBUFFER_EMPTY, nullptr});
  }
  for (unsigned count = from.u8() % 7; count > 0; --count) {
    const ULONG type = types[from.u8() % std::size(types)];
    switch (from.u8() % 6) {
      case 0:
        made.buffers.push_back({from.u8() % 4 == 0 ? 9u : 0u, type, nullptr});
        break;
      case 1:
        made.add(type, {}, from.u16() % 17'000);
        break;
      case 2:
        made.add(type, wires[0], wires[0].size());
        break;
      case 3:
        made.add(type, wires[1], wires[1].size());
        break;
      default:
        const std::string_view text = from.text(from.u8());
        made.add(type, text, text.size());
    }
  }
  return made;
}

inline void check_documented(SECURITY_STATUS said) {
  constexpr SECURITY_STATUS documented[] = {SEC_E_OK,
                                            SEC_I_CONTINUE_NEEDED,
                                            SEC_I_CONTEXT_EXPIRED,
                                            SEC_I_RENEGOTIATE,
                                            SEC_I_NO_RENEGOTIATION,
                                            SEC_I_INCOMPLETE_CREDENTIALS,
                                            SEC_E_INCOMPLETE_MESSAGE,
                                            SEC_E_INVALID_HANDLE,
                                            SEC_E_INVALID_TOKEN,
                                            SEC_E_INVALID_PARAMETER,
                                            SEC_E_UNSUPPORTED_FUNCTION,
                                            SEC_E_BUFFER_TOO_SMALL,
                                            SEC_E_ENCRYPT_FAILURE,
                                            SEC_E_CONTEXT_EXPIRED,
                                            SEC_E_QOP_NOT_SUPPORTED,
                                            SEC_E_ILLEGAL_MESSAGE,
                                            SEC_E_MESSAGE_ALTERED,
                                            SEC_E_DECRYPT_FAILURE,
                                            SEC_E_ALGORITHM_MISMATCH,
                                            SEC_E_APPLICATION_PROTOCOL_MISMATCH,
                                            SEC_E_INSUFFICIENT_MEMORY,
                                            SEC_E_INTERNAL_ERROR,
                                            SEC_E_CERT_UNKNOWN,
                                            SEC_E_CERT_EXPIRED,
                                            CRYPT_E_REVOKED,
                                            SEC_E_UNTRUSTED_ROOT,
                                            SEC_E_LOGON_DENIED,
                                            SEC_E_UNFINISHED_CONTEXT_DELETED,
                                            SEC_E_NO_CREDENTIALS};
  demand(std::find(std::begin(documented), std::end(documented), said) != std::end(documented),
         "every status is a documented one");
}

}  // namespace schannix::fuzz
