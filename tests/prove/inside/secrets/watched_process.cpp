#include "prove/inside/secrets/watched_process.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "support/sspi_party.hpp"

namespace schannix::prove {
namespace {

using test::sspi::role;
using test::sspi::tls;

constexpr unsigned seconds_of_life = 120;

void read_all(int from, void* into, std::size_t size) {
  for (auto* at = static_cast<char*>(into); size > 0;) {
    const ssize_t got = ::read(from, at, size);
    if (got <= 0) throw std::runtime_error("the other process is gone");
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

void send(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the other process is gone");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void send_sized(int to, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  send(to, {reinterpret_cast<const char*>(&size), sizeof size});
  send(to, bytes);
}

std::size_t read_size(int from) {
  std::uint32_t size = 0;
  read_all(from, &size, sizeof size);
  return size;
}

void must(bool done, const std::string& what) {
  if (!done) throw std::runtime_error(what);
}

// The room that orders are read into is the caller's: what was a key is wiped.
class obedient_side {
 public:
  std::string follow(order what, std::string_view with);

 private:
  HCERTSTORE import_pem(std::string_view text);
  HCERTSTORE import_pfx(std::string_view file);
  void keep_first(HCERTSTORE of);
  void acquire(std::string_view kind);
  std::string give(std::string_view bytes);
  std::string control(DWORD token);
  void move();
  void export_material(std::string_view label);

  test::sspi::certificate certificate_;
  std::optional<test::sspi::credential> credential_;
  std::optional<test::sspi::party> party_;
  std::unique_ptr<void, SECURITY_STATUS (*)(void*)> material_{nullptr, FreeContextBuffer};
  role side_ = role::client;
  ULONG flags_ = 0;
};

HCERTSTORE obedient_side::import_pem(std::string_view text) {
  HCERTSTORE store = nullptr;
  must(SchannixImportPem(text.data(), text.size(), text.data(), text.size(), nullptr, &store) != 0, "PEM");
  return store;
}

HCERTSTORE obedient_side::import_pfx(std::string_view file) {
  std::array<wchar_t, 32> password{};
  std::copy_n(pfx_password, std::strlen(pfx_password), password.begin());
  CRYPT_DATA_BLOB blob{static_cast<DWORD>(file.size()),
                       const_cast<BYTE*>(reinterpret_cast<const BYTE*>(file.data()))};  // only read
  const HCERTSTORE store = PFXImportCertStore(&blob, password.data(), PKCS12_NO_PERSIST_KEY);
  must(store != nullptr, "PFX");
  return store;
}

void obedient_side::keep_first(HCERTSTORE of) {
  certificate_.reset(CertEnumCertificatesInStore(of, nullptr));
  CertCloseStore(of, 0);
  must(certificate_ != nullptr, "an empty store");
}

void obedient_side::acquire(std::string_view kind) {
  side_ = kind.starts_with("client") ? role::client : role::server;
  const bool tls13 = kind.find('3') != kind.npos;
  // In TLS 1.2 sessions go by their id, so that the server has to keep them.
  flags_ = side_ == role::server && tls13 ? ULONG{ASC_REQ_SESSION_TICKET} : 0;
  test::sspi::credential_options options{.side = side_, .version = tls13 ? tls::v1_3 : tls::v1_2};
  if (kind.ends_with("later tickets")) options.own_flags = SCHANNIX_CREDENTIAL_LATER_TICKETS;
  if (certificate_) options.certificates = {certificate_.get()};
  credential_.emplace(options);
}

std::string obedient_side::give(std::string_view bytes) {
  party_->give(bytes);
  const bool fine = !party_->last().failed() || party_->last() == SEC_E_INCOMPLETE_MESSAGE;
  must(fine, "the peer's bytes led to " + party_->last().name());
  return party_->take();
}

std::string obedient_side::control(DWORD token) {
  must(test::sspi::apply_token(party_->handle(), token) == SEC_E_OK, "ApplyControlToken");
  party_->step({});
  return party_->take();
}

void obedient_side::move() {
  char package[] = UNISP_NAME_A;
  SecBuffer packed{0, SECBUFFER_EMPTY, nullptr};
  must(ExportSecurityContext(&party_->handle(), 0, &packed, nullptr) == SEC_E_OK, "ExportSecurityContext");
  const auto done = ImportSecurityContextA(package, &packed, nullptr, &party_->handle());
  FreeContextBuffer(packed.pvBuffer);
  must(done == SEC_E_OK, "ImportSecurityContext");
}

void obedient_side::export_material(std::string_view label) {
  const std::string text(label);
  SecPkgContext_KeyingMaterial_Inproc wanted{};
  wanted.cbLabel = static_cast<WORD>(text.size() + 1);
  wanted.pszLabel = const_cast<char*>(text.c_str());
  wanted.cbKeyingMaterial = exported_size;
  must(QueryContextAttributesA(&party_->handle(), SECPKG_ATTR_KEYING_MATERIAL_INPROC, &wanted) == SEC_E_OK, "exporter");
  material_.reset(wanted.pbKeyingMaterial);
}

std::string obedient_side::follow(order what, std::string_view with) {
  switch (what) {
    case order::import_pem:
      keep_first(import_pem(with));
      return {};
    case order::import_pfx:
      keep_first(import_pfx(with));
      return {};
    case order::acquire:
      acquire(with);
      return {};
    case order::begin:
      party_.emplace(*credential_, test::sspi::party_options{.side = side_, .more_flags = flags_});
      return party_->take();
    case order::give:
      return give(with);
    case order::write:
      must(party_->seal(with) == SEC_E_OK, "EncryptMessage");
      return party_->take();
    case order::update_keys:
      return control(SCHANNIX_UPDATE_KEYS);
    case order::send_ticket:
      return control(SCHANNIX_SEND_TICKET);
    case order::move:
      move();
      return {};
    case order::export_material:
      export_material(with);
      return {};
    case order::close:
      must(!party_->shut().failed(), "closing");
      return party_->take();
    case order::delete_context:
      material_.reset();
      party_.reset();
      return {};
    case order::free_credential:
      credential_.reset();
      certificate_.reset();
      return {};
  }
  throw std::logic_error("what order is that?");
}

}  // namespace

int be_watched() {
  static std::array<char, 1 << 16> room;
  alarm(seconds_of_life);
  obedient_side side;
  try {
    for (;;) {
      const std::size_t size = read_size(STDIN_FILENO);
      must(size >= 1 && size <= room.size(), "an order that is too long");
      read_all(STDIN_FILENO, room.data(), size);
      const std::string answer = side.follow(static_cast<order>(room[0]), {room.data() + 1, size - 1});
      explicit_bzero(room.data(), room.size());
      send_sized(STDIN_FILENO, answer);
    }
  } catch (const std::exception& error) {
    std::cerr << "watched process: " << error.what() << std::endl;
    return 1;
  }
}

watched_process::watched_process(const std::string& aead) {
  std::array<int, 2> ends{};
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0, "no socket pair");
  orders_ = test::descriptor(ends[0]);
  const test::descriptor theirs(ends[1]);
  const std::string setting = "SCHANNIX_AEAD=" + aead;
  std::vector<char*> settings{const_cast<char*>(setting.c_str())};
  for (char** one = environ; *one != nullptr; ++one)
    if (!std::string_view(*one).starts_with("SCHANNIX_AEAD=")) settings.push_back(*one);
  settings.push_back(nullptr);
  char* const arguments[] = {const_cast<char*>("prove_secrets"), const_cast<char*>(watched_argument), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  const int failed = posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, arguments, settings.data());
  posix_spawn_file_actions_destroy(&actions);
  must(failed == 0, "the watched process does not start");
}

watched_process::~watched_process() {
  kill(id_, SIGKILL);
  waitpid(id_, nullptr, 0);
}

std::string watched_process::tell(order what, std::string_view with) {
  std::string whole(1, static_cast<char>(what));
  whole += with;
  send_sized(orders_.get(), whole);
  std::string answer(read_size(orders_.get()), '\0');
  read_all(orders_.get(), answer.data(), answer.size());
  return answer;
}

}  // namespace schannix::prove
