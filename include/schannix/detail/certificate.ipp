// certificate.ipp: definitions of certificate.hpp.
#pragma once

namespace schannix {
inline namespace v0 {

inline certificate::owned_store certificate::import(std::string_view certificates, std::string_view key,
                                                    const char* password) {
  HCERTSTORE store = nullptr;
  const auto* key_text = key.empty() ? nullptr : key.data();
  if (!SchannixImportPem(certificates.data(), certificates.size(), key_text, key.size(), password, &store))
    detail::fail_last_error("reading PEM");
  return owned_store(store);
}

inline certificate certificate::keyed_in(HCERTSTORE store) {
  return adopt(CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, nullptr, nullptr));
}

inline certificate certificate::from_pem(std::string_view certificates, std::string_view key,
                                         const std::optional<std::string>& password) {
  const auto store = import(certificates, key, password ? password->c_str() : nullptr);
  if (!key.empty()) return keyed_in(store.get());
  return adopt(CertEnumCertificatesInStore(store.get(), nullptr));
}

inline std::vector<certificate> certificate::list_from_pem(std::string_view text) {
  const auto store = import(text, {}, nullptr);
  std::vector<certificate> list;
  PCCERT_CONTEXT each = nullptr;
  while ((each = CertEnumCertificatesInStore(store.get(), each)) != nullptr)  // frees the one before
    list.push_back(adopt(CertDuplicateCertificateContext(each)));
  return list;
}

inline certificate certificate::from_pfx(std::span<const std::byte> file, std::string_view password) {
  std::vector<std::byte> copy(file.begin(), file.end());  // the Windows struct has no const
  CRYPT_DATA_BLOB blob{};
  blob.cbData = static_cast<DWORD>(copy.size());
  blob.pbData = reinterpret_cast<BYTE*>(copy.data());
  const owned_store store(PFXImportCertStore(&blob, detail::widen(password).c_str(), 0));
  if (!store) detail::fail_last_error("reading PKCS#12");
  return keyed_in(store.get());
}

inline certificate certificate::self_signed(const std::string& name, unsigned days) {
  PCCERT_CONTEXT context = nullptr;
  if (!SchannixCreateSelfSigned(name.c_str(), days, &context)) detail::fail_last_error("making a certificate");
  return adopt(context);
}

inline certificate certificate::adopt(PCCERT_CONTEXT context) {
  if (context == nullptr) detail::fail(0x8009030E, "no certificate");  // SEC_E_NO_CREDENTIALS
  return certificate(context);
}

inline std::string certificate::name_string(DWORD type, DWORD flags) const {
  const auto size = CertGetNameStringA(native(), type, flags, nullptr, nullptr, 0);
  std::string text(size, '\0');
  CertGetNameStringA(native(), type, flags, nullptr, text.data(), size);
  text.resize(size == 0 ? 0 : size - 1);
  return text;
}

inline std::vector<std::string> certificate::dns_names() const {
  const auto joined = name_string(CERT_NAME_DNS_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < joined.size();) {  // a NUL after each name
    const auto end = std::min(joined.find('\0', at), joined.size());
    if (end > at) names.push_back(joined.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

inline std::chrono::system_clock::time_point certificate::time_of(const FILETIME& time) {
  using ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  constexpr std::int64_t from_1601_to_1970 = 116'444'736'000'000'000;
  const auto count = (static_cast<std::uint64_t>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
  return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::chrono::duration_cast<std::chrono::microseconds>(
          ticks(static_cast<std::int64_t>(count) - from_1601_to_1970))));
}

inline std::span<const std::byte> certificate::der() const {
  return {reinterpret_cast<const std::byte*>(native()->pbCertEncoded), native()->cbCertEncoded};
}

inline std::string certificate::to_pem() const {
  char* text = SchannixExportPem(native());
  if (text == nullptr) detail::fail_last_error("writing PEM");
  std::string copy(text);
  LocalFree(text);
  return copy;
}

}  // namespace v0
}  // namespace schannix
