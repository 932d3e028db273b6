// CNG's names of algorithms and of forms of keys. MS cng-algorithm-identifiers, nf-ncrypt-ncryptimportkey
#pragma once

#include <wincrypt.h>

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "engine/key_blobs.hpp"

namespace schannix::abi {

// other: none that keys are made of.
engine::key_kind kind_of_algorithm(std::wstring_view name);
const wchar_t* algorithm_of(engine::key_kind kind);
const wchar_t* group_of(engine::key_kind kind);

// unsupported: no such form of private keys; malformed_object: no such key.
base::result<engine::private_key> read_blob(std::wstring_view type, base::bytes_view blob);

bool is_public_form(std::wstring_view type);
// unsupported: another form, or one that the key has not.
base::result<base::private_content> write_blob(const engine::private_key& key, std::wstring_view type);

}  // namespace schannix::abi
