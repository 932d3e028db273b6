// Every way in which a peer's certificate is or is not believed. spec 4.5
#include <openssl/x509_vfy.h>
#include <stdlib.h>

#include "x509_fixture.hpp"

namespace schannix::engine {
namespace {

using base::reason;
using test::pki::issue;
using test::pki::issued;
using test::pki::key_kind;
using test::pki::profile;

const issued& root() {
  static const issued made = issue({.common_name = "Root", .authority = true});
  return made;
}
const issued& intermediate() {
  static const issued made = issue({.common_name = "Intermediate", .authority = true}, &root());
  return made;
}

profile server(std::vector<std::string> names = {"DNS:a.test"}) {
  return {.common_name = "cn.test", .alternative = std::move(names), .usage = "serverAuth"};
}

verdict check(const issued& leaf, std::string name = "a.test", const issued& anchor = root()) {
  return verify(test_environment(), parsed(leaf),
                {.extra_roots = {parsed(anchor)}, .untrusted = {parsed(intermediate())}, .name = std::move(name)});
}

reason problem_of(const verdict& out) { return out.problem.value_or(reason::internal); }
#define EXPECT_TRUSTED(out) EXPECT_FALSE((out).problem) << (out).text
#define EXPECT_PROBLEM(out, why) EXPECT_EQ(problem_of(out), why) << (out).text

TEST(x509_verify, a_chain_to_a_root_is_trusted) {
  EXPECT_TRUSTED(check(issue(server(), &root())));
  EXPECT_TRUSTED(check(issue(server(), &intermediate())));
  auto rsa = server();
  rsa.key = key_kind::rsa2048;
  EXPECT_TRUSTED(check(issue(rsa, &intermediate())));
}

TEST(x509_verify, an_unknown_root_is_untrusted) {
  const issued other = issue({.common_name = "Other", .authority = true});
  const verdict out = check(issue(server(), &other));
  EXPECT_PROBLEM(out, reason::untrusted_root);
  EXPECT_NE(out.openssl_error, X509_V_OK);
  EXPECT_FALSE(out.text.empty());
  EXPECT_PROBLEM(check(issue(server())), reason::untrusted_root);  // signs itself
}

TEST(x509_verify, a_root_of_the_same_name_is_no_root) {
  const issued impostor = issue({.common_name = "Root", .authority = true});
  EXPECT_TRUE(check(issue(server(), &impostor)).problem);
}

TEST(x509_verify, a_root_sent_by_the_peer_is_untrusted) {
  const issued other = issue({.common_name = "Other", .authority = true});
  const issued leaf = issue(server(), &other);
  EXPECT_PROBLEM(verify(test_environment(), parsed(leaf),
                        {.extra_roots = {parsed(root())}, .untrusted = {parsed(other)}, .name = "a.test"}),
                 reason::untrusted_root);
}

TEST(x509_verify, without_anchors_nothing_is_trusted) {
  EXPECT_PROBLEM(verify(test_environment(), parsed(issue(server(), &root())),
                        {.extra_roots = {}, .untrusted = {parsed(root())}, .name = "a.test"}),
                 reason::untrusted_root);
}

TEST(x509_verify, a_missing_intermediate_is_untrusted) {
  EXPECT_PROBLEM(verify(test_environment(), parsed(issue(server(), &intermediate())),
                        {.extra_roots = {parsed(root())}, .untrusted = {}, .name = "a.test"}),
                 reason::untrusted_root);
}

TEST(x509_verify, what_is_given_as_trusted_need_not_be_a_root) {
  const issued leaf = issue(server(), &intermediate());
  EXPECT_TRUSTED(check(leaf, "a.test", intermediate()));
  EXPECT_TRUSTED(check(leaf, "a.test", leaf));
  EXPECT_PROBLEM(check(issue(server(), &intermediate()), "a.test", leaf), reason::untrusted_root);
}

TEST(x509_verify, up_to_roots_an_intermediate_is_no_anchor) {
  const issued leaf = issue(server(), &intermediate());
  const auto with = [&](const issued& anchor) {
    return verify(
        test_environment(), parsed(leaf),
        {.extra_roots = {parsed(anchor)}, .untrusted = {parsed(intermediate())}, .up_to_roots = true, .name = ""});
  };
  EXPECT_TRUSTED(with(root()));
  EXPECT_PROBLEM(with(intermediate()), reason::untrusted_root);
  EXPECT_PROBLEM(with(leaf), reason::untrusted_root);
}

TEST(x509_verify, validity) {
  auto old = server();
  old.from_days = -10, old.to_days = -1;
  EXPECT_PROBLEM(check(issue(old, &root())), reason::certificate_expired);
  auto future = server();
  future.from_days = 1;
  EXPECT_PROBLEM(check(issue(future, &root())), reason::certificate_expired);
  const issued old_issuer = issue({.common_name = "Old", .authority = true, .from_days = -10, .to_days = -1}, &root());
  EXPECT_PROBLEM(verify(test_environment(), parsed(issue(server(), &old_issuer)),
                        {.extra_roots = {parsed(root())}, .untrusted = {parsed(old_issuer)}, .name = "a.test"}),
                 reason::certificate_expired);
}

TEST(x509_verify, validity_at_another_time) {
  const issued leaf = issue(server(), &root());
  const auto at = [&](std::int64_t time) {
    return verify(test_environment(), parsed(leaf),
                  {.extra_roots = {parsed(root())}, .untrusted = {}, .name = "a.test", .at = time});
  };
  const auto today = *decode(parsed(leaf));
  EXPECT_TRUSTED(at(today.not_before));
  EXPECT_TRUSTED(at(today.not_after - 3600));  // the root is older by what the tests before took
  EXPECT_PROBLEM(at(today.not_before - 1), reason::certificate_expired);
  EXPECT_PROBLEM(at(today.not_after + 1), reason::certificate_expired);
}

TEST(x509_verify, the_gravest_problem_is_told) {
  auto old = server();
  old.from_days = -10, old.to_days = -1;
  EXPECT_PROBLEM(check(issue(old, &root()), "wrong.test"), reason::certificate_expired);
  EXPECT_PROBLEM(check(issue(old), "wrong.test"), reason::untrusted_root);
  old.usage = "clientAuth";
  EXPECT_PROBLEM(check(issue(old, &root()), "wrong.test"), reason::certificate_expired);
}

TEST(x509_verify, usage) {
  auto client = server();
  client.usage = "clientAuth";
  const issued for_clients = issue(client, &root());
  EXPECT_PROBLEM(check(for_clients), reason::wrong_usage);
  const verification as_client{.extra_roots = {parsed(root())}, .untrusted = {}, .name = {}, .of_server = false};
  EXPECT_TRUSTED(verify(test_environment(), parsed(for_clients), as_client));
  EXPECT_PROBLEM(verify(test_environment(), parsed(issue(server(), &root())), as_client), reason::wrong_usage);
  auto any = server();
  any.usage = {};
  EXPECT_TRUSTED(check(issue(any, &root())));
}

TEST(x509_verify, an_end_entity_issues_nothing) {
  const issued no_authority = issue(server(), &root());
  EXPECT_TRUE(verify(test_environment(), parsed(issue(server(), &no_authority)),
                     {.extra_roots = {parsed(root())}, .untrusted = {parsed(no_authority)}, .name = "a.test"})
                  .problem);
}

TEST(x509_verify, weak_algorithms) {
  for (const char* digest : {"MD5", "SHA1"}) {
    auto weak = server();
    weak.digest = digest;
    const issued rsa_root = issue({.common_name = "RSA", .authority = true, .key = key_kind::rsa2048});
    const issued leaf = issue(weak, &rsa_root);
    EXPECT_PROBLEM(check(leaf, "a.test", rsa_root), reason::certificate_unknown) << digest;
  }
  auto short_key = server();
  short_key.key = key_kind::rsa1024;
  EXPECT_PROBLEM(check(issue(short_key, &root())), reason::certificate_unknown);
  const issued sha1_root = issue({.common_name = "SHA-1", .authority = true, .digest = "SHA1"});
  EXPECT_TRUSTED(check(issue(server(), &sha1_root), "a.test", sha1_root));  // an anchor's own signature proves nothing
}

struct name_case {
  std::vector<std::string> alternative;
  std::string name;
  bool matches;
};

TEST(x509_verify, names) {
  const std::vector<name_case> cases{
      {{"DNS:a.test"}, "a.test", true},
      {{"DNS:a.test"}, "A.TEST", true},
      {{"DNS:a.test"}, "a.test.", true},
      {{"DNS:a.test"}, "b.test", false},
      {{"DNS:a.test"}, "cn.test", false},  // no fallback when there is a SAN dNSName
      {{"DNS:a.test"}, std::string("a.test\0.evil", 12), false},
      {{"DNS:a.test"}, ".", false},
      {{"DNS:x.a.test"}, ".a.test", false},  // to OpenSSL a leading dot means any name below
      {{}, "cn.test", true},
      {{"email:a@b.test"}, "cn.test", true},
      {{"DNS:*.a.test"}, "x.a.test", true},
      {{"DNS:*.a.test"}, "x.y.a.test", false},
      {{"DNS:*.a.test"}, "a.test", false},
      {{"DNS:x*.a.test"}, "xy.a.test", false},
      {{"DNS:*x.a.test"}, "yx.a.test", false},
      {{"DNS:x.*.test"}, "x.a.test", false},
      {{"DNS:*.test"}, "a.test", false},
      {{"DNS:*"}, "test", false},
      {{"IP:127.0.0.1"}, "127.0.0.1", true},
      {{"IP:127.0.0.1"}, "127.0.0.2", false},
      {{"IP:2001:db8::1"}, "2001:DB8:0::1", true},
      {{"DNS:127.0.0.1"}, "127.0.0.1", false},
      {{"DNS:127.0.0.1"}, "127.0.0.1.", false},  // an address is one with the root label, too
      {{"DNS:*.0.0.1"}, "127.0.0.1.", false},
      {{"IP:127.0.0.1"}, "127.0.0.1.", true},
      {{"DNS:a.test", "DNS:b.test"}, "b.test", true},
      {{"DNS:a.test"}, "", true},  // not asked
  };
  for (const name_case& one : cases) {
    const verdict out = check(issue(server(one.alternative), &root()), one.name);
    EXPECT_EQ(out.problem, one.matches ? std::nullopt : std::optional(reason::name_mismatch))
        << one.name << ": " << out.text;
  }
}

// CVE-2025-61727: the wildcard itself is not what the issuer must not speak for.
TEST(x509_verify, a_wildcard_does_not_lift_the_constraints_of_an_issuer) {
  const issued bound = issue({.common_name = "Bound", .authority = true, .constraints = "excluded;DNS:b.a.test"});
  const issued leaf = issue(server({"DNS:*.a.test", "IP:127.0.0.1"}), &bound);
  EXPECT_TRUSTED(check(leaf, "c.a.test", bound));
  EXPECT_TRUSTED(check(leaf, "127.0.0.1", bound));
  EXPECT_TRUSTED(check(leaf, "", bound));
  EXPECT_PROBLEM(check(leaf, "b.a.test", bound), reason::certificate_unknown);
  EXPECT_PROBLEM(check(leaf, "B.a.test.", bound), reason::certificate_unknown);
  EXPECT_PROBLEM(check(leaf, "d.test", bound), reason::name_mismatch);
}

TEST(x509_verify, nor_those_of_an_issuer_further_up) {
  const issued bound = issue({.common_name = "Bound", .authority = true, .constraints = "excluded;DNS:b.a.test"});
  const issued middle = issue({.common_name = "Middle", .authority = true}, &bound);
  const issued leaf = issue(server({"DNS:*.a.test"}), &middle);
  const auto as = [&](const char* name) {
    return verify(test_environment(), parsed(leaf),
                  {.extra_roots = {parsed(bound)}, .untrusted = {parsed(middle)}, .name = name});
  };
  EXPECT_TRUSTED(as("c.a.test"));
  EXPECT_PROBLEM(as("b.a.test"), reason::certificate_unknown);
}

// The system's roots are read from where the environment says.
class x509_roots : public testing::Test {
 protected:
  void SetUp() override {
    shop_.write("roots.pem", root().pem());
    ::setenv("SSL_CERT_FILE", shop_.path("roots.pem").c_str(), 1);
    ::setenv("SSL_CERT_DIR", shop_.path("none").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
  verdict check(const issued& leaf, std::vector<certificate> extra = {}) {
    const auto roots = root_store::load_system(test_environment());
    return verify(test_environment(), parsed(leaf),
                  {.roots = roots.get(), .extra_roots = std::move(extra), .untrusted = {}, .name = "a.test"});
  }
  test::pki::workshop shop_;
};

TEST_F(x509_roots, file) {
  EXPECT_TRUSTED(check(issue(server(), &root())));
  EXPECT_PROBLEM(check(issue(server(), &intermediate())), reason::untrusted_root);
  EXPECT_PROBLEM(check(issue(server())), reason::untrusted_root);
}

TEST_F(x509_roots, an_intermediate_among_the_systems_roots_is_no_anchor) {
  shop_.write("roots.pem", intermediate().pem());
  EXPECT_PROBLEM(check(issue(server(), &intermediate())), reason::untrusted_root);
}

TEST_F(x509_roots, folder) {
  ::setenv("SSL_CERT_FILE", "/nonexistent", 1);
  ::setenv("SSL_CERT_DIR", shop_.path(".").c_str(), 1);
  EXPECT_PROBLEM(check(issue(server(), &root())), reason::untrusted_root);
  shop_.openssl("rehash .");
  EXPECT_TRUSTED(check(issue(server(), &root())));
}

// What "openssl x509 -trustout" writes beside a root counts, in the bundle and in the folder.
TEST_F(x509_roots, trust_settings) {
  const issued leaf = issue(server(), &root());
  shop_.write("plain.pem", root().pem());
  const auto set = [&](const std::string& settings) {
    shop_.openssl("x509 -in plain.pem -trustout " + settings + " -out roots.pem");
  };
  set("");
  EXPECT_TRUSTED(check(leaf));
  for (const char* const fatal : {"-addreject serverAuth", "-addreject anyExtendedKeyUsage",
                                  "-addtrust serverAuth -addreject serverAuth", "-addtrust emailProtection"}) {
    set(fatal);
    EXPECT_PROBLEM(check(leaf), reason::untrusted_root) << fatal;
    EXPECT_PROBLEM(check(root()), reason::untrusted_root) << fatal;  // as the peer's own
  }
  set("-addreject emailProtection -addtrust serverAuth");
  EXPECT_TRUSTED(check(leaf));
  set("-addreject serverAuth");
  ::setenv("SSL_CERT_FILE", "/nonexistent", 1);
  ::setenv("SSL_CERT_DIR", shop_.path("folder").c_str(), 1);
  shop_.openssl("version; mkdir folder; cp roots.pem folder; openssl rehash folder");
  EXPECT_PROBLEM(check(leaf), reason::untrusted_root);
}

TEST_F(x509_roots, extra_roots_add_to_them) {
  const issued other = issue({.common_name = "Other", .authority = true});
  EXPECT_TRUSTED(check(issue(server(), &root()), {parsed(other)}));
  EXPECT_TRUSTED(check(issue(server(), &other), {parsed(other)}));
  auto old = server();
  old.from_days = -10, old.to_days = -1;
  EXPECT_PROBLEM(check(issue(old, &root()), {parsed(other)}), reason::certificate_expired);
  EXPECT_PROBLEM(check(issue(old, &other), {parsed(other)}), reason::certificate_expired);
}

TEST_F(x509_roots, fingerprint_follows_the_files) {
  const std::string before = root_store::system_fingerprint();
  EXPECT_EQ(root_store::system_fingerprint(), before);
  shop_.write("roots.pem", root().pem() + intermediate().pem());
  const std::string longer = root_store::system_fingerprint();
  EXPECT_NE(longer, before);
  ::setenv("SSL_CERT_DIR", "/nonexistent:/tmp", 1);
  EXPECT_NE(root_store::system_fingerprint(), longer);
}

TEST_F(x509_roots, the_environment_reads_them_again_when_they_change) {
  const issued leaf = issue(server(), &root());
  const environment env;
  const auto first = env.roots();
  EXPECT_EQ(first, env.roots());
  shop_.write("roots.pem", issue({.common_name = "Other", .authority = true}).pem() + "\n");
  const auto second = env.roots();
  EXPECT_NE(first, second);
  EXPECT_TRUSTED(
      verify(env, parsed(leaf), {.roots = first.get(), .extra_roots = {}, .untrusted = {}, .name = "a.test"}));
  EXPECT_PROBLEM(
      verify(env, parsed(leaf), {.roots = second.get(), .extra_roots = {}, .untrusted = {}, .name = "a.test"}),
      reason::untrusted_root);
}

}  // namespace
}  // namespace schannix::engine
