// A built-in OpenSSL provider that wraps the default provider's TLS13-KDF and TLS1-PRF: it passes everything through
// and shows each derived secret to the connection that is current on this thread. This is how the record layer gets
// the traffic secrets without the detour of hex text (docs/design/0002-secrets.md).
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "engine/hmac_kdf.hpp"

struct ossl_lib_ctx_st;

namespace schannix::engine {

// Sees what is derived while it is current. label: the TLS 1.3 label ("c hs traffic", ...), or the TLS 1.2 one
// ("key expansion", "master secret", "extended master secret").
class derivation_observer {
 public:
  virtual void derived(std::string_view label, base::bytes_view output) noexcept = 0;
  // A client in middlebox-compatibility mode derives its own handshake key late; asked for, the watcher derives
  // "c hs traffic" together with "s hs traffic", so that an alert in between can be protected. RFC 8446 §6, §7.1
  virtual bool wants_client_handshake_early() const noexcept = 0;

 protected:
  ~derivation_observer() = default;
};

// Makes an observer current on this thread, for the length of one SSL call, and wipes what the call leaves on the
// stack.
class observing {
 public:
  explicit observing(derivation_observer& observer) noexcept;
  ~observing();
  observing(const observing&) = delete;
  observing& operator=(const observing&) = delete;

  derivation_observer& observer() const noexcept { return observer_; }
  hmac_kdf::lease& hmac() noexcept { return hmac_; }  // for all derivations of the call

 private:
  derivation_observer& observer_;
  observing* before_;
  hmac_kdf::lease hmac_;
};

constexpr const char* watch_provider_name = "schannix-watch";
constexpr const char* watch_property_query = "?provider=schannix-watch";

// Registers the provider in library; it is then loaded with OSSL_PROVIDER_load(library, watch_provider_name).
bool register_watch_provider(ossl_lib_ctx_st* library) noexcept;

}  // namespace schannix::engine
