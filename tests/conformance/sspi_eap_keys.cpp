// Keys for EAP: SECPKG_ATTR_EAP_PRF_INFO, SECPKG_ATTR_EAP_KEY_BLOCK. RFC 5216 §2.3, RFC 5281 §8, RFC 2716 §3.5
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// PRF("", label, client random, server random), by a derivation of the test's own. An empty HMAC key is a key of zeros.
std::string public_bytes(const openssl_peer& peer, std::string label, std::size_t size) {
  unsigned char randoms[64];
  SSL_get_client_random(peer.native(), randoms, 32);
  SSL_get_server_random(peer.native(), randoms + 32, 32);
  EVP_PKEY_CTX* const prf = EVP_PKEY_CTX_new_id(EVP_PKEY_TLS1_PRF, nullptr);
  EVP_PKEY_derive_init(prf);
  EVP_PKEY_CTX_set_tls1_prf_md(prf, EVP_sha384());
  unsigned char zeros[48]{};
  EVP_PKEY_CTX_set1_tls1_prf_secret(prf, zeros, sizeof zeros);
  EVP_PKEY_CTX_add1_tls1_prf_seed(prf, reinterpret_cast<unsigned char*>(label.data()), static_cast<int>(label.size()));
  EVP_PKEY_CTX_add1_tls1_prf_seed(prf, randoms, sizeof randoms);
  std::string output(size, '\0');
  EXPECT_EQ(EVP_PKEY_derive(prf, reinterpret_cast<unsigned char*>(output.data()), &size), 1);
  EVP_PKEY_CTX_free(prf);
  return output;
}

std::string exported(const openssl_peer& peer, const std::string& label, std::size_t size) {
  std::string output(size, '\0');
  EXPECT_EQ(SSL_export_keying_material(peer.native(), reinterpret_cast<unsigned char*>(output.data()), size,
                                       label.data(), label.size(), nullptr, 0, 0),
            1);
  return output;
}

status set_prf(party& of, DWORD number) {
  SecPkgContext_EapPrfInfo info{0, sizeof number, reinterpret_cast<BYTE*>(&number)};
  return SetContextAttributesW(&of.handle(), SECPKG_ATTR_EAP_PRF_INFO, &info, sizeof info);
}

template <std::size_t Size>
std::string text_of(const BYTE (&bytes)[Size]) {
  return {reinterpret_cast<const char*>(bytes), Size};
}

peer_options with_sha384(role ours) {
  peer_options made = peer_for(ours, tls::v1_2);
  made.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384";
  return made;
}

class EapKeys : public testing::TestWithParam<role> {
 protected:
  const credential& from() const {
    return GetParam() == role::client ? client_credential(tls::v1_2) : server_credential(tls::v1_2);
  }
  link connected() const { return link(from(), with_sha384(GetParam()), {.side = GetParam()}); }
};
INSTANTIATE_TEST_SUITE_P(Sspi, EapKeys, testing::Values(role::client, role::server),
                         [](const auto& one) { return one.param == role::client ? "client" : "server"; });

TEST_P(EapKeys, AreThoseOfThePrf) {
  link with = connected();
  const char* const labels[] = {"client EAP encryption", "ttls keying material", "ttls challenge"};
  for (DWORD number = 0; number < 3; ++number) {
    if (number != 0) {  // 0 is what nobody sets
      ASSERT_EQ(set_prf(with.ours, number), SEC_E_OK);
    }
    SecPkgContext_EapKeyBlock block{};
    ASSERT_EQ(status(QueryContextAttributesW(&with.ours.handle(), SECPKG_ATTR_EAP_KEY_BLOCK, &block)), SEC_E_OK);
    EXPECT_EQ(text_of(block.rgbKeys), exported(with.peer, labels[number], 128)) << number;
    EXPECT_EQ(text_of(block.rgbIVs), public_bytes(with.peer, labels[number], 64)) << number;
  }
}

status query_status(party& of) {
  SecPkgContext_EapKeyBlock block{};
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_EAP_KEY_BLOCK, &block);
  EXPECT_EQ(text_of(block.rgbKeys), std::string(128, '\0')) << "nothing is written when nothing is given";
  return done;
}

TEST(EapKeysRefused, WhereThereAreNone) {
  party early(client_credential(tls::v1_2));
  EXPECT_EQ(query_status(early), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(set_prf(early, 1), SEC_E_OK) << "what to give may be said before";
  couple new_ones(tls::v1_3);
  EXPECT_EQ(query_status(new_ones.client), SEC_E_UNSUPPORTED_FUNCTION);
  openssl_peer peer(peer_for(role::client, tls::v1_2));
  SSL_set_options(peer.native(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
  party without_ems(client_credential(tls::v1_2));
  converse(without_ems, peer);
  ASSERT_TRUE(without_ems.established());
  EXPECT_EQ(query_status(without_ems), SEC_E_UNSUPPORTED_FUNCTION);
}

TEST(EapKeysRefused, FunctionsThatCannotBe) {
  couple both(tls::v1_2);
  EXPECT_EQ(set_prf(both.client, 3), SEC_E_UNSUPPORTED_FUNCTION) << "EAP-FAST's are the connection's own keys";
  EXPECT_EQ(set_prf(both.client, 4), SEC_E_INVALID_PARAMETER);
  DWORD number = 1;
  auto* const at = reinterpret_cast<BYTE*>(&number);
  const SecPkgContext_EapPrfInfo wrong[] = {
      {1, sizeof number, at}, {0, sizeof number - 1, at}, {0, 0, at}, {0, sizeof number, nullptr}};
  for (SecPkgContext_EapPrfInfo one : wrong)
    EXPECT_EQ(status(SetContextAttributesA(&both.client.handle(), SECPKG_ATTR_EAP_PRF_INFO, &one, sizeof one)),
              SEC_E_INVALID_PARAMETER);
  SecPkgContext_EapPrfInfo good{0, sizeof number, at};
  EXPECT_EQ(status(SetContextAttributesA(&both.client.handle(), SECPKG_ATTR_EAP_PRF_INFO, &good, sizeof good - 1)),
            SEC_E_INVALID_PARAMETER);
}

}  // namespace
}  // namespace schannix::test::sspi
