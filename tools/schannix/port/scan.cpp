// schannix port scan: what of Windows a program uses, how much of it is here, and where it may stumble.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "exit_codes.hpp"
#include "options.hpp"
#include "port/report.hpp"
#include "port/survey.hpp"
#include "terminal.hpp"

namespace tool {

namespace {

namespace fs = std::filesystem;

constexpr auto between_signs = std::chrono::seconds(2);

// A sign of life on standard error while a scan takes long.
class progress {
 public:
  explicit progress(bool as_json) : out_(as_json) {}

  void tell(std::size_t files) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < between_signs) return;
    last_ = now;
    out_.say(fmt::format("{} files read ...", files), tone::quiet);
    out_.event("progress", {{"files", files}});
  }

 private:
  terminal out_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

bool is_excluded(const std::string& name, const std::vector<std::string>& names) {
  return name == ".git" || std::find(names.begin(), names.end(), name) != names.end();
}

void scan_folder(const port_scan_options& options, port::survey& found) {
  progress sign(options.json || options.sarif);
  port::visitor tell;
  tell.is_excluded = [&](const std::string& name) { return is_excluded(name, options.excluded); };
  tell.not_read = [&](const std::string& path, const std::string& why) { found.add_unread(path, why); };
  tell.file = [&](const std::string& path) {
    if (port::survey::is_of_interest(path)) found.add_file(options.folder, path);
    sign.tell(found.sources() + found.programs());
  };
  port::files_below(options.folder, port::limits(), tell);
}

int judged(const port::survey& found, const std::string& fail_on) {
  using port::gravity;
  using port::standing;
  bool bad = fail_on != "never" && found.count_of(standing::missing) > 0;
  if (fail_on == "partial" || fail_on == "warning") bad = bad || found.count_of(standing::partial) > 0;
  if (fail_on == "warning") bad = bad || found.count_of(gravity::warning) > 0;
  if (bad) return exit_findings;
  return found.not_read().empty() && found.left_out() == 0 ? exit_clean : exit_incomplete;
}

}  // namespace

int run_port_scan(const port_scan_options& options) {
  std::signal(SIGPIPE, SIG_DFL);  // a filter: `schannix port scan . | head` ends in silence
  std::error_code problem;
  const fs::file_status what = fs::status(options.folder, problem);
  if (problem) throw usage_mistake("port scan: " + options.folder + ": " + problem.message());
  const bool one_file = fs::is_regular_file(what);
  if (!one_file && !fs::is_directory(what)) throw usage_mistake("port scan: " + options.folder + ": no file or folder");
  port::survey found;
  const fs::path path = fs::weakly_canonical(options.folder);  // a file that was asked for may be a link
  if (one_file)
    found.add_file(path.parent_path(), path.filename());
  else
    scan_folder(options, found);
  found.finish();
  if (options.sarif)
    port::print_sarif(found, one_file ? path.parent_path().string() : options.folder);
  else if (options.json)
    port::print_json(found);
  else
    port::print_table(found, options.all);
  if (std::fflush(stdout) != 0) throw std::runtime_error("port scan: standard output cannot be written to");
  return judged(found, options.fail_on);
}

}  // namespace tool
