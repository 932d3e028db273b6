#include "engine/protocol_parameters.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "engine/handshake_state.hpp"

namespace schannix::engine {
namespace {

// A list of names, each with a byte of length in front, none of them empty. RFC 7301 §3.1
bool well_formed(base::bytes_view list) {
  if (list.empty()) return false;
  for (base::cursor rest(list); rest.left() != 0;) {
    const auto size = rest.take(1);
    if ((*size)[0] == 0 || !rest.take((*size)[0])) return false;
  }
  return true;
}

// What the client offers. A list that is none is OpenSSL's to refuse, later.
base::bytes_view offered(SSL* ssl) {
  constexpr std::size_t head = 2;
  const unsigned char* extension = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &extension, &size) != 1 ||
      size < head || base::load_u16({extension, head}) != size - head)
    return {};
  const base::bytes_view list(extension + head, size - head);
  return well_formed(list) ? list : base::bytes_view();
}

// As choose_protocol will choose. Empty: none.
base::bytes_view agreed(base::bytes_view ours, base::bytes_view theirs) {
  unsigned char* chosen = nullptr;
  unsigned char size = 0;
  if (ours.empty() || theirs.empty() ||
      SSL_select_next_proto(&chosen, &size, ours.data(), static_cast<unsigned>(ours.size()), theirs.data(),
                            static_cast<unsigned>(theirs.size())) != OPENSSL_NPN_NEGOTIATED)
    return {};
  return {chosen, size};
}

bool names(const protocol_parameters& one, base::bytes_view protocol) {
  return std::any_of(one.protocols.begin(), one.protocols.end(), [&](const base::bytes& name) {
    return std::equal(name.begin(), name.end(), protocol.begin(), protocol.end());
  });
}

constexpr std::uint64_t version_options = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;

bool take_suites(SSL* ssl, SSL_CTX* from) {
  std::string tls13, older;
  const STACK_OF(SSL_CIPHER)* const all = SSL_CTX_get_ciphers(from);
  for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
    const SSL_CIPHER* const suite = sk_SSL_CIPHER_value(all, i);
    std::string& list = SSL_CIPHER_get_kx_nid(suite) == NID_kx_any ? tls13 : older;
    if (!list.empty()) list += ':';
    list += SSL_CIPHER_get_name(suite);
  }
  return (tls13.empty() || SSL_set_ciphersuites(ssl, tls13.c_str()) == 1) &&
         (older.empty() || SSL_set_cipher_list(ssl, older.c_str()) == 1);
}

bool take_rules(SSL* ssl, SSL_CTX* from) {
  SSL_clear_options(ssl, version_options);
  SSL_set_options(ssl, SSL_CTX_get_options(from) & version_options);
  SSL_set_security_level(ssl, SSL_CTX_get_security_level(from));
  SSL_set_security_callback(ssl, SSL_CTX_get_security_callback(from));
  SSL_set0_security_ex_data(ssl, SSL_CTX_get0_security_ex_data(from));
  return SSL_set_min_proto_version(ssl, static_cast<int>(SSL_CTX_get_min_proto_version(from))) == 1 &&
         SSL_set_max_proto_version(ssl, static_cast<int>(SSL_CTX_get_max_proto_version(from))) == 1 &&
         take_suites(ssl, from);
}

bool offers(SSL* ssl, unsigned extension) {
  const unsigned char* content = nullptr;
  std::size_t size = 0;
  return SSL_client_hello_get0_ext(ssl, extension, &content, &size) == 1;
}

int choose_parameters(SSL* ssl, int* alert, void*) try {
  handshake_state& state = state_of(ssl);
  state.client_takes_requests = offers(ssl, TLSEXT_TYPE_post_handshake_auth);
  const auto all = std::exchange(state.setup.by_protocol, nullptr);  // once, also where a second ClientHello comes
  if (!all) return SSL_CLIENT_HELLO_SUCCESS;
  const base::bytes_view protocol = agreed(state.setup.application_protocols, offered(ssl));
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const protocol_parameters& one) { return names(one, protocol); });
  if (found == all->end()) return SSL_CLIENT_HELLO_SUCCESS;
  state.setup.from = found->from;
  state.setup.parameters = 1 + static_cast<unsigned>(found - all->begin());
  if (take_rules(ssl, found->from.context.get()) && set_session_context(ssl, state.setup))
    return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
} catch (...) {  // no exception passes through OpenSSL's C
  state_of(ssl).short_of_memory = true;
  *alert = SSL_AD_INTERNAL_ERROR;
  return SSL_CLIENT_HELLO_ERROR;
}

}  // namespace

void install_protocol_parameters(ssl_ctx_st* context) {
  SSL_CTX_set_client_hello_cb(context, choose_parameters, nullptr);
}

}  // namespace schannix::engine
