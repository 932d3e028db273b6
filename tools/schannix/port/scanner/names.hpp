// What this package has of Windows' names: those of SSPI, crypt32, ncrypt, bcrypt, kernel32 and Winsock that TLS
// programs use. The table is made while building (names.awk) of pages and lists that checks compare with what is built.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tool::port {

enum class standing {
  supported,
  partial,  // there, with limits, or accepted without effect
  missing,  // no header has it, or every call is refused
};

struct known_name {
  std::string_view name;
  standing how = standing::missing;
  std::string_view library;  // or the kind of a constant, as docs/win32.md has it
  std::string_view note;     // what the limit is; "": nothing to say
};

std::string_view word_of(standing how);

// A name that the table has. A name of no family (`Certificate`) is only found where a page tells of it.
std::optional<known_name> find_name(std::string_view name);

// Whether a name that the table does not have looks like one of SSPI, crypt32, ncrypt, bcrypt, Winsock. Functions and
// constants are told apart because the former have to be called to count.
bool looks_like_function(std::string_view name);
bool looks_like_constant(std::string_view name);

// The library by the beginning of such a name.
std::string_view library_of(std::string_view name);

// Of kernel32, Winsock, or a type: programs have such names of their own, so a file has to show that it is Windows'.
bool is_weak(const known_name& name);

}  // namespace tool::port
