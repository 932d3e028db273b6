// T40: every alert of the table, at both levels, received by DecryptMessage, by ISC and by ASC.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct alert_row {
  DWORD number;
  status said;
};

const alert_row rows[] = {
    {TLS1_ALERT_UNEXPECTED_MESSAGE, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_BAD_RECORD_MAC, SEC_E_MESSAGE_ALTERED},
    {TLS1_ALERT_DECRYPTION_FAILED, SEC_E_DECRYPT_FAILURE},
    {TLS1_ALERT_RECORD_OVERFLOW, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_DECOMPRESSION_FAIL, SEC_E_MESSAGE_ALTERED},
    {TLS1_ALERT_HANDSHAKE_FAILURE, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_BAD_CERTIFICATE, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_UNSUPPORTED_CERT, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_CERTIFICATE_REVOKED, CRYPT_E_REVOKED},
    {TLS1_ALERT_CERTIFICATE_EXPIRED, SEC_E_CERT_EXPIRED},
    {TLS1_ALERT_CERTIFICATE_UNKNOWN, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_ILLEGAL_PARAMETER, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNKNOWN_CA, SEC_E_UNTRUSTED_ROOT},
    {TLS1_ALERT_ACCESS_DENIED, SEC_E_LOGON_DENIED},
    {TLS1_ALERT_DECODE_ERROR, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_DECRYPT_ERROR, SEC_E_DECRYPT_FAILURE},
    {TLS1_ALERT_EXPORT_RESTRICTION, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_PROTOCOL_VERSION, SEC_E_UNSUPPORTED_FUNCTION},
    {TLS1_ALERT_INSUFFIENT_SECURITY, SEC_E_ALGORITHM_MISMATCH},
    {TLS1_ALERT_INTERNAL_ERROR, SEC_E_INTERNAL_ERROR},
    {TLS1_ALERT_USER_CANCELED, SEC_E_UNFINISHED_CONTEXT_DELETED},
    {TLS1_ALERT_NO_RENEGOTIATION, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNSUPPORTED_EXT, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNKNOWN_PSK_IDENTITY, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_NO_APP_PROTOCOL, SEC_E_APPLICATION_PROTOCOL_MISMATCH},
    {112, SEC_E_ILLEGAL_MESSAGE},
    {255, SEC_E_ILLEGAL_MESSAGE},
};

struct alert_case {
  alert_row row;
  tls version;
};

std::vector<alert_case> all_cases() {
  std::vector<alert_case> made;
  for (const auto& row : rows)
    for (const tls version : {tls::v1_2, tls::v1_3}) made.push_back({row, version});
  return made;
}

std::string case_name(const testing::TestParamInfo<alert_case>& info) {
  return "alert" + std::to_string(info.param.row.number) + (info.param.version == tls::v1_2 ? "_tls12" : "_tls13");
}

std::string emitted(party& by, DWORD level, DWORD number) {
  EXPECT_EQ(apply_alert(by.handle(), level, number), SEC_E_OK);
  EXPECT_EQ(by.step({}), SEC_E_OK);
  return by.take();
}

std::string plain_alert(DWORD level, DWORD number) {
  std::string made("\x15\x03\x03\x00\x02", 5);
  made += static_cast<char>(level);
  return made + static_cast<char>(number);
}

void expect_dead(party& of) {
  EXPECT_EQ(of.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(of.open("x").said, SEC_E_CONTEXT_EXPIRED);
  EXPECT_TRUE(of.step({}).failed());
  EXPECT_EQ(of.token(), "") << "nothing is answered to a fatal alert";
}

class Alerts : public testing::TestWithParam<alert_case> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Alerts, testing::ValuesIn(all_cases()), case_name);

// TLS 1.3 reads on after user_canceled, whatever its level: a close_notify follows. RFC 9846 §6.1
bool is_ignored_when_fatal(const alert_case& one) {
  return one.version == tls::v1_3 && one.row.number == TLS1_ALERT_USER_CANCELED;
}

TEST_P(Alerts, T40_FatalIntoDecryptMessage) {
  const auto& [row, version] = GetParam();
  const bool ignored = is_ignored_when_fatal(GetParam());
  for (const role side : {role::client, role::server}) {
    couple both(version);
    party& ours = both.of(side);
    const opened found = ours.open(emitted(both.of(other(side)), TLS1_ALERT_FATAL, row.number));
    EXPECT_EQ(found.said, ignored ? status(SEC_E_OK) : row.said);
    EXPECT_EQ(found.data, "");
    if (ignored) {
      EXPECT_EQ(ours.seal("still open"), SEC_E_OK);
    } else {
      expect_dead(ours);
    }
  }
}

// TLS 1.3: the level means nothing. RFC 8446 §6. TLS 1.2: a warning is ignored.
TEST_P(Alerts, T40_WarningIntoDecryptMessage) {
  const auto& [row, version] = GetParam();
  couple both(version);
  const opened found = both.client.open(emitted(both.server, TLS1_ALERT_WARNING, row.number));
  const bool ignored = version == tls::v1_2 || row.number == TLS1_ALERT_USER_CANCELED;
  EXPECT_EQ(found.said, ignored ? status(SEC_E_OK) : row.said);
  EXPECT_EQ(found.data, "");
  if (!ignored) return expect_dead(both.client);
  EXPECT_EQ(both.client.open(both.server.sealed("goes on")).data, "goes on");
  EXPECT_EQ(both.server.open(both.client.sealed("both ways")).data, "both ways");
}

TEST_P(Alerts, T40_FatalIntoIscAndAsc) {
  const auto& [row, version] = GetParam();
  party client(client_credential(version));
  EXPECT_EQ(client.step(plain_alert(TLS1_ALERT_FATAL, row.number)), row.said);
  EXPECT_EQ(client.token(), "");

  party hello(client_credential(version)), server(server_credential(version), {.side = role::server});
  server.give(hello.take());
  server.take();
  server.step(plain_alert(TLS1_ALERT_FATAL, row.number));
  EXPECT_EQ(server.last(), is_ignored_when_fatal(GetParam()) ? status(SEC_I_CONTINUE_NEEDED) : row.said);
  EXPECT_EQ(server.token(), "");
}

TEST(AlertsTls13, C09_UserCanceledThenCloseIsACleanEnd) {
  couple both(tls::v1_3);
  const std::string canceled = emitted(both.server, TLS1_ALERT_WARNING, TLS1_ALERT_USER_CANCELED);
  ASSERT_EQ(both.server.shut(), SEC_E_OK);
  const opened first = both.client.open(canceled + both.server.take());
  EXPECT_EQ(first.said, SEC_E_OK);
  EXPECT_EQ(both.client.open(first.extra).said, SEC_I_CONTEXT_EXPIRED);
}

TEST(AlertsBoth, T40_CloseNotifyAtEitherLevel) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    for (const DWORD level : std::initializer_list<DWORD>{TLS1_ALERT_WARNING, TLS1_ALERT_FATAL}) {
      couple both(version);
      const std::string close = emitted(both.server, level, TLS1_ALERT_CLOSE_NOTIFY);
      EXPECT_EQ(both.client.open(close).said, SEC_I_CONTEXT_EXPIRED) << level;
      EXPECT_EQ(both.client.seal("half closed"), SEC_E_OK) << level;
    }
  }
}

// Ignored alerts in a row are bounded: a flood is not read for ever. record-layer.md §5
TEST(AlertsBoth, WarningsWithoutEndAreRefused) {
  couple both(tls::v1_2);
  int ignored = 0;
  while (ignored < 1000 &&
         both.client.open(emitted(both.server, TLS1_ALERT_WARNING, TLS1_ALERT_NO_RENEGOTIATION)).said == SEC_E_OK)
    ++ignored;
  EXPECT_GE(ignored, 4);
  EXPECT_LT(ignored, 1000);
  EXPECT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(both.client.open("x").said, SEC_E_CONTEXT_EXPIRED);
}

// A warning in the middle of a TLS 1.2 handshake is no reason to stop. spec 4.3
TEST(AlertsBoth, WarningDuringTheHandshakeIsIgnored) {
  openssl_peer peer(peer_for(role::client, tls::v1_2));
  party client(client_credential(tls::v1_2));
  peer.give(client.take());
  client.give(plain_alert(TLS1_ALERT_WARNING, 112) + peer.take());
  converse(client, peer);
  EXPECT_TRUE(client.established() && peer.established()) << client.last();
}

}  // namespace
}  // namespace schannix::test::sspi
