// `schannix config` as a person and as a script see it.
#include <openssl/opensslv.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolConfig : public testing::Test {
 protected:
  workshop files_;

  ran show(const std::string& settings, const std::string& options = "") {
    files_.write("s.conf", settings);
    return run(files_, "SCHANNIX_CONF=$PWD/s.conf $TOOL config show " + options);
  }
  ran import(const std::string& reg, const std::string& options = "") {
    files_.write("in.reg", reg);
    return run(files_, "$TOOL config import-reg in.reg " + options);
  }
};

const std::string title = "Windows Registry Editor Version 5.00\r\n\r\n";
const std::string control = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\";
const std::string schannel = control + "SecurityProviders\\SCHANNEL";

TEST_F(ToolConfig, ShowsValuesAndWhereTheyComeFrom) {
  const auto seen = show("[Protocols\\TLS 1.3\\Client]\nEnabled=0x0\n", "--origin");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_EQ(seen.err, "");
  EXPECT_TRUE(has(seen.out, "[Protocols\\TLS 1.3\\Client]\nEnabled = 0 ")) << seen.out;
  EXPECT_TRUE(has(seen.out, "/s.conf:2\nDisabledByDefault = 1 ")) << seen.out;
  EXPECT_TRUE(has(seen.out, "follows from Enabled = 0\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "[Protocols\\TLS 1.2\\Client]\nEnabled = 1                  ; default\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "\nFunctions = TLS_")) << seen.out;
  EXPECT_TRUE(has(seen.out, "  ; OpenSSL's policy\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "; environment\n")) << seen.out;
}

TEST_F(ToolConfig, NamesWhatHasNoEffect) {
  const auto seen = show("[SCHANNEL]\nSendTrustedIssuerList=1\n[Protocols\\SSL 3.0\\Server]\nEnabled=1\n");
  const auto effective = seen.out.substr(0, seen.out.find("without effect here"));
  EXPECT_FALSE(has(effective, "SendTrustedIssuerList")) << seen.out;
  EXPECT_TRUE(has(seen.out, "; SendTrustedIssuerList = 1  ; no list of authorities is sent\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "; [Protocols\\SSL 3.0\\Server]\n; Enabled = 1 ")) << seen.out;
}

// Each setting of Windows' that does nothing here, and the reason that is told with it. docs/howto/settings.md
struct idle_setting {
  const char* section;
  const char* name;
  const char* reason;
};
constexpr char never_offered[] = "never offered here, whatever this says";
constexpr char never_negotiated[] = "never negotiated here, whatever this says";
constexpr char no_old_renegotiation[] = "there is no renegotiation without RFC 5746 here, whatever this says";
constexpr char by_openssl[] = "OpenSSL's security level decides";
constexpr idle_setting idle_settings[] = {
    {"Ciphers\\Triple DES 168", "Enabled", never_offered},
    {"Ciphers\\RC4 128/128", "Enabled", never_offered},
    {"Ciphers\\DES 56/56", "Enabled", never_offered},
    {"Ciphers\\NULL", "Enabled", never_offered},
    {"Hashes\\MD5", "Enabled", never_offered},
    {"Hashes\\SHA512", "Enabled", never_offered},
    {"Protocols\\SSL 3.0\\Client", "Enabled", never_negotiated},
    {"Protocols\\DTLS 1.2\\Server", "DisabledByDefault", never_negotiated},
    {"KeyExchangeAlgorithms\\Diffie-Hellman", "ClientMinKeyBitLength", by_openssl},
    {"KeyExchangeAlgorithms\\Diffie-Hellman", "ServerMinKeyBitLength", by_openssl},
    {"KeyExchangeAlgorithms\\PKCS", "ClientMaxKeyBitLength", by_openssl},
    {"Messaging", "MessageLimitServer", "OpenSSL's own bounds hold for clients without a certificate (docs/limits.md)"},
    {"SCHANNEL", "SendTrustedIssuerList", "no list of authorities is sent"},
    {"SCHANNEL", "CertificateMappingMethods", "certificates are not mapped to accounts"},
    {"SCHANNEL", "IssuerCacheSize", "there is no cache of issuers"},
    {"SCHANNEL", "IssuerCacheTime", "there is no cache of issuers"},
    {"SCHANNEL", "AllowInsecureRenegoClients", no_old_renegotiation},
    {"SCHANNEL", "AllowInsecureRenegoServers", no_old_renegotiation},
    {"SCHANNEL", "UseScsvForTls", "OpenSSL chooses how RFC 5746 is told"},
    {"SCHANNEL", "DisableCompression", "there is no compression here"},
    {"SCHANNEL", "MaxAsyncWorkerThreadsPerCpu", "for Windows' kernel"}};

TEST_F(ToolConfig, SaysOfEachThatHasNoEffectWhy) {
  constexpr std::size_t column = 27;
  for (const idle_setting& one : idle_settings) {
    const std::string section = '[' + std::string(one.section) + "]\n";
    const auto seen = show(section + one.name + "=1\n");
    const auto idle = seen.out.substr(std::min(seen.out.find("without effect here"), seen.out.size()));
    const auto its = idle.substr(std::min(idle.find("; " + section), idle.size()));
    std::string line = "; " + std::string(one.name) + " = 1";
    line.resize(std::max(line.size(), column), ' ');
    EXPECT_TRUE(has(its.substr(0, its.find("; [", 3)), line + "  ; " + one.reason + '\n')) << section << seen.out;
  }
}

// And there are no others, but for more of the same ciphers, versions and key lengths.
TEST_F(ToolConfig, WhatHasNoEffectIsListedInTheTest) {
  std::istringstream lines(show("").out);
  std::string section, line;
  while (std::getline(lines, line) && !has(line, "without effect here")) continue;
  while (std::getline(lines, line)) {
    if (line.starts_with("; [")) section = line.substr(3, line.find(']') - 3);
    const auto ends = line.find(" = ");
    if (ends == std::string::npos) continue;
    const auto known = [&](const idle_setting& one) {
      const bool own = section == "SCHANNEL" || section == "Messaging";
      const auto reason = "  ; " + std::string(one.reason);
      return line.ends_with(reason) && (!own || line.substr(2, ends - 2) == one.name);
    };
    EXPECT_TRUE(std::any_of(std::begin(idle_settings), std::end(idle_settings), known)) << section << ": " << line;
  }
}

TEST_F(ToolConfig, SaysWhichGroupsAgainstQuantumComputersAreNotThere) {
  const std::string groups = "x25519_mlkem768,secp256r1_mlkem768,secp384r1_mlkem1024";
  const auto seen = show("[Cryptography\\Configuration\\SSL\\00010002]\nEccCurves=curve25519," + groups + "\n");
  const bool all = has(seen.out, "\nEccCurves = curve25519," + groups + '\n');  // from OpenSSL 3.5 on
  const bool none =
      has(seen.out, "\nEccCurves = curve25519       ; not available here, or switched off: " + groups + '\n');
  EXPECT_EQ(all, OPENSSL_VERSION_NUMBER >= 0x30500000L) << seen.out;
  EXPECT_NE(all, none) << seen.out;
}

TEST_F(ToolConfig, NamesWhatIsNotAvailable) {
  const auto seen = show("[Cryptography\\Configuration\\SSL\\00010002]\nEccCurves=NistP384,no_such_group,curve25519\n");
  EXPECT_TRUE(
      has(seen.out, "\nEccCurves = NistP384,curve25519  ; not available here, or switched off: no_such_group\n"))
      << seen.out;
  const auto other = show("[Cryptography\\Configuration\\SSL\\00010002]\nEccCurves=secp384r1\n");
  EXPECT_TRUE(has(other.out, "\nEccCurves = NistP384\n")) << other.out;
}

TEST_F(ToolConfig, WhatItShowsIsASettingsFile) {
  const auto first = show("[SCHANNEL]\nMaximumCacheSize=7\n[Ciphers\\AES 128/128]\nEnabled=0\n");
  EXPECT_TRUE(has(first.out, "\nMaximumCacheSize = 7\n")) << first.out;
  const auto second = show(first.out);
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_EQ(second.out, first.out);
}

TEST_F(ToolConfig, JsonIsOneObjectALine) {
  const auto seen =
      show("[SCHANNEL]\nClientCacheTime=5000\n",
           "--json | python3 -c 'import json,sys\nfor l in sys.stdin:\n o=json.loads(l)\n"
           " if o[\"name\"]==\"ClientCacheTime\": print(o[\"section\"],o[\"value\"],o[\"origin\"],o[\"has_effect\"])'");
  EXPECT_EQ(seen.out, "SCHANNEL 5000 file True\n") << seen.err;
}

TEST_F(ToolConfig, AFileThatIsRefusedIsExitCode2) {
  const auto seen = show("[SCHANNEL]\nNoSuch=1\n");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_EQ(seen.out, "");
  EXPECT_TRUE(has(seen.err, "/s.conf:2: \"NoSuch\" is no setting of [SCHANNEL]")) << seen.err;
  EXPECT_EQ(seen.err.find('\n'), seen.err.size() - 1) << seen.err;
  EXPECT_TRUE(has(show("x", "--json").err, "{\"event\":\"error\",\"message\":\"")) << seen.err;
}

TEST_F(ToolConfig, ImportsWhatThereIsAndNamesTheRest) {
  const auto seen = import(
      title + schannel + "]\r\n\"SendTrustedIssuerList\"=dword:00000001\r\n\"ClientCacheTime\"=dword:000003e8\r\n" +
      schannel + "\\Protocols\\TLS 1.0\\Server]\r\n\"enabled\"=dword:00000000\r\n\"Odd\"=\"x\"\r\n" +
      "[HKEY_CURRENT_USER\\Software]\r\n\"y\"=hex:00\r\n");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.out, "\n[SCHANNEL]\n; SendTrustedIssuerList = 1  ; without effect: ")) << seen.out;
  EXPECT_TRUE(has(seen.out, "\nClientCacheTime = 1000\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "\n[Protocols\\TLS 1.0\\Server]\nEnabled = 0\n; Odd = x  ; no counterpart here\n"))
      << seen.out;
  EXPECT_TRUE(has(seen.out, "; [HKEY_CURRENT_USER\\Software] y  ; no key of Schannel's\n")) << seen.out;
  EXPECT_TRUE(has(seen.err, "2 settings taken, 3 left as comments")) << seen.err;
}

TEST_F(ToolConfig, WhatIsImportedCanBeUsed) {
  const std::string list =
      "\"Functions\"=hex(7):54,00,4c,00,53,00,5f,00,41,00,45,00,53,00,5f,00,32,00,35,00,36,00,5f,\\\r\n"
      "  00,47,00,43,00,4d,00,5f,00,53,00,48,00,41,00,33,00,38,00,34,00,00,00,00,00\r\n";
  const auto made =
      import(title + control + "Cryptography\\Configuration\\Local\\SSL\\00010002]\r\n" + list, "--output o.conf");
  EXPECT_EQ(made.out, "");
  const auto seen = run(files_, "SCHANNIX_CONF=$PWD/o.conf $TOOL config show");
  EXPECT_TRUE(has(seen.out, "\nFunctions = TLS_AES_256_GCM_SHA384\n")) << seen.out << seen.err;
}

TEST_F(ToolConfig, APolicyCountsMoreThanTheMachinesOwnList) {
  const std::string policy =
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002]\r\n"
      "\"Functions\"=\"TLS_A\"\r\n";
  const std::string own = control + "Cryptography\\Configuration\\Local\\SSL\\00010002]\r\n\"Functions\"=\"TLS_B\"\r\n";
  for (const auto& text : {policy + own, own + policy}) {
    const auto seen = import(title + text);
    EXPECT_TRUE(has(seen.out, "\nFunctions = TLS_A\n")) << seen.out;
    EXPECT_TRUE(has(seen.out, "; Functions = TLS_B  ; set again")) << seen.out;
  }
}

TEST_F(ToolConfig, ABrokenExportIsToldWithItsLine) {
  const auto seen = import(title + schannel + "]\r\n\"x\"=dword:zz\r\n");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_EQ(seen.err, "schannix: in.reg: line 4: dword: is followed by up to eight hexadecimal digits\n");
  EXPECT_EQ(run(files_, "$TOOL config import-reg no_such.reg").exit_code, 2);
  EXPECT_EQ(run(files_, "$TOOL config").exit_code, 2);
}

}  // namespace
}  // namespace tool_test
