// ExportSecurityContext and ImportSecurityContext on connections that go on. MS nf-sspi-exportsecuritycontext,
// nf-sspi-importsecuritycontexta; docs/design/0010-moving.md
#include "conformance/sspi_moving.hpp"

#include <atomic>
#include <thread>
#include <tuple>

#include "conformance/sspi_asked.hpp"

namespace schannix::test::sspi {
namespace {

class Moving : public testing::TestWithParam<std::tuple<tls, role>> {
 protected:
  const tls version = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());

  link connected(party_options options = {}) const {
    options.side = side;
    return link(side == role::client ? client_credential(version) : server_credential(version), peer_for(side, version),
                options);
  }
  static void expect_data(link& both, const std::string& text) {
    both.peer.give(both.ours.sealed(text));
    EXPECT_TRUE(both.peer.received().ends_with(text));
    both.peer.write(text + " back");
    converse(both.ours, both.peer);
    EXPECT_TRUE(both.ours.received().ends_with(text + " back")) << both.ours.last();
  }
};
std::string name_of(const testing::TestParamInfo<std::tuple<tls, role>>& one) {
  return std::string(std::get<0>(one.param) == tls::v1_2 ? "tls12" : "tls13") +
         (std::get<1>(one.param) == role::client ? "Client" : "Server");
}
INSTANTIATE_TEST_SUITE_P(Sspi, Moving,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3),
                                          testing::Values(role::client, role::server)),
                         name_of);

class MovingTls13 : public Moving {};
INSTANTIATE_TEST_SUITE_P(Sspi, MovingTls13,
                         testing::Combine(testing::Values(tls::v1_3), testing::Values(role::client, role::server)),
                         name_of);

TEST_P(Moving, GoesOnBothWaysAndClosesCleanly) {
  link both = connected();
  expect_data(both, "before");
  for (int round = 0; round < 3; ++round) {
    move(both.ours);
    expect_data(both, "after " + std::to_string(round));
  }
  both.peer.close();
  converse(both.ours, both.peer);
  EXPECT_EQ(both.ours.last(), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(both.ours.shut(), SEC_E_OK);
  both.peer.give(both.ours.take());
  EXPECT_TRUE(both.peer.saw_close());
  EXPECT_STREQ(close_report_of(both.ours.handle()).szId, "CLOSE-002");
}

TEST_P(MovingTls13, KeysAreUpdatedBothWaysBeforeAndAfter) {
  link both = connected();
  for (int round = 0; round < 3; ++round) {
    both.peer.update_keys(true);
    expect_data(both, "theirs");
    ASSERT_EQ(apply_token(both.ours.handle(), SCHANNIX_UPDATE_KEYS), SEC_E_OK);
    ASSERT_EQ(both.ours.step({}), SEC_E_OK);
    both.peer.give(both.ours.take());
    expect_data(both, "ours");
    move(both.ours);
    expect_data(both, "moved");
  }
}

TEST_P(Moving, WhatItTellsStaysAsItWas) {
  link both = connected({.protocols = std::string("\x02h2")});
  expect_data(both, "data");
  ask_for_keying_material(both.ours.handle());
  keep_with_session(both.ours.handle());
  const std::string before = told(both.ours.handle());
  move(both.ours);
  EXPECT_EQ(told(both.ours.handle()), before);
}

TEST_P(Moving, WhatAValidatedConnectionTellsStaysAsItWas) {
  couple both(credential({.version = version,
                          .flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS,
                          .extra_roots = {root_certificate().get()}}),
              server_credential(version), {.protocols = std::string("\x02h2")},
              {.side = role::server, .protocols = std::string("\x02h2")});
  party& one = both.of(side);
  const std::string before = told(one.handle());
  move(one);
  EXPECT_EQ(told(one.handle()), before);
}

TEST_P(Moving, WhatWasSaidAboutAClientsCertificateStaysAsItWas) {
  const credential from = with_red_and_blue(version, no_default);
  couple both(from, server_credential(version), plain, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  party& one = both.of(side);
  const std::string before = told(one.handle());
  move(one);
  EXPECT_EQ(told(one.handle()), before);
}

TEST_P(Moving, TheOldContextIsGoneWithEitherFlag) {
  for (const ULONG flags : {0u, SECPKG_CONTEXT_EXPORT_DELETE_OLD + 0u}) {
    link both = connected();
    CtxtHandle old = both.ours.handle();
    packed made, again;
    void* token = &made;
    ASSERT_EQ(status(ExportSecurityContext(&old, flags, made.get(), &token)), SEC_E_OK);
    EXPECT_EQ(token, nullptr);
    EXPECT_EQ(both.ours.open("\x17\x03\x03").said, SEC_E_INVALID_HANDLE);
    EXPECT_EQ(both.ours.step({}), SEC_E_INVALID_HANDLE);
    EXPECT_EQ(apply_token(old, SCHANNEL_SHUTDOWN), SEC_E_INVALID_HANDLE);
    EXPECT_EQ(export_to(again, old), SEC_E_INVALID_HANDLE);
    EXPECT_TRUE(again.untouched());
    EXPECT_EQ(status(DeleteSecurityContext(&old)), SEC_E_OK);
  }
}

TEST_P(Moving, HalfClosedByUsItStillReads) {
  link both = connected();
  ASSERT_EQ(both.ours.shut(), SEC_E_OK);
  both.peer.give(both.ours.take());
  const std::string before = told(both.ours.handle());
  move(both.ours);
  EXPECT_EQ(told(both.ours.handle()), before);
  EXPECT_EQ(both.ours.seal("more"), SEC_E_CONTEXT_EXPIRED);
  both.peer.write("late");
  both.peer.close();
  both.ours.give(both.peer.take());
  EXPECT_EQ(both.ours.received(), "late");
  EXPECT_EQ(both.ours.last(), SEC_I_CONTEXT_EXPIRED);
}

TEST_P(Moving, HalfClosedByThePeerItStillWrites) {
  link both = connected();
  both.peer.close();
  both.ours.give(both.peer.take() + "behind it");
  ASSERT_EQ(both.ours.last(), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(close_report_of(both.ours.handle()).cbAfterClose, 9u);
  const std::string before = told(both.ours.handle());
  move(both.ours);
  EXPECT_EQ(told(both.ours.handle()), before);
  both.peer.give(both.ours.sealed("late"));
  EXPECT_EQ(both.peer.received(), "late");
  EXPECT_EQ(both.ours.shut(), SEC_E_OK);
  both.peer.give(both.ours.take());
  EXPECT_TRUE(both.peer.saw_close());
}

// The other thread encrypts until it is told that there is no context any more. What it made before, and what is made
// after the import, is one unbroken row of records to the peer.
TEST_P(Moving, WhileAnotherThreadEncrypts) {
  link both = connected();
  party& ours = both.ours;
  const CtxtHandle old = ours.handle();
  const SecPkgContext_StreamSizes room = ours.sizes();
  std::string wire;
  std::atomic<int> sealed = 0;
  status last = SEC_E_OK;
  std::thread writer([&] {
    for (;;) {
      std::string memory(room.cbHeader + 1 + room.cbTrailer, 'x');
      buffer_list list{buffer(SECBUFFER_STREAM_HEADER, memory.data(), room.cbHeader),
                       buffer(SECBUFFER_DATA, memory.data() + room.cbHeader, 1),
                       buffer(SECBUFFER_STREAM_TRAILER, memory.data() + room.cbHeader + 1, room.cbTrailer), empty()};
      CtxtHandle mine = old;
      last = EncryptMessage(&mine, 0, list.get(), 0);
      if (!(last == SEC_E_OK)) return;
      wire.append(memory, 0, room.cbHeader + 1 + list[2].cbBuffer);
      ++sealed;
    }
  });
  while (sealed < 100) std::this_thread::yield();
  const std::string blob = exported(ours);
  writer.join();
  EXPECT_EQ(last, SEC_E_INVALID_HANDLE);
  ASSERT_EQ(import_of(blob, ours.handle()), SEC_E_OK);
  both.peer.give(wire + ours.sealed("end"));
  EXPECT_EQ(both.peer.received(), std::string(static_cast<std::size_t>(sealed), 'x') + "end");
}

TEST(MovingTickets, AreDroppedAfterwards) {
  peer_options with_tickets = peer_for(role::client, tls::v1_3);
  link both(client_credential(tls::v1_3), with_tickets);
  move(both.ours);
  both.peer.send_ticket();
  both.peer.write("behind it");
  converse(both.ours, both.peer);
  EXPECT_EQ(both.ours.received(), "behind it");
}

TEST(MovingTickets, AreNotMadeAfterwards) {
  const credential from({.side = role::server,
                         .version = tls::v1_3,
                         .certificates = {server_certificate().get()},
                         .own_flags = SCHANNIX_CREDENTIAL_LATER_TICKETS});
  link both(from, peer_for(role::server, tls::v1_3), {.side = role::server, .more_flags = ASC_REQ_SESSION_TICKET});
  ASSERT_EQ(apply_token(both.ours.handle(), SCHANNIX_SEND_TICKET), SEC_E_OK);
  ASSERT_EQ(both.ours.step({}), SEC_E_OK);
  both.peer.give(both.ours.take());
  move(both.ours);
  EXPECT_EQ(apply_token(both.ours.handle(), SCHANNIX_SEND_TICKET), SEC_E_UNSUPPORTED_FUNCTION);
  both.peer.give(both.ours.sealed("goes on"));
  EXPECT_EQ(both.peer.received(), "goes on");
}

}  // namespace
}  // namespace schannix::test::sspi
