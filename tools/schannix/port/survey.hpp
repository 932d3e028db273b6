// What a scan has found: names with the places where they are used, traps, and what could not be read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "port/files_below.hpp"
#include "port/scanner/names.hpp"
#include "port/scanner/traps.hpp"

namespace tool::port {

struct place {
  std::string file;
  std::uint32_t line = 0;  // 0: of a PE file, which has none
};

struct surveyed_name {
  standing how = standing::missing;
  std::string library, note;
  std::vector<place> places;  // the first hundred
  std::size_t count = 0;
};

struct surveyed_trap {
  const rule* broken;
  place where;
  std::string detail;
};

struct unread {
  std::string file, why;
};

class survey {
 public:
  // A file of any kind, by what its name ends in. Throws nothing but bad_alloc: a file that cannot be read is told.
  void add_file(const std::string& folder, const std::string& path);
  void add_unread(const std::string& path, const std::string& why);
  // Judges what the whole tree shows; after the last file.
  void finish();

  const std::map<std::string, surveyed_name>& names() const { return names_; }
  const std::vector<surveyed_trap>& traps() const { return traps_; }
  const std::vector<unread>& not_read() const { return not_read_; }  // a scan with such files is not complete
  std::size_t count_of(standing how) const;
  std::size_t count_of(gravity how) const;
  std::size_t sources() const { return sources_; }
  std::size_t programs() const { return programs_; }
  std::size_t binaries() const { return binaries_; }  // named like sources, but with NUL bytes: left out
  std::size_t left_out() const { return left_out_; }  // traps and names behind the limits

  static bool is_of_interest(const std::string& path);

 private:
  void add_source(const std::string& path, std::string bytes);
  void add_program(const std::string& path, const std::string& bytes);
  void add_use(std::string_view name, const std::optional<known_name>& known, std::string_view library, place where);
  void add_traps(const std::string& path, const source_traps& traps);
  void add_trap(const rule& broken, place where, const std::string& detail);

  std::map<std::string, surveyed_name> names_;
  std::set<std::string> declared_, unknown_;
  std::vector<surveyed_trap> traps_;
  struct maybe_trap {
    surveyed_trap trap;
    std::vector<std::string> includes;
  };
  std::vector<maybe_trap> without_extra_;  // unless a file that they include names SECBUFFER_EXTRA
  std::set<std::string> names_of_extra_;   // of files that do, without their folders
  std::vector<unread> not_read_;
  std::size_t sources_ = 0, programs_ = 0, binaries_ = 0, left_out_ = 0;
  place first_handshake_;  // of a call that drives a handshake, if the file is not empty
  bool shuts_down_ = false;
};

}  // namespace tool::port
