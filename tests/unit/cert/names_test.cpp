// CertGetNameString: which name each type is, and what fits into the caller's memory. MS certgetnamestringw
#include <array>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

using test::pki::issue;
using test::pki::issued;
using test::pki::profile;

context_owner context_of(const issued& from, const std::string& friendly = {}) {
  const store_owner store(import(test::pki::pkcs12(from, {}, "", test::pki::encryption::none, friendly), L""));
  return find(store.get(), CERT_FIND_ANY, nullptr);
}
context_owner made(const profile& what) { return context_of(issue(what)); }

std::string name(const context_owner& of, DWORD type, DWORD flags = 0, const void* parameter = nullptr) {
  std::array<char, 400> narrow{};
  std::array<wchar_t, 400> wide{};
  void* const para = const_cast<void*>(parameter);
  const DWORD size = CertGetNameStringA(of.get(), type, flags, para, narrow.data(), narrow.size());
  EXPECT_EQ(CertGetNameStringA(of.get(), type, flags, para, nullptr, 0), size);
  const DWORD wide_size = CertGetNameStringW(of.get(), type, flags, para, wide.data(), wide.size());
  EXPECT_EQ(CertGetNameStringW(of.get(), type, flags, para, nullptr, 0), wide_size);
  const std::string out(narrow.data(), size);
  EXPECT_EQ(base::to_utf8(std::wstring_view(wide.data(), wide_size)), out);
  EXPECT_TRUE(!out.empty() && out.back() == '\0');
  return out.substr(0, out.size() - 1);
}

const context_owner& rich() {
  static const context_owner one = context_of(
      issue({.common_name = "cn.test",
             .alternative = {"email:san@a.test", "DNS:one.test", "DNS:two.test", "URI:https://a.test/",
                             "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@domain.test"},
             .subject = {{"C", "DE"}, {"O", "Organisation"}, {"OU", "Unit"}, {"emailAddress", "mail@a.test"}}},
            &root()),
      "Friendly");
  return one;
}

TEST(cert_name, each_type) {
  EXPECT_EQ(name(rich(), CERT_NAME_EMAIL_TYPE), "san@a.test");
  EXPECT_EQ(name(rich(), CERT_NAME_SIMPLE_DISPLAY_TYPE), "cn.test");
  EXPECT_EQ(name(rich(), CERT_NAME_FRIENDLY_DISPLAY_TYPE), "Friendly");
  EXPECT_EQ(name(rich(), CERT_NAME_DNS_TYPE), "one.test");
  EXPECT_EQ(name(rich(), CERT_NAME_URL_TYPE), "https://a.test/");
  EXPECT_EQ(name(rich(), CERT_NAME_UPN_TYPE), "user@domain.test");
  EXPECT_EQ(name(rich(), CERT_NAME_ATTR_TYPE, 0, szOID_ORGANIZATION_NAME), "Organisation");
  EXPECT_EQ(name(rich(), CERT_NAME_ATTR_TYPE, 0, szOID_LOCALITY_NAME), "");
  EXPECT_EQ(name(rich(), CERT_NAME_DNS_TYPE, CERT_NAME_DISABLE_IE4_UTF8_FLAG), "one.test");
}

TEST(cert_name, distinguished_names) {
  const auto rdn = [](DWORD style) { return name(rich(), CERT_NAME_RDN_TYPE, 0, &style); };
  EXPECT_EQ(rdn(CERT_SIMPLE_NAME_STR), "DE, Organisation, Unit, mail@a.test, cn.test");
  EXPECT_EQ(rdn(CERT_X500_NAME_STR), "C=DE, O=Organisation, OU=Unit, E=mail@a.test, CN=cn.test");
  EXPECT_EQ(rdn(CERT_X500_NAME_STR | CERT_NAME_STR_REVERSE_FLAG | CERT_NAME_STR_SEMICOLON_FLAG),
            "CN=cn.test; E=mail@a.test; OU=Unit; O=Organisation; C=DE");
  EXPECT_EQ(rdn(CERT_OID_NAME_STR | CERT_NAME_STR_CRLF_FLAG).substr(0, 22), "2.5.4.6=DE\r\n2.5.4.10=O");
  EXPECT_EQ(name(rich(), CERT_NAME_RDN_TYPE), rdn(CERT_SIMPLE_NAME_STR));
  EXPECT_EQ(rdn(9), "");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
}

TEST(cert_name, issuer) {
  EXPECT_EQ(name(rich(), CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG), "Test Root");
  EXPECT_EQ(name(rich(), CERT_NAME_DNS_TYPE, CERT_NAME_ISSUER_FLAG), "Test Root");
  EXPECT_EQ(name(rich(), CERT_NAME_EMAIL_TYPE, CERT_NAME_ISSUER_FLAG), "");
}

TEST(cert_name, fallbacks) {
  const context_owner plain = made({.common_name = "plain.test", .subject = {{"emailAddress", "mail@a.test"}}});
  EXPECT_EQ(name(plain, CERT_NAME_DNS_TYPE), "plain.test");
  EXPECT_EQ(name(plain, CERT_NAME_EMAIL_TYPE), "mail@a.test");
  EXPECT_EQ(name(plain, CERT_NAME_FRIENDLY_DISPLAY_TYPE), "plain.test");
  EXPECT_EQ(name(plain, CERT_NAME_URL_TYPE), "");
  EXPECT_EQ(name(plain, CERT_NAME_UPN_TYPE), "");
  EXPECT_EQ(name(made({.common_name = "", .subject = {{"O", "Org"}, {"OU", "Unit"}}}), CERT_NAME_SIMPLE_DISPLAY_TYPE),
            "Unit");
  EXPECT_EQ(name(made({.common_name = "", .subject = {{"C", "DE"}, {"L", "City"}}}), CERT_NAME_SIMPLE_DISPLAY_TYPE),
            "DE");
  EXPECT_EQ(name(made({.common_name = "", .alternative = {"email:san@a.test"}, .subject = {{"C", "DE"}}}),
                 CERT_NAME_SIMPLE_DISPLAY_TYPE),
            "san@a.test");
  EXPECT_EQ(
      name(made({.common_name = "last", .subject = {{"CN", "first"}}}), CERT_NAME_ATTR_TYPE, 0, szOID_COMMON_NAME),
      "last");
}

TEST(cert_name, all_dns_names_are_a_double_terminated_list) {
  EXPECT_EQ(name(rich(), CERT_NAME_DNS_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG), std::string("one.test\0two.test\0", 18));
  EXPECT_EQ(name(made({.common_name = "plain.test"}), CERT_NAME_DNS_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG),
            std::string("plain.test\0", 11));
  EXPECT_EQ(
      name(made({.common_name = "", .subject = {{"O", "x"}}}), CERT_NAME_DNS_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG),
      "");
  EXPECT_EQ(name(rich(), CERT_NAME_EMAIL_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG), "");
}

TEST(cert_name, what_does_not_fit_is_cut) {
  std::array<char, 12> room;
  room.fill('x');
  EXPECT_EQ(CertGetNameStringA(rich().get(), CERT_NAME_DNS_TYPE, 0, nullptr, room.data(), 5), 5u);
  EXPECT_STREQ(room.data(), "one.");
  EXPECT_EQ(room[5], 'x');
  EXPECT_EQ(CertGetNameStringA(rich().get(), CERT_NAME_DNS_TYPE, 0, nullptr, room.data(), 1), 1u);
  EXPECT_STREQ(room.data(), "");
  EXPECT_EQ(CertGetNameStringA(rich().get(), CERT_NAME_DNS_TYPE, 0, nullptr, room.data(), 0), 9u);
  room.fill('x');
  EXPECT_EQ(
      CertGetNameStringA(rich().get(), CERT_NAME_DNS_TYPE, CERT_NAME_SEARCH_ALL_NAMES_FLAG, nullptr, room.data(), 12),
      12u);
  EXPECT_EQ(std::string(room.data(), room.size()), std::string("one.test\0t\0\0", 12));
  std::array<wchar_t, 4> wide{};
  EXPECT_EQ(CertGetNameStringW(rich().get(), CERT_NAME_DNS_TYPE, 0, nullptr, wide.data(), 4), 4u);
  EXPECT_STREQ(wide.data(), L"one");
}

TEST(cert_name, a_cut_never_splits_a_character) {
  const context_owner umlaut = made({.common_name = "a\xC3\xBC"});
  std::array<char, 3> room{};
  EXPECT_EQ(CertGetNameStringA(umlaut.get(), CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, nullptr, room.data(), 3), 2u);
  EXPECT_STREQ(room.data(), "a");
}

TEST(cert_name, refusals_are_empty) {
  EXPECT_EQ(name(rich(), 99), "");
  EXPECT_EQ(GetLastError(), code(E_INVALIDARG));
  EXPECT_EQ(name(rich(), CERT_NAME_ATTR_TYPE), "");
  EXPECT_EQ(name(rich(), CERT_NAME_DNS_TYPE, 0x4), "");
  EXPECT_EQ(name({}, CERT_NAME_DNS_TYPE), "");
}

}  // namespace
}  // namespace schannix::cert
