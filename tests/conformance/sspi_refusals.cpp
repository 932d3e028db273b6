// What Schannel does not have for TLS, or this release does not have: every such function, by name and through both
// tables, and every such setting of a credential or a call. A refusal leaves everything as it was.
#include <gtest/gtest.h>

#include <cwchar>
#include <string>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// ---- Functions ----

// A slot holds the exported function itself, so one call stands for both ways.
template <class Function, class... Arguments>
void expect_refused(const char* name, Function* slot, Function* exported, Arguments... arguments) {
  EXPECT_EQ(slot, exported) << name;
  EXPECT_EQ(status(slot(arguments...)), SEC_E_UNSUPPORTED_FUNCTION) << name;
}
#define EXPECT_SLOT_REFUSED(table, function, ...) expect_refused(#function, (table)->function, &function, __VA_ARGS__)

// Arguments that Windows would take, on a connection that works before and after.
class RefusedFunctions : public testing::TestWithParam<tls> {
 protected:
  couple both_{GetParam()};
  PCtxtHandle context_ = &both_.client.handle();
  PCredHandle credential_ = both_.client.made_from().get();
  guarded memory_{64};
  buffer_list message_{buffer(SECBUFFER_DATA, memory_.data(), 32), buffer(SECBUFFER_TOKEN, memory_.data() + 32, 32)};
  void* token_ = this;
  char package_[sizeof UNISP_NAME_A] = UNISP_NAME_A;
  wchar_t wide_package_[std::size(UNISP_NAME_W)] = UNISP_NAME_W;

  void TearDown() override {
    EXPECT_EQ(memory_.text(), std::string(64, '\x5A'));
    EXPECT_EQ(token_, this);
    converse(both_.client, both_.server);
    ASSERT_EQ(both_.client.seal("as before"), SEC_E_OK);
    converse(both_.client, both_.server);
    EXPECT_EQ(both_.server.received(), "as before");
  }

  template <class Table>
  void expect_common_slots_refused(const Table* table) {
    EXPECT_SLOT_REFUSED(table, CompleteAuthToken, context_, message_.get());
    EXPECT_SLOT_REFUSED(table, ImpersonateSecurityContext, context_);
    EXPECT_SLOT_REFUSED(table, RevertSecurityContext, context_);
    EXPECT_SLOT_REFUSED(table, QuerySecurityContextToken, context_, &token_);
    EXPECT_SLOT_REFUSED(table, MakeSignature, context_, 0u, message_.get(), 0u);
    ULONG quality = 7;
    EXPECT_SLOT_REFUSED(table, VerifySignature, context_, message_.get(), 0u, &quality);
    EXPECT_EQ(quality, 7u);
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, RefusedFunctions, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& one) { return one.param == tls::v1_2 ? "tls12" : "tls13"; });

TEST_P(RefusedFunctions, OfTheNarrowTable) {
  const PSecurityFunctionTableA table = InitSecurityInterfaceA();
  expect_common_slots_refused(table);
  char* const text = memory_.data();
  EXPECT_SLOT_REFUSED(table, QueryCredentialsAttributesExA, credential_, ULONG{SECPKG_ATTR_SUPPORTED_ALGS}, text, 64u);
  EXPECT_SLOT_REFUSED(table, SetCredentialsAttributesA, credential_, ULONG{SECPKG_ATTR_CLIENT_CERT_POLICY}, text, 64u);
  EXPECT_SLOT_REFUSED(table, QueryContextAttributesExA, context_, ULONG{SECPKG_ATTR_STREAM_SIZES}, text, 64u);
  EXPECT_SLOT_REFUSED(table, SetContextAttributesA, context_, ULONG{SECPKG_ATTR_USE_NCRYPT}, text, 64u);
  EXPECT_SLOT_REFUSED(table, AddCredentialsA, credential_, nullptr, package_, ULONG{SECPKG_CRED_OUTBOUND}, nullptr,
                      nullptr, nullptr, nullptr);
  EXPECT_SLOT_REFUSED(table, ChangeAccountPasswordA, package_, text, text, text, text, BOOLEAN{0}, 0u, message_.get());
}

TEST_P(RefusedFunctions, OfTheWideTable) {
  const PSecurityFunctionTableW table = InitSecurityInterfaceW();
  expect_common_slots_refused(table);
  char* const room = memory_.data();
  wchar_t text[] = L"text";
  EXPECT_SLOT_REFUSED(table, QueryCredentialsAttributesExW, credential_, ULONG{SECPKG_ATTR_SUPPORTED_ALGS}, room, 64u);
  EXPECT_SLOT_REFUSED(table, SetCredentialsAttributesW, credential_, ULONG{SECPKG_ATTR_CLIENT_CERT_POLICY}, room, 64u);
  EXPECT_SLOT_REFUSED(table, QueryContextAttributesExW, context_, ULONG{SECPKG_ATTR_STREAM_SIZES}, room, 64u);
  EXPECT_SLOT_REFUSED(table, SetContextAttributesW, context_, ULONG{SECPKG_ATTR_USE_NCRYPT}, room, 64u);
  EXPECT_SLOT_REFUSED(table, AddCredentialsW, credential_, nullptr, wide_package_, ULONG{SECPKG_CRED_OUTBOUND}, nullptr,
                      nullptr, nullptr, nullptr);
  EXPECT_SLOT_REFUSED(table, ChangeAccountPasswordW, wide_package_, text, text, text, text, BOOLEAN{0}, 0u,
                      message_.get());
}

TEST_P(RefusedFunctions, TheCredentialsCertificateCannotBeQueried) {
  for (PCredHandle of : {credential_, both_.server.made_from().get()}) {
    EXPECT_EQ(status(QueryCredentialsAttributesA(of, SECPKG_CRED_ATTR_CERT, memory_.data())),
              SEC_E_UNSUPPORTED_FUNCTION);
    EXPECT_EQ(status(QueryCredentialsAttributesW(of, SECPKG_CRED_ATTR_CERT, memory_.data())),
              SEC_E_UNSUPPORTED_FUNCTION);
  }
}

// ---- Package information, of which only the wide form is left to show ----

TEST(PackageInfo, TheWideForm) {
  const auto query = InitSecurityInterfaceW()->QuerySecurityPackageInfoW;
  EXPECT_EQ(query, &QuerySecurityPackageInfoW);
  wchar_t usual[] = UNISP_NAME_W, cased[] = L"SCHANNEL", unknown[] = L"Kerberos", foreign[] = L"Schann\u00E9l";
  for (wchar_t* name : {usual, cased}) {
    PSecPkgInfoW info = nullptr;
    ASSERT_EQ(status(query(name, &info)), SEC_E_OK);
    EXPECT_STREQ(info->Name, name == usual ? UNISP_NAME_W : SCHANNEL_NAME_W);
    EXPECT_EQ(info->fCapabilities, 0x004107B3u);
    EXPECT_EQ(info->cbMaxToken, 24576u);
    EXPECT_EQ(info->wVersion, 1);
    EXPECT_EQ(info->wRPCID, UNISP_RPC_ID);
    EXPECT_GT(std::wcslen(info->Comment), 0u);
    EXPECT_EQ(status(FreeContextBuffer(info)), SEC_E_OK);
  }
  for (wchar_t* name : {unknown, foreign, static_cast<wchar_t*>(nullptr)}) {
    PSecPkgInfoW info = nullptr;
    EXPECT_EQ(status(query(name, &info)), SEC_E_SECPKG_NOT_FOUND);
    EXPECT_EQ(info, nullptr);
  }
}

// ---- Arguments that must be there ----

TEST(NullArguments, NoPlaceForAHandle) {
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  char narrow[] = UNISP_NAME_A;
  wchar_t wide[] = UNISP_NAME_W;
  EXPECT_EQ(status(AcquireCredentialsHandleA(nullptr, narrow, SECPKG_CRED_OUTBOUND, nullptr, &data, nullptr, nullptr,
                                             nullptr, nullptr)),
            SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(AcquireCredentialsHandleW(nullptr, wide, SECPKG_CRED_OUTBOUND, nullptr, &data, nullptr, nullptr,
                                             nullptr, nullptr)),
            SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(SchannixAcquireCredentials(SECPKG_CRED_OUTBOUND, &data, nullptr, nullptr, nullptr)),
            SEC_E_INVALID_HANDLE);

  party hello(client_credential(tls::newest));
  std::string bytes = hello.take();
  for (const role side : {role::client, role::server}) {
    buffer_list input{buffer(SECBUFFER_TOKEN, bytes.data(), bytes.size()), empty()};
    buffer_list output{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    step_call call{
        .function = side,
        .credential = (side == role::client ? client_credential(tls::newest) : server_credential(tls::newest)).get(),
        .target = "a.test",
        .flags = side == role::client ? usual_client_flags : usual_server_flags,
        .input = side == role::client ? nullptr : input.get(),
        .output = output.get()};
    EXPECT_EQ(call.run(), SEC_E_INVALID_HANDLE);
    EXPECT_EQ(output[0].pvBuffer, nullptr);
  }
}

// ---- Credentials ----

// A credential with one thing changed, of either version and direction: acquired, or why not.
template <class Data>
status with_flags(role side, DWORD version, DWORD flags) {
  PCCERT_CONTEXT list[] = {server_certificate().get()};
  Data data{};
  data.dwVersion = version;
  data.cCreds = 1;
  data.paCred = list;
  data.dwFlags = flags;
  CredHandle made = unset_handle;
  const status said = acquire(side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND, &data, made);
  EXPECT_EQ(same(made, unset_handle), said.failed()) << "untouched by a refusal";
  if (said == SEC_E_OK) FreeCredentialsHandle(&made);
  return said;
}

void expect_of_both_versions(role side, DWORD flags, SECURITY_STATUS said) {
  EXPECT_EQ(with_flags<SCHANNEL_CRED>(side, SCHANNEL_CRED_VERSION, flags), said) << std::hex << flags;
  EXPECT_EQ(with_flags<SCH_CREDENTIALS>(side, SCH_CREDENTIALS_VERSION, flags), said) << std::hex << flags;
}

TEST(RefusedCredentials, ByFlag) {
  for (const role side : {role::client, role::server}) {
    expect_of_both_versions(side, SCH_CRED_MANUAL_CRED_VALIDATION, SEC_E_OK);
    expect_of_both_versions(side, SCH_USE_PRESHAREDKEY_ONLY, SEC_E_UNSUPPORTED_FUNCTION);
    expect_of_both_versions(side, SCH_CRED_DEFERRED_CRED_VALIDATION, SEC_E_UNSUPPORTED_FUNCTION);
    expect_of_both_versions(side, SCH_USE_DTLS_ONLY, SEC_E_ALGORITHM_MISMATCH);
  }
}

TEST(RefusedCredentials, CertificatesByHash) {
  PCCERT_CONTEXT list[] = {server_certificate().get()};
  for (const DWORD format : {DWORD{SCH_CRED_FORMAT_CERT_HASH}, DWORD{SCH_CRED_FORMAT_CERT_HASH_STORE}, DWORD{0x77}}) {
    for (const bool has_certificate : {true, false}) {
      SCH_CREDENTIALS now{};
      SCHANNEL_CRED old{};
      now.dwVersion = SCH_CREDENTIALS_VERSION;
      old.dwVersion = SCHANNEL_CRED_VERSION;
      now.dwCredFormat = old.dwCredFormat = format;
      now.cCreds = old.cCreds = has_certificate ? 1 : 0;
      now.paCred = old.paCred = list;
      for (void* data : {static_cast<void*>(&now), static_cast<void*>(&old)}) {
        credential made;
        EXPECT_EQ(acquire(SECPKG_CRED_INBOUND, data, *made.get()),
                  has_certificate ? SEC_E_UNKNOWN_CREDENTIALS : SEC_E_OK);
      }
    }
  }
}

// TLS 1.0 with whole records is what the flag is to prevent.
TEST(RefusedCredentials, SplitRecordsOfTls10) {
  for (const role side : {role::client, role::server}) {
    PCCERT_CONTEXT list[] = {server_certificate().get()};
    SCHANNEL_CRED data{};
    data.dwVersion = SCHANNEL_CRED_VERSION;
    data.cCreds = 1;
    data.paCred = list;
    data.grbitEnabledProtocols = SP_PROT_TLS1_0 | SP_PROT_TLS1_1 | SP_PROT_TLS1_2;
    for (const DWORD flags : {DWORD{0}, DWORD{SCH_SEND_AUX_RECORD}}) {
      data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | flags;
      credential made;
      EXPECT_EQ(acquire(side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND, &data, *made.get()),
                flags == 0 ? SEC_E_OK : SEC_E_UNSUPPORTED_FUNCTION);
    }
    data.grbitEnabledProtocols = SP_PROT_TLS1_1 | SP_PROT_TLS1_2;
    credential without_it;
    EXPECT_EQ(acquire(side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND, &data, *without_it.get()),
              SEC_E_OK);
  }
}

// ---- Bytes ----

// The record of SSL 2.0: two bytes of length with the high bit set. Inside, a hello that asks for TLS 1.2.
TEST(RefusedHello, OfSsl2Format) {
  std::string body("\x01\x03\x03\x00\x06\x00\x00\x00\x10\x00\x00\x2F\x00\xC0\x2F", 15);
  body += std::string(16, 'c');
  const std::string hello = std::string("\x80") + static_cast<char>(body.size()) + body;
  for (const tls version : {tls::v1_0, tls::newest}) {
    party server(server_credential(version), {.side = role::server});
    EXPECT_EQ(server.step(hello), SEC_E_INVALID_TOKEN);
    EXPECT_FALSE(server.has_context());
  }
}

}  // namespace
}  // namespace schannix::test::sspi
