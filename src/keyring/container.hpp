// Key containers: private keys that outlive the program, each a file of the user's or the machine's folder, under its
// container's name. CNG's key storage and CryptoAPI's key sets see the same ones. Any thread, any process: files are
// made under another name and renamed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/x509.hpp"

namespace schannix::keyring {

enum class owner : std::uint8_t { user, machine };

// user: $SCHANNIX_KEYS, else $XDG_CONFIG_HOME/schannix/keys, else $HOME/.config/schannix/keys; empty: none of them is
// set. machine: $SCHANNIX_MACHINE_KEYS, else /var/lib/schannix/keys. The variables do not count in a set-user-ID
// program, whose environment is not its own.
std::string folder_of(owner whose);

// What a file can be called, UTF-8: up to 200 bytes, no slash, no control character, no dot in front.
bool is_name(std::string_view name);

// A name that no container has: 128 random bits.
base::result<std::string> new_name(const engine::environment& env);

// The key of a container; nothing: it has none yet. not_found: no such container, or no such name; access_denied:
// file or folder are somebody else's, or others may read them; malformed_object: the file holds no private key.
base::result<std::optional<engine::private_key>> load(const engine::environment& env, owner whose,
                                                      const std::string& name);

enum class existing : std::uint8_t { refused, replaced };
// Writes the file, 0600, in the folder, which is made, 0700. key null: a container without a key. already_there;
// invalid_parameter: no name; not_found: a key that is kept elsewhere; access_denied: it cannot be written.
base::result<void> save(owner whose, const std::string& name, const engine::private_key* key, existing what);

base::result<void> remove(owner whose, const std::string& name);  // not_found, access_denied

}  // namespace schannix::keyring
