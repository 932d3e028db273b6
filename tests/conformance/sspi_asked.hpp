// A server of OpenSSL that asks for a certificate, a client of ours that has been asked, and two authorities whose
// certificates it may show.
#pragma once

#include <gtest/gtest.h>

#include <openssl/x509.h>

#include <functional>
#include <string>
#include <vector>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {

constexpr DWORD manual = SCH_CRED_MANUAL_CRED_VALIDATION;
constexpr DWORD no_default = manual | SCH_CRED_NO_DEFAULT_CREDS;

// Two authorities, one of them with another below it; a client certificate of each.
struct world {
  pki::issued red = pki::issue({.common_name = "Red Root", .authority = true});
  pki::issued blue = pki::issue({.common_name = "Blue Root", .authority = true});
  pki::issued blue_lower = pki::issue({.common_name = "Blue Lower", .authority = true}, &blue);
  pki::issued of_red = pki::issue({.common_name = "red client", .key = pki::key_kind::rsa2048}, &red);
  pki::issued of_blue = pki::issue({.common_name = "blue client"}, &blue_lower);
  certificate red_context = import(of_red, {red}), blue_context = import(of_blue, {blue_lower, blue});
};
inline const world& those() {
  static const world made;
  return made;
}

inline credential client_with(tls version, std::vector<PCCERT_CONTEXT> certificates, DWORD flags = no_default) {
  return credential({.version = version, .flags = flags, .certificates = std::move(certificates)});
}
inline credential with_red_and_blue(tls version, DWORD flags) {
  return client_with(version, {those().red_context.get(), those().blue_context.get()}, flags);
}

// A server of OpenSSL that asks, and what it was shown.
class asking_server {
 public:
  explicit asking_server(tls version, std::vector<pki::issued> issuers = {}, const char* signatures = nullptr)
      : peer_(options(version, std::move(issuers))) {
    if (signatures == nullptr) return;
    EXPECT_EQ(SSL_set1_client_sigalgs_list(peer_.native(), signatures), 1);
  }
  openssl_peer& peer() { return peer_; }
  std::string flight_for(party& client) {
    peer_.give(client.take());
    return peer_.take();
  }
  std::string shown() const {  // its common name
    const X509* const leaf = SSL_get0_peer_certificate(peer_.native());
    if (leaf == nullptr) return "nobody";
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
    return name;
  }

 private:
  static peer_options options(tls version, std::vector<pki::issued> issuers) {
    peer_options made = peer_for(role::client, version);
    made.asks_certificate = true;
    made.issuers = std::move(issuers);
    return made;
  }
  openssl_peer peer_;
};

inline std::string der_of(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(X509_NAME_get0_der(name, &der, &size), 1);
  return {reinterpret_cast<const char*>(der), size};
}

inline const party_options plain{.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS};

// A client that has been asked: INCOMPLETE_CREDENTIALS, and nothing to send. What stands behind the request in the
// server's flight is left over, as always.
struct asked {
  using naming = std::function<std::vector<std::string>(asking_server&)>;  // of issuers; what was named

  asking_server server;
  std::vector<std::string> named;
  party client;
  std::string flight;

  asked(tls version, const credential& from, std::vector<pki::issued> issuers = {}, const naming& more = nullptr)
      : server(version, std::move(issuers)), client(from, plain) {
    if (more) named = more(server);
    flight = server.flight_for(client);
    EXPECT_EQ(client.step(flight), SEC_I_INCOMPLETE_CREDENTIALS);
    EXPECT_EQ(client.token(), "");
  }
  void go_on() { client.step(std::string(client.leftover())); }
  void expect_shown(const std::string& name) {
    converse(client, server.peer());
    EXPECT_TRUE(client.established()) << client.last();
    EXPECT_TRUE(server.peer().established());
    EXPECT_EQ(server.shown(), name);
    server.peer().give(client.sealed("data"));
    EXPECT_EQ(server.peer().received(), "data");
  }
  std::vector<std::string> issuers() {
    SecPkgContext_IssuerListInfoEx list{};
    EXPECT_EQ(status(QueryContextAttributesA(&client.handle(), SECPKG_ATTR_ISSUER_LIST_EX, &list)), SEC_E_OK);
    std::vector<std::string> names;
    for (DWORD i = 0; i < list.cIssuers; ++i)
      names.emplace_back(reinterpret_cast<const char*>(list.aIssuers[i].pbData), list.aIssuers[i].cbData);
    EXPECT_EQ(status(FreeContextBuffer(list.aIssuers)), SEC_E_OK);
    return names;
  }
};

// Whom a client that is not asked anything shows.
inline std::string shown_by(const credential& from, asking_server server, party_options options = plain) {
  party client(from, std::move(options));
  converse(client, server.peer());
  if (!client.established()) return client.last().name();
  return server.shown();
}

}  // namespace schannix::test::sspi
