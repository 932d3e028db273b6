// What ISC and ASC make of the bytes of a running handshake: MISSING, EXTRA, and the ways to say "nothing".
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr tls both_versions[] = {tls::v1_2, tls::v1_3};

std::string version_name(const testing::TestParamInfo<tls>& info) {
  return info.param == tls::v1_2 ? "tls12" : "tls13";
}

// A client that has sent its ClientHello, and the server's flight that answers it.
class HandshakeInput : public testing::TestWithParam<tls> {
 protected:
  openssl_peer peer_{peer_for(role::client, GetParam())};
  party client_{client_credential(GetParam())};
  std::string flight_;

  void SetUp() override {
    peer_.give(client_.take());
    flight_ = peer_.take();
    ASSERT_GT(flight_.size(), 200u);
  }

  // A call with caller's memory for the output and the given input list; null: no list.
  struct raw {
    guarded memory{4096};
    buffer_list out{token(memory)};
    CtxtHandle made = unset_handle;
  };
  status call(raw& with, PSecBufferDesc input) {
    return step_call{.credential = client_.made_from().get(),
                     .context = &client_.handle(),
                     .flags = usual_client_flags & ~ULONG{ISC_REQ_ALLOCATE_MEMORY},
                     .input = input,
                     .new_context = &with.made,
                     .output = with.out.get()}
        .run();
  }
  void expect_untouched(raw& with) {
    EXPECT_EQ(with.out[0].cbBuffer, 4096u);
    EXPECT_EQ(with.out[0].BufferType, ULONG{SECBUFFER_TOKEN});
    EXPECT_TRUE(same(with.made, unset_handle));
    EXPECT_EQ(with.memory.text(), std::string(4096, '\x5A'));
    EXPECT_TRUE(with.memory.intact());
  }
  void expect_completes() {
    client_.give(flight_);
    converse(client_, peer_);
    EXPECT_TRUE(client_.established() && peer_.established()) << client_.last();
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, HandshakeInput, testing::ValuesIn(both_versions), version_name);

TEST_P(HandshakeInput, T19_MissingIsExact) {
  const std::size_t record = records_of(flight_)[0].size();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4}, std::size_t{5}, std::size_t{6}, record - 1}) {
    guarded memory(flight_.substr(0, size));
    buffer_list input{token(memory), empty()};
    raw with;
    EXPECT_EQ(call(with, input.get()), SEC_E_INCOMPLETE_MESSAGE) << size;
    EXPECT_EQ(input[0].BufferType, ULONG{SECBUFFER_TOKEN});
    EXPECT_EQ(input[0].cbBuffer, size);
    EXPECT_EQ(input[0].pvBuffer, memory.data());
    EXPECT_EQ(input[1].BufferType, ULONG{SECBUFFER_MISSING});
    EXPECT_EQ(input[1].cbBuffer, size < 5 ? 5 - size : record - size);
    EXPECT_TRUE(memory.intact());
    expect_untouched(with);
  }
  expect_completes();
}

TEST_P(HandshakeInput, T20_EmptyBufferWithASizeIsRefusedAndRetryWorks) {
  guarded memory(flight_);
  buffer_list input{token(memory), empty()};
  input[1].cbBuffer = 0xDEADBEEF;
  raw with;
  EXPECT_EQ(call(with, input.get()), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(with.out[0].pvBuffer, with.memory.data());
  EXPECT_TRUE(with.memory.intact());
  expect_completes();
}

TEST_P(HandshakeInput, T21_ExtraIsExact) {
  const std::string surplus = "\x17\x03\x03\x00\x20surplus bytes of the next record";
  guarded memory(flight_ + surplus);
  buffer_list input{token(memory), empty()};
  raw with;
  const status said = call(with, input.get());
  EXPECT_EQ(said, GetParam() == tls::v1_2 ? SEC_I_CONTINUE_NEEDED : SEC_E_OK);
  EXPECT_EQ(input[1].BufferType, ULONG{SECBUFFER_EXTRA});
  EXPECT_EQ(input[1].cbBuffer, surplus.size());
  EXPECT_EQ(input[1].pvBuffer, memory.data() + flight_.size()) << "where the bytes are";
  EXPECT_TRUE(same(with.made, client_.handle()));
  peer_.give(bytes_of(with.out[0]));
  EXPECT_TRUE(peer_.established());
}

TEST_P(HandshakeInput, EverythingConsumedLeavesTheSecondBufferAlone) {
  guarded memory(flight_);
  buffer_list input{token(memory), empty()};
  raw with;
  EXPECT_FALSE(call(with, input.get()).failed());
  EXPECT_EQ(input[1].BufferType, ULONG{SECBUFFER_EMPTY});
  EXPECT_EQ(input[1].cbBuffer, 0u);
  EXPECT_TRUE(memory.intact());
}

TEST_P(HandshakeInput, OneTokenBufferAlone) {
  guarded memory(flight_);
  buffer_list input{token(memory)};
  raw with;
  EXPECT_EQ(call(with, input.get()), GetParam() == tls::v1_2 ? SEC_I_CONTINUE_NEEDED : SEC_E_OK);
  peer_.give(bytes_of(with.out[0]));
  EXPECT_TRUE(peer_.established());
}

TEST_P(HandshakeInput, SurplusThatCannotBeReportedEndsTheContext) {
  guarded memory(flight_ + std::string("\x17\x03\x03", 3));
  buffer_list input{token(memory)};
  raw with, again;
  EXPECT_EQ(call(with, input.get()), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(call(again, nullptr).failed());
  EXPECT_TRUE(with.memory.intact());
}

// spec 2.4: NULL input, and lists that hold no token.
TEST_P(HandshakeInput, T07_NoInputTouchesNothing) {
  raw none, list_of_none, list_of_empty;
  buffer_list no_buffers{}, one_empty{empty()};
  EXPECT_EQ(call(none, nullptr), SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(call(list_of_none, no_buffers.get()), SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(call(list_of_empty, one_empty.get()), SEC_E_INCOMPLETE_MESSAGE);
  expect_untouched(none);
  expect_untouched(list_of_none);
  expect_untouched(list_of_empty);
  expect_completes();
}

TEST_P(HandshakeInput, GarbageIsAnInvalidToken) {
  for (const char byte : {'\xFA', '\x00'}) {
    party client(client_credential(GetParam()));
    guarded garbage(1000, byte), memory(4096);
    buffer_list input{token(garbage), empty()}, out{token(memory)};
    step_call call{.credential = client.made_from().get(),
                   .context = &client.handle(),
                   .flags = usual_client_flags & ~ULONG{ISC_REQ_ALLOCATE_MEMORY},
                   .input = input.get(),
                   .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
    EXPECT_EQ(out[0].cbBuffer, 0u) << "no alert either";
    EXPECT_EQ(garbage.text(), std::string(1000, byte));
  }
}

TEST_P(HandshakeInput, RecordHeadersThatCannotBe) {
  const std::string headers[] = {
      std::string("\x13\x03\x03\x00\x05hello", 10),                            // type 19
      std::string("\x18\x03\x03\x00\x05hello", 10),                            // type 24
      std::string("\x16\x02\x00\x00\x05hello", 10),                            // major version 2
      std::string("\x16\x03\x03\xFF\xFFhello", 10),                            // too long
      std::string("\x80\x2E\x01\x03\x01\x00\x15", 7) + std::string(60, '\0'),  // an SSLv2 hello
  };
  for (const auto& header : headers) {
    party client(client_credential(GetParam())), server(server_credential(GetParam()), {.side = role::server});
    EXPECT_EQ(client.step(header), SEC_E_INVALID_TOKEN) << testing::PrintToString(header);
    EXPECT_EQ(client.token(), "");
    EXPECT_EQ(server.step(header), SEC_E_INVALID_TOKEN) << testing::PrintToString(header);
    EXPECT_FALSE(server.has_context());
  }
}

TEST_P(HandshakeInput, UnknownBufferTypesAreIgnored) {
  guarded memory(flight_), other(16);
  buffer_list input{token(memory), empty(), buffer(SECBUFFER_TARGET_HOST, other.data(), other.size()),
                    buffer(SECBUFFER_CHANNEL_BINDINGS, other.data(), other.size()), buffer(77, other.data(), 1)};
  raw with;
  EXPECT_FALSE(call(with, input.get()).failed());
  EXPECT_EQ(input[2].BufferType, ULONG{SECBUFFER_TARGET_HOST});
  EXPECT_TRUE(other.intact());
}

TEST_P(HandshakeInput, TokenTypeBitsAreMaskedOff) {
  guarded memory(flight_);
  buffer_list input{buffer(SECBUFFER_TOKEN | SECBUFFER_READONLY, memory.data(), memory.size()), empty()};
  raw with;
  EXPECT_FALSE(call(with, input.get()).failed());
  peer_.give(bytes_of(with.out[0]));
  EXPECT_TRUE(peer_.established());
}

// spec 1.4: later calls may name the credential again or not, and another target, which does not count.
TEST_P(HandshakeInput, LaterCallsMayLeaveOutCredentialAndTarget) {
  guarded memory(flight_);
  buffer_list input{token(memory), empty()};
  raw with;
  step_call call{.context = &client_.handle(),
                 .target = "another.test",
                 .flags = usual_client_flags & ~ULONG{ISC_REQ_ALLOCATE_MEMORY},
                 .input = input.get(),
                 .output = with.out.get()};
  EXPECT_FALSE(call.run().failed());
  peer_.give(bytes_of(with.out[0]));
  EXPECT_TRUE(peer_.established());
  EXPECT_EQ(peer_.asked_name(), "a.test");
}

TEST_P(HandshakeInput, TheCredentialMayBeFreedBetweenTheCalls) {
  credential from({.version = GetParam()});
  openssl_peer peer(peer_for(role::client, GetParam()));
  party client(from);
  from.release();
  converse(client, peer);
  EXPECT_TRUE(client.established() && peer.established());
}

// The last call, by version. spec 4.1
TEST_P(HandshakeInput, LastCallOfTheClient) {
  EXPECT_EQ(client_.step(flight_), GetParam() == tls::v1_2 ? SEC_I_CONTINUE_NEEDED : SEC_E_OK);
  EXPECT_NE(client_.token(), "");
  if (GetParam() == tls::v1_3) return;
  peer_.give(client_.take());
  EXPECT_EQ(client_.step(peer_.take()), SEC_E_OK);
  EXPECT_EQ(client_.token(), "") << "TLS 1.2, a full handshake: nothing more to say";
}

// close_notify in the middle of a handshake: told, and not answered by itself. spec 5.4
TEST_P(HandshakeInput, CloseNotifyInsideTheHandshake) {
  const std::string close("\x15\x03\x03\x00\x02\x01\x00", 7);
  EXPECT_EQ(client_.step(close), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(client_.token(), "");
  EXPECT_EQ(client_.step({}), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(client_.shut(), SEC_E_OK) << "the five steps of the documents still work";
  EXPECT_EQ(client_.token().size(), 7u);
}

}  // namespace
}  // namespace schannix::test::sspi
