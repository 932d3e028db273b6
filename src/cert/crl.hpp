// Revocation list contexts, and the lists of a store. They live as certificate contexts do (store.hpp): a reference
// that was handed out keeps the store readable, and places only rise. A collection shows the contexts of its members as
// they are, without links.
#pragma once

#include <wincrypt.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "engine/revocation_list.hpp"

namespace schannix::cert {

class store;
enum class disposition : std::uint8_t;

// One list and its CRL_INFO. Nothing of it changes.
class crl_content {
 public:
  explicit crl_content(const engine::revocation_list& of);
  crl_content(const crl_content&) = delete;  // shown_ points into the object
  crl_content& operator=(const crl_content&) = delete;

  const engine::revocation_list& list() const noexcept { return list_; }
  base::bytes_view der() const noexcept { return der_; }
  PCRL_INFO fields() noexcept { return &shown_; }  // Windows' struct is not const; nobody may write to it

 private:
  void show();

  const engine::revocation_list list_;
  const base::bytes der_;
  engine::revocation_list_fields fields_;
  std::vector<std::vector<CERT_EXTENSION>> of_entries_;
  std::vector<CRL_ENTRY> entries_;
  std::vector<CERT_EXTENSION> extensions_;
  CRL_INFO shown_{};
};

// The object behind a PCCRL_CONTEXT. home null: it stands alone.
class crl_context : public CRL_CONTEXT {
 public:
  crl_context(std::shared_ptr<crl_content> of, store* home, std::uint64_t place);
  crl_context(const crl_context&) = delete;
  crl_context& operator=(const crl_context&) = delete;
  static const crl_context& of(PCCRL_CONTEXT shown) noexcept { return *static_cast<const crl_context*>(shown); }

  const engine::revocation_list& list() const noexcept { return held_->list(); }
  const std::shared_ptr<crl_content>& held() const noexcept { return held_; }
  store* home() const noexcept { return home_; }
  std::uint64_t place() const noexcept { return place_; }

  void acquire() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept;

 private:
  std::shared_ptr<crl_content> held_;
  store* const home_;
  const std::uint64_t place_;
  mutable std::atomic<std::size_t> references_{1};
};

PCCRL_CONTEXT duplicate(PCCRL_CONTEXT context) noexcept;  // null gives null
void release(PCCRL_CONTEXT context) noexcept;             // null is harmless

// A context that is in no store. malformed_object: der is not exactly one list.
base::result<PCCRL_CONTEXT> create_crl(const engine::environment& env, base::bytes_view der);

// Whether one takes the other's place: the same issuer, distribution point and authority key, both complete or both
// deltas. MS certfindcrlinstore, CRL_FIND_EXISTING
bool same_scope(const CRL_INFO& a, const CRL_INFO& b);
PCERT_EXTENSION extension_of(const CRL_INFO& of, const char* oid) noexcept;  // null: there is none

using crl_query = std::function<bool(const crl_context&)>;

// The lists of one store.
class crl_shelf {
 public:
  explicit crl_shelf(store* home) : home_(home) {}
  ~crl_shelf();
  crl_shelf(const crl_shelf&) = delete;
  crl_shelf& operator=(const crl_shelf&) = delete;

  // A reference to the first that fits behind previous (null: from the start). not_found
  base::result<PCCRL_CONTEXT> next(PCCRL_CONTEXT previous, const crl_query& fits);
  base::result<PCCRL_CONTEXT> add(std::shared_ptr<crl_content> added, disposition how);  // already_there
  void remove(const crl_context& one);  // one that is not there any more: nothing
  std::vector<engine::revocation_list> all();
  void free_all() noexcept;  // whoever holds them

 private:
  base::result<PCCRL_CONTEXT> list(std::shared_ptr<crl_content> added);
  base::result<PCCRL_CONTEXT> replace(std::size_t at, std::shared_ptr<crl_content> added);

  store* const home_;
  std::mutex lock_;
  std::vector<const crl_context*> listed_;  // by place
  std::uint64_t next_place_ = 1;
};

}  // namespace schannix::cert
