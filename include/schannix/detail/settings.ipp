// settings.ipp: definitions of settings.hpp.
#pragma once

#include <stdexcept>
#include <string_view>

namespace schannix {
inline namespace v0 {

namespace detail {

inline setting setting_of(const SCHANNIX_SETTING& entry) {
  return {entry.pszSection,
          entry.pszName,
          entry.pszValue,
          static_cast<setting_origin>(entry.dwOrigin),
          entry.pszOrigin,
          entry.pszRemark,
          (entry.dwFlags & SCHANNIX_SETTING_NO_EFFECT) == 0,
          (entry.dwFlags & SCHANNIX_SETTING_LIST) != 0};
}

}  // namespace detail

inline std::string origin_name(setting_origin origin) {
  switch (origin) {
    case setting_origin::built_in:
      return "default";
    case setting_origin::file:
      return "file";
    case setting_origin::environment:
      return "environment";
    case setting_origin::openssl:
      return "openssl";
  }
  return "unknown";
}

inline std::vector<setting> all_settings() {
  if (const std::string problem = setup_problem(); !problem.empty()) throw std::runtime_error(problem);
  std::vector<setting> all;
  SCHANNIX_SETTING entry{};
  entry.cbSize = sizeof entry;
  while (SchannixSetting(static_cast<DWORD>(all.size()), &entry) != 0) all.push_back(detail::setting_of(entry));
  return all;
}

inline std::string setup_problem() {
  char* const line = SchannixSetupProblem();
  if (line == nullptr) return {};
  std::string text = line;
  LocalFree(line);
  constexpr std::string_view name = "schannix: ";
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

}  // namespace v0
}  // namespace schannix
