// Whole files in, whole files out. Failures name the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tool {

std::string read_file(const std::string& path);          // "-" is not special
std::string read_private_file(const std::string& path);  // one that others can use is refused
void write_file(const std::string& path, std::string_view content);

// A key log: appended to, readable by its owner only (it opens the connections to whoever reads it).
class key_log_file {
 public:
  explicit key_log_file(const std::string& path);
  void write(std::string_view line) const;

 private:
  std::shared_ptr<const int> fd_;
};

}  // namespace tool
