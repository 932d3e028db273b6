// An OpenSSL that is bound to FIPS by its configuration: connections use what its module has and nothing else; without
// a module there are none. The module is a stand-in (tests/support/fips), since Debian has none; each test runs in a
// process of its own.
#include <gtest/gtest.h>

#include <iostream>

#include "conformance/fresh_process.hpp"
#include "conformance/sspi_acquired.hpp"

namespace schannix::test::sspi {
namespace {

// As openssl-fips_module(7) has it.
std::string bound_to_fips(bool has_module) {
  const std::string module = std::string("module = ") + SCHANNIX_FIPS_STAND_IN + "\nactivate = 1\n";
  return "openssl_conf = all\n[all]\nproviders = providers\nalg_section = algorithms\n"
         "[providers]\nbase = base\n" +
         std::string(has_module ? "fips-stand-in = module\n" : "") + "[base]\nactivate = 1\n[module]\n" + module +
         "[algorithms]\ndefault_properties = fips=yes\n";
}

[[noreturn]] void bound(bool has_module, void (*act)()) { with_file("OPENSSL_CONF", bound_to_fips(has_module), act); }

// Besides, the settings demand it.
void demand_fips(void (*act)()) {
  const pki::workshop folder;
  folder.write("demand.conf", "[Lsa\\FIPSAlgorithmPolicy]\nEnabled=1\n");
  ::setenv("SCHANNIX_CONF", folder.path("demand.conf").c_str(), 1);
  act();
}

class Fips : public FreshProcess {};

bool offers(const std::string& hello, USHORT type, std::string_view number) {
  SCH_EXTENSION_DATA found{};
  found.ExtensionType = type;
  DWORD lacking = 0;
  EXPECT_EQ(status(SslGetExtensions(reinterpret_cast<const BYTE*>(hello.data()), static_cast<DWORD>(hello.size()),
                                    &found, 1, &lacking, SCH_EXTENSIONS_OPTIONS_NONE)),
            SEC_E_OK);
  const std::string_view list(reinterpret_cast<const char*>(found.pExtData), found.cbExtData);
  for (std::size_t at = 2; at + 2 <= list.size(); at += 2)
    if (list.substr(at, 2) == number) return true;
  return false;
}

// The suites stand behind version, random and session id.
bool offers_chacha(const std::string& hello) {
  const std::size_t id = 5 + 4 + 34, suites = id + 1 + static_cast<unsigned char>(hello[id]);
  const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(hello[suites])) << 8 |
                           static_cast<unsigned char>(hello[suites + 1]);
  const std::string_view list = std::string_view(hello).substr(suites + 2, size);
  for (std::size_t at = 0; at + 2 <= list.size(); at += 2)
    for (const char* chacha : {"\x13\x03", "\xCC\xA8", "\xCC\xA9", "\xCC\xAA"})
      if (list.substr(at, 2) == chacha) return true;
  return false;
}

void tell_connections() {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    const std::string hello = party(client_credential(version)).take();
    couple both(version, pki::key_kind::rsa2048);
    const bool read = both.server.open(both.client.sealed("by the module")).data == "by the module";
    SecPkgContext_CipherInfo suite{};
    suite.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
    QueryContextAttributesA(&both.client.handle(), SECPKG_ATTR_CIPHER_INFO, &suite);
    std::cerr << (read ? "read " : "lost ") << std::hex << suite.dwCipherSuite << " group " << suite.dwKeyType
              << (offers(hello, 10, std::string_view("\x00\x1D", 2)) ? " x25519" : "")
              << (offers(hello, 10, std::string_view("\x00\x17", 2)) ? " P-256" : "")
              << (offers_chacha(hello) ? " ChaCha20" : "") << ". ";
  }
}

void tell_connections_on_demand() { demand_fips(tell_connections); }

TEST_F(Fips, ConnectionsUseWhatTheModuleHas) {
  const char* const expected = "^read c0[0-9a-f]+ group 17 P-256\\. read 130[12] group 17 P-256\\. $";
  EXPECT_EXIT(bound(true, tell_connections), testing::ExitedWithCode(0), expected);
  EXPECT_EXIT(bound(true, tell_connections_on_demand), testing::ExitedWithCode(0), expected);
}

void tell_refused() {
  for (const ULONG use : {ULONG{SECPKG_CRED_OUTBOUND}, ULONG{SECPKG_CRED_INBOUND}}) {
    SCH_CREDENTIALS data{};
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    credential made;
    std::cerr << acquire(use, &data, *made.get()) << ". ";
  }
}

void tell_refused_on_demand() { demand_fips(tell_refused); }

// Nothing falls back on algorithms of the default provider.
TEST_F(Fips, WithoutAModuleThereIsNothing) {
  const char* const expected = "SEC_E_INTERNAL_ERROR\\. SEC_E_INTERNAL_ERROR\\. $";
  EXPECT_EXIT(bound(false, tell_refused), testing::ExitedWithCode(0), expected);
  EXPECT_EXIT(bound(false, tell_refused_on_demand), testing::ExitedWithCode(0), expected);
}

void tell_refused_for_other_records() {
  ::setenv("SCHANNIX_AEAD", "ipsec-mb", 1);
  tell_refused();
}

TEST_F(Fips, RecordsOfAnotherLibraryAreRefused) {
  EXPECT_EXIT(bound(true, tell_refused_for_other_records), testing::ExitedWithCode(0),
              "SCHANNIX_AEAD=ipsec-mb cannot be honoured: OpenSSL's configuration asks for FIPS[^\n]*\n"
              "SEC_E_INTERNAL_ERROR\\. SEC_E_INTERNAL_ERROR\\. $");
}

}  // namespace
}  // namespace schannix::test::sspi
