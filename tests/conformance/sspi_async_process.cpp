// Asynchronous calls and the process: how many threads there are, what a fork leaves, and how it ends. docs/threads.md
// Each case runs in a process of its own, started anew, because the library's threads never end.
#include <dirent.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <memory>
#include <thread>

#include "support/sspi_async.hpp"
#include "support/sspi_party.hpp"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
// ThreadSanitizer would end a child that starts threads; that is what is tested.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif
#endif

namespace schannix::test::sspi {
namespace {

// The library's threads, by their name.
std::size_t threads_of_ours() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir("/proc/self/task"), closedir);
  std::size_t count = 0;
  while (const dirent* const task = readdir(tasks.get())) {
    std::string name;
    std::getline(std::ifstream("/proc/self/task/" + std::string(task->d_name) + "/comm"), name);
    if (name == "schannix-async") ++count;
  }
  return count;
}

status deletion_of_nothing() {
  const async_context call;
  const status queued = SspiDeleteSecurityContextAsync(call, nullptr);
  return queued == SEC_E_OK ? finish(call) : queued;
}

void tell_and_leave(bool good, const std::string& what) {
  if (!good) std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(good ? 0 : 1);
}

class AsyncProcess : public testing::Test {
 protected:
  AsyncProcess() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

void count_threads() {
  const std::size_t most = std::clamp(std::thread::hardware_concurrency(), 2U, 16U);
  const couple synchronous(tls::v1_3);
  const async_context idle;
  const std::size_t before = threads_of_ours();
  const status said = deletion_of_nothing();
  const std::size_t one = threads_of_ours();
  busy_threads busy;
  const async_context more[40];
  for (const async_context& each : more) SspiDeleteSecurityContextAsync(each, nullptr);
  const std::size_t many = threads_of_ours();
  busy.let_go();
  tell_and_leave(said == SEC_E_INVALID_HANDLE && before == 0 && one == 1 && many <= most,
                 std::to_string(before) + ", " + std::to_string(one) + ", " + std::to_string(many));
}

TEST_F(AsyncProcess, NoThreadBeforeACallAndNeverMoreThanProcessors) {
  EXPECT_EXIT(count_threads(), testing::ExitedWithCode(0), "");
}

struct pending_step {
  buffer_list out{empty()};
  CtxtHandle made{};
  const async_context call;
  step_call step{.through = call,
                 .credential = client_credential(tls::v1_3).get(),
                 .flags = usual_client_flags,
                 .new_context = &made,
                 .output = out.get()};
};

// What the calls use must be there to the end: steps are never freed, and credentials are older than the first call.
void leave_in_mid_call() {
  const couple credentials_are_made(tls::v1_3);
  static auto& all = *new std::deque<pending_step>;
  for (int i = 0; i < 200; ++i) {
    if (!(all.emplace_back().step.begin() == SEC_E_OK)) std::exit(1);
  }
  std::exit(0);
}

TEST_F(AsyncProcess, EndsWhileCallsArePending) {
  for (int i = 0; i < 5; ++i) EXPECT_EXIT(leave_in_mid_call(), testing::ExitedWithCode(0), "");
}

void leave_in_a_callback() {
  static const async_context call;
  SspiSetAsyncNotifyCallback(call, [](SspiAsyncContext*, void*) { std::exit(0); }, nullptr);
  SspiDeleteSecurityContextAsync(call, nullptr);
  for (;;) pause();
}

TEST_F(AsyncProcess, EndsInACallback) { EXPECT_EXIT(leave_in_a_callback(), testing::ExitedWithCode(0), ""); }

// Registered first, so it runs last, when the library makes no calls any more.
void refuse_at_the_end() {
  static SspiAsyncContext* call;
  std::atexit([] { _exit(SspiDeleteSecurityContextAsync(call, nullptr) == SEC_E_SHUTDOWN_IN_PROGRESS ? 0 : 1); });
  call = SspiCreateAsyncContext();
  std::exit(2);
}

TEST_F(AsyncProcess, RefusesCallsWhenItEnds) { EXPECT_EXIT(refuse_at_the_end(), testing::ExitedWithCode(0), ""); }

int seen_in_the_child(SspiAsyncContext* idle, SspiAsyncContext* pending) {
  alarm(60);
  if (SspiGetAsyncCallStatus(idle) != SEC_E_INVALID_HANDLE) return 1;
  if (SspiGetAsyncCallStatus(pending) != SEC_E_INVALID_HANDLE) return 2;
  const async_context of_client, of_server;
  if (of_client.get() == idle || of_client.get() == pending) return 3;
  const couple both(client_credential(tls::v1_3), server_credential(tls::v1_3), {.through = of_client},
                    {.side = role::server, .through = of_server});
  return both.client.established() && both.server.established() ? 0 : 4;
}

void fork_and_go_on() {
  const couple credentials_are_made(tls::v1_3);
  const async_context idle, pending;
  busy_threads busy;
  SspiDeleteSecurityContextAsync(pending, nullptr);
  const pid_t child = fork();
  if (child == 0) _exit(seen_in_the_child(idle, pending));
  int how = 0;
  const bool ended = waitpid(child, &how, 0) == child;
  busy.let_go();
  const bool parent_goes_on = finish(pending) == SEC_E_INVALID_HANDLE && deletion_of_nothing() == SEC_E_INVALID_HANDLE;
  tell_and_leave(ended && how == 0 && parent_goes_on, "the child ended with " + std::to_string(how));
}

TEST_F(AsyncProcess, AForkedChildStartsAnewAndTheParentGoesOn) {
  EXPECT_EXIT(fork_and_go_on(), testing::ExitedWithCode(0), "");
}

// More than the address space is no stack: the first call has no thread to be made on, and later ones have.
void start_without_threads() {
  pthread_attr_t usual, huge;
  pthread_getattr_default_np(&usual);
  pthread_attr_init(&huge);
  pthread_attr_setstacksize(&huge, std::size_t{1} << 47);
  const async_context call;
  pthread_setattr_default_np(&huge);
  const status refused = SspiDeleteSecurityContextAsync(call, nullptr);
  pthread_setattr_default_np(&usual);
  const status later = deletion_of_nothing();
  const bool nothing_queued = SspiGetAsyncCallStatus(call) == SEC_E_OUT_OF_SEQUENCE;
  tell_and_leave(refused == SEC_E_INSUFFICIENT_MEMORY && nothing_queued && later == SEC_E_INVALID_HANDLE,
                 refused.name() + ", " + later.name());
}

TEST_F(AsyncProcess, WithoutAThreadTheCallIsRefused) {
  EXPECT_EXIT(start_without_threads(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace schannix::test::sspi
