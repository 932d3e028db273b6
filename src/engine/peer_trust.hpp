// OpenSSL's questions about certificates in the middle of a handshake, answered by our policy: whether the peer's is
// trusted, whether it was revoked, and which OCSP answer goes out with ours. For callbacks.cpp.
#pragma once

struct ssl_st;
struct x509_store_ctx_st;

namespace schannix::engine {

int judge_peer(x509_store_ctx_st* context, void*);

// Clients, when everything that the server had to say about its certificate has come. Only for those that asked.
int judge_answer(ssl_st* ssl, void*);

// Servers: the client asks for an answer about the certificate that was chosen.
int staple_answer(ssl_st* ssl, void*);

}  // namespace schannix::engine
