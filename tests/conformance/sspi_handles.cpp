// T22 and T38: the attributes that come back, what phNewContext receives, and handles that are not (or no longer)
// valid.
#include <gtest/gtest.h>

#include <functional>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// ---- spec 2.2 ----

constexpr ULONG client_base = 0x0000801C, server_base = 0x0001001C;

// The attributes of a client's first call with this request.
ULONG client_attributes(ULONG request, status& said) {
  guarded memory(8192);
  buffer_list out{token(memory)};
  CtxtHandle made{};
  step_call call{.credential = client_credential(tls::v1_3).get(),
                 .target = "a.test",
                 .flags = request,
                 .new_context = &made,
                 .output = out.get()};
  said = call.run();
  if (!said.failed()) DeleteSecurityContext(&made);
  if ((request & ISC_REQ_ALLOCATE_MEMORY) != 0) out.free_all();
  return call.attributes;
}

ULONG server_attributes(ULONG request, status& said) {
  party client(client_credential(tls::v1_3));
  guarded hello(client.take()), memory(8192);
  buffer_list input{token(hello), empty()}, out{token(memory)};
  CtxtHandle made{};
  step_call call{.function = role::server,
                 .credential = server_credential(tls::v1_3).get(),
                 .flags = request,
                 .input = input.get(),
                 .new_context = &made,
                 .output = out.get()};
  said = call.run();
  if (!said.failed()) DeleteSecurityContext(&made);
  if ((request & ASC_REQ_ALLOCATE_MEMORY) != 0) out.free_all();
  return call.attributes;
}

TEST(ReturnedAttributes, T22_ClientBitByBit) {
  constexpr ULONG echoed = 0x00094D80;
  for (int bit = 0; bit < 32; ++bit) {
    const ULONG request = ULONG{1} << bit;
    status said = SEC_E_OK;
    const ULONG found = client_attributes(request, said);
    // DATAGRAM asks for DTLS, which this release has not.
    if (request == ISC_REQ_DELEGATE || request == ISC_REQ_PROMPT_FOR_CREDS || request == ISC_REQ_DATAGRAM) {
      EXPECT_EQ(said, SEC_E_UNSUPPORTED_FUNCTION);
      EXPECT_EQ(found, 0x1Cu) << request;
    } else {
      EXPECT_EQ(said, SEC_I_CONTINUE_NEEDED) << request;
      EXPECT_EQ(found, client_base | (request & echoed)) << request;
    }
  }
}

TEST(ReturnedAttributes, T22_ServerBitByBit) {
  constexpr ULONG echoed = ASC_REQ_SESSION_TICKET | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_CONNECTION |
                           ASC_REQ_EXTENDED_ERROR | ASC_REQ_INTEGRITY;
  for (int bit = 0; bit < 32; ++bit) {
    const ULONG request = ULONG{1} << bit;
    status said = SEC_E_OK;
    const ULONG found = server_attributes(request, said);
    const bool refused = request == ASC_REQ_DELEGATE || request == ASC_REQ_DATAGRAM;
    EXPECT_EQ(said, refused ? SEC_E_UNSUPPORTED_FUNCTION : SEC_I_CONTINUE_NEEDED) << request;
    EXPECT_EQ(found, refused ? ULONG{0x1C} : server_base | (request & echoed)) << request;
  }
}

// The evidence's exact set, and again when the last call asks for less.
TEST(ReturnedAttributes, T22_ExactSetAtTheEnd) {
  for (const ULONG last : {ULONG{ISC_REQ_STREAM | ISC_REQ_CONFIDENTIALITY | ISC_REQ_USE_SUPPLIED_CREDS},
                           ULONG{ISC_REQ_USE_SUPPLIED_CREDS}}) {
    openssl_peer peer(peer_for(role::client, tls::v1_3));
    party client(client_credential(tls::v1_3));
    peer.give(client.take());
    guarded flight(peer.take()), memory(4096);
    buffer_list input{token(flight), empty()}, out{token(memory)};
    step_call call{.context = &client.handle(), .flags = last, .input = input.get(), .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_OK);
    EXPECT_EQ(call.attributes, ULONG{ISC_RET_REPLAY_DETECT | ISC_RET_SEQUENCE_DETECT | ISC_RET_CONFIDENTIALITY |
                                     ISC_RET_STREAM | ISC_RET_USED_SUPPLIED_CREDS});
  }
}

// curl compares the two words and gives up on any difference; ice and mongo do the like. callers.md §3
TEST(ReturnedAttributes, T22_CurlsExactComparison) {
  const ULONG request = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                        ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM;
  for (const ULONG more : {ULONG{0}, ULONG{ISC_REQ_USE_SUPPLIED_CREDS}, ULONG{ISC_REQ_MANUAL_CRED_VALIDATION}}) {
    status said = SEC_E_OK;
    EXPECT_EQ(client_attributes(request | more, said), request | more);
  }
}

TEST(ReturnedAttributes, ExpiryAtTheEndIsTheCertificates) {
  openssl_peer peer(peer_for(role::client, tls::v1_3));
  party client(client_credential(tls::v1_3));
  peer.give(client.take());
  guarded flight(peer.take()), memory(4096);
  buffer_list input{token(flight), empty()}, out{token(memory)};
  step_call call{.context = &client.handle(), .input = input.get(), .output = out.get()};
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_GT(call.expiry.QuadPart, 0x01D0000000000000LL) << "after 2014";
}

// ---- phNewContext. spec 1.4, 4.12 #19 ----

TEST(NewContext, A10_ReceivesTheSameHandleOrNothing) {
  couple both(tls::v1_3);
  for (const bool given : {true, false}) {
    guarded memory(4096);
    buffer_list out{token(memory)};
    CtxtHandle made = unset_handle;
    step_call call{.context = &both.client.handle(), .new_context = given ? &made : nullptr, .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_OK);
    if (given) {
      EXPECT_TRUE(same(made, both.client.handle()));
    }
  }
}

// ---- T38: every call, with handles that name nothing ----

// Every function that takes a context, by name.
std::vector<std::pair<const char*, std::function<status(PCtxtHandle)>>> context_calls() {
  static guarded memory(4096);
  alignas(16) static char room[1024];
  static DWORD shutdown = SCHANNEL_SHUTDOWN;
  const auto step = [](role function, PCtxtHandle context) {
    buffer_list out{token(memory)}, input{buffer(SECBUFFER_TOKEN, memory.data(), 100), empty()};
    const credential& from = function == role::client ? client_credential(tls::newest) : server_credential(tls::newest);
    return step_call{.function = function,
                     .credential = from.get(),
                     .context = context,
                     .target = "a.test",
                     .input = input.get(),
                     .new_context = nullptr,
                     .output = out.get()}
        .run();
  };
  return {
      {"ISC", [=](PCtxtHandle context) { return step(role::client, context); }},
      {"ASC", [=](PCtxtHandle context) { return step(role::server, context); }},
      {"ApplyControlToken",
       [](PCtxtHandle context) {
         buffer_list control{buffer(SECBUFFER_TOKEN, &shutdown, sizeof shutdown)};
         return status(ApplyControlToken(context, control.get()));
       }},
      {"EncryptMessage",
       [](PCtxtHandle context) {
         buffer_list list{buffer(SECBUFFER_STREAM_HEADER, memory.data(), 13),
                          buffer(SECBUFFER_DATA, memory.data() + 13, 10),
                          buffer(SECBUFFER_STREAM_TRAILER, memory.data() + 23, 64), empty()};
         return status(EncryptMessage(context, 0, list.get(), 0));
       }},
      {"DecryptMessage",
       [](PCtxtHandle context) {
         buffer_list list{buffer(SECBUFFER_DATA, memory.data(), 100), empty(), empty(), empty()};
         return status(DecryptMessage(context, list.get(), 0, nullptr));
       }},
      {"QueryContextAttributesA",
       [](PCtxtHandle context) { return status(QueryContextAttributesA(context, SECPKG_ATTR_STREAM_SIZES, room)); }},
      {"QueryContextAttributesW",
       [](PCtxtHandle context) { return status(QueryContextAttributesW(context, SECPKG_ATTR_STREAM_SIZES, room)); }},
  };
}

TEST(Handles, T38_DeletedContext) {
  couple both(tls::v1_3);
  CtxtHandle stale = both.client.handle();
  ASSERT_EQ(status(DeleteSecurityContext(&both.client.handle())), SEC_E_OK);
  for (const auto& [name, call] : context_calls()) EXPECT_EQ(call(&stale), SEC_E_INVALID_HANDLE) << name;
  EXPECT_EQ(status(DeleteSecurityContext(&stale)), SEC_E_OK) << "documented: deleting it again is no mistake";
}

TEST(Handles, T38_DeletedContextWhoseSlotIsUsedAgain) {
  auto first = std::make_unique<party>(client_credential(tls::v1_3));
  CtxtHandle stale = first->handle();
  first.reset();
  std::vector<std::unique_ptr<party>> others;
  for (int i = 0; i < 20; ++i) others.push_back(std::make_unique<party>(client_credential(tls::v1_3)));
  for (const auto& [name, call] : context_calls()) EXPECT_EQ(call(&stale), SEC_E_INVALID_HANDLE) << name;
  EXPECT_EQ(status(DeleteSecurityContext(&stale)), SEC_E_OK);
  for (const auto& one : others) EXPECT_FALSE(same(one->handle(), stale));
}

TEST(Handles, T38_NeverIssued) {
  couple both(tls::v1_3);
  const CtxtHandle real = both.client.handle();
  const CtxtHandle forged[] = {{0x41414141, 0x42424242},
                               {real.dwLower + 1, real.dwUpper},
                               {real.dwLower, real.dwUpper + 1},
                               {real.dwUpper, real.dwLower},
                               {real.dwLower ^ (ULONG_PTR{1} << 63), real.dwUpper},
                               {real.dwLower, real.dwUpper ^ (ULONG_PTR{1} << 63)},
                               {SEC_DELETED_HANDLE, SEC_DELETED_HANDLE},
                               {1, 1}};
  for (CtxtHandle one : forged) {
    if (same(one, both.server.handle())) continue;
    for (const auto& [name, call] : context_calls())
      EXPECT_EQ(call(&one), SEC_E_INVALID_HANDLE) << name << std::hex << " " << one.dwLower << " " << one.dwUpper;
    EXPECT_EQ(status(DeleteSecurityContext(&one)), SEC_E_INVALID_HANDLE)
        << std::hex << one.dwLower << " " << one.dwUpper;
  }
  EXPECT_EQ(both.server.open(both.client.sealed("unharmed")).data, "unharmed");
}

TEST(Handles, T38_NullAndUnset) {
  CtxtHandle zero{}, ones{};
  SecInvalidateHandle(&ones);
  for (PCtxtHandle none : {PCtxtHandle{nullptr}, &zero, &ones}) {
    for (const auto& [name, call] : context_calls()) {
      if (std::string(name) == "ISC" || std::string(name) == "ASC") continue;  // there it means: a new one
      EXPECT_EQ(call(none), SEC_E_INVALID_HANDLE) << name;
    }
    EXPECT_EQ(status(DeleteSecurityContext(none)), SEC_E_INVALID_HANDLE);
  }
}

TEST(Handles, T38_CredentialsInPlaceOfContexts) {
  CtxtHandle credential = *client_credential(tls::newest).get();
  for (const auto& [name, call] : context_calls()) EXPECT_EQ(call(&credential), SEC_E_INVALID_HANDLE) << name;
}

TEST(Handles, FirstCallNeedsACredential) {
  CredHandle zero{}, forged{0x41, 0x42};
  guarded memory(4096), hello(party(client_credential(tls::newest)).take());
  for (PCredHandle from : {PCredHandle{nullptr}, &zero, &forged}) {
    CtxtHandle made = unset_handle;
    buffer_list out{token(memory)}, input{token(hello), empty()};
    step_call call{.credential = from, .target = "a.test", .new_context = &made, .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
    call.function = role::server;
    call.input = input.get();
    EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
    EXPECT_TRUE(same(made, unset_handle));
  }
}

// ISC for a server's context, and the other way round, only while a control token is pending. S-4
TEST(Handles, S04_WrongFunctionForTheContext) {
  couple both(tls::v1_3);
  guarded memory(4096);
  buffer_list out{token(memory)}, other_out{token(memory)};
  step_call isc{.context = &both.server.handle(), .output = out.get()};
  step_call asc{.function = role::server, .context = &both.client.handle(), .output = other_out.get()};
  EXPECT_EQ(isc.run(), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(asc.run(), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(both.server.open(both.client.sealed("unharmed")).data, "unharmed");
}

TEST(Handles, DeleteInEveryState) {
  for (const int step : {0, 1, 2, 3, 4}) {
    couple both(tls::v1_2);
    CtxtHandle copy = both.client.handle();
    if (step >= 1) apply_token(copy, SCHANNEL_SHUTDOWN);
    if (step >= 2) both.client.step({});
    if (step >= 3) both.server.open(both.client.take());
    if (step >= 4) both.client.open("not a record at all");
    EXPECT_EQ(status(DeleteSecurityContext(&both.client.handle())), SEC_E_OK) << step;
    EXPECT_TRUE(same(copy, both.client.handle())) << "the caller's struct is left as it is";
  }
}

TEST(Handles, FreeContextBufferOfNothing) { EXPECT_EQ(status(FreeContextBuffer(nullptr)), SEC_E_OK); }

}  // namespace
}  // namespace schannix::test::sspi
