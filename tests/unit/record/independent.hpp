// A second record layer to compare with: written from the RFCs over OpenSSL's plain EVP calls, one vector at a time,
// sharing nothing with src/record but its vocabulary.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "engine/environment.hpp"
#include "record/aead_half.hpp"

namespace schannix::record::test {

using base::byte;
using base::bytes;
using base::bytes_span;
using base::bytes_view;
using engine::aead_algorithm;
using engine::content_type;

// One for all tests: making one takes milliseconds.
inline const engine::environment& shared_environment() {
  static const engine::environment env;
  return env;
}

struct suite {
  wire_version version;
  aead_algorithm algorithm;

  bool tls13() const { return version == wire_version::tls13; }
  bool explicit_nonce() const { return !tls13() && algorithm != aead_algorithm::chacha20_poly1305; }
  std::string name() const {
    const char* const names[] = {"aes_128_gcm", "aes_256_gcm", "chacha20_poly1305"};
    return std::string(tls13() ? "tls13_" : "tls12_") + names[static_cast<int>(algorithm)];
  }
  friend std::ostream& operator<<(std::ostream& out, const suite& shown) { return out << shown.name(); }
};

constexpr suite all_suites[] = {
    {wire_version::tls13, aead_algorithm::aes_128_gcm},       {wire_version::tls13, aead_algorithm::aes_256_gcm},
    {wire_version::tls13, aead_algorithm::chacha20_poly1305}, {wire_version::tls12, aead_algorithm::aes_128_gcm},
    {wire_version::tls12, aead_algorithm::aes_256_gcm},       {wire_version::tls12, aead_algorithm::chacha20_poly1305}};

// Keys that differ from suite to suite and from byte to byte.
struct material {
  explicit material(suite of, byte seed = 1)
      : used(of), key(engine::key_size_of(of.algorithm)), iv(of.explicit_nonce() ? 4 : 12) {
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<byte>(seed + 3 * i);
    for (std::size_t i = 0; i < iv.size(); ++i) iv[i] = static_cast<byte>(seed * 7 + 5 * i);
  }
  half_keys keys(std::uint64_t sequence = 0, std::uint64_t explicit_nonce = 0) const {
    return {used.version, used.algorithm, key, iv, sequence, explicit_nonce};
  }
  suite used;
  bytes key, iv;
};

namespace independent {

inline bytes big_endian(std::uint64_t value, int count) {
  bytes made;
  for (int i = count - 1; i >= 0; --i) made.push_back(static_cast<byte>(value >> (8 * i)));
  return made;
}

inline bytes joined(std::initializer_list<bytes> parts) {
  bytes made;
  for (const bytes& part : parts) made.insert(made.end(), part.begin(), part.end());
  return made;
}

inline bytes nonce(const material& with, std::uint64_t sequence, const bytes& carried) {
  if (with.used.explicit_nonce()) return joined({with.iv, carried});
  bytes made = joined({bytes(4), big_endian(sequence, 8)});
  for (std::size_t i = 0; i < 12; ++i) made[i] ^= with.iv[i];
  return made;
}

using context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

inline const EVP_CIPHER* cipher(aead_algorithm algorithm) {
  switch (algorithm) {
    case aead_algorithm::aes_128_gcm:
      return EVP_aes_128_gcm();
    case aead_algorithm::aes_256_gcm:
      return EVP_aes_256_gcm();
    case aead_algorithm::chacha20_poly1305:
      return EVP_chacha20_poly1305();
  }
  return nullptr;
}

// Ciphertext, then tag.
inline bytes encrypt(const material& with, const bytes& at, const bytes& associated, const bytes& plain) {
  const context in_use(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  bytes out(plain.size() + 16);
  int size = 0;
  EVP_EncryptInit_ex(in_use.get(), cipher(with.used.algorithm), nullptr, with.key.data(), at.data());
  EVP_EncryptUpdate(in_use.get(), nullptr, &size, associated.data(), static_cast<int>(associated.size()));
  EVP_EncryptUpdate(in_use.get(), out.data(), &size, plain.data(), static_cast<int>(plain.size()));
  EVP_EncryptFinal_ex(in_use.get(), out.data() + plain.size(), &size);
  EVP_CIPHER_CTX_ctrl(in_use.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data() + plain.size());
  return out;
}

inline std::optional<bytes> decrypt(const material& with, const bytes& at, const bytes& associated,
                                    const bytes& sealed) {
  const context in_use(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  bytes tag(sealed.end() - 16, sealed.end());
  bytes out(sealed.size());
  int size = 0;
  EVP_DecryptInit_ex(in_use.get(), cipher(with.used.algorithm), nullptr, with.key.data(), at.data());
  EVP_CIPHER_CTX_ctrl(in_use.get(), EVP_CTRL_AEAD_SET_TAG, 16, tag.data());
  EVP_DecryptUpdate(in_use.get(), nullptr, &size, associated.data(), static_cast<int>(associated.size()));
  EVP_DecryptUpdate(in_use.get(), out.data(), &size, sealed.data(), static_cast<int>(sealed.size() - 16));
  if (EVP_DecryptFinal_ex(in_use.get(), out.data() + size, &size) != 1) return std::nullopt;
  out.resize(sealed.size() - 16);
  return out;
}

inline bytes header(byte type, std::size_t length) { return joined({bytes{type, 3, 3}, big_endian(length, 2)}); }

// TLS 1.3: inner is the whole TLSInnerPlaintext, so that padding and missing types can be made.
inline bytes seal_inner(const material& with, std::uint64_t sequence, const bytes& inner) {
  const bytes front = header(23, inner.size() + 16);
  return joined({front, encrypt(with, nonce(with, sequence, {}), front, inner)});
}

// TLS 1.2.
inline bytes seal_plain(const material& with, std::uint64_t sequence, std::uint64_t explicit_nonce, byte type,
                        const bytes& plain) {
  const bytes carried = with.used.explicit_nonce() ? big_endian(explicit_nonce, 8) : bytes{};
  const bytes associated = joined({big_endian(sequence, 8), {type, 3, 3}, big_endian(plain.size(), 2)});
  const bytes sealed = encrypt(with, nonce(with, sequence, carried), associated, plain);
  return joined({header(type, carried.size() + sealed.size()), carried, sealed});
}

inline bytes seal(const material& with, std::uint64_t sequence, std::uint64_t explicit_nonce, content_type type,
                  const bytes& plain, std::size_t padding = 0) {
  const byte number = static_cast<byte>(type);
  if (!with.used.tls13()) return seal_plain(with, sequence, explicit_nonce, number, plain);
  return seal_inner(with, sequence, joined({plain, {number}, bytes(padding)}));
}

struct unsealed {
  content_type type;
  bytes plain;
};

inline std::optional<unsealed> open(const material& with, std::uint64_t sequence, const bytes& record) {
  const bytes front(record.begin(), record.begin() + 5);
  const bytes carried(record.begin() + 5, record.begin() + (with.used.explicit_nonce() ? 13 : 5));
  const bytes sealed(record.begin() + 5 + static_cast<std::ptrdiff_t>(carried.size()), record.end());
  if (front != header(front[0], record.size() - 5)) return std::nullopt;
  const bytes twelve = joined({big_endian(sequence, 8), {front[0], 3, 3}, big_endian(sealed.size() - 16, 2)});
  const bytes& associated = with.used.tls13() ? front : twelve;
  auto plain = decrypt(with, nonce(with, sequence, carried), associated, sealed);
  if (!plain) return std::nullopt;
  if (!with.used.tls13()) return unsealed{static_cast<content_type>(front[0]), *plain};
  if (front[0] != 23 || plain->empty()) return std::nullopt;
  const byte inner_type = plain->back();
  plain->pop_back();
  return unsealed{static_cast<content_type>(inner_type), *plain};
}

}  // namespace independent
}  // namespace schannix::record::test
