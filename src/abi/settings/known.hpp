// Every setting that Windows documents for Schannel, under the name of its registry key, and one of our own: what it is
// when nobody says anything, and whether it does anything here. What has no effect is known too, so that nobody takes
// it for working.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schannix::abi {

enum class setting_form : std::uint8_t { flag, number, suites, groups };  // flag: 0, or anything else for 1

struct known_setting {
  std::string
      section;  // below HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders, or of the key that it stands for
  std::string name;
  setting_form form = setting_form::flag;
  std::string usual;      // without the file; "" : not set, or OpenSSL's to say
  std::string no_effect;  // why; "": it has an effect
  std::uint32_t least = 0, most = 0xFFFFFFFF;
};

const std::vector<known_setting>& known_settings();
const known_setting* find_setting(std::string_view section, std::string_view name);  // in any case; null: unknown

std::string protocol_section(std::string_view protocol, std::string_view role);  // "TLS 1.2", "Client"

namespace section_name {
inline constexpr std::string_view top = "SCHANNEL";
inline constexpr std::string_view messaging = "Messaging";
inline constexpr std::string_view own = "Schannix";  // not of Windows
inline constexpr std::string_view fips = "Lsa\\FIPSAlgorithmPolicy";
inline constexpr std::string_view order = "Cryptography\\Configuration\\SSL\\00010002";
}  // namespace section_name

}  // namespace schannix::abi
