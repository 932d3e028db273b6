// Connections that go on elsewhere: their bytes, and bytes that are well made but tell of no connection that can be.
#include <functional>

#include "context_forger.hpp"

namespace schannix::context::test {
namespace {

bytes packed(const moved_connection& of) {
  bytes room(packed_size(of));
  EXPECT_TRUE(pack(env(), of, room));
  return room;
}

bytes packed(const connection& of) {
  const auto moved = of.moved_out({'b', 'y'});
  if (!moved) throw std::runtime_error("a test connection cannot move");
  return packed(*moved);
}

moved_connection unpacked(const bytes& from) {
  auto made = unpack(env(), from);
  if (!made) throw std::runtime_error("what was packed is no connection");
  return std::move(*made);
}

void move(std::unique_ptr<connection>& one, record_limits limits = {}) {
  auto made = connection::moved_in(env(), unpacked(packed(*one)), limits);
  ASSERT_TRUE(made);
  one = std::move(*made);
}

struct suite {
  const char* name;
  int version;
};
constexpr suite suites[] = {
    {"ECDHE-RSA-AES128-GCM-SHA256", TLS1_2_VERSION}, {"ECDHE-RSA-AES256-GCM-SHA384", TLS1_2_VERSION},
    {"ECDHE-RSA-CHACHA20-POLY1305", TLS1_2_VERSION}, {"TLS_AES_128_GCM_SHA256", TLS1_3_VERSION},
    {"TLS_AES_256_GCM_SHA384", TLS1_3_VERSION},      {"TLS_CHACHA20_POLY1305_SHA256", TLS1_3_VERSION}};

class moved_in : public ::testing::TestWithParam<std::tuple<suite, role>> {};
INSTANTIATE_TEST_SUITE_P(suites, moved_in,
                         ::testing::Combine(::testing::ValuesIn(suites), ::testing::Values(role::client, role::server)),
                         [](const auto& one) {
                           std::string name = std::get<0>(one.param).name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_" + name_of(std::get<1>(one.param));
                         });

TEST_P(moved_in, every_suite_goes_on) {
  const auto [of, side] = GetParam();
  pair both({.side = side}, peer_at(side, of.version, of.name));
  ASSERT_TRUE(both.shake());
  both.receive(both.behind);
  both.expect_works(1000);
  move(both.ours);
  both.expect_works(1000);
  EXPECT_EQ(both.ours->facts()->suite_name.starts_with("TLS_"), true);
}

TEST_P(moved_in, packs_to_the_same_bytes_again) {
  const auto [of, side] = GetParam();
  pair both({.side = side}, peer_at(side, of.version, of.name));
  ASSERT_TRUE(both.shake());
  both.receive(both.behind);
  const bytes first = packed(*both.ours);
  move(both.ours);
  EXPECT_EQ(packed(*both.ours), first);
}

// Half of a KeyUpdate has come. RFC 8446 §5.1
TEST(moved_message, its_rest_comes_afterwards) {
  forger both({.side = role::client, .wants_tickets = false});
  const bytes update{24, 0, 0, 1, 0};
  ASSERT_EQ(open_copy(*both.ours, both.says(content_type::handshake, bytes_view(update).first(3)))->what,
            read_output::kind::data);
  move(both.ours);
  EXPECT_EQ(open_copy(*both.ours, both.says(content_type::handshake, bytes_view(update).last(2)))->what,
            read_output::kind::renegotiate);
  EXPECT_EQ(step(*both.ours).what, step_output::kind::finished);
}

TEST(moved_message, its_rest_is_still_demanded) {
  forger both({.side = role::client, .wants_tickets = false});
  const bytes begun{24, 0, 0};
  ASSERT_TRUE(open_copy(*both.ours, both.says(content_type::handshake, begun)));
  move(both.ours);
  const auto found = open_copy(*both.ours, both.says(content_type::application_data, bytes{1}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().why, base::reason::illegal_message);
}

TEST(moved_limits, empty_records_are_counted_on) {
  forger both({.side = role::client, .wants_tickets = false});
  for (int i = 0; i < 32; ++i) ASSERT_TRUE(open_copy(*both.ours, both.says(content_type::application_data, {})));
  move(both.ours);
  EXPECT_FALSE(open_copy(*both.ours, both.says(content_type::application_data, {})));
}

TEST(moved_limits, a_worn_key_is_worn) {
  forger both({.side = role::client, .wants_tickets = false});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(seal(*both.ours, bytes{1}));
  move(both.ours, {.update_after = 5, .demand_after = 10, .stop_after = 20});
  EXPECT_EQ(open_copy(*both.ours, both.says(content_type::application_data, bytes{1}))->what,
            read_output::kind::renegotiate);
}

TEST(moved_bytes, have_room_for_a_name_up_to_a_limit) {
  for (const auto& [size, fits] : {std::pair(std::size_t{65535}, true), {std::size_t{65536}, false}}) {
    forger both({.side = role::client});
    auto moved = both.ours->moved_out({});
    ASSERT_TRUE(moved);
    moved->target_name.assign(size, 'a');
    bytes room(packed_size(*moved));
    const auto done = pack(env(), *moved, room);
    EXPECT_EQ(static_cast<bool>(done), fits);
    EXPECT_EQ(done.error().why == base::reason::unsupported, !fits);
  }
}

// ---- Lies: with the right digest, from somebody who can make one ----

struct lie {
  const char* name;
  int version;
  std::function<void(moved_connection&)> tell;
  base::reason why = base::reason::invalid_token;
};

const lie lies[] = {
    {"an_older_version", TLS1_2_VERSION, [](auto& one) { one.facts.version = tls_version::tls11; }},
    {"a_version_that_is_none", TLS1_3_VERSION, [](auto& one) { one.facts.version = static_cast<tls_version>(0x0305); }},
    {"another_version", TLS1_3_VERSION, [](auto& one) { one.facts.version = tls_version::tls12; },
     base::reason::no_common_algorithm},
    {"an_unknown_suite", TLS1_3_VERSION, [](auto& one) { one.facts.suite = 0x1399; },
     base::reason::no_common_algorithm},
    {"a_cbc_suite", TLS1_2_VERSION, [](auto& one) { one.facts.suite = 0xC027; }},
    {"a_suite_of_other_keys", TLS1_2_VERSION, [](auto& one) { one.facts.suite = 0xC030; }},
    {"a_suite_of_another_hash", TLS1_3_VERSION, [](auto& one) { one.facts.suite = 0x1302; }},
    {"a_short_key", TLS1_2_VERSION, [](auto& one) { one.write.key.assign(bytes(15)); }},
    {"no_key", TLS1_2_VERSION, [](auto& one) { one.read.key.clear(); }},
    {"a_long_iv", TLS1_2_VERSION, [](auto& one) { one.read.iv.assign(bytes(12)); }},
    {"no_secret", TLS1_3_VERSION, [](auto& one) { one.post.read_secret.clear(); }},
    {"a_long_secret", TLS1_3_VERSION, [](auto& one) { one.post.write_secret.assign(bytes(33)); }},
    {"no_exporter", TLS1_3_VERSION, [](auto& one) { one.exporter_master.clear(); }},
    {"a_short_master_secret", TLS1_2_VERSION, [](auto& one) { one.exporter_master.assign(bytes(47)); }},
    {"no_server_certificate", TLS1_3_VERSION, [](auto& one) { one.peer_certificates.clear(); }},
    {"a_certificate_that_is_none", TLS1_3_VERSION, [](auto& one) { one.peer_certificates.push_back({0x30, 0}); }},
    {"a_fragment_size_that_is_none", TLS1_2_VERSION, [](auto& one) { one.facts.max_fragment = 1000; }},
    {"no_fragment_size", TLS1_3_VERSION, [](auto& one) { one.facts.max_fragment = 0; }},
    {"a_token_that_waits", TLS1_3_VERSION, [](auto& one) { one.closing.our_half = close_state::ours::requested; }},
    {"an_end", TLS1_2_VERSION,
     [](auto& one) { one.closing = {close_state::ours::sent, close_state::peers::closed, close_state::dead::no}; }},
    {"a_whole_message", TLS1_3_VERSION, [](auto& one) { one.post.begun = {24, 0, 0, 1, 0}; }},
    {"a_message_of_no_kind", TLS1_3_VERSION, [](auto& one) { one.post.begun = {99, 0, 0, 9, 0}; }},
};

class moved_lies : public ::testing::TestWithParam<lie> {};
INSTANTIATE_TEST_SUITE_P(lies, moved_lies, ::testing::ValuesIn(lies), [](const auto& one) { return one.param.name; });

TEST_P(moved_lies, are_refused) {
  const lie& told = GetParam();
  pair both({.side = role::client},
            peer_at(role::client, told.version,
                    told.version == TLS1_3_VERSION ? "TLS_AES_128_GCM_SHA256" : "ECDHE-RSA-AES128-GCM-SHA256"));
  ASSERT_TRUE(both.shake());
  both.receive(both.behind);
  moved_connection one = unpacked(packed(*both.ours));
  told.tell(one);
  const auto made = connection::moved_in(env(), unpacked(packed(one)));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, told.why);
  EXPECT_EQ(made.error().blame, base::cause::caller);
}

TEST(moved_settings, of_the_other_process_hold) {
  forger both({.side = role::client}, engine::version_set::of(engine::version_set::bit(tls_version::tls12)));
  engine::settings without;
  without.client.allowed.remove(tls_version::tls12);
  const engine::environment strict(engine::secret_source::watched, engine::aead_choice::evp, without);
  const auto made = connection::moved_in(strict, unpacked(packed(*both.ours)));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().why, base::reason::no_common_algorithm);
}

}  // namespace
}  // namespace schannix::context::test
