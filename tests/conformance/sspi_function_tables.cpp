// The function tables of both forms: what works is called through their slots alone, for the whole life of a
// connection, and as old programs spell it. What is refused through them: sspi_refusals.cpp.
#include <gtest/gtest.h>

#include <iterator>
#include <string>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// What differs between the two forms.
struct narrow {
  using info = SecPkgInfoA;
  static PSecurityFunctionTableA table() { return InitSecurityInterfaceA(); }
  static auto enumerate() { return table()->EnumerateSecurityPackagesA; }
  static auto describe() { return table()->QuerySecurityPackageInfoA; }
  static auto acquire() { return table()->AcquireCredentialsHandleA; }
  static auto query_credential() { return table()->QueryCredentialsAttributesA; }
  static auto initialize() { return table()->InitializeSecurityContextA; }
  static auto query() { return table()->QueryContextAttributesA; }
  static auto set() { return table()->SetContextAttributesA; }
  static std::string text(const char* name) { return name; }
};

struct wide {
  using info = SecPkgInfoW;
  static PSecurityFunctionTableW table() { return InitSecurityInterfaceW(); }
  static auto enumerate() { return table()->EnumerateSecurityPackagesW; }
  static auto describe() { return table()->QuerySecurityPackageInfoW; }
  static auto acquire() { return table()->AcquireCredentialsHandleW; }
  static auto query_credential() { return table()->QueryCredentialsAttributesW; }
  static auto initialize() { return table()->InitializeSecurityContextW; }
  static auto query() { return table()->QueryContextAttributesW; }
  static auto set() { return table()->SetContextAttributesW; }
  static std::wstring text(const char* name) { return std::wstring(name, name + std::char_traits<char>::length(name)); }
};

// ---- Slots ----

template <class Table>
void expect_common_slots(const Table* table) {
  EXPECT_EQ(table->dwVersion, ULONG{SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4});
  EXPECT_EQ(table->FreeCredentialsHandle, &FreeCredentialsHandle);
  EXPECT_EQ(table->AcceptSecurityContext, &AcceptSecurityContext);
  EXPECT_EQ(table->DeleteSecurityContext, &DeleteSecurityContext);
  EXPECT_EQ(table->ApplyControlToken, &ApplyControlToken);
  EXPECT_EQ(table->FreeContextBuffer, &FreeContextBuffer);
  EXPECT_EQ(table->EncryptMessage, &EncryptMessage);
  EXPECT_EQ(table->DecryptMessage, &DecryptMessage);
  EXPECT_EQ(table->Reserved2, nullptr);
  EXPECT_EQ(table->Reserved8, nullptr);
}

TEST(FunctionTables, SlotsHoldTheExportedFunctions) {
  expect_common_slots(InitSecurityInterfaceA());
  expect_common_slots(InitSecurityInterfaceW());
  EXPECT_EQ(narrow::enumerate(), &EnumerateSecurityPackagesA);
  EXPECT_EQ(narrow::describe(), &QuerySecurityPackageInfoA);
  EXPECT_EQ(narrow::acquire(), &AcquireCredentialsHandleA);
  EXPECT_EQ(narrow::query_credential(), &QueryCredentialsAttributesA);
  EXPECT_EQ(narrow::initialize(), &InitializeSecurityContextA);
  EXPECT_EQ(narrow::query(), &QueryContextAttributesA);
  EXPECT_EQ(narrow::set(), &SetContextAttributesA);
  EXPECT_EQ(wide::enumerate(), &EnumerateSecurityPackagesW);
  EXPECT_EQ(wide::describe(), &QuerySecurityPackageInfoW);
  EXPECT_EQ(wide::acquire(), &AcquireCredentialsHandleW);
  EXPECT_EQ(wide::query_credential(), &QueryCredentialsAttributesW);
  EXPECT_EQ(wide::initialize(), &InitializeSecurityContextW);
  EXPECT_EQ(wide::query(), &QueryContextAttributesW);
  EXPECT_EQ(wide::set(), &SetContextAttributesW);
}

TEST(FunctionTables, AreTheSameEachTime) {
  EXPECT_EQ(InitSecurityInterfaceA(), InitSecurityInterfaceA());
  EXPECT_EQ(InitSecurityInterfaceW(), InitSecurityInterfaceW());
}

// ---- A connection ----

// One end of a connection that knows nothing but its table.
template <class Form>
class table_end {
 public:
  table_end(role side, tls version) : side_(side) {
    auto package = Form::text(UNISP_NAME_A);
    PCCERT_CONTEXT shown[] = {server_certificate().get()};
    TLS_PARAMETERS parameters{};
    parameters.grbitDisabledProtocols = version == tls::v1_2 ? SP_PROT_TLS1_3 : SP_PROT_TLS1_2;
    SCH_CREDENTIALS data{};
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    data.cCreds = side == role::server ? 1 : 0;
    data.paCred = shown;
    data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    data.cTlsParameters = 1;
    data.pTlsParameters = &parameters;
    const ULONG use = side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND;
    EXPECT_EQ(
        status(Form::acquire()(nullptr, package.data(), use, nullptr, &data, nullptr, nullptr, &credential_, nullptr)),
        SEC_E_OK);
  }
  table_end(const table_end&) = delete;
  table_end& operator=(const table_end&) = delete;
  ~table_end() {
    EXPECT_EQ(status(Form::table()->DeleteSecurityContext(&context_)), SEC_E_OK);
    EXPECT_EQ(status(Form::table()->FreeCredentialsHandle(&credential_)), SEC_E_OK);
  }

  // One ISC or ASC; what it has to say.
  std::string step(std::string input) {
    buffer_list in{buffer(SECBUFFER_TOKEN, input.data(), input.size()), empty()};
    buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    PCtxtHandle old = begun_ ? &context_ : nullptr;
    auto target = Form::text("a.test");
    ULONG attributes = 0;
    said_ =
        side_ == role::client
            ? Form::initialize()(&credential_, old, target.data(), usual_client_flags, 0, SECURITY_NATIVE_DREP,
                                 begun_ ? in.get() : nullptr, 0, &context_, out.get(), &attributes, nullptr)
            : Form::table()->AcceptSecurityContext(&credential_, old, in.get(), usual_server_flags,
                                                   SECURITY_NATIVE_DREP, &context_, out.get(), &attributes, nullptr);
    begun_ = begun_ || !said_.failed();
    const std::string token = bytes_of(out[0]);
    if (out[0].pvBuffer != nullptr) Form::table()->FreeContextBuffer(out[0].pvBuffer);
    return token;
  }

  template <class Attribute>
  Attribute query(ULONG id) {
    Attribute value{};
    EXPECT_EQ(status(Form::query()(&context_, id, &value)), SEC_E_OK) << id;
    return value;
  }
  status set(ULONG id, void* value, ULONG size) { return Form::set()(&context_, id, value, size); }

  std::string seal(ENCRYPT_MESSAGE_FN through, std::string_view data) {
    const auto room = query<SecPkgContext_StreamSizes>(SECPKG_ATTR_STREAM_SIZES);
    std::string bytes = std::string(room.cbHeader, '\0').append(data).append(room.cbTrailer, '\0');
    buffer_list list{buffer(SECBUFFER_STREAM_HEADER, bytes.data(), room.cbHeader),
                     buffer(SECBUFFER_DATA, bytes.data() + room.cbHeader, data.size()),
                     buffer(SECBUFFER_STREAM_TRAILER, bytes.data() + room.cbHeader + data.size(), room.cbTrailer),
                     empty()};
    said_ = through(&context_, 0, list.get(), 0);
    return bytes.substr(0, list[0].cbBuffer + list[1].cbBuffer + list[2].cbBuffer);
  }
  std::string open(DECRYPT_MESSAGE_FN through, std::string bytes) {
    buffer_list list{buffer(SECBUFFER_DATA, bytes.data(), bytes.size()), empty(), empty(), empty()};
    ULONG quality = 0;
    said_ = through(&context_, list.get(), 0, &quality);
    const SecBuffer* const data = list.first(SECBUFFER_DATA);
    return said_ == SEC_E_OK && data != nullptr ? bytes_of(*data) : std::string();
  }
  std::string shut() {
    DWORD type = SCHANNEL_SHUTDOWN;
    buffer_list control{buffer(SECBUFFER_TOKEN, &type, sizeof type)};
    EXPECT_EQ(status(Form::table()->ApplyControlToken(&context_, control.get())), SEC_E_OK);
    return step({});
  }

  status said() const { return said_; }
  PCredHandle credential() { return &credential_; }

 private:
  role side_;
  CredHandle credential_{};
  CtxtHandle context_{};
  bool begun_ = false;
  status said_ = SEC_E_OK;
};

template <class Form>
void shake_hands(table_end<Form>& client, table_end<Form>& server) {
  std::string flight = client.step({});
  for (int round = 0; round < 4 && !flight.empty(); ++round) {
    flight = server.step(flight);
    if (!flight.empty()) flight = client.step(flight);
  }
  EXPECT_EQ(client.said(), SEC_E_OK);
  EXPECT_EQ(server.said(), SEC_E_OK);
}

template <class Form>
void live_through(tls version) {
  table_end<Form> client(role::client, version), server(role::server, version);
  SecPkgCred_SupportedProtocols protocols{};
  EXPECT_EQ(status(Form::query_credential()(client.credential(), SECPKG_ATTR_SUPPORTED_PROTOCOLS, &protocols)),
            SEC_E_OK);
  EXPECT_EQ(protocols.grbitProtocol, DWORD(version == tls::v1_2 ? SP_PROT_TLS1_2_CLIENT : SP_PROT_TLS1_3_CLIENT));
  shake_hands(client, server);
  EXPECT_EQ(client.template query<SecPkgContext_ConnectionInfo>(SECPKG_ATTR_CONNECTION_INFO).dwProtocol,
            protocols.grbitProtocol);

  const auto encrypt = Form::table()->EncryptMessage;
  const auto decrypt = Form::table()->DecryptMessage;
  EXPECT_EQ(server.open(decrypt, client.seal(encrypt, "to the server")), "to the server");
  EXPECT_EQ(client.open(decrypt, server.seal(encrypt, "to the client")), "to the client");

  EXPECT_EQ(server.open(decrypt, client.shut()), "");
  EXPECT_EQ(server.said(), SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(client.open(decrypt, server.shut()), "");
  EXPECT_EQ(client.said(), SEC_I_CONTEXT_EXPIRED);
}

TEST(FunctionTables, AConnectionThroughTheNarrowOne) {
  for (const tls version : {tls::v1_2, tls::v1_3}) live_through<narrow>(version);
}

TEST(FunctionTables, AConnectionThroughTheWideOne) {
  for (const tls version : {tls::v1_2, tls::v1_3}) live_through<wide>(version);
}

template <class Form>
std::string exported_by(table_end<Form>& end) {
  char label[] = "EXPERIMENTAL of tables";
  SecPkgContext_KeyingMaterialInfo wanted{};
  wanted.cbLabel = sizeof label;
  wanted.pszLabel = label;
  wanted.cbKeyingMaterial = 16;
  EXPECT_EQ(end.set(SECPKG_ATTR_KEYING_MATERIAL_INFO, &wanted, sizeof wanted - 1), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(end.set(SECPKG_ATTR_KEYING_MATERIAL_INFO, &wanted, sizeof wanted), SEC_E_OK);
  const auto got = end.template query<SecPkgContext_KeyingMaterial>(SECPKG_ATTR_KEYING_MATERIAL);
  std::string bytes(reinterpret_cast<const char*>(got.pbKeyingMaterial), got.cbKeyingMaterial);
  Form::table()->FreeContextBuffer(got.pbKeyingMaterial);
  return bytes;
}

template <class Form>
void expect_attributes_are_set() {
  table_end<Form> client(role::client, tls::v1_3), server(role::server, tls::v1_3);
  shake_hands(client, server);
  const std::string bytes = exported_by(client);
  EXPECT_EQ(bytes.size(), 16u);
  EXPECT_EQ(exported_by(server), bytes);
}

TEST(FunctionTables, SetAttributes) {
  expect_attributes_are_set<narrow>();
  expect_attributes_are_set<wide>();
}

// SealMessage and UnsealMessage of Windows NT: programs cast the reserved slots.
template <class Form>
void seal_as_of_old() {
  table_end<Form> client(role::client, tls::v1_2), server(role::server, tls::v1_2);
  shake_hands(client, server);
  const auto seal = reinterpret_cast<ENCRYPT_MESSAGE_FN>(Form::table()->Reserved3);
  const auto unseal = reinterpret_cast<DECRYPT_MESSAGE_FN>(Form::table()->Reserved4);
  EXPECT_EQ(server.open(unseal, client.seal(seal, "as of old")), "as of old");
  EXPECT_EQ(client.open(Form::table()->DecryptMessage, server.seal(seal, "and as of now")), "and as of now");
  EXPECT_EQ(server.open(unseal, client.seal(Form::table()->EncryptMessage, "")), "");
  EXPECT_EQ(server.said(), SEC_E_OK);
}

TEST(FunctionTables, ReservedSlotsSealAndOpen) {
  seal_as_of_old<narrow>();
  seal_as_of_old<wide>();
}

// ---- Packages ----

constexpr ULONG capabilities = 0x004107B3;
constexpr const char* package_names[] = {UNISP_NAME_A, SCHANNEL_NAME_A, DEFAULT_TLS_SSP_NAME_A};

template <class Form>
void expect_info(const typename Form::info& info, const char* name) {
  EXPECT_EQ(Form::text(name), info.Name);
  EXPECT_EQ(info.fCapabilities, capabilities) << name;
  EXPECT_EQ(info.wVersion, 1) << name;
  EXPECT_EQ(info.wRPCID, UNISP_RPC_ID) << name;
  EXPECT_EQ(info.cbMaxToken, 24576u) << name;
  EXPECT_NE(info.Comment[0], 0) << name;
}

// Names and comments stand behind the structs in one block: the next allocation would be somewhere else.
template <class Form>
void expect_list_in_one_block() {
  typename Form::info* infos = nullptr;
  ULONG count = 0;
  ASSERT_EQ(status(Form::enumerate()(&count, &infos)), SEC_E_OK);
  ASSERT_EQ(count, std::size(package_names));
  const void* next = infos + count;
  for (ULONG i = 0; i < count; ++i) {
    expect_info<Form>(infos[i], package_names[i]);
    for (auto* text : {infos[i].Name, infos[i].Comment}) {
      EXPECT_EQ(static_cast<const void*>(text), next);
      while (*text++ != 0) continue;
      next = text;
    }
  }
  EXPECT_EQ(status(Form::table()->FreeContextBuffer(infos)), SEC_E_OK);
}

TEST(PackageList, IsOneBlock) {
  expect_list_in_one_block<narrow>();
  expect_list_in_one_block<wide>();
}

template <class Form>
void expect_list_refused() {
  ULONG count = 7;
  EXPECT_EQ(status(Form::enumerate()(&count, nullptr)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(count, 7u);
  typename Form::info* infos = nullptr;
  EXPECT_EQ(status(Form::enumerate()(nullptr, &infos)), SEC_E_OK) << "without a place for the count";
  EXPECT_EQ(status(Form::table()->FreeContextBuffer(infos)), SEC_E_OK);
}

TEST(PackageList, NeedsAPlaceForTheBlock) {
  expect_list_refused<narrow>();
  expect_list_refused<wide>();
}

template <class Form>
void expect_each_described() {
  for (const char* name : package_names) {
    auto asked = Form::text(name);
    typename Form::info* info = nullptr;
    ASSERT_EQ(status(Form::describe()(asked.data(), &info)), SEC_E_OK) << name;
    expect_info<Form>(*info, name);
    EXPECT_EQ(status(Form::table()->FreeContextBuffer(info)), SEC_E_OK);
    EXPECT_EQ(status(Form::describe()(asked.data(), nullptr)), SEC_E_INVALID_PARAMETER);
  }
}

TEST(PackageInfo, OfEachPackage) {
  expect_each_described<narrow>();
  expect_each_described<wide>();
}

TEST(PackageInfo, OfNoneOfThem) {
  for (const char* name : {"", "Kerberos", "Schannel ", "Microsoft SSL 3.0"}) {
    std::string text = name;
    std::wstring wide_text = wide::text(name);
    SecPkgInfoA* info = nullptr;
    SecPkgInfoW* wide_info = nullptr;
    EXPECT_EQ(status(QuerySecurityPackageInfoA(text.data(), &info)), SEC_E_SECPKG_NOT_FOUND) << name;
    EXPECT_EQ(status(QuerySecurityPackageInfoW(wide_text.data(), &wide_info)), SEC_E_SECPKG_NOT_FOUND) << name;
    EXPECT_TRUE(info == nullptr && wide_info == nullptr);
  }
}

// ---- The spelling without the s ----

CredHandle some_credential() {
  CredHandle made{};
  EXPECT_EQ(acquire(SECPKG_CRED_OUTBOUND, nullptr, made), SEC_E_OK);
  return made;
}

TEST(OtherSpelling, IsAMacroForFunctionAndSlot) {
#ifndef FreeCredentialHandle
  FAIL() << "no macro";
#else
  CredHandle one = some_credential(), two = some_credential();
  EXPECT_EQ(status(FreeCredentialHandle(&one)), SEC_E_OK);
  EXPECT_EQ(status(FreeCredentialsHandle(&one)), SEC_E_INVALID_HANDLE);
  EXPECT_EQ(status(InitSecurityInterfaceW()->FreeCredentialHandle(&two)), SEC_E_OK);
  EXPECT_EQ(status(FreeCredentialsHandle(&two)), SEC_E_INVALID_HANDLE);
#endif
}

#undef FreeCredentialHandle  // what a program sees that undefines it, as on Windows

TEST(FreeCredentialHandle, IsTheNarrowTablesMember) {
  const PSecurityFunctionTableA table = InitSecurityInterfaceA();
  EXPECT_EQ(table->FreeCredentialHandle, &FreeCredentialsHandle);
  CredHandle one = some_credential();
  EXPECT_EQ(status(table->FreeCredentialHandle(&one)), SEC_E_OK);
  EXPECT_EQ(status(table->FreeCredentialHandle(&one)), SEC_E_INVALID_HANDLE);
}

}  // namespace
}  // namespace schannix::test::sspi
