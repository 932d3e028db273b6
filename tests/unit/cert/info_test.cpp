// CERT_INFO as programs read it.
#include "cert/info.hpp"

#include <ctime>

#include "fixture.hpp"

namespace schannix::cert {
namespace {

std::int64_t ticks(FILETIME time) {
  return static_cast<std::int64_t>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
}

TEST(filetime, counts_from_1601) {
  EXPECT_EQ(ticks(filetime_of(0)), 116444736000000000);  // 1970-01-01
  EXPECT_EQ(ticks(filetime_of(-11644473600)), 0);
  EXPECT_EQ(ticks(filetime_of(-11644473601)), 0);                    // not before it
  EXPECT_EQ(ticks(filetime_of(253402300799)), 2650467743990000000);  // 9999-12-31 23:59:59, "no expiry"
}

TEST(cert_info, shows_every_member) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->dwCertEncodingType, static_cast<DWORD>(X509_ASN_ENCODING));
  const CERT_INFO& info = *own->pCertInfo;
  EXPECT_EQ(info.dwVersion, static_cast<DWORD>(CERT_V3));
  ASSERT_EQ(info.SerialNumber.cbData, 5u);
  EXPECT_EQ(info.SerialNumber.pbData[3], 0xC0);  // least significant first
  EXPECT_EQ(info.SerialNumber.pbData[4], 0x00);
  EXPECT_STREQ(info.SignatureAlgorithm.pszObjId, szOID_ECDSA_SHA256);
  EXPECT_EQ(info.SignatureAlgorithm.Parameters.cbData, 0u);
  EXPECT_STREQ(info.SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY);
  EXPECT_EQ(info.SubjectPublicKeyInfo.Algorithm.Parameters.cbData, 10u);
  EXPECT_EQ(info.SubjectPublicKeyInfo.PublicKey.cbData, 65u);
  EXPECT_EQ(info.SubjectPublicKeyInfo.PublicKey.pbData[0], 4);
  EXPECT_EQ(info.Subject.pbData[0], 0x30);
  EXPECT_EQ(info.IssuerUniqueId.cbData, 0u);
  EXPECT_NEAR(static_cast<double>(ticks(info.NotBefore)),
              static_cast<double>(ticks(filetime_of(std::time(nullptr) - 86400))), 6e8);
  EXPECT_EQ(ticks(info.NotAfter) - ticks(info.NotBefore), 31LL * 86400 * 10'000'000);
}

TEST(cert_info, extensions) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  const CERT_INFO& info = *own->pCertInfo;
  ASSERT_EQ(info.cExtension, 4u);
  EXPECT_STREQ(info.rgExtension[0].pszObjId, szOID_BASIC_CONSTRAINTS2);
  EXPECT_EQ(info.rgExtension[0].fCritical, TRUE);
  EXPECT_EQ(info.rgExtension[0].Value.cbData, 2u);
  EXPECT_STREQ(info.rgExtension[3].pszObjId, szOID_SUBJECT_ALT_NAME2);
  EXPECT_EQ(info.rgExtension[3].fCritical, FALSE);
}

TEST(cert_info, issuer_of_one_is_subject_of_the_other) {
  const store_owner store = leaf_and_root();
  const context_owner own = find(store.get(), CERT_FIND_ANY, nullptr);
  const context_owner issuer = find(store.get(), CERT_FIND_SUBJECT_NAME, &own->pCertInfo->Issuer);
  ASSERT_TRUE(issuer);
  EXPECT_EQ(der_of(issuer.get()), root().der());
}

}  // namespace
}  // namespace schannix::cert
