// Which keys are in force in which direction, at any moment of a connection.
#include <openssl/ssl.h>

#include "engine/handshake_state.hpp"
#include "engine/suite.hpp"

namespace schannix::engine {
namespace {

void keep(base::traffic_secret& where, base::bytes_view secret) { where.assign(secret); }

const SSL_CIPHER* suite_of(const handshake_state& state) {
  const SSL_CIPHER* const current = SSL_get_current_cipher(state.ssl.get());
  return current != nullptr ? current : SSL_get_pending_cipher(state.ssl.get());
}

// TLS <= 1.2: MAC keys, keys, IVs, the client's first each time. RFC 5246 §6.3
struct block_layout {
  std::size_t mac_key = 0, key = 0, iv = 0;
  std::size_t size() const { return 2 * (mac_key + key + iv); }
};

block_layout layout_of(const suite_facts& suite, tls_version version) {
  if (const auto aead = suite.aead())
    return {0, key_size_of(*aead), *aead == aead_algorithm::chacha20_poly1305 ? aead_nonce_size : std::size_t{4}};
  const std::size_t iv = version == tls_version::tls10 ? 16 : 0;
  return {size_of(*suite.mac), suite.cipher == bulk_cipher::aes_128_cbc ? std::size_t{16} : std::size_t{32}, iv};
}

struct block_parts {
  base::bytes_view mac_key, key, iv;
};

block_parts cut(base::bytes_view block, const block_layout& size, role whose) {
  const std::size_t second = whose == role::client ? 0 : 1;
  const std::size_t keys = 2 * size.mac_key, ivs = keys + 2 * size.key;
  return {block.subspan(second * size.mac_key, size.mac_key), block.subspan(keys + second * size.key, size.key),
          block.subspan(ivs + second * size.iv, size.iv)};
}

constexpr std::size_t random_size = 32;

bool copy_randoms(const handshake_state& state, base::byte* client, base::byte* server) {
  return SSL_get_client_random(state.ssl.get(), client, random_size) == random_size &&
         SSL_get_server_random(state.ssl.get(), server, random_size) == random_size;
}

// With the key log as source only the master secret is seen.
base::result<void> fill_block(handshake_state& state, const suite_facts& suite, std::size_t size) {
  if (state.keys.block.view().size() >= size) return {};
  if (state.keys.master.empty()) return base::bug();
  base::byte server[random_size], client[random_size];
  if (!copy_randoms(state, client, server)) return base::bug();
  SCHANNIX_TRY(state.keys.block, expand_key_block(state.env, prf_digest(suite.handshake_hash, state.version()),
                                                  state.keys.master.view(), server, client, size));
  return {};
}

base::result<direction_keys> tls12_keys(handshake_state& state, role whose) {
  SCHANNIX_TRY(const suite_facts suite, describe(suite_of(state)));
  const tls_version version = state.version();
  const block_layout layout = layout_of(suite, version);
  SCHANNIX_CHECK(fill_block(state, suite, layout.size()));
  const block_parts parts = cut(state.keys.block.view(), layout, whose);
  const bool sending = whose == state.setup.side;
  if (const auto aead = suite.aead()) {
    aead_keys keys;
    keys.tls13 = false;
    keys.algorithm = *aead;
    keys.key.assign(parts.key);
    keys.iv.assign(parts.iv);
    keys.sequence = sending ? state.written : state.read;
    keys.explicit_nonce = state.next_explicit_nonce;
    return direction_keys(std::move(keys));
  }
  cbc_keys keys;
  keys.version = version;
  keys.mac = *suite.mac;
  keys.key.assign(parts.key);
  keys.mac_key.assign(parts.mac_key);
  // What was sealed for us last; where all is sealed by us, nothing yet under a new key.
  keys.chained_iv.assign(state.speaks_through_us ? parts.iv : state.last_cipher_block.view());
  keys.sequence = sending ? state.written : state.read;
  return direction_keys(std::move(keys));
}

// seen: what OpenSSL derived itself; the same derivation again where it was not seen.
base::result<aead_keys> record_keys(const handshake_state& state, base::bytes_view secret, const record_key& seen) {
  SCHANNIX_TRY(const suite_facts suite, describe(suite_of(state)));
  const auto aead = suite.aead();
  if (!aead) return base::bug();
  if (seen.key.view().size() != key_size_of(*aead) || seen.iv.view().size() != aead_nonce_size)
    return traffic_keys(state.env, suite.handshake_hash, *aead, secret);
  aead_keys keys;
  keys.algorithm = *aead;
  keys.key.assign(seen.key.view());
  keys.iv.assign(seen.iv.view());
  return keys;
}

base::result<direction_keys> tls13_keys(const handshake_state& state, role whose, std::uint64_t sequence) {
  const bool client = whose == role::client;
  const auto& application = client ? state.keys.client_application : state.keys.server_application;
  const auto& before = client ? state.keys.client_handshake : state.keys.server_handshake;
  const record_key none;
  const record_key& seen = client ? state.keys.of_client_application : state.keys.of_server_application;
  const auto& secret = application.empty() ? before : application;
  if (secret.empty()) return direction_keys(no_keys{0x0303});
  SCHANNIX_TRY(aead_keys keys, record_keys(state, secret.view(), application.empty() ? none : seen));
  keys.sequence = sequence;
  return direction_keys(std::move(keys));
}

}  // namespace

// Most secrets OpenSSL derives to where it keeps them; these it copies there.
void handshake_state::note_copied_secrets() noexcept {
  spots.note_copies(ssl.get(), keys.client_application.view());
  spots.note_copies(ssl.get(), keys.server_application.view());
}

void handshake_state::derived(std::string_view label, base::bytes_view secret) noexcept {
  spots.note(ssl.get(), secret);
  const bool client = is_client();
  record_key* const owner = std::exchange(next_key, nullptr);
  if (label == "c hs traffic") {
    keep(keys.client_handshake, secret);
    (client ? written : read) = 0;
  } else if (label == "s hs traffic") {
    keep(keys.server_handshake, secret);
    (client ? read : written) = 0;
  } else if (label == "c ap traffic") {
    keep(keys.client_application, secret);
    next_key = &keys.of_client_application;
    (client ? written : read) = 0;
  } else if (label == "s ap traffic") {
    keep(keys.server_application, secret);
    next_key = &keys.of_server_application;
    (client ? read : written) = 0;
  } else if (label == "key" && owner != nullptr) {
    owner->key.assign(secret);
    next_key = owner;
  } else if (label == "iv" && owner != nullptr) {
    owner->iv.assign(secret);
  } else if (label == "exp master") {
    keep(keys.exporter, secret);
  } else if (label == "master secret" || label == "extended master secret") {
    keep(keys.master, secret);
  } else if (label == "key expansion") {
    keys.block.assign(secret);
  }
}

// TLS 1.2 AES-GCM: nonces go on from the one that OpenSSL used on its Finished, so that none can repeat.
void handshake_state::note_sent(base::bytes_view flight) {
  if (!write_cipher_on || is_tls13()) return;
  base::bytes_view last;
  for (base::cursor rest(flight); rest.left() >= record_header_size;) {
    const std::size_t size = record_header_size + base::load_u16(rest.rest().subspan(3));
    const auto record = rest.take(size);
    if (!record) break;
    if ((*record)[0] != static_cast<base::byte>(content_type::change_cipher_spec)) last = *record;
  }
  if (last.size() < record_header_size + 16) return;
  next_explicit_nonce = 0;
  for (const base::byte one : last.subspan(record_header_size, 8)) next_explicit_nonce = next_explicit_nonce << 8 | one;
  ++next_explicit_nonce;
  last_cipher_block.assign(last.last(16));
}

base::result<direction_keys> handshake::write_keys() const {
  handshake_state& state = *state_;
  if (!state.version_known) {
    const bool only_old =
        !state.setup.from.versions.has(tls_version::tls12) && !state.setup.from.versions.has(tls_version::tls13);
    const bool tls10 = !only_old || state.setup.from.versions.has(tls_version::tls10);
    return direction_keys(no_keys{static_cast<std::uint16_t>(tls10 ? 0x0301 : 0x0302)});
  }
  if (state.is_tls13()) return tls13_keys(state, state.setup.side, state.written);
  if (!state.write_cipher_on) return direction_keys(no_keys{static_cast<std::uint16_t>(state.version())});
  return tls12_keys(state, state.setup.side);
}

base::result<direction_keys> handshake::read_keys() const {
  handshake_state& state = *state_;
  if (!state.established) return base::bug();
  const role peer = peer_of(state.setup.side);
  if (!state.is_tls13()) return tls12_keys(state, peer);
  const bool known = !(peer == role::client ? state.keys.client_application : state.keys.server_application).empty();
  return known ? tls13_keys(state, peer, state.read) : base::result<direction_keys>(base::bug());
}

base::result<std::optional<exporter>> handshake::keying_material() const {
  const handshake_state& state = *state_;
  if (!state.established) return base::bug();
  SCHANNIX_TRY(const suite_facts suite, describe(suite_of(state)));
  if (state.is_tls13()) {
    if (state.keys.exporter.empty()) return base::bug();
    return std::optional(exporter(suite.handshake_hash, state.keys.exporter.view()));
  }
  if (SSL_get_extms_support(state.ssl.get()) != 1) return std::optional<exporter>();
  base::traffic_secret master;
  const base::bytes_span room = master.resize(SSL_MAX_MASTER_KEY_LENGTH);
  exporter::both_randoms randoms{};
  const bool known =
      SSL_SESSION_get_master_key(SSL_get_session(state.ssl.get()), room.data(), room.size()) == room.size() &&
      copy_randoms(state, randoms.data(), randoms.data() + random_size);
  if (!known) return base::bug();
  return std::optional(exporter(state.version(), suite.handshake_hash, master.view(), randoms));
}

}  // namespace schannix::engine
