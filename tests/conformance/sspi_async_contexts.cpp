// Async contexts: those that are none, one call at a time, use again and again, and freed at any moment.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "support/sspi_async.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

void expect_unknown(SspiAsyncContext* one) {
  EXPECT_EQ(status(SspiGetAsyncCallStatus(one)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SspiReinitAsyncContext(one)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SspiSetAsyncNotifyCallback(one, nullptr, nullptr)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SspiDeleteSecurityContextAsync(one, nullptr)), SEC_E_INVALID_HANDLE);
  EXPECT_FALSE(SspiAsyncContextRequiresNotify(one));
  SspiFreeAsyncContext(one);
}

TEST(AsyncContexts, ThoseThatAreNoneAreAnsweredNotFollowed) {
  expect_unknown(nullptr);
  int on_the_stack = 0;
  expect_unknown(reinterpret_cast<SspiAsyncContext*>(&on_the_stack));
  SspiAsyncContext* const freed = SspiCreateAsyncContext();
  SspiFreeAsyncContext(freed);
  const async_context another;
  expect_unknown(freed);
}

TEST(AsyncContexts, OneCallAtATime) {
  const async_context call;
  EXPECT_EQ(status(SspiGetAsyncCallStatus(call)), SEC_E_OUT_OF_SEQUENCE) << "no call yet";
  EXPECT_EQ(status(SspiReinitAsyncContext(call)), SEC_E_OK);
  busy_threads busy;
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  EXPECT_EQ(status(SspiGetAsyncCallStatus(call)), SEC_I_ASYNC_CALL_PENDING);
  EXPECT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OUT_OF_SEQUENCE);
  EXPECT_EQ(status(SspiReinitAsyncContext(call)), SEC_E_OUT_OF_SEQUENCE);
  EXPECT_EQ(status(SspiSetAsyncNotifyCallback(call, nullptr, nullptr)), SEC_E_OUT_OF_SEQUENCE);
  busy.let_go();
  EXPECT_EQ(finish(call), SEC_E_INVALID_HANDLE) << "of the call's own handle";
}

TEST(AsyncContexts, AResultStaysUntilReinit) {
  const async_context call;
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  while (SspiGetAsyncCallStatus(call) == SEC_I_ASYNC_CALL_PENDING) std::this_thread::yield();
  EXPECT_EQ(status(SspiGetAsyncCallStatus(call)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SspiGetAsyncCallStatus(call)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OUT_OF_SEQUENCE);
  EXPECT_EQ(status(SspiReinitAsyncContext(call)), SEC_E_OK);
  EXPECT_EQ(status(SspiGetAsyncCallStatus(call)), SEC_E_OUT_OF_SEQUENCE);
}

TEST(AsyncContexts, TheCallbackStaysOverReinitAndCanBeTakenAway) {
  const async_context call;
  EXPECT_FALSE(SspiAsyncContextRequiresNotify(call));
  EXPECT_EQ(status(SspiSetAsyncNotifyCallback(call, [](SspiAsyncContext*, void*) {}, nullptr)), SEC_E_OK);
  EXPECT_TRUE(SspiAsyncContextRequiresNotify(call));
  EXPECT_EQ(status(SspiReinitAsyncContext(call)), SEC_E_OK);
  EXPECT_TRUE(SspiAsyncContextRequiresNotify(call));
  EXPECT_EQ(status(SspiSetAsyncNotifyCallback(call, nullptr, nullptr)), SEC_E_OK);
  EXPECT_FALSE(SspiAsyncContextRequiresNotify(call));
}

// What the caller gave is untouched, although the memory is gone before the threads are free again.
TEST(AsyncFree, TakesBackACallThatWaits) {
  std::atomic<bool> called = false;
  busy_threads busy;
  CtxtHandle made = unset_handle;
  {
    buffer_list out{empty()};
    SspiAsyncContext* const call = SspiCreateAsyncContext();
    SspiSetAsyncNotifyCallback(
        call, [](SspiAsyncContext*, void* data) { *static_cast<std::atomic<bool>*>(data) = true; }, &called);
    step_call step{.through = call,
                   .credential = client_credential(tls::v1_3).get(),
                   .flags = usual_client_flags,
                   .new_context = &made,
                   .output = out.get()};
    ASSERT_EQ(step.begin(), SEC_E_OK);
    SspiFreeAsyncContext(call);
    EXPECT_EQ(step.attributes, 0xDEADBEEF);
  }
  const async_context after;
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(after, nullptr)), SEC_E_OK);
  busy.let_go();
  EXPECT_EQ(finish(after), SEC_E_INVALID_HANDLE);
  EXPECT_TRUE(same(made, unset_handle));
  EXPECT_FALSE(called);
}

TEST(AsyncFree, NeverTakesBackADeletion) {
  party client(client_credential(tls::v1_3));
  CtxtHandle copy = client.handle();
  busy_threads busy;
  SspiAsyncContext* const call = SspiCreateAsyncContext();
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, &copy)), SEC_E_OK);
  SecInvalidateHandle(&copy);
  SspiFreeAsyncContext(call);
  busy.let_go();
  SecPkgContext_Flags flags{};
  const auto there = [&] { return QueryContextAttributesA(&client.handle(), SECPKG_ATTR_FLAGS, &flags) == SEC_E_OK; };
  for (int i = 0; i < 10'000 && there(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_FALSE(there());
}

TEST(AsyncFree, NoCallbackBeginsAfterwards) {
  static std::atomic<bool> called;
  called = false;
  {
    busy_threads busy;
    SspiAsyncContext* const call = SspiCreateAsyncContext();
    SspiSetAsyncNotifyCallback(call, [](SspiAsyncContext*, void*) { called = true; }, nullptr);
    ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
    SspiFreeAsyncContext(call);
  }
  const async_context later;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(status(SspiDeleteSecurityContextAsync(later, nullptr)), SEC_E_OK);
    EXPECT_EQ(finish(later), SEC_E_INVALID_HANDLE);
  }
  EXPECT_FALSE(called);
}

// Told to another thread while the callback has not returned: what it uses lives longer than its async context.
struct running_callback {
  std::atomic<bool> begun = false, ended = false;

  static void run(SspiAsyncContext*, void* data) {
    auto& self = *static_cast<running_callback*>(data);
    self.begun = true;
    self.begun.notify_all();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    self.ended = true;
  }
};

TEST(AsyncFree, WaitsForACallbackThatRuns) {
  running_callback one;
  SspiAsyncContext* const call = SspiCreateAsyncContext();
  SspiSetAsyncNotifyCallback(call, running_callback::run, &one);
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  one.begun.wait(false);
  SspiFreeAsyncContext(call);
  EXPECT_TRUE(one.ended);
}

TEST(AsyncFree, InItsOwnCallback) {
  static std::atomic<SECURITY_STATUS> said;
  said = SEC_I_ASYNC_CALL_PENDING;
  SspiAsyncContext* const call = SspiCreateAsyncContext();
  const auto callback = [](SspiAsyncContext* own, void*) {
    const SECURITY_STATUS result = SspiGetAsyncCallStatus(own);
    SspiFreeAsyncContext(own);
    said = result;
    said.notify_all();
  };
  SspiSetAsyncNotifyCallback(call, callback, nullptr);
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  said.wait(SEC_I_ASYNC_CALL_PENDING);
  EXPECT_EQ(status(said), SEC_E_INVALID_HANDLE) << "of the handle that the call was to delete";
  expect_unknown(call);
}

TEST(AsyncContexts, OneServesAThousandCalls) {
  const async_context call;
  for (int i = 0; i < 1000; ++i) {
    buffer_list out{empty()};
    CtxtHandle made{};
    step_call step{.through = call,
                   .credential = client_credential(tls::v1_3).get(),
                   .flags = usual_client_flags,
                   .new_context = &made,
                   .output = out.get()};
    ASSERT_EQ(step.run(), SEC_I_CONTINUE_NEEDED);
    out.free_all();
    ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, &made)), SEC_E_OK);
    ASSERT_EQ(finish(call), SEC_E_OK);
  }
}

// Callbacks that start the next call themselves, a thousand times over.
struct again {
  int left = 1000;
  std::atomic<bool> over = false;

  static void run(SspiAsyncContext* own, void* data) {
    auto& self = *static_cast<again*>(data);
    const bool goes_on = --self.left > 0 && SspiReinitAsyncContext(own) == STATUS_SUCCESS &&
                         SspiDeleteSecurityContextAsync(own, nullptr) == SEC_E_OK;
    if (goes_on) return;
    self.over = true;
    self.over.notify_all();
  }
};

TEST(AsyncContexts, ACallbackStartsTheNextCall) {
  again chain;
  const async_context call;
  SspiSetAsyncNotifyCallback(call, again::run, &chain);
  ASSERT_EQ(status(SspiDeleteSecurityContextAsync(call, nullptr)), SEC_E_OK);
  chain.over.wait(false);
  EXPECT_EQ(chain.left, 0);
}

// Contexts freed under the hands of the threads that make their calls, and of those that ask for them.
TEST(AsyncThreads, FreedWhilePending) {
  const couple credentials_are_made(tls::v1_3);
  std::atomic<int> wrong = 0;
  const auto work = [&] {
    for (int i = 0; i < 200; ++i) {
      SspiAsyncContext* const call = SspiCreateAsyncContext();
      std::thread asks([&] {
        const status said = SspiGetAsyncCallStatus(call);
        if (said.failed() && !(said == SEC_E_INVALID_HANDLE) && !(said == SEC_E_OUT_OF_SEQUENCE)) ++wrong;
      });
      CtxtHandle made{};
      {
        buffer_list out{empty()};
        step_call step{.through = call,
                       .credential = client_credential(tls::v1_3).get(),
                       .flags = usual_client_flags,
                       .new_context = &made,
                       .output = out.get()};
        if (!(step.begin() == SEC_E_OK)) ++wrong;
        SspiFreeAsyncContext(call);
        out.free_all();
      }
      DeleteSecurityContext(&made);
      asks.join();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace schannix::test::sspi
