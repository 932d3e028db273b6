#include "prove/inside/constant_time/scenarios.hpp"

#include <unistd.h>
#include <valgrind/memcheck.h>

#include <array>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/aead.hpp"
#include "engine/cbc.hpp"
#include "engine/environment.hpp"
#include "engine/hmac_kdf.hpp"
#include "engine/key_schedule.hpp"
#include "record/aead_half.hpp"

// Between record and AEAD, by the linker's --wrap (cmake/prove.cmake): the verdict on a record is public as soon as
// there is one, and so is what was opened. The first name is seal's, the second open's.
#define BYTES "St4spanIKhLm18446744073709551615EE"
#define SEAL_SYMBOL "_ZN8schannix6engine4aead4sealE" BYTES "S4_S2_IhLm18446744073709551615EES5_S5_"
#define OPEN_SYMBOL "_ZN8schannix6engine4aead4openE" BYTES "S4_S2_IhLm18446744073709551615EES4_"

namespace schannix::prove {

using base::bytes_span;
using base::bytes_view;

bool real_seal(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data, bytes_span tail,
               bytes_span tag) noexcept __asm__("__real_" SEAL_SYMBOL);
bool wrapped_seal(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data, bytes_span tail,
                  bytes_span tag) noexcept __asm__("__wrap_" SEAL_SYMBOL);
bool real_open(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data, bytes_view tag) noexcept
    __asm__("__real_" OPEN_SYMBOL);
bool wrapped_open(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data, bytes_view tag) noexcept
    __asm__("__wrap_" OPEN_SYMBOL);

bool wrapped_seal(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data, bytes_span tail,
                  bytes_span tag) noexcept {
  const bool sealed = real_seal(self, nonce, associated, data, tail, tag);
  VALGRIND_MAKE_MEM_DEFINED(&sealed, sizeof sealed);
  return sealed;
}

bool wrapped_open(engine::aead* self, bytes_view nonce, bytes_view associated, bytes_span data,
                  bytes_view tag) noexcept {
  const bool genuine = real_open(self, nonce, associated, data, tag);
  VALGRIND_MAKE_MEM_DEFINED(&genuine, sizeof genuine);
  if (genuine) VALGRIND_MAKE_MEM_DEFINED(data.data(), data.size());
  return genuine;
}

namespace {

using base::bytes;
using engine::aead_algorithm;
using engine::content_type;
using engine::direction;
using record::wire_version;

// ---- Secrets ----

void hide(bytes_span memory) { VALGRIND_MAKE_MEM_UNDEFINED(memory.data(), memory.size()); }
void show(bytes_view memory) { VALGRIND_MAKE_MEM_DEFINED(memory.data(), memory.size()); }

bytes hidden(std::size_t size, base::byte seed) {
  bytes made(size);
  for (base::byte& one : made) one = seed = static_cast<base::byte>(seed * 5 + 1);
  hide(made);
  return made;
}

template <class Value>
Value must(base::result<Value> made, const char* what) {
  if (!made) throw std::runtime_error(what);
  return std::move(*made);
}

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

// ---- Scenarios ----

class stage {
 public:
  explicit stage(const std::string& aead)
      : env(engine::secret_source::watched, aead == "evp" ? engine::aead_choice::evp : engine::aead_choice::ipsec_mb) {}

  // reports: of memcheck, while body ran.
  template <class Body>
  void play(const std::string& name, unsigned expected, Body body) {
    const unsigned before = VALGRIND_COUNT_ERRORS;
    body();
    const unsigned reports = VALGRIND_COUNT_ERRORS - before;
    std::cout << nlohmann::json{{"scenario", name}, {"expected", expected}, {"reports", reports}}.dump() << std::endl;
  }

  const engine::environment env;
};

struct suite {
  wire_version version;
  aead_algorithm algorithm;
  const char* name;
};
constexpr suite suites[] = {{wire_version::tls12, aead_algorithm::aes_128_gcm, "TLS 1.2 AES-128-GCM"},
                            {wire_version::tls12, aead_algorithm::aes_256_gcm, "TLS 1.2 AES-256-GCM"},
                            {wire_version::tls12, aead_algorithm::chacha20_poly1305, "TLS 1.2 ChaCha20"},
                            {wire_version::tls13, aead_algorithm::aes_128_gcm, "TLS 1.3 AES-128-GCM"},
                            {wire_version::tls13, aead_algorithm::aes_256_gcm, "TLS 1.3 AES-256-GCM"},
                            {wire_version::tls13, aead_algorithm::chacha20_poly1305, "TLS 1.3 ChaCha20"}};

record::aead_half half_of(const engine::environment& env, const suite& of, direction way) {
  const bool carries = of.version == wire_version::tls12 && of.algorithm != aead_algorithm::chacha20_poly1305;
  const bytes key = hidden(engine::key_size_of(of.algorithm), 1), iv = hidden(carries ? 4 : 12, 2);
  record::half_keys keys;
  keys.version = of.version;
  keys.algorithm = of.algorithm;
  keys.key = key;
  keys.iv = iv;
  return must(record::aead_half::make(env, way, keys), "keys");
}

bytes sealed(engine::protection& half, std::size_t size) {
  const engine::overhead around = half.sizes();
  bytes record = hidden(around.header + size + around.trailer, 3);
  const bytes_span all(record);
  const std::size_t trailer = must(half.seal(content_type::application_data, all.first(around.header),
                                             all.subspan(around.header, size), all.subspan(around.header + size)),
                                   "seal");
  record.resize(around.header + size + trailer);
  show(record);  // the wire is public
  return record;
}

// looks: reports of a seal. libipsec-mb's tag is looked at, to see that it was written: it goes out with the record.
void play_records(stage& on, const suite& of, unsigned looks) {
  const std::string name = std::string(of.name) + ": ";
  std::optional<record::aead_half> writer, reader;
  on.play(name + "keys", 0, [&] {
    writer.emplace(half_of(on.env, of, direction::seal));
    reader.emplace(half_of(on.env, of, direction::open));
  });
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, engine::max_plaintext_size}) {
    bytes record;
    on.play(name + "seal " + std::to_string(size), looks, [&] { record = sealed(*writer, size); });
    bytes forged(record);
    forged.back() ^= 1;
    on.play(name + "open forged " + std::to_string(size), 1, [&] { must(!reader->open(forged), "a forged record"); });
    on.play(name + "open " + std::to_string(size), 1,
            [&] { must(must(reader->open(record), "open").size == size, "plaintext"); });
  }
}

void play_derivations(stage& on) {
  using engine::hash_algorithm;
  for (const auto hash : {hash_algorithm::sha256, hash_algorithm::sha384}) {
    const std::string name = std::string("derive, ") + engine::openssl_name(hash) + ": ";
    const bytes secret = hidden(engine::size_of(hash), 4), seed(77, 5);
    on.play(name + "record keys", 0,
            [&] { must(engine::traffic_keys(on.env, hash, aead_algorithm::aes_256_gcm, secret), "record keys"); });
    on.play(name + "next secret", 0, [&] { must(engine::next_secret(on.env, hash, secret), "next secret"); });
    on.play(name + "key block", 0, [&] {
      engine::hmac_kdf::lease hmac;
      base::key_block block;
      must(on.env.derivations().prf(hmac, engine::openssl_name(hash), secret, seed, block.resize(136)), "key block");
    });
  }
}

// Opening is OpenSSL's own record path, which is not followed here.
void play_cbc(stage& on) {
  for (const auto mac : {engine::hash_algorithm::sha1, engine::hash_algorithm::sha256, engine::hash_algorithm::sha384})
    on.play(std::string("CBC with ") + engine::openssl_name(mac) + ": seal", 0, [&] {
      engine::cbc_keys keys;
      keys.mac = mac;
      keys.key.assign(hidden(32, 6));
      keys.mac_key.assign(hidden(engine::size_of(mac), 7));
      const auto half = must(engine::cbc_seal_half::make(on.env, keys), "CBC keys");
      sealed(*half, 1000);
    });
}

// ---- What has to be reported: else the method sees nothing ----

[[gnu::noinline]] bool leaky_equal(bytes_view a, bytes_view b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) return false;
  return true;
}

[[gnu::noinline]] base::byte leaky_lookup(const std::array<base::byte, 256>& table, base::byte at) { return table[at]; }

void play_leaks(stage& on) {
  const bytes tag = hidden(16, 8);
  bytes guess(tag);
  show(guess);
  on.play("control: a comparison that stops early", 16, [&] { must(leaky_equal(tag, guess), "equal"); });
  std::array<base::byte, 256> table{};
  on.play("control: a table looked up by a secret", 1, [&] {
    base::byte found = leaky_lookup(table, tag[0]);
    show({&found, 1});
    must(found == 0, "table");
  });
}

}  // namespace

int run_scenarios(const std::string& aead) try {
  constexpr unsigned seconds_of_life = 250;
  alarm(seconds_of_life);
  if (RUNNING_ON_VALGRIND == 0) throw std::runtime_error("not under valgrind");
  stage on(aead);
  for (const suite& of : suites) play_records(on, of, aead == "evp" ? 0 : 1);
  play_derivations(on);
  play_cbc(on);
  play_leaks(on);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "scenarios: " << error.what() << std::endl;
  return 1;
}

}  // namespace schannix::prove
