// Words of TLS that several rooms share.
#pragma once

#include <cstdint>

namespace schannix::engine {

enum class role : std::uint8_t { client, server };

constexpr role peer_of(role side) { return side == role::client ? role::server : role::client; }

// Wire values. RFC 8446 §4.1.2
enum class tls_version : std::uint16_t { tls10 = 0x0301, tls11 = 0x0302, tls12 = 0x0303, tls13 = 0x0304 };

// A set of versions, one bit each.
class version_set {
 public:
  constexpr version_set() = default;
  static constexpr version_set of(std::uint8_t bits) {
    version_set made;
    made.bits_ = bits;
    return made;
  }
  static constexpr std::uint8_t bit(tls_version version) {
    return static_cast<std::uint8_t>(1u << (static_cast<unsigned>(version) - 0x0301u));
  }
  constexpr bool has(tls_version version) const { return (bits_ & bit(version)) != 0; }
  constexpr void add(tls_version version) { bits_ = static_cast<std::uint8_t>(bits_ | bit(version)); }
  constexpr void remove(tls_version version) { bits_ = static_cast<std::uint8_t>(bits_ & ~bit(version)); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has_old() const { return has(tls_version::tls10) || has(tls_version::tls11); }
  constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr auto operator<=>(version_set, version_set) = default;
  friend constexpr version_set operator|(version_set a, version_set b) {
    return of(static_cast<std::uint8_t>(a.bits_ | b.bits_));
  }
  friend constexpr version_set operator&(version_set a, version_set b) {
    return of(static_cast<std::uint8_t>(a.bits_ & b.bits_));
  }

 private:
  std::uint8_t bits_ = 0;
};

constexpr version_set all_versions = version_set::of(0x0F);
constexpr version_set modern_versions = version_set::of(0x0C);  // 1.2 and 1.3: the default

// Alert levels and the descriptions that code names. RFC 8446 §6
namespace alert {
constexpr std::uint8_t warning = 1;
constexpr std::uint8_t fatal = 2;
constexpr std::uint8_t close_notify = 0;
constexpr std::uint8_t unexpected_message = 10;
constexpr std::uint8_t bad_record_mac = 20;
constexpr std::uint8_t decryption_failed = 21;
constexpr std::uint8_t record_overflow = 22;
constexpr std::uint8_t handshake_failure = 40;
constexpr std::uint8_t bad_certificate = 42;
constexpr std::uint8_t unsupported_certificate = 43;
constexpr std::uint8_t certificate_revoked = 44;
constexpr std::uint8_t certificate_expired = 45;
constexpr std::uint8_t certificate_unknown = 46;
constexpr std::uint8_t unknown_ca = 48;
constexpr std::uint8_t decode_error = 50;
constexpr std::uint8_t decrypt_error = 51;
constexpr std::uint8_t protocol_version = 70;
constexpr std::uint8_t insufficient_security = 71;
constexpr std::uint8_t internal_error = 80;
constexpr std::uint8_t user_canceled = 90;
constexpr std::uint8_t no_renegotiation = 100;
constexpr std::uint8_t no_application_protocol = 120;
}  // namespace alert

}  // namespace schannix::engine
