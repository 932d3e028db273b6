// SARIF 2.1.0 (OASIS), as code hosts and editors read it. Names that are supported are no results.
#include <fmt/format.h>

#include <filesystem>
#include <schannix/schannix.hpp>

#include "port/report.hpp"
#include "terminal.hpp"

namespace tool::port {

namespace {

// RFC 3986: what is no unreserved character is a byte in hex.
std::string as_uri(const std::string& path) {
  std::string made;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    made += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return made;
}

json location_of(const place& where) {
  json physical = {{"artifactLocation", {{"uri", as_uri(where.file)}, {"uriBaseId", "SRCROOT"}}}};
  if (where.line != 0) physical["region"] = {{"startLine", where.line}};
  return {{"physicalLocation", physical}};
}

json rule_object(std::string_view id, std::string_view summary, std::string_view advice, std::string_view level) {
  return {{"id", id},
          {"shortDescription", {{"text", summary}}},
          {"help", {{"text", advice}}},
          {"defaultConfiguration", {{"level", level}}}};
}

json rules() {
  json all = json::array();
  all.push_back(rule_object("missing-name", "A name of Windows that is not here, or that refuses every call.",
                            "docs/win32.md and docs/compat.md tell what there is instead.", "error"));
  all.push_back(rule_object("partial-name", "A name of Windows that is here with limits, or without effect.",
                            "docs/win32.md and docs/compat.md tell the limits.", "warning"));
  for (const rule& each : all_rules())
    all.push_back(rule_object(each.id, each.summary, each.advice, each.how == gravity::warning ? "warning" : "note"));
  return all;
}

json result(std::string_view id, std::string_view level, const std::string& text, const place& where) {
  return {{"ruleId", id},
          {"level", level},
          {"message", {{"text", text}}},
          {"locations", json::array({location_of(where)})}};
}

json results(const survey& found) {
  json all = json::array();
  for (const auto& [name, about] : found.names()) {
    if (about.how == standing::supported) continue;
    const bool missing = about.how == standing::missing;
    const std::string text = fmt::format("{} is {} in libschannix. {}", name, word_of(about.how), about.note);
    for (const place& one : about.places)
      all.push_back(result(missing ? "missing-name" : "partial-name", missing ? "error" : "warning", text, one));
  }
  for (const surveyed_trap& one : found.traps())
    all.push_back(result(one.broken->id, one.broken->how == gravity::warning ? "warning" : "note",
                         fmt::format("{} ({})", one.broken->summary, one.detail), one.where));
  return all;
}

json notifications(const survey& found) {
  json all = json::array();
  for (const unread& one : found.not_read())
    all.push_back({{"level", "error"},
                   {"message", {{"text", "not read: " + one.why}}},
                   {"locations", json::array({location_of({one.file, 0})})}});
  return all;
}

}  // namespace

void print_sarif(const survey& found, const std::string& folder) {
  const std::string root = "file://" + as_uri(std::filesystem::absolute(folder).lexically_normal().string()) + '/';
  const json driver = {{"name", "schannix port scan"}, {"version", SchannixVersion()}, {"rules", rules()}};
  const json invocation = {{"executionSuccessful", found.not_read().empty() && found.left_out() == 0},
                           {"toolExecutionNotifications", notifications(found)}};
  const json run = {{"tool", {{"driver", driver}}},
                    {"originalUriBaseIds", {{"SRCROOT", {{"uri", root}}}}},
                    {"invocations", json::array({invocation})},
                    {"columnKind", "unicodeCodePoints"},
                    {"results", results(found)}};
  const json log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", json::array({run})}};
  fmt::print("{}\n", log.dump(2, ' ', false, json::error_handler_t::replace));
}

}  // namespace tool::port
