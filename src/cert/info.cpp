#include "cert/info.hpp"

#include <algorithm>
#include <chrono>
#include <new>

namespace schannix::cert {
namespace {

engine::certificate_fields fields_of(const engine::certificate& of) {
  auto decoded = engine::decode(of);
  if (!decoded) throw std::bad_alloc();   // what was parsed has fields
  std::ranges::reverse(decoded->serial);  // Windows shows it least significant byte first
  return *std::move(decoded);
}

CRYPT_BIT_BLOB bits_of(base::bytes_view bytes, unsigned unused) {
  const CRYPT_INTEGER_BLOB whole = blob_of(bytes);
  return {whole.cbData, whole.pbData, unused};
}

CRYPT_ALGORITHM_IDENTIFIER shown(engine::certificate_fields::algorithm& from) {
  return {from.oid.data(), blob_of(from.parameters)};
}

}  // namespace

CRYPT_INTEGER_BLOB blob_of(base::bytes_view bytes) noexcept {
  return {static_cast<DWORD>(bytes.size()), const_cast<BYTE*>(bytes.data())};
}

base::bytes_view bytes_of(const CRYPT_INTEGER_BLOB& blob) noexcept {
  return blob.pbData ? base::bytes_view(blob.pbData, blob.cbData) : base::bytes_view();
}

FILETIME filetime_of(std::int64_t seconds) noexcept {
  constexpr std::int64_t from_1601_to_1970 = 11644473600;
  constexpr std::int64_t ticks_a_second = 10'000'000;
  const auto ticks =
      static_cast<std::uint64_t>(std::max<std::int64_t>(seconds + from_1601_to_1970, 0) * ticks_a_second);
  return {static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
}

std::uint64_t ticks_of(const FILETIME& time) noexcept {
  return std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime;
}

FILETIME time_now() {
  using namespace std::chrono;
  return filetime_of(duration_cast<seconds>(system_clock::now().time_since_epoch()).count());
}

info::info(const engine::certificate& of) : fields_(fields_of(of)) {
  for (auto& one : fields_.extensions)
    extensions_.push_back({one.oid.data(), one.critical ? TRUE : FALSE, blob_of(one.value)});
  shown_.dwVersion = fields_.version;
  shown_.SerialNumber = blob_of(fields_.serial);
  shown_.SignatureAlgorithm = cert::shown(fields_.signature);
  shown_.Issuer = blob_of(fields_.issuer);
  shown_.NotBefore = filetime_of(fields_.not_before);
  shown_.NotAfter = filetime_of(fields_.not_after);
  shown_.Subject = blob_of(fields_.subject);
  shown_.SubjectPublicKeyInfo.Algorithm = cert::shown(fields_.public_key_algorithm);
  shown_.SubjectPublicKeyInfo.PublicKey = bits_of(fields_.public_key, fields_.public_key_unused_bits);
  shown_.IssuerUniqueId = bits_of(fields_.issuer_unique_id, 0);
  shown_.SubjectUniqueId = bits_of(fields_.subject_unique_id, 0);
  shown_.cExtension = static_cast<DWORD>(extensions_.size());
  shown_.rgExtension = extensions_.data();
}

}  // namespace schannix::cert
