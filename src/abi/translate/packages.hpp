// The packages that this library has, and SecPkgInfo about them.
#pragma once

#include <sspi.h>

#include <string_view>

namespace schannix::abi {

constexpr ULONG package_count = 3;

// Case-insensitive match of the whole name; null for none.
const struct package* find_package(std::string_view name);

// One block with one struct (or all three) and its strings. Throws std::bad_alloc.
SecPkgInfoA* describe(const package& one, SEC_CHAR);
SecPkgInfoW* describe(const package& one, SEC_WCHAR);
SecPkgInfoA* describe_all(SEC_CHAR);
SecPkgInfoW* describe_all(SEC_WCHAR);
const package& unisp();

constexpr ULONG max_token_size = 0x6000;

}  // namespace schannix::abi
