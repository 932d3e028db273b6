// The first column: public functions only.
#include <wincrypt.h>

#include <memory>
#include <string>
#include <vector>

#include "limbo/answer.hpp"

namespace schannix::test::limbo {
namespace {

struct closes {
  void operator()(void* store) const { CertCloseStore(store, 0); }
  void operator()(PCCERT_CONTEXT one) const { CertFreeCertificateContext(one); }
  void operator()(PCCERT_CHAIN_CONTEXT chain) const { CertFreeCertificateChain(chain); }
};
using store = std::unique_ptr<void, closes>;
using context = std::unique_ptr<const CERT_CONTEXT, closes>;
using chain = std::unique_ptr<const CERT_CHAIN_CONTEXT, closes>;

// What a function of Windows refused.
struct refusal {
  DWORD why;
};

template <typename Result>
Result must(Result out) {
  if (!out) throw refusal{GetLastError()};
  return out;
}

std::vector<BYTE> der_of(const std::string& pem) {
  DWORD size = 0;
  const auto read = [&](BYTE* into) {
    return CryptStringToBinaryA(pem.data(), static_cast<DWORD>(pem.size()), CRYPT_STRING_BASE64HEADER, into, &size,
                                nullptr, nullptr);
  };
  must(read(nullptr));
  std::vector<BYTE> out(size);
  must(read(out.data()));
  return out;
}

store new_store() { return store(must(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr))); }

void add(const store& to, const std::vector<std::string>& certificates) {
  for (const std::string& pem : certificates) {
    const std::vector<BYTE> der = der_of(pem);
    must(CertAddEncodedCertificateToStore(to.get(), X509_ASN_ENCODING, der.data(), static_cast<DWORD>(der.size()),
                                          CERT_STORE_ADD_ALWAYS, nullptr));
  }
}

void add_lists(const store& to, const std::vector<std::string>& lists) {
  for (const std::string& pem : lists) {
    const std::vector<BYTE> der = der_of(pem);
    must(CertAddEncodedCRLToStore(to.get(), X509_ASN_ENCODING, der.data(), static_cast<DWORD>(der.size()),
                                  CERT_STORE_ADD_ALWAYS, nullptr));
  }
}

// Trusts these, and nothing else.
class engine {
 public:
  explicit engine(const std::vector<std::string>& trusted) {
    const store roots = new_store();
    add(roots, trusted);
    CERT_CHAIN_ENGINE_CONFIG config{};
    config.cbSize = sizeof config;
    config.hExclusiveRoot = roots.get();
    must(CertCreateCertificateChainEngine(&config, &handle_));
  }
  ~engine() { CertFreeCertificateChainEngine(handle_); }
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  HCERTCHAINENGINE get() const { return handle_; }

 private:
  HCERTCHAINENGINE handle_ = nullptr;
};

FILETIME file_time(std::int64_t seconds) {
  constexpr std::int64_t from_1601_to_1970 = 11644473600;
  const auto ticks = static_cast<std::uint64_t>(seconds + from_1601_to_1970) * 10'000'000;
  return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

chain chain_of(const limbo_case& of, const engine& with, const store& additional) {
  const std::vector<BYTE> der = der_of(of.leaf);
  const context leaf(must(CertCreateCertificateContext(X509_ASN_ENCODING, der.data(), static_cast<DWORD>(der.size()))));
  std::string purpose = of.of_server ? szOID_PKIX_KP_SERVER_AUTH : szOID_PKIX_KP_CLIENT_AUTH;
  LPSTR purposes = purpose.data();
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  para.RequestedUsage = {USAGE_MATCH_TYPE_AND, {1, &purposes}};
  FILETIME time = file_time(of.at.value_or(0));
  const DWORD flags = of.lists.empty() ? 0 : CERT_CHAIN_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
  PCCERT_CHAIN_CONTEXT out = nullptr;
  must(CertGetCertificateChain(with.get(), leaf.get(), of.at ? &time : nullptr, additional.get(), &para, flags, nullptr,
                               &out));
  return chain(out);
}

DWORD judged(const limbo_case& of, const chain& shown) {
  std::wstring name = of.name ? std::wstring(of.name->begin(), of.name->end()) : std::wstring();  // all are ASCII
  SSL_EXTRA_CERT_CHAIN_POLICY_PARA extra{};
  extra.cbSize = sizeof extra;
  extra.dwAuthType = of.of_server ? AUTHTYPE_SERVER : AUTHTYPE_CLIENT;
  extra.pwszServerName = of.name ? name.data() : nullptr;
  CERT_CHAIN_POLICY_PARA para{sizeof para, 0, &extra};
  CERT_CHAIN_POLICY_STATUS status{};
  status.cbSize = sizeof status;
  must(CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, shown.get(), &para, &status));
  return status.dwError;
}

}  // namespace

DWORD answer_of_chain_api(const limbo_case& of) try {
  const engine trusting(of.trusted);
  const store additional = new_store();
  add(additional, of.untrusted);
  add_lists(additional, of.lists);
  return judged(of, chain_of(of, trusting, additional));
} catch (const refusal& seen) {
  return seen.why;
}

}  // namespace schannix::test::limbo
