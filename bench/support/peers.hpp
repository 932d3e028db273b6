// The record peers by name. Each plays in a process of its own (player.cpp): OpenSSL and BoringSSL share their symbols'
// names, and schannix plays twice, once with each AEAD back end, which a process chooses once. All of them live at the
// same time, on one CPU, and only the one that was spoken to last runs.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "support/program.hpp"

namespace schannix::bench {

struct known_peer {
  const char* name;
  const char* module;
  const char* variant;
};

inline constexpr known_peer known_peers[] = {
    {"schannix (libipsec-mb)", "peer_schannix", "ipsec-mb"},
    {"schannix (EVP)", "peer_schannix", "evp"},
    {"OpenSSL, memory BIO", "peer_openssl", "memory"},
    {"OpenSSL, direct BIO", "peer_openssl", "direct"},
    {"GnuTLS", "peer_gnutls", "-"},
    {"BearSSL", "peer_bearssl", "-"},
    {"BoringSSL", "peer_boringssl", "direct"},
    {"rustls", "peer_rustls", "-"},
    {"raw EVP", "peer_raw_evp", "-"},
    {"raw libipsec-mb", "peer_raw_ipsec_mb", "-"},
};

class player {
 public:
  player(const known_peer& known, const identity& own);
  player(player&& from) noexcept;
  player(const player&) = delete;
  player& operator=(const player&) = delete;
  ~player();

  const char* name() const noexcept { return name_; }
  // Sends a line and waits for the answer, without its first word; nothing when that is not "ok": why() says the rest.
  std::optional<std::string> ask(const std::string& line);
  const std::string& why() const noexcept { return why_; }

 private:
  const char* name_;
  std::string why_;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  int process_ = -1;
};

void stay_on_one_cpu();

}  // namespace schannix::bench
