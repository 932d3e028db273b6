#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace tool {

namespace {

[[noreturn]] void fail(const std::string& path) { throw std::system_error(errno, std::generic_category(), path); }

void close_and_delete(const int* fd) {
  close(*fd);
  delete fd;
}

}  // namespace

std::string read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path);
  std::string content((std::istreambuf_iterator<char>(file)), {});
  if (file.bad() || errno == EISDIR) fail(path);
  return content;
}

// The file that is asked who can use it is the one that is read, whatever its name stands for by then.
std::string read_private_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  const std::shared_ptr<const int> held(new int(fd), close_and_delete);
  struct stat seen{};
  if (fstat(fd, &seen) != 0) fail(path);
  if ((seen.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    throw std::runtime_error(path + ": others can use it; chmod 600 " + path);
  std::string content;
  char part[4096];
  ssize_t size = 0;
  while ((size = read(fd, part, sizeof part)) > 0) content.append(part, static_cast<std::size_t>(size));
  if (size < 0) fail(path);
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
  fd_ = {new int(fd), close_and_delete};
}

void key_log_file::write(std::string_view line) const {
  std::string whole(line);
  whole += '\n';
  if (::write(*fd_, whole.data(), whole.size()) < 0) return;  // a full disk must not end the connection
}

}  // namespace tool
