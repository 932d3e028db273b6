#include "credential/personal_store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/own_file.hpp"
#include "engine/chain.hpp"
#include "engine/x509.hpp"

namespace schannix::credential {
namespace {

constexpr std::size_t max_files = 100, max_file_size = std::size_t{1} << 20;

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
                                                  const base::private_content& from) {
  if (is_pfx(name)) return engine::read_pkcs12(env, from.view(), "");
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
  const base::descriptor opened = base::open_own_folder(folder);
  if (!opened.valid()) return found;
  for (const std::string& name : names_in(opened.get())) {
    const auto file = base::read_own_file(opened.get(), name, max_file_size);
    if (!file || file->view().empty()) continue;
    if (auto read = parse(env, name, *file)) found.push_back(*std::move(read));
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
