// Asynchronous calls: whole connections by polling, by callbacks and by eight threads, and results carried through.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/sspi_async.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

std::string version_name(const testing::TestParamInfo<tls>& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; }

class AsyncHandshake : public testing::TestWithParam<tls> {};
INSTANTIATE_TEST_SUITE_P(Sspi, AsyncHandshake, testing::Values(tls::v1_2, tls::v1_3), version_name);

TEST_P(AsyncHandshake, ByPollingThenDataAndACleanEnd) {
  const async_context of_client, of_server;
  couple both(client_credential(GetParam()), server_credential(GetParam()), {.through = of_client},
              {.side = role::server, .through = of_server});
  ASSERT_TRUE(both.client.established() && both.server.established());
  EXPECT_EQ(both.server.open(both.client.sealed("to the server")).data, "to the server");
  EXPECT_EQ(both.client.open(both.server.sealed("to the client")).data, "to the client");
  EXPECT_EQ(both.client.shut(), SEC_E_OK);
  EXPECT_EQ(both.server.open(both.client.take()).said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(both.server.shut(), SEC_E_OK);
  EXPECT_EQ(both.client.open(both.server.take()).said, SEC_I_CONTEXT_EXPIRED);
}

// One end of a connection. Whoever is told that a step is done begins the next one: no thread of the test's makes a
// call.
class end {
 public:
  end(role side, const credential& from, std::atomic<int>& rests) : side_(side), from_(from), rests_(rests) {
    SspiSetAsyncNotifyCallback(call_, [](SspiAsyncContext*, void* data) { static_cast<end*>(data)->stepped(); }, this);
  }
  ~end() { DeleteSecurityContext(&context_); }
  end(const end&) = delete;
  end& operator=(const end&) = delete;

  status begin(std::string input) {
    input_ = std::move(input);
    in_[0] = buffer(SECBUFFER_TOKEN, input_.data(), input_.size());
    in_[1] = empty();
    out_[0] = empty();
    step_ = {.function = side_,
             .through = call_,
             .credential = from_.get(),
             .context = began_ ? &context_ : nullptr,
             .target = "a.test",
             .flags = side_ == role::client ? usual_client_flags : usual_server_flags,
             .input = in_.get(),
             .new_context = &context_,
             .output = out_.get()};
    began_ = true;
    return step_.begin();
  }

  status opens(std::string bytes) {
    buffer_list list{buffer(SECBUFFER_DATA, bytes.data(), bytes.size()), empty(), empty(), empty()};
    return DecryptMessage(&context_, list.get(), 0, nullptr);
  }

  CtxtHandle& handle() { return context_; }

  end* peer = nullptr;  // who gets the token; null: nobody, it stays here
  status last = SEC_E_OK;
  std::string token;

 private:
  void stepped() {
    last = finish(call_);
    token = bytes_of(out_[0]);
    out_.free_all();
    if (peer != nullptr && !last.failed() && !token.empty() && peer->begin(token) == SEC_E_OK) return;
    ++rests_;
    rests_.notify_all();
  }

  const role side_;
  const credential& from_;
  std::atomic<int>& rests_;
  CtxtHandle context_{};
  bool began_ = false;
  std::string input_;
  buffer_list in_{empty(), empty()}, out_{empty()};
  step_call step_;
  const async_context call_;  // the last: it goes first, and waits for what still uses the others
};

struct conversation {
  std::atomic<int> rests = 0;  // how often a step was the last one
  end client, server;

  explicit conversation(tls version)
      : client(role::client, client_credential(version), rests),
        server(role::server, server_credential(version), rests) {}

  void shake() {
    client.peer = &server;
    server.peer = &client;
    ASSERT_EQ(client.begin({}), SEC_E_OK);
    rests.wait(0);
  }

  // ApplyControlToken, and the call that makes the bytes.
  std::string close_notify_of(end& one) {
    one.peer = nullptr;
    const int before = rests;
    EXPECT_EQ(apply_token(one.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
    EXPECT_EQ(one.begin({}), SEC_E_OK);
    rests.wait(before);
    EXPECT_EQ(one.last, SEC_E_OK);
    return one.token;
  }
};

TEST_P(AsyncHandshake, ByCallbacksAloneThenACleanEnd) {
  conversation both(GetParam());
  both.shake();
  ASSERT_EQ(both.client.last, SEC_E_OK);
  ASSERT_EQ(both.server.last, SEC_E_OK);
  EXPECT_EQ(both.server.opens(both.close_notify_of(both.client)), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(both.client.opens(both.close_notify_of(both.server)), SEC_I_CONTEXT_EXPIRED);
}

TEST(AsyncResults, FailuresOfAHandshakeAreCarriedThrough) {
  const async_context of_client, of_server;
  party client(client_credential(tls::v1_2), {.through = of_client});
  party server(server_credential(tls::v1_3), {.side = role::server, .through = of_server});
  EXPECT_EQ(server.step(client.take()), SEC_E_ALGORITHM_MISMATCH);
  EXPECT_EQ(client.step(server.take()), SEC_E_UNSUPPORTED_FUNCTION) << "the alert protocol_version";
  party garbage(server_credential(tls::v1_3), {.side = role::server, .through = of_server});
  EXPECT_EQ(garbage.step("this is no TLS record"), SEC_E_INVALID_TOKEN);
}

TEST(AsyncResults, HandlesThatAreNoneAreFoundWhenTheCallIsMade) {
  const async_context call;
  CtxtHandle none = unset_handle;
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, &none)), SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_INVALID_HANDLE);
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_INVALID_HANDLE);
  ASSERT_EQ(status(SspiFreeCredentialsHandleAsync(call, nullptr)), SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_INVALID_HANDLE);
  buffer_list out{empty()};
  step_call step{
      .through = call, .credential = &none, .flags = usual_client_flags, .new_context = &none, .output = out.get()};
  EXPECT_EQ(step.run(), SEC_E_INVALID_HANDLE);
}

TEST(AsyncResults, CredentialsAreAcquiredAndFreed) {
  const async_context call;
  CredHandle narrow{}, wide{};
  char name[] = UNISP_NAME_A;
  wchar_t wide_name[] = UNISP_NAME_W;
  ASSERT_EQ(status(SspiAcquireCredentialsHandleAsyncA(call, nullptr, name, SECPKG_CRED_OUTBOUND, nullptr, nullptr,
                                                      nullptr, nullptr, &narrow, nullptr)),
            SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_OK);
  ASSERT_EQ(status(SspiAcquireCredentialsHandleAsyncW(call, nullptr, wide_name, SECPKG_CRED_OUTBOUND, nullptr, nullptr,
                                                      nullptr, nullptr, &wide, nullptr)),
            SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_OK);
  for (CredHandle* one : {&narrow, &wide}) {
    ASSERT_EQ(status(SspiFreeCredentialsHandleAsync(call, one)), SEC_E_OK);
    EXPECT_EQ(finish(call), SEC_E_OK);
    EXPECT_EQ(status(FreeCredentialsHandle(one)), SEC_E_INVALID_HANDLE);
  }
}

TEST(AsyncResults, UnknownPackage) {
  const async_context call;
  CredHandle made{};
  char name[] = "Kerberos";
  ASSERT_EQ(status(SspiAcquireCredentialsHandleAsyncA(call, nullptr, name, SECPKG_CRED_OUTBOUND, nullptr, nullptr,
                                                      nullptr, nullptr, &made, nullptr)),
            SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_E_SECPKG_NOT_FOUND);
}

TEST(AsyncResults, TheWideFormSendsTheName) {
  const async_context call;
  buffer_list out{empty()};
  CtxtHandle made{};
  wchar_t target[] = L"wide.test";
  ASSERT_EQ(status(SspiInitializeSecurityContextAsyncW(call, client_credential(tls::v1_3).get(), nullptr, target,
                                                       usual_client_flags, 0, 0, nullptr, 0, &made, out.get(), nullptr,
                                                       nullptr)),
            SEC_E_OK);
  EXPECT_EQ(finish(call), SEC_I_CONTINUE_NEEDED);
  EXPECT_NE(bytes_of(out[0]).find("wide.test"), std::string::npos);
  out.free_all();
  EXPECT_EQ(status(DeleteSecurityContext(&made)), SEC_E_OK);
}

TEST(AsyncThreads, EightAtOnce) {
  const couple credentials_are_made[] = {couple(tls::v1_2), couple(tls::v1_3)};
  std::atomic<int> clean = 0;
  const auto work = [&](tls version) {
    for (int i = 0; i < 10; ++i) {
      conversation both(version);
      both.shake();
      const bool shaken = both.client.last == SEC_E_OK && both.server.last == SEC_E_OK;
      if (shaken && both.server.opens(both.close_notify_of(both.client)) == SEC_I_CONTEXT_EXPIRED) ++clean;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back(work, i % 2 == 0 ? tls::v1_2 : tls::v1_3);
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(clean, 80);
}

}  // namespace
}  // namespace schannix::test::sspi
