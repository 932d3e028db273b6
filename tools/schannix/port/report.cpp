#include "port/report.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "terminal.hpp"

namespace tool::port {

namespace {

constexpr std::size_t places_shown = 3;
constexpr std::array standings{standing::missing, standing::partial, standing::supported};

std::string text_of(const place& where) {
  return where.line == 0 ? printable(where.file) : fmt::format("{}:{}", printable(where.file), where.line);
}

std::string_view word_of(gravity how) { return how == gravity::warning ? "warning" : "note"; }

std::string places_of(const surveyed_name& name, bool all) {
  const std::size_t shown = all ? name.places.size() : std::min(name.places.size(), places_shown);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + text_of(name.places[i]);
  return name.count > shown ? fmt::format("{} and {} more", text, name.count - shown) : text;
}

void print_names(const survey& found, bool all) {
  std::size_t width = 4;
  for (const auto& [name, about] : found.names()) width = std::max(width, std::min<std::size_t>(name.size(), 44));
  for (const standing how : standings)
    for (const auto& [name, about] : found.names()) {
      if (about.how != how) continue;
      fmt::print("{:<9}  {:<{}}  {}\n", word_of(how), printable(name), width, places_of(about, all));
      if (!about.note.empty()) fmt::print("{:<9}  {}\n", "", about.note);
    }
}

void print_trap(const surveyed_trap& one) {
  fmt::print("{}: {}: {} [{}: {}]\n", text_of(one.where), word_of(one.broken->how), one.broken->summary, one.broken->id,
             printable(one.detail));
}

// Notes are many: together, by their rule.
void print_notes(const survey& found, const rule& of) {
  std::string places;
  std::size_t count = 0;
  for (const surveyed_trap& one : found.traps()) {
    if (one.broken != &of) continue;
    if (++count <= places_shown) places += (count == 1 ? "" : ", ") + text_of(one.where);
  }
  const std::string more = count > places_shown ? fmt::format(" and {} more", count - places_shown) : "";
  if (count != 0) fmt::print("{}{}: note: {} [{}]\n", places, more, of.summary, of.id);
}

void print_traps(const survey& found, bool all) {
  for (const surveyed_trap& one : found.traps())
    if (all || one.broken->how == gravity::warning) print_trap(one);
  for (const rule& each : all_rules())
    if (!all && each.how == gravity::note) print_notes(found, each);
  if (!found.traps().empty()) fmt::print("\n");
  for (const rule& each : all_rules())
    if (std::any_of(found.traps().begin(), found.traps().end(), [&](const auto& one) { return one.broken == &each; }))
      fmt::print("{}: {}\n", each.id, each.advice);
}

void print_line(const json& object) { fmt::print("{}\n", object.dump(-1, ' ', false, json::error_handler_t::replace)); }

json as_json(const place& where) {
  json made = {{"file", where.file}};
  if (where.line != 0) made["line"] = where.line;
  return made;
}

json as_json(const std::string& name, const surveyed_name& about) {
  json places = json::array();
  for (const place& one : about.places) places.push_back(as_json(one));
  return {{"kind", "name"},           {"name", name},       {"standing", word_of(about.how)},
          {"library", about.library}, {"note", about.note}, {"count", about.count},
          {"places", places}};
}

}  // namespace

void print_table(const survey& found, bool all) {
  print_names(found, all);
  if (!found.names().empty() && !found.traps().empty()) fmt::print("\n");
  print_traps(found, all);
  if (!found.names().empty() || !found.traps().empty()) fmt::print("\n");
  for (const unread& one : found.not_read()) fmt::print("{}: not read: {}\n", printable(one.file), one.why);
  fmt::print("{} names: {} supported, {} partial, {} missing; {} warnings, {} notes; {} sources and {} programs read",
             found.names().size(), found.count_of(standing::supported), found.count_of(standing::partial),
             found.count_of(standing::missing), found.count_of(gravity::warning), found.count_of(gravity::note),
             found.sources(), found.programs());
  if (!found.not_read().empty()) fmt::print(", {} NOT READ", found.not_read().size());
  if (found.binaries() != 0) fmt::print(", {} binary files left out", found.binaries());
  if (found.left_out() != 0) fmt::print(", {} findings too many to be told", found.left_out());
  fmt::print("\n");
}

void print_json(const survey& found) {
  for (const auto& [name, about] : found.names()) print_line(as_json(name, about));
  for (const surveyed_trap& one : found.traps()) {
    json made = {{"kind", "trap"}, {"rule", one.broken->id}, {"level", word_of(one.broken->how)}};
    made.update(as_json(one.where));
    made.update({{"detail", one.detail}, {"summary", one.broken->summary}, {"advice", one.broken->advice}});
    print_line(made);
  }
  for (const unread& one : found.not_read()) print_line({{"kind", "not_read"}, {"file", one.file}, {"why", one.why}});
  print_line({{"kind", "summary"},
              {"supported", found.count_of(standing::supported)},
              {"partial", found.count_of(standing::partial)},
              {"missing", found.count_of(standing::missing)},
              {"warnings", found.count_of(gravity::warning)},
              {"notes", found.count_of(gravity::note)},
              {"sources", found.sources()},
              {"programs", found.programs()},
              {"binaries", found.binaries()},
              {"left_out", found.left_out()},
              {"complete", found.not_read().empty() && found.left_out() == 0}});
}

}  // namespace tool::port
