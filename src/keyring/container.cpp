#include "keyring/container.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "base/own_file.hpp"
#include "engine/key_text.hpp"
#include "engine/random.hpp"

namespace schannix::keyring {
namespace {

constexpr std::size_t max_name = 200, max_file = std::size_t{1} << 16;
constexpr mode_t only_folder = 0700, only_file = 0600;

using base::reason;
base::failure mistake(reason why) { return base::caller_mistake(why); }

std::string file_of(const std::string& name) { return name + ".pem"; }

base::owners trusted(owner whose) {
  return whose == owner::user ? base::owners::ourselves : base::owners::ourselves_or_root;
}

// Why nothing could be opened.
base::failure absence() {
  return mistake(errno == ENOENT || errno == ENOTDIR ? reason::not_found : reason::access_denied);
}

// Each folder of the path that is missing; what is wrong with them, opening the last one tells.
void make_folders(const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
    ::mkdir(path.substr(0, at).c_str(), only_folder);
  ::mkdir(path.c_str(), only_folder);
}

bool write_all(int file, base::bytes_view content) {
  while (!content.empty()) {
    const ssize_t part = ::write(file, content.data(), content.size());
    if (part <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(part));
  }
  return ::fsync(file) == 0;
}

// A name that no other writer has: neither another thread nor one of another machine or container that shares the
// folder. Empty: there are no random numbers, and nothing can be made under this name.
std::string name_beside(const std::string& file) {
  std::uint64_t random = 0;
  return ::getentropy(&random, sizeof random) == 0 ? "." + file + "." + std::to_string(random) : std::string();
}

base::result<void> put(int folder, const std::string& file, base::bytes_view content, existing what) {
  const std::string beside = name_beside(file);
  const base::descriptor made(
      ::openat(folder, beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, only_file));
  if (!made.valid()) return mistake(reason::access_denied);
  const unsigned flags = what == existing::refused ? RENAME_NOREPLACE : 0;
  const bool whole = write_all(made.get(), content);
  if (whole && ::renameat2(folder, beside.c_str(), folder, file.c_str(), flags) == 0) {
    ::fsync(folder);  // where a folder can be: the name outlives a loss of power, too
    return {};
  }
  const reason why = whole && errno == EEXIST ? reason::already_there : reason::access_denied;
  ::unlinkat(folder, beside.c_str(), 0);
  return mistake(why);
}

base::result<void> put_in(owner whose, const std::string& file, base::bytes_view content, existing what) {
  const std::string path = folder_of(whose);
  make_folders(path);
  const base::descriptor folder = base::open_own_folder(path, trusted(whose));
  return folder.valid() ? put(folder.get(), file, content, what) : base::result<void>(mistake(reason::access_denied));
}

std::string named(const char* variable, const char* below) {
  const char* const path = ::secure_getenv(variable);
  return path != nullptr && *path == '/' ? std::string(path) + below : std::string();
}

}  // namespace

std::string folder_of(owner whose) {
  if (whose == owner::machine) {
    const std::string elsewhere = named("SCHANNIX_MACHINE_KEYS", "");
    return elsewhere.empty() ? "/var/lib/schannix/keys" : elsewhere;
  }
  std::string folder = named("SCHANNIX_KEYS", "");
  if (folder.empty()) folder = named("XDG_CONFIG_HOME", "/schannix/keys");
  return folder.empty() ? named("HOME", "/.config/schannix/keys") : folder;
}

bool is_name(std::string_view name) {
  const auto refused = [](char one) { return one == '/' || one == 0x7F || (one >= 0 && one < 0x20); };
  return !name.empty() && name.size() <= max_name && name.front() != '.' && std::ranges::none_of(name, refused);
}

base::result<std::string> new_name(const engine::environment& env) {
  constexpr std::string_view digits = "0123456789abcdef";
  SCHANNIX_TRY(const base::bytes random, engine::random_bytes(env, 16));
  std::string name;
  for (const base::byte one : random) name.append({digits[one >> 4], digits[one & 0xF]});
  return name;
}

base::result<std::optional<engine::private_key>> load(const engine::environment& env, owner whose,
                                                      const std::string& name) {
  if (!is_name(name)) return mistake(reason::not_found);
  const std::string path = folder_of(whose), file = file_of(name);
  if (path.empty() || ::access((path + '/' + file).c_str(), F_OK) != 0)
    return path.empty() ? mistake(reason::not_found) : absence();
  const base::descriptor folder = base::open_own_folder(path, trusted(whose));
  const auto content =
      folder.valid() ? base::read_own_file(folder.get(), file, max_file, trusted(whose)) : std::nullopt;
  if (!content) return mistake(reason::access_denied);
  if (content->view().empty()) return std::optional<engine::private_key>();
  SCHANNIX_TRY(engine::private_key key, engine::read_private_key(env, content->text()));
  return std::optional(std::move(key));
}

base::result<void> save(owner whose, const std::string& name, const engine::private_key* key, existing what) {
  if (!is_name(name)) return mistake(reason::invalid_parameter);
  if (key == nullptr) return put_in(whose, file_of(name), {}, what);
  SCHANNIX_TRY(const base::private_content text, engine::to_pem(*key));
  return put_in(whose, file_of(name), text.view(), what);
}

base::result<void> remove(owner whose, const std::string& name) {
  const std::string path = folder_of(whose);
  if (!is_name(name) || path.empty()) return mistake(reason::not_found);
  if (::access(path.c_str(), F_OK) != 0) return absence();
  const base::descriptor folder = base::open_own_folder(path, trusted(whose));
  if (!folder.valid()) return mistake(reason::access_denied);
  return ::unlinkat(folder.get(), file_of(name).c_str(), 0) == 0 ? base::result<void>() : absence();
}

}  // namespace schannix::keyring
