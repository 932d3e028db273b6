// Nothing that an attacker can time depends on a secret: keys, IVs and plaintext are marked undefined for valgrind's
// memcheck, which reports every branch and every address that depends on one. What may be reported is a record's
// verdict, genuine or not, once a record.
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "prove/figure.hpp"
#include "prove/inside/constant_time/reports.hpp"
#include "prove/inside/constant_time/scenarios.hpp"

namespace schannix::prove {
namespace {

struct scenario {
  std::string name;
  unsigned expected = 0, reports = 0;
  bool is_control() const { return name.starts_with("control"); }
};

struct seen {
  std::vector<scenario> scenarios;
  std::set<std::string> sites;  // "aead.cpp, by way of libcrypto.so.3"
};

class temporary_file {
 public:
  temporary_file() {
    const int file = mkstemp(path_.data());
    if (file < 0) throw std::runtime_error("no temporary file");
    ::close(file);
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "schannix-memcheck-XXXXXX";
};

std::string this_program() {
  std::array<char, 4096> path{};
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) throw std::runtime_error("/proc/self/exe cannot be read");
  return {path.data(), static_cast<std::size_t>(size)};
}

std::string quoted(const std::string& text) {
  std::string made = "'";
  for (const char one : text) made += one == '\'' ? std::string("'\\''") : std::string(1, one);
  return made + "'";
}

std::string output_of(const std::string& command) {
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("valgrind does not start");
  std::string output;
  std::array<char, 4096> part;
  for (std::size_t size; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;) output.append(part.data(), size);
  const int ended = pclose(pipe);
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 127)
    throw std::runtime_error("the program valgrind cannot be run; install the package valgrind");
  if (ended != 0) throw std::runtime_error("the scenarios failed under valgrind");
  return output;
}

seen run_under_valgrind(const std::string& aead) {
  const temporary_file report;
  const std::string output = output_of(
      "exec valgrind --quiet --tool=memcheck --leak-check=no --undef-value-errors=yes --error-limit=no"
      " --num-callers=40 --xml=yes --xml-file=" +
      quoted(report.path()) + ' ' + quoted(this_program()) + ' ' + scenarios_argument + ' ' + aead);
  seen found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const auto one = nlohmann::json::parse(line);
    found.scenarios.push_back({one.at("scenario"), one.at("expected"), one.at("reports")});
  }
  if (found.scenarios.empty()) throw std::runtime_error("no scenario was played");
  found.sites = sites_in(std::ifstream(report.path()));
  return found;
}

std::string joined(const std::set<std::string>& parts) {
  std::string all;
  for (const std::string& one : parts) all += (all.empty() ? "" : "; ") + one;
  return all;
}

// A scenario that reports more than it may, or less: then something was not followed.
std::size_t surprises(const std::string& aead, const std::vector<scenario>& played) {
  std::size_t count = 0;
  for (const scenario& one : played) {
    if (one.reports == one.expected) continue;
    ++count;
    std::cerr << aead << ": " << one.name << ": " << one.reports << " reports, expected " << one.expected << std::endl;
  }
  return count;
}

void prove_constant_time(report& to) {
  const std::map<std::string, std::set<std::string>> verdicts{{"evp", {"aead_evp.cpp, by way of libcrypto.so.3"}},
                                                              {"ipsec-mb", {"aead.cpp"}}};
  std::size_t done = 0;
  for (const auto& [aead, sites] : verdicts) {
    to.progress("back ends under valgrind", done++, verdicts.size());
    seen found = run_under_valgrind(aead);
    const std::size_t wrong = surprises(aead, found.scenarios);
    to.tell("constant time, " + aead + ": scenarios with another report than their verdict", "0 of at least 60",
            std::to_string(wrong) + " of " + std::to_string(found.scenarios.size()),
            wrong == 0 && found.scenarios.size() >= 60);
    const bool control = found.sites.erase("scenarios.cpp") == 1;
    to.tell("constant time, " + aead + ": leaks made on purpose are reported", "yes", control ? "yes" : "no", control);
    to.tell("constant time, " + aead + ": where a secret is branched on", joined(sites), joined(found.sites),
            found.sites == sites);
  }
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == schannix::prove::scenarios_argument)
    return schannix::prove::run_scenarios(argv[2]);
  return schannix::prove::run(argc, argv, schannix::prove::prove_constant_time);
}
