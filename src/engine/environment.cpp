#include "engine/environment.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <stdlib.h>

#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "engine/aead_key.hpp"
#include "engine/hmac_kdf.hpp"
#include "engine/kdf_watch.hpp"
#include "engine/revocation_fetch.hpp"
#include "engine/session_cache.hpp"
#include "engine/template_cache.hpp"
#include "engine/transport.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {
namespace {

struct unload_provider {
  void operator()(OSSL_PROVIDER* provider) const noexcept { OSSL_PROVIDER_unload(provider); }
};
using loaded_provider = std::unique_ptr<OSSL_PROVIDER, unload_provider>;

[[noreturn]] void give_up(const char* what) {
  ERR_clear_error();
  throw std::runtime_error(std::string("schannix: OpenSSL cannot be set up: ") + what);
}

// Counts what it is shown; the self-check asks whether a derivation is seen at all.
struct counting_observer final : derivation_observer {
  void derived(std::string_view label, base::bytes_view) noexcept override { seen += label == "self check"; }
  bool wants_client_handshake_early() const noexcept override { return false; }
  int seen = 0;
};

// One TLS13-KDF derivation fetched as SSL fetches it: is it ours that runs?
bool watcher_is_chosen(OSSL_LIB_CTX* library) {
  const owned<evp_kdf_st> kdf(EVP_KDF_fetch(library, OSSL_KDF_NAME_TLS1_3_KDF, watch_property_query));
  if (!kdf) return false;
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(kdf.get());
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  char digest[] = "SHA256", prefix[] = "tls13 ", label[] = "self check";
  std::array<unsigned char, 32> key{}, output{};
  const OSSL_PARAM inputs[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                               OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PREFIX, prefix, sizeof prefix - 1),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_LABEL, label, sizeof label - 1),
                               OSSL_PARAM_construct_end()};
  counting_observer observer;
  const observing now(observer);
  const bool derived = EVP_KDF_derive(context, output.data(), output.size(), inputs) == 1;
  EVP_KDF_CTX_free(context);
  return derived && observer.seen == 1;
}

}  // namespace

struct environment::state {
  explicit state(engine::settings wanted) : settings(std::move(wanted)), sessions(settings.sessions) {}

  const engine::settings settings;
  owned<ossl_lib_ctx_st> library;
  loaded_provider default_provider;
  loaded_provider watch_provider;
  std::array<owned<evp_cipher_st>, aead_algorithm_count> ciphers;
  std::unique_ptr<aead_back_end> aead;
  owned<evp_kdf_st> tls13_kdf;
  owned<evp_kdf_st> tls1_prf;
  std::optional<hmac_kdf> derivations;
  secret_source secrets = secret_source::key_log;
  owned<bio_method_st> transport;
  template_cache templates;
  session_cache sessions;
  certificate_pool peer_certificates;
  fetched_answers fetched;

  std::mutex roots_lock;
  std::shared_ptr<const root_store> roots;
  std::string roots_fingerprint;

  // The system's policy, FIPS and provider settings hold here as in any program: record-layer.md §2.
  void open_library() {
    library.reset(OSSL_LIB_CTX_new());
    if (!library) give_up("no library context");
    OSSL_LIB_CTX_load_config(library.get(), nullptr);
    ERR_clear_error();  // a missing openssl.cnf is no error
    default_provider.reset(OSSL_PROVIDER_load(library.get(), "default"));
    if (!default_provider) give_up("the default provider does not load");
  }

  // Who demands FIPS gets no connection without. It is OpenSSL's configuration that binds to a validated module.
  void check_fips() const {
    if (!settings.fips || EVP_default_properties_is_fips_enabled(library.get()) == 1) return;
    throw std::runtime_error(
        "schannix: the settings demand FIPS (Lsa\\FIPSAlgorithmPolicy), but OpenSSL's configuration does not; switch "
        "it on there, see fips_config(5), or take the demand out");
  }

  void start_watching() {
    if (!register_watch_provider(library.get())) return;
    watch_provider.reset(OSSL_PROVIDER_load(library.get(), watch_provider_name));
    if (watch_provider && watcher_is_chosen(library.get())) secrets = secret_source::watched;
    ERR_clear_error();
  }

  void fetch_algorithms() {
    constexpr std::array<const char*, aead_algorithm_count> names{"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
    for (std::size_t i = 0; i < names.size(); ++i) ciphers[i].reset(EVP_CIPHER_fetch(library.get(), names[i], nullptr));
    ERR_clear_error();  // a FIPS configuration has no ChaCha20; the suites that need it are then not offered
    const std::string not_ours = std::string("provider!=") + watch_provider_name;  // bound to FIPS, its module's
    tls13_kdf.reset(EVP_KDF_fetch(library.get(), OSSL_KDF_NAME_TLS1_3_KDF, not_ours.c_str()));
    tls1_prf.reset(EVP_KDF_fetch(library.get(), OSSL_KDF_NAME_TLS1_PRF, not_ours.c_str()));
    derivations.emplace(library.get());
    transport.reset(make_transport_method());
    if (!transport) give_up("no BIO method");
    if (!ciphers[0] || !ciphers[1] || !tls13_kdf || !tls1_prf)
      give_up("AES-GCM or the TLS key derivations are missing");
  }

  void choose_aead(aead_choice choice) {
    aead = make_evp_back_end({ciphers[0].get(), ciphers[1].get(), ciphers[2].get()});
    if (choice == aead_choice::evp) return;
    std::string why_not = "OpenSSL's configuration asks for FIPS, which libipsec-mb is not";
    const bool fips = EVP_default_properties_is_fips_enabled(library.get()) == 1;
    auto fast = fips ? nullptr : make_ipsec_mb_back_end(*aead, why_not);
    if (fast) {
      aead = std::move(fast);
    } else if (choice == aead_choice::ipsec_mb) {
      throw std::runtime_error("schannix: SCHANNIX_AEAD=ipsec-mb cannot be honoured: " + why_not +
                               "; take auto or evp");
    }
  }
};

aead_choice process_aead_choice() {
  const char* const named = ::secure_getenv("SCHANNIX_AEAD");
  const std::string_view choice = named == nullptr ? "" : named;
  if (choice.empty() || choice == "auto") return aead_choice::automatic;
  if (choice == "evp") return aead_choice::evp;
  if (choice == "ipsec-mb") return aead_choice::ipsec_mb;
  throw std::runtime_error("schannix: SCHANNIX_AEAD=" + std::string(choice) + " is not known: auto, evp or ipsec-mb");
}

environment::environment(secret_source wanted, aead_choice aead, engine::settings settings)
    : state_(std::make_unique<state>(std::move(settings))) {
  state_->open_library();
  state_->check_fips();
  if (wanted == secret_source::watched) state_->start_watching();
  state_->fetch_algorithms();
  state_->choose_aead(aead);
}

environment::~environment() = default;

ossl_lib_ctx_st* environment::library() const noexcept { return state_->library.get(); }
const engine::settings& environment::settings() const noexcept { return state_->settings; }
const aead_back_end& environment::record_protection() const noexcept { return *state_->aead; }
evp_kdf_st* environment::tls13_kdf() const noexcept { return state_->tls13_kdf.get(); }
evp_kdf_st* environment::tls1_prf() const noexcept { return state_->tls1_prf.get(); }
secret_source environment::secrets() const noexcept { return state_->secrets; }
bio_method_st* environment::transport() const noexcept { return state_->transport.get(); }
hmac_kdf& environment::derivations() const noexcept { return *state_->derivations; }
certificate_pool& environment::peer_certificates() const noexcept { return state_->peer_certificates; }
fetched_answers& environment::fetched() const noexcept { return state_->fetched; }
session_cache& environment::sessions() const noexcept { return state_->sessions; }
template_cache& environment::templates() const noexcept { return state_->templates; }

std::shared_ptr<const root_store> environment::roots() const {
  const std::string now = root_store::system_fingerprint();
  const std::lock_guard held(state_->roots_lock);
  if (!state_->roots || state_->roots_fingerprint != now) {
    state_->roots = root_store::load_system(*this);
    state_->roots_fingerprint = now;
  }
  return state_->roots;
}

}  // namespace schannix::engine
