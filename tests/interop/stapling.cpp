// OCSP answers stapled by other programs' servers and taken by their clients; and the responder of OpenSSL, asked by
// our client. TLS 1.2 and 1.3
#include <gtest/gtest.h>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using pki::ocsp_status;
using sspi::role;
using sspi::tls;

constexpr DWORD checks_leaf =
    SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_REVOCATION_CHECK_END_CERT;

struct Stapling : testing::TestWithParam<tls> {
  cell one() const { return {GetParam(), pki::key_kind::p256, cipher::aes_128_gcm, ending::we_close_first}; }
  const pki::workshop shop;

  std::string file(ocsp_status status) const {
    const std::string name = status == ocsp_status::good ? "good.der" : "revoked.der";
    shop.write(name, answer(status));
    return shop.path(name);
  }
  static std::string answer(ocsp_status status) {
    return pki::ocsp_answer({{{sspi::test_leaf(), sspi::test_root(), status}}, sspi::test_root()});
  }
  sspi::credential client(DWORD own_flags = 0) const {
    return sspi::credential({.version = GetParam(),
                             .flags = checks_leaf,
                             .extra_roots = {sspi::root_certificate().get()},
                             .own_flags = own_flags});
  }
  // How a visit of ours ends: "" when it is served.
  std::string visit(std::uint16_t port, const sspi::credential& from) const {
    our_side ours(connect(port), from);
    try {
      ours.shake();
    } catch (const std::runtime_error&) {
      return ours.party().last().name();
    }
    ours.shut();
    return "";
  }
};
INSTANTIATE_TEST_SUITE_P(Interop, Stapling, testing::Values(tls::v1_2, tls::v1_3),
                         [](const auto& of) { return of.param == tls::v1_3 ? "TLS13" : "TLS12"; });

TEST_P(Stapling, OpenSslServer) {
  const sspi::credential from = client();
  EXPECT_EQ(visit(start_openssl_server(one(), 1, {"-status_file", file(ocsp_status::good)}).port, from), "");
  EXPECT_EQ(visit(start_openssl_server(one(), 1, {"-status_file", file(ocsp_status::revoked)}).port, from),
            "CRYPT_E_REVOKED");
  EXPECT_EQ(visit(start_openssl_server(one(), 1).port, from), "CRYPT_E_NO_REVOCATION_CHECK");
}

TEST_P(Stapling, GnuTlsServer) {
  const sspi::credential from = client();
  const auto with = [&](ocsp_status status) {
    return start_gnutls_server(
        one(), {"--disable-client-cert", "--ignore-ocsp-response-errors", "--ocsp-response", file(status)});
  };
  EXPECT_EQ(visit(with(ocsp_status::good).port, from), "");
  EXPECT_EQ(visit(with(ocsp_status::revoked).port, from), "CRYPT_E_REVOKED");
}

// ---- Their clients, our server ----

struct served {
  listener entrance;
  sspi::credential from;
  served(tls version, ocsp_status status)
      : from({.side = role::server,
              .version = version,
              .certificates = {sspi::server_certificate().get()},
              .ocsp_responses = {Stapling::answer(status)}}) {}
  void serve() {
    our_side ours(entrance.accept(), from, {.side = role::server});
    try {
      ours.shake();
      ours.say("hello\n");
      ours.shut();
      ours.read_to_transport_end();
    } catch (const std::runtime_error&) {
      return;  // a client that does not like the answer
    }
  }
};

TEST_P(Stapling, OpenSslClient) {
  for (const ocsp_status status : {ocsp_status::good, ocsp_status::revoked}) {
    served ours(GetParam(), status);
    const auto client = start_openssl_client(ours.entrance.port(), {"-status"});
    ours.serve();
    const std::string said = client->await_end();
    EXPECT_NE(said.find("OCSP Response Status: successful"), std::string::npos) << said;
    const char* const expected = status == ocsp_status::good ? "Cert Status: good" : "Cert Status: revoked";
    EXPECT_NE(said.find(expected), std::string::npos) << said;
  }
}

TEST_P(Stapling, GnuTlsClient) {
  for (const ocsp_status status : {ocsp_status::good, ocsp_status::revoked}) {
    served ours(GetParam(), status);
    const auto client = start_gnutls_client(ours.entrance.port(), {});
    ours.serve();
    const std::string said = client->await_end();
    const bool revoked = said.find("certificate chain is revoked") != std::string::npos;
    EXPECT_EQ(revoked, status == ocsp_status::revoked) << said;
    EXPECT_NE(said.find("OCSP"), std::string::npos) << said;
  }
}

// ---- OpenSSL's responder, asked by our client ----

// The certificate that a server shows, which names a responder, in the responder's database.
struct responder {
  pki::workshop shop;
  pki::issued leaf;
  std::unique_ptr<program> run;

  explicit responder(bool revoked) {
    for (int i = 0; i < 5 && !run; ++i) start(free_port(), revoked);
    if (!run) throw std::runtime_error("no port for openssl ocsp");
  }
  void start(std::uint16_t port, bool revoked) {
    leaf = pki::issue({.common_name = "a.test",
                       .alternative = {"DNS:a.test"},
                       .responder_at = "http://127.0.0.1:" + std::to_string(port) + "/"},
                      &sspi::test_root());
    shop.write("root.pem", sspi::test_root().pem());
    shop.write("root.key", sspi::test_root().key_pem());
    shop.write("index", entry(revoked));
    run = std::make_unique<program>(
        std::vector<std::string>{"openssl", "ocsp", "-port", std::to_string(port), "-index", shop.path("index"), "-CA",
                                 shop.path("root.pem"), "-rsigner", shop.path("root.pem"), "-rkey",
                                 shop.path("root.key"), "-ndays", "1"},
        "openssl");
    try {
      run->await("waiting for OCSP client connections");  // who connects and says nothing would block it
    } catch (const std::runtime_error&) {
      run.reset();  // somebody else has the port
    }
  }
  std::string entry(bool revoked) const {
    BIGNUM* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(leaf.certificate.get()), nullptr);
    char* const hex = BN_bn2hex(number);
    const std::string line = std::string(revoked ? "R\t491231235959Z\t250101000000Z\t" : "V\t491231235959Z\t\t") + hex +
                             "\tunknown\t/CN=a.test\n";
    OPENSSL_free(hex);
    BN_free(number);
    return line;
  }
};

TEST_P(Stapling, OpenSslResponderIsAskedWhereThatIsAllowed) {
  for (const bool revoked : {false, true}) {
    const responder asked(revoked);
    const auto outcome = [&](DWORD own_flags) {
      sspi::peer_options options{.server = true,
                                 .version = GetParam() == tls::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION,
                                 .identities = {{asked.leaf}}};
      sspi::openssl_peer peer(options);
      const sspi::credential from = client(own_flags);
      sspi::party ours(from);
      converse(ours, peer);
      return ours.established() ? std::string() : std::string(ours.last().name());
    };
    EXPECT_EQ(outcome(0), "CRYPT_E_REVOCATION_OFFLINE");
    EXPECT_EQ(outcome(SCHANNIX_CREDENTIAL_FETCH_REVOCATION), revoked ? "CRYPT_E_REVOKED" : "") << asked.run->output();
  }
}

}  // namespace
}  // namespace schannix::test::interop
