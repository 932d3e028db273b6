// DecryptMessage: which lists it takes, what it leaves in the buffers, and what becomes of forged records.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

class Decrypt : public testing::TestWithParam<tls> {
 protected:
  couple both_{GetParam()};
  party& client_ = both_.client;
  party& server_ = both_.server;

  std::size_t header_size() const { return GetParam() == tls::v1_2 ? 13 : 5; }  // with AES-GCM's explicit nonce
  status decrypt(buffer_list& list) { return DecryptMessage(&client_.handle(), list.get(), 0, nullptr); }
};
INSTANTIATE_TEST_SUITE_P(Sspi, Decrypt, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(Decrypt, T23_ListsThatAreRefused) {
  const std::string record = server_.sealed("a message");
  guarded memory(record);
  const SecBuffer data = buffer(SECBUFFER_DATA, memory.data(), memory.size());
  buffer_list lists[] = {
      {data, empty(), empty()},       {empty(), empty(), empty(), empty()},    {data, data, empty(), empty(), empty()},
      {data, data, empty(), empty()}, {data, empty(), empty(), token(memory)}, {}};
  for (auto& list : lists) EXPECT_EQ(decrypt(list), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(status(DecryptMessage(&client_.handle(), nullptr, 0, nullptr)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(memory.text(), record) << "nothing changed";
  EXPECT_EQ(client_.open(record).data, "a message");
}

TEST_P(Decrypt, T24_MissingBytes) {
  const std::string record = server_.sealed("a message");
  const std::string part = record.substr(0, record.size() - 5);
  const opened found = client_.open(part);
  EXPECT_EQ(found.said, SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(found.buffers[0].BufferType, ULONG{SECBUFFER_MISSING});
  EXPECT_EQ(found.buffers[0].cbBuffer, 5u);
  EXPECT_EQ(found.buffers[1].BufferType, ULONG{SECBUFFER_MISSING}) << "the first EMPTY as well, with the same count";
  EXPECT_EQ(found.buffers[1].cbBuffer, 5u);
  EXPECT_EQ(found.memory, part);
  EXPECT_EQ(client_.open(record).data, "a message");
}

TEST_P(Decrypt, LayoutOfTheBuffers) {
  const std::string first = server_.sealed("first"), second = server_.sealed("second");
  guarded memory(first + second);
  buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
  ULONG quality = 7;
  ASSERT_EQ(status(DecryptMessage(&client_.handle(), list.get(), 0, &quality)), SEC_E_OK);
  EXPECT_EQ(quality, 0u);
  EXPECT_EQ(list[0].BufferType, ULONG{SECBUFFER_STREAM_HEADER});
  EXPECT_EQ(list[0].pvBuffer, memory.data());
  EXPECT_EQ(list[0].cbBuffer, header_size());
  EXPECT_EQ(list[1].BufferType, ULONG{SECBUFFER_DATA});
  EXPECT_EQ(list[1].pvBuffer, memory.data() + header_size()) << "in place, right behind the header";
  EXPECT_EQ(bytes_of(list[1]), "first");
  EXPECT_EQ(list[2].BufferType, ULONG{SECBUFFER_STREAM_TRAILER});
  EXPECT_EQ(list[0].cbBuffer + list[1].cbBuffer + list[2].cbBuffer, first.size());
  EXPECT_EQ(list[3].BufferType, ULONG{SECBUFFER_EXTRA});
  EXPECT_EQ(list[3].pvBuffer, memory.data() + first.size());
  EXPECT_EQ(bytes_of(list[3]), second);
  EXPECT_TRUE(memory.intact());
}

TEST_P(Decrypt, NothingLeftIsNoExtra) {
  const opened found = client_.open(server_.sealed("alone"));
  EXPECT_EQ(found.buffers[3].BufferType, ULONG{SECBUFFER_EMPTY});
  EXPECT_EQ(found.extra, "");
}

TEST_P(Decrypt, DataNeedNotBeFirstAndEmptyMayBeStale) {
  guarded memory(server_.sealed("found by type"));
  SecBuffer stale = buffer(SECBUFFER_EMPTY, &memory, 4711);
  buffer_list list{stale, stale, buffer(SECBUFFER_DATA, memory.data(), memory.size()), stale, stale};
  ASSERT_EQ(decrypt(list), SEC_E_OK);
  EXPECT_EQ(list[1].BufferType, ULONG{SECBUFFER_DATA}) << "places are fixed on return";
  EXPECT_EQ(bytes_of(list[1]), "found by type");
}

TEST_P(Decrypt, EmptyPlaintextIsSuccess) {
  const std::string record = server_.sealed("");
  guarded memory(record);
  buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
  ASSERT_EQ(decrypt(list), SEC_E_OK);
  EXPECT_EQ(list[1].cbBuffer, 0u);
  EXPECT_GE(static_cast<char*>(list[1].pvBuffer), memory.data());
  EXPECT_LE(static_cast<char*>(list[1].pvBuffer), memory.data() + record.size());
}

TEST_P(Decrypt, NoBytesAtAll) {
  const opened found = client_.open("");
  EXPECT_EQ(found.said, SEC_E_INCOMPLETE_MESSAGE);
  EXPECT_EQ(found.buffers[0].cbBuffer, 5u);
}

// Every byte behind the header, one connection each: refused, wiped, and the end of the connection.
TEST_P(Decrypt, TamperedBytes) {
  const std::string secret = "what nobody may see unauthenticated";
  const std::size_t size = server_.sealed(secret).size();
  for (std::size_t at = 5; at < size; ++at) {
    couple both(GetParam());
    std::string record = both.server.sealed(secret);
    record[at] = static_cast<char>(record[at] ^ 0x40);
    const opened found = both.client.open(record);
    ASSERT_EQ(found.said, SEC_E_MESSAGE_ALTERED) << at;
    for (std::size_t i = 0; i + 4 <= secret.size(); ++i)
      ASSERT_EQ(found.memory.find(secret.substr(i, 4)), std::string::npos) << "plaintext is in sight, at " << at;
    ASSERT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
    ASSERT_EQ(both.client.open(both.server.sealed("next")).said, SEC_E_CONTEXT_EXPIRED);
  }
}

TEST_P(Decrypt, AlertForATamperedRecordIsOwed) {
  std::string record = server_.sealed("text");
  record.back() = static_cast<char>(record.back() ^ 1);
  ASSERT_EQ(client_.open(record).said, SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(client_.step({}), SEC_E_MESSAGE_ALTERED) << "the original error";
  EXPECT_EQ(server_.open(client_.take()).said, SEC_E_MESSAGE_ALTERED) << "bad_record_mac arrives";
}

TEST_P(Decrypt, HeadersThatCannotBe) {
  const std::string headers[] = {
      std::string("\x13\x03\x03\x00\x20", 5), std::string("\x19\x03\x03\x00\x20", 5),
      std::string("\x17\x02\x03\x00\x20", 5), std::string("\x17\x04\x03\x00\x20", 5),
      std::string("\x17\x03\x03\xFF\xFF", 5), std::string("\x17\x03\x03\x48\x01", 5),
  };
  for (const auto& header : headers) {
    couple both(GetParam());
    EXPECT_EQ(both.client.open(header + std::string(64, 'x')).said, SEC_E_ILLEGAL_MESSAGE)
        << testing::PrintToString(header);
    EXPECT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
  }
}

// A record that was seen before, out of its turn, of the other direction, or of another connection.
TEST_P(Decrypt, RecordsOutOfPlace) {
  const std::string first = server_.sealed("first"), own = client_.sealed("own");
  ASSERT_EQ(client_.open(first).said, SEC_E_OK);
  EXPECT_EQ(client_.open(first).said, SEC_E_MESSAGE_ALTERED) << "again";

  couple skipped(GetParam()), reflected(GetParam()), foreign(GetParam());
  skipped.server.sealed("lost");
  EXPECT_EQ(skipped.client.open(skipped.server.sealed("next")).said, SEC_E_MESSAGE_ALTERED) << "one was lost";
  EXPECT_EQ(reflected.client.open(reflected.client.sealed("mirror")).said, SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(foreign.client.open(own).said, SEC_E_MESSAGE_ALTERED);
}

TEST_P(Decrypt, PlaintextRecordsAreRefused) {
  const std::string plain[] = {
      std::string("\x15\x03\x03\x00\x02\x01\x00", 7), std::string("\x15\x03\x03\x00\x02\x02\x28", 7),
      std::string("\x17\x03\x03\x00\x05hello", 10), std::string("\x14\x03\x03\x00\x01\x01", 6)};
  for (const auto& record : plain) {
    couple both(GetParam());
    const opened found = both.client.open(record);
    EXPECT_TRUE(found.said.failed()) << testing::PrintToString(record) << found.said;
    EXPECT_NE(found.said.value(), SEC_E_INCOMPLETE_MESSAGE);
    EXPECT_EQ(found.data, "");
    EXPECT_EQ(both.client.seal("x"), SEC_E_CONTEXT_EXPIRED);
  }
}

TEST_P(Decrypt, BeforeTheHandshakeIsDone) {
  party client(client_credential(GetParam()));
  EXPECT_EQ(client.open("any bytes").said, SEC_E_INVALID_HANDLE);
}

// Empty records in a row are bounded. record-layer.md §5
TEST_P(Decrypt, EmptyRecordsWithoutEndAreRefused) {
  int taken = 0;
  while (taken < 1000 && client_.open(server_.sealed("")).said == SEC_E_OK) ++taken;
  EXPECT_GE(taken, 4);
  EXPECT_LT(taken, 1000);
}

TEST_P(Decrypt, EmptyRecordsAmongDataAreNoFlood) {
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client_.open(server_.sealed("")).said, SEC_E_OK);
    ASSERT_EQ(client_.open(server_.sealed("x")).data, "x");
  }
}

}  // namespace
}  // namespace schannix::test::sspi
