// SECPKG_ATTR_STREAM_SIZES of every suite: the header is exact, the trailer is the largest that occurs, OpenSSL reads
// every size; and data costs no heap allocation.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/allocations.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct suite_case {
  const char* suite;  // OpenSSL's name
  tls version;
  pki::key_kind key;
  ULONG header;
  ULONG trailer;
};

constexpr pki::key_kind rsa = pki::key_kind::rsa2048, ecdsa = pki::key_kind::p256;

class Suites : public testing::TestWithParam<suite_case> {
 protected:
  link with_{client_credential(GetParam().version), options(role::client)};

  static peer_options options(role ours) {
    peer_options made = peer_for(ours, GetParam().version, GetParam().key);
    (GetParam().version == tls::v1_3 ? made.suites : made.ciphers) = GetParam().suite;
    return made;
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, Suites,
                         testing::Values(suite_case{"TLS_AES_128_GCM_SHA256", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"TLS_AES_256_GCM_SHA384", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"TLS_CHACHA20_POLY1305_SHA256", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"ECDHE-ECDSA-AES128-GCM-SHA256", tls::v1_2, ecdsa, 13, 16},
                                         suite_case{"ECDHE-ECDSA-AES256-GCM-SHA384", tls::v1_2, ecdsa, 13, 16},
                                         suite_case{"ECDHE-RSA-AES128-GCM-SHA256", tls::v1_2, rsa, 13, 16},
                                         suite_case{"ECDHE-RSA-AES256-GCM-SHA384", tls::v1_2, rsa, 13, 16},
                                         suite_case{"AES128-GCM-SHA256", tls::v1_2, rsa, 13, 16},
                                         suite_case{"AES256-GCM-SHA384", tls::v1_2, rsa, 13, 16},
                                         suite_case{"ECDHE-ECDSA-CHACHA20-POLY1305", tls::v1_2, ecdsa, 5, 16},
                                         suite_case{"ECDHE-RSA-CHACHA20-POLY1305", tls::v1_2, rsa, 5, 16},
                                         suite_case{"ECDHE-RSA-AES128-SHA", tls::v1_2, rsa, 21, 36},
                                         suite_case{"ECDHE-RSA-AES256-SHA", tls::v1_2, rsa, 21, 36},
                                         suite_case{"ECDHE-ECDSA-AES128-SHA", tls::v1_2, ecdsa, 21, 36},
                                         suite_case{"AES128-SHA", tls::v1_2, rsa, 21, 36},
                                         suite_case{"AES256-SHA", tls::v1_2, rsa, 21, 36},
                                         suite_case{"AES128-SHA256", tls::v1_2, rsa, 21, 48},
                                         suite_case{"AES256-SHA256", tls::v1_2, rsa, 21, 48},
                                         suite_case{"ECDHE-RSA-AES128-SHA256", tls::v1_2, rsa, 21, 48},
                                         suite_case{"ECDHE-ECDSA-AES128-SHA256", tls::v1_2, ecdsa, 21, 48},
                                         suite_case{"ECDHE-RSA-AES256-SHA384", tls::v1_2, rsa, 21, 64},
                                         suite_case{"ECDHE-ECDSA-AES256-SHA384", tls::v1_2, ecdsa, 21, 64}),
                         [](const auto& one) {
                           std::string name(one.param.suite);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(Suites, A14_AnnouncedSizes) {
  ASSERT_STREQ(SSL_get_cipher_name(with_.peer.native()), GetParam().suite);
  const SecPkgContext_StreamSizes sizes = with_.ours.sizes();
  EXPECT_EQ(sizes.cbHeader, GetParam().header);
  EXPECT_EQ(sizes.cbTrailer, GetParam().trailer);
  EXPECT_EQ(sizes.cbMaximumMessage, 16384u);
  EXPECT_EQ(sizes.cBuffers, 4u);
  EXPECT_EQ(sizes.cbBlockSize, 16u);
}

TEST_P(Suites, A14_LargestSealedRecordIsTheAnnouncedOne) {
  const SecPkgContext_StreamSizes sizes = with_.ours.sizes();
  std::size_t largest = 0;
  std::string expected;
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text(size, 'x'), record = with_.ours.sealed(text);
    ASSERT_EQ(records_of(record).size(), 1u);
    largest = std::max(largest, record.size() - size - sizes.cbHeader);
    with_.peer.give(record);
    expected += text;
  }
  EXPECT_EQ(largest, sizes.cbTrailer);
  const std::string most(sizes.cbMaximumMessage, 'y');
  with_.peer.give(with_.ours.sealed(most));
  EXPECT_EQ(with_.peer.received(), expected + most);
  EXPECT_FALSE(with_.peer.failed());
}

TEST_P(Suites, BothRolesAndDirectionsWithOpenSsl) {
  link server(server_credential(GetParam().version, GetParam().key), options(role::server), {.side = role::server});
  for (link* with : {&with_, &server}) {
    std::string to_us, to_them;
    for (const std::size_t size : {1u, 100u, 5000u, 16384u}) {
      const std::string text(size, static_cast<char>('a' + size % 26));
      with->peer.write(text);
      with->ours.give(with->peer.take());
      with->peer.give(with->ours.sealed(text));
      to_us += text;
      to_them += text;
    }
    EXPECT_EQ(with->ours.received(), to_us) << with->ours.last();
    EXPECT_EQ(with->peer.received(), to_them);
  }
}

TEST_P(Suites, TamperedRecordIsAltered) {
  with_.peer.write("tampered");
  std::string record = with_.peer.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  const opened found = with_.ours.open(record);
  EXPECT_EQ(found.said, SEC_E_MESSAGE_ALTERED);
  EXPECT_EQ(found.memory.find("tamp"), std::string::npos);
}

class FastPath : public Suites {};
INSTANTIATE_TEST_SUITE_P(Sspi, FastPath,
                         testing::Values(suite_case{"TLS_AES_128_GCM_SHA256", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"TLS_AES_256_GCM_SHA384", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"TLS_CHACHA20_POLY1305_SHA256", tls::v1_3, ecdsa, 5, 17},
                                         suite_case{"ECDHE-RSA-AES128-GCM-SHA256", tls::v1_2, rsa, 13, 16},
                                         suite_case{"ECDHE-RSA-AES256-GCM-SHA384", tls::v1_2, rsa, 13, 16},
                                         suite_case{"ECDHE-RSA-CHACHA20-POLY1305", tls::v1_2, rsa, 5, 16}));

TEST_P(FastPath, NoAllocationPerMessage) {
  const SecPkgContext_StreamSizes room = with_.ours.sizes();
  guarded memory(room.cbHeader + 1000 + room.cbTrailer);
  std::string record;
  std::size_t in_encrypt = 0, in_decrypt = 0;
  for (int i = 0; i < 20; ++i) {
    char* const body = memory.data() + room.cbHeader;
    buffer_list list{buffer(SECBUFFER_STREAM_HEADER, memory.data(), room.cbHeader), buffer(SECBUFFER_DATA, body, 1000),
                     buffer(SECBUFFER_STREAM_TRAILER, body + 1000, room.cbTrailer), empty()};
    const PSecBufferDesc message = list.get();
    const std::size_t before = allocations();
    ASSERT_EQ(EncryptMessage(&with_.ours.handle(), 0, message, 0), SEC_E_OK);
    in_encrypt += allocations() - before;
  }
  for (int i = 0; i < 20; ++i) {
    with_.peer.write(std::string(1000, 'z'));
    record = with_.peer.take();
    buffer_list list{buffer(SECBUFFER_DATA, record.data(), record.size()), empty(), empty(), empty()};
    const PSecBufferDesc message = list.get();
    const std::size_t before = allocations();
    ASSERT_EQ(DecryptMessage(&with_.ours.handle(), message, 0, nullptr), SEC_E_OK);
    in_decrypt += allocations() - before;
  }
  EXPECT_EQ(in_encrypt, 0u);
  EXPECT_EQ(in_decrypt, 0u);
}

}  // namespace
}  // namespace schannix::test::sspi
