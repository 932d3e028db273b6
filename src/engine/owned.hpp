// OpenSSL objects held by this library: one owner each, released by the right call. Rooms above engine may hold
// an owned<> inside an engine class, but never see <openssl/...>: the types are only named here.
#pragma once

#include <memory>

struct ossl_lib_ctx_st;
struct ssl_ctx_st;
struct ssl_st;
struct x509_st;
struct evp_pkey_st;
struct evp_cipher_st;
struct evp_cipher_ctx_st;
struct evp_kdf_st;
struct evp_mac_ctx_st;
struct evp_md_ctx_st;
struct x509_store_st;
struct bio_method_st;
struct ssl_session_st;

namespace schannix::engine {

// One specialisation a type, in owned.cpp.
template <typename Object>
struct release {
  void operator()(Object* object) const noexcept;
};
template <>
void release<ossl_lib_ctx_st>::operator()(ossl_lib_ctx_st*) const noexcept;
template <>
void release<ssl_ctx_st>::operator()(ssl_ctx_st*) const noexcept;
template <>
void release<ssl_st>::operator()(ssl_st*) const noexcept;
template <>
void release<x509_st>::operator()(x509_st*) const noexcept;
template <>
void release<evp_pkey_st>::operator()(evp_pkey_st*) const noexcept;
template <>
void release<evp_cipher_st>::operator()(evp_cipher_st*) const noexcept;
template <>
void release<evp_cipher_ctx_st>::operator()(evp_cipher_ctx_st*) const noexcept;
template <>
void release<evp_kdf_st>::operator()(evp_kdf_st*) const noexcept;
template <>
void release<evp_mac_ctx_st>::operator()(evp_mac_ctx_st*) const noexcept;
template <>
void release<evp_md_ctx_st>::operator()(evp_md_ctx_st*) const noexcept;
template <>
void release<x509_store_st>::operator()(x509_store_st*) const noexcept;
template <>
void release<ssl_session_st>::operator()(ssl_session_st*) const noexcept;
template <>
void release<bio_method_st>::operator()(bio_method_st*) const noexcept;

template <typename Object>
using owned = std::unique_ptr<Object, release<Object>>;

// For objects that OpenSSL counts references of: a copy of the shared_ptr is a reference.
template <typename Object>
std::shared_ptr<Object> share(Object* object) {
  return std::shared_ptr<Object>(object, release<Object>{});
}

}  // namespace schannix::engine
