// Private keys that a certificate's properties tell of: containers of the user's folder, files, a token that signs
// itself. Each proves itself in a handshake. spec 3.2, row 19
#include <stdlib.h>
#include <sys/stat.h>

#include "sspi_asked.hpp"
#include "sspi_keys.hpp"

namespace schannix::test::sspi {
namespace {

constexpr wchar_t software[] = L"Microsoft Software Key Storage Provider";

void name_key(const certificate& of, const std::string& container, const wchar_t* provider = software,
              DWORD flags = 0) {
  std::wstring name(container.begin(), container.end()), kept_by(provider);
  CRYPT_KEY_PROV_INFO info{};
  info.pwszContainerName = name.data();
  info.pwszProvName = kept_by.data();
  info.dwFlags = flags;
  if (!CertSetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, &info))
    throw std::runtime_error("the property was not set");
}

certificate named(const pki::issued& leaf, const std::string& container, const wchar_t* provider = software) {
  certificate made = alone(leaf);
  name_key(made, container, provider);
  return made;
}

std::string name_of(tls version) { return version == tls::v1_2 ? "TLSv1.2" : "TLSv1.3"; }

const pki::issued& leaf_of(key_kind key) { return test_leaf(key); }

struct kind {
  tls version;
  key_kind key;
};
class KeyProperties : public testing::TestWithParam<kind> {};
INSTANTIATE_TEST_SUITE_P(Sspi, KeyProperties,
                         testing::Values(kind{tls::v1_2, key_kind::p256}, kind{tls::v1_2, key_kind::rsa2048},
                                         kind{tls::v1_3, key_kind::p256}, kind{tls::v1_3, key_kind::rsa2048}),
                         [](const auto& one) {
                           return std::string(one.param.version == tls::v1_2 ? "tls12" : "tls13") +
                                  (one.param.key == key_kind::p256 ? "_ec" : "_rsa");
                         });

TEST_P(KeyProperties, ContainersServe) {
  const key_folder folder;
  folder.put("mine", leaf_of(GetParam().key).key_pem());
  EXPECT_EQ(served(named(leaf_of(GetParam().key), "mine"), GetParam().version), name_of(GetParam().version));
}

TEST_P(KeyProperties, FilesOutsideServe) {
  const key_folder folder;
  folder.put("elsewhere", leaf_of(GetParam().key).key_pem());
  const auto of = named(leaf_of(GetParam().key), "file:" + folder.path("elsewhere.pem"), L"OSSL_STORE");
  EXPECT_EQ(served(of, GetParam().version), name_of(GetParam().version));
}

TEST_P(KeyProperties, TokensServe) {
  const hsm_token device;
  device.put("mine", leaf_of(GetParam().key).key_pem());
  const auto of = named(leaf_of(GetParam().key), device.uri("mine"), L"OSSL_STORE");
  EXPECT_EQ(served(of, GetParam().version), name_of(GetParam().version));
}

TEST_P(KeyProperties, ClientsShowThemToo) {
  const auto own = pki::issue({.common_name = "token", .usage = "clientAuth", .key = GetParam().key}, &test_root());
  const hsm_token device;
  device.put("mine", own.key_pem());
  const key_folder folder;
  folder.put("mine", own.key_pem());
  for (const certificate& of : {named(own, device.uri("mine"), L"OSSL_STORE"), named(own, "mine")}) {
    const credential from = client_with(GetParam().version, {of.get()}, manual);
    EXPECT_EQ(shown_by(from, asking_server(GetParam().version, {test_root()})), "token");
  }
}

TEST(KeyProperty, IsFoundAgainInWhatIsCopied) {
  const key_folder folder;
  folder.put("mine", test_leaf().key_pem());
  const certificate first = named(test_leaf(), "mine");
  const HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr);
  PCCERT_CONTEXT copy = nullptr;
  ASSERT_TRUE(CertAddCertificateContextToStore(store, first.get(), CERT_STORE_ADD_NEW, &copy));
  const certificate second(copy);
  const certificate found(
      CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, nullptr, nullptr));
  CertCloseStore(store, 0);
  EXPECT_EQ(found.get(), second.get());
  EXPECT_EQ(outcome(second), SEC_E_OK);
}

TEST(KeyProperty, IsToldBackAsItWasSet) {
  const certificate of = alone(test_leaf());
  name_key(of, "mine", L"Microsoft RSA SChannel Cryptographic Provider", CRYPT_MACHINE_KEYSET);
  BYTE room[512];
  DWORD size = sizeof room;
  ASSERT_TRUE(CertGetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, room, &size));
  const auto& info = *reinterpret_cast<const CRYPT_KEY_PROV_INFO*>(room);
  EXPECT_STREQ(info.pwszContainerName, L"mine");
  EXPECT_STREQ(info.pwszProvName, L"Microsoft RSA SChannel Cryptographic Provider");
  EXPECT_EQ(info.dwFlags, DWORD{CRYPT_MACHINE_KEYSET});
  ASSERT_TRUE(CertSetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, nullptr));
  EXPECT_EQ(outcome(of), SEC_E_NO_CREDENTIALS);
}

TEST(KeyProperty, MachineKeysHaveAFolderOfTheirOwn) {
  const key_folder machine("SCHANNIX_MACHINE_KEYS"), user;
  machine.put("mine", test_leaf().key_pem());
  const certificate of = alone(test_leaf());
  name_key(of, "mine", software, CRYPT_MACHINE_KEYSET);
  EXPECT_EQ(outcome(of), SEC_E_OK);
  name_key(of, "mine");
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST(KeyProperty, AKeyThatCannotBeHadRefusesTheCredential) {
  const key_folder folder;
  const certificate of = named(test_leaf(), "mine");
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS) << "there is none";
  folder.put("mine", test_leaf().key_pem(), 0644);
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS) << "others may read it";
  folder.put("mine", "");
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS) << "a container without a key";
  folder.put("mine", test_leaf().pem());
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS) << "no private key";
  folder.put("mine", test_leaf(key_kind::rsa2048).key_pem());
  EXPECT_EQ(outcome(of), SEC_E_UNKNOWN_CREDENTIALS) << "another certificate's";
  folder.put("mine", test_leaf().key_pem());
  EXPECT_EQ(outcome(of), SEC_E_OK);
}

TEST(KeyProperty, NoNameLeavesTheFolder) {
  const key_folder folder;
  folder.put("mine", test_leaf().key_pem());
  for (const std::string& name : {"../" + folder.name() + "/mine", folder.path("mine"), std::string("./mine"),
                                  std::string("."), std::string(201, 'a')})
    EXPECT_EQ(outcome(named(test_leaf(), name)), SEC_E_UNKNOWN_CREDENTIALS) << name;
}

TEST(KeyProperty, OutsideKeysThatAreNotThere) {
  const hsm_token device;
  device.put("mine", test_leaf().key_pem());
  for (const std::string& uri : {std::string("file:/nowhere/key.pem"), std::string("nothing"), std::string("odd:key"),
                                 device.uri("other"), std::string("pkcs11:object=mine")})
    EXPECT_EQ(outcome(named(test_leaf(), uri, L"OSSL_STORE")), SEC_E_UNKNOWN_CREDENTIALS) << uri;
  EXPECT_EQ(outcome(named(test_leaf(), device.uri("mine"))), SEC_E_UNKNOWN_CREDENTIALS) << "a URI is no container";
  EXPECT_EQ(outcome(named(test_leaf(), "mine", L"A provider of somebody's")), SEC_E_UNKNOWN_CREDENTIALS);
}

TEST(KeyProperty, WhatCannotBeSet) {
  const certificate of = alone(test_leaf());
  wchar_t name[] = L"mine", none[] = L"";
  CRYPT_KEY_PROV_PARAM parameter{};
  CRYPT_KEY_PROV_INFO bad[4] = {};
  for (auto& one : bad) one.pwszContainerName = name;
  bad[0].pwszContainerName = nullptr;
  bad[1].pwszContainerName = none;
  bad[2].cProvParam = 1;
  bad[2].rgProvParam = &parameter;
  bad[3].dwFlags = 0x8000;
  for (const auto& one : bad) {
    EXPECT_FALSE(CertSetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, 0, &one));
    EXPECT_EQ(GetLastError(), static_cast<DWORD>(E_INVALIDARG));
  }
  DWORD size = 0;
  EXPECT_FALSE(CertGetCertificateContextProperty(of.get(), CERT_KEY_PROV_INFO_PROP_ID, nullptr, &size));
}

TEST(KeyProperty, EventsSayWhatIsWrongWithoutThePin) {
  std::string said;
  SchannixSetEventLog(
      [](void* into, DWORD, DWORD id, const char* text) {
        static_cast<std::string*>(into)->append(std::to_string(id)).append(text);
      },
      &said, SCHANNIX_EVENT_ERROR);
  const hsm_token device;
  testing::internal::CaptureStderr();
  outcome(named(test_leaf(), device.uri("mine", "7351"), L"OSSL_STORE"));
  said += testing::internal::GetCapturedStderr();
  SchannixSetEventLog(nullptr, nullptr, 0);
  EXPECT_NE(said.find("36870"), std::string::npos) << said;
  EXPECT_NE(said.find("no such private key"), std::string::npos) << said;
  EXPECT_EQ(said.find("7351"), std::string::npos) << said;
}

}  // namespace
}  // namespace schannix::test::sspi
