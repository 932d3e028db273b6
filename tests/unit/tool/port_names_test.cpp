#include <gtest/gtest.h>

#include "port/scanner/names.hpp"
#include "port/scanner/uses.hpp"

namespace tool::port {
namespace {

// "name standing line" of each use; a name that nobody knows has "unknown".
std::string uses(std::string_view source, language written_in = language::c) {
  std::string seen;
  for (const name_use& one : names_in(tokens_of(source, written_in), written_in).uses) {
    const std::string how(one.known ? word_of(one.known->how) : "unknown");
    seen += std::string(one.name) + ' ' + how + ' ' + std::to_string(one.line) + '\n';
  }
  return seen;
}

struct told {
  const char* name;
  standing how;
  const char* library;
};

TEST(port_names, say_what_the_pages_and_lists_say) {
  for (const told& one :
       {told{"EncryptMessage", standing::supported, "secur32"},
        told{"AcquireCredentialsHandleW", standing::supported, "secur32"},
        told{"PFXImportCertStore", standing::supported, "crypt32"},
        told{"BCryptEnumContextFunctions", standing::partial, "ncrypt and bcrypt"},
        told{"QuerySecurityContextToken", standing::missing, "secur32"},
        told{"ISC_REQ_DATAGRAM", standing::missing, "Request and return flags"},
        told{"SCH_CRED_MEMORY_STORE_CERT", standing::partial, "Flags and tokens of Schannel"},
        told{"FormatMessage", standing::partial, "kernel32"}, told{"WSAStartup", standing::supported, "ws2_32"}}) {
    const auto found = find_name(one.name);
    ASSERT_TRUE(found) << one.name;
    EXPECT_EQ(found->how, one.how) << one.name;
    EXPECT_EQ(found->library, one.library) << one.name;
  }
}

TEST(port_names, limits_come_with_a_note) {
  EXPECT_EQ(find_name("QuerySecurityContextToken")->note, "Refused: SEC_E_UNSUPPORTED_FUNCTION.");
  EXPECT_EQ(find_name("EncryptMessage")->note, "");
}

TEST(port_names, words_of_headers_are_no_names) {
  EXPECT_FALSE(find_name("Certificate"));
  EXPECT_FALSE(find_name("pvBuffer"));
  EXPECT_TRUE(find_name("ISC_REQ_FRAGMENT_TO_FIT"));
}

TEST(port_names, are_found_where_they_are_used) {
  EXPECT_EQ(uses("x = EncryptMessage(&c);\nsspi->DecryptMessage(d); // CertMineStore(\nCertMineStore(0);"),
            "EncryptMessage supported 1\nDecryptMessage supported 2\nCertMineStore unknown 3\n");
  EXPECT_EQ(uses("GetProcAddress(m, \"InitSecurityInterfaceW\"); puts(\"see EncryptMessage\");"),
            "GetProcAddress partial 1\nInitSecurityInterfaceW supported 1\n");
}

TEST(port_names, common_words_count_in_code_for_windows_only) {
  EXPECT_EQ(uses("send(s, b, 1, 0); Sleep(1);"), "");
  EXPECT_EQ(uses("#include <WinSock2.h>\nsend(s, b, 1, 0); x.send(b); Net::send(b); ::recv(s, b, 1, 0);\nint bind;"),
            "send supported 2\nrecv supported 2\n");
  EXPECT_EQ(uses("#include \"windows.h\"\nvoid send(int); Sleep(1);"), "Sleep supported 2\n");
}

TEST(port_names, strangers_of_a_family_are_unknown) {
  EXPECT_EQ(uses("CertDoMore(1); SECPKG_ATTR_FROM_TOMORROW; CertificateOf(x); WSANewThingW(); x.CertMember(1);"),
            "CertDoMore unknown 1\nSECPKG_ATTR_FROM_TOMORROW unknown 1\nWSANewThingW unknown 1\n");
}

TEST(port_names, what_the_file_declares_is_its_own) {
  const std::string source = "static int CertMine(int);\n#define CERT_CHAIN_MINE 1\nint *CertPointer(void) { }\n";
  const auto found = names_in(tokens_of(source, language::c), language::c);
  EXPECT_TRUE(found.uses.empty());
  EXPECT_EQ(found.declared, (std::vector<std::string_view>{"CertMine", "CERT_CHAIN_MINE", "CertPointer"}));
}

TEST(port_names, declarations_of_rust_and_c_sharp) {
  EXPECT_EQ(uses("extern \"system\" { fn CertThing(a: u8); } use w::{EncryptMessage, connect};", language::rust),
            "CertThing unknown 1\nEncryptMessage supported 1\n");
  EXPECT_EQ(uses("[DllImport(\"secur32.dll\", EntryPoint = \"DecryptMessage\")]\nstatic extern int Dec(ref H h);\n"
                 "static extern bool CertThing(IntPtr p);\nvoid CertMethod() { CertMethod(); connect(); }",
                 language::c_sharp),
            "DecryptMessage supported 1\nCertThing unknown 3\n");
}

}  // namespace
}  // namespace tool::port
