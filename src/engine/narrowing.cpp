#include "engine/narrowing.hpp"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>

#include "engine/settings.hpp"

namespace schannix::engine {
namespace {

using use = disabled_algorithm::use;

// CNG's lengths. Groups that are not here have none: a rule with bounds takes them away.
struct length_of_group {
  std::uint16_t group;
  unsigned bits;
};
constexpr length_of_group curves[] = {{0x0017, 256}, {0x0018, 384}, {0x0019, 521}, {0x001D, 255},
                                      {0x001E, 448}, {0x001A, 256}, {0x001B, 384}, {0x001C, 512}};
constexpr length_of_group finite_fields[] = {
    {0x0100, 2048}, {0x0101, 3072}, {0x0102, 4096}, {0x0103, 6144}, {0x0104, 8192}};

constexpr bool is_finite_field(std::uint16_t group) { return (group >> 8) == 0x01; }  // RFC 7919 §2

unsigned bits_of(std::uint16_t group) {
  for (const auto& one : finite_fields)
    if (one.group == group) return one.bits;
  for (const auto& one : curves)
    if (one.group == group) return one.bits;
  return 0;
}

bool exchange_hit(const std::vector<disabled_algorithm>& rules, std::string_view exchange, unsigned bits) {
  return std::any_of(rules.begin(), rules.end(), [&](const disabled_algorithm& rule) {
    return rule.usage == use::key_exchange && rule.name == exchange && (bits == 0 || rule.covers(bits));
  });
}

// A signature in CNG's words; empty where there is none.
struct signature_words {
  std::string_view key, padding, hash;
};
constexpr std::string_view pss = "SCH_RSA_PSS_PAD", pkcs = "SCH_RSA_PKCS_PAD";

std::string_view hash_of(unsigned number) {  // RFC 5246 §7.4.1.4.1
  constexpr std::string_view names[] = {"", "MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};
  return number < std::size(names) ? names[number] : std::string_view();
}

signature_words words_of(std::uint16_t scheme) {
  constexpr unsigned rsa = 1, dsa = 2, ecdsa = 3;
  const unsigned high = scheme >> 8, low = scheme & 0xFFu;
  if (high == 0x08 && ((low >= 0x04 && low <= 0x06) || (low >= 0x09 && low <= 0x0B)))
    return {"RSA", pss, hash_of(low <= 0x06 ? low : low - 5)};
  if (high == 0x08) return {"EDDSA", "", ""};
  if (low == rsa) return {"RSA", pkcs, hash_of(high)};
  if (low == dsa) return {"DSA", "", hash_of(high)};
  if (low == ecdsa) return {"ECDSA", "", hash_of(high)};
  return {};
}

signature_words words_of(const X509* one) {
  int digest = NID_undef, key = NID_undef;
  if (X509_get_signature_info(const_cast<X509*>(one), &digest, &key, nullptr, nullptr) != 1) return {};
  const std::string_view hash = digest == NID_undef ? "" : OBJ_nid2sn(digest);
  if (key == NID_rsaEncryption) return {"RSA", pkcs, hash};
  if (key == NID_rsassaPss) return {"RSA", pss, hash};
  if (key == NID_X9_62_id_ecPublicKey) return {"ECDSA", "", hash};
  return {key == NID_dsa ? "DSA" : "EDDSA", "", hash};
}

bool signature_hit(const std::vector<disabled_algorithm>& rules, use usage, const signature_words& words) {
  return std::any_of(rules.begin(), rules.end(), [&](const disabled_algorithm& rule) {
    return rule.usage == usage && !rule.name.empty() &&
           (rule.name == words.key || rule.name == words.padding || rule.name == words.hash);
  });
}

std::uint16_t number_in(const void* two_bytes) {
  const auto* const at = static_cast<const unsigned char*>(two_bytes);
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

}  // namespace

bool narrowing::lets_scheme(std::uint16_t scheme) const noexcept {
  return !signature_hit(rules_, use::signature, words_of(scheme));
}

bool narrowing::lets_group(std::uint16_t group) const noexcept {
  return !exchange_hit(rules_, is_finite_field(group) ? "DH" : "ECDH", bits_of(group));
}

bool narrowing::lets_finite_field(unsigned bits) const noexcept { return !exchange_hit(rules_, "DH", bits); }

bool narrowing::lets_chain(const std::vector<certificate>& chain) const noexcept {
  return std::none_of(chain.begin(), chain.end(), [&](const certificate& one) {
    return !self_signed(one) && signature_hit(rules_, use::certificate_signature, words_of(one.native()));
  });
}

// What OpenSSL hands over with each question: SSL_CTX_set_security_callback(3).
int narrowing::judge(const ssl_st* ssl, const ssl_ctx_st* context, int operation, int bits, int nid, void* other,
                     void* self) {
  const auto& narrowed = *static_cast<const narrowing*>(self);
  const unsigned kind = static_cast<unsigned>(operation) & SSL_SECOP_OTHER_TYPE;
  if (kind == SSL_SECOP_OTHER_SIGALG && !narrowed.lets_scheme(number_in(other))) return 0;
  if (kind == SSL_SECOP_OTHER_CURVE && !narrowed.lets_group(number_in(other))) return 0;
  if (operation == SSL_SECOP_TMP_DH &&
      !narrowed.lets_finite_field(static_cast<unsigned>(EVP_PKEY_get_bits(static_cast<EVP_PKEY*>(other)))))
    return 0;
  return narrowed.system_(ssl, context, operation, bits, nid, other, nullptr);
}

void narrowing::apply(ssl_ctx_st* context) {
  system_ = SSL_CTX_get_security_callback(context);
  SSL_CTX_set0_security_ex_data(context, this);
  SSL_CTX_set_security_callback(context, judge);
}

std::shared_ptr<narrowing> narrowing_of(const settings& settings, const cipher_limits& limits) {
  std::vector<disabled_algorithm> rules;
  for (const auto* list : {&settings.disabled, &limits.disabled})
    std::copy_if(list->begin(), list->end(), std::back_inserter(rules),
                 [](const disabled_algorithm& rule) { return rule.usage != use::cipher && rule.usage != use::digest; });
  return rules.empty() ? nullptr : std::make_shared<narrowing>(std::move(rules));
}

bool exchange_is_left(const std::vector<disabled_algorithm>& rules, std::string_view exchange) {
  const auto left = [&](const length_of_group& one) { return !exchange_hit(rules, exchange, one.bits); };
  if (exchange == "DH") return std::any_of(std::begin(finite_fields), std::end(finite_fields), left);
  if (exchange == "ECDH") return std::any_of(std::begin(curves), std::end(curves), left);
  return !exchange_hit(rules, exchange, 0);
}

}  // namespace schannix::engine
