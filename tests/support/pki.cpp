#include "pki.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace schannix::test::pki {
namespace {

template <typename Object>
Object* made(Object* object) {
  if (!object) throw std::runtime_error("test certificate cannot be made");
  return object;
}
void must(int outcome) {
  if (outcome <= 0) throw std::runtime_error("test certificate cannot be made");
}

std::shared_ptr<EVP_PKEY> new_key(key_kind kind) {
  const auto own = [](EVP_PKEY* key) { return std::shared_ptr<EVP_PKEY>(made(key), EVP_PKEY_free); };
  switch (kind) {
    case key_kind::p256:
      return own(EVP_EC_gen("P-256"));
    case key_kind::rsa2048:
      return own(EVP_RSA_gen(2048));
    case key_kind::rsa1024:
      return own(EVP_RSA_gen(1024));
    case key_kind::ed25519:
      return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  }
  throw std::logic_error("key kind");
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  must(X509_add_ext(certificate, extension, -1));
  X509_EXTENSION_free(extension);
}

void extend(X509* certificate, const profile& what) {
  extend(certificate, NID_basic_constraints, what.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(
      certificate, NID_key_usage,
      what.authority ? "critical,keyCertSign,cRLSign,digitalSignature" : "critical,digitalSignature,keyEncipherment");
  if (!what.usage.empty()) extend(certificate, NID_ext_key_usage, what.usage);
  std::string all;
  for (const auto& one : what.alternative) all += (all.empty() ? "" : ",") + one;
  if (!all.empty()) extend(certificate, NID_subject_alt_name, all);
  if (!what.constraints.empty()) extend(certificate, NID_name_constraints, "critical," + what.constraints);
  if (!what.list_at.empty()) extend(certificate, NID_crl_distribution_points, "URI:" + what.list_at);
  if (!what.responder_at.empty()) extend(certificate, NID_info_access, "OCSP;URI:" + what.responder_at);
}

void name(X509* certificate, const profile& what) {
  auto parts = what.subject;
  if (!what.common_name.empty()) parts.emplace_back("CN", what.common_name);
  for (const auto& [key, value] : parts)
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), key.c_str(), MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0));
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

}  // namespace

std::string issued::der() const {
  unsigned char* data = nullptr;
  const int size = i2d_X509(certificate.get(), &data);
  must(size);
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return out;
}

std::string issued::pem() const {
  BIO* const memory = made(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(memory, certificate.get()));
  return text_of(memory);
}

std::string issued::key_pem(const std::string& password) const {
  BIO* const memory = made(BIO_new(BIO_s_mem()));
  const EVP_CIPHER* const cipher = password.empty() ? nullptr : EVP_aes_256_cbc();
  must(PEM_write_bio_PKCS8PrivateKey(memory, key.get(), cipher, password.data(), static_cast<int>(password.size()),
                                     nullptr, nullptr));
  return text_of(memory);
}

issued issue(const profile& what, const issued* by) {
  static std::atomic<long> serial{0xC0FFEE00L};  // its first octet has the sign bit set
  const issued out{{made(X509_new()), X509_free}, new_key(what.key)};
  X509* const certificate = out.certificate.get();
  must(X509_set_version(certificate, X509_VERSION_3));
  must(ASN1_INTEGER_set_int64(X509_get_serialNumber(certificate), ++serial));
  made(X509_time_adj_ex(X509_getm_notBefore(certificate), what.from_days, 0, nullptr));
  made(X509_time_adj_ex(X509_getm_notAfter(certificate), what.to_days, 0, nullptr));
  name(certificate, what);
  must(X509_set_issuer_name(certificate, X509_get_subject_name(by ? by->certificate.get() : certificate)));
  must(X509_set_pubkey(certificate, out.key.get()));
  extend(certificate, what);
  EVP_PKEY* const signer = by ? by->key.get() : out.key.get();
  const bool own_digest = EVP_PKEY_is_a(signer, "ED25519") == 1;
  must(X509_sign(certificate, signer, own_digest ? nullptr : EVP_get_digestbyname(what.digest)));
  return out;
}

std::string pkcs12(const issued& leaf, const std::vector<issued>& chain, const std::string& password, encryption how,
                   const std::string& friendly_name) {
  const workshop shop;
  std::string all;
  for (const issued& one : chain) all += one.pem();
  shop.write("leaf.pem", leaf.pem());
  shop.write("key.pem", leaf.key_pem());
  shop.write("chain.pem", all);
  shop.write("password", password + "\n");
  std::string arguments = "pkcs12 -export -in leaf.pem -inkey key.pem -out out.pfx -passout file:password";
  if (!chain.empty()) arguments += " -certfile chain.pem";
  if (!friendly_name.empty()) arguments += " -name '" + friendly_name + "'";
  if (how == encryption::legacy) arguments += " -legacy";
  if (how == encryption::none) arguments += " -keypbe NONE -certpbe NONE -nomac";
  shop.openssl(arguments);
  return shop.read("out.pfx");
}

std::string pkcs12_in_order(const std::vector<issued>& certificates, const issued& owner) {
  STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
  STACK_OF(PKCS7)* safes = nullptr;
  for (const issued& one : certificates) made(PKCS12_add_cert(&bags, one.certificate.get()));
  made(PKCS12_add_key(&bags, owner.key.get(), 0, 0, -1, nullptr));
  must(PKCS12_add_safe(&safes, bags, -1, 0, nullptr));
  PKCS12* const file = made(PKCS12_add_safes(safes, NID_pkcs7_data));
  unsigned char* data = nullptr;
  const int size = i2d_PKCS12(file, &data);
  must(size);
  std::string out(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  PKCS12_free(file);
  sk_PKCS7_pop_free(safes, PKCS7_free);
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
  return out;
}

workshop::workshop() {
  std::string pattern = std::filesystem::temp_directory_path() / "schannix-pki-XXXXXX";
  folder_ = made(::mkdtemp(pattern.data()));
}
workshop::~workshop() { std::filesystem::remove_all(folder_); }

void workshop::write(const std::string& file, const std::string& content) const {
  std::ofstream(path(file), std::ios::binary) << content;
}
std::string workshop::read(const std::string& file) const {
  std::ifstream input(path(file), std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}
void workshop::openssl(const std::string& arguments) const {
  const std::string command = "cd '" + folder_ + "' && openssl " + arguments + " >log 2>&1 </dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl " + arguments + ":\n" + read("log"));
}

}  // namespace schannix::test::pki
