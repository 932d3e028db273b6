#include "interop/cell.hpp"

#include <array>

namespace schannix::test::interop {
namespace {

using sspi::tls;

UNICODE_STRING counted(std::wstring& text) {
  const auto bytes = static_cast<USHORT>(text.size() * sizeof(WCHAR));
  return {bytes, bytes, text.data()};
}

// The CRYPTO_SETTINGS that leave one cipher alone, and the strings that they point to.
class all_but {
 public:
  explicit all_but(cipher left) {
    if (left == cipher::chacha20) {
      settings_ = {setting(aes_, nullptr, 0)};
    } else {
      const DWORD other_length = left == cipher::aes_128_gcm ? 256 : 128;
      settings_ = {setting(chacha20_, nullptr, 0), setting(aes_, &cbc_, 0), setting(aes_, &gcm_, other_length)};
    }
  }
  all_but(const all_but&) = delete;
  all_but& operator=(const all_but&) = delete;
  const std::vector<CRYPTO_SETTINGS>& settings() const { return settings_; }

 private:
  // No mode: every mode; 0 bits: every length.
  static CRYPTO_SETTINGS setting(std::wstring& name, UNICODE_STRING* mode, DWORD bits) {
    return {TlsParametersCngAlgUsageCipher, counted(name), mode == nullptr ? 0U : 1U, mode, bits, bits};
  }

  std::wstring aes_ = L"AES", chacha20_ = L"CHACHA20_POLY1305";
  std::wstring gcm_name_ = L"ChainingModeGCM", cbc_name_ = L"ChainingModeCBC";
  UNICODE_STRING gcm_ = counted(gcm_name_), cbc_ = counted(cbc_name_);
  std::vector<CRYPTO_SETTINGS> settings_;
};

std::string name_of(cipher bulk) {
  switch (bulk) {
    case cipher::aes_128_gcm:
      return "AES128GCM";
    case cipher::aes_256_gcm:
      return "AES256GCM";
    case cipher::chacha20:
      return "CHACHA20";
  }
  return {};
}

std::string name_of(ending end) {
  switch (end) {
    case ending::we_close_first:
      return "WeCloseFirst";
    case ending::peer_closes_first:
      return "PeerClosesFirst";
    case ending::cut:
      return "Cut";
    case ending::killed:
      return "Killed";
  }
  return {};
}

}  // namespace

std::string name_of(const cell& one) {
  return std::string(one.version == tls::v1_3 ? "TLS13" : "TLS12") +
         (one.key == pki::key_kind::rsa2048 ? "_RSA_" : "_ECDSA_") + name_of(one.bulk) + "_" + name_of(one.end);
}

std::ostream& operator<<(std::ostream& out, const cell& one) { return out << name_of(one); }

std::vector<cell> all_cells() {
  std::vector<cell> all;
  for (const auto version : {tls::v1_2, tls::v1_3})
    for (const auto key : {pki::key_kind::rsa2048, pki::key_kind::p256})
      for (const auto bulk : {cipher::aes_128_gcm, cipher::aes_256_gcm, cipher::chacha20})
        for (const auto end : {ending::we_close_first, ending::peer_closes_first, ending::cut})
          all.push_back({version, key, bulk, end});
  for (const auto version : {tls::v1_2, tls::v1_3})
    all.push_back({version, pki::key_kind::p256, cipher::aes_128_gcm, ending::killed});
  return all;
}

DWORD expected_version(const cell& one) { return one.version == tls::v1_3 ? 0x0304 : 0x0303; }

DWORD expected_suite(const cell& one) {
  constexpr std::array<DWORD, 3> tls_1_3{0x1301, 0x1302, 0x1303};
  constexpr std::array<DWORD, 3> ecdhe_rsa{0xC02F, 0xC030, 0xCCA8};
  constexpr std::array<DWORD, 3> ecdhe_ecdsa{0xC02B, 0xC02C, 0xCCA9};
  const auto& row = one.version == tls::v1_3 ? tls_1_3 : one.key == pki::key_kind::rsa2048 ? ecdhe_rsa : ecdhe_ecdsa;
  return row[static_cast<std::size_t>(one.bulk)];
}

sspi::credential credential_for(const cell& one, sspi::role side) {
  const all_but left(one.bulk);
  sspi::credential_options options{.side = side, .version = one.version, .disabled = left.settings()};
  if (side == sspi::role::server) {
    options.certificates = {sspi::server_certificate(one.key).get()};
  } else {
    options.flags = SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    options.extra_roots = {sspi::root_certificate().get()};
  }
  return sspi::credential(options);
}

}  // namespace schannix::test::interop
