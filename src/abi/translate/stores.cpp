#include "abi/translate/stores.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "abi/runtime.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cert/containers.hpp"
#include "cert/context.hpp"
#include "cert/serialized.hpp"
#include "credential/personal_store.hpp"

namespace schannix::abi {
namespace {

using base::reason;
using certificates = std::vector<engine::certificate>;

base::failure mistake(reason why) { return base::caller_mistake(why); }

cert::access access_of(DWORD flags) {
  return flags & CERT_STORE_READONLY_FLAG ? cert::access::read_only : cert::access::writable;
}

base::result<HCERTSTORE> store_of(const base::result<certificates>& read, DWORD flags) {
  if (!read) return read.error();
  std::vector<engine::identity> contents;
  for (const engine::certificate& one : *read) contents.push_back({one, std::nullopt, {}});
  return cert::make_store(contents, access_of(flags));
}

// A serialized store without certificates is one all the same.
base::result<certificates> serialized(base::bytes_view bytes) {
  auto read = cert::deserialize(the_environment(), bytes);
  if (!read && read.error().why == reason::not_found) return certificates();
  return read;
}

// ---- files ----

constexpr std::size_t max_file_size = std::size_t{16} << 20;

bool read_all(int file, base::bytes& into) {
  struct stat found{};
  if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) return false;
  if (found.st_size < 0 || static_cast<std::size_t>(found.st_size) > max_file_size) return false;
  into.resize(static_cast<std::size_t>(found.st_size));
  for (std::size_t have = 0; have < into.size();) {
    const ssize_t part = ::read(file, into.data() + have, into.size() - have);
    if (part <= 0) return false;
    have += static_cast<std::size_t>(part);
  }
  return true;
}

base::result<certificates> any_form(base::bytes_view bytes) {
  const engine::environment& env = the_environment();
  if (auto read = serialized(bytes)) return read;
  if (auto read = engine::read_pkcs7(env, bytes)) return read;
  if (auto one = engine::certificate::parse(env, bytes)) return certificates{*one};
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto pem = engine::read_pem(env, text, {}, {});
  if (!pem) return mistake(reason::malformed_object);
  certificates out;
  for (const engine::identity& one : *pem) out.push_back(one.leaf);
  return out;
}

base::result<HCERTSTORE> open_file(const std::string& path, DWORD flags) {
  file_bytes read;
  const auto whole = read.read(path);
  if (whole) return store_of(any_form(read.bytes), flags);
  const bool may_stay_absent = flags & (CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG);
  const bool absent = whole.error().why == reason::not_found;
  return absent && !may_stay_absent ? mistake(reason::access_denied) : base::result<HCERTSTORE>(whole.error());
}

// ---- bytes ----

base::result<HCERTSTORE> open_bytes(LPCSTR provider, const CRYPT_DATA_BLOB& from, DWORD flags) {
  const base::bytes_view bytes = cert::bytes_of(from);
  if (provider == CERT_STORE_PROV_PKCS7) return store_of(engine::read_pkcs7(the_environment(), bytes), flags);
  if (provider == CERT_STORE_PROV_SERIALIZED) return store_of(serialized(bytes), flags);
  return cert::import_pkcs12(the_environment(), bytes, "", cert::keys::bound);
}

// ---- the system's ----

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& unit : out)
    if (unit >= 'A' && unit <= 'Z') unit = static_cast<char>(unit - 'A' + 'a');
  return out;
}

bool is_location(DWORD flags) {
  const DWORD location = flags & CERT_SYSTEM_STORE_LOCATION_MASK;
  return (location >= CERT_SYSTEM_STORE_CURRENT_USER && location <= CERT_SYSTEM_STORE_LOCAL_MACHINE) ||
         (location >= CERT_SYSTEM_STORE_CURRENT_SERVICE && location <= CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE);
}

bool is_always_empty(const std::string& name) {
  constexpr std::array names{"ca", "authroot", "trust", "disallowed", "trustedpeople", "trustedpublisher"};
  return std::ranges::find(names, name) != names.end();
}

constexpr DWORD known_flags = CERT_STORE_NO_CRYPT_RELEASE_FLAG | CERT_STORE_SET_LOCALIZED_NAME_FLAG |
                              CERT_STORE_DEFER_CLOSE_UNTIL_LAST_FREE_FLAG | CERT_STORE_DELETE_FLAG |
                              CERT_STORE_SHARE_STORE_FLAG | CERT_STORE_SHARE_CONTEXT_FLAG |
                              CERT_STORE_ENUM_ARCHIVED_FLAG | CERT_STORE_UPDATE_KEYID_FLAG |
                              CERT_STORE_BACKUP_RESTORE_FLAG | CERT_STORE_MAXIMUM_ALLOWED_FLAG |
                              CERT_STORE_CREATE_NEW_FLAG | CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG;

bool is(LPCSTR provider, LPCSTR narrow, LPCSTR wide) { return provider == narrow || provider == wide; }

std::string text_at(LPCSTR provider, LPCSTR narrow, const void* parameter) {
  return provider == narrow ? std::string(static_cast<const char*>(parameter))
                            : base::to_utf8(static_cast<const wchar_t*>(parameter));
}

}  // namespace

base::result<HCERTSTORE> open_system_store(std::string_view name, DWORD flags) {
  if (!is_location(flags) || name.empty() || name.find_first_of("/\\") != std::string_view::npos)
    return mistake(reason::invalid_parameter);
  const std::string wanted = lower(name);
  if (wanted == "root") return store_of(the_environment().roots()->certificates(), CERT_STORE_READONLY_FLAG);
  if (wanted == "my") {
    const auto own = credential::personal_certificates(the_environment(), credential::personal_folder());
    return cert::make_store(own, cert::access::read_only);
  }
  if (is_always_empty(wanted)) return cert::make_store({}, cert::access::read_only);
  const bool may_stay_absent = flags & (CERT_STORE_OPEN_EXISTING_FLAG | CERT_STORE_READONLY_FLAG);
  return mistake(may_stay_absent ? reason::not_found : reason::access_denied);
}

file_bytes::~file_bytes() { base::wipe(bytes); }

base::result<void> file_bytes::read(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return mistake(errno == ENOENT ? reason::not_found : reason::access_denied);
  const bool whole = read_all(file, bytes);
  ::close(file);
  return whole ? base::result<void>() : mistake(reason::malformed_object);
}

base::result<HCERTSTORE> open_store(LPCSTR provider, DWORD flags, const void* parameter) {
  if (flags & ~(known_flags | CERT_SYSTEM_STORE_LOCATION_MASK)) return mistake(reason::invalid_parameter);
  if (flags & CERT_STORE_DELETE_FLAG) return mistake(reason::access_denied);
  if (provider == CERT_STORE_PROV_MEMORY) return cert::make_store({}, access_of(flags));
  if (provider == CERT_STORE_PROV_COLLECTION) return cert::make_collection();

  const bool bytes =
      is(provider, CERT_STORE_PROV_PKCS7, CERT_STORE_PROV_SERIALIZED) || provider == CERT_STORE_PROV_PKCS12;
  const bool file = is(provider, CERT_STORE_PROV_FILENAME_A, CERT_STORE_PROV_FILENAME_W);
  const bool system = is(provider, CERT_STORE_PROV_SYSTEM_A, CERT_STORE_PROV_SYSTEM_W);
  const bool registry = is(provider, CERT_STORE_PROV_SYSTEM_REGISTRY_A, CERT_STORE_PROV_SYSTEM_REGISTRY_W);
  if (!bytes && !file && !system && !registry) return mistake(reason::not_found);
  if (!parameter) return mistake(reason::invalid_parameter);
  if (bytes) return open_bytes(provider, *static_cast<const CRYPT_DATA_BLOB*>(parameter), flags);
  if (file) return open_file(text_at(provider, CERT_STORE_PROV_FILENAME_A, parameter), flags);
  const LPCSTR narrow = system ? CERT_STORE_PROV_SYSTEM_A : CERT_STORE_PROV_SYSTEM_REGISTRY_A;
  return open_system_store(text_at(provider, narrow, parameter), flags);
}

}  // namespace schannix::abi
