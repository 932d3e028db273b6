// No key outlives what it belongs to. A process of its own is one side of connections; the other side is OpenSSL in
// this process, which learns every secret by taking part, and the private key because it made it. So no value that is
// searched for lies in the searched process for the search's own sake. Its whole memory is read: while the keys must be
// there (else the search is blind), and when they must be gone.
#include <openssl/core_names.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>

#include "prove/figure.hpp"
#include "prove/inside/secrets/known_peer.hpp"
#include "prove/inside/secrets/watched_process.hpp"

namespace schannix::prove {
namespace {

namespace pki = test::pki;

constexpr const char* exporter_label = "EXPERIMENTAL proof";

struct suite {
  bool tls13;
  const char* name;
  bool aead() const {
    return tls13 || std::string_view(name).find("GCM") != std::string_view::npos ||
           std::string_view(name).find("CHACHA") != std::string_view::npos;
  }
};
constexpr suite suites[] = {{false, "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"},
                            {false, "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384"},
                            {false, "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-CHACHA20-POLY1305"},
                            {false, "ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA"},
                            {false, "AES256-SHA256:ECDHE-ECDSA-AES256-SHA384"},
                            {true, "TLS_AES_128_GCM_SHA256"},
                            {true, "TLS_AES_256_GCM_SHA384"},
                            {true, "TLS_CHACHA20_POLY1305_SHA256"}};

struct life {
  suite of;
  bool is_server;  // the watched side
  const char* aead;
  pki::key_kind key;
  bool pfx;  // how a server's key comes
  bool later_tickets() const { return is_server && of.tls13 && key == pki::key_kind::rsa2048; }
  std::string name() const {
    return std::string(is_server ? "server, " : "client, ") + of.name + ", " + aead +
           (key == pki::key_kind::p256 ? ", P-256" : ", RSA") + (pfx ? ", PFX" : ", PEM");
  }
};

struct tally {
  std::size_t connections = 0, connections_seen = 0;  // seen: their keys were found while they were in use
  std::size_t keys = 0, keys_left = 0;
  std::size_t credentials = 0, credentials_seen = 0;
  std::size_t lasting = 0, lasting_left = 0;  // session secrets and private keys
};

octets number(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1)
    throw std::runtime_error(std::string("no ") + name + " in the key");
  octets bytes(static_cast<std::size_t>(BN_num_bytes(value)));
  BN_bn2bin(value, bytes.data());
  BN_clear_free(value);
  return bytes;
}

// Numbers lie in memory in either order: as in DER, and as OpenSSL counts with them. PEM's lines are 64 characters.
std::vector<needle> private_key_needles(const pki::issued& identity, pki::key_kind kind) {
  std::vector<needle> made;
  const std::vector<const char*> parts =
      kind == pki::key_kind::p256
          ? std::vector{OSSL_PKEY_PARAM_PRIV_KEY}
          : std::vector{OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,   OSSL_PKEY_PARAM_RSA_FACTOR2,
                        OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
  for (const char* part : parts) {
    octets bytes = number(identity.key.get(), part);
    made.push_back({std::string("private key, ") + part, bytes});
    std::reverse(bytes.begin(), bytes.end());
    made.push_back({std::string("private key, ") + part + ", reversed", bytes});
  }
  std::istringstream text(identity.key_pem());
  for (std::string line; std::getline(text, line);)
    if (line.size() >= 16 && !line.starts_with("-----"))
      made.push_back({"private key, PEM", octets(line.begin(), line.end())});
  return made;
}

class lived {
 public:
  lived(const life& of, tally& into)
      : life_(of),
        into_(into),
        identity_(pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}, .key = of.key})),
        context_(known_peer::make_context({of.of.tls13, of.of.name, of.is_server ? nullptr : &identity_})),
        process_(of.aead) {}

  void run() {
    if (life_.is_server) import_key();
    process_.tell(order::acquire, std::string(life_.is_server ? "server" : "client") + (life_.of.tls13 ? "3" : "2") +
                                      (life_.later_tickets() ? ", later tickets" : ""));
    whole_connection("first: ");
    whole_connection("resumed: ");
    broken_connection("broken off: ");
    see_lasting();
    process_.tell(order::free_credential);
    into_.lasting += lasting_.size();
    into_.lasting_left += left_over(lasting_);
    into_.keys_left += left_over(gone_);
  }

 private:
  void import_key() {
    if (life_.pfx) {
      process_.tell(order::import_pfx, pki::pkcs12(identity_, {}, pfx_password, pki::encryption::modern));
    } else {
      process_.tell(order::import_pem, identity_.pem() + identity_.key_pem());
    }
    lasting_ = private_key_needles(identity_, life_.key);
  }

  std::set<std::string> find(const std::vector<needle>& wanted, std::vector<std::string>& where) const {
    return memory_image(wanted).find_in(process_.id(), where);
  }

  std::size_t left_over(const std::vector<needle>& wanted) const {
    std::vector<std::string> where;
    const std::size_t count = find(wanted, where).size();
    for (const std::string& line : where) std::cerr << life_.name() << ": left over: " << line << std::endl;
    return count;
  }

  std::string start(known_peer& peer) {
    std::string to_peer = process_.tell(order::begin);
    return life_.is_server ? peer.give({}) : peer.give(to_peer);
  }

  void exchange(known_peer& peer, std::string to_child) {
    while (!to_child.empty()) {
      const std::string to_peer = process_.tell(order::give, to_child);
      to_child = to_peer.empty() ? std::string() : peer.give(to_peer);
    }
  }

  void whole_connection(const std::string& name) {
    known_peer peer(context_, !life_.is_server, name);
    if (session_ && life_.is_server) peer.resume(session_.get());
    exchange(peer, start(peer));
    if (!peer.established()) throw std::runtime_error("no handshake");
    if (peer.resumed() != (into_connection_++ > 0)) throw std::runtime_error("resumed when it should not, or not");
    talk(peer);
    process_.tell(order::export_material, exporter_label);
    peer.export_material(exporter_label);
    see_keys(peer);
    exchange(peer, peer.close());
    (void)peer.give(process_.tell(order::close));
    if (!peer.saw_close()) throw std::runtime_error("no close_notify");
    if (life_.is_server) session_ = peer.session();
    end(peer);
  }

  void talk(known_peer& peer) {
    exchange(peer, peer.give(process_.tell(order::write, "a question")));
    exchange(peer, peer.write("an answer"));
    if (life_.of.tls13) update_keys(peer);
    if (!life_.of.aead()) return;
    process_.tell(order::move);
    exchange(peer, peer.give(process_.tell(order::write, "one more question")));
    exchange(peer, peer.write("one more answer"));
  }

  void update_keys(known_peer& peer) {
    exchange(peer, peer.update_keys());
    exchange(peer, peer.give(process_.tell(order::update_keys)));
    if (life_.later_tickets()) exchange(peer, peer.give(process_.tell(order::send_ticket)));
    exchange(peer, peer.give(process_.tell(order::write, "another question")));
  }

  // While the connection is established.
  void see_keys(const known_peer& peer) {
    std::vector<std::string> where;
    const auto found = find(peer.keys(), where);
    const auto seen = [&](const std::string& label) {
      return std::any_of(found.begin(), found.end(), [&](const std::string& one) { return one.ends_with(label); });
    };
    ++into_.connections;
    if (life_.of.tls13 ? seen("traffic upd key") && seen("traffic upd") && seen("exp master") && seen("exported")
                       : seen("key expansion") && seen("exported"))
      ++into_.connections_seen;
  }

  // The child has had the peer's first flight, and the peer never has the child's answer.
  void broken_connection(const std::string& name) {
    known_peer peer(context_, !life_.is_server, name);
    (void)process_.tell(order::give, start(peer));
    end(peer);
  }

  void end(const known_peer& peer) {
    process_.tell(order::delete_context);
    into_.keys += peer.keys().size();
    into_.keys_left += left_over(peer.keys());
    gone_.insert(gone_.end(), peer.keys().begin(), peer.keys().end());
    if (keeps_sessions()) lasting_.insert(lasting_.end(), peer.sessions().begin(), peer.sessions().end());
  }

  // A server of TLS 1.3 has put its sessions into tickets: who has the ticket key, which lives with the process, has
  // them.
  bool keeps_sessions() const { return !life_.is_server || !life_.of.tls13; }

  void see_lasting() {
    std::vector<std::string> where;
    const auto found = find(lasting_, where);
    const auto seen = [&](const std::string& part) {
      return std::any_of(found.begin(), found.end(),
                         [&](const std::string& one) { return one.find(part) != std::string::npos; });
    };
    ++into_.credentials;
    if ((!keeps_sessions() || seen("resumption") || seen("master secret")) && (!life_.is_server || seen("private key")))
      ++into_.credentials_seen;
  }

  const life& life_;
  tally& into_;
  pki::issued identity_;
  std::shared_ptr<SSL_CTX> context_;
  watched_process process_;
  std::shared_ptr<SSL_SESSION> session_;
  std::size_t into_connection_ = 0;
  std::vector<needle> gone_, lasting_;
};

std::vector<life> lives_for(bool quick) {
  std::vector<life> made;
  for (const suite& of : suites)
    for (const bool is_server : {false, true})
      for (const char* aead : {"evp", "auto"})
        for (const auto key : {pki::key_kind::p256, pki::key_kind::rsa2048})
          made.push_back({of, is_server, aead, key, made.size() / 2 % 2 == made.size() % 2});
  // Each suite, and each of the rest with half of them.
  if (quick) std::erase_if(made, [i = std::size_t{0}](const life&) mutable { return (i++) % 3 != 0; });
  return made;
}

std::string of_all(std::size_t count, std::size_t all) { return std::to_string(count) + " of " + std::to_string(all); }

void prove_secrets(report& to) {
  const auto lives = lives_for(to.quick());
  tally seen;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    to.progress("lives searched", i, lives.size());
    try {
      lived(lives[i], seen).run();
    } catch (const std::exception& error) {
      throw std::runtime_error(lives[i].name() + ": " + error.what());
    }
  }
  to.tell("secrets: connections whose keys are found while in use", "all",
          of_all(seen.connections_seen, seen.connections), seen.connections_seen == seen.connections);
  to.tell("secrets: keys and traffic secrets in memory after DeleteSecurityContext", "0",
          of_all(seen.keys_left, seen.keys), seen.keys_left == 0);
  to.tell("secrets: credentials whose secrets are found while in use", "all",
          of_all(seen.credentials_seen, seen.credentials), seen.credentials_seen == seen.credentials);
  to.tell("secrets: session secrets and private keys after FreeCredentialsHandle", "0",
          of_all(seen.lasting_left, seen.lasting), seen.lasting_left == 0);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == schannix::prove::watched_argument) return schannix::prove::be_watched();
  return schannix::prove::run(argc, argv, schannix::prove::prove_secrets);
}
