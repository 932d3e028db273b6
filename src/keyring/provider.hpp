// Where the private key of a certificate is, as CRYPT_KEY_PROV_INFO tells it.
#pragma once

#include <cstdint>
#include <string>

#include "keyring/container.hpp"

namespace schannix::keyring {

struct provider_info {
  std::string container;  // its name; of provider OSSL_STORE: a URI. UTF-8
  std::string provider;   // empty: any of the usual
  std::uint32_t type = 0;
  std::uint32_t flags = 0;
  std::uint32_t spec = 0;
};

// Microsoft's providers that keep keys in software, all of which keep them in the same containers here.
bool keeps_containers(std::string_view provider);
bool opens_uris(std::string_view provider);  // "OSSL_STORE"

owner owner_of(const provider_info& info);

// The key. unknown_credentials: there is none, or no way to it; problem says why, in a phrase for people.
base::result<engine::private_key> find(const engine::environment& env, const provider_info& info, std::string& problem);

}  // namespace schannix::keyring
