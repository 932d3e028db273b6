// The cases of tests/data/limbo, and our reasons for answering some of them differently.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace schannix::test::limbo {

struct limbo_case {
  std::string id;
  bool of_server = true;  // a server's certificate is judged, else a client's
  bool is_good = false;   // the answer that limbo expects
  std::optional<std::string> name;
  std::optional<std::int64_t> at;  // seconds since 1970; nothing: now
  std::string leaf;                // PEM, as all of these
  std::vector<std::string> trusted;
  std::vector<std::string> untrusted;
  std::vector<std::string> lists;  // of revoked certificates
};

// In the order of the file. Throws when it is not there or not of that form.
const std::vector<limbo_case>& all_cases();

// By id.
const std::map<std::string, std::string>& all_reasons();

std::string file_of(const std::string& path);  // within the source tree; throws when it cannot be read

}  // namespace schannix::test::limbo
