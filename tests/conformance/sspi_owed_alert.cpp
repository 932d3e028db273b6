// The alert of a failure that DecryptMessage found, and the calls that do and do not ask for it.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

class OwedAlert : public testing::TestWithParam<tls> {
 protected:
  link with_{client_credential(GetParam()), peer_for(role::client, GetParam())};
  buffer_list out_{buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_ALERT, nullptr, 0)};

  void SetUp() override {
    with_.peer.write("text");
    std::string record = with_.peer.take();
    record.back() = static_cast<char>(record.back() ^ 1);
    ASSERT_EQ(with_.ours.open(record).said, SEC_E_MESSAGE_ALTERED);
  }
  status step(ULONG flags) {
    step_call call{.context = &with_.ours.handle(), .flags = flags, .output = out_.get()};
    return call.run();
  }
  void expect_no_bytes() {
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(out_[i].cbBuffer, 0u);
      EXPECT_EQ(out_[i].pvBuffer, nullptr);
    }
  }
  void expect_the_peer_is_told() {
    with_.peer.give(bytes_of(out_[0]));
    EXPECT_EQ(with_.peer.alert(), (received_alert{TLS1_ALERT_FATAL, TLS1_ALERT_BAD_RECORD_MAC}));
    out_.free_all();
  }

  static constexpr ULONG silent = usual_client_flags & ~ULONG{ISC_REQ_EXTENDED_ERROR};
};
INSTANTIATE_TEST_SUITE_P(Sspi, OwedAlert, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

// spec 4.3: without EXTENDED_ERROR there is no token; the alert stays owed to a call that asks for it.
TEST_P(OwedAlert, NoTokenWithoutExtendedError) {
  for (int call = 0; call < 2; ++call) {
    EXPECT_EQ(step(silent), SEC_E_MESSAGE_ALTERED);
    expect_no_bytes();
  }
  EXPECT_EQ(step(usual_client_flags), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(bytes_of(out_[1]), bytes_of(out_[0]));
  expect_the_peer_is_told();
  EXPECT_EQ(step(usual_client_flags), SEC_E_MESSAGE_ALTERED);
  expect_no_bytes();
}

// A SHUTDOWN token asks for whatever ends the connection.
TEST_P(OwedAlert, AShutdownAsksForItWithoutTheFlag) {
  ASSERT_EQ(apply_token(with_.ours.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  EXPECT_EQ(step(silent), SEC_E_OK);
  expect_the_peer_is_told();
}

// RFC 5246 §7.2.1, RFC 8446 §6.1: nothing follows close_notify, not even the alert of a failure that is found later.
TEST_P(OwedAlert, NotBehindOurCloseNotify) {
  link late{client_credential(GetParam()), peer_for(role::client, GetParam())};
  ASSERT_EQ(late.ours.shut(), SEC_E_OK);
  late.peer.write("text");
  std::string record = late.peer.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  ASSERT_EQ(late.ours.open(record).said, SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(late.ours.step({}), SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(late.ours.token(), "");
  EXPECT_EQ(late.ours.shut(), SEC_E_OK);
  EXPECT_EQ(late.ours.token(), "");
}

}  // namespace
}  // namespace schannix::test::sspi
