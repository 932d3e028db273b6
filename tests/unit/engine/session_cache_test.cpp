#include "engine/session_cache.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <ctime>

#include "engine/owned.hpp"

namespace schannix::engine {
namespace {

session made(int version, long age = 0, long timeout = 100) {
  session one = share(SSL_SESSION_new());
  const unsigned char id[] = {1};
  SSL_SESSION_set1_id(one.get(), id, sizeof id);  // else it cannot be resumed
  SSL_SESSION_set_protocol_version(one.get(), version);
  SSL_SESSION_set_time(one.get(), static_cast<long>(std::time(nullptr)) - age);
  SSL_SESSION_set_timeout(one.get(), timeout);
  return one;
}

TEST(session_cache, gives_a_tls12_session_again_and_again) {
  session_cache cache;
  const session one = made(TLS1_2_VERSION);
  cache.put("a", {one, nullptr});
  EXPECT_EQ(cache.take("a").made, one);
  EXPECT_EQ(cache.take("a").made, one);
  EXPECT_EQ(cache.take("b").made, nullptr);
  const session newer = made(TLS1_2_VERSION);
  cache.put("a", {newer, nullptr});
  EXPECT_EQ(cache.count("a"), 1u);
  EXPECT_EQ(cache.take("a").made, newer);
}

TEST(session_cache, gives_a_tls13_session_once_the_newest_first) {
  session_cache cache;
  const session one = made(TLS1_3_VERSION), two = made(TLS1_3_VERSION);
  cache.put("a", {one, nullptr});
  cache.put("a", {two, nullptr});
  EXPECT_EQ(cache.count("a"), 2u);
  EXPECT_EQ(cache.take("a").made, two);
  EXPECT_EQ(cache.take("a").made, one);
  EXPECT_EQ(cache.take("a").made, nullptr);
  EXPECT_EQ(cache.count("a"), 0u);
}

TEST(session_cache, keeps_some_tls13_sessions_and_never_two_versions) {
  session_cache cache;
  for (std::size_t i = 0; i < 10; ++i) cache.put("a", {made(TLS1_3_VERSION), nullptr});
  EXPECT_EQ(cache.count("a"), session_cache::sessions_each);
  cache.put("a", {made(TLS1_2_VERSION), nullptr});
  EXPECT_EQ(cache.count("a"), 1u);
  cache.put("a", {made(TLS1_3_VERSION), nullptr});
  EXPECT_EQ(cache.count("a"), 1u);
}

TEST(session_cache, gives_nothing_that_is_too_old) {
  session_cache cache;
  cache.put("a", {made(TLS1_2_VERSION, 100, 100), nullptr});
  EXPECT_EQ(cache.take("a").made, nullptr);
  cache.put("b", {made(TLS1_2_VERSION, 90, 100), nullptr});
  EXPECT_NE(cache.take("b").made, nullptr);
  cache.put("c", {made(TLS1_2_VERSION, -50, 100), nullptr});  // of the future: a clock was set back
  EXPECT_EQ(cache.take("c").made, nullptr);
}

TEST(session_cache, drops_the_least_recently_used) {
  session_cache cache(3);
  for (const char* const key : {"a", "b", "c"}) cache.put(key, {made(TLS1_2_VERSION), nullptr});
  EXPECT_NE(cache.take("a").made, nullptr);
  cache.put("d", {made(TLS1_2_VERSION), nullptr});
  EXPECT_EQ(cache.count("b"), 0u);
  for (const char* const key : {"a", "c", "d"}) EXPECT_EQ(cache.count(key), 1u) << key;
}

TEST(session_cache, forgets_one_and_all_of_a_credential) {
  session_cache cache;
  for (const char* const key : {"1a", "1b", "2a", "1", "0z"}) cache.put(key, {made(TLS1_2_VERSION), nullptr});
  cache.forget("2a");
  cache.forget("none");
  cache.forget_all("1");
  EXPECT_EQ(cache.count("0z"), 1u);
  for (const char* const key : {"1a", "1b", "2a", "1"}) EXPECT_EQ(cache.count(key), 0u) << key;
}

TEST(session_cache, forgets_clients_of_a_target_and_no_server) {
  session_cache cache;
  const base::bytes scope(session_scope_size, 'x'), other(session_scope_size, 'y'), id{'a', '.', 't'};
  const auto a = client_session_key(scope, true, "a.t"), manual = client_session_key(other, false, "A.T"),
             b = client_session_key(scope, true, "b.t"), longer = client_session_key(scope, true, "a.tt"),
             server = server_session_key(scope, id);
  const auto fill = [&] {
    for (const auto& key : {a, manual, b, longer, server}) cache.put(key, {made(TLS1_2_VERSION), nullptr});
  };
  fill();
  cache.forget_clients("a.T");
  for (const auto& key : {a, manual}) EXPECT_EQ(cache.count(key), 0u);
  for (const auto& key : {b, longer, server}) EXPECT_EQ(cache.count(key), 1u);
  fill();
  cache.forget_clients("");
  for (const auto& key : {a, manual, b, longer}) EXPECT_EQ(cache.count(key), 0u);
  EXPECT_EQ(cache.count(server), 1u);
}

TEST(session_keys, are_of_a_scope_a_validation_and_a_target) {
  const base::bytes scope{'x'}, other{'y'};
  EXPECT_EQ(client_session_key(scope, true, "A.Test"), client_session_key(scope, true, "a.test"));
  EXPECT_NE(client_session_key(scope, true, "a.test"), client_session_key(scope, false, "a.test"));
  EXPECT_NE(client_session_key(scope, true, "a.test"), client_session_key(other, true, "a.test"));
  EXPECT_EQ(client_session_key(scope, true, ""), "");
  EXPECT_NE(server_session_key(scope, other), server_session_key(other, scope));
}

}  // namespace
}  // namespace schannix::engine
