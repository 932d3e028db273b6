#include "abi/keys/cng_algorithms.hpp"

#include <algorithm>

namespace schannix::abi {
namespace {

using engine::hash_name;
using engine::key_kind;

struct known_hash {
  std::wstring_view name;
  hash_name hash;
  ULONG_PTR plain, keyed;  // its constant handles
};
constexpr known_hash hashes[] = {{BCRYPT_MD5_ALGORITHM, hash_name::md5, 0x21, 0x91},
                                 {BCRYPT_SHA1_ALGORITHM, hash_name::sha1, 0x31, 0xA1},
                                 {BCRYPT_SHA256_ALGORITHM, hash_name::sha256, 0x41, 0xB1},
                                 {BCRYPT_SHA384_ALGORITHM, hash_name::sha384, 0x51, 0xC1},
                                 {BCRYPT_SHA512_ALGORITHM, hash_name::sha512, 0x61, 0xD1}};
constexpr ULONG_PTR random_handle = 0x81;

struct known_pair {
  std::wstring_view name;
  key_kind kind;
  ULONG_PTR constant;
};
constexpr known_pair pairs[] = {{BCRYPT_RSA_ALGORITHM, key_kind::rsa, 0xE1},
                                {BCRYPT_ECDSA_P256_ALGORITHM, key_kind::p256, 0x2E1},
                                {BCRYPT_ECDSA_P384_ALGORITHM, key_kind::p384, 0x2F1},
                                {BCRYPT_ECDSA_P521_ALGORITHM, key_kind::p521, 0x301}};

std::shared_ptr<cng_algorithm> random_algorithm() {
  auto made = std::make_shared<cng_algorithm>();
  made->name = BCRYPT_RNG_ALGORITHM;
  return made;
}

std::shared_ptr<cng_algorithm> hash_algorithm(const known_hash& of, bool keyed) {
  auto made = std::make_shared<cng_algorithm>();
  made->use = cng_use::hash;
  made->name = of.name;
  made->hash = of.hash;
  made->keyed = keyed;
  return made;
}

std::shared_ptr<cng_algorithm> pair_algorithm(const known_pair& of) {
  auto made = std::make_shared<cng_algorithm>();
  made->use = cng_use::pair;
  made->name = of.name;
  made->pair = of.kind;
  return made;
}

}  // namespace

std::optional<engine::hash_name> hash_named(std::wstring_view name) {
  const auto* const found = std::ranges::find(hashes, name, &known_hash::name);
  return found != std::end(hashes) ? std::optional(found->hash) : std::nullopt;
}

std::shared_ptr<cng_algorithm> algorithm_named(std::wstring_view name) {
  if (name == BCRYPT_RNG_ALGORITHM) return random_algorithm();
  for (const known_hash& one : hashes)
    if (name == one.name) return hash_algorithm(one, false);
  for (const known_pair& one : pairs)
    if (name == one.name) return pair_algorithm(one);
  return nullptr;
}

std::shared_ptr<cng_algorithm> algorithm_of(BCRYPT_HANDLE handle) {
  const ULONG_PTR number = number_of(handle);
  if (number == random_handle) return random_algorithm();
  for (const known_hash& one : hashes)
    if (number == one.plain || number == one.keyed) return hash_algorithm(one, number == one.keyed);
  for (const known_pair& one : pairs)
    if (number == one.constant) return pair_algorithm(one);
  return object_of<cng_algorithm>(number);
}

NTSTATUS cng_status_of(const base::failure& why) {
  if (why.why == base::reason::out_of_memory) return STATUS_NO_MEMORY;
  if (why.why == base::reason::invalid_parameter) return STATUS_INVALID_PARAMETER;
  return why.why == base::reason::unsupported ? STATUS_NOT_SUPPORTED : STATUS_INTERNAL_ERROR;
}

NTSTATUS tell_cng(base::bytes_view what, PUCHAR room, ULONG size, ULONG* count) {
  if (count == nullptr) return STATUS_INVALID_PARAMETER;
  *count = static_cast<ULONG>(what.size());
  if (room == nullptr) return STATUS_SUCCESS;
  if (size < what.size()) return STATUS_BUFFER_TOO_SMALL;
  std::ranges::copy(what, room);
  return STATUS_SUCCESS;
}

}  // namespace schannix::abi
