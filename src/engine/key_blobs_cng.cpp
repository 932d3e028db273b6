// CNG's blobs: a header of little-endian numbers, and behind it big-endian ones whose sizes the header says.
// MS ns-bcrypt-bcrypt_rsakey_blob, ns-bcrypt-bcrypt_ecckey_blob
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/environment.hpp"
#include "engine/key_blobs.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr std::uint32_t rsa_public_magic = 0x31415352, rsa_private_magic = 0x32415352, rsa_full_magic = 0x33415352;
constexpr std::uint32_t largest_number = 16384 / 8;

struct curve {
  std::uint32_t signs, agrees;  // magics of public blobs; those of private ones are one character further
  const char* group;
  key_kind kind;
  std::uint32_t size;
};
constexpr std::uint32_t next_character = 0x01000000;
constexpr curve curves[] = {{0x31534345, 0x314B4345, "P-256", key_kind::p256, 32},
                            {0x33534345, 0x334B4345, "P-384", key_kind::p384, 48},
                            {0x35534345, 0x354B4345, "P-521", key_kind::p521, 66}};

using held_secret = held<BIGNUM, BN_clear_free>;
using held_parameters = held<OSSL_PARAM, OSSL_PARAM_free>;
using held_builder = held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using held_context = held<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using held_arithmetic = held<BN_CTX, BN_CTX_free>;

base::failure mistake(base::reason why) { return base::caller_mistake(why); }

std::optional<std::uint32_t> number(base::cursor& from) {
  const auto four = from.take(4);
  if (!four) return std::nullopt;
  const base::bytes_view at = *four;
  return std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
}

void append(base::bytes& to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8) to.push_back(static_cast<base::byte>(value & 0xFF));
}

// Null: the blob ends before, or the number is empty or longer than any key's.
held_secret big(base::cursor& from, std::uint32_t size) {
  const auto bytes = size != 0 && size <= largest_number ? from.take(size) : std::nullopt;
  held_secret made(bytes ? BN_secure_new() : nullptr);
  if (made && !BN_bin2bn(bytes->data(), static_cast<int>(size), made.get())) made.reset();
  if (made) BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

// The key, when its parts fit each other.
base::result<private_key> assemble(const environment& env, const char* kind, OSSL_PARAM* parameters,
                                   int selection = EVP_PKEY_KEYPAIR) {
  const held_context context(EVP_PKEY_CTX_new_from_name(env.library(), kind, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, selection, parameters) != 1)
    return mistake(base::reason::malformed_object);
  private_key key(share(made));
  const held_context check(EVP_PKEY_CTX_new_from_pkey(env.library(), made, nullptr));
  const auto checked = selection == EVP_PKEY_KEYPAIR ? EVP_PKEY_check : EVP_PKEY_public_check;
  if (!check || checked(check.get()) != 1) return mistake(base::reason::malformed_object);
  return key;
}

// ---- RSA ----

struct rsa_numbers {
  held_secret e, n, p, q, dp, dq, inverse, d;
};

bool read_rest(base::cursor& from, std::uint32_t modulus, std::uint32_t first, std::uint32_t second,
               rsa_numbers& into) {
  into.dp = big(from, first);
  into.dq = big(from, second);
  into.inverse = big(from, first);
  into.d = big(from, modulus);
  return into.dp && into.dq && into.inverse && into.d;
}

held_secret inverse_of(const BIGNUM* value, const BIGNUM* modulus, BN_CTX* with) {
  held_secret out(BN_secure_new());
  if (out && !BN_mod_inverse(out.get(), value, modulus, with)) out.reset();
  return out;
}

held_secret less_one(const BIGNUM* value) {
  held_secret out(BN_secure_new());
  if (!out || !BN_sub(out.get(), value, BN_value_one())) return {};
  BN_set_flags(out.get(), BN_FLG_CONSTTIME);
  return out;
}

held_secret rest_of(const BIGNUM* value, const BIGNUM* modulus, BN_CTX* with) {
  held_secret out(BN_secure_new());
  if (out && !BN_mod(out.get(), value, modulus, with)) out.reset();
  return out;
}

held_secret least_common_multiple(const BIGNUM* a, const BIGNUM* b, BN_CTX* with) {
  const held_secret product(BN_secure_new()), common(BN_secure_new());
  held_secret out(BN_secure_new());
  if (!product || !common || !out || !BN_mul(product.get(), a, b, with) || !BN_gcd(common.get(), a, b, with) ||
      !BN_div(out.get(), nullptr, product.get(), common.get(), with))
    return {};
  BN_set_flags(out.get(), BN_FLG_CONSTTIME);
  return out;
}

// RSAPRIVATE leaves out what follows from the primes. RFC 8017 §3.2
bool derive_rest(rsa_numbers& of) {
  const held_arithmetic with(BN_CTX_secure_new());
  if (!with || BN_is_zero(of.p.get()) || BN_is_zero(of.q.get())) return false;
  const held_secret p1 = less_one(of.p.get()), q1 = less_one(of.q.get());
  const held_secret both = p1 && q1 ? least_common_multiple(p1.get(), q1.get(), with.get()) : nullptr;
  if (!both) return false;
  of.d = inverse_of(of.e.get(), both.get(), with.get());
  if (!of.d) return false;
  of.dp = rest_of(of.d.get(), p1.get(), with.get());
  of.dq = rest_of(of.d.get(), q1.get(), with.get());
  of.inverse = inverse_of(of.q.get(), of.p.get(), with.get());
  return of.dp && of.dq && of.inverse;
}

held_parameters parameters_of(const rsa_numbers& all) {
  const std::array parts{std::pair{OSSL_PKEY_PARAM_RSA_N, all.n.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_E, all.e.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_D, all.d.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_FACTOR1, all.p.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_FACTOR2, all.q.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_EXPONENT1, all.dp.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_EXPONENT2, all.dq.get()},
                         std::pair{OSSL_PKEY_PARAM_RSA_COEFFICIENT1, all.inverse.get()}};
  const held_builder builder(OSSL_PARAM_BLD_new());
  for (const auto& [name, value] : parts)
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), name, value) != 1) return {};
  return held_parameters(OSSL_PARAM_BLD_to_param(builder.get()));
}

base::result<private_key> read_rsa(const environment& env, base::cursor from, bool full) {
  const base::failure malformed = mistake(base::reason::malformed_object);
  const auto bits = number(from), exponent = number(from), modulus = number(from), first = number(from),
             second = number(from);
  if (!second || *modulus > largest_number) return malformed;
  rsa_numbers all;
  all.e = big(from, *exponent);
  all.n = big(from, *modulus);
  all.p = big(from, *first);
  all.q = big(from, *second);
  if (!all.e || !all.n || !all.p || !all.q || BN_num_bits(all.n.get()) != static_cast<int>(*bits)) return malformed;
  const bool whole = full ? read_rest(from, *modulus, *first, *second, all) : derive_rest(all);
  if (!whole || from.left() != 0) return malformed;
  const held_parameters parameters = parameters_of(all);
  return parameters ? assemble(env, "RSA", parameters.get()) : base::result<private_key>(malformed);
}

held_secret part_of(const private_key& key, const char* name) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key.native(), name, &value);
  return held_secret(value);
}

std::uint32_t size_of(const held_secret& value) { return static_cast<std::uint32_t>(BN_num_bytes(value.get())); }

bool append(base::bytes& to, const held_secret& value, std::uint32_t size) {
  if (!value) return false;
  to.resize(to.size() + size);  // room was reserved: nothing moves
  return BN_bn2binpad(value.get(), to.data() + to.size() - size, static_cast<int>(size)) >= 0;
}

base::result<base::private_content> rsa_of(const private_key& key, cng_form form) {
  const bool whole = form != cng_form::rsa_public;
  const held_secret n = part_of(key, OSSL_PKEY_PARAM_RSA_N), e = part_of(key, OSSL_PKEY_PARAM_RSA_E);
  const held_secret p = whole ? part_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1) : nullptr;
  const held_secret q = whole ? part_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2) : nullptr;
  if (!n || !e || (whole && (!p || !q))) return mistake(base::reason::not_found);
  const std::uint32_t first = whole ? size_of(p) : 0, second = whole ? size_of(q) : 0;
  base::bytes out;
  out.reserve(24 + size_of(e) + 2 * size_of(n) + 3 * first + 2 * second);
  append(out, !whole ? rsa_public_magic : form == cng_form::rsa_private ? rsa_private_magic : rsa_full_magic);
  for (const std::uint32_t one :
       {static_cast<std::uint32_t>(BN_num_bits(n.get())), size_of(e), size_of(n), first, second})
    append(out, one);
  bool done = append(out, e, size_of(e)) && append(out, n, size_of(n));
  if (whole) done = done && append(out, p, first) && append(out, q, second);
  if (form == cng_form::rsa_full)
    done = done && append(out, part_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT1), first) &&
           append(out, part_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT2), second) &&
           append(out, part_of(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1), first) &&
           append(out, part_of(key, OSSL_PKEY_PARAM_RSA_D), size_of(n));
  base::private_content made(std::move(out));
  if (!done) return mistake(base::reason::not_found);
  return made;
}

// ---- elliptic curves ----

base::result<private_key> read_ec(const environment& env, base::cursor from, const curve& on) {
  const base::failure malformed = mistake(base::reason::malformed_object);
  if (number(from) != on.size || from.left() != std::size_t{3} * on.size) return malformed;
  const base::bytes_view point = *from.take(std::size_t{2} * on.size);
  base::bytes uncompressed{4};  // SEC 1 §2.3.3
  uncompressed.insert(uncompressed.end(), point.begin(), point.end());
  const held_secret secret = big(from, on.size);
  const held_builder builder(OSSL_PARAM_BLD_new());
  const bool built = secret && builder &&
                     OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, on.group, 0) == 1 &&
                     OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, uncompressed.data(),
                                                      uncompressed.size()) == 1 &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) == 1;
  const held_parameters parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
  return parameters ? assemble(env, "EC", parameters.get()) : base::result<private_key>(malformed);
}

base::result<base::private_content> ec_of(const private_key& key, const curve& on, bool whole) {
  base::bytes out;
  out.reserve(8 + std::size_t{3} * on.size);
  append(out, on.signs + (whole ? next_character : 0));
  append(out, on.size);
  const bool done = append(out, part_of(key, OSSL_PKEY_PARAM_EC_PUB_X), on.size) &&
                    append(out, part_of(key, OSSL_PKEY_PARAM_EC_PUB_Y), on.size) &&
                    (!whole || append(out, part_of(key, OSSL_PKEY_PARAM_PRIV_KEY), on.size));
  base::private_content made(std::move(out));
  if (!done) return mistake(base::reason::not_found);
  return made;
}

// ---- public ones ----

base::result<private_key> read_rsa_public(const environment& env, base::cursor from) {
  const base::failure malformed = mistake(base::reason::malformed_object);
  const auto bits = number(from), exponent = number(from), modulus = number(from), first = number(from),
             second = number(from);
  if (!second || *first != 0 || *second != 0) return malformed;
  const held_secret e = big(from, *exponent), n = big(from, *modulus);
  if (!e || !n || from.left() != 0 || BN_num_bits(n.get()) != static_cast<int>(*bits)) return malformed;
  const held_builder builder(OSSL_PARAM_BLD_new());
  const bool built = builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
  const held_parameters parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
  return parameters ? assemble(env, "RSA", parameters.get(), EVP_PKEY_PUBLIC_KEY)
                    : base::result<private_key>(malformed);
}

base::result<private_key> read_ec_public(const environment& env, base::cursor from, const curve& on) {
  const base::failure malformed = mistake(base::reason::malformed_object);
  if (number(from) != on.size || from.left() != std::size_t{2} * on.size) return malformed;
  const base::bytes_view point = *from.take(std::size_t{2} * on.size);
  base::bytes uncompressed{4};  // SEC 1 §2.3.3
  uncompressed.insert(uncompressed.end(), point.begin(), point.end());
  const held_builder builder(OSSL_PARAM_BLD_new());
  const bool built = builder &&
                     OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, on.group, 0) == 1 &&
                     OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, uncompressed.data(),
                                                      uncompressed.size()) == 1;
  const held_parameters parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
  return parameters ? assemble(env, "EC", parameters.get(), EVP_PKEY_PUBLIC_KEY) : base::result<private_key>(malformed);
}

}  // namespace

base::result<private_key> read_cng(const environment& env, base::bytes_view blob) {
  const own_errors errors;
  base::cursor from(blob);
  const auto magic = number(from);
  if (magic == rsa_private_magic || magic == rsa_full_magic) return read_rsa(env, from, magic == rsa_full_magic);
  for (const curve& one : curves)
    if (magic == one.signs + next_character || magic == one.agrees + next_character) return read_ec(env, from, one);
  return mistake(base::reason::malformed_object);
}

base::result<private_key> read_cng_public(const environment& env, base::bytes_view blob) {
  const own_errors errors;
  base::cursor from(blob);
  const auto magic = number(from);
  if (magic == rsa_public_magic) return read_rsa_public(env, from);
  for (const curve& one : curves)
    if (magic == one.signs || magic == one.agrees) return read_ec_public(env, from, one);
  return mistake(base::reason::malformed_object);
}

base::result<base::private_content> cng_of(const private_key& key, cng_form form) {
  const own_errors errors;
  const key_kind kind = kind_of(key);
  const bool of_curve = form == cng_form::ec_public || form == cng_form::ec_private;
  if (kind == key_kind::rsa && !of_curve) return rsa_of(key, form);
  const auto on = std::ranges::find(curves, kind, &curve::kind);
  if (!of_curve || on == std::end(curves)) return mistake(base::reason::unsupported);
  return ec_of(key, *on, form == cng_form::ec_private);
}

}  // namespace schannix::engine
