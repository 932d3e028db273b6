// What CryptDecodeObjectEx and CryptEncodeObjectEx do: DER into Windows' structs and back, one type at a time.
// MS constants-for-cryptencodeobject-and-cryptdecodeobject
#pragma once

#include <wincrypt.h>

#include "base/result.hpp"
#include "cert/flat.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

struct decoding {
  DWORD encoding;
  LPCSTR type;
  base::bytes_view der;
  DWORD flags;
};
// Fills into, which is empty. not_found: there is no such type; malformed_object.
base::result<void> decode(const engine::environment& env, const decoding& what, flat& into);

// not_found: there is no such type; invalid_parameter: the struct cannot be encoded.
base::result<base::bytes> encode(DWORD encoding, LPCSTR type, const void* from);

// CERT_RDN_ of an ASN.1 string type; CERT_RDN_ENCODED_BLOB: another type.
DWORD value_type_of(int tag) noexcept;

// The number of a type that is told by number or by an extension's object identifier; 0: of none.
std::uintptr_t number_of_type(LPCSTR type) noexcept;

}  // namespace schannix::cert
