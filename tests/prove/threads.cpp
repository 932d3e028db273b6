// Eight threads at once, each with as many calls: one encrypts, one decrypts and one closes the same connections; three
// make connections of their own and close them; two use handles that were deleted, or never were. Nothing crashes,
// every status is one that docs/threads.md allows at that place, and no data is altered. make tsan runs it under
// ThreadSanitizer.
#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "prove/figure.hpp"
#include "support/sspi_party.hpp"

namespace schannix::prove {
namespace {

using namespace test::sspi;

constexpr std::size_t full_calls = 100'000;   // of each thread
constexpr std::size_t calls_of_a_life = 200;  // of the closing thread, for one connection
const std::string text = "some text";

struct counts {
  std::atomic<std::size_t> undocumented = 0, altered = 0, not_refused = 0, lives = 0, clean = 0, opened = 0,
                           refused = 0;
};

// The handles of the connection that three threads share. They may be used when their contexts are long gone.
class shared_handles {
 public:
  struct pair {
    CtxtHandle client, server;
  };
  pair now() {
    const std::lock_guard lock(mutex_);
    return pair_;
  }
  void set(couple& from) {
    const std::lock_guard lock(mutex_);
    pair_ = {from.client.handle(), from.server.handle()};
  }

 private:
  std::mutex mutex_;
  pair pair_{};
};

struct stage {
  explicit stage(std::size_t calls_of_each) : calls(calls_of_each) {}

  const std::size_t calls;
  counts seen;
  shared_handles shared;
  std::atomic<std::size_t> threads_done = 0;
  std::atomic<bool> still_closing = true;  // data flows for as long

  void allow(status said, std::initializer_list<SECURITY_STATUS> documented) {
    if (std::find(documented.begin(), documented.end(), said.value()) == documented.end()) ++seen.undocumented;
  }
};

// A record from one handle to another, by the only thread that uses this direction: two calls.
void carry(stage& on, CtxtHandle from, CtxtHandle to, std::string& memory) {
  constexpr std::size_t room = 64;
  memory.assign(room, '\0').append(text).append(room, '\0');
  buffer_list sealed{buffer(SECBUFFER_STREAM_HEADER, memory.data(), room),
                     buffer(SECBUFFER_DATA, memory.data() + room, text.size()),
                     buffer(SECBUFFER_STREAM_TRAILER, memory.data() + room + text.size(), room), empty()};
  const status said = EncryptMessage(&from, 0, sealed.get(), 0);
  on.allow(said, {SEC_E_OK, SEC_E_CONTEXT_EXPIRED, SEC_E_INVALID_HANDLE});
  if (said == SEC_E_CONTEXT_EXPIRED) ++on.seen.refused;
  if (!(said == SEC_E_OK)) return;
  std::string record = bytes_of(sealed[0]) + bytes_of(sealed[1]) + bytes_of(sealed[2]);
  buffer_list opened{buffer(SECBUFFER_DATA, record.data(), record.size()), empty(), empty(), empty()};
  const status read = DecryptMessage(&to, opened.get(), 0, nullptr);
  on.allow(read, {SEC_E_OK, SEC_E_INVALID_HANDLE});
  if (!(read == SEC_E_OK)) return;
  ++on.seen.opened;
  if (bytes_of(opened[1]) != text) ++on.seen.altered;
}

void encrypt(stage& on) {
  std::string memory;
  for (std::size_t i = 0; i < on.calls || on.still_closing; ++i) {
    const auto handles = on.shared.now();
    carry(on, handles.client, handles.server, memory);
  }
}

void decrypt(stage& on) {
  std::string memory;
  for (std::size_t i = 0; i < on.calls || on.still_closing; ++i) {
    const auto handles = on.shared.now();
    carry(on, handles.server, handles.client, memory);
  }
}

// Looks on for a while, then closes, is refused, and deletes: all while the other two go on.
void live_and_close(stage& on, couple& both) {
  CtxtHandle& ours = both.client.handle();
  for (std::size_t i = 0; i < calls_of_a_life; ++i) {
    SCHANNIX_CLOSE_REPORT report{};
    report.cbSize = sizeof report;
    on.allow(QueryContextAttributesA(&ours, SCHANNIX_ATTR_CLOSE_REPORT, &report), {SEC_E_OK});
    if (report.dwOutcome != SCHANNIX_OUTCOME_OPEN) ++on.seen.undocumented;
  }
  on.allow(both.client.shut(), {SEC_E_OK});
  on.allow(both.client.seal(text), {SEC_E_CONTEXT_EXPIRED});
}

void close(stage& on, std::unique_ptr<couple> first) {
  std::unique_ptr<couple> now = std::move(first);
  for (std::size_t calls = 0; calls < on.calls; calls += calls_of_a_life) {
    live_and_close(on, *now);
    auto next = std::make_unique<couple>(calls / calls_of_a_life % 2 == 0 ? tls::v1_2 : tls::v1_3);
    on.shared.set(*next);
    now = std::move(next);  // deletes the old ones
  }
  on.still_closing = false;
}

// A whole life: credentials now and then, handshake, data, close, answer.
void connect(stage& on) {
  constexpr std::size_t calls_of_one =
      12;  // at least: four of the handshake, three for data, three to close, two to delete
  for (std::size_t calls = 0; calls < on.calls; calls += calls_of_one) {
    const credential own({.version = calls / calls_of_one % 2 == 0 ? tls::v1_2 : tls::v1_3});
    couple both(own, server_credential(tls::newest));
    ++on.seen.lives;
    if (both.server.open(both.client.sealed(text)).data != text) ++on.seen.altered;
    on.allow(both.client.shut(), {SEC_E_OK});
    if (both.server.open(both.client.take()).said == SEC_I_CONTEXT_EXPIRED) ++on.seen.clean;
  }
}

std::array<status, 4> use(CtxtHandle gone) {
  std::string memory(200, '\0');
  buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
  SecPkgContext_StreamSizes sizes{};
  return {EncryptMessage(&gone, 0, list.get(), 0), DecryptMessage(&gone, list.get(), 0, nullptr),
          QueryContextAttributesA(&gone, SECPKG_ATTR_STREAM_SIZES, &sizes), apply_token(gone, SCHANNEL_SHUTDOWN)};
}

// Handles of contexts that were deleted just now, whose slots others take over meanwhile; and handles beside living
// ones.
void misuse(stage& on) {
  constexpr std::size_t uses = 10;
  for (std::size_t calls = 0; calls < on.calls; calls += uses * 4) {
    CtxtHandle gone{};
    {
      party brief(client_credential(tls::newest));
      gone = brief.handle();
    }
    for (std::size_t i = 0; i < uses; ++i) {
      if (i == uses / 2) gone.dwUpper += 1'000'000'000;  // made up
      for (const status said : use(gone))
        if (!(said == SEC_E_INVALID_HANDLE)) ++on.seen.not_refused;
    }
  }
}

void tell(report& to, const stage& on) {
  const counts& seen = on.seen;
  to.tell("threads: that made " + std::to_string(on.calls) + " calls or more", "8", std::to_string(on.threads_done),
          on.threads_done == 8);
  to.tell_none("threads: undocumented statuses", seen.undocumented);
  to.tell_none("threads: records altered", seen.altered);
  to.tell_none("threads: handles without an object that were not refused", seen.not_refused);
  to.tell("threads: connections closed cleanly", std::to_string(seen.lives), std::to_string(seen.clean),
          seen.clean == seen.lives && seen.lives > 0);
  to.tell("threads: records carried, and refused after the close", "both more than 0",
          std::to_string(seen.opened) + ", " + std::to_string(seen.refused), seen.opened > 0 && seen.refused > 0);
}

void prove_threads(report& to) {
  const couple credentials_are_made(tls::newest);
  stage on(to.size_of(full_calls));
  client_credential(tls::v1_2), server_credential(tls::v1_2), server_credential(tls::v1_3);
  auto first = std::make_unique<couple>(tls::v1_3);
  on.shared.set(*first);
  const std::function<void()> work[] = {
      [&] { encrypt(on); }, [&] { decrypt(on); }, [&] { close(on, std::move(first)); },
      [&] { connect(on); }, [&] { connect(on); }, [&] { connect(on); },
      [&] { misuse(on); },  [&] { misuse(on); }};
  std::array<std::thread, 8> threads;
  for (std::size_t i = 0; i < threads.size(); ++i)
    threads[i] = std::thread([&, i] {
      work[i]();
      ++on.threads_done;
    });
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    to.progress("threads", i + 1, threads.size());
  }
  tell(to, on);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_threads); }
