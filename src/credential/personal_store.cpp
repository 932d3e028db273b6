#include "credential/personal_store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/secret.hpp"
#include "engine/chain.hpp"
#include "engine/x509.hpp"

namespace schannix::credential {
namespace {

constexpr std::size_t max_files = 100, max_file_size = std::size_t{1} << 20;

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const noexcept { return number_; }
  bool valid() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

// The content of a file, with a key in it: wiped at the end.
struct content {
  base::bytes bytes;
  content() = default;
  content(const content&) = delete;
  content& operator=(const content&) = delete;
  ~content() { base::wipe(bytes); }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

bool is_ours(const struct stat& found, mode_t kind, mode_t forbidden) {
  return (found.st_mode & S_IFMT) == kind && found.st_uid == ::geteuid() && (found.st_mode & forbidden) == 0;
}

// What the checks were made of is what is read: both through one descriptor.
bool read_own_file(int folder, const std::string& name, content& into) {
  const descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat found{};
  if (!file.valid() || ::fstat(file.get(), &found) != 0) return false;
  if (!is_ours(found, S_IFREG, S_IRWXG | S_IRWXO)) return false;
  if (found.st_size <= 0 || static_cast<std::size_t>(found.st_size) > max_file_size) return false;
  into.bytes.resize(static_cast<std::size_t>(found.st_size));
  std::size_t have = 0;
  while (have < into.bytes.size()) {
    const ssize_t part = ::read(file.get(), into.bytes.data() + have, into.bytes.size() - have);
    if (part <= 0) return false;
    have += static_cast<std::size_t>(part);
  }
  return true;
}

bool is_pem(std::string_view name) { return name.ends_with(".pem"); }
bool is_pfx(std::string_view name) { return name.ends_with(".pfx") || name.ends_with(".p12"); }

std::vector<std::string> names_in(int folder) {
  std::vector<std::string> names;
  const int copy = ::fcntl(folder, F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, int (*)(DIR*)> list(copy >= 0 ? ::fdopendir(copy) : nullptr, ::closedir);
  if (!list && copy >= 0) ::close(copy);
  if (!list) return names;
  while (const dirent* const one = ::readdir(list.get()))
    if (is_pem(one->d_name) || is_pfx(one->d_name)) names.emplace_back(one->d_name);
  std::ranges::sort(names);
  if (names.size() > max_files) names.resize(max_files);
  return names;
}

base::result<std::vector<engine::identity>> parse(const engine::environment& env, const std::string& name,
                                                  const content& from) {
  if (is_pfx(name)) return engine::read_pkcs12(env, from.bytes, "");
  return engine::read_pem(env, from.text(), from.text(), "");
}

void add_usable(const std::vector<engine::identity>& file, std::vector<engine::local_identity>& to) {
  std::vector<engine::certificate> all;
  all.reserve(file.size());
  for (const engine::identity& one : file) all.push_back(one.leaf);
  for (const engine::identity& one : file)
    if (one.key && engine::identifies_clients_today(one.leaf))
      to.push_back({one.leaf, *one.key, engine::chain_to_send(one.leaf, all)});
}

using file_content = std::vector<engine::identity>;

std::vector<file_content> files_of(const engine::environment& env, const std::string& folder) {
  std::vector<file_content> found;
  if (folder.empty()) return found;
  const descriptor opened(::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
  struct stat state{};
  if (!opened.valid() || ::fstat(opened.get(), &state) != 0 || !is_ours(state, S_IFDIR, S_IWGRP | S_IWOTH))
    return found;
  for (const std::string& name : names_in(opened.get())) {
    content file;
    if (!read_own_file(opened.get(), name, file)) continue;
    if (auto read = parse(env, name, file)) found.push_back(*std::move(read));
  }
  return found;
}

}  // namespace

std::string personal_folder() {
  if (const char* const named = ::secure_getenv("SCHANNIX_MY")) return named;
  if (const char* const config = ::secure_getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
    return std::string(config) + "/schannix/my";
  const char* const home = ::secure_getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.config/schannix/my" : std::string();
}

std::vector<engine::local_identity> personal_identities(const engine::environment& env, const std::string& folder) {
  std::vector<engine::local_identity> found;
  for (const file_content& file : files_of(env, folder)) add_usable(file, found);
  return found;
}

std::vector<engine::identity> personal_certificates(const engine::environment& env, const std::string& folder) {
  std::vector<engine::identity> found;
  for (const file_content& file : files_of(env, folder)) found.insert(found.end(), file.begin(), file.end());
  return found;
}

}  // namespace schannix::credential
