// Parsed certificates and keys, and their hashes.
#include <openssl/evp.h>

#include <algorithm>
#include <climits>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

base::result<certificate> certificate::parse(const environment& env, base::bytes_view der) {
  const quiet_errors quiet;
  if (der.size() > LONG_MAX) return base::caller_mistake(base::reason::malformed_object);
  // Only a certificate made for our library context fetches its algorithms there.
  X509* parsed = or_throw(X509_new_ex(env.library(), nullptr));
  const unsigned char* at = der.data();
  const bool whole = d2i_X509(&parsed, &at, static_cast<long>(der.size())) && at == der.data() + der.size();
  if (!whole) {
    X509_free(parsed);  // null when the parser has released it
    return base::caller_mistake(base::reason::malformed_object);
  }
  return certificate(share(parsed));
}

certificate::certificate(std::shared_ptr<x509_st> parsed) {
  base::bytes der = encoded(i2d_X509, parsed.get());
  if (der.empty()) throw std::bad_alloc();  // what was parsed or signed has an encoding
  held_ = std::make_shared<const content>(content{std::move(parsed), std::move(der)});
}

certificate certificate_pool::intern(certificate given) {
  const base::bytes_view der = given.der();
  const std::size_t hash = std::hash<std::string_view>{}({reinterpret_cast<const char*>(der.data()), der.size()});
  const std::lock_guard held(lock_);
  if (known_.size() >= sweep_at_) {
    std::erase_if(known_, [](const auto& one) { return one.second.expired(); });
    sweep_at_ = std::max<std::size_t>(64, 2 * known_.size());
  }
  auto& known = known_[hash];
  if (auto same = known.lock(); same && std::ranges::equal(same->der, der)) return certificate(std::move(same));
  known = given.held_;
  return given;
}

bool operator==(const certificate& a, const certificate& b) {
  return a.held_ == b.held_ || std::ranges::equal(a.der(), b.der());
}

bool private_key::belongs_to(const certificate& owner) const noexcept {
  const quiet_errors quiet;
  const EVP_PKEY* const theirs = X509_get0_pubkey(owner.native());
  return theirs && EVP_PKEY_eq(theirs, key_.get()) == 1;
}

namespace {

// X509_digest uses the library context of the certificate.
base::bytes digest_of(const certificate& of, const EVP_MD* algorithm) {
  base::bytes hash(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!algorithm || X509_digest(of.native(), algorithm, hash.data(), &size) != 1) return {};
  hash.resize(size);
  return hash;
}

// The element in front: its content alone, or all of it. Empty: its length cannot be read.
enum class part : std::uint8_t { content, all };
base::bytes_view first_element(base::bytes_view der, part which) {
  const unsigned char* at = der.data();
  long length = 0;
  int tag = 0, of_class = 0;
  const int kind = ASN1_get_object(&at, &length, &tag, &of_class, static_cast<long>(der.size()));
  if (kind & 0x81) return {};  // broken, or of indefinite length
  const auto header = static_cast<std::size_t>(at - der.data());
  const auto size = static_cast<std::size_t>(length);
  return which == part::all ? der.first(header + size) : der.subspan(header, size);
}

// tbsCertificate as it was signed. RFC 5280 §4.1.1.1
base::bytes_view signed_content(base::bytes_view certificate_der) {
  return first_element(first_element(certificate_der, part::content), part::all);
}

}  // namespace

base::bytes end_point_hash(const environment& env, const certificate& of) {
  const quiet_errors quiet;
  int digest = NID_undef;
  if (X509_get_signature_info(of.native(), &digest, nullptr, nullptr, nullptr) != 1 || digest == NID_undef) return {};
  const bool weak = digest == NID_md5 || digest == NID_sha1;  // RFC 5929 §4.1
  const held<EVP_MD, EVP_MD_free> algorithm(
      EVP_MD_fetch(env.library(), weak ? "SHA2-256" : OBJ_nid2sn(digest), nullptr));
  return digest_of(of, algorithm.get());
}

base::bytes signature_hash(const environment& env, const certificate& of) {
  const quiet_errors quiet;
  int digest = NID_undef;
  if (X509_get_signature_info(of.native(), &digest, nullptr, nullptr, nullptr) != 1 || digest == NID_undef) return {};
  base::bytes out(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  const base::bytes_view content = signed_content(of.der());
  if (content.empty() ||
      EVP_Q_digest(env.library(), OBJ_nid2sn(digest), nullptr, content.data(), content.size(), out.data(), &size) != 1)
    return {};
  out.resize(size);
  return out;
}

base::bytes sha1_hash(const certificate& of) {
  const quiet_errors quiet;
  return digest_of(of, EVP_sha1());
}

base::bytes hash_of(const environment& env, hash which, base::bytes_view bytes) {
  const quiet_errors quiet;
  const char* const name = which == hash::md5 ? "MD5" : which == hash::sha1 ? "SHA1" : "SHA2-256";
  base::bytes out(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  if (EVP_Q_digest(env.library(), name, nullptr, bytes.data(), bytes.size(), out.data(), &size) != 1) return {};
  out.resize(size);
  return out;
}

base::bytes key_info(const certificate& of) { return encoded(i2d_X509_PUBKEY, X509_get_X509_PUBKEY(of.native())); }

base::bytes key_info(const private_key& of) {
  const quiet_errors quiet;
  return encoded(i2d_PUBKEY, of.native());
}

base::bytes key_identifier(const certificate& of) {
  const quiet_errors quiet;
  return content_of(X509_get0_subject_key_id(of.native()));
}

bool identifies_clients_today(const certificate& of) {
  const quiet_errors quiet;
  return X509_check_purpose(of.native(), X509_PURPOSE_SSL_CLIENT, 0) == 1 &&
         X509_cmp_current_time(X509_get0_notBefore(of.native())) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(of.native())) > 0;
}

bool self_signed(const certificate& of) { return X509_self_signed(of.native(), 0) == 1; }

}  // namespace schannix::engine
