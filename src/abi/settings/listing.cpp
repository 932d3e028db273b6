#include "abi/settings/listing.hpp"

#include <stdlib.h>

#include <algorithm>

#include "abi/settings/effect.hpp"
#include "base/ini.hpp"

namespace schannix::abi {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

std::vector<std::string> by_windows_names(std::vector<std::string> groups) {
  for (std::string& name : groups) name = windows_group(name);
  return groups;
}

bool is(const known_setting& one, std::string_view section, std::string_view name) {
  return one.section == section && one.name == name;
}

class lister {
 public:
  lister(const settings_file& file, const engine::environment& env)
      : file_(file), client_(env.in_effect(engine::role::client)), server_(env.in_effect(engine::role::server)) {}

  listed_setting describe(const known_setting& one) const {
    listed_setting made = as_written(one);
    if (!made.has_effect) return made;
    if (one.form == setting_form::suites) {
      show_list(made, client_.suites, file_.find(one));
    } else if (one.form == setting_form::groups) {
      show_list(made, by_windows_names(client_.groups), file_.find(one));
    } else if (one.name == "DisabledByDefault") {
      show_default(made);
    } else if (is(one, section_name::fips, "Enabled")) {
      show_openssl(made, client_.fips ? "1" : "0");
    } else if (one.section == section_name::messaging) {
      show_openssl(made, std::to_string((one.name == "MessageLimitClient" ? client_ : server_).certificates_size));
    }
    return made;
  }

 private:
  listed_setting as_written(const known_setting& one) const {
    listed_setting made{one.section, one.name, one.usual, setting_origin::usual, "default", one.no_effect};
    made.has_effect = one.no_effect.empty();
    made.is_list = one.form == setting_form::suites || one.form == setting_form::groups;
    if (const setting_line* const line = file_.find(one)) {
      made.value = line->text;
      made.from = setting_origin::file;
      made.place = file_.path + ':' + std::to_string(line->line);
    }
    return made;
  }

  static void show_openssl(listed_setting& made, std::string value) {
    made.value = std::move(value);
    if (made.from == setting_origin::file) return;
    made.from = setting_origin::openssl;
    made.place = "OpenSSL's policy";
  }

  // The names in effect; those of the file that are not among them are named.
  static void show_list(listed_setting& made, const std::vector<std::string>& names, const setting_line* written) {
    show_openssl(made, joined(names));
    if (written == nullptr) return;
    std::vector<std::string> missing;
    for (const std::string& name : written->names) {
      const std::string usual = windows_group(name);  // a suite's name stays as it is
      if (std::none_of(names.begin(), names.end(), [&](const auto& one) { return base::same_name(one, usual); }))
        missing.push_back(name);
    }
    if (!missing.empty()) made.remark = "not available here, or switched off: " + joined(missing);
  }

  // What is negotiated when nobody names a version follows from more than this one line.
  void show_default(listed_setting& made) const {
    const bool of_client = made.section.ends_with("Client");
    const std::string seen = on_by_default(made.section, of_client ? client_ : server_) ? "0" : "1";
    if (seen == made.value) return;
    const bool written = made.from == setting_origin::file;
    const setting_line* const enabled = file_.find(made.section, "Enabled");
    if (enabled != nullptr && enabled->number == 0) {
      made.remark = "follows from Enabled = 0";
    } else if (written || !file_.lines.empty()) {
      made.remark = "no suite is left for it, or OpenSSL's policy or the other versions leave it out";
    } else {
      made.from = setting_origin::openssl;
      made.place = "OpenSSL's policy";
    }
    made.value = seen;
  }

  static bool on_by_default(std::string_view section, const engine::policy_in_effect& policy) {
    for (const auto version : {engine::tls_version::tls10, engine::tls_version::tls11, engine::tls_version::tls12,
                               engine::tls_version::tls13})
      if (policy.versions.has(version) && section.find(protocol_name(version)) != std::string_view::npos) return true;
    return false;
  }

  const settings_file& file_;
  engine::policy_in_effect client_, server_;
};

listed_setting variable(const char* name, const char* usual) {
  const char* const set = ::secure_getenv(name);
  if (set == nullptr || *set == '\0') return {"", name, usual, setting_origin::usual, "default", ""};
  return {"", name, set, setting_origin::environment, "environment", ""};
}

}  // namespace

std::vector<listed_setting> list_settings(const settings_file& file, const engine::environment& env) {
  const lister each(file, env);
  std::vector<listed_setting> all{variable("SCHANNIX_CONF", system_settings_path), variable("SCHANNIX_AEAD", "auto"),
                                  variable("SCHANNIX_TRACE", "")};
  for (const known_setting& one : known_settings()) all.push_back(each.describe(one));
  return all;
}

}  // namespace schannix::abi
