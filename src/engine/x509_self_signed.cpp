// A throw-away certificate for tests and demos.
#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr std::size_t longest_name = 253;        // RFC 1035 §2.3.4, without the last dot
constexpr std::size_t longest_common_name = 64;  // RFC 5280 Appendix A, ub-common-name
constexpr unsigned longest_days = 36500;
constexpr long seconds_a_day = 86400;

// Success of every step; the first failure ends the making.
void must(int outcome) {
  if (outcome <= 0) throw std::bad_alloc();
}

bool is_usable(std::string_view name) {
  const auto printable = [](char c) { return c > ' ' && c < 0x7F; };
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, printable);
}

void set_serial(const environment& env, X509* into) {
  std::array<unsigned char, 16> random{};
  must(RAND_bytes_ex(env.library(), random.data(), random.size(), 0));
  random[0] = static_cast<unsigned char>((random[0] & 0x3F) | 0x40);  // positive and never short
  const held_bignum number(or_throw(BN_bin2bn(random.data(), random.size(), nullptr)));
  or_throw(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(into)));
}

void set_validity(X509* into, unsigned days) {
  constexpr long an_hour = 3600;  // for peers whose clock is behind
  const long left = static_cast<long>(days) * seconds_a_day;
  or_throw(X509_gmtime_adj(X509_getm_notBefore(into), -an_hour));
  or_throw(X509_gmtime_adj(X509_getm_notAfter(into), left));
}

void set_names(X509* into, const std::string& name) {
  const std::string common = name.size() <= longest_common_name ? name : "schannix";
  X509_NAME* const subject = X509_get_subject_name(into);
  must(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(common.data()),
                                  static_cast<int>(common.size()), -1, 0));
  must(X509_set_issuer_name(into, subject));
}

void add_alternative(GENERAL_NAMES* to, int kind, const void* data, int size) {
  held_general_name entry(or_throw(GENERAL_NAME_new()));
  held<ASN1_STRING, ASN1_STRING_free> value(
      or_throw(ASN1_STRING_type_new(kind == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING)));
  must(ASN1_STRING_set(value.get(), data, size));
  GENERAL_NAME_set0_value(entry.get(), kind, value.release());
  must(sk_GENERAL_NAME_push(to, entry.get()));
  static_cast<void>(entry.release());  // the list owns it now
}

bool add_address(GENERAL_NAMES* to, const std::string& text) {
  std::array<unsigned char, 16> address{};
  const int family = text.find(':') != std::string::npos ? AF_INET6 : AF_INET;
  if (::inet_pton(family, text.c_str(), address.data()) != 1) return false;
  add_alternative(to, GEN_IPADD, address.data(), family == AF_INET6 ? 16 : 4);
  return true;
}

void add_extension(X509* to, int kind, bool critical, void* value) {
  must(X509_add1_ext_i2d(to, kind, value, critical, X509V3_ADD_DEFAULT));
}

void add_alternatives(X509* to, const std::string& name) {
  const held_general_names names(or_throw(GENERAL_NAMES_new()));
  if (!add_address(names.get(), name))
    add_alternative(names.get(), GEN_DNS, name.data(), static_cast<int>(name.size()));
  if (name == "localhost") {
    add_address(names.get(), "127.0.0.1");
    add_address(names.get(), "::1");
  }
  add_extension(to, NID_subject_alt_name, false, names.get());
}

// Not a CA; signs; for either end of a connection.
void add_usage(X509* to) {
  const held<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> end_entity(or_throw(BASIC_CONSTRAINTS_new()));
  add_extension(to, NID_basic_constraints, true, end_entity.get());
  const held<ASN1_BIT_STRING, ASN1_BIT_STRING_free> usage(or_throw(ASN1_BIT_STRING_new()));
  must(ASN1_BIT_STRING_set_bit(usage.get(), 0, 1));  // digitalSignature, RFC 5280 §4.2.1.3
  add_extension(to, NID_key_usage, true, usage.get());
  const held_extended_usage purposes(or_throw(EXTENDED_KEY_USAGE_new()));
  for (const int purpose : {NID_server_auth, NID_client_auth})
    must(sk_ASN1_OBJECT_push(purposes.get(), or_throw(OBJ_nid2obj(purpose))));
  add_extension(to, NID_ext_key_usage, false, purposes.get());
}

certificate make_certificate(const environment& env, const std::string& name, unsigned days, EVP_PKEY* key) {
  const auto made = share(or_throw(X509_new_ex(env.library(), nullptr)));
  must(X509_set_version(made.get(), X509_VERSION_3));
  set_serial(env, made.get());
  set_validity(made.get(), days);
  set_names(made.get(), name);
  must(X509_set_pubkey(made.get(), key));
  add_alternatives(made.get(), name);
  add_usage(made.get());
  const held<EVP_MD_CTX, EVP_MD_CTX_free> signing(or_throw(EVP_MD_CTX_new()));
  must(EVP_DigestSignInit_ex(signing.get(), nullptr, "SHA2-256", env.library(), nullptr, key, nullptr));
  must(X509_sign_ctx(made.get(), signing.get()));
  return certificate(made);
}

}  // namespace

base::result<identity> make_self_signed(const environment& env, std::string_view name, unsigned days) {
  const quiet_errors quiet;
  if (!is_usable(name) || days == 0 || days > longest_days)
    return base::caller_mistake(base::reason::invalid_parameter);
  EVP_PKEY* const generated = EVP_PKEY_Q_keygen(env.library(), nullptr, "EC", "P-256");
  if (!generated) return base::bug();
  const private_key key(share(generated));
  return identity{make_certificate(env, std::string(name), days, generated), key, std::string(name)};
}

}  // namespace schannix::engine
