// EncryptMessage with SECQOP_WRAP_OOB_DATA: an alert in the caller's buffers, with the effect of its control token.
#include <gtest/gtest.h>
#include <schannix_ext.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct end_of {
  tls version;
  role side;
};

std::string alert_of(DWORD level, DWORD number) { return {static_cast<char>(level), static_cast<char>(number)}; }

std::string report(party& of) {
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = sizeof told;
  EXPECT_EQ(status(QueryContextAttributesW(&of.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)), SEC_E_OK);
  return std::to_string(told.dwFlags) + ' ' + std::to_string(told.bAlertSent) + ' ' + told.szSentence;
}

struct sent {
  status said = SEC_E_OK;
  std::string record;
};

sent send(party& by, std::string_view content, ULONG less_trailer = 0) {
  const SecPkgContext_StreamSizes room = by.sizes();
  guarded header(room.cbHeader), data(content), trailer(room.cbTrailer);
  buffer_list list{buffer(SECBUFFER_STREAM_HEADER, header.data(), header.size()),
                   buffer(SECBUFFER_DATA, data.data(), data.size()),
                   buffer(SECBUFFER_STREAM_TRAILER, trailer.data(), trailer.size() - less_trailer), empty()};
  const status said = EncryptMessage(&by.handle(), SECQOP_WRAP_OOB_DATA, list.get(), 0);
  EXPECT_TRUE(header.intact() && data.intact() && trailer.intact());
  if (said.failed()) {
    EXPECT_EQ(data.text(), content) << "untouched";
    return {said, ""};
  }
  return {said, bytes_of(list[0]) + bytes_of(list[1]) + bytes_of(list[2])};
}

std::string sent_by_token(party& by, DWORD level, DWORD number) {
  EXPECT_EQ(apply_alert(by.handle(), level, number), SEC_E_OK);
  EXPECT_EQ(by.step({}), SEC_E_OK);
  return by.take();
}

class EncryptAlert : public testing::TestWithParam<end_of> {
 protected:
  couple both_{GetParam().version};
  party& ours_ = both_.of(GetParam().side);
  party& peer_ = both_.of(GetParam().side == role::client ? role::server : role::client);

  void expect_still_works() {
    EXPECT_EQ(peer_.open(ours_.sealed("still")).data, "still");
    EXPECT_EQ(ours_.open(peer_.sealed("works")).data, "works");
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, EncryptAlert,
                         testing::Values(end_of{tls::v1_2, role::client}, end_of{tls::v1_2, role::server},
                                         end_of{tls::v1_3, role::client}, end_of{tls::v1_3, role::server}),
                         [](const auto& one) {
                           return std::string(one.param.version == tls::v1_2 ? "tls12" : "tls13") +
                                  (one.param.side == role::client ? "_client" : "_server");
                         });

TEST_P(EncryptAlert, AFatalOneEndsTheConnectionAsItsTokenDoes) {
  const sent made = send(ours_, alert_of(TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED));
  ASSERT_EQ(made.said, SEC_E_OK);
  ASSERT_EQ(records_of(made.record).size(), 1u);
  EXPECT_EQ(made.record[0], GetParam().version == tls::v1_2 ? '\x15' : '\x17');
  EXPECT_EQ(peer_.open(made.record).said, SEC_E_LOGON_DENIED);
  EXPECT_EQ(ours_.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(send(ours_, alert_of(TLS1_ALERT_WARNING, TLS1_ALERT_CLOSE_NOTIFY)).said, SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.open("x").said, SEC_E_CONTEXT_EXPIRED);

  couple same(GetParam().version);
  party& by_token = same.of(GetParam().side);
  const std::string record = sent_by_token(by_token, TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED);
  EXPECT_EQ(record.size(), made.record.size());
  EXPECT_EQ(report(ours_), report(by_token));
  EXPECT_EQ(ours_.step({}), by_token.step({}));
  EXPECT_EQ(ours_.token() + by_token.token(), "");
}

TEST_P(EncryptAlert, AWarningChangesNothing) {
  const sent made = send(ours_, alert_of(TLS1_ALERT_WARNING, TLS1_ALERT_USER_CANCELED));
  ASSERT_EQ(made.said, SEC_E_OK);
  EXPECT_EQ(peer_.open(made.record).said, SEC_E_OK);
  expect_still_works();
}

TEST_P(EncryptAlert, CloseNotifyIsAShutdown) {
  for (const DWORD level : {DWORD{TLS1_ALERT_WARNING}, DWORD{TLS1_ALERT_FATAL}}) {
    couple both(GetParam().version);
    party &ours = both.of(GetParam().side),
          &peer = both.of(GetParam().side == role::client ? role::server : role::client);
    const sent made = send(ours, alert_of(level, TLS1_ALERT_CLOSE_NOTIFY));
    ASSERT_EQ(made.said, SEC_E_OK);
    EXPECT_EQ(peer.open(made.record).said, SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(ours.seal("x"), SEC_E_CONTEXT_EXPIRED);
    EXPECT_EQ(send(ours, alert_of(TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED)).said, SEC_E_CONTEXT_EXPIRED);
    EXPECT_EQ(ours.open(peer.sealed("on the way")).data, "on the way");
    EXPECT_EQ(ours.step({}), SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(ours.token(), "");
    ASSERT_EQ(peer.shut(), SEC_E_OK);
    EXPECT_EQ(ours.open(peer.take()).said, SEC_I_CONTEXT_EXPIRED);
    EXPECT_NE(report(ours).find("CLOSE-001"), std::string::npos) << report(ours);
    EXPECT_NE(report(peer).find("CLOSE-002"), std::string::npos) << report(peer);
  }
}

TEST_P(EncryptAlert, CloseNotifyAnswersThePeers) {
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  ASSERT_EQ(ours_.open(peer_.take()).said, SEC_I_CONTEXT_EXPIRED);
  const sent made = send(ours_, alert_of(TLS1_ALERT_WARNING, TLS1_ALERT_CLOSE_NOTIFY));
  ASSERT_EQ(made.said, SEC_E_OK);
  EXPECT_EQ(peer_.open(made.record).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_NE(report(ours_).find("CLOSE-002"), std::string::npos) << report(ours_);
}

// Tokens that were applied before: the close_notify is their answer, and the last record.
TEST_P(EncryptAlert, CloseNotifyLeavesNoTokenPending) {
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED), SEC_E_OK);
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_WARNING, TLS1_ALERT_CLOSE_NOTIFY), SEC_E_OK);
  ASSERT_EQ(send(ours_, alert_of(TLS1_ALERT_WARNING, TLS1_ALERT_CLOSE_NOTIFY)).said, SEC_E_OK);
  EXPECT_EQ(ours_.step({}), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.token(), "");
}

TEST_P(EncryptAlert, AFatalOneLeavesNoTokenPending) {
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED), SEC_E_OK);
  ASSERT_EQ(send(ours_, alert_of(TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE)).said, SEC_E_OK);
  EXPECT_TRUE(ours_.step({}).failed());
  EXPECT_EQ(ours_.token(), "");
}

TEST_P(EncryptAlert, WhatIsNoAlertIsRefused) {
  for (const std::string& content : {std::string(), alert_of(1, 0).substr(0, 1), alert_of(1, 0) + 'x', alert_of(0, 0),
                                     alert_of(3, TLS1_ALERT_CLOSE_NOTIFY)})
    EXPECT_EQ(send(ours_, content).said, SEC_E_INVALID_TOKEN) << content.size();
  EXPECT_EQ(send(ours_, alert_of(2, 0), 1).said, SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(send(ours_, alert_of(2, 40), ours_.sizes().cbTrailer).said, SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(status(EncryptMessage(&ours_.handle(), SECQOP_WRAP_OOB_DATA, nullptr, 0)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(status(EncryptMessage(nullptr, SECQOP_WRAP_OOB_DATA, nullptr, 0)), SEC_E_INVALID_HANDLE);
  expect_still_works();
}

TEST_P(EncryptAlert, NotBeforeTheHandshakeIsDone) {
  party client(client_credential(GetParam().version));
  client.start();
  buffer_list list{empty()};
  EXPECT_EQ(status(EncryptMessage(&client.handle(), SECQOP_WRAP_OOB_DATA, list.get(), 0)), SEC_E_INVALID_HANDLE);
}

}  // namespace
}  // namespace schannix::test::sspi
