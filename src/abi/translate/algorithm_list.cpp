#include "abi/translate/algorithm_list.hpp"

#include <algorithm>
#include <span>

namespace schannix::abi {
namespace {

using use = engine::disabled_algorithm::use;

// All that a connection may use, with the numbers that name it. What never had a number of CryptoAPI's cannot be named.
struct nameable {
  const char* name;  // CNG's
  unsigned bits;     // 0: of any length
  ALG_ID ids[2];
  use usage;
};
constexpr nameable everything[] = {{"AES", 128, {CALG_AES_128, CALG_AES}, use::cipher},
                                   {"AES", 256, {CALG_AES_256, CALG_AES}, use::cipher},
                                   {"CHACHA20_POLY1305", 0, {}, use::cipher},
                                   {"SHA1", 0, {CALG_SHA1}, use::digest},
                                   {"SHA256", 0, {CALG_SHA_256}, use::digest},
                                   {"SHA384", 0, {CALG_SHA_384}, use::digest},
                                   {"RSA", 0, {CALG_RSA_KEYX}, use::key_exchange},
                                   {"DH", 0, {CALG_DH_EPHEM}, use::key_exchange},
                                   {"ECDH", 0, {CALG_ECDH_EPHEM, CALG_ECDH}, use::key_exchange},
                                   {"RSA", 0, {CALG_RSA_SIGN}, use::signature},
                                   {"ECDSA", 0, {CALG_ECDSA}, use::signature}};

// The class in the upper bits of an ALG_ID. spec B.1
constexpr struct {
  use usage;
  ALG_ID number;
} classes[] = {{use::signature, 1}, {use::cipher, 3}, {use::digest, 4}, {use::key_exchange, 5}};

// Hashes that belong to the handshake of a version, whatever its suites are, restrict nothing.
constexpr bool restricts(ALG_ID id, ALG_ID number) {
  return id >> 13 == number && id != CALG_SSL3_SHAMD5 && id != CALG_TLS1PRF && id != CALG_HMAC && id != CALG_MAC;
}

bool named(const nameable& one, std::span<const ALG_ID> list) {
  return std::any_of(list.begin(), list.end(),
                     [&](ALG_ID id) { return id != 0 && (id == one.ids[0] || id == one.ids[1]); });
}

}  // namespace

base::result<std::vector<engine::disabled_algorithm>> left_out_by(const ALG_ID* list, DWORD count) {
  std::vector<engine::disabled_algorithm> left_out;
  if (list == nullptr || count == 0) return left_out;
  if (count > SCH_CRED_MAX_SUPPORTED_ALGS) return base::caller_mistake(base::reason::invalid_parameter);
  const std::span<const ALG_ID> ids(list, count);
  for (const auto& [usage, number] : classes) {
    if (std::none_of(ids.begin(), ids.end(), [&](ALG_ID id) { return restricts(id, number); })) continue;
    for (const nameable& one : everything)
      if (one.usage == usage && !named(one, ids)) left_out.push_back({usage, one.name, {}, one.bits, one.bits});
  }
  return left_out;
}

}  // namespace schannix::abi
