// Keying material: SECPKG_ATTR_KEYING_MATERIAL_INFO, _KEYING_MATERIAL, _KEYING_MATERIAL_INPROC.
// MS querycontextattributes--schannel, RFC 5705, RFC 8446 §7.5
#include <gtest/gtest.h>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

struct request {
  std::string label = "EXPERIMENTAL schannix";
  std::string context = {};
  DWORD size = 32;
};

// Both structs begin alike. The NUL of the label is counted.
template <class Struct>
Struct filled(const request& wanted) {
  Struct made{};
  made.cbLabel = static_cast<WORD>(wanted.label.size() + 1);
  made.pszLabel = const_cast<char*>(wanted.label.c_str());
  made.cbContextValue = static_cast<WORD>(wanted.context.size());
  if (!wanted.context.empty()) made.pbContextValue = reinterpret_cast<BYTE*>(const_cast<char*>(wanted.context.data()));
  made.cbKeyingMaterial = wanted.size;
  return made;
}

using info = SecPkgContext_KeyingMaterialInfo;
using both_in_one = SecPkgContext_KeyingMaterial_Inproc;

status set(party& of, info wanted, ULONG size = sizeof(info)) {
  const status done = SetContextAttributesW(&of.handle(), SECPKG_ATTR_KEYING_MATERIAL_INFO, &wanted, size);
  EXPECT_EQ(status(SetContextAttributesA(&of.handle(), SECPKG_ATTR_KEYING_MATERIAL_INFO, &wanted, size)), done);
  return done;
}

std::string taken(DWORD size, BYTE* block) {
  const std::string copy(reinterpret_cast<const char*>(block), size);
  EXPECT_EQ(status(FreeContextBuffer(block)), SEC_E_OK);
  return copy;
}

std::string material(party& of) {
  SecPkgContext_KeyingMaterial found{};
  const status done = QueryContextAttributesW(&of.handle(), SECPKG_ATTR_KEYING_MATERIAL, &found);
  EXPECT_EQ(done, SEC_E_OK);
  return done.failed() ? std::string() : taken(found.cbKeyingMaterial, found.pbKeyingMaterial);
}

// Nothing is written when nothing is given.
status query_status(party& of) {
  SecPkgContext_KeyingMaterial found{77, nullptr};
  const status done = QueryContextAttributesA(&of.handle(), SECPKG_ATTR_KEYING_MATERIAL, &found);
  EXPECT_TRUE(found.cbKeyingMaterial == 77 && found.pbKeyingMaterial == nullptr);
  return done;
}

std::string in_one(party& of, const request& wanted) {
  auto both = filled<both_in_one>(wanted);
  const status done = QueryContextAttributesW(&of.handle(), SECPKG_ATTR_KEYING_MATERIAL_INPROC, &both);
  EXPECT_EQ(done, SEC_E_OK);
  return done.failed() ? std::string() : taken(both.cbKeyingMaterial, both.pbKeyingMaterial);
}

std::string of_openssl(const openssl_peer& peer, const request& wanted) {
  std::string output(wanted.size, '\0');
  const int done = SSL_export_keying_material(peer.native(), reinterpret_cast<unsigned char*>(output.data()),
                                              output.size(), wanted.label.data(), wanted.label.size(),
                                              reinterpret_cast<const unsigned char*>(wanted.context.data()),
                                              wanted.context.size(), wanted.context.empty() ? 0 : 1);
  EXPECT_EQ(done, 1);
  return output;
}

class KeyingMaterial : public testing::TestWithParam<std::tuple<tls, role>> {
 protected:
  const tls version = std::get<0>(GetParam());
  const role side = std::get<1>(GetParam());
  link connected() const {
    return link(side == role::client ? client_credential(version) : server_credential(version), peer_for(side, version),
                {.side = side});
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, KeyingMaterial,
                         testing::Combine(testing::Values(tls::v1_0, tls::v1_2, tls::v1_3),
                                          testing::Values(role::client, role::server)),
                         [](const auto& one) {
                           const tls version = std::get<0>(one.param);
                           return std::string(version == tls::v1_0   ? "tls10"
                                              : version == tls::v1_2 ? "tls12"
                                                                     : "tls13") +
                                  (std::get<1>(one.param) == role::client ? "_client" : "_server");
                         });

TEST_P(KeyingMaterial, IsWhatOpenSslExports) {
  link with = connected();
  for (const request& wanted : {request{}, {"EXPORTER-x", "a context", 48}, {"EXPERIMENTAL", "\1", 8160}}) {
    ASSERT_EQ(set(with.ours, filled<info>(wanted)), SEC_E_OK);
    const std::string theirs = of_openssl(with.peer, wanted);
    EXPECT_EQ(material(with.ours), theirs);
    EXPECT_EQ(material(with.ours), theirs) << "again";
    EXPECT_EQ(in_one(with.ours, wanted), theirs);
  }
}

TEST_P(KeyingMaterial, MayBeAskedForBeforeTheHandshakeAndIsThereAfterTheEnd) {
  openssl_peer peer(peer_for(side, version));
  const credential& from = side == role::client ? client_credential(version) : server_credential(version);
  party ours(from, {.side = side});
  if (side == role::server) {
    peer.start();
    ours.give(peer.take());
  }
  {
    const request gone_after_the_call;
    ASSERT_EQ(set(ours, filled<info>(gone_after_the_call)), SEC_E_OK);
  }
  EXPECT_EQ(query_status(ours), SEC_E_INVALID_HANDLE);
  converse(ours, peer);
  const std::string theirs = of_openssl(peer, {});
  EXPECT_EQ(material(ours), theirs);
  ours.shut();
  converse(ours, peer);
  EXPECT_EQ(material(ours), theirs);
}

TEST_P(KeyingMaterial, WithoutARequestIsNotThere) {
  link with = connected();
  EXPECT_EQ(query_status(with.ours), SEC_E_INVALID_PARAMETER);
}

// What only the connection can tell: the query says it.
TEST_P(KeyingMaterial, RequestsThatTheConnectionCannotServe) {
  link with = connected();
  for (const request& wanted : {request{.label = "key expansion"},
                                {.label = "master secret"},
                                {.size = 12240 + 1},
                                {.label = std::string(250, 'x')}}) {
    auto both = filled<both_in_one>(wanted);
    EXPECT_EQ(status(QueryContextAttributesW(&with.ours.handle(), SECPKG_ATTR_KEYING_MATERIAL_INPROC, &both)),
              SEC_E_INVALID_PARAMETER);
    EXPECT_EQ(both.pbKeyingMaterial, nullptr);
  }
  ASSERT_EQ(set(with.ours, filled<info>({.label = "key expansion"})), SEC_E_OK);
  EXPECT_EQ(query_status(with.ours), SEC_E_INVALID_PARAMETER);
}

// RFC 7627 §5.4: without an extended master secret two connections can be made to share it.
TEST(KeyingMaterialRefused, WithoutAnExtendedMasterSecret) {
  for (const role side : {role::client, role::server}) {
    openssl_peer peer(peer_for(side, tls::v1_2));
    SSL_set_options(peer.native(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
    const credential& from = side == role::client ? client_credential(tls::v1_2) : server_credential(tls::v1_2);
    party ours(from, {.side = side});
    if (side == role::server) {
      peer.start();
      ours.give(peer.take());
    }
    converse(ours, peer);
    ASSERT_TRUE(ours.established());
    ASSERT_EQ(set(ours, filled<info>({})), SEC_E_OK);
    EXPECT_EQ(query_status(ours), SEC_E_UNSUPPORTED_FUNCTION);
  }
}

// Each would be a request but for one thing. The one before stays.
TEST(KeyingMaterialRefused, RequestsThatCannotBe) {
  couple both(tls::v1_3);
  const request good{.context = "context"};
  const info wanted = filled<info>(good);
  ASSERT_EQ(set(both.client, wanted), SEC_E_OK);
  const std::string before = material(both.client);
  const auto with = [&](auto change) {
    info changed = wanted;
    change(changed);
    return changed;
  };
  const info wrong[] = {
      with([](info& one) { one.cbLabel = 0; }),          with([](info& one) { one.pszLabel = nullptr; }),
      with([](info& one) { one.cbLabel = 1; }),          with([](info& one) { --one.cbLabel; }),
      with([](info& one) { one.cbContextValue = 0; }),   with([](info& one) { one.pbContextValue = nullptr; }),
      with([](info& one) { one.cbKeyingMaterial = 0; }), with([](info& one) { one.cbKeyingMaterial = 0xFFFFFFFF; })};
  for (const info& one : wrong) {
    EXPECT_EQ(set(both.client, one), SEC_E_INVALID_PARAMETER) << &one - wrong;
    both_in_one same{one.cbLabel, one.pszLabel, one.cbContextValue, one.pbContextValue, one.cbKeyingMaterial, nullptr};
    EXPECT_EQ(status(QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_KEYING_MATERIAL_INPROC, &same)),
              SEC_E_INVALID_PARAMETER)
        << &one - wrong;
  }
  EXPECT_EQ(set(both.client, wanted, sizeof wanted - 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(set(both.client, wanted, sizeof wanted + 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SetContextAttributesW(&both.client.handle(), SECPKG_ATTR_KEYING_MATERIAL_INFO, nullptr, 1)),
            SEC_E_INTERNAL_ERROR);
  EXPECT_EQ(material(both.client), before);
}

TEST(KeyingMaterialRefused, OnADeletedContext) {
  couple both(tls::v1_3);
  CtxtHandle copy = both.client.handle();
  ASSERT_EQ(status(DeleteSecurityContext(&copy)), SEC_E_OK);
  EXPECT_EQ(set(both.client, filled<info>({})), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(query_status(both.client), SEC_E_INVALID_HANDLE);
}

}  // namespace
}  // namespace schannix::test::sspi
