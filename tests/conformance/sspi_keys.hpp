// Keys behind handles and by name, as several files of tests make them: bound to a certificate, and proved by a
// handshake.
#pragma once

#include <ncrypt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>
#include <utility>
#include <vector>

#include "sspi_acquired.hpp"
#include "support/key_homes.hpp"

namespace schannix::test::sspi {
using pki::key_kind;
using blob = std::vector<BYTE>;

constexpr DWORD failed(HRESULT why) { return static_cast<DWORD>(why); }

class object {
 public:
  object() = default;
  object(object&& from) noexcept : handle_(std::exchange(from.handle_, 0)) {}
  object(const object&) = delete;
  ~object() {
    if (handle_ != 0) NCryptFreeObject(handle_);
  }
  ULONG_PTR* into() { return &handle_; }
  ULONG_PTR get() const { return handle_; }
  ULONG_PTR give_up() { return std::exchange(handle_, 0); }

 private:
  ULONG_PTR handle_ = 0;
};

inline object provider(LPCWSTR name = MS_KEY_STORAGE_PROVIDER) {
  object made;
  EXPECT_EQ(NCryptOpenStorageProvider(made.into(), name, 0), ERROR_SUCCESS);
  return made;
}

inline blob pkcs8_of(const pki::issued& of) {
  unsigned char* der = nullptr;
  PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(of.key.get());
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
  PKCS8_PRIV_KEY_INFO_free(info);
  blob out(der, der + size);
  OPENSSL_free(der);
  return out;
}

inline blob capi_of(const pki::issued& of) {
  BIO* const out = BIO_new(BIO_s_mem());
  EXPECT_GT(i2b_PrivateKey_bio(out, of.key.get()), 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  blob made(data, data + size);
  BIO_free(out);
  return made;
}

inline SECURITY_STATUS import_key(ULONG_PTR into, LPCWSTR type, blob data, object& key, DWORD flags = 0,
                                  const wchar_t* name = nullptr) {
  std::wstring kept(name != nullptr ? name : L"");
  NCryptBuffer buffer{static_cast<ULONG>((kept.size() + 1) * sizeof(wchar_t)), NCRYPTBUFFER_PKCS_KEY_NAME, kept.data()};
  NCryptBufferDesc list{NCRYPTBUFFER_VERSION, 1, &buffer};
  return NCryptImportKey(into, 0, type, name != nullptr ? &list : nullptr, key.into(), data.data(),
                         static_cast<DWORD>(data.size()), flags);
}

inline blob exported(ULONG_PTR key, LPCWSTR type) {
  DWORD size = 0;
  if (NCryptExportKey(key, 0, type, nullptr, nullptr, 0, &size, 0) != ERROR_SUCCESS) return {};
  blob out(size);
  EXPECT_EQ(NCryptExportKey(key, 0, type, nullptr, out.data(), size, &size, 0), ERROR_SUCCESS);
  return out;
}

inline void allow_export(ULONG_PTR key) {
  DWORD policy = NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
  EXPECT_EQ(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, reinterpret_cast<PBYTE>(&policy), sizeof policy, 0),
            ERROR_SUCCESS);
}

// A key that may leave again.
inline object open_key(const pki::issued& of) {
  object key;
  EXPECT_EQ(import_key(provider().get(), NCRYPT_PKCS8_PRIVATE_KEY_BLOB, pkcs8_of(of), key, NCRYPT_DO_NOT_FINALIZE_FLAG),
            ERROR_SUCCESS);
  allow_export(key.get());
  EXPECT_EQ(NCryptFinalizeKey(key.get(), 0), ERROR_SUCCESS);
  return key;
}

inline certificate alone(const pki::issued& leaf) { return import(leaf, {}, false); }

inline bool bind_property(const certificate& of, DWORD id, const void* value, DWORD flags = 0) {
  return CertSetCertificateContextProperty(of.get(), id, flags, value) != FALSE;
}
inline bool bind_key(const certificate& of, ULONG_PTR handle, DWORD flags = 0) {
  return bind_property(of, CERT_NCRYPT_KEY_HANDLE_PROP_ID, reinterpret_cast<const void*>(handle), flags);
}
inline bool bind_container(const certificate& of, const std::wstring& name, DWORD type = 0) {
  std::wstring kept = name;
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = kept.data();
  info.dwProvType = type;
  info.dwKeySpec = type != 0 ? AT_SIGNATURE : 0;
  return bind_property(of, CERT_KEY_PROV_INFO_PROP_ID, &info);
}

inline status outcome(const certificate& of) {
  PCCERT_CONTEXT list[1];
  auto data = plain_data<SCH_CREDENTIALS>(role::server, list);
  list[0] = of.get();
  credential made;
  return acquire(SECPKG_CRED_INBOUND, &data, *made.get());
}

inline std::string served(const certificate& by, tls version) {
  const credential from({.side = role::server, .version = version, .certificates = {by.get()}});
  const int wanted = version == tls::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
  return negotiated(role::server, from, peer_of(role::server, wanted, wanted));
}

}  // namespace schannix::test::sspi
