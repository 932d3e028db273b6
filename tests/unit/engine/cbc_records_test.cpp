// The CBC suites of TLS 1.0 to 1.2, record by record against OpenSSL: RFC 5246 §6.2.3.2, RFC 2246 §6.2.3.2.
#include "engine/cbc.hpp"

#include <numeric>
#include <tuple>

#include "handshake_records.hpp"

namespace schannix::engine {
namespace {

using namespace test;

struct cbc_case {
  const char* name;
  tls_version version;
  const char* suite;
  std::size_t header, trailer;  // as spec 6.3 lists them
};
std::ostream& operator<<(std::ostream& out, const cbc_case& shown) { return out << shown.name; }

constexpr cbc_case cases[] = {
    {"tls10_aes128_sha1", tls_version::tls10, "ECDHE-RSA-AES128-SHA", 5, 36},
    {"tls10_aes256_sha1", tls_version::tls10, "AES256-SHA", 5, 36},
    {"tls11_aes128_sha1", tls_version::tls11, "ECDHE-ECDSA-AES128-SHA", 21, 36},
    {"tls11_aes256_sha1", tls_version::tls11, "ECDHE-RSA-AES256-SHA", 21, 36},
    {"tls12_aes128_sha1", tls_version::tls12, "ECDHE-RSA-AES128-SHA", 21, 36},
    {"tls12_aes256_sha1", tls_version::tls12, "AES256-SHA", 21, 36},
    {"tls12_aes128_sha256", tls_version::tls12, "ECDHE-RSA-AES128-SHA256", 21, 48},
    {"tls12_aes256_sha256", tls_version::tls12, "AES256-SHA256", 21, 48},
    {"tls12_aes256_sha384", tls_version::tls12, "ECDHE-ECDSA-AES256-SHA384", 21, 64},
};

using parameters = std::tuple<cbc_case, role>;

class cbc : public ::testing::TestWithParam<parameters> {
 protected:
  const cbc_case what = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());
  const environment& env = watched_environment();

  peer_setup peer_for() const {
    peer_setup made = peer_of_role(side);
    made.lowest = made.highest = static_cast<int>(what.version);
    made.suites = what.suite;
    made.options |= SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS;
    return made;
  }

  void SetUp() override {
    peer.emplace(peer_for());
    ours.emplace(started(env, setup_of(env, side, all_versions)));
    ASSERT_TRUE(run(*ours, *peer).established);
    const auto write_keys = ours->write_keys();
    ASSERT_TRUE(write_keys);
    auto half = cbc_seal_half::make(env, std::get<cbc_keys>(*write_keys));
    ASSERT_TRUE(half);
    write = std::move(*half);
    const auto facts = ours->facts();
    ASSERT_TRUE(facts && facts->mac);
    read = std::make_unique<cbc_open_half>(*ours, facts->version, *facts->mac);
  }

  std::optional<openssl_peer> peer;
  std::optional<handshake> ours;
  std::unique_ptr<cbc_seal_half> write;
  std::unique_ptr<cbc_open_half> read;
};

// Every remainder of the block size, the ends of the range, and sizes where data and MAC share a block.
std::vector<std::size_t> sizes_to_try() {
  std::vector<std::size_t> made(66);
  std::iota(made.begin(), made.end(), std::size_t{1});
  made.insert(made.end(), {255, 256, 1000, 16367, 16368, 16369, 16383, 16384});
  return made;
}

TEST_P(cbc, what_we_seal_the_peer_reads) {
  for (const std::size_t size : sizes_to_try()) {
    const bytes data = pattern(size);
    const bytes record = sealed(*write, data);
    EXPECT_EQ(base::load_u16(bytes_view(record).subspan(3)), record.size() - 5);
    peer->give(record);
    ASSERT_EQ(peer->read(), data) << size;
  }
  EXPECT_FALSE(peer->failed());
}

TEST_P(cbc, what_the_peer_seals_we_open) {
  for (const std::size_t size : sizes_to_try()) {
    const bytes data = pattern(size);
    ASSERT_TRUE(peer->write(data));
    const auto found = opened_of(*read, peer->take());
    ASSERT_TRUE(found) << size;
    EXPECT_EQ(found->type, content_type::application_data);
    EXPECT_EQ(found->content, data) << size;
  }
}

TEST_P(cbc, sizes_are_those_of_the_suite_and_never_overrun) {
  EXPECT_EQ(write->sizes().header, what.header);
  EXPECT_EQ(write->sizes().trailer, what.trailer);
  EXPECT_EQ(write->sizes().block, 16u);
  EXPECT_EQ(read->sizes().header, what.header);
  for (const std::size_t size : sizes_to_try())
    EXPECT_LE(sealed(*write, pattern(size)).size(), what.header + size + what.trailer);
}

TEST_P(cbc, header_data_and_trailer_may_lie_apart) {
  for (const std::size_t size : {1u, 15u, 16u, 17u, 100u}) {
    bytes header(what.header), data = pattern(size), trailer(what.trailer + 9, 0xEE);
    const auto used = write->seal(content_type::application_data, header, data, trailer);
    ASSERT_TRUE(used);
    peer->give(header);
    peer->give(data);
    peer->give(bytes_view(trailer).first(*used));
    ASSERT_EQ(peer->read(), pattern(size));
    EXPECT_EQ(trailer.back(), 0xEE);
  }
}

TEST_P(cbc, an_alert_is_a_record_like_others) {
  EXPECT_FALSE(peer->closed());
  peer->give(sealed(*write, bytes{1, 0}, content_type::alert));
  peer->read();
  EXPECT_TRUE(peer->closed());
  EXPECT_FALSE(peer->failed());
  peer->close();
  const auto found = opened_of(*read, peer->take());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, content_type::alert);
  EXPECT_EQ(found->content, (bytes{1, 0}));
}

TEST_P(cbc, a_caller_can_correct_a_mistake) {
  bytes header(what.header), data = pattern(20), short_trailer(what.trailer - 1), trailer(what.trailer);
  const std::uint64_t before = write->sequence();
  const auto refused = write->seal(content_type::application_data, header, data, short_trailer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().why, base::reason::buffer_too_small);
  bytes big(max_plaintext_size + 1);
  const auto too_long = write->seal(content_type::application_data, header, big, trailer);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().why, base::reason::message_too_long);
  EXPECT_EQ(write->sequence(), before);
  EXPECT_EQ(data, pattern(20));
  peer->give(sealed(*write, data));
  EXPECT_EQ(peer->read(), data);
}

TEST_P(cbc, a_changed_record_opens_to_nothing) {
  ASSERT_TRUE(peer->write(pattern(100)));
  bytes record = peer->take();
  record[record.size() / 2] ^= 1;
  const auto found = read->open(record);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().why, base::reason::bad_record);
  EXPECT_EQ(found.error().alert_to_send, alert::bad_record_mac);
  EXPECT_TRUE(std::all_of(record.begin() + 5, record.end(), [](base::byte b) { return b == 0; }));
}

TEST_P(cbc, a_record_twice_opens_once) {
  ASSERT_TRUE(peer->write(pattern(100)));
  const bytes record = peer->take();
  EXPECT_TRUE(opened_of(*read, record));
  EXPECT_FALSE(opened_of(*read, record));
}

TEST_P(cbc, an_empty_record_brings_nothing) {
  // Long enough for OpenSSL to look at; that it holds nothing shows after decryption.
  peer->give(sealed(*write, {}));
  peer->give(sealed(*write, pattern(5)));
  EXPECT_EQ(peer->read(), pattern(5));
  EXPECT_FALSE(peer->failed());
}

TEST_P(cbc, each_half_does_its_own_direction_only) {
  bytes record(100), header(what.header), data(10), trailer(what.trailer);
  EXPECT_EQ(write->open(record).error().blame, base::cause::bug);
  EXPECT_EQ(read->seal(content_type::application_data, header, data, trailer).error().blame, base::cause::bug);
}

INSTANTIATE_TEST_SUITE_P(suites, cbc,
                         ::testing::Combine(::testing::ValuesIn(cases), ::testing::Values(role::client, role::server)),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param).name) +
                                  (std::get<1>(one.param) == role::client ? "_client" : "_server");
                         });

}  // namespace
}  // namespace schannix::engine
