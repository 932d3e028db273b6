#include "files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tool {

namespace {

[[noreturn]] void fail(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

}  // namespace

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path);
  std::string content((std::istreambuf_iterator<char>(file)), {});
  if (file.bad() || errno == EISDIR) fail(path);
  return content;
}

void write_file(const std::string& path, std::string_view content) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) fail(path);
}

key_log_file::key_log_file(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) fail(path);
  fd_ = {new int(fd), [](const int* each) {
           close(*each);
           delete each;
         }};
}

void key_log_file::write(std::string_view line) const {
  std::string whole(line);
  whole += '\n';
  if (::write(*fd_, whole.data(), whole.size()) < 0) return;  // a full disk must not end the connection
}

}  // namespace tool
