#include "base/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.hpp"

namespace schannix::base {
namespace {

bool belongs(uid_t to, owners who) { return to == ::geteuid() || (who == owners::ourselves_or_root && to == 0); }

bool is_ours(const struct stat& found, mode_t kind, mode_t forbidden, owners who) {
  return (found.st_mode & S_IFMT) == kind && belongs(found.st_uid, who) && (found.st_mode & forbidden) == 0;
}

}  // namespace

descriptor::~descriptor() {
  if (number_ >= 0) ::close(number_);
}

private_content::~private_content() { wipe(bytes_); }

descriptor open_own_folder(const std::string& path, owners who) {
  descriptor opened(path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  struct stat state{};
  if (!opened.valid() || ::fstat(opened.get(), &state) != 0 || !is_ours(state, S_IFDIR, S_IWGRP | S_IWOTH, who))
    return descriptor();
  return opened;
}

std::optional<private_content> read_own_file(int folder, const std::string& name, std::size_t most, owners who) {
  const descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat found{};
  if (!file.valid() || ::fstat(file.get(), &found) != 0) return std::nullopt;
  if (!is_ours(found, S_IFREG, S_IRWXG | S_IRWXO, who)) return std::nullopt;
  if (found.st_size < 0 || static_cast<std::size_t>(found.st_size) > most) return std::nullopt;
  bytes into(static_cast<std::size_t>(found.st_size));
  std::size_t have = 0;
  while (have < into.size()) {
    const ssize_t part = ::read(file.get(), into.data() + have, into.size() - have);
    if (part <= 0) {
      wipe(into);
      return std::nullopt;
    }
    have += static_cast<std::size_t>(part);
  }
  return private_content(std::move(into));
}

}  // namespace schannix::base
