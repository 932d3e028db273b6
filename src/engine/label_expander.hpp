// HKDF-Expand-Label of TLS 1.3 (RFC 8446 §7.1) on HMAC contexts that are kept. OpenSSL's own derivation makes an HMAC
// context and looks its digest up for each label, and a handshake has a dozen labels on each side. Any thread.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "engine/owned.hpp"

struct evp_mac_st;
struct evp_mac_ctx_st;

namespace schannix::engine {

class label_expander {
 public:
  explicit label_expander(ossl_lib_ctx_st* library);
  ~label_expander();
  label_expander(const label_expander&) = delete;
  label_expander& operator=(const label_expander&) = delete;

  struct inputs {
    std::string_view digest;  // OpenSSL's name
    base::bytes_view secret;
    std::string_view prefix, label;  // "tls13 " and, say, "key"
    base::bytes_view context;        // the transcript's hash, or nothing
  };
  // False, with output untouched, where this is no job for it: another digest, an output longer than one HMAC. The
  // caller then asks OpenSSL's KDF. No key stays behind in a kept context.
  bool expand(const inputs& given, base::bytes_span output) noexcept;

 private:
  struct free_context {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  using hmac = std::unique_ptr<evp_mac_ctx_st, free_context>;
  struct kind {  // of HMAC
    std::string_view names[2];
    std::size_t size;
    std::vector<hmac> idle;
  };

  kind* kind_of(std::string_view digest) noexcept;
  hmac take(kind& of);
  void give_back(kind& to, hmac used) noexcept;

  evp_mac_st* algorithm_;
  std::mutex lock_;
  std::array<kind, 2> kinds_;
};

}  // namespace schannix::engine
