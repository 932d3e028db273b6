// `schannix probe-shutdown --starttls` against a real server of each protocol, in TLS 1.2 and 1.3.
//
// What each row of the table has to say stands in starttls/expectations.json, by the server's version. It was measured
// once, and compared with what went over the wire. --rows prints the rows as they are now, for that file.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "prove/figure.hpp"
#include "starttls/servers.hpp"

namespace schannix::prove {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t rows_of_the_table = 16;  // eight probes, two versions

// For the whole of a table whose server is silent in some of its probes.
test::deadline long_enough() { return test::deadline(std::chrono::seconds(50)); }

// "half-close TLS 1.2" and "bad, silence, answer complete".
struct row {
  std::string name, said;
};

row row_of(const json& finding) {
  std::string said = finding.at("severity");
  const bool looked = said != "skipped" && finding.at("probe") != "rst";  // a reset ends our looking, too
  if (looked) {
    said += ", " + finding.at("peer_end").get<std::string>();
    if (finding.at("answer") != "not_asked") said += ", answer " + finding.at("answer").get<std::string>();
    if (!finding.at("alert_received").is_null()) said += ", " + finding.at("alert_received").get<std::string>();
  }
  return {finding.at("probe").get<std::string>() + " " + finding.at("version").get<std::string>(), said};
}

std::vector<row> probe(const server& one) {
  const running_server at(one);
  test::program tool({SCHANNIX_TOOL, "probe-shutdown", at.address(), "--starttls", one.protocol, "--servername",
                      "localhost", "--timeout", "2", "--json"},
                     "schannix");
  std::vector<row> rows;
  std::istringstream lines(tool.await_end(long_enough()));
  for (std::string line; std::getline(lines, line);) {
    const json said = json::parse(line, nullptr, false);
    if (said.is_discarded() || !said.contains("event")) throw std::runtime_error("the tool says: " + line);
    if (said["event"] == "finding") rows.push_back(row_of(said));
    if (said["event"] == "error" || said["event"] == "cannot_connect") throw std::runtime_error(line);
  }
  return rows;
}

// What is expected of this row, for its version of TLS or for both: a text, or a list of what a race in the server
// makes of it.
json expected(const json& rows, const std::string& name) {
  const std::string both = name.substr(0, name.find(' '));
  const json wanted = rows.value(name, rows.value(both, json()));
  return wanted.is_array() ? wanted : json::array({wanted});
}

bool is_known(const json& known, const std::string& version) {
  const json versions = known.value("versions", json::array());
  return std::any_of(versions.begin(), versions.end(),
                     [&](const json& begin) { return version.starts_with(begin.get<std::string>()); });
}

std::size_t as_expected(const json& known, const std::vector<row>& rows) {
  std::size_t right = 0;
  for (const row& each : rows) {
    const json wanted = expected(known.at("rows"), each.name);
    if (std::find(wanted.begin(), wanted.end(), each.said) != wanted.end())
      ++right;
    else
      std::cerr << each.name << ": WRONG: \"" << each.said << "\", expected: " << wanted << '\n';
  }
  return right;
}

void tell(report& to, const server& one, const json& known) {
  const std::string figure = "STARTTLS: " + one.protocol + ", " + one.package;
  const std::string all = std::to_string(rows_of_the_table) + " rows as expected";
  try {
    const std::string version = version_of(one);
    std::cerr << figure << " " << version << std::endl;
    if (!is_known(known, version)) return to.tell(figure, all, "nothing is known of version " + version, false);
    const auto rows = probe(one);
    const std::size_t right = as_expected(known, rows);
    to.tell(figure, all, std::to_string(right) + " of " + std::to_string(rows.size()),
            right == rows.size() && right == rows_of_the_table);
  } catch (const std::exception& error) {
    to.tell(figure, all, error.what(), false);
  }
}

void print_rows() {
  json found;
  for (const server& one : all_servers()) {
    found[one.protocol]["versions"] = {version_of(one)};
    for (const row& each : probe(one)) found[one.protocol]["rows"][each.name] = each.said;
  }
  std::cout << found.dump(1) << '\n';
}

json expectations() {
  std::ifstream text(SCHANNIX_SOURCE_DIR "/tests/prove/full/starttls/expectations.json");
  return json::parse(text);
}

}  // namespace
}  // namespace schannix::prove

int main(int count, char** values) {
  using namespace schannix::prove;
  if (count == 2 && std::string_view(values[1]) == "--rows") return print_rows(), 0;
  return run(count, values, [](report& to) {
    const json known = expectations();
    for (const server& one : all_servers()) tell(to, one, known.value(one.protocol, json::object()));
  });
}
