// docs/limbo.md: every case, what was expected, what is answered, and why where that is not the same.
#pragma once

#include <string>
#include <vector>

#include "limbo/answer.hpp"

namespace schannix::test::limbo {

inline constexpr const char* page_path = "docs/limbo.md";

struct outcome {
  limbo_case of;
  DWORD chain_api = 0;
  SECURITY_STATUS handshake = 0;
  std::string reason;  // of reasons.json, or empty

  bool agrees() const { return (chain_api == 0) == of.is_good && (handshake == 0) == of.is_good; }
  bool columns_agree() const { return handshake == handshake_after(chain_api); }
};

outcome outcome_of(const limbo_case& of);
std::vector<outcome> all_outcomes();

std::string row_of(const outcome& of);  // one line of the table, without its end
std::string page_of(const std::vector<outcome>& all);

}  // namespace schannix::test::limbo
