#include "engine/cbc.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "engine/environment.hpp"

namespace schannix::engine {
namespace {

constexpr std::size_t block_size = 16;

struct free_mac {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};
using mac_context = std::unique_ptr<EVP_MAC_CTX, free_mac>;

mac_context make_mac(const environment& env, const cbc_keys& keys) {
  EVP_MAC* const hmac = EVP_MAC_fetch(env.library(), OSSL_MAC_NAME_HMAC, nullptr);
  mac_context context(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  const OSSL_PARAM digest[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(openssl_name(keys.mac)), 0),
      OSSL_PARAM_construct_end()};
  const base::bytes_view key = keys.mac_key.view();
  if (!context || EVP_MAC_init(context.get(), key.data(), key.size(), digest) != 1) return nullptr;
  return context;
}

owned<evp_cipher_ctx_st> make_cipher(const environment& env, const cbc_keys& keys) {
  const base::bytes_view key = keys.key.view();
  const owned<evp_cipher_st> cipher(
      EVP_CIPHER_fetch(env.library(), key.size() == 16 ? "AES-128-CBC" : "AES-256-CBC", nullptr));
  owned<evp_cipher_ctx_st> context(EVP_CIPHER_CTX_new());
  if (!cipher || !context || EVP_EncryptInit_ex2(context.get(), cipher.get(), key.data(), nullptr, nullptr) != 1)
    return nullptr;
  return context;
}

}  // namespace

overhead cbc_overhead(tls_version version, hash_algorithm mac) {
  const std::size_t iv = version == tls_version::tls10 ? 0 : block_size;
  return {record_header_size + iv, size_of(mac) + block_size, block_size};
}

struct cbc_seal_half::state {
  const environment& env;
  tls_version version;
  hash_algorithm hash;
  std::uint64_t sequence;
  base::secret<16> iv;
  mac_context mac;
  owned<evp_cipher_ctx_st> cipher;

  bool authenticate(content_type type, base::bytes_view data, base::byte* tag) {
    std::array<base::byte, 13> head{};
    base::store_u64(head, sequence);
    head[8] = static_cast<base::byte>(type);
    base::store_u16(base::bytes_span(head).subspan(9), static_cast<std::size_t>(version));
    base::store_u16(base::bytes_span(head).subspan(11), data.size());
    std::size_t size = 0;
    return EVP_MAC_init(mac.get(), nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(mac.get(), head.data(), head.size()) == 1 &&
           EVP_MAC_update(mac.get(), data.data(), data.size()) == 1 &&
           EVP_MAC_final(mac.get(), tag, &size, size_of(hash)) == 1;
  }

  bool start_cipher(base::bytes_span header) {
    if (version != tls_version::tls10) {
      const base::bytes_span fresh = iv.resize(block_size);
      if (RAND_bytes_ex(env.library(), fresh.data(), fresh.size(), 0) != 1) return false;
      std::copy(fresh.begin(), fresh.end(), header.begin() + record_header_size);
    }
    return iv.view().size() == block_size &&
           EVP_EncryptInit_ex2(cipher.get(), nullptr, nullptr, iv.view().data(), nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(cipher.get(), 0) == 1;
  }

  bool encrypt(base::bytes_span blocks) {
    int size = 0;
    return blocks.empty() ||
           EVP_EncryptUpdate(cipher.get(), blocks.data(), &size, blocks.data(), static_cast<int>(blocks.size())) == 1;
  }
};

cbc_seal_half::cbc_seal_half(std::unique_ptr<state> made) : state_(std::move(made)) {}
cbc_seal_half::~cbc_seal_half() = default;

base::result<std::unique_ptr<cbc_seal_half>> cbc_seal_half::make(const environment& env, const cbc_keys& keys) {
  auto made = std::make_unique<state>(state{env, keys.version, keys.mac, keys.sequence, keys.chained_iv.copy(),
                                            make_mac(env, keys), make_cipher(env, keys)});
  if (!made->mac || !made->cipher) {
    ERR_clear_error();
    return base::bug();
  }
  return std::unique_ptr<cbc_seal_half>(new cbc_seal_half(std::move(made)));
}

overhead cbc_seal_half::sizes() const noexcept { return cbc_overhead(state_->version, state_->hash); }
std::uint64_t cbc_seal_half::sequence() const noexcept { return state_->sequence; }

// data | MAC | padding is one run of blocks; its whole blocks inside data are encrypted where they lie, and the rest,
// where data and trailer meet, by way of a small buffer.
base::result<std::size_t> cbc_seal_half::seal(content_type type, base::bytes_span header, base::bytes_span data,
                                              base::bytes_span trailer) {
  const overhead room = sizes();
  if (header.size() != room.header || trailer.size() < room.trailer)
    return base::caller_mistake(base::reason::buffer_too_small);
  if (data.size() > max_plaintext_size) return base::caller_mistake(base::reason::message_too_long);
  if (state_->sequence == ~std::uint64_t{0}) return base::caller_mistake(base::reason::expired);
  const std::size_t whole = data.size() - data.size() % block_size, rest = data.size() - whole;
  const std::size_t unpadded = rest + size_of(state_->hash);
  const std::size_t padding = block_size - unpadded % block_size;
  std::array<base::byte, 2 * block_size + 48> tail{};
  std::copy(data.begin() + static_cast<std::ptrdiff_t>(whole), data.end(), tail.begin());
  std::fill_n(tail.begin() + static_cast<std::ptrdiff_t>(unpadded), padding, static_cast<base::byte>(padding - 1));
  const base::bytes_span last(tail.data(), unpadded + padding);

  const bool sealed = state_->authenticate(type, data, tail.data() + rest) && state_->start_cipher(header) &&
                      state_->encrypt(data.first(whole)) && state_->encrypt(last);
  if (!sealed) {
    ERR_clear_error();
    base::wipe(data);
    return base::failure{base::cause::bug, base::reason::encrypt_failure, {}, {}};
  }
  std::copy_n(tail.begin(), rest, data.begin() + static_cast<std::ptrdiff_t>(whole));
  std::copy(last.begin() + static_cast<std::ptrdiff_t>(rest), last.end(), trailer.begin());
  state_->iv.assign(last.last(block_size));
  ++state_->sequence;
  header[0] = static_cast<base::byte>(type);
  base::store_u16(header.subspan(1), static_cast<std::size_t>(state_->version));
  base::store_u16(header.subspan(3), room.header - record_header_size + whole + last.size());
  return last.size() - rest;
}

base::result<opened> cbc_seal_half::open(base::bytes_span) { return base::bug(); }

cbc_open_half::cbc_open_half(handshake& ssl, tls_version version, hash_algorithm mac)
    : ssl_(ssl), sizes_(cbc_overhead(version, mac)), plaintext_(max_plaintext_size) {}
cbc_open_half::~cbc_open_half() { base::wipe(plaintext_); }

overhead cbc_open_half::sizes() const noexcept { return sizes_; }
base::result<std::size_t> cbc_open_half::seal(content_type, base::bytes_span, base::bytes_span, base::bytes_span) {
  return base::bug();
}

base::result<opened> cbc_open_half::open(base::bytes_span record) {
  const base::bytes_span payload = record.subspan(record_header_size);
  const auto size = ssl_.open_record(record, plaintext_);
  base::wipe(payload);
  if (!size) return size.error();
  ++opened_count_;
  const std::size_t offset = std::min(sizes_.header, record.size());
  if (*size > record.size() - offset) return base::bug();
  std::copy_n(plaintext_.begin(), *size, record.begin() + static_cast<std::ptrdiff_t>(offset));
  base::wipe(base::bytes_span(plaintext_).first(*size));
  return opened{static_cast<content_type>(record[0]), offset, *size};
}

}  // namespace schannix::engine
