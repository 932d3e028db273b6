// From the lines of the settings file to what the engine is to do.
#pragma once

#include "abi/settings/settings_file.hpp"
#include "engine/environment.hpp"

namespace schannix::abi {

engine::settings effect_of(const settings_file& file);
std::uint32_t logged_levels(const settings_file& file);  // EventLogging: SCHANNIX_EVENT_ bits

std::string_view protocol_name(engine::tls_version version);  // "TLS 1.2"

// Windows' name of a group that OpenSSL calls so, and back; a name that only one of them has stays as it is.
std::string windows_group(std::string_view openssl);
std::string openssl_group(std::string_view windows);

}  // namespace schannix::abi
