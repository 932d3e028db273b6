#include "port/files_below.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace tool::port {

namespace {

namespace fs = std::filesystem;

class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail() { throw std::runtime_error(std::generic_category().message(errno)); }

class walk {
 public:
  walk(const limits& bounds, const visitor& tell) : bounds_(bounds), tell_(tell) {}

  void folder(const fs::path& whole, const std::string& relative, std::size_t depth) {
    if (depth > bounds_.depth) return tell_.not_read(relative, fmt::format("deeper than {} folders", bounds_.depth));
    for (const fs::directory_entry& entry : sorted(whole, relative)) {
      if (seen_ >= bounds_.files) return stop(relative);
      const std::string name = entry.path().filename().string();
      if (tell_.is_excluded(name)) continue;
      const std::string path = relative.empty() ? name : fmt::format("{}/{}", relative, name);
      std::error_code ignored;  // what is gone by now is neither
      const fs::file_type type = entry.symlink_status(ignored).type();
      if (type == fs::file_type::directory) folder(entry.path(), path, depth + 1);
      if (type == fs::file_type::regular) ++seen_, tell_.file(path);
    }
  }

 private:
  std::vector<fs::directory_entry> sorted(const fs::path& whole, const std::string& relative) {
    std::error_code problem;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator next(whole, problem);
    while (!problem && next != fs::directory_iterator() && entries.size() <= bounds_.files) {
      entries.push_back(*next);
      next.increment(problem);
    }
    if (problem) tell_.not_read(relative.empty() ? "." : relative, problem.message());
    std::sort(entries.begin(), entries.end());
    return entries;
  }

  void stop(const std::string& relative) {
    if (!stopped_) tell_.not_read(relative.empty() ? "." : relative, fmt::format("more than {} files", bounds_.files));
    stopped_ = true;
  }

  const limits& bounds_;
  const visitor& tell_;
  std::size_t seen_ = 0;
  bool stopped_ = false;
};

}  // namespace

void files_below(const std::string& folder, const limits& bounds, const visitor& tell) {
  walk(bounds, tell).folder(folder, "", 0);
}

std::string read_bounded(const std::string& path, std::size_t most) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat about{};
  if (file.get() < 0 || ::fstat(file.get(), &about) != 0) fail();
  if (!S_ISREG(about.st_mode)) throw std::runtime_error("no regular file");
  const auto too_large = [&] { return std::runtime_error(fmt::format("larger than {} bytes", most)); };
  if (static_cast<std::uintmax_t>(about.st_size) > most) throw too_large();
  std::string bytes(static_cast<std::size_t>(about.st_size) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail();
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
    if (size > most) throw too_large();
    if (size == bytes.size()) bytes.resize(std::min(size * 2, most + 1));  // it grows while it is read
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace tool::port
