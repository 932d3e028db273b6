#include "engine/x509_writing.hpp"

#include <openssl/x509v3.h>

#include "engine/asn1_reading.hpp"
#include "engine/environment.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr int rounds = 2048;  // Windows' own count
constexpr int cipher = NID_aes_256_cbc;

void must(int outcome) {
  if (outcome <= 0) throw std::bad_alloc();
}

// The bags of one kind, safes of bags, and what both belong to.
class pkcs12_writer {
 public:
  pkcs12_writer(const environment& env, std::string_view password) : env_(env), password_(password) {}
  ~pkcs12_writer() {
    free_bags(bags_);
    free_safes(safes_);
    base::wipe({reinterpret_cast<base::byte*>(password_.data()), password_.size()});
  }
  pkcs12_writer(const pkcs12_writer&) = delete;
  pkcs12_writer& operator=(const pkcs12_writer&) = delete;

  bool add_certificate(const identity& one) {
    PKCS12_SAFEBAG* const bag = PKCS12_add_cert(&bags_, one.leaf.native());
    return bag && mark(bag, one);
  }
  bool add_key(const identity& one) {
    PKCS12_SAFEBAG* const bag =
        PKCS12_add_key_ex(&bags_, one.key->native(), 0, rounds, cipher, password_.c_str(), env_.library(), nullptr);
    return bag && mark(bag, one);
  }
  bool end_safe(int encryption) {  // -1: not as a whole
    if (!bags_) return true;
    const bool added =
        PKCS12_add_safe_ex(&safes_, bags_, encryption, rounds, password_.c_str(), env_.library(), nullptr);
    free_bags(std::exchange(bags_, nullptr));
    return added;
  }
  base::bytes end_file() {
    const held_pkcs12 file(PKCS12_add_safes_ex(safes_, 0, env_.library(), nullptr));
    const held<EVP_MD, EVP_MD_free> digest(EVP_MD_fetch(env_.library(), "SHA2-256", nullptr));
    if (!file || !digest ||
        PKCS12_set_mac(file.get(), password_.c_str(), static_cast<int>(password_.size()), nullptr, 0, rounds,
                       digest.get()) != 1)
      return {};
    return encoded(i2d_PKCS12, file.get());
  }

 private:
  // Certificate and key of one identity bear the same mark, which is the certificate's hash.
  static bool mark(PKCS12_SAFEBAG* bag, const identity& one) {
    base::bytes id = sha1_hash(one.leaf);
    if (one.key && PKCS12_add_localkeyid(bag, id.data(), static_cast<int>(id.size())) != 1) return false;
    return one.friendly_name.empty() ||
           PKCS12_add_friendlyname_utf8(bag, one.friendly_name.data(), static_cast<int>(one.friendly_name.size())) == 1;
  }

  const environment& env_;
  std::string password_;
  STACK_OF(PKCS12_SAFEBAG) * bags_ = nullptr;
  STACK_OF(PKCS7) * safes_ = nullptr;
};

}  // namespace

base::result<base::bytes> write_pkcs12(const environment& env, const std::vector<identity>& all,
                                       std::string_view password) {
  const quiet_errors quiet;
  pkcs12_writer to(env, password);
  for (const identity& one : all)
    if (!to.add_certificate(one)) return bad_value();
  if (!to.end_safe(cipher)) return bad_value();
  for (const identity& one : all)
    if (one.key && !to.add_key(one)) return bad_value();
  return to.end_safe(-1) ? written(to.end_file()) : bad_value();
}

bool has_form_of_pkcs12(base::bytes_view blob) {
  const quiet_errors quiet;
  return read_whole<PKCS12, PKCS12_free>(d2i_PKCS12, blob) != nullptr;
}

base::bytes write_pkcs7(const std::vector<certificate>& certificates, const std::vector<revocation_list>& lists) {
  const quiet_errors quiet;
  const held<PKCS7, PKCS7_free> made(or_throw(PKCS7_new()));
  must(PKCS7_set_type(made.get(), NID_pkcs7_signed));
  must(PKCS7_content_new(made.get(), NID_pkcs7_data));
  PKCS7_set_detached(made.get(), 1);
  for (const certificate& one : certificates) must(PKCS7_add_certificate(made.get(), one.native()));
  for (const revocation_list& one : lists) must(PKCS7_add_crl(made.get(), one.native()));
  return encoded(i2d_PKCS7, made.get());
}

bool could_issue(const certificate& issuer, const certificate& subject) {
  const quiet_errors quiet;
  return X509_check_issued(issuer.native(), subject.native()) == X509_V_OK;
}

bool has_signed(const certificate& issuer, const certificate& subject) {
  const quiet_errors quiet;
  EVP_PKEY* const key = X509_get0_pubkey(issuer.native());
  return key && X509_verify(subject.native(), key) == 1;
}

base::bytes hash_by_name(const environment& env, const char* name, base::bytes_view bytes) {
  const quiet_errors quiet;
  base::bytes out(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (EVP_Q_digest(env.library(), name, nullptr, bytes.data(), bytes.size(), out.data(), &size) != 1) return {};
  out.resize(size);
  return out;
}

}  // namespace schannix::engine
