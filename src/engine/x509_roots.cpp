// The system's trusted roots: one bundle file, read at once, and folders with hashed names, read as they are needed.
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

std::string place(const char* variable, const char* otherwise) {
  const char* const chosen = ::secure_getenv(variable);  // null in a set-uid program
  return chosen ? chosen : otherwise;
}
std::string bundle() { return place(X509_get_default_cert_file_env(), X509_get_default_cert_file()); }
std::string folders() { return place(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()); }

void add_state(std::string& to, const std::string& path) {
  to.append(path);
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) {
    for (const auto part :
         {static_cast<long long>(found.st_ino), static_cast<long long>(found.st_size),
          static_cast<long long>(found.st_mtim.tv_sec), static_cast<long long>(found.st_mtim.tv_nsec)})
      to.append(" ").append(std::to_string(part));
  }
  to.append("\n");
}

}  // namespace

std::string root_store::system_fingerprint() {
  std::string out;
  add_state(out, bundle());
  const std::string all = folders();
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    add_state(out, std::string(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::shared_ptr<const root_store> root_store::load_system(const environment& env) {
  const quiet_errors quiet;
  owned<x509_store_st> store(or_throw(X509_STORE_new()));
  // What cannot be read holds no roots: the outcome is an untrusted peer, never a trusted one.
  X509_STORE_load_file_ex(store.get(), bundle().c_str(), env.library(), nullptr);
  X509_STORE_load_path(store.get(), folders().c_str());
  return std::shared_ptr<const root_store>(new root_store(std::move(store)));
}

std::vector<certificate> root_store::certificates() const {
  const held_certificates all(or_throw(X509_STORE_get1_all_certs(store_.get())));
  return certificates_in(all.get());
}

root_store::root_store(owned<x509_store_st> store) : store_(std::move(store)) {}
root_store::~root_store() = default;

}  // namespace schannix::engine
