#include "engine/owned.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace schannix::engine {

template <>
void release<ossl_lib_ctx_st>::operator()(ossl_lib_ctx_st* object) const noexcept {
  OSSL_LIB_CTX_free(object);
}
template <>
void release<ssl_ctx_st>::operator()(ssl_ctx_st* object) const noexcept {
  SSL_CTX_free(object);
}
template <>
void release<ssl_st>::operator()(ssl_st* object) const noexcept {
  SSL_free(object);
}
template <>
void release<ssl_session_st>::operator()(ssl_session_st* object) const noexcept {
  SSL_SESSION_free(object);
}
template <>
void release<x509_st>::operator()(x509_st* object) const noexcept {
  X509_free(object);
}
template <>
void release<evp_pkey_st>::operator()(evp_pkey_st* object) const noexcept {
  EVP_PKEY_free(object);
}
template <>
void release<evp_cipher_st>::operator()(evp_cipher_st* object) const noexcept {
  EVP_CIPHER_free(object);
}
template <>
void release<evp_cipher_ctx_st>::operator()(evp_cipher_ctx_st* object) const noexcept {
  EVP_CIPHER_CTX_free(object);
}
template <>
void release<evp_kdf_st>::operator()(evp_kdf_st* object) const noexcept {
  EVP_KDF_free(object);
}
template <>
void release<evp_mac_ctx_st>::operator()(evp_mac_ctx_st* object) const noexcept {
  EVP_MAC_CTX_free(object);
}
template <>
void release<evp_md_ctx_st>::operator()(evp_md_ctx_st* object) const noexcept {
  EVP_MD_CTX_free(object);
}
template <>
void release<x509_store_st>::operator()(x509_store_st* object) const noexcept {
  X509_STORE_free(object);
}
template <>
void release<bio_method_st>::operator()(bio_method_st* object) const noexcept {
  BIO_meth_free(object);
}

}  // namespace schannix::engine
