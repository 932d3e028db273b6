// Exports and imports that cannot be: nothing is half made, and the context goes on as it was.
#include <cwchar>

#include "conformance/sspi_moving.hpp"

namespace schannix::test::sspi {
namespace {

// The state cannot be exported; nothing is written.
void expect_stays(party& one) {
  packed made;
  EXPECT_EQ(export_to(made, one.handle()), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_TRUE(made.untouched());
}

class MovingRefused : public testing::TestWithParam<tls> {
 protected:
  couple both_{GetParam()};
  party& ours_ = both_.client;

  void expect_goes_on() { EXPECT_EQ(both_.server.open(ours_.sealed("goes on")).data, "goes on"); }
};
INSTANTIATE_TEST_SUITE_P(Sspi, MovingRefused, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(MovingRefused, InTheHandshake) {
  party client(client_credential(GetParam())), server(server_credential(GetParam()), {.side = role::server});
  expect_stays(client);
  server.give(client.take());
  expect_stays(server);
  converse(client, server);
  EXPECT_TRUE(client.established() && server.established());
}

TEST_P(MovingRefused, WhileAControlTokenWaits) {
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_WARNING, TLS1_ALERT_USER_CANCELED), SEC_E_OK);
  expect_stays(ours_);
  ASSERT_EQ(ours_.step({}), SEC_E_OK);
  EXPECT_EQ(both_.server.open(ours_.take()).said, SEC_E_OK);
  expect_goes_on();
  ASSERT_EQ(apply_token(ours_.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  expect_stays(ours_);
  EXPECT_EQ(ours_.step({}), SEC_E_OK);
}

TEST_P(MovingRefused, WhenClosedBothWaysAndWhenFailed) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  both_.server.give(ours_.take());
  ASSERT_EQ(both_.server.shut(), SEC_E_OK);
  ours_.give(both_.server.take());
  expect_stays(ours_);
  expect_stays(both_.server);
  couple other(GetParam());
  std::string damaged = other.server.sealed("data");
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(other.client.open(damaged).said, SEC_E_MESSAGE_ALTERED);
  expect_stays(other.client);
}

TEST_P(MovingRefused, ATokenThatDidNotFit) {
  ASSERT_EQ(apply_token(ours_.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  guarded room(4);
  buffer_list out{buffer(SECBUFFER_TOKEN, room.data(), room.size())};
  step_call call{
      .credential = ours_.made_from().get(), .context = &ours_.handle(), .flags = ISC_REQ_STREAM, .output = out.get()};
  ASSERT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
  expect_stays(ours_);
  ASSERT_EQ(ours_.step({}), SEC_E_OK);
  EXPECT_EQ(both_.server.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
}

TEST_P(MovingRefused, ByFlagsAndBuffers) {
  packed made;
  for (const ULONG flags : {SECPKG_CONTEXT_EXPORT_RESET_NEW + 0u, SECPKG_CONTEXT_EXPORT_TO_KERNEL + 0u, 7u})
    EXPECT_EQ(export_to(made, ours_.handle(), flags), SEC_E_UNSUPPORTED_FUNCTION) << flags;
  for (const ULONG flags : {8u, 0x80000000u, 10u})
    EXPECT_EQ(export_to(made, ours_.handle(), flags), SEC_E_INVALID_PARAMETER) << flags;
  EXPECT_TRUE(made.untouched());
  void* token = this;
  EXPECT_EQ(status(ExportSecurityContext(&ours_.handle(), 0, nullptr, &token)), SEC_E_INVALID_PARAMETER);
  guarded memory(64);
  SecBuffer wrong = buffer(SECBUFFER_DATA, memory.data(), memory.size());
  EXPECT_EQ(status(ExportSecurityContext(&ours_.handle(), 0, &wrong, &token)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(memory.text(), std::string(64, '\x5A'));
  EXPECT_EQ(status(ExportSecurityContext(nullptr, 0, made.get(), &token)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(token, this);
  expect_goes_on();
}

TEST_P(MovingRefused, ImportsByPackageTokenAndBuffer) {
  std::string bytes = exported(ours_);
  SecBuffer good = buffer(SECBUFFER_TOKEN, bytes.data(), bytes.size());
  CtxtHandle into = unset_handle;
  char package[] = UNISP_NAME_A, unknown[] = "Kerberos";
  wchar_t wide[] = UNISP_NAME_W, wide_unknown[] = L"Kerberos";
  EXPECT_EQ(status(ImportSecurityContextA(unknown, &good, nullptr, &into)), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(status(ImportSecurityContextA(nullptr, &good, nullptr, &into)), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(status(ImportSecurityContextW(wide_unknown, &good, nullptr, &into)), SEC_E_SECPKG_NOT_FOUND);
  EXPECT_EQ(status(ImportSecurityContextA(package, &good, nullptr, nullptr)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(ImportSecurityContextA(package, nullptr, nullptr, &into)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(ImportSecurityContextA(package, &good, &into, &into)), SEC_E_INVALID_PARAMETER);
  SecBuffer data = buffer(SECBUFFER_DATA, bytes.data(), bytes.size()), none = buffer(SECBUFFER_TOKEN, nullptr, 99);
  EXPECT_EQ(status(ImportSecurityContextA(package, &data, nullptr, &into)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(status(ImportSecurityContextA(package, &none, nullptr, &into)), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(same(into, unset_handle));
  good.BufferType = SECBUFFER_EMPTY | SECBUFFER_READONLY;
  ASSERT_EQ(status(ImportSecurityContextW(wide, &good, nullptr, &ours_.handle())), SEC_E_OK);
  expect_goes_on();
}

TEST_P(MovingRefused, CutOffAtEachByte) {
  const std::string bytes = exported(ours_);
  CtxtHandle into = unset_handle;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_EQ(import_of(bytes.substr(0, size), into), SEC_E_INVALID_TOKEN) << size;
  ASSERT_EQ(import_of(bytes + '\0', into), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(same(into, unset_handle));
  ASSERT_EQ(import_of(bytes, ours_.handle()), SEC_E_OK);
  expect_goes_on();
}

TEST_P(MovingRefused, ChangedAtEachByte) {
  const std::string bytes = exported(ours_);
  CtxtHandle into = unset_handle;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    ASSERT_EQ(import_of(changed, into), SEC_E_INVALID_TOKEN) << at;
  }
  EXPECT_TRUE(same(into, unset_handle));
  ASSERT_EQ(import_of(bytes, ours_.handle()), SEC_E_OK);
  expect_goes_on();
}

// A CBC suite's records are opened by OpenSSL's own object.
TEST(MovingRefusedFor, CbcSuites) {
  peer_options cbc = peer_for(role::client, tls::v1_2);
  cbc.ciphers = "ECDHE-ECDSA-AES128-SHA";
  link both(client_credential(tls::v1_2), cbc);
  expect_stays(both.ours);
  both.peer.give(both.ours.sealed("goes on"));
  EXPECT_EQ(both.peer.received(), "goes on");
}

TEST(MovingRefusedFor, MessagesThatWaitForAStep) {
  link both(client_credential(tls::v1_3), peer_for(role::client, tls::v1_3));
  both.peer.update_keys(true);
  ASSERT_EQ(both.ours.open(both.peer.take()).said, SEC_I_RENEGOTIATE);
  expect_stays(both.ours);
  ASSERT_EQ(both.ours.step({}), SEC_E_OK);
  both.peer.give(both.ours.take());
  ASSERT_EQ(apply_token(both.ours.handle(), SCHANNIX_UPDATE_KEYS), SEC_E_OK);
  expect_stays(both.ours);
  ASSERT_EQ(both.ours.step({}), SEC_E_OK);
  both.peer.give(both.ours.take());
  move(both.ours);
  both.peer.give(both.ours.sealed("goes on"));
  EXPECT_EQ(both.peer.received(), "goes on");
}

}  // namespace
}  // namespace schannix::test::sspi
