#include "table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <system_error>

namespace tool {

namespace {

std::string rows_of(const std::vector<finding>& found) {
  std::string text;
  for (const auto& each : found) {
    const bool first = &each == &found.front() || (&each - 1)->version != each.version;
    if (first) text += fmt::format("{}\n", version_name(each.version));
    text +=
        fmt::format("  {:<16} {:<8} {}\n", probe_name(each.what), severity_name(each.how), printable(each.sentence));
  }
  return text;
}

bool has_two_versions(const std::vector<finding>& found) {
  return std::any_of(found.begin(), found.end(), [&](const auto& each) { return each.version != found[0].version; });
}

// "close-first, peer-first (TLS 1.3)": of what was found in one version only, which.
std::string list_of(const std::vector<finding>& found, severity how) {
  std::string text;
  for (const auto what : all_probes) {
    std::vector<schannix::tls_version> versions;
    for (const auto& each : found)
      if (each.what == what && each.how == how) versions.push_back(each.version);
    if (versions.empty()) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", probe_name(what));
    if (versions.size() == 1 && has_two_versions(found)) text += fmt::format(" ({})", version_name(versions[0]));
  }
  return text;
}

void write_out(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0 && errno != EPIPE) throw std::system_error(errno, std::generic_category(), "stdout");
}

std::string one_json_line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

severity worst_of(const std::vector<finding>& found) {
  auto worst = severity::skipped;
  for (const auto& each : found) worst = std::max(worst, each.how);
  return worst;
}

std::string summary_of(const std::string& name, const std::vector<finding>& found) {
  const auto skipped =
      std::count_if(found.begin(), found.end(), [](const auto& each) { return each.how == severity::skipped; });
  const auto worst = worst_of(found);
  const auto where = list_of(found, worst);
  switch (worst) {
    case severity::skipped:
      break;
    case severity::ok:
      return fmt::format("{} closes properly in all {} probes{}.", name,
                         found.size() - static_cast<std::size_t>(skipped),
                         skipped == 0 ? "" : fmt::format("; {} were skipped", skipped));
    case severity::note:
      return fmt::format("{} closes as the standards allow, in a way worth knowing: {}.", name, where);
    case severity::warning:
      return fmt::format("{} does not always close properly: {}.", name, where);
    case severity::bad:
      return fmt::format("{} closes so that data can be lost, or connections hang: {}.", name, where);
  }
  return fmt::format("{}: nothing could be probed.", name);
}

void write_findings(const std::string& name, const std::vector<finding>& found, bool as_json, int exit_code) {
  const auto sentence = summary_of(name, found);
  if (!as_json) return write_out(rows_of(found) + sentence + "\n");
  std::string lines;
  for (const auto& each : found) lines += one_json_line(tool::as_json(each));
  lines += one_json_line({{"event", "summary"},
                          {"target", name},
                          {"worst", severity_name(worst_of(found))},
                          {"sentence", sentence},
                          {"exit_code", exit_code}});
  write_out(lines);
}

}  // namespace tool
