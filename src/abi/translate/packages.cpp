#include "abi/translate/packages.hpp"

#include <schannel.h>
#include <strings.h>

#include <array>
#include <span>
#include <string>

#include "abi/translate/memory.hpp"
#include "base/text.hpp"

namespace schannix::abi {

struct package {
  std::string_view name;
  std::string_view comment;
};

namespace {

// What Windows' Schannel reports: spec 1.1.
constexpr ULONG capabilities = SECPKG_FLAG_INTEGRITY | SECPKG_FLAG_PRIVACY | SECPKG_FLAG_CONNECTION |
                               SECPKG_FLAG_MULTI_REQUIRED | SECPKG_FLAG_EXTENDED_ERROR | SECPKG_FLAG_IMPERSONATION |
                               SECPKG_FLAG_ACCEPT_WIN32_NAME | SECPKG_FLAG_STREAM | SECPKG_FLAG_MUTUAL_AUTH |
                               SECPKG_FLAG_APPCONTAINER_PASSTHROUGH;

constexpr std::array<package, package_count> packages{{{UNISP_NAME_A, UNISP_NAME_A},
                                                       {SCHANNEL_NAME_A, "Schannel Security Package"},
                                                       {DEFAULT_TLS_SSP_NAME_A, "Default TLS Security Package"}}};

std::string in_kind(std::string_view text, SEC_CHAR) { return std::string(text); }
std::wstring in_kind(std::string_view text, SEC_WCHAR) { return base::from_utf8(text); }

// Structs first, then their strings, in one block that one FreeContextBuffer frees.
template <typename Info, typename Char>
Info* describe_these(std::span<const package> these, Char kind) {
  std::size_t characters = 0;
  for (const package& one : these) characters += in_kind(one.name, kind).size() + in_kind(one.comment, kind).size() + 2;
  auto* const infos = static_cast<Info*>(allocate(these.size() * sizeof(Info) + characters * sizeof(Char)));
  auto* strings = reinterpret_cast<Char*>(infos + these.size());
  const auto place = [&](std::string_view text) {
    Char* const at = strings;
    for (const Char c : in_kind(text, kind)) *strings++ = c;
    ++strings;  // the NUL is there: the block is zeroed
    return at;
  };
  for (std::size_t i = 0; i < these.size(); ++i)
    infos[i] = {capabilities, 1, UNISP_RPC_ID, max_token_size, place(these[i].name), place(these[i].comment)};
  return infos;
}

}  // namespace

const package* find_package(std::string_view name) {
  for (const package& one : packages)
    if (one.name.size() == name.size() && ::strncasecmp(one.name.data(), name.data(), name.size()) == 0) return &one;
  return nullptr;
}

const package& unisp() { return packages[0]; }

SecPkgInfoA* describe(const package& one, SEC_CHAR kind) { return describe_these<SecPkgInfoA>({&one, 1}, kind); }
SecPkgInfoW* describe(const package& one, SEC_WCHAR kind) { return describe_these<SecPkgInfoW>({&one, 1}, kind); }
SecPkgInfoA* describe_all(SEC_CHAR kind) { return describe_these<SecPkgInfoA>(packages, kind); }
SecPkgInfoW* describe_all(SEC_WCHAR kind) { return describe_these<SecPkgInfoW>(packages, kind); }

}  // namespace schannix::abi
