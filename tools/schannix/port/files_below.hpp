// The files below a folder, one after the other. Symbolic links are not followed, neither out of the folder nor within
// it (what they name there is met anyway); pipes, sockets and devices are not opened.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tool::port {

struct limits {
  std::size_t depth = 64;                // of folders
  std::size_t files = 1'000'000;         // looked at, of any kind
  std::size_t source_size = 16 << 20;    // bytes of a source file
  std::size_t program_size = 256 << 20;  // bytes of a PE file
};

struct visitor {
  std::function<void(const std::string& path)> file;                              // relative to the folder
  std::function<void(const std::string& path, const std::string& why)> not_read;  // a folder, or what is behind a limit
  std::function<bool(const std::string& name)> is_excluded;  // of a file or folder, without its path
};

// In the order of names, so that the same tree gives the same answer.
void files_below(const std::string& folder, const limits& bounds, const visitor& tell);

// Its bytes. Throws std::runtime_error with the reason: not there, no regular file, too large, cannot be read.
std::string read_bounded(const std::string& path, std::size_t most);

}  // namespace tool::port
