// How much work a file asks for before its password can be tried. The file says so itself: a few bytes can ask for
// hours.
#pragma once

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <cstdint>

namespace schannix::engine::internal {

// Rounds of key derivation that one file may ask for, all its parts together: about three seconds. Programs that write
// such files ask for 2,000 to 600,000.
inline constexpr std::uint64_t most_rounds = 5'000'000;

// Of a password-based encryption (PKCS#5, PKCS#12). One that cannot be read counts nothing: OpenSSL refuses it.
std::uint64_t rounds_of(const X509_ALGOR* encryption);

// Of an INTEGER; absent: 1, its default. What is no sensible number counts as more than anybody may ask for.
std::uint64_t rounds_of(const ASN1_INTEGER* count);

}  // namespace schannix::engine::internal
