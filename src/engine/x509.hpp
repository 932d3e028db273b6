// X.509 as the rooms above see it: parsed certificates, private keys, PKCS#12 and PEM, the trusted roots, and one
// verification. All of X.509 itself is OpenSSL's. Values are cheap to copy: a copy shares the OpenSSL object.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "engine/owned.hpp"

namespace schannix::engine {

class environment;

// One parsed certificate.
class certificate {
 public:
  // malformed_object when der is not exactly one certificate.
  static base::result<certificate> parse(const environment& env, base::bytes_view der);
  explicit certificate(std::shared_ptr<x509_st> parsed);  // takes over one reference; throws std::bad_alloc

  base::bytes_view der() const noexcept { return held_->der; }  // lives as long as any copy
  x509_st* native() const noexcept { return held_->parsed.get(); }
  friend bool operator==(const certificate& a, const certificate& b);  // same DER

 private:
  friend class certificate_pool;
  struct content {
    std::shared_ptr<x509_st> parsed;
    base::bytes der;
  };
  explicit certificate(std::shared_ptr<const content> held) : held_(std::move(held)) {}

  std::shared_ptr<const content> held_;
};

// One copy of each peer certificate that is in use, however many connections saw it. Any thread.
class certificate_pool {
 public:
  certificate intern(certificate given);

 private:
  std::mutex lock_;
  std::unordered_map<std::size_t, std::weak_ptr<const certificate::content>> known_;  // by hash: a hint, never trusted
  std::size_t sweep_at_ = 64;
};

class private_key {
 public:
  explicit private_key(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  evp_pkey_st* native() const noexcept { return key_.get(); }
  bool belongs_to(const certificate& owner) const noexcept;

 private:
  std::shared_ptr<evp_pkey_st> key_;
};

// A certificate with, perhaps, its private key and a name from its container.
struct identity {
  certificate leaf;
  std::optional<private_key> key;
  std::string friendly_name;
};

// PKCS#12, modern and legacy encryption, RSA and EC keys; certificates in the order of the file, each with the key that
// belongs to it. An empty password is tried as "" and as none. Failures: wrong_password, malformed_object, and
// unsupported when the encryption is one that OpenSSL does not have here (RC2 and DES need its "legacy" provider).
base::result<std::vector<identity>> read_pkcs12(const environment& env, base::bytes_view blob,
                                                std::string_view password);

// PEM text: all certificates in order; each private key of key (which may be empty, or the same text) is bound to the
// certificate it belongs to. Failures: not_found (no certificate), no_credentials (a key belongs to none of them),
// wrong_password (an encrypted key does not open), malformed_object (no PEM, or key holds no private key).
base::result<std::vector<identity>> read_pem(const environment& env, std::string_view certificates,
                                             std::string_view key, std::string_view password);

// The certificates of a PKCS #7 (CMS) SignedData in DER, in its order. malformed_object: no such thing.
base::result<std::vector<certificate>> read_pkcs7(const environment& env, base::bytes_view der);

// A throw-away P-256 certificate for name (DNS name or IP address; "localhost" also gets 127.0.0.1 and ::1), valid for
// days from an hour ago. invalid_parameter: name is empty, too long or not ASCII; days is 0 or more than 36500.
base::result<identity> make_self_signed(const environment& env, std::string_view name, unsigned days);

std::string to_pem(const certificate& of);
bool identifies_clients_today(const certificate& of);  // its usage allows it, and it is valid now
bool self_signed(const certificate& of);               // its issuer is its subject, and the key identifiers agree

// The members of CERT_INFO, decoded.
struct certificate_fields {
  struct algorithm {
    std::string oid;
    base::bytes parameters;  // DER, may be empty
  };
  struct extension {
    std::string oid;
    bool critical = false;
    base::bytes value;
  };
  unsigned version = 0;  // 0 is v1, 2 is v3, as on the wire
  base::bytes serial;    // big-endian, as on the wire
  algorithm signature;
  base::bytes issuer;           // DER Name
  std::int64_t not_before = 0;  // seconds since 1970
  std::int64_t not_after = 0;
  base::bytes subject;  // DER Name
  algorithm public_key_algorithm;
  base::bytes public_key;  // BIT STRING content
  unsigned public_key_unused_bits = 0;
  base::bytes issuer_unique_id;  // BIT STRING content, usually empty
  base::bytes subject_unique_id;
  std::vector<extension> extensions;
};
// A time that cannot be read makes both times 0: such a certificate expired in 1970.
base::result<certificate_fields> decode(const certificate& of);

// One attribute of a distinguished name, in the order of the encoding. Attributes of one RDN have one rdn.
struct name_attribute {
  std::string oid;
  std::string value;  // UTF-8
  int rdn = 0;
};
using distinguished_name = std::vector<name_attribute>;

enum class name_of : std::uint8_t { subject, issuer };
distinguished_name attributes(const certificate& of, name_of whose);

// malformed_object: der is not exactly one Name.
base::result<distinguished_name> read_name(base::bytes_view der);

// The subject's (or issuer's) alternative names that programs ask for, in order, UTF-8.
struct alternative_names {
  std::vector<std::string> dns;
  std::vector<std::string> email;
  std::vector<std::string> uri;
  std::vector<std::string> principal;           // otherName 1.3.6.1.4.1.311.20.2.3
  std::optional<distinguished_name> directory;  // the first directoryName
};
alternative_names alternatives(const certificate& of, name_of whose);

// How a distinguished name is written. Windows' CertNameToStr styles.
struct name_style {
  enum class keys : std::uint8_t { none, oid, x500 };
  keys with = keys::x500;
  std::string_view separator = ", ";  // between RDNs
  std::string_view plus = " + ";      // between the attributes of one RDN
  bool reversed = false;              // last RDN of the encoding first
  bool quoted = true;                 // values with special characters
};
std::string write(const distinguished_name& name, const name_style& style);

// Names for people and look-ups, UTF-8.
std::vector<std::string> dns_names(const certificate& of);  // SAN dNSName
std::string common_name(const certificate& of);             // last CN of the subject, or ""
std::string subject_text(const certificate& of);  // X.500 string, "CN=a, O=b", most significant last as Windows prints
std::string issuer_text(const certificate& of);
unsigned key_bits(const certificate& of);  // of its public key; 0 when that cannot be read

// A hash of the certificate for tls-server-end-point: the signature's hash, SHA-256 in place of MD5 and SHA-1. RFC 5929
// §4.1. Empty when the signature has no hash of its own (EdDSA): the binding is then not defined.
base::bytes end_point_hash(const environment& env, const certificate& of);
// A hash of what the issuer signed, by the hash of its signature. Empty when that has none of its own (EdDSA).
base::bytes signature_hash(const environment& env, const certificate& of);
base::bytes sha1_hash(const certificate& of);  // the look-up key of certificate stores; empty without SHA-1

enum class hash : std::uint8_t { md5, sha1, sha256 };
base::bytes hash_of(const environment& env, hash which, base::bytes_view bytes);  // empty: there is no such hash here
base::bytes key_info(const certificate& of);                                      // SubjectPublicKeyInfo, DER
base::bytes key_info(const private_key& of);        // its public half, likewise; empty: it has no form
base::bytes key_identifier(const certificate& of);  // of the extension; empty without it

// The trusted roots. Where they are: SSL_CERT_FILE and SSL_CERT_DIR (not for set-uid programs), else OpenSSL's
// defaults.
class root_store {
 public:
  // Changes whenever the files that load_system reads have changed: paths, sizes, times.
  static std::string system_fingerprint();
  static std::shared_ptr<const root_store> load_system(const environment& env);
  ~root_store();
  x509_store_st* native() const noexcept { return store_.get(); }
  std::vector<certificate> certificates() const;  // those of the bundle; folders are read as they are needed

 private:
  explicit root_store(owned<x509_store_st> store);
  owned<x509_store_st> store_;
};

struct verification {
  const root_store* roots = nullptr;     // the system's; null: only extra_roots are trusted
  std::vector<certificate> extra_roots;  // trusted besides roots: each as it is, self-signed or not
  std::vector<certificate> untrusted;    // what the peer sent besides its own certificate
  bool up_to_roots = false;              // of extra_roots only those that sign themselves
  std::string name;                      // DNS name or IP address; empty: the name is not checked
  bool of_server = true;                 // EKU serverAuth, else clientAuth
  std::optional<std::int64_t> at = {};   // seconds since 1970; nothing: now
};

struct verdict {
  std::optional<base::reason> problem;  // nothing: trusted
  int openssl_error = 0;                // X509_V_ERR_*, for the alert and for people
  std::string text;                     // one phrase for people
  std::vector<certificate> chain;       // trusted: from the leaf to its anchor
};

// Chain to a root, validity, usage, weak signatures, name (SAN dNSName, CN only without SAN, wildcard in the left-most
// label only, IP literals against iPAddress; within the issuers' name constraints, a wildcard's, too). spec 4.5
verdict verify(const environment& env, const certificate& leaf, const verification& how);

}  // namespace schannix::engine
