// What the process shares of OpenSSL: a library context of our own (default provider, the system's configuration,
// and the provider that watches key derivations), fetched algorithms, SSL_CTX templates, the ROOT store.
// Made once by abi::runtime and passed by reference; tests make their own. All members may be used by any thread.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "engine/aead.hpp"
#include "engine/owned.hpp"
#include "engine/settings.hpp"

namespace schannix::engine {

class aead_back_end;
class certificate_pool;
class fetched_answers;
class hmac_kdf;
class root_store;
class session_cache;
class template_cache;

// Where the traffic secrets come from: the watching provider, or the key log (the fallback, and the cross-check in
// tests).
enum class secret_source : std::uint8_t { watched, key_log };

// Which back end protects AEAD records. automatic: libipsec-mb where it was built in, the CPU can run it and OpenSSL is
// not bound to FIPS; else EVP.
enum class aead_choice : std::uint8_t { automatic, evp, ipsec_mb };

// SCHANNIX_AEAD of the process: "auto", "evp" or "ipsec-mb". Throws std::runtime_error for anything else.
aead_choice process_aead_choice();

class environment {
 public:
  // Throws std::runtime_error when OpenSSL cannot be set up, or when a back end that cannot run here was asked for, or
  // FIPS that OpenSSL is not bound to.
  // Asked to watch, it checks that the provider really is chosen, and else falls back to the key log: secrets() tells.
  explicit environment(secret_source wanted = secret_source::watched, aead_choice aead = process_aead_choice(),
                       engine::settings settings = {});
  ~environment();
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  ossl_lib_ctx_st* library() const noexcept;
  const engine::settings& settings() const noexcept;
  policy_in_effect in_effect(role side) const;  // makes a template, and looks at it: for people who ask
  const aead_back_end& record_protection() const noexcept;
  evp_kdf_st* tls13_kdf() const noexcept;
  hmac_kdf& derivations() const noexcept;
  evp_kdf_st* tls1_prf() const noexcept;
  secret_source secrets() const noexcept;

  // The system's trusted roots (SSL_CERT_FILE / SSL_CERT_DIR honoured): read at first use, again when the files change.
  std::shared_ptr<const root_store> roots() const;

  template_cache& templates() const noexcept;
  session_cache& sessions() const noexcept;
  certificate_pool& peer_certificates() const noexcept;
  fetched_answers& fetched() const noexcept;
  bio_method_st* transport() const noexcept;  // the source and sink of engine::handshake

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace schannix::engine
