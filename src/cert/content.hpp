// What a certificate context shows: the certificate, its fields, and the properties that programs attach to it. One
// content belongs to one context, and to the links that collections make of it. Any thread.
#pragma once

#include <wincrypt.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cert/info.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

class content {
 public:
  explicit content(const engine::identity& of);
  content(const content& from);  // a copy of its own, with the properties of now
  content& operator=(const content&) = delete;

  const engine::certificate& leaf() const noexcept { return leaf_; }
  PCERT_INFO fields() noexcept { return info_.shown(); }

  std::optional<engine::private_key> key() const;
  void drop_key();

  // Properties that were set, as bytes; what can be computed is not among them (properties.hpp).
  std::optional<base::bytes> property(DWORD id) const;
  void set_property(DWORD id, std::optional<base::bytes> value);  // nothing deletes it
  std::vector<DWORD> properties() const;                          // rising

  // What from has and this one has not.
  void inherit(const content& from);

 private:
  struct attached {
    std::optional<engine::private_key> key;
    std::map<DWORD, base::bytes> set;
  };
  attached now() const;

  const engine::certificate leaf_;
  info info_;
  mutable std::mutex lock_;
  attached attached_;
};

// The friendly name, or "". UTF-8.
std::string friendly_name(const content& of);

}  // namespace schannix::cert
