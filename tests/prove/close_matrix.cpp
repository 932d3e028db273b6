// The close matrix: every peer, in both roles, with TLS 1.2 and 1.3, in ten ways for a connection to end.
//
// Besides the options of figure.hpp: --cells prints one JSON object per cell (for scripts/close_peers), --table the
// cells as Markdown, --only TEXT plays the cells whose names hold TEXT ("gnutls server 1.3: fin").
#include <algorithm>
#include <iostream>
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
  std::vector<char*> others;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view option = arguments[i];
    if (option == "--cells")
      read.cells = true;
    else if (option == "--table")
      read.table = true;
    else if (option == "--only" && i + 1 < arguments.size())
      read.only = arguments[++i];
    else
      others.push_back(arguments[i]);
  }
  arguments = others;
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

bool broken(const result& one) { return !one.seen.breaches.empty(); }

std::size_t whole_peers(const std::vector<result>& played) {
  std::set<std::string> whole;
  for (const result& one : played) whole.insert(one.one.with->name);
  for (const result& one : played)
    if (broken(one)) whole.erase(one.one.with->name);
  return whole.size();
}

void tell(report& to, const std::vector<result>& played) {
  for (const result& one : played)
    for (const std::string& what : one.wrong) std::cerr << name_of(one.one) << ": WRONG: " << what << '\n';
  const auto count = [&](auto what) {
    return static_cast<std::size_t>(std::count_if(played.begin(), played.end(), what));
  };
  const std::size_t peers = whole_peers(played), right = count([](const result& one) { return one.wrong.empty(); });
  const std::string all = std::to_string(played.size());
  to.tell("close matrix: independent peers, each cell played to its end", "12 or more", std::to_string(peers),
          peers >= 12);
  to.tell_none("close matrix: cells that hung, broke off or where our side broke a rule", count(broken));
  to.tell("close matrix: cells as expected", all + " of " + all, std::to_string(right) + " of " + all,
          right == played.size());
}

int run_matrix(int count, char** values) {
  std::vector<char*> arguments(values, values + count);
  const wanted own = read_own(arguments);
  const auto play = [&](report& to) {
    return play_all(own.only, [&](std::size_t done, std::size_t all) { to.progress("cells", done, all); });
  };
  if (own.cells || own.table) {
    report progress(false, 1);
    const auto results = play(progress);
    if (own.cells) print_cells(results);
    if (own.table) print_table(results);
    return 0;
  }
  return run(static_cast<int>(arguments.size()), arguments.data(), [&](report& to) {
    auto results = play(to);
    std::erase_if(results, [](const result& one) { return one.not_offered.has_value(); });
    tell(to, results);
  });
}

}  // namespace
}  // namespace schannix::prove

int main(int count, char** values) { return schannix::prove::run_matrix(count, values); }
