// The properties of a certificate: what was set, and what can be computed. MS certgetcertificatecontextproperty
#pragma once

#include <wincrypt.h>

#include <optional>
#include <vector>

#include "cert/content.hpp"

namespace schannix::cert {

enum class property_kind : std::uint8_t { computed, key, set };
property_kind kind_of_property(DWORD id);

// Nothing: the certificate has no such property. KEY_PROV_INFO is a struct with pointers, which the edge writes.
std::optional<base::bytes> property(const engine::environment& env, const content& of, DWORD id);

// All that the certificate has, rising.
std::vector<DWORD> properties_of(const engine::environment& env, const content& of);

// What CERT_KEY_PROV_INFO tells of: a key told by name, or one that came with a store.
bool has_provider_info(const key_binding& key);

// What stands for the container of a key that came with a store: the key's own name. UTF-8.
std::string container_name(const engine::environment& env, const content& of);

}  // namespace schannix::cert
