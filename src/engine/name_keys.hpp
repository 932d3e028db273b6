// The key names that Windows writes for the attributes of names. MS certnametostrw
#pragma once

#include <array>
#include <string_view>

namespace schannix::engine {

struct name_key {
  std::string_view oid, key;
};
// to_array: g++ 12 puts a constexpr std::array whose type is deduced into writable memory.
inline constexpr auto name_keys = std::to_array<name_key>({{"2.5.4.3", "CN"},
                                                           {"2.5.4.6", "C"},
                                                           {"2.5.4.7", "L"},
                                                           {"2.5.4.8", "S"},
                                                           {"2.5.4.9", "STREET"},
                                                           {"2.5.4.10", "O"},
                                                           {"2.5.4.11", "OU"},
                                                           {"2.5.4.12", "T"},
                                                           {"2.5.4.42", "G"},
                                                           {"2.5.4.43", "I"},
                                                           {"2.5.4.4", "SN"},
                                                           {"2.5.4.5", "SERIALNUMBER"},
                                                           {"2.5.4.13", "Description"},
                                                           {"2.5.4.17", "PostalCode"},
                                                           {"2.5.4.18", "POBox"},
                                                           {"2.5.4.20", "Phone"},
                                                           {"2.5.4.46", "dnQualifier"},
                                                           {"1.2.840.113549.1.9.1", "E"},
                                                           {"0.9.2342.19200300.100.1.25", "DC"}});

}  // namespace schannix::engine
