// Stores and the certificate contexts in them.
//
// A context has its own count: the references that were handed out, and one of the store that lists it. Each reference
// that was handed out counts for the store too, beside the open handles, so a context keeps its store (and the chain in
// it) readable after the handle was closed, and a credential can take a context whose store is closed. A context that
// was deleted from its store, or replaced, lives on as long as somebody holds it.
//
// A context stands at a place of its store, and places only rise: whoever goes through a store finds its way on even
// when the context that it stands at was deleted meanwhile.
//
// A collection lists no contexts: it shows those of its member stores, through links that share their content. Members
// are never collections. Locks: a collection's before a member's; a store's before a content's.
#pragma once

#include <wincrypt.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "cert/content.hpp"
#include "cert/crl.hpp"

namespace schannix::cert {

class context;
class store;

// What a certificate must be to be found. Views in a query live as long as the call that it is for.
using query = std::function<bool(const context&)>;

// The object behind a PCCERT_CONTEXT. home null: it stands alone. origin: what it is a link to, one reference.
class context : public CERT_CONTEXT {
 public:
  context(std::shared_ptr<content> of, store* home, std::uint64_t place, PCCERT_CONTEXT origin = nullptr);
  ~context();
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  static const context& of(PCCERT_CONTEXT shown) noexcept { return *static_cast<const context*>(shown); }

  const engine::certificate& leaf() const noexcept { return held_->leaf(); }
  key_binding key() const { return held_->key(); }
  content& shown() const noexcept { return *held_; }
  const std::shared_ptr<content>& held() const noexcept { return held_; }
  store* home() const noexcept { return home_; }
  std::uint64_t place() const noexcept { return place_; }
  PCCERT_CONTEXT origin() const noexcept { return origin_; }

  void acquire() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept;

 private:
  std::shared_ptr<content> held_;
  store* const home_;
  const std::uint64_t place_;
  const PCCERT_CONTEXT origin_;
  mutable std::atomic<std::size_t> references_{1};
};

enum class disposition : std::uint8_t {
  add_new,
  use_existing,
  replace,
  always,
  replace_and_inherit,
  newer,
  newer_and_inherit
};

enum class access : std::uint8_t { writable, read_only };

// The object behind a HCERTSTORE.
class store {
 public:
  enum class kind : std::uint8_t { memory, collection };
  store(kind what, access may);  // with one handle
  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  static store& of(HCERTSTORE handle) noexcept { return *static_cast<store*>(handle); }

  // A reference to the first that fits behind previous (null: from the start). not_found; invalid_parameter: previous
  // is of another store.
  base::result<PCCERT_CONTEXT> next(PCCERT_CONTEXT previous, const query& fits);
  std::vector<engine::certificate> all();

  // A reference to what is in the store now. already_there (add_new, newer); access_denied: read-only, or a collection
  // without a member that takes anything.
  base::result<PCCERT_CONTEXT> add(std::shared_ptr<content> added, disposition how);
  base::result<void> remove(PCCERT_CONTEXT one);  // access_denied; one that is not there any more is no mistake
  void fill(const std::vector<engine::identity>& contents);  // of a store that is being made

  // The same of revocation lists.
  base::result<PCCRL_CONTEXT> next(PCCRL_CONTEXT previous, const crl_query& fits);
  std::vector<engine::revocation_list> all_lists();
  base::result<PCCRL_CONTEXT> add(std::shared_ptr<crl_content> added, disposition how);
  base::result<void> remove(PCCRL_CONTEXT one);

  // Of collections. A greater priority comes first; of equal ones the first that was added. One that is a member
  // already stays one, once, as it was added last. invalid_parameter: this is no collection, or member is one.
  base::result<void> join(store& member, unsigned priority, access may);
  void part(store& member);  // of one that is no member: nothing

  void hold() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }  // for a context's reference
  void let_go() noexcept;
  void open_again() noexcept;
  bool shut(bool frees_contexts) noexcept;  // one handle less; true: nobody held a context

 private:
  struct member {
    store* held;
    unsigned priority;
    access may;
  };
  base::result<PCCERT_CONTEXT> next_member(PCCERT_CONTEXT previous, const query& fits);
  base::result<PCCERT_CONTEXT> link(PCCERT_CONTEXT origin);  // takes the reference over
  base::result<PCCERT_CONTEXT> add_to_member(std::shared_ptr<content> added, disposition how);
  base::result<PCCRL_CONTEXT> next_of_members(PCCRL_CONTEXT previous, const crl_query& fits);
  base::result<PCCRL_CONTEXT> add_to_member(std::shared_ptr<crl_content> added, disposition how);
  base::result<PCCERT_CONTEXT> list(std::shared_ptr<content> added);
  base::result<PCCERT_CONTEXT> replace(std::size_t at, std::shared_ptr<content> added);

  const kind kind_;
  const access may_;
  std::mutex lock_;
  std::vector<const context*> listed_;  // by place
  std::uint64_t next_place_ = 1;
  std::vector<member> members_;
  crl_shelf lists_{this};
  std::atomic<std::size_t> references_{1};  // handles, and references to contexts
  std::atomic<std::size_t> handles_{1};
};

// One reference to a context, given back at the end of the scope.
class held_context {
 public:
  explicit held_context(PCCERT_CONTEXT context) noexcept : context_(context) {}
  ~held_context();
  held_context(const held_context&) = delete;
  held_context& operator=(const held_context&) = delete;
  PCCERT_CONTEXT get() const noexcept { return context_; }
  void reset(PCCERT_CONTEXT context) noexcept { held_context(std::exchange(context_, context)); }

 private:
  PCCERT_CONTEXT context_;
};

PCCERT_CONTEXT duplicate(PCCERT_CONTEXT context) noexcept;  // null gives null
void release(PCCERT_CONTEXT context) noexcept;              // null is harmless

// A context that is in no store.
PCCERT_CONTEXT stand_alone(const engine::identity& of);

enum class closing : std::uint8_t {
  leave_contexts,  // contexts that are still held stay valid
  free_contexts    // CERT_CLOSE_STORE_FORCE_FLAG: none does, whoever holds it, once the last handle is closed
};
// True when nobody held a context of it.
bool close(HCERTSTORE handle, closing how) noexcept;

}  // namespace schannix::cert
