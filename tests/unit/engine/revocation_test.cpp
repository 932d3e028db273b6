// Which lists and which OCSP answers count, and for which certificates of a chain. RFC 5280 §6.3, RFC 6960
#include "engine/revocation.hpp"

#include "engine/ocsp.hpp"
#include "x509_fixture.hpp"

namespace schannix::engine {
namespace {

using base::reason;
using test::pki::issue;
using test::pki::issued;
using test::pki::list_pem;
using test::pki::list_profile;
using test::pki::ocsp_answer;
using test::pki::ocsp_entry;
using test::pki::ocsp_profile;
using test::pki::ocsp_status;
using test::pki::revocation_list;

const issued& root() {
  static const issued made = issue({.common_name = "Root", .authority = true});
  return made;
}
const issued& middle() {
  static const issued made = issue({.common_name = "Middle", .authority = true}, &root());
  return made;
}
const issued& leaf() {
  static const issued made = issue({.common_name = "a.test"}, &middle());
  return made;
}
const issued& other() {  // a certificate of the same issuer
  static const issued made = issue({.common_name = "other.test"}, &middle());
  return made;
}
const issued& stranger() {  // an authority that has nothing to do with it, of the same name
  static const issued made = issue({.common_name = "Middle", .authority = true});
  return made;
}

std::vector<certificate> chain() { return {parsed(leaf()), parsed(middle()), parsed(root())}; }

std::vector<engine::revocation_list> lists(const std::vector<std::string>& all) {
  std::vector<engine::revocation_list> out;
  for (const std::string& one : all) {
    const auto read = read_revocation_lists(test_environment(), view_of(one));
    if (!read) throw std::runtime_error("test list does not parse");
    out.insert(out.end(), read->begin(), read->end());
  }
  return out;
}

using outcome = std::optional<reason>;
constexpr outcome fine = std::nullopt;

outcome by_lists(revocation_scope scope, const std::vector<std::string>& all) {
  return revocation_problem(test_environment(), chain(), {.scope = scope, .lists = lists(all)}, {});
}
outcome by_answer(const std::string& stapled, revocation_scope scope = revocation_scope::leaf) {
  return revocation_problem(test_environment(), chain(), {.scope = scope}, {.stapled = view_of(stapled)});
}

// ---- lists ----

TEST(revocation, a_list_vouches_for_what_it_does_not_name) {
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(middle())}), fine);
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(middle(), {.revoked = {other()}})}), fine);
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(middle(), {.revoked = {other(), leaf()}})}),
            reason::certificate_revoked);
}

TEST(revocation, a_list_of_somebody_else_says_nothing) {
  EXPECT_EQ(by_lists(revocation_scope::leaf, {}), reason::no_revocation_check);
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(root())}), reason::no_revocation_check);
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(stranger())}), reason::no_revocation_check);
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(stranger(), {.revoked = {leaf()}})}),
            reason::no_revocation_check);
}

TEST(revocation, a_list_counts_in_its_time_but_revoked_stays_revoked) {
  const list_profile past{.from_hours = -48, .to_hours = -1}, future{.from_hours = 24, .to_hours = 48};
  for (list_profile when : {past, future})
    EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(middle(), when)}), reason::no_revocation_check);
  list_profile names_it = past;
  names_it.revoked = {leaf()};
  EXPECT_EQ(by_lists(revocation_scope::leaf, {revocation_list(middle(), names_it)}), reason::certificate_revoked);
}

TEST(revocation, each_scope_asks_about_its_certificates) {
  const std::string of_leaf = revocation_list(middle()), of_middle = revocation_list(root()),
                    kills_middle = revocation_list(root(), {.revoked = {middle()}}),
                    kills_root = revocation_list(root(), {.revoked = {root()}});
  const revocation_scope leaf = revocation_scope::leaf, chain = revocation_scope::chain,
                         most = revocation_scope::chain_without_anchor;
  EXPECT_EQ(by_lists(revocation_scope::none, {kills_middle}), fine);
  EXPECT_EQ(by_lists(leaf, {of_leaf, kills_middle}), fine);
  for (const revocation_scope scope : {most, chain}) {
    EXPECT_EQ(by_lists(scope, {of_leaf, of_middle}), fine);
    EXPECT_EQ(by_lists(scope, {of_leaf}), reason::no_revocation_check);
    EXPECT_EQ(by_lists(scope, {of_middle}), reason::no_revocation_check);
    EXPECT_EQ(by_lists(scope, {of_leaf, kills_middle}), reason::certificate_revoked);
    EXPECT_EQ(by_lists(scope, {kills_middle}), reason::certificate_revoked) << "whatever else is not known";
  }
  EXPECT_EQ(by_lists(most, {of_leaf, kills_root}), fine);
  EXPECT_EQ(by_lists(chain, {of_leaf, kills_root}), reason::certificate_revoked);
}

TEST(revocation, whoever_is_trusted_as_it_is_is_asked_about_too) {
  const std::vector<certificate> alone{parsed(root())};
  for (const auto scope : {revocation_scope::leaf, revocation_scope::chain, revocation_scope::chain_without_anchor})
    EXPECT_EQ(revocation_problem(test_environment(), alone, {.scope = scope}, {}), reason::no_revocation_check);
}

TEST(revocation, who_names_a_place_to_ask_is_offline) {
  const issued listed = issue({.common_name = "l", .list_at = "http://127.0.0.1:9/l.crl"}, &middle()),
               answered = issue({.common_name = "o", .responder_at = "http://127.0.0.1:9/"}, &middle());
  for (const issued& one : {listed, answered, leaf()}) {
    const std::vector<certificate> chain{parsed(one), parsed(middle()), parsed(root())};
    const auto problem = [&](bool unknown, bool offline) {
      const revocation_rules rules{revocation_scope::leaf, unknown, offline, {}};
      return revocation_problem(test_environment(), chain, rules, {});
    };
    const bool has_place = one.certificate != leaf().certificate;
    EXPECT_EQ(problem(false, false), has_place ? reason::revocation_offline : reason::no_revocation_check);
    EXPECT_EQ(problem(true, true), fine);
    EXPECT_EQ(problem(true, false), has_place ? outcome(reason::revocation_offline) : fine);
    EXPECT_EQ(problem(false, true), has_place ? fine : outcome(reason::no_revocation_check));
  }
}

TEST(revocation, ignoring_what_is_not_known_forgives_nobody_who_is_revoked) {
  const revocation_rules rules{revocation_scope::leaf, true, true,
                               lists({revocation_list(middle(), {.revoked = {leaf()}})})};
  EXPECT_EQ(revocation_problem(test_environment(), chain(), rules, {}), reason::certificate_revoked);
}

TEST(revocation, lists_are_read_from_der_and_pem) {
  const std::string one = revocation_list(middle()), two = revocation_list(root());
  EXPECT_EQ(lists({one}).size(), 1u);
  EXPECT_EQ(lists({list_pem(one) + "between\n" + list_pem(two)}).size(), 2u);
}

TEST(revocation, what_is_no_list_is_refused) {
  const std::string good = revocation_list(middle()), pem = list_pem(good);
  std::string broken = list_pem(good) + pem;
  broken[broken.size() - pem.size() / 2] = '!';
  const std::string bad[] = {"",
                             "no list",
                             "0",
                             good + "x",
                             good.substr(0, good.size() - 1),
                             leaf().pem(),
                             leaf().der(),
                             broken,
                             std::string(65536, '\0'),
                             std::string(65536, '0')};
  for (const std::string& one : bad) {
    const auto read = read_revocation_lists(test_environment(), view_of(one));
    ASSERT_FALSE(read) << one.size();
    EXPECT_EQ(read.error().why, reason::malformed_object);
  }
}

// ---- OCSP answers ----

ocsp_entry about(const issued& one, ocsp_status status = ocsp_status::good) { return {one, middle(), status}; }
std::string answer(const ocsp_entry& entry) { return ocsp_answer({{entry}, middle()}); }

TEST(revocation, an_answer_of_the_issuer_counts_for_the_leaf) {
  EXPECT_EQ(by_answer(answer(about(leaf()))), fine);
  EXPECT_EQ(by_answer(answer(about(leaf(), ocsp_status::revoked))), reason::certificate_revoked);
  EXPECT_EQ(by_answer(answer(about(leaf(), ocsp_status::unknown))), reason::no_revocation_check);
  EXPECT_EQ(by_answer(answer(about(leaf())), revocation_scope::chain), reason::no_revocation_check)
      << "and for nobody else";
}

TEST(revocation, an_answer_may_name_the_issuer_by_any_hash_and_leave_its_certificate_out) {
  ocsp_entry entry = about(leaf());
  entry.digest = "SHA256";
  EXPECT_EQ(by_answer(answer(entry)), fine);
  EXPECT_EQ(by_answer(ocsp_answer({{entry}, middle(), false})), fine);
}

TEST(revocation, an_answer_about_another_certificate_says_nothing) {
  EXPECT_EQ(by_answer(answer(about(other()))), reason::no_revocation_check);
  EXPECT_EQ(by_answer(answer(about(other(), ocsp_status::revoked))), reason::no_revocation_check);
  EXPECT_EQ(by_answer(answer({leaf(), stranger()})), reason::no_revocation_check) << "the same name, another key";
}

TEST(revocation, an_answer_of_somebody_else_says_nothing) {
  const issued of_root = issue({.common_name = "responder", .usage = "OCSPSigning"}, &root());
  const issued without_usage = issue({.common_name = "responder"}, &middle());
  const issued for_servers = issue({.common_name = "responder", .usage = "serverAuth"}, &middle());
  const issued of_stranger = issue({.common_name = "responder", .usage = "OCSPSigning"}, &stranger());
  const issued alone = issue({.common_name = "responder", .usage = "OCSPSigning"});
  const issued below = issue({.common_name = "r", .usage = "OCSPSigning"}, &without_usage);
  for (const issued& signer :
       {of_root, without_usage, for_servers, of_stranger, alone, below, leaf(), root(), stranger()})
    for (const ocsp_status status : {ocsp_status::good, ocsp_status::revoked})
      EXPECT_EQ(by_answer(ocsp_answer({{about(leaf(), status)}, signer})), reason::no_revocation_check);
}

TEST(revocation, a_responder_that_the_issuer_has_certified_counts) {
  const issued responder = issue({.common_name = "responder", .usage = "OCSPSigning"}, &middle());
  EXPECT_EQ(by_answer(ocsp_answer({{about(leaf())}, responder})), fine);
  EXPECT_EQ(by_answer(ocsp_answer({{about(leaf())}, responder, false})), reason::no_revocation_check) << "who is it?";
  const issued expired = issue({.common_name = "r", .usage = "OCSPSigning", .from_days = -9, .to_days = -1}, &middle());
  EXPECT_EQ(by_answer(ocsp_answer({{about(leaf())}, expired})), reason::no_revocation_check);
  const issued weak =
      issue({.common_name = "r", .usage = "OCSPSigning", .key = test::pki::key_kind::rsa1024}, &middle());
  EXPECT_EQ(by_answer(ocsp_answer({{about(leaf())}, weak})), reason::no_revocation_check);
}

TEST(revocation, an_answer_counts_in_its_time_but_revoked_stays_revoked) {
  const std::pair<long, long> never[] = {{-48, -1}, {24, 48}, {-48, 0}};
  for (const auto& [from, to] : never) {
    EXPECT_EQ(by_answer(answer({leaf(), middle(), ocsp_status::good, "SHA1", from, to})), reason::no_revocation_check);
    EXPECT_EQ(by_answer(answer({leaf(), middle(), ocsp_status::revoked, "SHA1", from, to})),
              reason::certificate_revoked);
  }
  EXPECT_EQ(by_answer(answer({leaf(), middle(), ocsp_status::good, "SHA1", -1, 0})), fine) << "no nextUpdate: a day";
}

TEST(revocation, of_two_entries_the_one_that_says_revoked_counts) {
  const ocsp_entry good = about(leaf()), dead = about(leaf(), ocsp_status::revoked);
  EXPECT_EQ(by_answer(ocsp_answer({{good, dead}, middle()})), reason::certificate_revoked);
  EXPECT_EQ(by_answer(ocsp_answer({{dead, good}, middle()})), reason::certificate_revoked);
  EXPECT_EQ(by_answer(ocsp_answer({{about(other(), ocsp_status::revoked), good}, middle()})), fine);
  EXPECT_EQ(by_answer(ocsp_answer({{}, middle()})), reason::no_revocation_check);
}

TEST(revocation, an_answer_that_is_signed_weakly_says_nothing) {
  for (const char* digest : {"SHA1", "MD5"}) {
    const issued responder =
        issue({.common_name = "r", .usage = "OCSPSigning", .key = test::pki::key_kind::rsa2048}, &middle());
    EXPECT_EQ(by_answer(ocsp_answer({{about(leaf())}, responder, true, digest})), reason::no_revocation_check);
  }
}

TEST(revocation, an_answer_that_is_damaged_anywhere_vouches_for_nobody) {
  const std::string good = answer(about(leaf()));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x01);
    const outcome cut = by_answer(good.substr(0, i));
    EXPECT_EQ(cut, reason::no_revocation_check) << i;
    EXPECT_NE(state_by_answer(view_of(flipped), parsed(leaf()), parsed(middle())), revocation_state::revoked) << i;
  }
  for (const std::string& junk :
       {good + "x", std::string(65536, '\0'), std::string(65536, '0'), test::pki::ocsp_error()})
    EXPECT_EQ(by_answer(junk), reason::no_revocation_check);
}

// A flipped bit that does not matter is in the part that nobody signs: the certificates that come along.
TEST(revocation, a_flipped_bit_of_what_is_signed_is_seen) {
  const std::string good = ocsp_answer({{about(leaf())}, middle(), false});
  const std::size_t headers = 48;
  for (std::size_t i = headers; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x04);
    EXPECT_EQ(by_answer(flipped), reason::no_revocation_check) << i;
  }
}

// ---- what a server staples ----

TEST(revocation, a_server_knows_its_own_answer) {
  const std::string mine = answer(about(leaf())),
                    old = answer({leaf(), middle(), ocsp_status::good, "SHA256", -48, -1});
  const auto fits = [](const std::string& one) { return is_answer_for(view_of(one), parsed(leaf())); };
  EXPECT_TRUE(fits(mine));
  EXPECT_TRUE(fits(old));
  EXPECT_FALSE(fits(answer(about(other()))));
  EXPECT_FALSE(fits(""));
  EXPECT_FALSE(fits(mine + "x"));
  EXPECT_FALSE(fits(test::pki::ocsp_error()));
  EXPECT_TRUE(is_current_answer_for(view_of(mine), parsed(leaf())));
  EXPECT_FALSE(is_current_answer_for(view_of(old), parsed(leaf())));
}

}  // namespace
}  // namespace schannix::engine
