// How asn1_objects.cpp and asn1_keys.cpp read and write: one value, to the last byte.
#pragma once

#include <climits>

#include "base/result.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine::internal {

// The value, or null.
template <typename Object, auto Release, typename Decode>
held<Object, Release> read_whole(Decode decode, base::bytes_view der) {
  if (der.empty() || der.size() > INT_MAX) return nullptr;
  const unsigned char* at = der.data();
  held<Object, Release> read(decode(nullptr, &at, static_cast<long>(der.size())));
  if (at != der.data() + der.size()) read.reset();
  return read;
}

inline base::failure malformed_value() { return base::caller_mistake(base::reason::malformed_object); }
inline base::failure bad_value() { return base::caller_mistake(base::reason::invalid_parameter); }

// What was written; nothing was: it cannot be encoded.
inline base::result<base::bytes> written(base::bytes der) {
  if (der.empty()) return bad_value();
  return der;
}

inline unsigned unused_bits(const ASN1_BIT_STRING* bits) {
  return bits->flags & ASN1_STRING_FLAG_BITS_LEFT ? static_cast<unsigned>(bits->flags & 7) : 0;
}

}  // namespace schannix::engine::internal
