#include "expectations.hpp"

#include <fstream>

#include "peers.hpp"

namespace schannix::prove {

expectations::expectations(const std::string& file) {
  std::ifstream text(file);
  all_ = nlohmann::json::parse(text);
}

const nlohmann::json& expectations::of(const peer& with) const {
  static const nlohmann::json nothing = nlohmann::json::object();
  const auto found = all_.find(with.name);
  return found == all_.end() ? nothing : *found;
}

std::optional<std::string> expectations::not_offered(const cell& one) const {
  const nlohmann::json reasons = of(*one.with).value("not offered", nlohmann::json::object());
  for (const char* const what : {version_of(one), role_of_peer(one)})
    if (reasons.contains(what)) return reasons[what].get<std::string>();
  return {};
}

const nlohmann::json* expectations::find(const cell& one) const {
  const nlohmann::json& known = of(*one.with);
  if (!known.contains("cells")) return nullptr;
  const std::string name = name_of(one.what), role = std::string(" ") + role_of_peer(one),
                    version = std::string(" ") + version_of(one);
  for (const std::string& key : {name + role + version, name + version, name + role, name})
    if (const auto found = known["cells"].find(key); found != known["cells"].end()) return &*found;
  return nullptr;
}

bool expectations::waits(const cell& one) const {
  const nlohmann::json* const known = find(one);
  return known != nullptr && known->at(0).get<std::string>().find("waits") != std::string::npos;
}

namespace {

bool is_one_of(std::string_view alternatives, std::string_view seen) {
  constexpr std::string_view between = " or ";
  for (auto at = alternatives.find(between); at != std::string_view::npos; at = alternatives.find(between)) {
    if (alternatives.substr(0, at) == seen) return true;
    alternatives.remove_prefix(at + between.size());
  }
  return alternatives == seen;
}

}  // namespace

std::string expectations::difference(const cell& one, const observation& seen) const {
  const nlohmann::json* const known = find(one);
  if (known == nullptr) return "nothing is known of this cell";
  bool measured = false;
  for (const auto& begin : of(*one.with).at("versions")) measured |= seen.version.starts_with(begin.get<std::string>());
  if (!measured) return "nothing is known of " + seen.version;
  const std::string did = known->at(0), saw = known->at(1);
  if (!is_one_of(did, seen.did)) return "it did '" + seen.did + "', not '" + did + "'";
  if (!is_one_of(saw, seen.saw)) return "it saw '" + seen.saw + "', not '" + saw + "'";
  return {};
}

}  // namespace schannix::prove
