// Bytes arrive in any portions. Every two-way split of one to four records, and one byte at a time: MISSING and EXTRA
// are exact at each, and nothing is lost or taken twice.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct split_case {
  tls version;
  std::size_t records;
};

std::string case_name(const testing::TestParamInfo<split_case>& info) {
  return std::string(info.param.version == tls::v1_2 ? "tls12" : "tls13") + "_records" +
         std::to_string(info.param.records);
}

class Splits : public testing::TestWithParam<split_case> {};
INSTANTIATE_TEST_SUITE_P(Sspi, Splits,
                         testing::Values(split_case{tls::v1_2, 1}, split_case{tls::v1_2, 2}, split_case{tls::v1_2, 3},
                                         split_case{tls::v1_2, 4}, split_case{tls::v1_3, 1}, split_case{tls::v1_3, 2},
                                         split_case{tls::v1_3, 3}, split_case{tls::v1_3, 4}),
                         case_name);

std::string first_records(const std::string& bytes, std::size_t count) {
  const auto all = records_of(bytes);
  std::string joined;
  for (std::size_t i = 0; i < count && i < all.size(); ++i) joined += all[i];
  return joined;
}

// How many bytes at the front are whole records.
std::size_t whole(const std::string& bytes) {
  std::size_t size = 0;
  for (const auto& one : records_of(bytes)) size += one.size();
  return size;
}

std::size_t lacking(const std::string& bytes, const std::string& all) {
  return bytes.size() < 5 ? 5 - bytes.size() : records_of(all)[0].size() - bytes.size();
}

// One call with the front part; then everything that is left. What belongs to the handshake is taken as whole records.
void expect_split(party& with, const std::string& bytes, std::size_t at, std::size_t handshake_size) {
  const std::string front = bytes.substr(0, at);
  const status said = with.step(front);
  const std::size_t taken = std::min(whole(front), handshake_size);
  if (taken == 0) {
    ASSERT_EQ(said, SEC_E_INCOMPLETE_MESSAGE) << at;
    ASSERT_EQ(with.missing(), lacking(front, bytes)) << at;
  } else {
    ASSERT_FALSE(said.failed()) << at << " " << said;
    ASSERT_EQ(with.leftover(), front.substr(taken)) << at;
  }
  with.give(bytes.substr(at));
}

TEST_P(Splits, ServerFlightThroughIsc) {
  const auto [version, count] = GetParam();
  std::size_t size = 1000;  // of the longest flight; known after the first round
  for (std::size_t at = 0; at <= size; ++at) {
    openssl_peer peer(peer_for(role::client, version));
    party client(client_credential(version));
    peer.give(client.take());
    const std::string flight = peer.take(), bytes = first_records(flight, count);
    size = bytes.size();
    if (at > size) break;
    ASSERT_NO_FATAL_FAILURE(expect_split(client, bytes, at, size));
    client.give(flight.substr(bytes.size()));
    converse(client, peer);
    ASSERT_TRUE(client.established() && peer.established()) << at << " " << client.last();
  }
}

class ServerSplits : public Splits {};
INSTANTIATE_TEST_SUITE_P(Sspi, ServerSplits,
                         testing::Values(split_case{tls::v1_2, 1}, split_case{tls::v1_2, 2}, split_case{tls::v1_2, 3},
                                         split_case{tls::v1_3, 1}, split_case{tls::v1_3, 2}, split_case{tls::v1_3, 3},
                                         split_case{tls::v1_3, 4}),
                         case_name);

// The client's second flight. In TLS 1.3 its first data may follow in the same bytes: those are EXTRA.
TEST_P(ServerSplits, ClientFlightThroughAsc) {
  const auto [version, count] = GetParam();
  std::size_t size = 1000;
  for (std::size_t at = 0; at <= size; ++at) {
    openssl_peer peer(peer_for(role::server, version));
    party server(server_credential(version), {.side = role::server});
    peer.start();
    server.give(peer.take());
    peer.give(server.take());
    std::string flight = peer.take();
    const std::size_t handshake_size = flight.size();
    if (version == tls::v1_3) {
      peer.write("first ");
      peer.write("data");
      flight += peer.take();
    }
    const std::string bytes = first_records(flight, count);
    size = bytes.size();
    if (at > size) break;
    ASSERT_NO_FATAL_FAILURE(expect_split(server, bytes, at, handshake_size));
    server.give(flight.substr(bytes.size()));
    converse(server, peer);
    ASSERT_TRUE(server.established() && peer.established()) << at << " " << server.last();
    ASSERT_EQ(server.received(), version == tls::v1_3 ? "first data" : "") << at;
  }
}

// A ClientHello in several records: OpenSSL sends no more than 512 bytes in one.
TEST(SplitClientHello, InSeveralRecords) {
  std::string names;
  for (int i = 0; i < 100; ++i) names += std::string("\x0C") + "protocol-" + std::to_string(100 + i);
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    peer_options options = peer_for(role::server, version);
    options.max_fragment = 512;
    options.protocols = names;
    openssl_peer peer(options);
    peer.start();
    const std::string hello = peer.take();
    ASSERT_GE(records_of(hello).size(), 2u);
    for (std::size_t at = 0; at <= hello.size(); at += 7) {
      openssl_peer client(options);
      party server(server_credential(version), {.side = role::server});
      client.start();
      const std::string bytes = client.take();
      server.give(bytes.substr(0, at));
      ASSERT_TRUE(!server.last().failed() || server.last() == SEC_E_INCOMPLETE_MESSAGE) << at << " " << server.last();
      server.give(bytes.substr(at));
      converse(server, client);
      ASSERT_TRUE(server.established() && client.established()) << at << " " << server.last();
    }
  }
}

// Opens what is whole in inbox, record by record; what is left is told to be missing, and is as it was.
// next: the bytes from the record on that is cut.
void drain(party& with, std::string& inbox, const std::string& next, std::string& got) {
  for (;;) {
    const std::string before = inbox;
    const opened found = with.open(inbox);
    if (found.said == SEC_E_INCOMPLETE_MESSAGE) {
      ASSERT_EQ(found.buffers[0].BufferType, ULONG{SECBUFFER_MISSING});
      ASSERT_EQ(found.buffers[0].cbBuffer, lacking(before, next));
      ASSERT_EQ(found.memory, before);
      return;
    }
    ASSERT_EQ(found.said, SEC_E_OK);
    ASSERT_EQ(found.extra, before.substr(records_of(before)[0].size()));
    got += found.data;
    inbox = found.extra;
  }
}

TEST_P(Splits, DataThroughDecryptMessage) {
  const auto [version, count] = GetParam();
  link with(client_credential(version), peer_for(role::client, version));
  std::size_t size = 1;
  for (std::size_t at = 0; at <= size; ++at) {
    std::string bytes, expected, got, inbox;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string content(1 + 13 * i, static_cast<char>('a' + i));
      with.peer.write(content);
      bytes += with.peer.take();
      expected += content;
    }
    size = bytes.size();
    inbox = bytes.substr(0, at);
    ASSERT_NO_FATAL_FAILURE(drain(with.ours, inbox, bytes.substr(whole(inbox)), got)) << at;
    inbox += bytes.substr(at);
    ASSERT_NO_FATAL_FAILURE(drain(with.ours, inbox, {}, got)) << at;
    ASSERT_EQ(inbox, "");
    ASSERT_EQ(got, expected) << at;
  }
}

TEST(OneByteAtATime, BothRolesHandshakeDataAndClose) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    for (const role side : {role::client, role::server}) {
      peer_options options = peer_for(side, version);
      options.tickets = 2;
      openssl_peer peer(options);
      const credential& from = side == role::client ? client_credential(version) : server_credential(version);
      party ours(from, {.side = side});
      if (side == role::server) peer.start();
      const auto trickle = [&] {
        for (int round = 0; round < 10; ++round) {
          peer.give(ours.take());
          for (const char byte : peer.take()) ours.give(std::string(1, byte));
        }
      };
      trickle();
      ASSERT_TRUE(ours.established() && peer.established()) << ours.last();
      peer.write("one byte at a time");
      peer.write(std::string(1000, 'x'));
      peer.close();
      trickle();
      EXPECT_EQ(ours.received(), "one byte at a time" + std::string(1000, 'x'));
      EXPECT_EQ(ours.last(), SEC_I_CONTEXT_EXPIRED);
    }
  }
}

}  // namespace
}  // namespace schannix::test::sspi
