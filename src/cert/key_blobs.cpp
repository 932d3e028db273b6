#include "cert/key_blobs.hpp"

#include <algorithm>
#include <array>

namespace schannix::cert {
namespace {

using base::bytes_view;

constexpr base::byte public_blob = 6, private_blob = 7, blob_version = 2;
constexpr std::uint32_t rsa_key_exchange = CALG_RSA_KEYX;
constexpr std::uint32_t capi_public = 0x31415352, capi_private = 0x32415352;  // "RSA1", "RSA2"
constexpr std::uint32_t cng_public = 0x31415352, cng_private = 0x32415352;
constexpr std::size_t capi_header = 20, cng_header = 24;
constexpr std::size_t largest_modulus = 2048;  // bytes

struct part {
  bytes_view number;  // most significant byte first
  std::size_t size;   // in the blob
};

bytes_view significant(bytes_view number) {
  while (!number.empty() && number[0] == 0) number = number.subspan(1);
  return number;
}

base::failure malformed() { return base::caller_mistake(base::reason::malformed_object); }

// Writes through a flat, from front to back.
class writer {
 public:
  writer(flat& into, std::size_t size) : into_(into), at_(into.room(size)) {}
  void byte(base::byte value) { into_.set(at_++, value); }
  void number(std::uint32_t value) {
    into_.set(at_, value);  // least significant byte first, as the machine's
    at_ += sizeof value;
  }
  bool reversed(const part& one) { return write(one, true); }
  bool straight(const part& one) { return write(one, false); }

 private:
  bool write(const part& one, bool reversed) {
    const bytes_view number = significant(one.number);
    if (number.size() > one.size) return false;
    const std::size_t padding = one.size - number.size();
    for (std::size_t i = 0; i < number.size(); ++i)
      into_.set(at_ + (reversed ? i : padding + i), reversed ? number[number.size() - 1 - i] : number[i]);
    at_ += one.size;
    return true;
  }

  flat& into_;
  std::size_t at_;
};

std::size_t total(std::size_t header, std::initializer_list<part> parts) {
  for (const part& one : parts) header += one.size;
  return header;
}

std::uint32_t small(bytes_view exponent) {
  std::uint32_t value = 0;
  for (const base::byte one : significant(exponent)) value = value << 8 | one;
  return value;
}

bool usable(bytes_view modulus, bytes_view exponent, std::size_t exponent_size) {
  return significant(modulus).size() <= largest_modulus && significant(exponent).size() <= exponent_size;
}

base::result<void> capi(base::byte type, bytes_view modulus, bytes_view exponent, std::initializer_list<part> parts,
                        flat& into) {
  if (!usable(modulus, exponent, sizeof(std::uint32_t))) return malformed();
  writer to(into, total(capi_header, parts));
  to.byte(type);
  to.byte(blob_version);
  to.byte(0);
  to.byte(0);
  to.number(rsa_key_exchange);
  to.number(type == public_blob ? capi_public : capi_private);
  to.number(static_cast<std::uint32_t>(significant(modulus).size() * 8));
  to.number(small(exponent));
  for (const part& one : parts)
    if (!to.reversed(one)) return malformed();
  return {};
}

base::result<void> cng(std::uint32_t magic, std::initializer_list<part> parts, std::array<std::size_t, 2> primes,
                       flat& into) {
  const part& exponent = *parts.begin();
  const part& modulus = *(parts.begin() + 1);
  if (!usable(modulus.number, exponent.number, largest_modulus)) return malformed();
  writer to(into, total(cng_header, parts));
  to.number(magic);
  to.number(static_cast<std::uint32_t>(modulus.size * 8));
  to.number(static_cast<std::uint32_t>(exponent.size));
  to.number(static_cast<std::uint32_t>(modulus.size));
  for (const std::size_t one : primes) to.number(static_cast<std::uint32_t>(one));
  for (const part& one : parts)
    if (!to.straight(one)) return malformed();
  return {};
}

part whole(bytes_view number) { return {number, significant(number).size()}; }

std::uint32_t number_at(const base::byte* from) {
  return std::uint32_t{from[0]} | std::uint32_t{from[1]} << 8 | std::uint32_t{from[2]} << 16 |
         std::uint32_t{from[3]} << 24;
}

}  // namespace

base::result<void> put_capi_blob(const engine::rsa_public_value& key, flat& into) {
  return capi(public_blob, key.modulus, key.exponent, {whole(key.modulus)}, into);
}

base::result<void> put_capi_blob(const engine::rsa_private_value& key, flat& into) {
  const std::size_t size = significant(key.modulus).size(), half = (size + 1) / 2;
  return capi(private_blob, key.modulus, key.public_exponent,
              {{key.modulus, size},
               {key.prime1.view(), half},
               {key.prime2.view(), half},
               {key.exponent1.view(), half},
               {key.exponent2.view(), half},
               {key.coefficient.view(), half},
               {key.private_exponent.view(), size}},
              into);
}

base::result<void> put_cng_blob(const engine::rsa_public_value& key, flat& into) {
  return cng(cng_public, {whole(key.exponent), whole(key.modulus)}, {0, 0}, into);
}

base::result<void> put_cng_blob(const engine::rsa_private_value& key, flat& into) {
  const part first = whole(key.prime1.view()), second = whole(key.prime2.view());
  return cng(cng_private, {whole(key.public_exponent), whole(key.modulus), first, second}, {first.size, second.size},
             into);
}

base::result<engine::rsa_public_value> read_capi_blob(const base::byte* from) {
  const std::uint32_t bits = number_at(from + 12);
  if (from[0] != public_blob || from[1] != blob_version || number_at(from + 8) != capi_public || bits == 0 ||
      bits % 8 != 0 || bits / 8 > largest_modulus)
    return base::caller_mistake(base::reason::invalid_parameter);
  engine::rsa_public_value out{base::bytes(from + capi_header, from + capi_header + bits / 8),
                               base::bytes(from + 16, from + capi_header)};
  std::ranges::reverse(out.modulus);
  std::ranges::reverse(out.exponent);
  return out;
}

}  // namespace schannix::cert
