// ApplyControlToken, argument by argument, and what the next call makes of it before there are keys.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

const std::string plain_close("\x15\x03\x01\x00\x02\x01\x00", 7);
const std::string plain_bad_certificate("\x15\x03\x01\x00\x02\x02\x2A", 7);

// A client that has sent its ClientHello, with a credential for TLS 1.0 only, as in the evidence.
class ControlToken : public testing::Test {
 protected:
  credential from_{{.version = tls::v1_0, .flags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS}};
  party client_{from_};
  DWORD shutdown_ = SCHANNEL_SHUTDOWN;

  status apply(std::initializer_list<SecBuffer> buffers) {
    buffer_list list(buffers);
    return ApplyControlToken(&client_.handle(), list.get());
  }
  SecBuffer shutdown_token(std::size_t size = sizeof(DWORD), ULONG type = SECBUFFER_TOKEN) {
    return buffer(type, &shutdown_, size);
  }
};

// A call as the evidence made it: caller's memory of 1000 bytes, whatever input.
struct plain_call {
  guarded memory{1000};
  buffer_list out{token(memory)};
  CtxtHandle made = unset_handle;

  status run(party& of, PSecBufferDesc input, bool wants_handle = true) {
    return step_call{.credential = of.made_from().get(),
                     .context = &of.handle(),
                     .input = input,
                     .new_context = wants_handle ? &made : nullptr,
                     .output = out.get()}
        .run();
  }
  std::string written() { return bytes_of(out[0]); }
};

TEST_F(ControlToken, T01_OtherThanOneBuffer) {
  EXPECT_EQ(apply({shutdown_token(), shutdown_token()}), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(apply({shutdown_token(), empty()}), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(apply({}), SEC_E_INVALID_TOKEN);
}

TEST_F(ControlToken, T02_OtherThanTokenType) {
  for (const ULONG type :
       std::initializer_list<ULONG>{SECBUFFER_ALERT, SECBUFFER_DATA, SECBUFFER_EMPTY, SECBUFFER_PKG_PARAMS})
    EXPECT_EQ(apply({shutdown_token(sizeof(DWORD), type)}), SEC_E_INVALID_TOKEN) << type;
}

TEST_F(ControlToken, T02_ReadOnlyBitIsMaskedOff) {
  EXPECT_EQ(apply({shutdown_token(sizeof(DWORD), SECBUFFER_TOKEN | SECBUFFER_READONLY)}), SEC_E_OK);
}

TEST_F(ControlToken, T03_RenegotiateIsNotOneOfThem) {
  EXPECT_EQ(apply_token(client_.handle(), SCHANNEL_RENEGOTIATE), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(apply_token(client_.handle(), 4), SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(apply_token(client_.handle(), 0xFFFFFFFF), SEC_E_UNSUPPORTED_FUNCTION);
}

TEST_F(ControlToken, T04_SizeOfTheShutdownToken) {
  char five[5]{};
  five[0] = SCHANNEL_SHUTDOWN;
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 2, 3})
    EXPECT_EQ(apply({buffer(SECBUFFER_TOKEN, five, size)}), SEC_E_UNSUPPORTED_FUNCTION) << size;
  EXPECT_EQ(apply({buffer(SECBUFFER_TOKEN, five, 5)}), SEC_E_OK);
  EXPECT_EQ(apply({buffer(SECBUFFER_TOKEN, five, 4)}), SEC_E_OK) << "again, before the call that makes the bytes";
}

TEST_F(ControlToken, T05_MissingArguments) {
  buffer_list list{shutdown_token()};
  EXPECT_EQ(status(ApplyControlToken(nullptr, list.get())), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(ApplyControlToken(nullptr, nullptr)), SEC_E_INVALID_HANDLE) << "the handle is looked at first";
  EXPECT_EQ(status(ApplyControlToken(&client_.handle(), nullptr)), SEC_E_INTERNAL_ERROR);
}

TEST_F(ControlToken, T05_RefusedTokensLeaveNothingPending) {
  apply({shutdown_token(2)});
  apply({shutdown_token(), shutdown_token()});
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr), SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(call.out[0].cbBuffer, 1000u);
}

TEST_F(ControlToken, T06_ShutdownIgnoresInput) {
  ASSERT_EQ(apply({shutdown_token()}), SEC_E_OK);
  guarded junk(1000, '\xFA');
  buffer_list input{token(junk)};
  plain_call call;
  EXPECT_EQ(call.run(client_, input.get()), SEC_E_OK);
  EXPECT_EQ(call.written(), plain_close);
  EXPECT_TRUE(same(call.made, client_.handle()));
  EXPECT_EQ(input[0].BufferType, ULONG{SECBUFFER_TOKEN});
  EXPECT_EQ(input[0].cbBuffer, 1000u);
  EXPECT_TRUE(call.memory.intact());
  EXPECT_EQ(junk.text(), std::string(1000, '\xFA'));
}

TEST_F(ControlToken, T07_NoInputAfterShutdownTouchesNothing) {
  ASSERT_EQ(client_.shut(), SEC_E_OK);
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr), SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(call.out[0].cbBuffer, 1000u);
  EXPECT_EQ(call.out[0].BufferType, ULONG{SECBUFFER_TOKEN});
  EXPECT_TRUE(same(call.made, unset_handle));
  EXPECT_EQ(call.memory.text(), std::string(1000, '\x5A'));
}

TEST_F(ControlToken, T08_ShutdownAgainIsEmittedAgain) {
  ASSERT_EQ(client_.shut(), SEC_E_OK);
  ASSERT_EQ(apply({shutdown_token()}), SEC_E_OK);
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr, false), SEC_E_OK);
  EXPECT_EQ(call.written(), plain_close);
}

TEST_F(ControlToken, T09_AlertTokenBeforeKeys) {
  ASSERT_EQ(apply_alert(client_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE), SEC_E_OK);
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr), SEC_E_OK);
  EXPECT_EQ(call.written(), plain_bad_certificate);
}

TEST_F(ControlToken, T09_AlertTokenAfterShutdown) {
  ASSERT_EQ(client_.shut(), SEC_E_OK);
  ASSERT_EQ(apply_alert(client_.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE), SEC_E_OK);
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr), SEC_E_OK);
  EXPECT_EQ(call.written(), plain_bad_certificate);
}

TEST_F(ControlToken, T09_AlertTokenTooShort) {
  SCHANNEL_ALERT_TOKEN alert{SCHANNEL_ALERT, TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE};
  for (const std::size_t size : std::initializer_list<std::size_t>{4, 8, 11})
    EXPECT_EQ(apply({buffer(SECBUFFER_TOKEN, &alert, size)}), SEC_E_INVALID_TOKEN) << size;
}

// .NET applies it right after the first call, and goes on with the handshake.
TEST_F(ControlToken, A34_SessionTokenInMidHandshake) {
  for (const DWORD change :
       std::initializer_list<DWORD>{SSL_SESSION_DISABLE_RECONNECTS, SSL_SESSION_ENABLE_RECONNECTS}) {
    SCHANNEL_SESSION_TOKEN session{SCHANNEL_SESSION, change};
    EXPECT_EQ(apply({buffer(SECBUFFER_TOKEN, &session, sizeof session)}), SEC_E_OK);
  }
  plain_call call;
  EXPECT_EQ(call.run(client_, nullptr), SEC_E_INCOMPLETE_MESSAGE) << "it makes no bytes";
}

// S-17, S-18: buffers that cannot take the bytes keep the token pending.
TEST_F(ControlToken, S17_NoRoomKeepsItPending) {
  ASSERT_EQ(apply({shutdown_token()}), SEC_E_OK);
  plain_call none, alert_without_memory, good;
  none.out[0] = buffer(SECBUFFER_TOKEN, nullptr, 0);
  EXPECT_EQ(none.run(client_, nullptr), SEC_E_INSUFFICIENT_MEMORY);
  alert_without_memory.out = {token(alert_without_memory.memory), buffer(SECBUFFER_ALERT, nullptr, 0)};
  EXPECT_EQ(alert_without_memory.run(client_, nullptr), SEC_E_INSUFFICIENT_MEMORY);
  EXPECT_EQ(good.run(client_, nullptr), SEC_E_OK);
  EXPECT_EQ(good.written(), plain_close);
}

TEST_F(ControlToken, S18_TooLittleRoomSaysHowMuchAndKeepsIt) {
  ASSERT_EQ(apply({shutdown_token()}), SEC_E_OK);
  plain_call small, good;
  small.out[0].cbBuffer = 6;
  EXPECT_EQ(small.run(client_, nullptr), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(small.out[0].cbBuffer, 7u);
  EXPECT_EQ(small.memory.text(), std::string(1000, '\x5A'));
  EXPECT_EQ(good.run(client_, nullptr), SEC_E_OK);
  EXPECT_EQ(good.written(), plain_close);
}

// the record version before the server has chosen one.
TEST(ControlTokenVersions, A30_CloseInClientHelloState) {
  for (const tls version : {tls::v1_2, tls::v1_3, tls::newest}) {
    party client(client_credential(version));
    EXPECT_EQ(client.shut(), SEC_E_OK);
    EXPECT_EQ(client.token(), plain_close);
  }
}

// That version is above an alert that meets a server which has chosen another in the meantime.
TEST(ControlTokenVersions, A30_AServerThatHasChosenHearsAnEarlyAlert) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    for (const bool closes : {true, false}) {
      party client(client_credential(version)), server(server_credential(version), {.side = role::server});
      client.start();
      EXPECT_EQ(server.step(client.take()), SEC_I_CONTINUE_NEEDED);
      CtxtHandle& handle = client.handle();
      EXPECT_EQ(closes ? apply_token(handle, SCHANNEL_SHUTDOWN)
                       : apply_alert(handle, TLS1_ALERT_FATAL, TLS1_ALERT_INTERNAL_ERROR),
                SEC_E_OK);
      EXPECT_EQ(client.step({}), SEC_E_OK);
      EXPECT_EQ(client.token().substr(0, 5), plain_close.substr(0, 5));
      EXPECT_EQ(server.step(client.token()), closes ? SEC_I_CONTEXT_EXPIRED : SEC_E_INTERNAL_ERROR);
      EXPECT_EQ(server.token(), "");
    }
  }
}

TEST(ControlTokenVersions, A27_DeleteWithAPendingTokenIsSafe) {
  party client(client_credential(tls::newest));
  EXPECT_EQ(apply_token(client.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
}

}  // namespace
}  // namespace schannix::test::sspi
