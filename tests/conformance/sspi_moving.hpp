// Contexts that are exported and imported, and everything that they tell of themselves.
#pragma once

#include <gtest/gtest.h>

#include <schannix_ext.h>

#include <string>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {

// What ExportSecurityContext hands out.
class packed {
 public:
  packed() = default;
  packed(const packed&) = delete;
  packed& operator=(const packed&) = delete;
  ~packed() { EXPECT_EQ(status(FreeContextBuffer(buffer_.pvBuffer)), SEC_E_OK); }
  SecBuffer* get() { return &buffer_; }
  std::string bytes() const { return bytes_of(buffer_); }
  bool untouched() const {
    return buffer_.cbBuffer == 0 && buffer_.BufferType == SECBUFFER_EMPTY && buffer_.pvBuffer == nullptr;
  }

 private:
  SecBuffer buffer_{0, SECBUFFER_EMPTY, nullptr};
};

inline status export_to(packed& into, CtxtHandle& from, ULONG flags = SECPKG_CONTEXT_EXPORT_DELETE_OLD) {
  return ExportSecurityContext(&from, flags, into.get(), nullptr);
}

inline status import_of(std::string bytes, CtxtHandle& into) {
  char package[] = UNISP_NAME_A;
  SecBuffer packed = buffer(SECBUFFER_TOKEN, bytes.data(), bytes.size());
  return ImportSecurityContextA(package, &packed, nullptr, &into);
}

inline std::string exported(party& from) {
  packed made;
  EXPECT_EQ(export_to(made, from.handle()), SEC_E_OK);
  return made.bytes();
}

// The party goes on with what it has become.
inline void move(party& one) { EXPECT_EQ(import_of(exported(one), one.handle()), SEC_E_OK); }

inline std::string bytes_at(const void* block, std::size_t size) {
  return block == nullptr ? std::string("none") : std::string(static_cast<const char*>(block), size);
}

// One attribute by its number: the status, and the struct or what it points to.
template <class Struct, class Text>
std::string told(CtxtHandle& of, ULONG attribute, Text text) {
  Struct into{};
  const status said = QueryContextAttributesA(&of, attribute, &into);
  return std::to_string(attribute) + " " + said.name() + " " + (said == SEC_E_OK ? text(into) : std::string()) + "\n";
}

template <class Struct>
std::string told(CtxtHandle& of, ULONG attribute) {
  return told<Struct>(of, attribute, [](const Struct& one) { return bytes_at(&one, sizeof one); });
}

template <class Block>
std::string freed(Block* block, std::size_t size) {
  const std::string copy = bytes_at(block, size);
  FreeContextBuffer(block);
  return copy;
}

inline std::string told_certificate(CtxtHandle& of, ULONG attribute) {
  return told<PCCERT_CONTEXT>(of, attribute, [](PCCERT_CONTEXT one) {
    const certificate held(one);
    return bytes_at(one->pbCertEncoded, one->cbCertEncoded);
  });
}

inline std::string told_cipher(CtxtHandle& of) {
  SecPkgContext_CipherInfo info{};
  info.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
  const status said = QueryContextAttributesA(&of, SECPKG_ATTR_CIPHER_INFO, &info);
  return said.name() + bytes_at(&info, sizeof info);
}

inline SCHANNIX_CLOSE_REPORT close_report_of(CtxtHandle& of) {
  SCHANNIX_CLOSE_REPORT report{};
  report.cbSize = sizeof report;
  EXPECT_EQ(status(QueryContextAttributesA(&of, SCHANNIX_ATTR_CLOSE_REPORT, &report)), SEC_E_OK);
  return report;
}

inline std::string told_numbers(CtxtHandle& of) {
  return told_cipher(of) + told<SecPkgContext_StreamSizes>(of, SECPKG_ATTR_STREAM_SIZES) +
         told<SecPkgContext_Sizes>(of, SECPKG_ATTR_SIZES) + told<SecPkgContext_Flags>(of, SECPKG_ATTR_FLAGS) +
         told<SecPkgContext_ConnectionInfo>(of, SECPKG_ATTR_CONNECTION_INFO) +
         told<SecPkgContext_ConnectionInfoEx>(of, SECPKG_ATTR_CONNECTION_INFO_EX) +
         told<SecPkgContext_SessionInfo>(of, SECPKG_ATTR_SESSION_INFO) +
         told<SecPkgContext_Lifespan>(of, SECPKG_ATTR_LIFESPAN) +
         told<SecPkgContext_ApplicationProtocol>(of, SECPKG_ATTR_APPLICATION_PROTOCOL) +
         told<SecPkgContext_CertificateValidationResult>(of, SECPKG_ATTR_CERT_CHECK_RESULT) +
         told<SecPkgContext_EapKeyBlock>(of, SECPKG_ATTR_EAP_KEY_BLOCK);
}

inline std::string told_blocks(CtxtHandle& of) {
  const auto bindings = [](const SecPkgContext_Bindings& one) { return freed(one.Bindings, one.BindingsLength); };
  return told<SecPkgContext_Bindings>(of, SECPKG_ATTR_UNIQUE_BINDINGS, bindings) +
         told<SecPkgContext_Bindings>(of, SECPKG_ATTR_ENDPOINT_BINDINGS, bindings) +
         told<SecPkgContext_TargetInformation>(
             of, SECPKG_ATTR_TARGET_INFORMATION,
             [](const auto& one) { return freed(one.MarshalledTargetInfo, one.MarshalledTargetInfoLength); }) +
         told<SecPkgContext_NegotiatedTlsExtensions>(
             of, SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS,
             [](const auto& one) { return freed(one.Extensions, one.ExtensionsCount * sizeof(WORD)); }) +
         told<SecPkgContext_SupportedSignatures>(of, SECPKG_ATTR_SUPPORTED_SIGNATURES,
                                                 [](const auto& one) {
                                                   return freed(one.pSignatureAndHashAlgorithms,
                                                                one.cSignatureAndHashAlgorithms * sizeof(WORD));
                                                 }) +
         told<SecPkgContext_KeyingMaterial>(of, SECPKG_ATTR_KEYING_MATERIAL, [](const auto& one) {
           return freed(one.pbKeyingMaterial, one.cbKeyingMaterial);
         });
}

inline std::string told_app_data(CtxtHandle& of) {
  return told<SecPkgContext_SessionAppData>(of, SECPKG_ATTR_APP_DATA,
                                            [](const auto& one) { return freed(one.pbAppData, one.cbAppData); });
}

inline std::string told_issuers(CtxtHandle& of) {
  return told<SecPkgContext_IssuerListInfoEx>(of, SECPKG_ATTR_ISSUER_LIST_EX, [](const auto& list) {
    std::string all;
    for (DWORD i = 0; i < list.cIssuers; ++i) all += bytes_at(list.aIssuers[i].pbData, list.aIssuers[i].cbData);
    FreeContextBuffer(list.aIssuers);
    return all;
  });
}

// All that a context tells, but for whether a session is kept: that is the process's.
inline std::string told(CtxtHandle& of) {
  SCHANNIX_CLOSE_REPORT report = close_report_of(of);
  report.dwFlags &= ~DWORD{SCHANNIX_CLOSE_RESUMABLE};
  return told_numbers(of) + told_blocks(of) + told_app_data(of) + told_issuers(of) +
         told_certificate(of, SECPKG_ATTR_REMOTE_CERT_CONTEXT) + told_certificate(of, SECPKG_ATTR_LOCAL_CERT_CONTEXT) +
         told<SecPkgContext_Certificates>(
             of, SECPKG_ATTR_REMOTE_CERTIFICATES,
             [](const auto& one) { return freed(one.pbCertificateChain, one.cbCertificateChain); }) +
         bytes_at(&report, sizeof report);
}

inline void keep_with_session(CtxtHandle& on) {
  BYTE data[] = {7, 8, 9};
  SecPkgContext_SessionAppData kept{0, sizeof data, data};
  EXPECT_EQ(status(SetContextAttributesA(&on, SECPKG_ATTR_APP_DATA, &kept, sizeof kept)), SEC_E_OK);
}

// A request for keying material, so that there is some to tell.
inline void ask_for_keying_material(CtxtHandle& on) {
  char label[] = "EXPERIMENTAL move";
  BYTE context[] = {1, 2, 3};
  SecPkgContext_KeyingMaterialInfo wanted{};
  wanted.cbLabel = sizeof label;
  wanted.pszLabel = label;
  wanted.cbContextValue = sizeof context;
  wanted.pbContextValue = context;
  wanted.cbKeyingMaterial = 40;
  EXPECT_EQ(status(SetContextAttributesA(&on, SECPKG_ATTR_KEYING_MATERIAL_INFO, &wanted, sizeof wanted)), SEC_E_OK);
}

}  // namespace schannix::test::sspi
