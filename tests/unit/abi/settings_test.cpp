// The settings file: what is taken, what is refused and with which words, and what it makes of the engine.
#include <gtest/gtest.h>

#include <stdexcept>

#include "abi/settings/effect.hpp"
#include "abi/settings/listing.hpp"
#include "base/ini.hpp"

namespace schannix::abi {
namespace {

using engine::tls_version;

settings_file parsed(std::string_view text) { return parse_settings("f", text); }
engine::settings effect(std::string_view text) { return effect_of(parsed(text)); }

std::string refusal(std::string_view text) {
  try {
    parsed(text);
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  return "";
}

TEST(settings, none_leave_everything_to_openssl) {
  const engine::settings made = effect("");
  EXPECT_EQ(made.client.allowed, engine::all_versions);
  EXPECT_EQ(made.server.by_default, engine::modern_versions);
  EXPECT_TRUE(made.client.decided.empty());
  EXPECT_FALSE(made.suites || made.groups || made.fips || made.fetches_revocation);
  EXPECT_EQ(made.sessions, 20000u);
}

TEST(settings, revocation_is_fetched_where_that_is_switched_on) {
  EXPECT_TRUE(effect("[Schannix]\nFetchRevocation=1").fetches_revocation);
  EXPECT_FALSE(effect("[Schannix]\nFetchRevocation=0").fetches_revocation);
}

TEST(settings, a_version_that_is_not_enabled_is_not_allowed) {
  const engine::settings made = effect("[Protocols\\TLS 1.2\\Client]\nEnabled=0");
  EXPECT_FALSE(made.client.allowed.has(tls_version::tls12));
  EXPECT_TRUE(made.client.allowed.has(tls_version::tls13));
  EXPECT_TRUE(made.server.allowed.has(tls_version::tls12));
}

TEST(settings, what_is_said_of_the_default_is_decided) {
  const engine::settings made = effect(
      "[protocols\\tls 1.0\\server]\nENABLED=0xffffffff\ndisabledbydefault=0\n"
      "[Protocols\\TLS 1.3\\Server]\nDisabledByDefault=1");
  EXPECT_TRUE(made.server.by_default.has(tls_version::tls10) && made.server.decided.has(tls_version::tls10));
  EXPECT_FALSE(made.server.by_default.has(tls_version::tls13));
  EXPECT_TRUE(made.server.decided.has(tls_version::tls13));
  EXPECT_FALSE(made.server.decided.has(tls_version::tls12));
  EXPECT_EQ(made.client.by_default, engine::modern_versions);
}

TEST(settings, times_are_milliseconds) {
  const auto lifetime = [](const std::string& value) {
    return effect("[SCHANNEL]\nClientCacheTime=" + value).client.session_lifetime;
  };
  EXPECT_EQ(lifetime("0"), 0u);
  EXPECT_EQ(lifetime("1"), 1u);
  EXPECT_EQ(lifetime("90000"), 90u);
  EXPECT_EQ(lifetime("0xffffffff"), 604800u);
  EXPECT_EQ(effect("[SCHANNEL]\nServerCacheTime=5000\nMaximumCacheSize=7").server.session_lifetime, 5u);
  EXPECT_EQ(effect("[SCHANNEL]\nMaximumCacheSize=7").sessions, 7u);
}

TEST(settings, a_machine_of_all_ones_is_none) {
  EXPECT_EQ(effect("[SCHANNEL]\nMachineID=0").machine_id, 0u);
  EXPECT_EQ(effect("[SCHANNEL]\nMachineID=0xfffffffe").machine_id, 0xFFFFFFFEu);
  EXPECT_EQ(effect("[SCHANNEL]\nMachineID=0xffffffff").machine_id, std::nullopt);
  EXPECT_EQ(effect("").machine_id, std::nullopt);
}

TEST(settings, limits_are_each_roles_own) {
  const engine::settings made = effect("[Messaging]\nMessageLimitClient=100\nMessageLimitServerClientAuth=200");
  EXPECT_EQ(made.client.certificates_size, 100);
  EXPECT_EQ(made.server.certificates_size, 200);
}

TEST(settings, trust_in_clients_has_three_modes) {
  const auto trust = [](const std::string& value) {
    return effect("[SCHANNEL]\nClientAuthTrustMode=" + value).clients;
  };
  EXPECT_EQ(effect("").clients, engine::client_trust::machine);
  EXPECT_EQ(trust("0"), engine::client_trust::machine);
  EXPECT_EQ(trust("1"), engine::client_trust::exclusive_roots);
  EXPECT_EQ(trust("2"), engine::client_trust::exclusive_authorities);
}

TEST(settings, lists_keep_their_order) {
  const engine::settings made = effect(
      "[Cryptography\\Configuration\\SSL\\00010002]\n"
      "Functions = TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256\nEccCurves=NistP384,curve25519,brainpoolP256r1");
  EXPECT_EQ(made.suites, (std::vector<std::string>{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"}));
  EXPECT_EQ(made.groups, (std::vector<std::string>{"secp384r1", "x25519", "brainpoolP256r1"}));
}

TEST(settings, switches_become_rules) {
  const engine::settings made =
      effect("[Ciphers\\AES 128/128]\nEnabled=0\n[Hashes\\SHA]\nEnabled=0\n[Hashes\\SHA256]\nEnabled=1");
  ASSERT_EQ(made.disabled.size(), 2u);
  EXPECT_EQ(made.disabled[0].name, "AES");
  EXPECT_EQ(made.disabled[0].max_bits, 128u);
  EXPECT_EQ(made.disabled[1].name, "SHA1");
}

TEST(settings, mistakes_are_told_with_their_line) {
  const std::string top = "[SCHANNEL]\n";
  EXPECT_EQ(refusal(top + "Enabld=0"),
            "schannix: f:2: \"Enabld\" is no setting of [SCHANNEL]; schannix config show has all");
  EXPECT_EQ(refusal("\n[Protocols\\TLS 1.4\\Client]\nEnabled=0"),
            "schannix: f:3: [Protocols\\TLS 1.4\\Client] is no section of settings; schannix config show has all");
  EXPECT_EQ(refusal(top + "EventLogging=all"),
            "schannix: f:2: \"all\" is no number for EventLogging; write 0, 1, 36000000 or 0x1");
  EXPECT_EQ(refusal(top + "EventLogging=1\neventlogging=2"), "schannix: f:3: EventLogging was set in line 2 already");
  for (const std::string value : {"", "-1", "0x", "0x1g", "4294967296", "1 2"})
    EXPECT_TRUE(refusal(top + "EventLogging=" + value).starts_with("schannix: f:2: ")) << value;
  EXPECT_EQ(refusal("[Messaging]\nMessageLimitClient=0"), "schannix: f:2: MessageLimitClient is at least 1");
  EXPECT_EQ(refusal(top + "ClientAuthTrustMode=3"), "schannix: f:2: ClientAuthTrustMode is at most 2");
  EXPECT_EQ(refusal("x"), "schannix: f:1: neither a [section] nor a line of the form name = value");
}

TEST(settings, lists_hold_names_only) {
  const std::string order = "[Cryptography\\Configuration\\SSL\\00010002]\n";
  for (const std::string line :
       {"Functions=", "Functions=TLS_A,,TLS_B", "Functions=AES128-SHA", "Functions=TLS_A:TLS_B",
        "Functions=TLS_A,TLS_A", "EccCurves=P-256:X25519", "EccCurves=", "EccCurves=a/b", "EccCurves=-x25519"})
    EXPECT_TRUE(refusal(order + line).starts_with("schannix: f:2: ")) << line;
}

TEST(settings, every_known_one_can_be_written_and_is_listed) {
  std::string text, section;
  for (const known_setting& one : known_settings()) {
    if (one.section != section) text += '[' + (section = one.section) + "]\n";
    const bool list = one.form == setting_form::suites || one.form == setting_form::groups;
    if (one.section != section_name::fips) text += one.name + (list ? "=TLS_A\n" : "=1\n");
  }
  EXPECT_EQ(refusal(text), "");
  const engine::environment env;
  const auto all = list_settings(parsed(text), env);
  EXPECT_EQ(all.size(), known_settings().size() + 3);  // and the variables of the environment
  for (const listed_setting& one : all) EXPECT_TRUE(one.has_effect || !one.remark.empty()) << one.name;
}

TEST(settings, groups_have_two_names) {
  EXPECT_EQ(openssl_group("NISTP256"), "secp256r1");
  EXPECT_EQ(windows_group("x25519"), "curve25519");
  EXPECT_EQ(windows_group("secp256k1"), "secp256k1");
}

TEST(settings, so_have_those_against_quantum_computers) {
  const std::pair<const char*, const char*> both[] = {{"x25519_mlkem768", "X25519MLKEM768"},
                                                      {"secp256r1_mlkem768", "SecP256r1MLKEM768"},
                                                      {"secp384r1_mlkem1024", "SecP384r1MLKEM1024"}};
  for (const auto& [windows, openssl] : both) {
    EXPECT_EQ(openssl_group(windows), openssl);
    EXPECT_EQ(windows_group(openssl), windows);
  }
}

TEST(settings, stapling_of_credentials_chosen_by_name_is_off_until_somebody_says_so) {
  EXPECT_FALSE(effect("").staples_for_sni);
  EXPECT_FALSE(effect("[SCHANNEL]\nEnableOcspStaplingForSni=0").staples_for_sni);
  EXPECT_TRUE(effect("[SCHANNEL]\nEnableOcspStaplingForSni=1").staples_for_sni);
}

TEST(settings, fips_that_openssl_does_not_have_is_refused) {
  engine::settings wanted;
  wanted.fips = true;
  EXPECT_THROW(engine::environment(engine::secret_source::watched, engine::aead_choice::automatic, wanted),
               std::runtime_error);
}

}  // namespace
}  // namespace schannix::abi
