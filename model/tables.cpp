// Prints the closing table (src/context/close_state.hpp) and the table of outcomes (include/schannix/close.hpp) as
// Promela: names for every value, and arrays with one entry for each row. The model has no other source of transitions.
#include <schannix/close.hpp>

#include <iostream>

#include "unit/context/close_state_diagram.hpp"

namespace {

using namespace schannix::context;

// A state's number: (ours * 2 + peer's) * 3 + dead. Rows stand in the order of all_cells, so that a row's number is
// (state * phases + phase) * events + event.
int state_number(const close_state& of) {
  return (static_cast<int>(of.our_half) * 2 + static_cast<int>(of.peer_half)) * 3 + static_cast<int>(of.failed);
}

std::string upper(std::string text) {
  for (char& letter : text)
    letter = letter == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

template <class Value>
void print_names(const std::string& prefix, const std::vector<Value>& values) {
  for (const Value value : values)
    std::cout << "#define " << prefix << upper(diagram::name_of(value)) << ' ' << static_cast<int>(value) << '\n';
}

template <class Count, class Entry>
void print_array(const std::string& name, Count size, Entry entry) {
  std::cout << "hidden byte " << name << "[" << size << "] = {";
  for (Count row = 0; row < size; ++row) std::cout << (row == 0 ? "" : ",") << entry(row);
  std::cout << "};\n";
}

void print_closing_table() {
  print_names("PHASE_", std::vector(all_phases.begin(), all_phases.end()));
  print_names("EVENT_", std::vector(all_events.begin(), all_events.end()));
  print_names("SAYS_", std::vector{answer::accepted, answer::go_on, answer::done, answer::closed, answer::need_bytes,
                                   answer::expired, answer::not_established, answer::failed});
  std::cout << "#define EMITS_NOTHING " << static_cast<int>(emission::nothing) << "\n#define EMITS_CLOSE_NOTIFY "
            << static_cast<int>(emission::close_notify) << "\n#define EMITS_OWED_ALERT "
            << static_cast<int>(emission::owed_alert) << "\n#define PHASES " << all_phases.size() << "\n#define EVENTS "
            << all_events.size() << "\n#define START " << state_number({}) << '\n';
  const std::vector<cell> rows = all_cells();
  const auto done = [&rows](std::size_t row) { return next(rows[row].state, rows[row].where, rows[row].event); };
  print_array("next_of", rows.size(), [&](std::size_t row) { return state_number(done(row).next); });
  print_array("emits_of", rows.size(), [&](std::size_t row) { return static_cast<int>(done(row).emits); });
  print_array("says_of", rows.size(), [&](std::size_t row) { return static_cast<int>(done(row).says); });
}

// A row of the outcomes: one bit for each fact in the order of close_facts, then the transport's end.
schannix::close_facts facts_of(unsigned row) {
  const auto bit = [row](unsigned number) { return (row >> number & 1u) != 0; };
  return {.established = bit(0),
          .sent = bit(1),
          .received = bit(2),
          .nothing_more = bit(3),
          .failed = bit(4),
          .aborted = bit(5),
          .end = static_cast<schannix::transport_end>(row >> 6)};
}

void print_outcomes() {
  constexpr int outcomes = static_cast<int>(schannix::close_outcome::aborted) + 1;
  for (int value = 0; value < outcomes; ++value)
    std::cout << "#define OUTCOME_" << upper(outcome_name(static_cast<schannix::close_outcome>(value))) << ' ' << value
              << '\n';
  print_array("outcome_of", 256u, [](unsigned row) { return static_cast<int>(outcome_of(facts_of(row))); });
}

// What a row is called in a report: scripts/check_model reads these lines.
void print_row_names() {
  const std::vector<cell> rows = all_cells();
  for (std::size_t row = 0; row < rows.size(); ++row)
    std::cout << "// row " << row << ": ours " << diagram::name_of(rows[row].state.our_half) << ", peer's "
              << diagram::name_of(rows[row].state.peer_half) << ", ended: " << diagram::name_of(rows[row].state.failed)
              << ", " << diagram::name_of(rows[row].where) << ", " << diagram::name_of(rows[row].event) << '\n';
}

}  // namespace

int main() {
  print_closing_table();
  print_outcomes();
  print_row_names();
}
