#include "abi/settings/effect.hpp"

#include <algorithm>

#include "base/ini.hpp"

namespace schannix::abi {
namespace {

using engine::tls_version;
using usage = engine::disabled_algorithm::use;

constexpr struct {
  tls_version version;
  std::string_view protocol;
} protocols[] = {{tls_version::tls10, "TLS 1.0"},
                 {tls_version::tls11, "TLS 1.1"},
                 {tls_version::tls12, "TLS 1.2"},
                 {tls_version::tls13, "TLS 1.3"}};

constexpr struct {
  std::string_view windows, openssl;
} groups[] = {{"curve25519", "x25519"},
              {"NistP256", "secp256r1"},
              {"NistP384", "secp384r1"},
              {"NistP521", "secp521r1"},
              {"x25519_mlkem768", "X25519MLKEM768"},
              {"secp256r1_mlkem768", "SecP256r1MLKEM768"},
              {"secp384r1_mlkem1024", "SecP384r1MLKEM1024"}};

void read_protocols(const settings_file& file, std::string_view role, engine::role_settings& into) {
  for (const auto& [version, protocol] : protocols) {
    const std::string section = protocol_section(protocol, role);
    const setting_line* const enabled = file.find(section, "Enabled");
    if (enabled != nullptr && enabled->number == 0) into.allowed.remove(version);
    const setting_line* const off = file.find(section, "DisabledByDefault");
    if (off == nullptr) continue;
    into.decided.add(version);
    into.by_default.remove(version);
    if (off->number == 0) into.by_default.add(version);
  }
}

// Milliseconds, as a credential's dwSessionLifespan: at most a week (RFC 8446 §4.6.1), at least a second unless 0.
void read_time(const settings_file& file, std::string_view name, engine::role_settings& into) {
  constexpr std::uint32_t milliseconds = 1000, week = 604'800;
  if (const setting_line* const time = file.find(section_name::top, name))
    into.session_lifetime = time->number == 0 ? 0 : std::clamp(time->number / milliseconds, 1U, week);
}

void read_limit(const settings_file& file, std::string_view name, engine::role_settings& into) {
  constexpr std::uint32_t most = 0x7FFFFFFF;
  if (const setting_line* const limit = file.find(section_name::messaging, name))
    into.certificates_size = static_cast<long>(std::min(limit->number, most));
}

void read_renegotiation(const settings_file& file, std::string_view name, engine::role_settings& into) {
  if (const setting_line* const off = file.find(section_name::top, name)) into.renegotiation = off->number == 0;
}

void read_switches(const settings_file& file, engine::settings& into) {
  const struct {
    std::string_view section;
    engine::disabled_algorithm what;
  } switches[] = {{"Ciphers\\AES 128/128", {usage::cipher, "AES", {}, 128, 128}},
                  {"Ciphers\\AES 256/256", {usage::cipher, "AES", {}, 256, 256}},
                  {"Hashes\\SHA", {usage::digest, "SHA1", {}, 0, 0}},
                  {"Hashes\\SHA256", {usage::digest, "SHA256", {}, 0, 0}},
                  {"Hashes\\SHA384", {usage::digest, "SHA384", {}, 0, 0}},
                  {"KeyExchangeAlgorithms\\ECDH", {usage::key_exchange, "ECDH", {}, 0, 0}},
                  {"KeyExchangeAlgorithms\\Diffie-Hellman", {usage::key_exchange, "DH", {}, 0, 0}},
                  {"KeyExchangeAlgorithms\\PKCS", {usage::key_exchange, "RSA", {}, 0, 0}}};
  for (const auto& [section, what] : switches) {
    const setting_line* const found = file.find(section, "Enabled");
    if (found != nullptr && found->number == 0) into.disabled.push_back(what);
  }
}

void read_orders(const settings_file& file, engine::settings& into) {
  if (const setting_line* const suites = file.find(section_name::order, "Functions")) into.suites = suites->names;
  const setting_line* const curves = file.find(section_name::order, "EccCurves");
  if (curves == nullptr) return;
  into.groups.emplace();
  for (const std::string& name : curves->names) into.groups->push_back(openssl_group(name));
}

constexpr std::uint32_t no_machine = 0xFFFFFFFF;  // as on Windows

engine::client_trust trust_of(std::uint32_t number) {
  if (number == 1) return engine::client_trust::exclusive_roots;
  return number == 2 ? engine::client_trust::exclusive_authorities : engine::client_trust::machine;
}

}  // namespace

engine::settings effect_of(const settings_file& file) {
  engine::settings made;
  read_protocols(file, "Client", made.client);
  read_protocols(file, "Server", made.server);
  read_time(file, "ClientCacheTime", made.client);
  read_time(file, "ServerCacheTime", made.server);
  read_limit(file, "MessageLimitClient", made.client);
  read_limit(file, "MessageLimitServerClientAuth", made.server);
  read_renegotiation(file, "DisableRenegoOnClient", made.client);
  read_renegotiation(file, "DisableRenegoOnServer", made.server);
  read_switches(file, made);
  read_orders(file, made);
  if (const setting_line* const size = file.find(section_name::top, "MaximumCacheSize")) made.sessions = size->number;
  if (const setting_line* const id = file.find(section_name::top, "MachineID");
      id != nullptr && id->number != no_machine)
    made.machine_id = id->number;
  if (const setting_line* const mode = file.find(section_name::top, "ClientAuthTrustMode"))
    made.clients = trust_of(mode->number);
  if (const setting_line* const fetch = file.find(section_name::own, "FetchRevocation"))
    made.fetches_revocation = fetch->number != 0;
  if (const setting_line* const staple = file.find(section_name::top, "EnableOcspStaplingForSni"))
    made.staples_for_sni = staple->number != 0;
  if (const setting_line* const fips = file.find(section_name::fips, "Enabled")) made.fips = fips->number != 0;
  return made;
}

// Windows logs errors when nobody says anything. KB 260729
std::uint32_t logged_levels(const settings_file& file) {
  constexpr std::uint32_t errors = 1, all = 7;
  const setting_line* const levels = file.find(section_name::top, "EventLogging");
  return levels == nullptr ? errors : levels->number & all;
}

std::string_view protocol_name(engine::tls_version version) {
  for (const auto& one : protocols)
    if (one.version == version) return one.protocol;
  return {};
}

std::string windows_group(std::string_view openssl) {
  for (const auto& one : groups)
    if (base::same_name(one.openssl, openssl)) return std::string(one.windows);
  return std::string(openssl);
}

std::string openssl_group(std::string_view windows) {
  for (const auto& one : groups)
    if (base::same_name(one.windows, windows)) return std::string(one.openssl);
  return std::string(windows);
}

}  // namespace schannix::abi
