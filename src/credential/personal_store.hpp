// The user's own certificates, Windows' store MY: files of one folder, from which a client that was given none finds
// one by itself. spec 3.6
#pragma once

#include <string>
#include <vector>

#include "credential/credential.hpp"

namespace schannix::credential {

// $SCHANNIX_MY, else $XDG_CONFIG_HOME/schannix/my, else $HOME/.config/schannix/my. Empty: none of them is set, or the
// program is set-user-ID, whose environment is not its own.
std::string personal_folder();

// Those with a key that a client may show today: certificate and key, and perhaps the chain, in one file each, *.pem,
// or
// *.pfx and *.p12 without a password, in the order of the names. Neither a folder nor a file that belongs to somebody
// else is looked at, nor a folder that others may write to, a file that others may read, a link, or what is longer than
// 1 MiB; what cannot be read holds nothing. Throws std::bad_alloc.
std::vector<engine::local_identity> personal_identities(const engine::environment& env, const std::string& folder);

// All that is in these files, as store MY shows it.
std::vector<engine::identity> personal_certificates(const engine::environment& env, const std::string& folder);

}  // namespace schannix::credential
