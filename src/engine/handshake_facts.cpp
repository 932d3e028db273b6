// The facts of a finished handshake, copied once.
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <ctime>

#include "engine/handshake_state.hpp"
#include "engine/suite.hpp"

namespace schannix::engine {
namespace {

// RFC 8446 §4.2.7
std::uint16_t group_number(int nid) {
  switch (nid) {
    case NID_X9_62_prime256v1:
      return 23;
    case NID_secp384r1:
      return 24;
    case NID_secp521r1:
      return 25;
    case NID_X25519:
      return 29;
    case NID_X448:
      return 30;
    default:
      return 0;
  }
}

unsigned bits_of(std::uint16_t group) {
  switch (group) {
    case 23:
      return 256;
    case 24:
      return 384;
    case 25:
      return 521;
    case 29:
      return 255;
    case 30:
      return 448;
    default:
      return 0;
  }
}

base::bytes ocsp_answer(SSL* ssl) {
  const unsigned char* answer = nullptr;
  const long size = SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &answer);
  return answer != nullptr && size > 0 ? base::bytes(answer, answer + size) : base::bytes();
}

unsigned temporary_key_bits(SSL* ssl) {
  EVP_PKEY* key = nullptr;
  if (SSL_get_peer_tmp_key(ssl, &key) != 1 && SSL_get_tmp_key(ssl, &key) != 1) return 0;
  const owned<evp_pkey_st> held(key);
  return static_cast<unsigned>(std::max(0, EVP_PKEY_get_bits(key)));
}

authentication kind_of(const certificate& of) {
  EVP_PKEY* const key = X509_get0_pubkey(of.native());
  if (key == nullptr) return authentication::other;
  const int type = EVP_PKEY_get_base_id(key);
  return type == EVP_PKEY_RSA || type == EVP_PKEY_RSA_PSS ? authentication::rsa
         : type == EVP_PKEY_EC                            ? authentication::ecdsa
                                                          : authentication::other;
}

// Resumed without an extended master secret, two connections can be made to have the same value. RFC 7627 §1
base::bytes first_finished(const handshake_state& state, bool resumed) {
  if (resumed && SSL_get_extms_support(state.ssl.get()) != 1) return {};
  base::bytes finished(EVP_MAX_MD_SIZE);
  const bool ours = state.is_client() != resumed;  // the client's, but the server's when resumed
  const std::size_t size = ours ? SSL_get_finished(state.ssl.get(), finished.data(), finished.size())
                                : SSL_get_peer_finished(state.ssl.get(), finished.data(), finished.size());
  finished.resize(std::min(size, finished.size()));
  return finished;
}

void copy_session(const handshake_state& state, handshake_facts& facts) {
  const SSL_SESSION* const session = SSL_get_session(state.ssl.get());
  if (session == nullptr) return;
  unsigned size = 0;
  const unsigned char* const id = SSL_SESSION_get_id(session, &size);
  facts.session_id.assign(id, id + size);
  const int mode = SSL_SESSION_get_max_fragment_length(session);  // RFC 6066 §4: 1 is 2^9 ... 4 is 2^12
  if (mode >= 1 && mode <= 4) facts.max_fragment = std::size_t{256} << mode;
}

void copy_names(const handshake_state& state, handshake_facts& facts) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(state.ssl.get(), &protocol, &size);
  facts.application_protocol.assign(protocol, protocol + size);
  const char* const name = SSL_get_servername(state.ssl.get(), TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) facts.server_name = name;
}

// Clients: what was shown on request. Servers: what was chosen among ours.
std::optional<certificate> local_certificate(const handshake_state& state) {
  if (state.is_client() && (!state.certificate_answered || state.setup.identities.empty())) return std::nullopt;
  // OpenSSL does not remember which of several a resumed session was made with: none is better than a wrong one.
  if (SSL_session_reused(state.ssl.get()) == 1 && state.setup.identities.size() != 1) return std::nullopt;
  const X509* const used = SSL_get_certificate(state.ssl.get());
  for (const local_identity& one : state.setup.identities)
    if (one.leaf.native() == used) return one.leaf;
  return std::nullopt;
}

std::optional<certificate> anchor(const handshake_state& state) {
  if (state.trusted_chain.empty()) return std::nullopt;
  return state.env.peer_certificates().intern(state.trusted_chain.back());
}

// A client knows them from a CertificateRequest alone.
std::vector<std::uint16_t> peer_signatures(SSL* ssl) {
  const int count = SSL_get_sigalgs(ssl, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  std::vector<std::uint16_t> all;
  all.reserve(static_cast<std::size_t>(std::max(0, count)));
  for (int i = 0; i < count; ++i) {
    unsigned char signature = 0, hash = 0;
    if (SSL_get_sigalgs(ssl, i, nullptr, nullptr, nullptr, &signature, &hash) > 0)
      all.push_back(static_cast<std::uint16_t>(hash << 8 | signature));
  }
  return all;
}

void copy_exchange(const handshake_state& state, handshake_facts& facts) {
  const std::optional<certificate> server =
      state.is_client()
          ? (facts.peer_certificates.empty() ? std::nullopt : std::optional(facts.peer_certificates.front()))
          : facts.local_certificate;
  if (server) facts.server_key = kind_of(*server);
  if (facts.exchange == key_exchange::ecdhe) {
    facts.group = group_number(static_cast<int>(SSL_get_negotiated_group(state.ssl.get())));
    facts.exchange_bits = bits_of(facts.group);
  } else if (facts.exchange == key_exchange::dhe) {
    facts.exchange_bits = temporary_key_bits(state.ssl.get());
  } else if (server) {
    facts.exchange_bits = key_bits(*server);
  }
}

}  // namespace

base::result<handshake_facts> handshake::facts() const {
  handshake_state& state = *state_;
  const SSL_CIPHER* const suite = SSL_get_current_cipher(state.ssl.get());
  if (!state.established || suite == nullptr) return base::bug();
  SCHANNIX_TRY(const suite_facts described, describe(suite));
  handshake_facts facts;
  facts.version = state.version();
  fill(described, suite, facts);
  facts.resumed = SSL_session_reused(state.ssl.get()) == 1;
  facts.gives_tickets = state.setup.issue_tickets && state.setup.resumable;
  facts.peer_certificates = state.peer_chain;
  facts.anchor = anchor(state);
  if (state.is_client()) facts.ocsp_answer = ocsp_answer(state.ssl.get());
  facts.local_certificate = local_certificate(state);
  if (facts.version != tls_version::tls13) facts.first_finished = first_finished(state, facts.resumed);
  facts.extensions = state.extensions.all();
  facts.peer_signatures = peer_signatures(state.ssl.get());
  facts.finished_at = std::time(nullptr);
  facts.notes = state.own_notes();
  copy_session(state, facts);
  copy_names(state, facts);
  copy_exchange(state, facts);
  return facts;
}

void handshake::renew_certificates(handshake_facts& facts) const {
  facts.peer_certificates = state_->peer_chain;
  facts.anchor = anchor(*state_);
  if (!state_->is_client()) return;
  if (auto shown = local_certificate(*state_)) facts.local_certificate = std::move(shown);
}

}  // namespace schannix::engine
