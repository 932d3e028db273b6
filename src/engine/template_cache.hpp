// SSL_CTX templates, interned by what they depend on. One costs 141 us to make and programs make a credential per
// connection; a template holds no key material: certificates, names and callbacks' data go in per connection.
#pragma once

#include <map>
#include <mutex>

#include "base/result.hpp"
#include "engine/cipher_policy.hpp"
#include "engine/owned.hpp"
#include "engine/protocol.hpp"

namespace schannix::engine {

class environment;
class narrowing;

struct template_key {
  role side = role::client;
  version_set versions = modern_versions;
  version_set named;  // by the caller or by the settings: the system's bounds do not hold for them
  cipher_limits ciphers;
  unsigned session_lifetime = 36000;  // seconds
  bool own_ticket_keys = false;       // servers: the connections bring keys for their tickets
  bool key_log = false;               // formatting the lines costs 20-30 us a handshake: only where somebody listens
  friend auto operator<=>(const template_key&, const template_key&) = default;
};

struct connection_template {
  std::shared_ptr<const narrowing> narrowed;  // context asks it; null: nothing but suites is switched off
  std::shared_ptr<ssl_ctx_st> context;
  version_set versions;  // what is really left after the system's policy and the cipher limits
};

class template_cache {
 public:
  // Failure: no_common_algorithm when no version or suite is left.
  base::result<connection_template> of(const environment& env, const template_key& key);

 private:
  std::mutex lock_;
  std::map<template_key, connection_template> made_;
  std::size_t sweep_at_ = 64;  // then those that no credential has are dropped
};

}  // namespace schannix::engine
