// T37: one thread encrypts while another decrypts on the same context, with tickets and KeyUpdates in between.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr int records_each_way = 100'000;
constexpr int batch = 50;
constexpr int text_size = 12;

std::string numbered(int number) {
  char text[text_size + 1];
  std::snprintf(text, sizeof text, "record%06d", number);
  return text;
}

// What goes to the peer, in the order of its sealing: a token of ISC must not be overtaken by a record of the next
// keys.
struct outgoing {
  std::mutex order;
  std::string bytes;
};

// Seals all records. Between a SEC_I_RENEGOTIATE and its ISC the answer is SEC_E_CONTEXT_EXPIRED: tried again.
void write_all(party& ours, outgoing& to, std::atomic<int>& blocked, std::atomic<bool>& failed) {
  const SecPkgContext_StreamSizes room = ours.sizes();
  std::string memory(room.cbHeader + text_size + room.cbTrailer, '\0');
  for (int number = 0; number < records_each_way && !failed;) {
    numbered(number).copy(memory.data() + room.cbHeader, text_size);
    buffer_list list{buffer(SECBUFFER_STREAM_HEADER, memory.data(), room.cbHeader),
                     buffer(SECBUFFER_DATA, memory.data() + room.cbHeader, text_size),
                     buffer(SECBUFFER_STREAM_TRAILER, memory.data() + room.cbHeader + text_size, room.cbTrailer),
                     empty()};
    const std::lock_guard lock(to.order);
    const status said = EncryptMessage(&ours.handle(), 0, list.get(), 0);
    if (said == SEC_E_OK) {
      to.bytes.append(memory, 0, room.cbHeader + text_size + list[2].cbBuffer);
      ++number;
    } else if (said == SEC_E_CONTEXT_EXPIRED) {
      ++blocked;
      std::this_thread::yield();
    } else {
      failed = true;
    }
  }
}

// The other thread: the peer's bytes are opened, its messages handed on, and what we sent is given to it.
class reading {
 public:
  reading(link& with, outgoing& from) : with_(with), from_(from) {}

  void run(const std::atomic<bool>& failed) {
    for (int number = 0; number < records_each_way && !failed; number += batch) {
      for (int i = 0; i < batch; ++i) with_.peer.write(numbered(number + i));
      if (number % 1000 == 0) with_.peer.update_keys(number % 2000 == 0);
      if (number % 700 == 0 && SSL_is_server(with_.peer.native()) == 1) with_.peer.send_ticket();
      open_all(with_.peer.take());
      give_to_peer();
    }
  }

  void give_to_peer() {
    std::string bytes;
    {
      const std::lock_guard lock(from_.order);
      bytes.swap(from_.bytes);
    }
    with_.peer.give(bytes);
  }

  std::string text;
  int messages = 0;

 private:
  void open_all(std::string inbox) {
    while (!inbox.empty()) {
      const opened found = with_.ours.open(inbox);
      text += found.data;
      inbox = found.extra;
      if (found.said == SEC_I_RENEGOTIATE) inbox = hand_on(inbox);
      ASSERT_TRUE(found.said == SEC_E_OK || found.said == SEC_I_RENEGOTIATE) << found.said;
    }
  }

  std::string hand_on(const std::string& extra) {
    ++messages;
    const std::lock_guard lock(from_.order);
    EXPECT_EQ(with_.ours.step(extra), SEC_E_OK);
    from_.bytes += with_.ours.take();
    return with_.ours.leftover();
  }

  link& with_;
  outgoing& from_;
};

std::string all_numbered() {
  std::string all;
  for (int number = 0; number < records_each_way; ++number) all += numbered(number);
  return all;
}

struct thread_case {
  role side;
  tls version;
};

class Threads : public testing::TestWithParam<thread_case> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Threads,
                         testing::Values(thread_case{role::client, tls::v1_3}, thread_case{role::server, tls::v1_3}),
                         [](const auto& one) { return one.param.side == role::client ? "client" : "server"; });

TEST_P(Threads, T37_EncryptWhileDecrypting) {
  const auto [side, version] = GetParam();
  const credential& from = side == role::client ? client_credential(version) : server_credential(version);
  link with(from, peer_for(side, version), {.side = side});
  outgoing to;
  std::atomic<int> blocked{0};
  std::atomic<bool> failed{false};
  std::thread writer([&] { write_all(with.ours, to, blocked, failed); });
  reading reader(with, to);
  reader.run(failed);
  writer.join();
  reader.give_to_peer();
  EXPECT_FALSE(failed);
  EXPECT_GE(reader.messages, records_each_way / 1000);
  const std::string expected = all_numbered();
  EXPECT_TRUE(reader.text == expected);
  EXPECT_TRUE(with.peer.received() == expected) << with.peer.received().size();
  EXPECT_FALSE(with.peer.failed());
}

// Queries of other threads, and a deletion, while data flows. spec 1.6
TEST(ThreadsBoth, QueriesAndDeletionWhileDataFlows) {
  couple both(tls::v1_2);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  const auto ask = [&] {
    while (!stop) {
      SecPkgContext_StreamSizes sizes{};
      const status said = QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_STREAM_SIZES, &sizes);
      if (!(said == SEC_E_OK) && !(said == SEC_E_INVALID_HANDLE)) ++wrong;
    }
  };
  std::thread first(ask), second(ask);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(both.server.open(both.client.sealed("x")).data, "x");
  EXPECT_EQ(status(DeleteSecurityContext(&both.client.handle())), SEC_E_OK);
  stop = true;
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0);
}

// One credential, many threads.
TEST(ThreadsBoth, HandshakesInParallelOnOneCredential) {
  const couple credentials_are_made(tls::newest);
  std::atomic<int> established{0};
  const auto shake = [&] {
    for (int i = 0; i < 20; ++i) {
      couple both(tls::newest);
      if (both.server.open(both.client.sealed("x")).data == "x") ++established;
    }
  };
  std::thread threads[] = {std::thread(shake), std::thread(shake), std::thread(shake)};
  for (auto& one : threads) one.join();
  EXPECT_EQ(established, 60);
}

}  // namespace
}  // namespace schannix::test::sspi
