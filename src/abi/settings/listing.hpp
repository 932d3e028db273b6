// Every setting with what it comes to in this process, and who said so: for SchannixSetting.
#pragma once

#include <string>
#include <vector>

#include "abi/settings/settings_file.hpp"
#include "engine/environment.hpp"

namespace schannix::abi {

enum class setting_origin : std::uint8_t { usual, file, environment, openssl };

struct listed_setting {
  std::string section, name;  // a section of "": a variable of the environment
  std::string value;          // as it would be written in the file
  setting_origin from = setting_origin::usual;
  std::string place;   // "/etc/schannix/schannix.conf:12", "default", ...
  std::string remark;  // what the value does not do; "": it is in effect as it stands
  bool has_effect = true;
  bool is_list = false;
};

std::vector<listed_setting> list_settings(const settings_file& file, const engine::environment& env);

}  // namespace schannix::abi
