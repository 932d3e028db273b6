#include "x509_fixture.hpp"

namespace schannix::engine {
namespace {

using test::pki::issue;

certificate with_names() {
  return parsed(issue({.common_name = "a.test",
                       .alternative = {"DNS:one.test", "email:who@a.test", "DNS:two.test", "URI:https://a.test/",
                                       "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@domain.test"},
                       .subject = {{"C", "DE"}, {"O", "Ex, \"ample\" Inc"}, {"emailAddress", "mail@a.test"}}}));
}

TEST(x509_names, alternatives_come_in_order) {
  const auto names = alternatives(with_names(), name_of::subject);
  EXPECT_EQ(names.dns, (std::vector<std::string>{"one.test", "two.test"}));
  EXPECT_EQ(names.email, (std::vector<std::string>{"who@a.test"}));
  EXPECT_EQ(names.uri, (std::vector<std::string>{"https://a.test/"}));
  EXPECT_EQ(names.principal, (std::vector<std::string>{"user@domain.test"}));
  EXPECT_FALSE(names.directory);
  EXPECT_EQ(dns_names(with_names()), names.dns);
}

TEST(x509_names, no_alternatives) {
  const certificate plain = parsed(issue({.common_name = "a.test"}));
  EXPECT_TRUE(dns_names(plain).empty());
  EXPECT_TRUE(alternatives(plain, name_of::issuer).dns.empty());
}

TEST(x509_names, text_for_people) {
  EXPECT_EQ(subject_text(with_names()), "CN=a.test, E=mail@a.test, O=\"Ex, \"\"ample\"\" Inc\", C=DE");
  EXPECT_EQ(issuer_text(with_names()), subject_text(with_names()));
}

TEST(x509_names, styles) {
  const auto name = attributes(with_names(), name_of::subject);
  EXPECT_EQ(write(name, {.with = name_style::keys::none, .quoted = false}),
            "DE, Ex, \"ample\" Inc, mail@a.test, a.test");
  EXPECT_EQ(write(name, {.with = name_style::keys::oid, .separator = "; "}),
            "2.5.4.6=DE; 2.5.4.10=\"Ex, \"\"ample\"\" Inc\"; 1.2.840.113549.1.9.1=mail@a.test; 2.5.4.3=a.test");
  EXPECT_EQ(write({{"1.2.3", "x", 0}}, {}), "OID.1.2.3=x");
  EXPECT_EQ(write({{"2.5.4.3", "x", 0}, {"2.5.4.5", " y", 0}, {"2.5.4.6", "z", 1}}, {}),
            "CN=x + SERIALNUMBER=\" y\", C=z");
  EXPECT_EQ(write({}, {}), "");
}

TEST(x509_names, text_is_utf8) {
  EXPECT_EQ(common_name(parsed(issue({.common_name = "b\xC3\xBC"
                                                     "cher \xF0\x9F\x94\x92"}))),
            "b\xC3\xBC"
            "cher \xF0\x9F\x94\x92");
}

TEST(x509_names, a_nul_cannot_shorten_a_name) {
  const std::string forged("bank.test\0.evil.test", 20);
  EXPECT_EQ(common_name(parsed(issue({.common_name = forged}))), "bank.test\xEF\xBF\xBD.evil.test");
}

}  // namespace
}  // namespace schannix::engine
