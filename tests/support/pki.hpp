// Certificates for tests, made as they are needed: any age, names, usage, key, digest and issuer.
//
//   const auto root = pki::issue({.common_name = "Root", .authority = true});
//   const auto leaf = pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}}, &root);
//   const std::string pfx = pki::pkcs12(leaf, {root}, "secret", pki::encryption::modern);
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace schannix::test::pki {

enum class key_kind { p256, rsa2048, rsa1024, ed25519 };

struct profile {
  std::string common_name;
  std::vector<std::string> alternative = {};  // as in openssl.cnf: "DNS:a.test", "IP:127.0.0.1", "email:a@b"
  std::string usage = {};                     // extendedKeyUsage, "serverAuth"; empty: no such extension
  bool authority = false;
  key_kind key = key_kind::p256;
  const char* digest = "SHA256";
  int from_days = -1;  // from now
  int to_days = 30;
  std::vector<std::pair<std::string, std::string>> subject = {};  // before the common name: {"O", "Example"}
  std::string constraints = {};   // as in openssl.cnf: "excluded;DNS:b.test"; empty: no such extension
  std::string list_at = {};       // CRL distribution point, a URL; empty: no such extension
  std::string responder_at = {};  // OCSP responder, likewise
};

struct issued {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  std::string der() const;
  std::string pem() const;
  std::string key_pem(const std::string& password = {}) const;  // PKCS#8, encrypted when there is a password
};

issued issue(const profile& what, const issued* by = nullptr);  // null: signs itself

// A revocation list in DER, and its PEM.
struct list_profile {
  std::vector<issued> revoked = {};
  long from_hours = -1;  // from now
  long to_hours = 24;
};
std::string revocation_list(const issued& by, const list_profile& what = {});
std::string list_pem(const std::string& der);

// An OCSP answer in DER.
enum class ocsp_status { good, revoked, unknown };
struct ocsp_entry {
  issued about;
  issued issuer;
  ocsp_status status = ocsp_status::good;
  const char* digest = "SHA1";  // of the names
  long from_hours = -1;         // from now
  long to_hours = 24;           // 0: no nextUpdate
};
struct ocsp_profile {
  std::vector<ocsp_entry> entries;
  issued signer;
  bool shows_signer = true;  // its certificate comes with the answer
  const char* digest = "SHA256";
};
std::string ocsp_answer(const ocsp_profile& what);
std::string ocsp_error();  // the answer "tryLater"

// Made by the openssl program, so that the reader is not tested against its own library calls.
enum class encryption { modern, legacy, none };
std::string pkcs12(const issued& leaf, const std::vector<issued>& chain, const std::string& password, encryption how,
                   const std::string& friendly_name = {});

// A file with bags in exactly this order, then owner's key; neither encrypted nor authenticated.
std::string pkcs12_in_order(const std::vector<issued>& certificates, const issued& owner);

// A folder for this object's life, and the openssl program run in it. Throws when the program fails.
class workshop {
 public:
  workshop();
  ~workshop();
  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;

  std::string path(const std::string& file) const { return folder_ + "/" + file; }
  void write(const std::string& file, const std::string& content) const;
  std::string read(const std::string& file) const;
  void openssl(const std::string& arguments) const;  // in the folder, through the shell

 private:
  std::string folder_;
};

}  // namespace schannix::test::pki
