#include "keyring/provider.hpp"

#include <algorithm>
#include <array>

#include "engine/outside_key.hpp"

namespace schannix::keyring {
namespace {

constexpr std::uint32_t machine_keys = 0x20;  // CRYPT_MACHINE_KEYSET, NCRYPT_MACHINE_KEY_FLAG

constexpr auto software = std::to_array<std::string_view>(
    {"", "Microsoft Software Key Storage Provider", "Microsoft Base Cryptographic Provider v1.0",
     "Microsoft Strong Cryptographic Provider", "Microsoft Enhanced Cryptographic Provider v1.0",
     "Microsoft Enhanced RSA and AES Cryptographic Provider",
     "Microsoft Enhanced RSA and AES Cryptographic Provider (Prototype)",
     "Microsoft RSA SChannel Cryptographic Provider"});

std::string problem_with(base::reason why) {
  if (why == base::reason::access_denied) return "its file or folder is not its owner's alone";
  return why == base::reason::malformed_object ? "its file holds no private key" : "there is no such container";
}

}  // namespace

bool keeps_containers(std::string_view provider) { return std::ranges::find(software, provider) != software.end(); }
bool opens_uris(std::string_view provider) { return provider == "OSSL_STORE"; }
owner owner_of(const provider_info& info) { return (info.flags & machine_keys) != 0 ? owner::machine : owner::user; }

base::result<engine::private_key> find(const engine::environment& env, const provider_info& info,
                                       std::string& problem) {
  const base::failure unusable = base::caller_mistake(base::reason::unknown_credentials);
  if (opens_uris(info.provider)) {
    auto key = engine::open_outside_key(env, info.container, problem);
    return key ? std::move(key) : unusable;
  }
  if (!keeps_containers(info.provider)) return problem = "the provider " + info.provider + " is not known", unusable;
  auto key = load(env, owner_of(info), info.container);
  if (key && *key) return **std::move(key);
  problem = "key container " + info.container + ": " + (key ? "it is empty" : problem_with(key.error().why));
  return unusable;
}

}  // namespace schannix::keyring
