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
};

struct issued {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  std::string der() const;
  std::string pem() const;
  std::string key_pem(const std::string& password = {}) const;  // PKCS#8, encrypted when there is a password
};

issued issue(const profile& what, const issued* by = nullptr);  // null: signs itself

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
