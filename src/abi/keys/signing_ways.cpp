#include "abi/keys/signing_ways.hpp"

#include "abi/keys/cng_algorithms.hpp"

namespace schannix::abi {
namespace {

std::optional<engine::signing_way> pkcs1(const BCRYPT_PKCS1_PADDING_INFO& from) {
  engine::signing_way way{.pad = engine::padding::pkcs1, .hash = {}, .salt = 0};
  if (from.pszAlgId == nullptr) return way;
  way.hash = hash_named(from.pszAlgId);
  return way.hash ? std::optional(way) : std::nullopt;
}

std::optional<engine::signing_way> pss(const BCRYPT_PSS_PADDING_INFO& from) {
  constexpr ULONG longest = 16384 / 8;  // more than any key has room for
  if (from.pszAlgId == nullptr || from.cbSalt > longest) return std::nullopt;
  const auto hash = hash_named(from.pszAlgId);
  if (!hash) return std::nullopt;
  return engine::signing_way{.pad = engine::padding::pss, .hash = hash, .salt = from.cbSalt};
}

}  // namespace

std::optional<engine::signing_way> signing_way_of(engine::key_kind kind, const void* padding, ULONG flags) {
  if (kind != engine::key_kind::rsa)
    return padding == nullptr && flags == 0 ? std::optional(engine::signing_way{}) : std::nullopt;
  if (padding == nullptr) return std::nullopt;
  if (flags == BCRYPT_PAD_PKCS1) return pkcs1(*static_cast<const BCRYPT_PKCS1_PADDING_INFO*>(padding));
  return flags == BCRYPT_PAD_PSS ? pss(*static_cast<const BCRYPT_PSS_PADDING_INFO*>(padding)) : std::nullopt;
}

}  // namespace schannix::abi
