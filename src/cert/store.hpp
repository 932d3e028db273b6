// Memory stores and the certificate contexts in them.
//
// A store and its contexts are one allocation unit: a context is never freed before its store. What is counted is one
// number per store: its open handles plus every reference to any of its contexts. So a context keeps its store (and the
// chain in it) readable after the handle was closed, and a credential can take a context whose store is closed.
// The contents never change after the store is made; only the count does. That is what makes all of it thread-safe.
#pragma once

#include <wincrypt.h>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "cert/info.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

class store;

// The object behind a PCCERT_CONTEXT.
class context : public CERT_CONTEXT {
 public:
  context(const engine::identity& of, store& home, std::size_t position);
  static const context& of(PCCERT_CONTEXT shown) noexcept { return *static_cast<const context*>(shown); }

  const engine::certificate& leaf() const noexcept { return held_.leaf; }
  const std::optional<engine::private_key>& key() const noexcept { return held_.key; }
  const std::string& friendly_name() const noexcept { return held_.friendly_name; }
  store& home() const noexcept { return home_; }
  std::size_t position() const noexcept { return position_; }

 private:
  engine::identity held_;
  info info_;
  store& home_;
  std::size_t position_;
};

// The object behind a HCERTSTORE.
class store {
 public:
  explicit store(const std::vector<engine::identity>& contents);  // with one reference
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  static store& of(HCERTSTORE handle) noexcept { return *static_cast<store*>(handle); }

  std::size_t size() const noexcept { return contexts_.size(); }
  const context& at(std::size_t position) const noexcept { return *contexts_[position]; }

  void acquire() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  bool release() noexcept;  // true when it was the last: the store is gone

 private:
  std::vector<std::unique_ptr<const context>> contexts_;
  std::atomic<std::size_t> references_{1};
};

// One reference to a context, given back at the end of the scope.
class held_context {
 public:
  explicit held_context(PCCERT_CONTEXT context) noexcept : context_(context) {}
  ~held_context();
  held_context(const held_context&) = delete;
  held_context& operator=(const held_context&) = delete;
  PCCERT_CONTEXT get() const noexcept { return context_; }

 private:
  PCCERT_CONTEXT context_;
};

PCCERT_CONTEXT duplicate(PCCERT_CONTEXT context) noexcept;  // null gives null
void release(PCCERT_CONTEXT context) noexcept;              // null is harmless

enum class closing : std::uint8_t {
  leave_contexts,  // contexts that are still held stay valid
  free_contexts    // CERT_CLOSE_STORE_FORCE_FLAG: none does, whoever holds it
};
// True when nobody held a context of it.
bool close(HCERTSTORE handle, closing how) noexcept;

}  // namespace schannix::cert
