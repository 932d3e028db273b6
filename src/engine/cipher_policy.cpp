#include "engine/cipher_policy.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "engine/narrowing.hpp"
#include "engine/settings.hpp"

namespace schannix::engine {
namespace {

struct cipher_facts {
  std::string name;  // CNG's
  std::string mode;
  unsigned bits;
};

// The bulk ciphers that record::aead_half and the CBC halves protect.
bool describe_bulk(const SSL_CIPHER* suite, cipher_facts& facts) {
  switch (SSL_CIPHER_get_cipher_nid(suite)) {
    case NID_aes_128_gcm:
      facts = {"AES", "ChainingModeGCM", 128};
      return true;
    case NID_aes_256_gcm:
      facts = {"AES", "ChainingModeGCM", 256};
      return true;
    case NID_aes_128_cbc:
      facts = {"AES", "ChainingModeCBC", 128};
      return true;
    case NID_aes_256_cbc:
      facts = {"AES", "ChainingModeCBC", 256};
      return true;
    case NID_chacha20_poly1305:
      facts = {"CHACHA20_POLY1305", "", 256};
      return true;
    default:
      return false;
  }
}

const char* exchange_name(const SSL_CIPHER* suite) {
  switch (SSL_CIPHER_get_kx_nid(suite)) {
    case NID_kx_rsa:
      return "RSA";
    case NID_kx_ecdhe:
      return "ECDH";
    case NID_kx_dhe:
      return "DH";
    case NID_kx_any:
      return "ECDH";  // TLS 1.3: the groups offered are elliptic curves
    default:
      return nullptr;  // PSK, SRP, GOST: not for certificates
  }
}

// The MAC of a CBC suite; the handshake hash of an AEAD suite, which has no MAC of its own.
const char* digest_name(const SSL_CIPHER* suite) {
  switch (SSL_CIPHER_get_digest_nid(suite)) {
    case NID_md5:
      return "MD5";
    case NID_sha1:
      return "SHA1";
    case NID_sha256:
      return "SHA256";
    case NID_sha384:
      return "SHA384";
    default:
      break;
  }
  const EVP_MD* const handshake = SSL_CIPHER_get_handshake_digest(suite);
  return handshake != nullptr && EVP_MD_get_size(handshake) == 48 ? "SHA384" : "SHA256";
}

bool is_tls13(const SSL_CIPHER* suite) { return SSL_CIPHER_get_kx_nid(suite) == NID_kx_any; }

// Whose key signs the key exchange; null where nothing is signed, or TLS 1.3, whose suites do not say.
const char* signature_name(const SSL_CIPHER* suite) {
  if (is_tls13(suite) || SSL_CIPHER_get_kx_nid(suite) == NID_kx_rsa) return nullptr;
  return SSL_CIPHER_get_auth_nid(suite) == NID_auth_ecdsa ? "ECDSA" : "RSA";
}

bool hits(const disabled_algorithm& rule, const SSL_CIPHER* suite, const cipher_facts& bulk) {
  switch (rule.usage) {
    case disabled_algorithm::use::cipher:
      return rule.name == bulk.name && rule.covers(bulk.bits) &&
             (rule.modes.empty() || std::find(rule.modes.begin(), rule.modes.end(), bulk.mode) != rule.modes.end());
    case disabled_algorithm::use::digest:
      return rule.name == digest_name(suite);
    case disabled_algorithm::use::signature:
      return signature_name(suite) != nullptr && rule.name == signature_name(suite);
    case disabled_algorithm::use::key_exchange:           // by length: see exchange_is_left
    case disabled_algorithm::use::certificate_signature:  // of the peer's certificates: see narrowing
      return false;
  }
  return true;
}

using rules = std::vector<disabled_algorithm>;

rules rules_of(const settings& settings, const cipher_limits& limits) {
  rules all = settings.disabled;
  all.insert(all.end(), limits.disabled.begin(), limits.disabled.end());
  return all;
}

bool allowed(const SSL_CIPHER* suite, const rules& off, const cipher_limits& limits) {
  cipher_facts bulk;
  if (!describe_bulk(suite, bulk) || exchange_name(suite) == nullptr) return false;
  if (SSL_CIPHER_get_auth_nid(suite) == NID_auth_null) return false;  // anonymous: nothing there to validate
  if (limits.min_strength != 0 && bulk.bits < limits.min_strength) return false;
  if (limits.max_strength != 0 && bulk.bits > limits.max_strength) return false;
  return exchange_is_left(off, exchange_name(suite)) &&
         std::none_of(off.begin(), off.end(), [&](const disabled_algorithm& rule) { return hits(rule, suite, bulk); });
}

// Which of the older versions a suite can be used with: CBC with SHA-1 in all, the others from TLS 1.2 on. What is
// signed there is signed with MD5 and SHA-1 or SHA-1 alone, by RSA in the old padding; nothing else can be agreed on.
bool serves_before_tls12(const SSL_CIPHER* suite, const rules& off) {
  const char* const signs = signature_name(suite);
  const auto fixed = [&](const disabled_algorithm& rule) {
    return rule.usage == disabled_algorithm::use::signature &&
           (rule.name == "SHA1" || rule.name == "MD5" || rule.name == "SCH_RSA_PKCS_PAD");
  };
  return SSL_CIPHER_get_digest_nid(suite) == NID_sha1 &&
         (signs == nullptr || std::none_of(off.begin(), off.end(), fixed));
}

void append(std::string& list, std::string_view name) {
  if (!list.empty()) list += ':';
  list += name;
}

// The system's suites in its order, or those of them that the settings list, in theirs.
std::vector<const SSL_CIPHER*> suites_of(ssl_ctx_st* context, const settings& settings) {
  const STACK_OF(SSL_CIPHER)* const system = SSL_CTX_get_ciphers(context);
  std::vector<const SSL_CIPHER*> all, listed;
  for (int i = 0; i < sk_SSL_CIPHER_num(system); ++i) all.push_back(sk_SSL_CIPHER_value(system, i));
  if (!settings.suites) return all;
  for (const std::string& name : *settings.suites) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const SSL_CIPHER* suite) { return SSL_CIPHER_standard_name(suite) == name; });
    if (found != all.end()) listed.push_back(*found);
  }
  return listed;
}

}  // namespace

bool apply_ciphers(ssl_ctx_st* context, const settings& settings, const cipher_limits& limits, version_set& versions) {
  std::string tls13, older;
  bool before_tls12 = false;
  const rules off = rules_of(settings, limits);
  for (const SSL_CIPHER* const suite : suites_of(context, settings)) {
    if (!allowed(suite, off, limits)) continue;
    append(is_tls13(suite) ? tls13 : older, SSL_CIPHER_get_name(suite));
    before_tls12 = before_tls12 || serves_before_tls12(suite, off);
  }
  if (tls13.empty()) versions.remove(tls_version::tls13);
  if (older.empty()) versions.remove(tls_version::tls12);
  if (!before_tls12) {
    versions.remove(tls_version::tls10);
    versions.remove(tls_version::tls11);
  }
  if (versions.empty()) return false;
  return (tls13.empty() || SSL_CTX_set_ciphersuites(context, tls13.c_str()) == 1) &&
         (older.empty() || SSL_CTX_set_cipher_list(context, older.c_str()) == 1);
}

bool apply_groups(ssl_ctx_st* context, const settings& settings) {
  if (!settings.groups) return true;
  std::string known;
  for (const std::string& name : *settings.groups) {
    std::string longer = known;
    append(longer, name);  // OpenSSL refuses the whole list for one that it does not know, or that is there already
    if (SSL_CTX_set1_groups_list(context, longer.c_str()) == 1) known = std::move(longer);
  }
  ERR_clear_error();
  return !known.empty() && SSL_CTX_set1_groups_list(context, known.c_str()) == 1;
}

}  // namespace schannix::engine
