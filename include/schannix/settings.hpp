// settings.hpp: the machine's settings, as they are in effect in this process: versions, suites, groups, sessions,
// limits.
//
//   for (const auto& each : schannix::all_settings())
//     std::cout << each.section << ' ' << each.name << " = " << each.value << " (" << each.place << ")\n";
//
// They come from /etc/schannix/schannix.conf, or from the file that SCHANNIX_CONF in the environment names, read once
// per process; what nobody sets is OpenSSL's policy or a default. Ownership: values of their own. Threads: any.
#pragma once

#include <schannix_ext.h>

#include <string>
#include <vector>

namespace schannix {
inline namespace v0 {

enum class setting_origin { built_in, file, environment, openssl };

struct setting {
  std::string section;  // the registry's key below SCHANNEL; "": a variable of the environment
  std::string name;
  std::string value;  // in effect, as it would stand in the file; "": not set
  setting_origin origin = setting_origin::built_in;
  std::string place;   // "/etc/schannix/schannix.conf:12", "environment", "OpenSSL's policy", "default"
  std::string remark;  // a clause: what the value does not do; "": it is in effect as it stands
  bool has_effect = true;
  bool is_list = false;  // names, separated by commas; else a number
};

std::string origin_name(setting_origin origin);  // "default", "file", "environment", "openssl"

// Every setting that is known, with its value. Throws std::runtime_error with what setup_problem() says, when it says
// something.
std::vector<setting> all_settings();

// Why the library cannot be set up, in one line: "/etc/schannix/schannix.conf:3: ...". "": it can.
std::string setup_problem();

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/settings.ipp"
