#include "limbo/case.hpp"

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace schannix::test::limbo {
namespace {

using nlohmann::json;

// "2024-01-01T00:00:00+00:00"
std::int64_t seconds_of(const std::string& text) {
  std::tm parts{};
  std::istringstream from(text);
  from >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
  if (!from || text.substr(19) != "+00:00") throw std::runtime_error("not a time in UTC: " + text);
  return timegm(&parts);
}

limbo_case case_of(const json& from) {
  limbo_case out;
  const std::vector<std::string> none;
  out.id = from.at("id");
  out.of_server = from.at("validation_kind") == "SERVER";
  out.is_good = from.at("expected_result") == "SUCCESS";
  if (from.contains("expected_peer_name")) out.name = from.at("expected_peer_name");
  if (from.contains("validation_time")) out.at = seconds_of(from.at("validation_time"));
  out.leaf = from.at("peer_certificate");
  out.trusted = from.at("trusted_certs");
  out.untrusted = from.value("untrusted_intermediates", none);
  out.lists = from.value("crls", none);
  return out;
}

}  // namespace

std::string file_of(const std::string& path) {
  std::ifstream file(std::string(SCHANNIX_SOURCE_DIR "/") + path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("cannot be read: " + path);
  return text.str();
}

const std::vector<limbo_case>& all_cases() {
  static const std::vector<limbo_case> all = [] {
    std::vector<limbo_case> out;
    const json from = json::parse(file_of("tests/data/limbo/cases.json"));
    for (const json& one : from.at("testcases")) out.push_back(case_of(one));
    return out;
  }();
  return all;
}

const std::map<std::string, std::string>& all_reasons() {
  static const std::map<std::string, std::string> all = json::parse(file_of("tests/data/limbo/reasons.json"));
  return all;
}

}  // namespace schannix::test::limbo
