// Chains, their engines, and what the policies say of them.
#include "fixture.hpp"

namespace schannix::cert {
namespace {

using test::pki::issue;
using test::pki::issued;

struct free_chain {
  void operator()(PCCERT_CHAIN_CONTEXT chain) const { CertFreeCertificateChain(chain); }
};
using chain_owner = std::unique_ptr<const CERT_CHAIN_CONTEXT, free_chain>;

store_owner store_with(const std::vector<issued>& all) {
  store_owner out(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr));
  for (const issued& one : all) {
    const std::string der = one.der();
    CertAddEncodedCertificateToStore(out.get(), X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()),
                                     static_cast<DWORD>(der.size()), CERT_STORE_ADD_ALWAYS, nullptr);
  }
  return out;
}

// An engine that trusts these, and nothing else.
class trusting {
 public:
  explicit trusting(const std::vector<issued>& anchors, DWORD flags = 0) {
    const store_owner roots = store_with(anchors);
    CERT_CHAIN_ENGINE_CONFIG config{};
    config.cbSize = sizeof config;
    config.hExclusiveRoot = roots.get();
    config.dwExclusiveFlags = flags;
    EXPECT_TRUE(CertCreateCertificateChainEngine(&config, &engine_));
  }
  ~trusting() { CertFreeCertificateChainEngine(engine_); }
  trusting(const trusting&) = delete;
  trusting& operator=(const trusting&) = delete;
  HCERTCHAINENGINE get() const { return engine_; }

 private:
  HCERTCHAINENGINE engine_ = nullptr;
};

struct wanted {
  std::vector<issued> additional = {};
  const char* purpose = nullptr;
  LPFILETIME time = nullptr;
  DWORD flags = 0;
};

chain_owner chain_of(HCERTCHAINENGINE with, const issued& leaf, const wanted& how = {}) {
  const store_owner own = store_with({leaf}), additional = store_with(how.additional);
  const context_owner one = find(own.get(), CERT_FIND_ANY, nullptr);
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  LPSTR purpose = const_cast<LPSTR>(how.purpose);
  if (purpose) para.RequestedUsage = {USAGE_MATCH_TYPE_AND, {1, &purpose}};
  PCCERT_CHAIN_CONTEXT out = nullptr;
  EXPECT_TRUE(CertGetCertificateChain(with, one.get(), how.time, additional.get(), &para, how.flags, nullptr, &out));
  return chain_owner(out);
}

DWORD errors(const chain_owner& of) { return of->TrustStatus.dwErrorStatus; }

DWORD judged(const chain_owner& chain, LPCSTR policy, DWORD flags = 0, void* extra = nullptr) {
  CERT_CHAIN_POLICY_PARA para{sizeof para, flags, extra};
  CERT_CHAIN_POLICY_STATUS status{};
  status.cbSize = sizeof status;
  EXPECT_TRUE(CertVerifyCertificateChainPolicy(policy, chain.get(), &para, &status));
  return status.dwError;
}

DWORD judged_for(const chain_owner& chain, const wchar_t* name, DWORD checks = 0, DWORD type = AUTHTYPE_SERVER) {
  std::wstring text = name;
  SSL_EXTRA_CERT_CHAIN_POLICY_PARA extra{};
  extra.cbSize = sizeof extra;
  extra.dwAuthType = type;
  extra.fdwChecks = checks;
  extra.pwszServerName = text.data();
  return judged(chain, CERT_CHAIN_POLICY_SSL, 0, &extra);
}

TEST(chain, from_the_leaf_to_its_root) {
  const chain_owner chain = chain_of(trusting({root()}).get(), leaf());
  ASSERT_TRUE(chain);
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_NO_ERROR});
  ASSERT_EQ(chain->cChain, 1u);
  const CERT_SIMPLE_CHAIN& simple = *chain->rgpChain[0];
  ASSERT_EQ(simple.cElement, 2u);
  EXPECT_EQ(der_of(simple.rgpElement[0]->pCertContext), leaf().der());
  EXPECT_EQ(der_of(simple.rgpElement[1]->pCertContext), root().der());
  EXPECT_TRUE(simple.rgpElement[1]->TrustStatus.dwInfoStatus & CERT_TRUST_IS_SELF_SIGNED);
  ASSERT_TRUE(simple.rgpElement[0]->pApplicationUsage);
  EXPECT_STREQ(simple.rgpElement[0]->pApplicationUsage->rgpszUsageIdentifier[0], szOID_PKIX_KP_SERVER_AUTH);
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE), 0u);
}

TEST(chain, outlives_engine_and_certificate) {
  const chain_owner chain = chain_of(trusting({root()}).get(), leaf());
  const chain_owner again(CertDuplicateCertificateChain(chain.get()));
  EXPECT_EQ(again.get(), chain.get());
  EXPECT_EQ(der_of(again->rgpChain[0]->rgpElement[0]->pCertContext), leaf().der());
  CertFreeCertificateChain(nullptr);
  EXPECT_EQ(CertDuplicateCertificateChain(nullptr), nullptr);
}

TEST(chain, the_default_engine_does_not_know_our_root) {
  const chain_owner alone = chain_of(HCCE_CURRENT_USER, leaf());
  EXPECT_TRUE(errors(alone) & CERT_TRUST_IS_PARTIAL_CHAIN);
  EXPECT_EQ(judged(alone, CERT_CHAIN_POLICY_BASE), code(CERT_E_CHAINING));
  const chain_owner with_root = chain_of(HCCE_LOCAL_MACHINE, leaf(), {.additional = {root()}});
  EXPECT_TRUE(errors(with_root) & CERT_TRUST_IS_UNTRUSTED_ROOT);
  EXPECT_EQ(judged(with_root, CERT_CHAIN_POLICY_BASE), code(CERT_E_UNTRUSTEDROOT));
  EXPECT_EQ(judged(with_root, CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG), 0u);
}

TEST(chain, issuers_come_from_the_additional_store) {
  const issued middle = issue({.common_name = "Middle", .authority = true}, &root());
  const issued end = issue({.common_name = "end.test", .alternative = {"DNS:end.test"}}, &middle);
  const trusting engine({root()});
  EXPECT_TRUE(errors(chain_of(engine.get(), end)) & CERT_TRUST_IS_PARTIAL_CHAIN);
  EXPECT_EQ(errors(chain_of(engine.get(), end, {.additional = {middle}})), 0u);
  EXPECT_TRUE(errors(chain_of(trusting({middle}).get(), end)) & CERT_TRUST_IS_PARTIAL_CHAIN);
  EXPECT_EQ(errors(chain_of(trusting({middle}, CERT_CHAIN_EXCLUSIVE_ENABLE_CA_FLAG).get(), end)), 0u);
}

TEST(chain, time) {
  const issued old = issue({.common_name = "old.test", .from_days = -20, .to_days = -10}, &root());
  const trusting engine({root()});
  const chain_owner chain = chain_of(engine.get(), old);
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_IS_NOT_TIME_VALID});
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE), code(CERT_E_EXPIRED));
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG), 0u);
  FILETIME past{0, 0x01000000};
  EXPECT_TRUE(errors(chain_of(engine.get(), leaf(), {.time = &past})) & CERT_TRUST_IS_NOT_TIME_VALID);
}

TEST(chain, issuers_that_are_no_authorities) {
  const issued imposter = issue({.common_name = "Imposter"}, &root());
  const issued end = issue({.common_name = "end.test"}, &imposter);
  const chain_owner chain = chain_of(trusting({root()}).get(), end, {.additional = {imposter}});
  EXPECT_NE(errors(chain), 0u);
  EXPECT_NE(judged(chain, CERT_CHAIN_POLICY_BASE), 0u);
}

TEST(chain, a_changed_signature) {
  const issued again = issue({.common_name = "Test Root", .authority = true, .subject = {{"O", "Example"}}});
  const chain_owner chain = chain_of(trusting({again}).get(), leaf());
  EXPECT_NE(errors(chain), 0u);
  EXPECT_NE(judged(chain, CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG), 0u);
}

TEST(chain, weak_keys) {
  const issued weak = issue({.common_name = "weak.test", .key = test::pki::key_kind::rsa1024}, &root());
  const chain_owner chain = chain_of(trusting({root()}).get(), weak);
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_HAS_WEAK_SIGNATURE});
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE), code(TRUST_E_CERT_SIGNATURE));
}

TEST(chain, purposes) {
  const trusting engine({root()});
  EXPECT_EQ(errors(chain_of(engine.get(), leaf(), {.purpose = szOID_PKIX_KP_SERVER_AUTH})), 0u);
  const chain_owner chain = chain_of(engine.get(), leaf(), {.purpose = szOID_PKIX_KP_CLIENT_AUTH});
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_IS_NOT_VALID_FOR_USAGE});
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE), code(CERT_E_WRONG_USAGE));
}

TEST(chain, one_purpose_of_several_goes_all_the_way) {
  const issued middle = issue({.common_name = "Middle", .usage = "clientAuth", .authority = true}, &root());
  const issued end = issue({.common_name = "end.test", .usage = "serverAuth"}, &middle);
  const issued both = issue({.common_name = "both.test", .usage = "serverAuth,clientAuth"}, &middle);
  const trusting engine({root()});
  const store_owner between = store_with({middle});
  const auto errors_of = [&](const issued& leaf) {
    const store_owner own = store_with({leaf});
    LPSTR purposes[] = {const_cast<LPSTR>(szOID_PKIX_KP_SERVER_AUTH), const_cast<LPSTR>(szOID_PKIX_KP_CLIENT_AUTH)};
    CERT_CHAIN_PARA para{};
    para.cbSize = sizeof para;
    para.RequestedUsage = {USAGE_MATCH_TYPE_OR, {2, purposes}};
    PCCERT_CHAIN_CONTEXT out = nullptr;
    EXPECT_TRUE(CertGetCertificateChain(engine.get(), find(own.get(), CERT_FIND_ANY, nullptr).get(), nullptr,
                                        between.get(), &para, 0, nullptr, &out));
    return errors(chain_owner(out));
  };
  EXPECT_EQ(errors_of(end), DWORD{CERT_TRUST_IS_NOT_VALID_FOR_USAGE});
  EXPECT_EQ(errors_of(both), 0u);
}

// The system's roots are those of one file, with what openssl x509 writes beside them.
class root_trust : public testing::Test {
 protected:
  root_trust() { ::setenv("SSL_CERT_DIR", shop_.path("none").c_str(), 1); }
  ~root_trust() override {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
  // A file of its own each time: what is cached is known by its place.
  void settle(const std::string& settings) {
    const std::string file = "roots" + std::to_string(++count_) + ".pem";
    shop_.write("plain.pem", root().pem());
    shop_.openssl("x509 -in plain.pem -trustout " + settings + " -out " + file);
    ::setenv("SSL_CERT_FILE", shop_.path(file).c_str(), 1);
  }
  static DWORD distrust(const char* purpose, const issued& of = leaf()) {
    return errors(chain_of(nullptr, of, {.purpose = purpose})) & CERT_TRUST_IS_EXPLICIT_DISTRUST;
  }
  static DWORD as_server(const chain_owner& chain, DWORD flags = 0) {
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA extra{};
    extra.cbSize = sizeof extra;
    extra.dwAuthType = AUTHTYPE_SERVER;
    return judged(chain, CERT_CHAIN_POLICY_SSL, flags, &extra);
  }

 private:
  test::pki::workshop shop_;
  int count_ = 0;
};

constexpr const char* email = "1.3.6.1.5.5.7.3.4";
constexpr const char* code_signing = "1.3.6.1.5.5.7.3.3";
constexpr DWORD every_excuse = CERT_CHAIN_POLICY_ALLOW_UNKNOWN_CA_FLAG | CERT_CHAIN_POLICY_IGNORE_WRONG_USAGE_FLAG |
                               CERT_CHAIN_POLICY_IGNORE_NOT_TIME_VALID_FLAG;

TEST_F(root_trust, a_root_rejected_for_servers_is_distrusted_and_no_flag_excuses_it) {
  settle("-addreject serverAuth");
  for (const char* const purpose : {static_cast<const char*>(nullptr), szOID_PKIX_KP_SERVER_AUTH}) {
    const chain_owner chain = chain_of(nullptr, leaf(), {.purpose = purpose});
    EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_IS_EXPLICIT_DISTRUST});
    EXPECT_EQ(chain->rgpChain[0]->rgpElement[0]->TrustStatus.dwErrorStatus, 0u);
    EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE, every_excuse), code(TRUST_E_EXPLICIT_DISTRUST));
    EXPECT_EQ(as_server(chain, every_excuse), code(TRUST_E_EXPLICIT_DISTRUST));
  }
  EXPECT_TRUE(distrust(nullptr, root())) << "the root itself as the leaf";
}

TEST_F(root_trust, the_policy_looks_at_its_own_purpose) {
  settle("-addreject serverAuth");
  const chain_owner chain = chain_of(nullptr, leaf(), {.purpose = email});
  EXPECT_FALSE(errors(chain) & CERT_TRUST_IS_EXPLICIT_DISTRUST);
  EXPECT_EQ(as_server(chain, every_excuse), code(TRUST_E_EXPLICIT_DISTRUST));
}

TEST_F(root_trust, settings_for_other_purposes) {
  settle("-addreject emailProtection");
  EXPECT_EQ(as_server(chain_of(nullptr, leaf())), 0u);
  EXPECT_TRUE(distrust(email));
  settle("-addtrust emailProtection");  // and so for nothing else
  EXPECT_TRUE(distrust(nullptr));
  EXPECT_TRUE(distrust(szOID_PKIX_KP_SERVER_AUTH));
  EXPECT_FALSE(distrust(email));
  settle("-addtrust serverAuth");
  EXPECT_EQ(errors(chain_of(nullptr, leaf())), 0u);
  EXPECT_TRUE(distrust(szOID_PKIX_KP_CLIENT_AUTH));
  settle("-addreject anyExtendedKeyUsage");
  EXPECT_TRUE(distrust(code_signing));
  settle("");
  EXPECT_EQ(as_server(chain_of(nullptr, leaf(), {.purpose = szOID_PKIX_KP_SERVER_AUTH})), 0u);
}

TEST(chain, revocation_that_nobody_tells_of) {
  const chain_owner chain = chain_of(trusting({root()}).get(), leaf(), {.flags = CERT_CHAIN_REVOCATION_CHECK_CHAIN});
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_REVOCATION_STATUS_UNKNOWN});
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE), code(CRYPT_E_NO_REVOCATION_CHECK));
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_IGNORE_END_REV_UNKNOWN_FLAG), 0u);
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_BASE, CERT_CHAIN_POLICY_IGNORE_CA_REV_UNKNOWN_FLAG),
            code(CRYPT_E_NO_REVOCATION_CHECK));
}

store_owner with_list(const issued& by, const test::pki::list_profile& what) {
  store_owner out(CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr));
  const std::string der = test::pki::revocation_list(by, what);
  EXPECT_TRUE(CertAddEncodedCRLToStore(out.get(), X509_ASN_ENCODING, reinterpret_cast<const BYTE*>(der.data()),
                                       static_cast<DWORD>(der.size()), CERT_STORE_ADD_ALWAYS, nullptr));
  return out;
}

DWORD errors_with(const store_owner& lists, DWORD range = CERT_CHAIN_REVOCATION_CHECK_CHAIN) {
  const store_owner own = store_with({leaf()});
  const context_owner one = find(own.get(), CERT_FIND_ANY, nullptr);
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  const trusting engine({root()});
  PCCERT_CHAIN_CONTEXT out = nullptr;
  EXPECT_TRUE(CertGetCertificateChain(engine.get(), one.get(), nullptr, lists.get(), &para, range, nullptr, &out));
  return errors(chain_owner(out));
}

TEST(chain, revocation_lists_in_the_additional_store) {
  EXPECT_EQ(errors_with(with_list(root(), {})), DWORD{CERT_TRUST_NO_ERROR});
  EXPECT_EQ(errors_with(with_list(root(), {.revoked = {leaf()}})), DWORD{CERT_TRUST_IS_REVOKED});
  EXPECT_EQ(errors_with(with_list(root(), {.revoked = {leaf()}}), 0), DWORD{CERT_TRUST_NO_ERROR});  // not asked
}

TEST(chain, revocation_lists_that_prove_nothing) {
  const issued impostor = issue({.common_name = "Test Root", .authority = true, .subject = {{"O", "Example"}}});
  EXPECT_EQ(errors_with(with_list(impostor, {})), DWORD{CERT_TRUST_REVOCATION_STATUS_UNKNOWN});
  EXPECT_EQ(errors_with(with_list(impostor, {.revoked = {leaf()}})), DWORD{CERT_TRUST_REVOCATION_STATUS_UNKNOWN});
  EXPECT_EQ(errors_with(with_list(root(), {.from_hours = -9, .to_hours = -1})),
            DWORD{CERT_TRUST_REVOCATION_STATUS_UNKNOWN});
}

TEST(chain, an_ocsp_response_at_hand) {
  std::string answer =
      test::pki::ocsp_answer({.entries = {{leaf(), root(), test::pki::ocsp_status::revoked}}, .signer = root()});
  const CRYPT_DATA_BLOB blob{static_cast<DWORD>(answer.size()), reinterpret_cast<BYTE*>(answer.data())};
  const store_owner own = store_with({leaf()});
  const context_owner one = find(own.get(), CERT_FIND_ANY, nullptr);
  ASSERT_TRUE(CertSetCertificateContextProperty(one.get(), CERT_OCSP_RESPONSE_PROP_ID, 0, &blob));
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  const trusting engine({root()});
  PCCERT_CHAIN_CONTEXT out = nullptr;
  ASSERT_TRUE(CertGetCertificateChain(engine.get(), one.get(), nullptr, nullptr, &para,
                                      CERT_CHAIN_REVOCATION_CHECK_END_CERT, nullptr, &out));
  const chain_owner chain(out);
  EXPECT_EQ(errors(chain), DWORD{CERT_TRUST_IS_REVOKED});
  EXPECT_EQ(judged_for(chain, L"leaf.test"), code(CRYPT_E_REVOKED));
  EXPECT_EQ(judged_for(chain, L"leaf.test", SECURITY_FLAG_IGNORE_REVOCATION), 0u);
}

TEST(chain, refusals) {
  const store_owner own = store_with({leaf()});
  const context_owner one = find(own.get(), CERT_FIND_ANY, nullptr);
  CERT_CHAIN_PARA para{};
  para.cbSize = sizeof para;
  PCCERT_CHAIN_CONTEXT out = nullptr;
  const auto refused = [&](PCCERT_CONTEXT of, PCERT_CHAIN_PARA how, DWORD flags, PCCERT_CHAIN_CONTEXT* into) {
    SetLastError(0);
    return !CertGetCertificateChain(nullptr, of, nullptr, nullptr, how, flags, nullptr, into) &&
           GetLastError() == code(E_INVALIDARG);
  };
  EXPECT_TRUE(refused(nullptr, &para, 0, &out));
  EXPECT_TRUE(refused(one.get(), nullptr, 0, &out));
  EXPECT_TRUE(refused(one.get(), &para, 0, nullptr));
  EXPECT_TRUE(refused(one.get(), &para, 0x00010000, &out));
  para.RequestedUsage.Usage.cUsageIdentifier = 1;
  EXPECT_TRUE(refused(one.get(), &para, 0, &out));
  para.RequestedUsage = {2, {0, nullptr}};
  EXPECT_TRUE(refused(one.get(), &para, 0, &out));
  para = {};
  EXPECT_TRUE(refused(one.get(), &para, 0, &out));
  EXPECT_EQ(out, nullptr);
}

TEST(chain_engine, refusals) {
  const store_owner some = store_with({root()});
  CERT_CHAIN_ENGINE_CONFIG config{};
  HCERTCHAINENGINE out = nullptr;
  EXPECT_FALSE(CertCreateCertificateChainEngine(&config, &out));  // cbSize
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  config.cbSize = sizeof config;
  EXPECT_FALSE(CertCreateCertificateChainEngine(&config, nullptr));
  config.hRestrictedTrust = some.get();
  EXPECT_FALSE(CertCreateCertificateChainEngine(&config, &out));
  config.hRestrictedTrust = nullptr;
  config.dwExclusiveFlags = 2;
  EXPECT_FALSE(CertCreateCertificateChainEngine(&config, &out));
  EXPECT_EQ(out, nullptr);
  CertFreeCertificateChainEngine(nullptr);
}

// ---- the SSL policy ----

TEST(ssl_policy, names) {
  const chain_owner chain = chain_of(trusting({root()}).get(), leaf());
  EXPECT_EQ(judged_for(chain, L"leaf.test"), 0u);
  EXPECT_EQ(judged_for(chain, L"WWW.leaf.test."), 0u);
  for (const wchar_t* other : {L"other.test", L"", L".test", L"l\u00E9af.test", L"127.0.0.1"})
    EXPECT_EQ(judged_for(chain, other), code(CERT_E_CN_NO_MATCH));
  EXPECT_EQ(judged_for(chain, L"other.test", SECURITY_FLAG_IGNORE_CERT_CN_INVALID), 0u);
  EXPECT_EQ(judged(chain, CERT_CHAIN_POLICY_SSL), 0u);
}

TEST(ssl_policy, a_wildcard_does_not_lift_the_constraints_of_an_issuer) {
  const issued bound = issue({.common_name = "Bound", .authority = true, .constraints = "excluded;DNS:b.a.test"});
  const issued any = issue({.common_name = "a.test", .alternative = {"DNS:*.a.test"}, .usage = "serverAuth"}, &bound);
  const chain_owner chain = chain_of(trusting({bound}).get(), any);
  EXPECT_EQ(errors(chain), 0u);
  EXPECT_EQ(judged_for(chain, L"c.a.test"), 0u);
  EXPECT_EQ(judged_for(chain, L"B.a.test."), code(CERT_E_INVALID_NAME));
  EXPECT_EQ(judged_for(chain, L"b.a.test", SECURITY_FLAG_IGNORE_CERT_CN_INVALID), 0u);
}

TEST(ssl_policy, addresses_are_no_names) {
  const trusting engine({root()});
  const chain_owner named =
      chain_of(engine.get(), issue({.common_name = "a", .alternative = {"DNS:10.0.0.1", "DNS:*.0.0.2"}}, &root()));
  for (const wchar_t* address : {L"10.0.0.1", L"10.0.0.1.", L"10.0.0.2."})
    EXPECT_EQ(judged_for(named, address), code(CERT_E_CN_NO_MATCH));
  const chain_owner addressed =
      chain_of(engine.get(), issue({.common_name = "a", .alternative = {"IP:10.0.0.1"}}, &root()));
  EXPECT_EQ(judged_for(addressed, L"10.0.0.1"), 0u);
  EXPECT_EQ(judged_for(addressed, L"10.0.0.2"), code(CERT_E_CN_NO_MATCH));
}

TEST(ssl_policy, clients_need_the_client_purpose_and_no_name) {
  const chain_owner server = chain_of(trusting({root()}).get(), leaf());
  EXPECT_EQ(judged_for(server, L"other.test", 0, AUTHTYPE_CLIENT), code(CERT_E_WRONG_USAGE));
  EXPECT_EQ(judged_for(server, L"other.test", SECURITY_FLAG_IGNORE_WRONG_USAGE, AUTHTYPE_CLIENT), 0u);
  const issued person = issue({.common_name = "Person", .usage = "clientAuth"}, &root());
  const chain_owner client = chain_of(trusting({root()}).get(), person);
  EXPECT_EQ(judged_for(client, L"other.test", 0, AUTHTYPE_CLIENT), 0u);
  EXPECT_EQ(judged(client, CERT_CHAIN_POLICY_SSL), code(CERT_E_WRONG_USAGE));
}

TEST(ssl_policy, refusals) {
  const chain_owner chain = chain_of(trusting({root()}).get(), leaf());
  SSL_EXTRA_CERT_CHAIN_POLICY_PARA extra{};
  CERT_CHAIN_POLICY_PARA para{sizeof para, 0, &extra};
  CERT_CHAIN_POLICY_STATUS status{};
  const auto refused = [&](LPCSTR policy, PCCERT_CHAIN_CONTEXT of, DWORD why) {
    SetLastError(0);
    return !CertVerifyCertificateChainPolicy(policy, of, &para, &status) && GetLastError() == why;
  };
  EXPECT_TRUE(refused(CERT_CHAIN_POLICY_SSL, chain.get(), code(E_INVALIDARG)));  // cbSize 0
  extra.cbSize = sizeof extra;
  EXPECT_TRUE(refused(CERT_CHAIN_POLICY_SSL, chain.get(), code(E_INVALIDARG)));  // no dwAuthType
  extra.dwAuthType = AUTHTYPE_SERVER;
  extra.fdwChecks = 1;
  EXPECT_TRUE(refused(CERT_CHAIN_POLICY_SSL, chain.get(), code(E_INVALIDARG)));
  extra.fdwChecks = 0;
  para.dwFlags = 0x00010000;
  EXPECT_TRUE(refused(CERT_CHAIN_POLICY_BASE, chain.get(), code(E_INVALIDARG)));
  para.dwFlags = 0;
  EXPECT_TRUE(refused(CERT_CHAIN_POLICY_BASE, nullptr, code(E_INVALIDARG)));
  EXPECT_TRUE(refused("2", chain.get(), ERROR_FILE_NOT_FOUND));
}

}  // namespace
}  // namespace schannix::cert
