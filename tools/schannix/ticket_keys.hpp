// Files of ticket keys, which the servers of a farm share (SECPKG_ATTR_SESSION_TICKET_KEYS): a line for each, its id
// and its keying material in hexadecimal; the first seals, all open. Whoever has such a file can open what was said
// under its tickets, so that it is for its owner alone.
#pragma once

#include <schannix/schannix.hpp>
#include <string>
#include <vector>

namespace tool {

// Throws when the file cannot be read, is not the owner's alone, or has anything but 1 to 16 keys, none twice.
std::vector<schannix::ticket_key> read_ticket_keys(const std::string& path);

}  // namespace tool
