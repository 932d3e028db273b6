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
#include "keyring/provider.hpp"

namespace schannix::cert {

// Where a certificate's private key is. In hand: bound with a store that was imported, or through a handle of the
// program. Else told by name, and looked for whenever it is needed.
struct key_binding {
  std::optional<engine::private_key> key;
  std::optional<keyring::provider_info> named;
  // Of a handle: its value, what it is for, and, when the certificate has to free it, who does that at the end.
  ULONG_PTR handle = 0;
  DWORD spec = 0;
  std::shared_ptr<const void> freed_with;
  bool stays = false;  // the handle's export policy does not let it out

  bool none() const noexcept { return !key && !named; }
};

class content {
 public:
  explicit content(const engine::identity& of);
  content(const content& from);  // a copy of its own, with the properties of now
  content& operator=(const content&) = delete;

  const engine::certificate& leaf() const noexcept { return leaf_; }
  PCERT_INFO fields() noexcept { return info_.shown(); }

  key_binding key() const;
  void bind(key_binding to);        // one without anything: the certificate has no key
  bool bind_first(key_binding to);  // false: it has a handle already, and keeps it

  // Properties that were set, as bytes; what can be computed is not among them (properties.hpp).
  std::optional<base::bytes> property(DWORD id) const;
  void set_property(DWORD id, std::optional<base::bytes> value);  // nothing deletes it
  std::vector<DWORD> properties() const;                          // rising

  // What from has and this one has not.
  void inherit(const content& from);

 private:
  struct attached {
    key_binding key;
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
