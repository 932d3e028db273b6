// How established connections end: who may still do what after our close, after the peer's, and after both.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct side_case {
  role side;
  tls version;
};

constexpr side_case all_sides[] = {
    {role::client, tls::v1_2}, {role::client, tls::v1_3}, {role::server, tls::v1_2}, {role::server, tls::v1_3}};

std::string case_name(const testing::TestParamInfo<side_case>& info) {
  return std::string(info.param.side == role::client ? "client" : "server") +
         (info.param.version == tls::v1_2 ? "_tls12" : "_tls13");
}

// One of ours, established with another of ours.
class Closing : public testing::TestWithParam<side_case> {
 protected:
  couple both_{GetParam().version};
  party& ours_ = both_.of(GetParam().side);
  party& peer_ = both_.of(other(GetParam().side));

  status step_without_input() { return ours_.step({}); }
  void peer_closes() {
    ASSERT_EQ(peer_.shut(), SEC_E_OK);
    ASSERT_EQ(ours_.open(peer_.take()).said, SEC_I_CONTEXT_EXPIRED);
  }
  SCHANNIX_CLOSE_REPORT report(party& of) {
    SCHANNIX_CLOSE_REPORT told{};
    told.cbSize = sizeof told;
    EXPECT_EQ(status(QueryContextAttributesA(&of.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)), SEC_E_OK);
    return told;
  }
  DWORD flags(party& of) { return report(of).dwFlags & ~DWORD{SCHANNIX_CLOSE_RESUMABLE}; }
};
INSTANTIATE_TEST_SUITE_P(Sspi, Closing, testing::ValuesIn(all_sides), case_name);

TEST_P(Closing, T11_ReadingGoesOnAfterOurClose) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  for (const char* text : {"one", "two", "three"}) EXPECT_EQ(ours_.open(peer_.sealed(text)).data, text);
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  EXPECT_EQ(ours_.open(peer_.take()).said, SEC_I_CONTEXT_EXPIRED);
}

TEST_P(Closing, T12_NothingIsSealedAfterOurClose) {
  const std::string before = ours_.sealed("before");
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  EXPECT_EQ(ours_.seal("after"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(peer_.open(before).data, "before");
}

TEST_P(Closing, S20_SealingIsAllowedUntilTheCloseIsMade) {
  ASSERT_EQ(apply_token(ours_.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  const std::string last = ours_.sealed("last words");
  EXPECT_EQ(ours_.open(peer_.sealed("still listening")).data, "still listening");
  ASSERT_EQ(step_without_input(), SEC_E_OK);
  EXPECT_EQ(peer_.open(last).data, "last words");
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
}

TEST_P(Closing, S05_AskedAgainItIsEmittedAgain) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  const std::string first = ours_.token();
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  EXPECT_EQ(ours_.token().size(), first.size());
  EXPECT_NE(ours_.token(), first) << "the next sequence number";
  EXPECT_EQ(ours_.seal("x"), SEC_E_CONTEXT_EXPIRED);
}

// S-18: what did not fit is still due, and nothing else goes before it.
TEST_P(Closing, S18_TooLittleRoomKeepsTheTokenPending) {
  for (const bool shuts : {true, false}) {
    couple both(GetParam().version);
    party& ours = both.of(GetParam().side);
    ASSERT_EQ(shuts ? apply_token(ours.handle(), SCHANNEL_SHUTDOWN)
                    : apply_alert(ours.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED),
              SEC_E_OK);
    guarded memory(100);
    buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), 6)};
    step_call call{.function = GetParam().side, .context = &ours.handle(), .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
    EXPECT_GT(out[0].cbBuffer, 6u);
    EXPECT_EQ(memory.text(), std::string(100, '\x5A'));
    EXPECT_EQ(call.run(), SEC_E_OK);
    EXPECT_EQ(both.of(other(GetParam().side)).open(bytes_of(out[0])).said,
              shuts ? SEC_I_CONTEXT_EXPIRED : SEC_E_LOGON_DENIED);
    EXPECT_TRUE(memory.intact());
  }
}

TEST_P(Closing, NoNewHandshakeAfterOurClose) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  for (const char* input : {"", "junk"}) {
    EXPECT_EQ(ours_.step(input), SEC_I_CONTEXT_EXPIRED);
    EXPECT_EQ(ours_.token(), "");
  }
}

TEST_P(Closing, NoNewHandshakeAfterThePeersClose) {
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(step_without_input(), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.token(), "") << "S-10: receiving a close makes no token by itself";
}

TEST_P(Closing, S08_WritingGoesOnAfterThePeersClose) {
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(peer_.open(ours_.sealed("half closed")).data, "half closed");
}

TEST_P(Closing, S09_ReadingAgainAfterThePeersClose) {
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(ours_.open("").said, SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.open("anything at all").said, SEC_E_CONTEXT_EXPIRED);
}

TEST_P(Closing, AnsweringThePeersClose) {
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(step_without_input(), SEC_I_CONTEXT_EXPIRED);
}

TEST_P(Closing, C19_BothAtOnce) {
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  EXPECT_EQ(ours_.open(peer_.take()).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(report(ours_).dwFlags & SCHANNIX_CLOSE_PEER_FIRST, 0u);
  EXPECT_EQ(report(peer_).dwFlags & SCHANNIX_CLOSE_PEER_FIRST, 0u);
}

TEST_P(Closing, C06_DataBeforeTheCloseIsDeliveredAndAfterItIgnored) {
  const std::string data = peer_.sealed("the end");
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  const std::string close = peer_.take();
  const opened first = ours_.open(data + close + "garbage");
  EXPECT_EQ(first.said, SEC_E_OK);
  EXPECT_EQ(first.data, "the end");
  const opened second = ours_.open(first.extra);
  EXPECT_EQ(second.said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(second.data, "");
  EXPECT_EQ(ours_.open("garbage").said, SEC_E_CONTEXT_EXPIRED);
  ASSERT_EQ(ours_.shut(), SEC_E_OK) << "no alert, no failure: our own close is still due";
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_I_CONTEXT_EXPIRED);
}

// spec 5.4: fixed places, a pointer inside the caller's memory, and no byte lost from sight.
TEST_P(Closing, LayoutOfTheBuffersOnClose) {
  ASSERT_EQ(peer_.shut(), SEC_E_OK);
  const std::string close = peer_.take();
  guarded memory(close);
  buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
  ASSERT_EQ(status(DecryptMessage(&ours_.handle(), list.get(), 0, nullptr)), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(list[0].BufferType, ULONG{SECBUFFER_STREAM_HEADER});
  EXPECT_EQ(list[1].BufferType, ULONG{SECBUFFER_DATA});
  EXPECT_EQ(list[1].cbBuffer, 0u);
  EXPECT_GE(static_cast<char*>(list[1].pvBuffer), memory.data());
  EXPECT_LE(static_cast<char*>(list[1].pvBuffer), memory.data() + memory.size());
  EXPECT_EQ(list[2].BufferType, ULONG{SECBUFFER_STREAM_TRAILER});
  EXPECT_EQ(list[3].BufferType, ULONG{SECBUFFER_EMPTY});
  EXPECT_TRUE(memory.intact());
}

TEST_P(Closing, AttributesAreAnsweredAfterTheEnd) {
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  SecPkgContext_ConnectionInfo info{};
  EXPECT_EQ(status(QueryContextAttributesA(&ours_.handle(), SECPKG_ATTR_CONNECTION_INFO, &info)), SEC_E_OK);
  EXPECT_GT(ours_.sizes().cbMaximumMessage, 0u);
}

TEST_P(Closing, ReportTellsWhoBegan) {
  EXPECT_EQ(flags(ours_), DWORD{SCHANNIX_CLOSE_ESTABLISHED});
  ASSERT_NO_FATAL_FAILURE(peer_closes());
  EXPECT_EQ(flags(ours_), DWORD{SCHANNIX_CLOSE_ESTABLISHED | SCHANNIX_CLOSE_RECEIVED | SCHANNIX_CLOSE_PEER_FIRST});
  EXPECT_EQ(flags(peer_), DWORD{SCHANNIX_CLOSE_ESTABLISHED | SCHANNIX_CLOSE_SENT});
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  EXPECT_EQ(flags(ours_), DWORD{SCHANNIX_CLOSE_ESTABLISHED | SCHANNIX_CLOSE_RECEIVED | SCHANNIX_CLOSE_PEER_FIRST |
                                SCHANNIX_CLOSE_SENT});
}

TEST_P(Closing, ReportWithAWrongSizeIsRefused) {
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = 4;
  EXPECT_TRUE(status(QueryContextAttributesA(&ours_.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told)).failed());
}

// A fatal alert token: the record goes out, and the context is dead. spec 6.5
TEST_P(Closing, AlertTokenEndsTheConnection) {
  ASSERT_EQ(apply_alert(ours_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_ACCESS_DENIED), SEC_E_OK);
  ASSERT_EQ(step_without_input(), SEC_E_OK);
  EXPECT_EQ(peer_.open(ours_.take()).said, SEC_E_LOGON_DENIED);
  EXPECT_EQ(ours_.seal("x"), SEC_E_CONTEXT_EXPIRED);
  EXPECT_EQ(ours_.open("x").said, SEC_E_CONTEXT_EXPIRED);
  const SCHANNIX_CLOSE_REPORT sent = report(ours_), got = report(peer_);
  EXPECT_EQ(sent.dwFlags & SCHANNIX_CLOSE_ALERT_SENT, DWORD{SCHANNIX_CLOSE_ALERT_SENT});
  EXPECT_EQ(sent.bAlertSent, TLS1_ALERT_ACCESS_DENIED);
  EXPECT_EQ(got.dwFlags & SCHANNIX_CLOSE_ALERT_RECEIVED, DWORD{SCHANNIX_CLOSE_ALERT_RECEIVED});
  EXPECT_EQ(got.bAlertReceived, TLS1_ALERT_ACCESS_DENIED);
}

// C-3 of closure.md, with OpenSSL on the other side: it closes first, reads on, and gets our answer.
TEST_P(Closing, WithOpenSslBothWays) {
  const credential& from =
      GetParam().side == role::client ? client_credential(GetParam().version) : server_credential(GetParam().version);
  link with(from, peer_for(GetParam().side, GetParam().version), {.side = GetParam().side});
  with.peer.write("data before the close");
  with.peer.close();
  with.ours.give(with.peer.take());
  EXPECT_EQ(with.ours.received(), "data before the close");
  EXPECT_EQ(with.ours.last(), SEC_I_CONTEXT_EXPIRED);
  const std::string answer = with.ours.sealed("still here");
  ASSERT_EQ(with.ours.shut(), SEC_E_OK);
  with.peer.give(answer + with.ours.take());
  EXPECT_EQ(with.peer.received(), "still here");
  EXPECT_TRUE(with.peer.saw_close());
  EXPECT_FALSE(with.peer.failed());
}

// ---- The length of a close_notify record, suite by suite. spec 5.3 ----

struct size_case {
  const char* suite;  // OpenSSL's name
  tls version;
  pki::key_kind key;
  std::size_t size;
};

class CloseSize : public testing::TestWithParam<size_case> {};
INSTANTIATE_TEST_SUITE_P(Sspi, CloseSize,
                         testing::Values(size_case{"ECDHE-RSA-AES128-SHA", tls::v1_0, pki::key_kind::rsa2048, 37},
                                         size_case{"ECDHE-RSA-AES256-SHA", tls::v1_0, pki::key_kind::rsa2048, 37},
                                         size_case{"ECDHE-RSA-AES128-SHA", tls::v1_2, pki::key_kind::rsa2048, 53},
                                         size_case{"ECDHE-RSA-AES128-SHA256", tls::v1_2, pki::key_kind::rsa2048, 69},
                                         size_case{"ECDHE-RSA-AES256-SHA384", tls::v1_2, pki::key_kind::rsa2048, 85},
                                         size_case{"ECDHE-RSA-AES128-GCM-SHA256", tls::v1_2, pki::key_kind::rsa2048,
                                                   31},
                                         size_case{"ECDHE-ECDSA-AES256-GCM-SHA384", tls::v1_2, pki::key_kind::p256, 31},
                                         size_case{"ECDHE-ECDSA-CHACHA20-POLY1305", tls::v1_2, pki::key_kind::p256, 23},
                                         size_case{"TLS_AES_128_GCM_SHA256", tls::v1_3, pki::key_kind::p256, 24},
                                         size_case{"TLS_AES_256_GCM_SHA384", tls::v1_3, pki::key_kind::p256, 24},
                                         size_case{"TLS_CHACHA20_POLY1305_SHA256", tls::v1_3, pki::key_kind::p256, 24}),
                         [](const auto& one) {
                           std::string name(one.param.suite);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + (one.param.version == tls::v1_0 ? "_tls10" : "");
                         });

TEST_P(CloseSize, T10_AsTheSuiteSays) {
  const auto& [suite, version, key, size] = GetParam();
  for (const role side : {role::client, role::server}) {
    peer_options options = peer_for(side, version, key);
    (version == tls::v1_3 ? options.suites : options.ciphers) = suite;
    const credential& from = side == role::client ? client_credential(version) : server_credential(version, key);
    link with(from, options, {.side = side});
    ASSERT_EQ(with.ours.shut(), SEC_E_OK);
    EXPECT_EQ(with.ours.token().size(), size);
    EXPECT_EQ(with.ours.token()[0], version == tls::v1_3 ? 23 : 21);
    with.peer.give(with.ours.take());
    EXPECT_TRUE(with.peer.saw_close());
    EXPECT_EQ(with.peer.alert(), (received_alert{TLS1_ALERT_WARNING, TLS1_ALERT_CLOSE_NOTIFY}));
  }
}

}  // namespace
}  // namespace schannix::test::sspi
