// PKCS#12 (RFC 7292): authenticated safes, bags, and what in them belongs together.
#include <openssl/provider.h>

#include <algorithm>
#include <climits>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_effort.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

// A password as OpenSSL takes it: none (null) and "" derive different keys. RFC 7292 Appendix B.1
struct password {
  const char* text;
  int size;
};

base::failure malformed() { return base::caller_mistake(base::reason::malformed_object); }

bool is_unsupported(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  return reason == ERR_R_UNSUPPORTED || (ERR_GET_LIB(error) == ERR_LIB_EVP && reason == EVP_R_UNSUPPORTED_ALGORITHM);
}

// Why a decryption failed, from all that OpenSSL said about it.
base::reason decryption_problem() {
  bool unsupported = false;
  while (const unsigned long error = ERR_get_error()) unsupported = unsupported || is_unsupported(error);
  return unsupported ? base::reason::unsupported : base::reason::wrong_password;
}

// Reads one file under one library context; certificates and keys come out under the environment's.
class reader {
 public:
  reader(const environment& env, OSSL_LIB_CTX* decryption) : env_(env), decryption_(decryption) {}

  base::result<std::vector<identity>> read(base::bytes_view blob, std::string_view secret) {
    SCHANNIX_TRY(const held_pkcs12 file, parse(blob));
    SCHANNIX_TRY(secret_, accepted(file.get(), secret));
    const held_safes safes(PKCS12_unpack_authsafes(file.get()));
    if (!safes) return malformed();
    for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) SCHANNIX_CHECK(read_safe(sk_PKCS7_value(safes.get(), i)));
    for (const private_key& key : keys_) bind(key);
    return std::move(found_);
  }

 private:
  base::result<held_pkcs12> parse(base::bytes_view blob) {
    if (blob.empty() || blob.size() > INT_MAX) return malformed();
    PKCS12* file = or_throw(PKCS12_init_ex(NID_pkcs7_data, decryption_, nullptr));
    const held_bio input = reader_of(blob);
    const bool parsed = d2i_PKCS12_bio(input.get(), &file) != nullptr;
    held_pkcs12 owner(file);  // null when the parser has released it
    if (!parsed) return malformed();
    return owner;
  }

  // Which form of the password the MAC confirms. A file without MAC is tried as it is: decrypting will tell.
  base::result<password> accepted(PKCS12* file, std::string_view secret) {
    const password given{secret.data() ? secret.data() : "", static_cast<int>(secret.size())};
    if (!PKCS12_mac_present(file)) return given;
    const ASN1_INTEGER* rounds = nullptr;
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, file);
    SCHANNIX_CHECK(spend(rounds_of(rounds)));
    if (PKCS12_verify_mac(file, given.text, given.size) == 1) return given;
    if (secret.empty() && PKCS12_verify_mac(file, nullptr, 0) == 1) return password{nullptr, 0};
    return base::caller_mistake(mac_problem(file));
  }

  base::result<void> spend(std::uint64_t rounds) {
    if (rounds > rounds_left_) return malformed();
    rounds_left_ -= rounds;
    return {};
  }

  static base::reason mac_problem(PKCS12* file) {
    const X509_ALGOR* digest = nullptr;
    PKCS12_get0_mac(nullptr, &digest, nullptr, nullptr, file);
    const ASN1_OBJECT* name = nullptr;
    X509_ALGOR_get0(&name, nullptr, nullptr, digest);
    // OpenSSL 3.0 does not know PBMAC1 (RFC 9579): that the password were wrong would be a lie.
    const bool known = EVP_get_digestbyname(OBJ_nid2sn(OBJ_obj2nid(name))) != nullptr;
    return known ? base::reason::wrong_password : base::reason::unsupported;
  }

  base::result<void> read_safe(PKCS7* safe) {
    ERR_clear_error();
    held_bags bags;
    if (PKCS7_type_is_data(safe)) {
      bags.reset(PKCS12_unpack_p7data(safe));
      if (!bags) return malformed();
    } else if (PKCS7_type_is_encrypted(safe)) {
      if (!safe->d.encrypted) return malformed();
      SCHANNIX_CHECK(spend(rounds_of(safe->d.encrypted->enc_data->algorithm)));
      bags.reset(PKCS12_unpack_p7encdata(safe, secret_.text, secret_.size));
      if (!bags) return base::caller_mistake(decryption_problem());
    }  // public-key encrypted safes are passed over: no key of ours opens them
    return bags ? read_bags(bags.get(), 0) : base::result<void>();
  }

  base::result<void> read_bags(const STACK_OF(PKCS12_SAFEBAG) * bags, int depth) {
    constexpr int deepest = 8;  // SafeContents bags nest; the file decides how deep
    if (depth > deepest) return malformed();
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i)
      SCHANNIX_CHECK(read_bag(sk_PKCS12_SAFEBAG_value(bags, i), depth));
    return {};
  }

  base::result<void> read_bag(PKCS12_SAFEBAG* bag, int depth) {
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_keyBag:
        return add_key(PKCS12_SAFEBAG_get0_p8inf(bag));
      case NID_pkcs8ShroudedKeyBag:
        return add_shrouded(bag);
      case NID_certBag:
        return add_certificate(bag);
      case NID_safeContentsBag:
        return read_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
      default:
        return {};  // revocation lists and secrets
    }
  }

  base::result<void> add_shrouded(PKCS12_SAFEBAG* bag) {
    const X509_ALGOR* encryption = nullptr;
    X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &encryption, nullptr);
    SCHANNIX_CHECK(spend(rounds_of(encryption)));
    ERR_clear_error();
    const held_key_info plain(PKCS12_decrypt_skey_ex(bag, secret_.text, secret_.size, decryption_, nullptr));
    if (!plain) return base::caller_mistake(decryption_problem());
    return add_key(plain.get());
  }

  base::result<void> add_key(const PKCS8_PRIV_KEY_INFO* plain) {
    EVP_PKEY* const key = EVP_PKCS82PKEY_ex(plain, env_.library(), nullptr);
    if (!key) return malformed();
    keys_.emplace_back(share(key));
    return {};
  }

  base::result<void> add_certificate(PKCS12_SAFEBAG* bag) {
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return {};
    const held<X509, X509_free> there(PKCS12_SAFEBAG_get1_cert(bag));
    if (!there) return malformed();
    SCHANNIX_TRY(certificate here, certificate::parse(env_, encoded(i2d_X509, there.get())));
    char* const name = PKCS12_get_friendlyname(bag);
    found_.push_back({std::move(here), std::nullopt, name ? name : ""});
    OPENSSL_free(name);
    return {};
  }

  void bind(const private_key& key) {
    for (identity& one : found_)
      if (!one.key && key.belongs_to(one.leaf)) one.key = key;
  }

  const environment& env_;
  OSSL_LIB_CTX* decryption_;
  password secret_{};
  std::uint64_t rounds_left_ = most_rounds;
  std::vector<private_key> keys_;
  std::vector<identity> found_;
};

// A library context with the algorithms of old files. Its own, so that nothing else can choose them.
class legacy_library {
 public:
  legacy_library() : library_(or_throw(OSSL_LIB_CTX_new())) {
    default_ = OSSL_PROVIDER_load(library_.get(), "default");
    legacy_ = OSSL_PROVIDER_load(library_.get(), "legacy");
  }
  ~legacy_library() {
    OSSL_PROVIDER_unload(legacy_);
    OSSL_PROVIDER_unload(default_);
  }
  legacy_library(const legacy_library&) = delete;
  legacy_library& operator=(const legacy_library&) = delete;

  bool usable() const noexcept { return default_ && legacy_; }
  OSSL_LIB_CTX* get() const noexcept { return library_.get(); }

 private:
  owned<ossl_lib_ctx_st> library_;
  OSSL_PROVIDER* default_ = nullptr;
  OSSL_PROVIDER* legacy_ = nullptr;
};

}  // namespace

base::result<std::vector<identity>> read_pkcs12(const environment& env, base::bytes_view blob,
                                                std::string_view password) {
  const own_errors errors;
  auto read = reader(env, env.library()).read(blob, password);
  if (read || read.error().why != base::reason::unsupported) return read;
  const legacy_library old;
  return old.usable() ? reader(env, old.get()).read(blob, password) : std::move(read);
}

}  // namespace schannix::engine
