// Client certificates between our side and other programs: optional and demanded, TLS 1.2 and 1.3, RSA and EC.
#include <gtest/gtest.h>

#include <tuple>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

const pki::issued& client_leaf(pki::key_kind key) {
  static const auto issue = [](pki::key_kind kind) {
    return pki::issue({.common_name = "our client", .usage = "clientAuth", .key = kind}, &sspi::test_root());
  };
  static const pki::issued rsa = issue(pki::key_kind::rsa2048), ec = issue(pki::key_kind::p256);
  return key == pki::key_kind::rsa2048 ? rsa : ec;
}

// What the programs read.
class certificate_files {
 public:
  explicit certificate_files(pki::key_kind key) {
    shop_.write("root.pem", sspi::test_root().pem());
    shop_.write("leaf.pem", sspi::test_leaf().pem());
    shop_.write("leaf.key", sspi::test_leaf().key_pem());
    shop_.write("client.pem", client_leaf(key).pem());
    shop_.write("client.key", client_leaf(key).key_pem());
  }
  std::string operator()(const char* file) const { return shop_.path(file); }
  const pki::workshop& shop() const { return shop_; }

 private:
  pki::workshop shop_;
};

struct ClientCertificates : testing::TestWithParam<std::tuple<tls, pki::key_kind>> {
  tls version() const { return std::get<0>(GetParam()); }
  pki::key_kind key() const { return std::get<1>(GetParam()); }
  cell one() const { return {version(), pki::key_kind::p256, cipher::aes_128_gcm, ending::we_close_first}; }
  const certificate_files files{std::get<1>(GetParam())};

  // A client of ours, for automatic choice; with a certificate or without.
  sspi::credential client(bool with_certificate) const {
    const sspi::certificate mine = sspi::import(client_leaf(key()), {sspi::test_root()});
    sspi::credential_options options{
        .version = version(), .flags = SCH_CRED_AUTO_CRED_VALIDATION, .extra_roots = {sspi::root_certificate().get()}};
    if (with_certificate) options.certificates = {mine.get()};
    return sspi::credential(options);
  }
  our_side visitor(std::uint16_t port, const sspi::credential& from) const {
    return our_side(connect(port), from, {.fewer_flags = ISC_REQ_USE_SUPPLIED_CREDS});
  }
};
INSTANTIATE_TEST_SUITE_P(Interop, ClientCertificates,
                         testing::Combine(testing::Values(tls::v1_2, tls::v1_3),
                                          testing::Values(pki::key_kind::rsa2048, pki::key_kind::p256)),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param) == tls::v1_3 ? "TLS13" : "TLS12") +
                                  (std::get<1>(of.param) == pki::key_kind::p256 ? "_EC" : "_RSA");
                         });

// Whether the visitor gets an answer: a server that demands a certificate hangs up, in TLS 1.3 after our handshake.
bool is_served(our_side& ours, const char* question, const char* answer, const sspi::credential* when_asked = nullptr) {
  try {
    ours.shake(when_asked);
    ours.say(question);
    ours.await(answer);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

// ---- Our client, their server ----

struct visit {
  bool has_certificate, gets_it_when_asked;
};
constexpr visit at_once{true, false}, when_asked{false, true}, never{false, false};

TEST_P(ClientCertificates, OpenSslServerThatDemandsOne) {
  const auto server =
      start_openssl_server(one(), 3, {"-Verify", "2", "-verify_return_error", "-CAfile", files("root.pem")});
  const sspi::credential with = client(true), without = client(false);
  for (const visit& how : {at_once, when_asked, never}) {
    const sspi::credential& from = how.has_certificate ? with : without;
    our_side ours = visitor(server.port, from);
    const bool shows = how.has_certificate || how.gets_it_when_asked;
    EXPECT_EQ(is_served(ours, "word\n", "drow", how.gets_it_when_asked ? &with : nullptr), shows);
    EXPECT_EQ(ours.was_asked(), !how.has_certificate);
    ours.shut();
    ours.read_to_transport_end();
  }
  const std::string said = server.run->await_end();
  EXPECT_NE(said.find("CN = our client"), std::string::npos) << said;
  EXPECT_NE(said.find("peer did not return a certificate"), std::string::npos) << said;
}

TEST_P(ClientCertificates, OpenSslServerThatTakesNone) {
  const auto server = start_openssl_server(one(), 1, {"-verify", "2", "-CAfile", files("root.pem")});
  const sspi::credential without = client(false);
  our_side ours = visitor(server.port, without);
  EXPECT_TRUE(is_served(ours, "word\n", "drow"));
  EXPECT_TRUE(ours.was_asked());
}

// It names its authorities: another authority's certificate is not shown unasked.
TEST_P(ClientCertificates, OpenSslServerWithOtherIssuers) {
  files.shop().write("other.pem", pki::issue({.common_name = "Other Root", .authority = true}).pem());
  const auto server = start_openssl_server(one(), 1, {"-verify", "2", "-CAfile", files("other.pem")});
  const sspi::credential with = client(true);
  our_side ours = visitor(server.port, with);
  EXPECT_TRUE(is_served(ours, "word\n", "drow"));
  EXPECT_TRUE(ours.was_asked());
  EXPECT_EQ(server.run->output().find("our client"), std::string::npos) << server.run->output();
}

TEST_P(ClientCertificates, GnuTlsServerThatDemandsOne) {
  const auto server =
      start_gnutls_server(one(), {"--require-client-cert", "--verify-client-cert", "--x509cafile", files("root.pem")});
  const sspi::credential with = client(true), without = client(false);
  for (const visit& how : {at_once, when_asked, never}) {
    const sspi::credential& from = how.has_certificate ? with : without;
    our_side ours = visitor(server.port, from);
    const bool shows = how.has_certificate || how.gets_it_when_asked;
    EXPECT_EQ(is_served(ours, "word\n", "word", how.gets_it_when_asked ? &with : nullptr), shows);
    EXPECT_EQ(ours.was_asked(), !how.has_certificate);
  }
}

// nginx says whom it saw. mode: of ssl_verify_client.
server_program start_nginx(const certificate_files& files, const std::string& mode) {
  constexpr int most_starts = 5;
  for (int i = 0; i < most_starts; ++i) {
    const std::uint16_t port = free_port();
    files.shop().write("nginx.conf",
                       "daemon off; master_process off; pid " + files("nginx.pid") +
                           "; events {} http { access_log off; client_body_temp_path " + files("body") +
                           "; server { listen 127.0.0.1:" + std::to_string(port) +
                           " ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate " + files("leaf.pem") +
                           "; ssl_certificate_key " + files("leaf.key") + "; ssl_client_certificate " +
                           files("root.pem") + "; ssl_verify_client " + mode +
                           "; location / { return 200 \"seen: $ssl_client_verify $ssl_client_s_dn\\n\"; } } }");
    auto run = std::make_unique<program>(
        std::vector<std::string>{"/usr/sbin/nginx", "-e", "stderr", "-p", files("."), "-c", files("nginx.conf")},
        "nginx-light");
    for (const deadline limit; run->running() && !limit.passed();)
      if (try_connect(port)) return {std::move(run), port};
  }
  throw std::runtime_error("no port for nginx");
}

TEST_P(ClientCertificates, Nginx) {
  const char* const request = "GET / HTTP/1.0\r\n\r\n";
  const sspi::credential with = client(true), without = client(false);
  for (const std::string mode : {"on", "optional"}) {
    const auto server = start_nginx(files, mode);
    for (const visit& how : {at_once, when_asked}) {
      our_side ours = visitor(server.port, how.has_certificate ? with : without);
      EXPECT_TRUE(is_served(ours, request, "seen: SUCCESS CN=our client", how.has_certificate ? nullptr : &with));
      EXPECT_EQ(ours.was_asked(), !how.has_certificate);
    }
    our_side nobody = visitor(server.port, without);
    EXPECT_TRUE(is_served(nobody, request, mode == "on" ? "No required SSL certificate was sent" : "seen: NONE"));
  }
}

// ---- Their client, our server ----

struct served {
  listener entrance;
  sspi::credential from;
  explicit served(tls version)
      : from({.side = role::server,
              .version = version,
              .flags = SCH_CRED_AUTO_CRED_VALIDATION,
              .certificates = {sspi::server_certificate().get()},
              .root_store = sspi::root_certificate()->hCertStore}) {}
  our_side accept() {
    return our_side(entrance.accept(), from, {.side = role::server, .more_flags = ASC_REQ_MUTUAL_AUTH});
  }
};

std::string shown_to(our_side& ours) {
  PCCERT_CONTEXT shown = nullptr;
  const sspi::status done = QueryContextAttributesA(&ours.party().handle(), SECPKG_ATTR_REMOTE_CERT_CONTEXT, &shown);
  if (!(done == SEC_E_OK)) return done.name();
  std::string der(reinterpret_cast<const char*>(shown->pbCertEncoded), shown->cbCertEncoded);
  CertFreeCertificateContext(shown);
  return der;
}

void expect_seen(our_side& ours, program& client, const std::string& whom) {
  ours.shake();
  EXPECT_EQ(shown_to(ours), whom);
  ours.say("hello\n");
  client.await("hello");
  client.close_input();
  ours.read_on();
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST_P(ClientCertificates, OpenSslClient) {
  served at(version());
  {
    const auto client =
        start_openssl_client(at.entrance.port(), {"-cert", files("client.pem"), "-key", files("client.key")});
    our_side ours = at.accept();
    expect_seen(ours, *client, client_leaf(key()).der());
  }
  const auto client = start_openssl_client(at.entrance.port());
  our_side ours = at.accept();
  expect_seen(ours, *client, "SEC_E_NO_CREDENTIALS");
}

TEST_P(ClientCertificates, OpenSslClientThatIsNotTrusted) {
  const pki::issued stranger = pki::issue({.common_name = "stranger", .key = key()});
  files.shop().write("stranger.pem", stranger.pem());
  files.shop().write("stranger.key", stranger.key_pem());
  served at(version());
  const auto client =
      start_openssl_client(at.entrance.port(), {"-cert", files("stranger.pem"), "-key", files("stranger.key")});
  our_side ours = at.accept();
  EXPECT_THROW(ours.shake(), std::runtime_error);
  EXPECT_EQ(ours.party().last(), SEC_E_UNTRUSTED_ROOT);
  EXPECT_NE(client->await_end().find("unknown ca"), std::string::npos) << client->output();
}

TEST_P(ClientCertificates, GnuTlsClient) {
  served at(version());
  const auto client = start_gnutls_client(
      at.entrance.port(), {"--x509certfile", files("client.pem"), "--x509keyfile", files("client.key")});
  our_side ours = at.accept();
  expect_seen(ours, *client, client_leaf(key()).der());
}

}  // namespace
}  // namespace schannix::test::interop
