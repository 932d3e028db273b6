#include "abi/settings/known.hpp"

#include <algorithm>

#include "base/ini.hpp"

namespace schannix::abi {
namespace {

using enum setting_form;

constexpr std::string_view absent = "never negotiated here, whatever this says";
constexpr std::string_view never_offered = "never offered here, whatever this says";
constexpr std::string_view openssl_decides = "OpenSSL's security level decides";
constexpr std::string_view always_secure = "there is no renegotiation without RFC 5746 here, whatever this says";

class table {
 public:
  void add(std::string_view section, std::string_view name, setting_form form, std::string_view usual,
           std::string_view no_effect = "", std::uint32_t least = 0, std::uint32_t most = 0xFFFFFFFF) {
    all.push_back(
        {std::string(section), std::string(name), form, std::string(usual), std::string(no_effect), least, most});
  }

  void add_protocol(std::string_view protocol, bool by_default, std::string_view no_effect = "") {
    for (const std::string_view role : {"Client", "Server"}) {
      const std::string section = protocol_section(protocol, role);
      add(section, "Enabled", flag, no_effect.empty() ? "1" : "0", no_effect);
      add(section, "DisabledByDefault", flag, by_default ? "0" : "1", no_effect);
    }
  }

  void add_switches(std::string_view key, std::initializer_list<std::string_view> names, bool effective) {
    for (const std::string_view name : names)
      add(std::string(key) + '\\' + std::string(name), "Enabled", flag, effective ? "1" : "0",
          effective ? "" : never_offered);
  }

  std::vector<known_setting> all;
};

void add_protocols(table& to) {
  to.add_protocol("TLS 1.3", true);
  to.add_protocol("TLS 1.2", true);
  to.add_protocol("TLS 1.1", false);
  to.add_protocol("TLS 1.0", false);
  for (const std::string_view gone : {"DTLS 1.2", "DTLS 1.0", "SSL 3.0", "SSL 2.0", "PCT 1.0"})
    to.add_protocol(gone, false, absent);
}

void add_algorithms(table& to) {
  to.add(section_name::order, "Functions", suites, "");
  to.add(section_name::order, "EccCurves", groups, "");
  to.add_switches("Ciphers", {"AES 256/256", "AES 128/128"}, true);
  to.add_switches("Ciphers",
                  {"Triple DES 168", "Triple DES 168/168", "RC4 128/128", "RC4 64/128", "RC4 56/128", "RC4 40/128",
                   "RC2 128/128", "RC2 56/128", "RC2 40/128", "DES 56/56", "NULL"},
                  false);
  to.add_switches("Hashes", {"SHA384", "SHA256", "SHA"}, true);
  to.add_switches("Hashes", {"SHA512", "MD5"}, false);
  to.add_switches("KeyExchangeAlgorithms", {"ECDH", "Diffie-Hellman", "PKCS"}, true);
  for (const std::string key : {"Diffie-Hellman", "PKCS", "ECDH"})
    for (const std::string_view name : {"ClientMinKeyBitLength", "ClientMaxKeyBitLength", "ServerMinKeyBitLength"})
      to.add("KeyExchangeAlgorithms\\" + key, name, number, "", openssl_decides);
  to.add(section_name::fips, "Enabled", flag, "");
}

void add_sessions_trust_and_limits(table& to) {
  to.add(section_name::own, "FetchRevocation", flag, "0");
  to.add(section_name::top, "MaximumCacheSize", number, "20000");
  to.add(section_name::top, "ClientCacheTime", number, "36000000");
  to.add(section_name::top, "ServerCacheTime", number, "36000000");
  to.add(section_name::top, "MachineID", number, "");
  to.add(section_name::top, "ClientAuthTrustMode", number, "0", "", 0, 2);
  to.add(section_name::top, "EnableOcspStaplingForSni", flag, "0");
  to.add(section_name::top, "DisableRenegoOnClient", flag, "0");
  to.add(section_name::top, "DisableRenegoOnServer", flag, "0");
  to.add(section_name::top, "EventLogging", number, "1");
  to.add(section_name::messaging, "MessageLimitClient", number, "", "", 1);
  to.add(section_name::messaging, "MessageLimitServerClientAuth", number, "", "", 1);
  to.add(section_name::messaging, "MessageLimitServer", number, "",
         "OpenSSL's own bounds hold for clients without a certificate (docs/limits.md)");
}

// Of the top-level key, without effect: docs/howto/settings.md says why of each.
void add_the_rest(table& to) {
  constexpr std::string_view top = section_name::top;
  to.add(top, "SendTrustedIssuerList", flag, "0", "no list of authorities is sent");
  to.add(top, "CertificateMappingMethods", number, "", "certificates are not mapped to accounts");
  to.add(top, "IssuerCacheSize", number, "", "there is no cache of issuers");
  to.add(top, "IssuerCacheTime", number, "", "there is no cache of issuers");
  to.add(top, "AllowInsecureRenegoClients", flag, "0", always_secure);
  to.add(top, "AllowInsecureRenegoServers", flag, "0", always_secure);
  to.add(top, "UseScsvForTls", flag, "", "OpenSSL chooses how RFC 5746 is told");
  to.add(top, "DisableCompression", flag, "", "there is no compression here");
  to.add(top, "MaxAsyncWorkerThreadsPerCpu", number, "", "for Windows' kernel");
}

std::vector<known_setting> made() {
  table all;
  add_protocols(all);
  add_algorithms(all);
  add_sessions_trust_and_limits(all);
  add_the_rest(all);
  return std::move(all.all);
}

}  // namespace

const std::vector<known_setting>& known_settings() {
  static const auto& all = *new std::vector<known_setting>(made());  // never destroyed, as all of the process' state
  return all;
}

const known_setting* find_setting(std::string_view section, std::string_view name) {
  const auto& all = known_settings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const known_setting& one) {
    return base::same_name(one.section, section) && base::same_name(one.name, name);
  });
  return found == all.end() ? nullptr : &*found;
}

std::string protocol_section(std::string_view protocol, std::string_view role) {
  return "Protocols\\" + std::string(protocol) + '\\' + std::string(role);
}

}  // namespace schannix::abi
