// What the x509_*.cpp files share: owners of OpenSSL's temporary objects, and the error queue kept clean.
#pragma once

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "engine/x509.hpp"

namespace schannix::engine::internal {

template <auto Release>
struct release_by {
  template <typename Object>
  void operator()(Object* object) const noexcept {
    Release(object);
  }
};
template <typename Object, auto Release>
using held = std::unique_ptr<Object, release_by<Release>>;

// Functions for what OpenSSL frees by macro.
inline void free_memory(void* memory) { OPENSSL_free(memory); }
inline void free_borrowed(STACK_OF(X509) * all) { sk_X509_free(all); }
inline void free_certificates(STACK_OF(X509) * all) { sk_X509_pop_free(all, X509_free); }
inline void free_extensions(STACK_OF(X509_EXTENSION) * all) { sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free); }
inline void free_safes(STACK_OF(PKCS7) * all) { sk_PKCS7_pop_free(all, PKCS7_free); }
inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * all) { sk_PKCS12_SAFEBAG_pop_free(all, PKCS12_SAFEBAG_free); }
inline void free_points(CRL_DIST_POINTS* all) { CRL_DIST_POINTS_free(all); }
inline void free_addresses(STACK_OF(OPENSSL_STRING) * all) { X509_email_free(all); }

using held_bio = held<BIO, BIO_free_all>;
using held_bignum = held<BIGNUM, BN_free>;
using held_extension = held<X509_EXTENSION, X509_EXTENSION_free>;
using held_extended_usage = held<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using held_general_name = held<GENERAL_NAME, GENERAL_NAME_free>;
using held_general_names = held<GENERAL_NAMES, GENERAL_NAMES_free>;
using held_pkcs12 = held<PKCS12, PKCS12_free>;
using held_key_info = held<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using held_memory = held<unsigned char, free_memory>;
using held_text = held<char, free_memory>;
using held_borrowed = held<STACK_OF(X509), free_borrowed>;
using held_certificates = held<STACK_OF(X509), free_certificates>;
using held_safes = held<STACK_OF(PKCS7), free_safes>;
using held_bags = held<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using held_store_context = held<X509_STORE_CTX, X509_STORE_CTX_free>;
using held_points = held<CRL_DIST_POINTS, free_points>;
using held_addresses = held<STACK_OF(OPENSSL_STRING), free_addresses>;

// What OpenSSL adds to the thread's error queue inside the scope is forgotten; what was there before stays.
class quiet_errors {
 public:
  quiet_errors() { ERR_set_mark(); }
  ~quiet_errors() { ERR_pop_to_mark(); }
  quiet_errors(const quiet_errors&) = delete;
  quiet_errors& operator=(const quiet_errors&) = delete;
};

// For calls that ask the queue what went wrong: it holds nothing else, and nothing is left.
class own_errors {
 public:
  own_errors() { ERR_clear_error(); }
  ~own_errors() { ERR_clear_error(); }
  own_errors(const own_errors&) = delete;
  own_errors& operator=(const own_errors&) = delete;
};

template <typename Object>
Object* or_throw(Object* made) {
  if (!made) throw std::bad_alloc();
  return made;
}

// OpenSSL's i2d_ functions write through a pointer that they allocate when it is null.
template <typename Encode, typename Object>
base::bytes encoded(Encode encode, Object* object) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  if (size < 0) return {};
  const held_memory owner(der);
  return base::bytes(der, der + size);
}

inline held_bio reader_of(base::bytes_view input) {
  return held_bio(or_throw(BIO_new_mem_buf(input.data(), static_cast<int>(input.size()))));
}

inline std::string dotted(const ASN1_OBJECT* object) {
  char text[128];
  const int size = OBJ_obj2txt(text, sizeof text, object, 1);
  return size > 0 && size < static_cast<int>(sizeof text) ? std::string(text) : std::string();
}

inline base::bytes content_of(const ASN1_STRING* string) {
  if (!string) return {};
  const unsigned char* const data = ASN1_STRING_get0_data(string);
  return data ? base::bytes(data, data + ASN1_STRING_length(string)) : base::bytes();
}

// In x509_fields.cpp. The content octets of an INTEGER, most significant first; empty: there are none.
base::bytes integer_content(const ASN1_INTEGER* number);
certificate_fields::algorithm algorithm_of(const X509_ALGOR* from);
std::optional<std::int64_t> seconds_of(const ASN1_TIME* time);  // since 1970
void read_extensions(std::vector<certificate_fields::extension>& into, const STACK_OF(X509_EXTENSION) * from);

// A reference of our own to each; null holds none.
inline std::vector<certificate> certificates_in(const STACK_OF(X509) * all) {
  std::vector<certificate> out;
  for (int i = 0; i < sk_X509_num(all); ++i) {
    X509* const one = sk_X509_value(all, i);
    X509_up_ref(one);
    out.emplace_back(share(one));
  }
  return out;
}

// Borrows: the stack holds no references.
inline held_borrowed stack_of(const std::vector<certificate>& all) {
  held_borrowed out(or_throw(sk_X509_new_null()));
  for (const certificate& one : all)
    if (sk_X509_push(out.get(), one.native()) <= 0) throw std::bad_alloc();
  return out;
}

// 112 bits: no signature in the chain with MD5 or SHA-1 (the anchor's own is not looked at), no RSA key below 2048
// bits, no curve below 224. Windows refuses MD5, and SHA-1 for server certificates since 2017; level 2 is also what
// Debian and Fedora set for every TLS program. Level 1 would still take 1024-bit RSA.
inline constexpr int security_level = 2;

inline bool is_address(const std::string& name) {
  std::array<unsigned char, 16> unused{};
  return ::inet_pton(AF_INET, name.c_str(), unused.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), unused.data()) == 1;
}

}  // namespace schannix::engine::internal
