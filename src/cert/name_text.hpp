// Distinguished names out of text. MS certstrtonamew
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/asn1_objects.hpp"

namespace schannix::cert {

struct name_text_rules {
  std::string_view separators = ",;";  // between RDNs
  bool plus = true;                    // joins attributes of one
  bool quotes = true;
  bool reversed = false;
};

// The values, or where the text could not be read, in bytes. UTF-8.
std::variant<std::vector<engine::name_value>, std::size_t> parse_name(std::string_view text,
                                                                      const name_text_rules& rules);

}  // namespace schannix::cert
