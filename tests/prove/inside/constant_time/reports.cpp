#include "prove/inside/constant_time/reports.hpp"

#include <optional>
#include <stdexcept>
#include <string_view>

namespace schannix::prove {
namespace {

// memcheck writes one element a line.
std::optional<std::string> element(std::string_view line, std::string_view name) {
  const std::string begin = "<" + std::string(name) + ">", end = "</" + std::string(name) + ">";
  const auto from = line.find(begin), to = line.find(end);
  if (from == std::string_view::npos || to == std::string_view::npos) return {};
  return std::string(line.substr(from + begin.size(), to - from - begin.size()));
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// By the end of the folder: a compiler cache may have seen the file elsewhere.
bool is_ours(const std::string& folder) {
  return folder.find("/tests/prove/") != std::string::npos || folder.ends_with("/src/engine") ||
         folder.ends_with("/src/record") || folder.ends_with("/src/base");
}

struct frame {
  std::string object, folder, file;
};

class error_reader {
 public:
  // The site, at the end of an error.
  std::optional<std::string> take(std::string_view line) {
    if (line.find("<error>") != std::string_view::npos) *this = {};
    if (line.find("<frame>") != std::string_view::npos) now_ = {};
    if (const auto object = element(line, "obj")) now_.object = file_name(*object);
    if (const auto folder = element(line, "dir")) now_.folder = *folder;
    if (const auto file = element(line, "file")) now_.file = *file;
    if (line.find("</frame>") != std::string_view::npos) end_frame();
    if (line.find("</error>") == std::string_view::npos) return {};
    return ours_.value_or("not below our code") + (foreign_.empty() ? "" : ", by way of " + foreign_);
  }

 private:
  void end_frame() {
    if (ours_) return;
    if (is_ours(now_.folder)) ours_ = now_.file;
    if (foreign_.empty() && !ours_ && now_.folder.empty()) foreign_ = now_.object;
  }

  frame now_;
  std::optional<std::string> ours_;
  std::string foreign_;
};

}  // namespace

std::set<std::string> sites_in(std::istream&& xml) {
  std::set<std::string> sites;
  error_reader reader;
  bool whole = false;
  for (std::string line; std::getline(xml, line);) {
    if (const auto site = reader.take(line)) sites.insert(*site);
    whole = whole || line.find("</valgrindoutput>") != std::string::npos;
  }
  if (!whole) throw std::runtime_error("memcheck's report is not whole");
  return sites;
}

}  // namespace schannix::prove
