// Input buffers beside TOKEN: SECBUFFER_FLAGS with its flags above 32 bits, and the types that mean nothing here.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// Drives the handshake of one role with an OpenSSL peer; every call has the same further buffer, in and out.
class shaken {
 public:
  shaken(role side, const credential& from, SecBuffer further, ULONG flags = 0)
      : side_(side), from_(from), further_(further), flags_(flags), peer(options(side)) {
    SSL_CTX_set_client_hello_cb(SSL_get_SSL_CTX(peer.native()), see_hello, this);
  }
  ~shaken() {
    if (has_context_) DeleteSecurityContext(&context_);
  }
  shaken(const shaken&) = delete;
  shaken& operator=(const shaken&) = delete;

  // To the end, or to the first failure.
  status run() {
    if (side_ == role::server) peer.start();
    for (int call = 0; call < 10; ++call) {
      const status said = step(peer.take());
      if (said.failed() || said == SEC_E_OK) return said;
    }
    return SEC_I_CONTINUE_NEEDED;
  }

  status step(std::string bytes) {
    buffer_list input{buffer(SECBUFFER_TOKEN, bytes.data(), bytes.size()), empty(), further_};
    buffer_list output{buffer(SECBUFFER_TOKEN, nullptr, 0), further_};
    CtxtHandle made = unset_handle;
    step_call call{.function = side_,
                   .credential = from_.get(),
                   .context = has_context_ ? &context_ : nullptr,
                   .target = "a.test",
                   .flags = (side_ == role::client ? usual_client_flags : usual_server_flags) | flags_,
                   .input = input.get(),
                   .new_context = &made,
                   .output = output.get()};
    const status said = call.run();
    EXPECT_TRUE(untouched(input[2]) && untouched(output[1]));
    EXPECT_TRUE(said.failed() || !same(made, unset_handle));
    if (!said.failed()) context_ = made, has_context_ = true;
    peer.give(bytes_of(output[0]));
    if (output[0].pvBuffer != nullptr) FreeContextBuffer(output[0].pvBuffer);
    return said;
  }

  bool has_context() const { return has_context_; }
  bool peer_saw_extension(int type) const {
    return std::find(extensions_.begin(), extensions_.end(), type) != extensions_.end();
  }

 private:
  static peer_options options(role side) {
    peer_options made = peer_for(side, tls::newest);
    if (side == role::server) made.protocols = std::string("\x02h2", 3);
    return made;
  }
  bool untouched(const SecBuffer& now) const {
    return now.BufferType == further_.BufferType && now.cbBuffer == further_.cbBuffer &&
           now.pvBuffer == further_.pvBuffer;
  }
  static int see_hello(SSL* ssl, int*, void* self) {
    int* list = nullptr;
    std::size_t count = 0;
    if (SSL_client_hello_get1_extensions_present(ssl, &list, &count) == 1)
      static_cast<shaken*>(self)->extensions_.assign(list, list + count);
    OPENSSL_free(list);
    return SSL_CLIENT_HELLO_SUCCESS;
  }

  role side_;
  const credential& from_;
  SecBuffer further_;
  ULONG flags_;
  CtxtHandle context_ = unset_handle;
  bool has_context_ = false;
  std::vector<int> extensions_;

 public:
  openssl_peer peer;
};

const credential& usual(role side) {
  return side == role::client ? client_credential(tls::newest) : server_credential(tls::newest);
}

// ---- SECBUFFER_FLAGS ----

struct extended {
  SEC_FLAGS value;
  SecBuffer as_buffer() { return buffer(SECBUFFER_FLAGS, &value, sizeof value); }
};

TEST(FlagsBuffer, WhatWouldChangeTheConnectionIsRefused) {
  constexpr ULONGLONG refused[] = {ISC_REQ_MESSAGES, ISC_REQ_DEFERRED_CRED_VALIDATION,
                                   ISC_REQ_MESSAGES | ISC_REQ_NO_POST_HANDSHAKE_AUTH, ~0ULL};
  for (const role side : {role::client, role::server}) {
    for (const ULONGLONG flags : refused) {
      extended asked{{flags}};
      shaken with(side, usual(side), asked.as_buffer());
      EXPECT_EQ(with.run(), SEC_E_UNSUPPORTED_FUNCTION) << std::hex << flags;
      EXPECT_FALSE(with.has_context());
    }
  }
  static_assert(ISC_REQ_MESSAGES == ASC_REQ_MESSAGES);
}

TEST(FlagsBuffer, PostHandshakeAuthenticationIsOfferedUnlessItIsForbidden) {
  for (const ULONGLONG flags : {0ULL, ISC_REQ_NO_POST_HANDSHAKE_AUTH}) {
    extended asked{{flags}};
    shaken with(role::client, usual(role::client), asked.as_buffer());
    EXPECT_EQ(with.run(), SEC_E_OK);
    EXPECT_TRUE(with.peer.established());
    EXPECT_TRUE(with.peer_saw_extension(TLSEXT_TYPE_server_name)) << "that extensions are seen at all";
    EXPECT_EQ(with.peer_saw_extension(TLSEXT_TYPE_post_handshake_auth), flags == 0);
  }
}

// Only the first call reads them, and only those above 32 bits: the others are arguments of the call.
TEST(FlagsBuffer, ReadInTheFirstCallForTheHighHalf) {
  for (const role side : {role::client, role::server}) {
    extended asked{{0}};
    shaken later(side, usual(side), asked.as_buffer());
    if (side == role::server) later.peer.start();
    ASSERT_EQ(later.step(side == role::client ? std::string() : later.peer.take()), SEC_I_CONTINUE_NEEDED);
    asked.value.Flags = ISC_REQ_MESSAGES;
    EXPECT_EQ(later.step(later.peer.take()), SEC_E_OK);

    extended low{{0xFFFFFFFFULL}};
    shaken with(side, usual(side), low.as_buffer());
    EXPECT_EQ(with.run(), SEC_E_OK) << "DELEGATE and DATAGRAM among them";
  }
  extended manual{{ISC_REQ_MANUAL_CRED_VALIDATION}};
  const credential validating({.flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS});
  shaken untrusted(role::client, validating, manual.as_buffer());
  EXPECT_EQ(untrusted.run(), SEC_E_UNTRUSTED_ROOT) << "validation is not switched off this way";
}

TEST(FlagsBuffer, TooShortToHoldThem) {
  extended asked{{ISC_REQ_MESSAGES}};
  for (const role side : {role::client, role::server}) {
    shaken with(side, usual(side), buffer(SECBUFFER_FLAGS, &asked.value, sizeof asked.value - 1));
    EXPECT_EQ(with.run(), SEC_E_OK);
    shaken none(side, usual(side), buffer(SECBUFFER_FLAGS, nullptr, sizeof asked.value));
    EXPECT_EQ(none.run(), SEC_E_OK);
  }
}

// ---- Types without meaning here ----

struct buffer_row {
  ULONG type;
  const char* name;
};
#define ROW(type) \
  buffer_row { type, #type }
constexpr buffer_row ignored_types[] = {ROW(SECBUFFER_SRTP_PROTECTION_PROFILES),
                                        ROW(SECBUFFER_SRTP_MASTER_KEY_IDENTIFIER),
                                        ROW(SECBUFFER_DTLS_MTU),
                                        ROW(SECBUFFER_TOKEN_BINDING),
                                        ROW(SECBUFFER_PRESHARED_KEY),
                                        ROW(SECBUFFER_PRESHARED_KEY_IDENTITY),
                                        ROW(SECBUFFER_CERTIFICATE_REQUEST_CONTEXT),
                                        ROW(SECBUFFER_SEND_GENERIC_TLS_EXTENSION),
                                        ROW(SECBUFFER_SUBSCRIBE_GENERIC_TLS_EXTENSION),
                                        ROW(SECBUFFER_TRAFFIC_SECRETS),
                                        ROW(SECBUFFER_NEGOTIATION_INFO),
                                        ROW(SECBUFFER_PADDING),
                                        ROW(SECBUFFER_STREAM),
                                        ROW(SECBUFFER_MECHLIST),
                                        ROW(SECBUFFER_MECHLIST_SIGNATURE),
                                        ROW(SECBUFFER_TARGET),
                                        ROW(SECBUFFER_CHANGE_PASS_RESPONSE),
                                        ROW(SECBUFFER_TARGET_HOST),
                                        ROW(SECBUFFER_CHANNEL_BINDINGS),
                                        ROW(SECBUFFER_PKG_PARAMS)};
#undef ROW

class IgnoredBuffer : public testing::TestWithParam<buffer_row> {};
INSTANTIATE_TEST_SUITE_P(Sspi, IgnoredBuffer, testing::ValuesIn(ignored_types),
                         [](const auto& one) { return std::string(one.param.name); });

// Contents that would be a name, a key or an extension of one byte, were they read.
TEST_P(IgnoredBuffer, ChangesNothingInAnyCall) {
  for (const role side : {role::client, role::server}) {
    guarded contents(std::string("\x01\x00\x61\x00", 4) + std::string(28, '\x01'));
    const std::string before(contents.text());
    for (const std::size_t size : {contents.size(), std::size_t{1}, std::size_t{0}}) {
      shaken with(side, usual(side), buffer(GetParam().type, contents.data(), size));
      EXPECT_EQ(with.run(), SEC_E_OK);
      EXPECT_TRUE(with.peer.established());
      EXPECT_EQ(SSL_version(with.peer.native()), TLS1_3_VERSION);
      EXPECT_EQ(with.peer.asked_name(), side == role::client ? "a.test" : "");
      EXPECT_EQ(with.peer.agreed_protocol(), "");
    }
    EXPECT_TRUE(contents.intact());
    EXPECT_EQ(contents.text(), before);
  }
}

}  // namespace
}  // namespace schannix::test::sspi
