// Handshakes and sessions in numbers, as Windows' performance counters have them. spec 9.4
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

SCHANNIX_COUNTERS counted() {
  SCHANNIX_COUNTERS now{};
  now.cbSize = sizeof now;
  EXPECT_EQ(SchannixCounters(&now), TRUE);
  return now;
}

// What was counted since.
struct since {
  SCHANNIX_COUNTERS before = counted();
  void expect(ULONGLONG client_full, ULONGLONG client_again, ULONGLONG server_full, ULONGLONG server_again) const {
    const SCHANNIX_COUNTERS now = counted();
    EXPECT_EQ(now.ullClientFullHandshakes - before.ullClientFullHandshakes, client_full);
    EXPECT_EQ(now.ullClientReconnectHandshakes - before.ullClientReconnectHandshakes, client_again);
    EXPECT_EQ(now.ullServerFullHandshakes - before.ullServerFullHandshakes, server_full);
    EXPECT_EQ(now.ullServerReconnectHandshakes - before.ullServerReconnectHandshakes, server_again);
  }
};

class Counters : public testing::TestWithParam<tls> {
 protected:
  void meet() const {
    couple both(client, server, {}, {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
    converse(both.client, both.server);
  }
  const credential client{{.version = GetParam()}};
  const credential server{{.side = role::server, .version = GetParam(), .certificates = {server_certificate().get()}}};
};
INSTANTIATE_TEST_SUITE_P(Sspi, Counters, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(Counters, EachRoleFullAndResumed) {
  const since begin;
  meet();
  begin.expect(1, 0, 1, 0);
  meet();
  begin.expect(1, 1, 1, 1);
}

TEST_P(Counters, OneRoleAlone) {
  const since begin;
  link with(client, peer_for(role::client, GetParam()));
  begin.expect(1, 0, 0, 0);
  link other(server, peer_for(role::server, GetParam()), {.side = role::server});
  begin.expect(1, 0, 1, 0);
}

// Neither while it runs nor when it fails; and what follows in the same connection is not counted again.
TEST_P(Counters, OnlyWhatIsDone) {
  const since begin;
  {
    const credential strict({.version = GetParam(), .flags = SCH_CRED_AUTO_CRED_VALIDATION});
    party refusing(strict), accepting(server, {.side = role::server});
    begin.expect(0, 0, 0, 0);
    converse(refusing, accepting);
    EXPECT_EQ(refusing.last(), SEC_E_UNTRUSTED_ROOT);
  }
  const SCHANNIX_COUNTERS now = counted();
  EXPECT_EQ(now.ullClientFullHandshakes, begin.before.ullClientFullHandshakes);
  const since next;
  couple both(client, server);
  converse(both.client, both.server);
  EXPECT_EQ(both.client.shut(), SEC_E_OK);
  next.expect(1, 0, 1, 0);
}

TEST_P(Counters, SessionsThatAreKept) {
  EXPECT_EQ(SslEmptyCacheA(nullptr, 0), TRUE);
  const DWORD before = counted().dwSessionCacheEntries;
  meet();
  EXPECT_GT(counted().dwSessionCacheEntries, before);
  EXPECT_EQ(SslEmptyCacheA(nullptr, 0), TRUE);
  EXPECT_EQ(counted().dwSessionCacheEntries, before) << "a client's; its server gave tickets";
}

TEST(CountersStruct, IsLookedAt) {
  SCHANNIX_COUNTERS wrong{};
  for (const DWORD size : {0U, static_cast<DWORD>(sizeof wrong) - 1, static_cast<DWORD>(sizeof wrong) + 1}) {
    wrong.cbSize = size;
    EXPECT_EQ(SchannixCounters(&wrong), FALSE);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  }
  EXPECT_EQ(SchannixCounters(nullptr), FALSE);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

}  // namespace
}  // namespace schannix::test::sspi
