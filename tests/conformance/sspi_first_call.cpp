// The first call of a handshake: what is demanded of the output buffers, what the input may be, what comes back.
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr ULONG base_flags = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_STREAM;

// One first call of ISC; the context goes with the object.
struct first_call {
  buffer_list out;
  CtxtHandle made = unset_handle;
  step_call call;

  explicit first_call(std::initializer_list<SecBuffer> output, ULONG flags = base_flags)
      : out(output), call{.credential = client_credential(tls::newest).get(), .target = "a.test", .flags = flags} {}
  ~first_call() {
    if (!same(made, unset_handle)) DeleteSecurityContext(&made);
  }
  first_call(const first_call&) = delete;
  first_call& operator=(const first_call&) = delete;

  status run(PSecBufferDesc input = nullptr) {
    call.input = input;
    call.new_context = &made;
    call.output = out.get();
    return call.run();
  }
};

bool is_client_hello(const std::string& token) {
  return token.size() > 6 && token[0] == 22 && token[1] == 3 && token[5] == 1 && records_of(token).size() == 1 &&
         records_of(token)[0].size() == token.size();
}

TEST(FirstCall, T13_TokenWithoutRoomOrAllocation) {
  first_call first({buffer(SECBUFFER_TOKEN, nullptr, 0)});
  EXPECT_EQ(first.run(), SEC_E_INSUFFICIENT_MEMORY);
  EXPECT_TRUE(same(first.made, unset_handle));
}

TEST(FirstCall, T14_AlertWithoutRoomOrAllocation) {
  guarded memory(4096);
  first_call first({token(memory), buffer(SECBUFFER_ALERT, nullptr, 0)});
  EXPECT_EQ(first.run(), SEC_E_INSUFFICIENT_MEMORY);
  EXPECT_EQ(first.call.attributes, ULONG{ISC_RET_CONFIDENTIALITY | ISC_RET_SEQUENCE_DETECT | ISC_RET_REPLAY_DETECT});
  EXPECT_EQ(first.call.expiry.QuadPart, 0);
  EXPECT_EQ(memory.text(), std::string(4096, '\x5A'));
}

TEST(FirstCall, T15_AllocationReplacesThePointer) {
  char own[4]{};
  first_call first({buffer(SECBUFFER_TOKEN, own, sizeof own)}, base_flags | ISC_REQ_ALLOCATE_MEMORY);
  EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_NE(first.out[0].pvBuffer, own);
  EXPECT_TRUE(is_client_hello(bytes_of(first.out[0])));
  EXPECT_EQ(status(FreeContextBuffer(first.out[0].pvBuffer)), SEC_E_OK);
}

TEST(FirstCall, T16_NullPointerWithASizeIsAllocated) {
  first_call first({buffer(SECBUFFER_TOKEN, nullptr, 1000)});
  EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
  ASSERT_NE(first.out[0].pvBuffer, nullptr);
  EXPECT_TRUE(is_client_hello(bytes_of(first.out[0])));
  EXPECT_EQ(status(FreeContextBuffer(first.out[0].pvBuffer)), SEC_E_OK);
}

TEST(FirstCall, T17_EmptyOutputBecomesTheToken) {
  first_call first({empty()}, base_flags | ISC_REQ_ALLOCATE_MEMORY);
  EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(first.out[0].BufferType, ULONG{SECBUFFER_TOKEN});
  EXPECT_TRUE(is_client_hello(bytes_of(first.out[0])));
  first.out.free_all();
}

TEST(FirstCall, T17_EmptyOutputBesideATokenStaysEmpty) {
  first_call first({empty(), buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_ALERT, nullptr, 0)},
                   base_flags | ISC_REQ_ALLOCATE_MEMORY);
  EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(first.out[0].BufferType, ULONG{SECBUFFER_EMPTY});
  EXPECT_EQ(first.out[0].pvBuffer, nullptr);
  EXPECT_TRUE(is_client_hello(bytes_of(first.out[1])));
  EXPECT_EQ(first.out[2].cbBuffer, 0u);
  EXPECT_EQ(first.out[2].pvBuffer, nullptr) << "callers free every pointer that is not NULL";
  first.out.free_all();
}

TEST(FirstCall, T17_CallersMemoryIsUsedWhereItIs) {
  guarded memory(4096);
  first_call first({token(memory)});
  EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(first.out[0].pvBuffer, memory.data());
  EXPECT_TRUE(is_client_hello(bytes_of(first.out[0])));
  EXPECT_TRUE(memory.intact());
  EXPECT_EQ(memory.text().substr(first.out[0].cbBuffer), std::string(4096 - first.out[0].cbBuffer, '\x5A'));
}

TEST(FirstCall, T18_InputsThatCountAsNone) {
  std::string protocols = protocol_payload(std::string("\x02h2", 3));
  const SecBuffer list = buffer(SECBUFFER_APPLICATION_PROTOCOLS, protocols.data(), protocols.size());
  const std::initializer_list<SecBuffer> inputs[] = {{buffer(SECBUFFER_TOKEN, nullptr, 0), empty()},
                                                     {buffer(SECBUFFER_TOKEN, nullptr, 0), empty(), list},
                                                     {empty()},
                                                     {empty(), empty(), list},
                                                     {list},
                                                     {}};
  for (const auto& one : inputs) {
    buffer_list input(one);
    first_call first({buffer(SECBUFFER_TOKEN, nullptr, 0)}, base_flags | ISC_REQ_ALLOCATE_MEMORY);
    EXPECT_EQ(first.run(input.get()), SEC_I_CONTINUE_NEEDED);
    EXPECT_TRUE(is_client_hello(bytes_of(first.out[0])));
    first.out.free_all();
  }
}

TEST(FirstCall, NoOutputList) {
  first_call none({});
  EXPECT_EQ(none.run(), SEC_E_INVALID_TOKEN);
  step_call call{.credential = client_credential(tls::newest).get(), .target = "a.test", .new_context = &none.made};
  EXPECT_EQ(call.run(), SEC_E_INVALID_TOKEN);
  EXPECT_TRUE(same(none.made, unset_handle));
}

TEST(FirstCall, FlagsThatAreRefused) {
  for (const ULONG flag : std::initializer_list<ULONG>{ISC_REQ_DELEGATE, ISC_REQ_PROMPT_FOR_CREDS}) {
    first_call first({buffer(SECBUFFER_TOKEN, nullptr, 0)}, base_flags | ISC_REQ_ALLOCATE_MEMORY | flag);
    EXPECT_EQ(first.run(), SEC_E_UNSUPPORTED_FUNCTION) << flag;
    EXPECT_TRUE(same(first.made, unset_handle));
  }
}

TEST(FirstCall, HandleHasNoForbiddenWord) {
  party client(client_credential(tls::newest));
  for (const ULONG_PTR word : {client.handle().dwLower, client.handle().dwUpper}) {
    EXPECT_NE(word, ULONG_PTR{0});
    EXPECT_NE(word, ~ULONG_PTR{0});
  }
}

TEST(FirstCall, WrongDirectionOfTheCredential) {
  first_call client({buffer(SECBUFFER_TOKEN, nullptr, 0)}, base_flags | ISC_REQ_ALLOCATE_MEMORY);
  client.call.credential = server_credential(tls::newest).get();
  EXPECT_EQ(client.run(), SEC_E_INVALID_HANDLE);

  party hello(client_credential(tls::newest));
  party server(client_credential(tls::newest), {.side = role::server});
  EXPECT_TRUE(server.step(hello.take()).failed());
  EXPECT_FALSE(server.has_context());
}

TEST(FirstCall, T31_PartialClientHelloMakesNoContext) {
  party client(client_credential(tls::newest));
  const std::string hello = client.take();
  for (std::size_t size = 0; size < hello.size(); ++size) {
    CtxtHandle made = unset_handle;
    guarded memory(hello.substr(0, size));
    buffer_list input{token(memory), empty()}, out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    step_call call{.function = role::server,
                   .credential = server_credential(tls::newest).get(),
                   .flags = usual_server_flags,
                   .input = input.get(),
                   .new_context = &made,
                   .output = out.get()};
    ASSERT_EQ(call.run(), SEC_E_INCOMPLETE_MESSAGE) << size;
    ASSERT_TRUE(same(made, unset_handle)) << size;
    ASSERT_EQ(input[1].BufferType, ULONG{SECBUFFER_MISSING}) << size;
    ASSERT_EQ(input[1].cbBuffer, size < 5 ? 5 - size : hello.size() - size);
    ASSERT_EQ(out[0].pvBuffer, nullptr);
  }
}

TEST(FirstCall, T31_AllBytesAgainWithNullContext) {
  party client(client_credential(tls::newest)), server(server_credential(tls::newest), {.side = role::server});
  const std::string hello = client.take();
  EXPECT_EQ(server.step(hello.substr(0, 100)), SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_FALSE(server.has_context());
  EXPECT_EQ(server.step(hello), SEC_I_CONTINUE_NEEDED);
  client.give(server.take());
  converse(client, server);
  EXPECT_TRUE(client.established() && server.established());
}

TEST(FirstCall, ServerWithoutBytes) {
  for (const bool with_list : {false, true}) {
    CtxtHandle made = unset_handle;
    buffer_list input{buffer(SECBUFFER_TOKEN, nullptr, 0), empty()}, out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    step_call call{.function = role::server,
                   .credential = server_credential(tls::newest).get(),
                   .flags = usual_server_flags,
                   .input = with_list ? input.get() : nullptr,
                   .new_context = &made,
                   .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_INCOMPLETE_MESSAGE);
    EXPECT_TRUE(same(made, unset_handle));
  }
}

// A handle of all zeros, or SecInvalidateHandle's, is what programs hold before the first call. callers.md §3
TEST(FirstCall, UnsetContextHandlesCountAsNone) {
  for (const ULONG_PTR word : {ULONG_PTR{0}, ~ULONG_PTR{0}}) {
    CtxtHandle none{word, word};
    first_call first({buffer(SECBUFFER_TOKEN, nullptr, 0)}, base_flags | ISC_REQ_ALLOCATE_MEMORY);
    first.call.context = &none;
    EXPECT_EQ(first.run(), SEC_I_CONTINUE_NEEDED) << word;
    first.out.free_all();
  }
}

}  // namespace
}  // namespace schannix::test::sspi
