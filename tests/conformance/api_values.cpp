// The value types of the C++ API: outcomes, statuses, certificates.
#include <set>

#include "api_support.hpp"

namespace api_test {
namespace {

using schannix::close_facts;
using schannix::outcome_of;
using schannix::transport_end;

TEST(ApiOutcome, OpenUntilSomethingHappens) {
  EXPECT_EQ(outcome_of({}), close_outcome::open);
  EXPECT_EQ(outcome_of({.established = true}), close_outcome::open);
  EXPECT_EQ(outcome_of({.established = true, .sent = true}), close_outcome::open);
  EXPECT_EQ(outcome_of({.established = true, .received = true}), close_outcome::open);
}

// Cut or not: for an established connection the peer's close_notify alone decides.
TEST(ApiOutcome, WithoutThePeersCloseNotifyNothingIsClean) {
  for (const bool sent : {false, true})
    for (const bool nothing_more : {false, true})
      for (const auto end : {transport_end::finished, transport_end::reset, transport_end::timed_out}) {
        close_facts facts{.established = true, .sent = sent, .nothing_more = nothing_more, .end = end};
        EXPECT_NE(outcome_of(facts), close_outcome::clean);
        facts.received = true;
        EXPECT_EQ(outcome_of(facts), sent ? close_outcome::clean : close_outcome::clean_without_reply);
      }
}

TEST(ApiOutcome, FailureAndAbortWin) {
  EXPECT_EQ(outcome_of({.established = true, .sent = true, .received = true, .failed = true}),
            close_outcome::fatal_alert);
  EXPECT_EQ(outcome_of({.failed = true}), close_outcome::not_established);
  EXPECT_EQ(outcome_of({.failed = true, .aborted = true}), close_outcome::aborted);
  EXPECT_EQ(outcome_of({.end = transport_end::finished}), close_outcome::not_established);
}

TEST(ApiOutcome, EveryOutcomeHasItsOwnNameAndNumber) {
  std::set<std::string> names, ids;
  for (int i = 0; i <= static_cast<int>(close_outcome::aborted); ++i) {
    schannix::close_report report;
    report.outcome = static_cast<close_outcome>(i);
    names.insert(schannix::outcome_name(report.outcome));
    ids.insert(report.id());
    EXPECT_NE(report.sentence().find(report.id()), std::string::npos);
  }
  EXPECT_EQ(names.size(), 9U);
  EXPECT_EQ(ids.size(), 9U);
}

TEST(ApiStatus, MessageIsASentenceAndTheName) {
  const auto code = schannix::status_code(0x80090325);
  EXPECT_EQ(code.message(), "the certificate does not lead to a trusted root (SEC_E_UNTRUSTED_ROOT)");
  EXPECT_EQ(schannix::status_name(code), "SEC_E_UNTRUSTED_ROOT");
  EXPECT_TRUE(schannix::is_certificate_error(code));
  EXPECT_FALSE(schannix::is_certificate_error(schannix::status_code(0x80090326)));
  EXPECT_FALSE(schannix::is_certificate_error(std::error_code(code.value(), std::generic_category())));
  EXPECT_EQ(schannix::status_name(schannix::status_code(0x8BADF00D)), "0x8BADF00D");
}

// The table spells numbers out; they must be those of winerror.h.
TEST(ApiStatus, NumbersAreTheHeaders) {
  EXPECT_EQ(schannix::status_name(schannix::status_code(static_cast<std::uint32_t>(SEC_E_CERT_EXPIRED))),
            "SEC_E_CERT_EXPIRED");
  EXPECT_EQ(schannix::status_name(schannix::status_code(static_cast<std::uint32_t>(SEC_E_CONTEXT_EXPIRED))),
            "SEC_E_CONTEXT_EXPIRED");
  EXPECT_EQ(schannix::status_name(schannix::status_code(static_cast<std::uint32_t>(CRYPT_E_NOT_FOUND))),
            "CRYPT_E_NOT_FOUND");
  EXPECT_EQ(schannix::status_name(schannix::status_code(ERROR_INVALID_PASSWORD)), "ERROR_INVALID_PASSWORD");
}

TEST(ApiCertificate, SelfSignedCoversTheLoopbackNames) {
  const auto& certificate = own_certificate();
  EXPECT_EQ(certificate.subject(), "localhost");
  EXPECT_EQ(certificate.issuer(), "localhost");
  EXPECT_EQ(certificate.dns_names(), std::vector<std::string>{"localhost"});
  const auto now = std::chrono::system_clock::now();
  EXPECT_LE(certificate.not_before(), now);
  EXPECT_GT(certificate.not_after(), now);
  EXPECT_LT(certificate.not_after(), now + std::chrono::hours(48));
}

TEST(ApiCertificate, PemThereAndBack) {
  const auto pem = own_certificate().to_pem();
  const auto list = schannix::certificate::list_from_pem(pem + pem);
  ASSERT_EQ(list.size(), 2U);
  for (const auto& each : list) EXPECT_TRUE(std::ranges::equal(each.der(), own_certificate().der()));
}

TEST(ApiCertificate, FailuresSayWhy) {
  EXPECT_EQ(status_of([] { schannix::certificate::from_pem("no certificate here"); }), "CRYPT_E_NOT_FOUND");
  EXPECT_EQ(status_of([] { schannix::certificate::list_from_pem(""); }), "CRYPT_E_NOT_FOUND");
  const std::string noise = "this is not PKCS#12";
  EXPECT_EQ(status_of([&] { schannix::certificate::from_pfx(bytes_of(noise), "pw"); }), "CRYPT_E_BAD_ENCODE");
}

TEST(ApiCertificate, ServerCredentialNeedsAPrivateKey) {
  const auto without_key = schannix::certificate::from_pem(own_certificate().to_pem());
  EXPECT_EQ(status_of([&] { schannix::credential({.side = schannix::role::server, .certificates = {without_key}}); }),
            "SEC_E_NO_CREDENTIALS");
}

TEST(ApiCredential, NoVersionLeft) {
  EXPECT_EQ(status_of([] { schannix::credential({.oldest = tls_version::tls_1_3, .newest = tls_version::tls_1_2}); }),
            "SEC_E_ALGORITHM_MISMATCH");
}

TEST(ApiText, Utf8ToWide) {
  EXPECT_EQ(schannix::detail::widen("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x94\x92"), L"aä€\U0001F512");
  EXPECT_EQ(schannix::detail::widen("\xFFx"), L"\uFFFDx");
  EXPECT_EQ(schannix::detail::widen("\xC3"), L"\uFFFD") << "cut short";
  EXPECT_EQ(schannix::detail::widen("\xE0\x80\x80").front(), L'\uFFFD') << "longer than needed";
  EXPECT_EQ(schannix::detail::widen("\xED\xA0\x80").front(), L'\uFFFD') << "surrogate";
}

}  // namespace
}  // namespace api_test
