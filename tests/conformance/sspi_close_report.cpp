// The close report of programs that use SSPI alone: they know when the socket ended, and say so.
#include <gtest/gtest.h>
#include <schannix_ext.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

SCHANNIX_CLOSE_REPORT report(party& of) {
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = sizeof told;
  EXPECT_EQ(status(QueryContextAttributesW(&of.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)), SEC_E_OK);
  return told;
}

status tell_end(party& of, DWORD how) {
  return SetContextAttributesW(&of.handle(), SCHANNIX_ATTR_TRANSPORT_END, &how, sizeof how);
}

class CloseReport : public testing::TestWithParam<tls> {
 protected:
  couple both_{GetParam()};
  party& ours_ = both_.client;
  party& peer_ = both_.server;

  void peer_closes() {
    ASSERT_EQ(peer_.shut(), SEC_E_OK);
    ASSERT_EQ(ours_.open(peer_.take()).said, SEC_I_CONTEXT_EXPIRED);
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, CloseReport, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(CloseReport, CloseNotifyBothWaysIsClean) {
  EXPECT_STREQ(report(ours_).szId, "CLOSE-000");
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_OPEN}) << "ours is still due";
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  ASSERT_EQ(peer_.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_CLEAN});
  EXPECT_STREQ(report(ours_).szSentence,
               "Clean: the peer closed first with close_notify, and we answered. (CLOSE-002)");
  EXPECT_STREQ(report(peer_).szId, "CLOSE-001");
}

TEST_P(CloseReport, TheTransportsEndIsTheProgramsToTell) {
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_OPEN});
  ASSERT_EQ(tell_end(ours_, SCHANNIX_TRANSPORT_FINISHED), SEC_E_OK);
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_TRUNCATED});
  EXPECT_STREQ(report(ours_).szSentence,
               "Cut: TCP ended without the peer's close_notify; data may be missing. (CLOSE-004)");
  ASSERT_EQ(tell_end(peer_, SCHANNIX_TRANSPORT_RESET), SEC_E_OK);
  EXPECT_EQ(report(peer_).dwOutcome, DWORD{SCHANNIX_OUTCOME_RESET});
}

TEST_P(CloseReport, WhatWasToldFirstStays) {
  ASSERT_EQ(tell_end(ours_, SCHANNIX_TRANSPORT_TIMED_OUT), SEC_E_OK);
  ASSERT_EQ(tell_end(ours_, SCHANNIX_TRANSPORT_RESET), SEC_E_OK);
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_TIMED_OUT});
}

TEST_P(CloseReport, WhetherMoreWasAwaitedDecidesAfterOurOwnClose) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  ASSERT_EQ(tell_end(ours_, SCHANNIX_TRANSPORT_FINISHED | SCHANNIX_TRANSPORT_NOTHING_AWAITED), SEC_E_OK);
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_CLEAN_WITHOUT_REPLY});
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  ASSERT_EQ(tell_end(peer_, SCHANNIX_TRANSPORT_FINISHED), SEC_E_OK);
  EXPECT_EQ(report(peer_).dwOutcome, DWORD{SCHANNIX_OUTCOME_TRUNCATED});
}

// It is for the report: what still lies in the program's buffer is read as before.
TEST_P(CloseReport, TellingChangesNothingElse) {
  ASSERT_EQ(tell_end(ours_, SCHANNIX_TRANSPORT_FINISHED), SEC_E_OK);
  EXPECT_EQ(ours_.open(peer_.sealed("last words")).data, "last words");
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(report(ours_).dwOutcome, DWORD{SCHANNIX_OUTCOME_CLEAN_WITHOUT_REPLY});
  EXPECT_EQ(ours_.seal("x"), SEC_E_OK);
}

TEST_P(CloseReport, WhatCannotBeToldIsRefused) {
  for (const DWORD how : {0u, 4u, 0x100u, 0x201u}) EXPECT_EQ(tell_end(ours_, how), SEC_E_INVALID_PARAMETER) << how;
  DWORD how = SCHANNIX_TRANSPORT_FINISHED;
  CtxtHandle* const on = &ours_.handle();
  EXPECT_EQ(status(SetContextAttributesA(on, SCHANNIX_ATTR_TRANSPORT_END, &how, 3)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SetContextAttributesA(on, SCHANNIX_ATTR_TRANSPORT_END, nullptr, 4)), SEC_E_INTERNAL_ERROR);
  CtxtHandle unknown = unset_handle;
  EXPECT_EQ(status(SetContextAttributesA(&unknown, SCHANNIX_ATTR_TRANSPORT_END, &how, 4)), SEC_E_INVALID_HANDLE);
  EXPECT_STREQ(report(ours_).szId, "CLOSE-000") << "nothing was told";
}

TEST_P(CloseReport, AFailureHasItsStatusAndBothAlerts) {
  std::string record = peer_.sealed("genuine");
  record.back() = static_cast<char>(record.back() ^ 1);
  ASSERT_EQ(ours_.open(record).said, SEC_E_MESSAGE_ALTERED);
  ASSERT_EQ(ours_.step({}), SEC_E_MESSAGE_ALTERED);
  const SCHANNIX_CLOSE_REPORT told = report(ours_);
  EXPECT_EQ(told.dwOutcome, DWORD{SCHANNIX_OUTCOME_FATAL_ALERT});
  EXPECT_EQ(told.Status, SEC_E_MESSAGE_ALTERED);
  EXPECT_STREQ(told.szSentence,
               "Failed: a record was changed on its way (SEC_E_MESSAGE_ALTERED), and we sent the alert "
               "bad_record_mac. (CLOSE-007)");
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_E_MESSAGE_ALTERED);
  EXPECT_STREQ(report(peer_).szSentence, "Failed: the peer sent the alert bad_record_mac. (CLOSE-007)");
}

TEST_P(CloseReport, AnAlertOfTheProgramsOwnIsAnAbort) {
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_INTERNAL_ERROR), SEC_E_OK);
  ASSERT_EQ(ours_.step({}), SEC_E_OK);
  const SCHANNIX_CLOSE_REPORT told = report(ours_);
  EXPECT_EQ(told.dwOutcome, DWORD{SCHANNIX_OUTCOME_ABORTED});
  EXPECT_EQ(told.Status, SEC_E_OK);
  EXPECT_EQ(told.dwFlags & (SCHANNIX_CLOSE_ABORTED | SCHANNIX_CLOSE_FAILED), DWORD{SCHANNIX_CLOSE_ABORTED});
  EXPECT_STREQ(told.szSentence, "Aborted: we gave up the connection with the alert internal_error. (CLOSE-009)");
}

TEST_P(CloseReport, CountsWhatComesBehindTheClose) {
  const std::string close = [&] { return peer_.shut(), peer_.take(); }();
  const std::string record = "\x17\x03\x03" + std::string("\x00\x03", 2) + "abc";
  EXPECT_EQ(ours_.open(close + record + record + "\x17").said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(report(ours_).cbAfterClose, 2 * record.size() + 1);
  EXPECT_EQ(report(ours_).cRecordsAfterClose, 3u);
  EXPECT_EQ(report(peer_).cbAfterClose, 0u);
}

TEST_P(CloseReport, OurCloseInMidHandshakeIsNotEstablished) {
  party client(client_credential(GetParam()));
  client.start();
  ASSERT_EQ(client.shut(), SEC_E_OK);
  EXPECT_EQ(report(client).dwFlags, DWORD{SCHANNIX_CLOSE_SENT});
  EXPECT_STREQ(report(client).szSentence,
               "Not established: the handshake failed: we closed it before it was done. (CLOSE-008)");
}

TEST_P(CloseReport, ThePeersCloseInMidHandshakeIsHeardButNotReceived) {
  party client(client_credential(GetParam()));
  client.start();
  ASSERT_EQ(client.step(std::string("\x15\x03\x03\x00\x02\x01\x00", 7)), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(report(client).dwFlags, 0u) << "nothing was authenticated";
  ASSERT_EQ(client.shut(), SEC_E_OK);
  EXPECT_STREQ(report(client).szSentence,
               "Not established: the handshake failed: the peer sent close_notify in the middle of it. (CLOSE-008)");
}

}  // namespace
}  // namespace schannix::test::sspi
