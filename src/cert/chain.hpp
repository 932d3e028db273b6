// Chain contexts and the engines that build them. MS certgetcertificatechain
#pragma once

#include <wincrypt.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cert/store.hpp"
#include "engine/x509_chain.hpp"

namespace schannix::cert {

// A handle to a store, closed at the end.
class open_store {
 public:
  explicit open_store(HCERTSTORE handle) noexcept : store_(handle ? &store::of(handle) : nullptr) {
    if (store_) store_->open_again();
  }
  open_store(open_store&& from) noexcept : store_(std::exchange(from.store_, nullptr)) {}
  open_store& operator=(open_store&&) = delete;
  ~open_store() {
    if (store_) store_->shut(false);
  }
  store* get() const noexcept { return store_; }

 private:
  store* store_;
};

// What an engine takes besides, or in place of, the system's roots. The object behind a HCERTCHAINENGINE that was made.
struct chain_engine {
  open_store exclusive_roots{nullptr};   // in place of the system's roots
  bool exclusive_authorities = false;    // what is in it need not sign itself
  open_store restricted_roots{nullptr};  // of the system's roots only these
  std::vector<open_store> additional;    // where issuers are looked for
};

struct chain_request {
  const chain_engine* with = nullptr;  // null: the default
  PCCERT_CONTEXT leaf = nullptr;
  HCERTSTORE additional = nullptr;
  std::optional<std::int64_t> at;     // seconds since 1970; nothing: now
  std::vector<std::string> purposes;  // dotted; none: any
  bool any_purpose = false;           // one of them is enough
  engine::revocation_range revocation = engine::revocation_range::none;
  bool asks = false;  // the places that certificates name
  DWORD created_with = 0;
};

// With one reference. Throws std::bad_alloc.
PCCERT_CHAIN_CONTEXT make_chain(const engine::environment& env, const chain_request& wanted);
PCCERT_CHAIN_CONTEXT duplicate(PCCERT_CHAIN_CONTEXT chain) noexcept;  // null gives null
void release(PCCERT_CHAIN_CONTEXT chain) noexcept;                    // null is harmless

// Whether of may be used for a purpose, dotted.
bool allows(const engine::certificate& of, const std::string& purpose);
// Whether its trust settings, if it has any, forbid one, dotted: engine::trust_for.
bool distrusts(const engine::certificate& of, const std::string& purpose);

}  // namespace schannix::cert
