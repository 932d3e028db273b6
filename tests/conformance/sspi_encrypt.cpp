// EncryptMessage: which lists it takes, where it writes, what it refuses, and that the announced sizes are the real
// ones.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/allocations.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// The three parts of a message, each in memory of its own.
struct parts {
  guarded header, data, trailer;

  parts(const SecPkgContext_StreamSizes& room, std::string_view text)
      : header(room.cbHeader), data(text), trailer(room.cbTrailer) {}
  SecBuffer head(ULONG type = SECBUFFER_STREAM_HEADER) { return buffer(type, header.data(), header.size()); }
  SecBuffer body(ULONG type = SECBUFFER_DATA) { return buffer(type, data.data(), data.size()); }
  SecBuffer tail(ULONG type = SECBUFFER_STREAM_TRAILER) { return buffer(type, trailer.data(), trailer.size()); }
  bool intact() const { return header.intact() && data.intact() && trailer.intact(); }
};

status encrypt(party& by, buffer_list& list, ULONG quality = 0) {
  return EncryptMessage(&by.handle(), quality, list.get(), 0);
}

std::string joined(buffer_list& list, std::initializer_list<std::size_t> places) {
  std::string all;
  for (const std::size_t place : places) all += bytes_of(list[place]);
  return all;
}

class Encrypt : public testing::TestWithParam<tls> {
 protected:
  couple both_{GetParam()};
  party& client_ = both_.client;
  SecPkgContext_StreamSizes room_ = client_.sizes();

  void expect_received(const std::string& record, std::string_view text) {
    const opened found = both_.server.open(record);
    EXPECT_EQ(found.said, SEC_E_OK);
    EXPECT_EQ(found.data, text);
  }
  void expect_still_works() { expect_received(client_.sealed("still works"), "still works"); }
};
INSTANTIATE_TEST_SUITE_P(Sspi, Encrypt, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(Encrypt, BuffersNeedNotBeAdjacent) {
  parts with(room_, "scattered");
  buffer_list list{with.head(), with.body(), with.tail(), empty()};
  ASSERT_EQ(encrypt(client_, list), SEC_E_OK);
  EXPECT_TRUE(with.intact());
  EXPECT_EQ(list[0].cbBuffer, room_.cbHeader) << "always the whole header";
  EXPECT_EQ(list[1].cbBuffer, 9u);
  EXPECT_EQ(list[0].BufferType, ULONG{SECBUFFER_STREAM_HEADER});
  EXPECT_EQ(list[1].BufferType, ULONG{SECBUFFER_DATA});
  EXPECT_EQ(list[2].BufferType, ULONG{SECBUFFER_STREAM_TRAILER});
  EXPECT_NE(with.data.text(), "scattered");
  expect_received(joined(list, {0, 1, 2}), "scattered");
}

TEST_P(Encrypt, ListsThatAreTaken) {
  const std::string text = "a message";
  parts three(room_, text), connection_style(room_, text), with_fifth(room_, text), other_order(room_, text);
  buffer_list a{three.head(), three.body(), three.tail()};
  buffer_list b{connection_style.head(SECBUFFER_TOKEN), connection_style.body(),
                connection_style.tail(SECBUFFER_TOKEN)};
  buffer_list c{with_fifth.head(), with_fifth.body(), with_fifth.tail(), empty(), empty()};
  buffer_list d{empty(), other_order.tail(), other_order.body(), other_order.head()};
  EXPECT_EQ(encrypt(client_, a), SEC_E_OK) << "without EMPTY";
  EXPECT_EQ(encrypt(client_, b), SEC_E_OK) << "TOKEN DATA TOKEN";
  EXPECT_EQ(encrypt(client_, c), SEC_E_OK) << "five";
  EXPECT_EQ(encrypt(client_, d), SEC_E_OK) << "found by type, not by place";
  expect_received(joined(a, {0, 1, 2}), text);
  expect_received(joined(b, {0, 1, 2}), text);
  expect_received(joined(c, {0, 1, 2}), text);
  expect_received(joined(d, {3, 2, 1}), text);
}

TEST_P(Encrypt, ListsThatAreRefused) {
  parts with(room_, "plaintext");
  buffer_list lists[] = {{with.head(), with.tail(), empty()},
                         {with.head(), with.body(), with.body(), with.tail()},
                         {with.body(), with.tail()},
                         {with.head(), with.body()},
                         {with.head(), with.body(SECBUFFER_DATA | SECBUFFER_READONLY), with.tail(), empty()},
                         {with.head(), with.body(SECBUFFER_DATA | SECBUFFER_READONLY_WITH_CHECKSUM), with.tail()},
                         {}};
  for (auto& list : lists) EXPECT_EQ(encrypt(client_, list), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(status(EncryptMessage(&client_.handle(), 0, nullptr, 0)), SEC_E_INVALID_TOKEN);
  EXPECT_EQ(with.data.text(), "plaintext") << "untouched";
  expect_still_works();
}

TEST_P(Encrypt, EmptyData) {
  expect_received(client_.sealed(""), "");
  parts with(room_, "");
  buffer_list list{with.head(), buffer(SECBUFFER_DATA, nullptr, 0), with.tail(), empty()};
  ASSERT_EQ(encrypt(client_, list), SEC_E_OK) << "no pointer either";
  expect_received(joined(list, {0, 1, 2}), "");
}

TEST_P(Encrypt, SizesFromOneByteToTheLargest) {
  EXPECT_EQ(room_.cbMaximumMessage, 16384u);
  for (const std::size_t size : {1u, 2u, 15u, 16u, 17u, 255u, 4096u, 16383u, 16384u}) {
    const std::string text(size, 'm');
    const std::string record = client_.sealed(text);
    EXPECT_LE(record.size(), room_.cbHeader + size + room_.cbTrailer);
    expect_received(record, text);
  }
}

TEST_P(Encrypt, MoreThanTheLargestIsRefused) {
  for (const std::size_t size : {16385u, 20000u, 70000u}) {
    const status said = client_.seal(std::string(size, 'm'));
    EXPECT_TRUE(said == SEC_E_ENCRYPT_FAILURE || said == SEC_E_BUFFER_TOO_SMALL) << said;
  }
  expect_still_works();
}

TEST_P(Encrypt, TooLittleRoomAndTheRetry) {
  parts with(room_, "plaintext");
  for (const ULONG less : {ULONG{1}, room_.cbTrailer}) {
    buffer_list list{with.head(), with.body(), with.tail(), empty()};
    list[2].cbBuffer -= less;
    EXPECT_EQ(encrypt(client_, list), SEC_E_BUFFER_TOO_SMALL);
  }
  for (const ULONG less : {ULONG{1}, room_.cbHeader}) {
    buffer_list list{with.head(), with.body(), with.tail(), empty()};
    list[0].cbBuffer -= less;
    EXPECT_EQ(encrypt(client_, list), SEC_E_BUFFER_TOO_SMALL);
  }
  EXPECT_EQ(with.data.text(), "plaintext") << "untouched";
  buffer_list good{with.head(), with.body(), with.tail(), empty()};
  ASSERT_EQ(encrypt(client_, good), SEC_E_OK);
  expect_received(joined(good, {0, 1, 2}), "plaintext");
}

TEST_P(Encrypt, MoreRoomThanNeededIsNotUsed) {
  guarded header(100), data(std::string_view("text")), trailer(300);
  buffer_list list{buffer(SECBUFFER_STREAM_HEADER, header.data(), room_.cbHeader), token(data),
                   buffer(SECBUFFER_STREAM_TRAILER, trailer.data(), 300), empty()};
  list[1].BufferType = SECBUFFER_DATA;
  ASSERT_EQ(encrypt(client_, list), SEC_E_OK);
  EXPECT_LE(list[2].cbBuffer, room_.cbTrailer);
  EXPECT_EQ(trailer.text().substr(list[2].cbBuffer), std::string(300 - list[2].cbBuffer, '\x5A'));
  expect_received(joined(list, {0, 1, 2}), "text");
}

TEST_P(Encrypt, OtherQualitiesOfProtection) {
  parts with(room_, "plaintext");
  for (const ULONG quality : {ULONG{SECQOP_WRAP_NO_ENCRYPT}, ULONG{SECQOP_WRAP_OOB_DATA | 1}, ULONG{1}}) {
    buffer_list list{with.head(), with.body(), with.tail(), empty()};
    EXPECT_EQ(encrypt(client_, list, quality), SEC_E_QOP_NOT_SUPPORTED) << quality;
  }
  EXPECT_EQ(with.data.text(), "plaintext");
  expect_still_works();
}

TEST_P(Encrypt, BeforeTheHandshakeIsDone) {
  party client(client_credential(GetParam()));
  parts with(room_, "early");
  buffer_list list{with.head(), with.body(), with.tail(), empty()};
  EXPECT_EQ(encrypt(client, list), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(with.data.text(), "early");
}

TEST_P(Encrypt, RecordIsOneRecordWithoutGaps) {
  const std::string record = client_.sealed("one record");
  ASSERT_EQ(records_of(record).size(), 1u);
  EXPECT_EQ(records_of(record)[0].size(), record.size());
  EXPECT_EQ(record.substr(0, 3), "\x17\x03\x03");
}

}  // namespace
}  // namespace schannix::test::sspi
