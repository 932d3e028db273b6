// The close matrix: every peer, in both roles, with TLS 1.2 and 1.3, in ten ways for a connection to end.
//
// Besides the options of figure.hpp: --cells prints one JSON object per cell (for scripts/close_peers), --table the
// cells as Markdown, --only TEXT plays the cells whose names hold TEXT ("gnutls server 1.3: fin").
#include <iostream>
#include <map>
#include <set>

#include "close_matrix/matrix.hpp"
#include "figure.hpp"

namespace schannix::prove {
namespace {

struct wanted {
  bool cells = false, table = false;
  std::string only;
};

// Takes its own options out of the arguments.
wanted read_own(std::vector<char*>& arguments) {
  wanted read;
  for (auto at = arguments.begin(); at != arguments.end();) {
    const std::string_view option = *at;
    read.cells |= option == "--cells";
    read.table |= option == "--table";
    const bool with_value = option == "--only" && at + 1 != arguments.end();
    if (with_value) read.only = at[1];
    at = option == "--cells" || option == "--table" || with_value ? arguments.erase(at, at + (with_value ? 2 : 1))
                                                                  : at + 1;
  }
  return read;
}

nlohmann::ordered_json json_of(const result& from) {
  nlohmann::ordered_json cell{{"peer", from.one.with->name},
                              {"closing", from.one.with->closing},
                              {"role", role_of_peer(from.one)},
                              {"tls", version_of(from.one)},
                              {"scenario", name_of(from.one.what)}};
  if (from.not_offered) return cell["not offered"] = *from.not_offered, cell;
  cell.update({{"version", from.seen.version},
               {"did", from.seen.did},
               {"saw", from.seen.saw},
               {"why", from.seen.why},
               {"outcome", from.seen.outcome},
               {"wrong", from.wrong},
               {"breach", !from.seen.breaches.empty()}});
  return cell;
}

void print_cells(const std::vector<result>& results) {
  for (const result& one : results)
    std::cout << json_of(one).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

void print_table(const std::vector<result>& results) {
  std::cout << "| cell | peer | it did | it saw | our report | verdict |\n|---|---|---|---|---|---|\n";
  for (const result& one : results) {
    std::cout << "| " << name_of(one.one) << " | " << one.seen.version << " | " << one.seen.did << " | " << one.seen.saw
              << " | " << one.seen.outcome << " | ";
    if (one.not_offered)
      std::cout << "not offered: " << *one.not_offered;
    else
      std::cout << (one.wrong.empty() ? "as expected" : one.wrong.front());
    std::cout << " |\n";
  }
}

void tell(report& to, const std::vector<result>& results) {
  std::set<std::string> whole;  // peers of which every cell was played
  std::size_t offered = 0, right = 0, breaches = 0;
  for (const result& one : results) {
    if (one.not_offered) continue;
    ++offered;
    whole.insert(one.one.with->name);
    right += one.wrong.empty();
    breaches += !one.seen.breaches.empty();
    for (const std::string& what : one.wrong) std::cerr << name_of(one.one) << ": WRONG: " << what << '\n';
  }
  for (const result& one : results)
    if (!one.seen.breaches.empty()) whole.erase(one.one.with->name);
  to.tell("close matrix: independent peers, each cell played to its end", "12 or more", std::to_string(whole.size()),
          whole.size() >= 12);
  to.tell_none("close matrix: cells that hung, broke off or where our side broke a rule", breaches);
  to.tell("close matrix: cells as expected", std::to_string(offered) + " of " + std::to_string(offered),
          std::to_string(right) + " of " + std::to_string(offered), right == offered);
}

std::vector<result> played(const wanted& own, report& to) {
  return play_all(own.only, [&](std::size_t done, std::size_t all) { to.progress("cells", done, all); });
}

int run_matrix(int count, char** values) {
  std::vector<char*> arguments(values, values + count);
  const wanted own = read_own(arguments);
  return run(static_cast<int>(arguments.size()), arguments.data(), [&](report& to) {
    const auto results = played(own, to);
    if (own.cells) print_cells(results);
    if (own.table) print_table(results);
    if (!own.cells && !own.table) tell(to, results);
  });
}

}  // namespace
}  // namespace schannix::prove

int main(int count, char** values) { return schannix::prove::run_matrix(count, values); }
