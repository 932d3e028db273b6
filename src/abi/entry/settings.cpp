// SchannixSetting and SchannixSetupProblem: what the machine's settings come to, for people who ask.
#include <schannix_ext.h>

#include <cstring>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/settings/listing.hpp"
#include "abi/translate/crypt32.hpp"

namespace schannix::abi {
namespace {

const std::vector<listed_setting>& all_settings() {
  static const auto& all = *new std::vector<listed_setting>(list_settings(the_runtime().settings, the_environment()));
  return all;
}

DWORD flags_of(const listed_setting& one) {
  return (one.has_effect ? 0U : SCHANNIX_SETTING_NO_EFFECT) | (one.is_list ? SCHANNIX_SETTING_LIST : 0U);
}

DWORD number_of(setting_origin from) {
  switch (from) {
    case setting_origin::usual:
      return SCHANNIX_ORIGIN_DEFAULT;
    case setting_origin::file:
      return SCHANNIX_ORIGIN_FILE;
    case setting_origin::environment:
      return SCHANNIX_ORIGIN_ENVIRONMENT;
    case setting_origin::openssl:
      return SCHANNIX_ORIGIN_OPENSSL;
  }
  return SCHANNIX_ORIGIN_DEFAULT;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI SchannixSetting(DWORD dwIndex, SCHANNIX_SETTING* pSetting) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (pSetting == nullptr || pSetting->cbSize != sizeof *pSetting) return abi::fail(ERROR_INVALID_PARAMETER, FALSE);
    const auto& all = abi::all_settings();
    if (dwIndex >= all.size()) return abi::fail(ERROR_NO_MORE_ITEMS, FALSE);
    const abi::listed_setting& is = all[dwIndex];
    *pSetting = {sizeof *pSetting, abi::flags_of(is), abi::number_of(is.from), is.section.c_str(),
                 is.name.c_str(),  is.value.c_str(),  is.place.c_str(),        is.remark.c_str()};
    return TRUE;
  });
}

char* WINAPI SchannixSetupProblem(void) {
  return abi::guarded_or<char*>(nullptr, [&]() -> char* {
    const std::string text = abi::setup_problem();
    if (text.empty()) return nullptr;
    auto* const out = static_cast<char*>(LocalAlloc(LMEM_FIXED, text.size() + 1));
    if (out) std::memcpy(out, text.c_str(), text.size() + 1);
    return out;
  });
}
