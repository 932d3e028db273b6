#include "abi/translate/crypto_settings.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/text.hpp"

namespace schannix::abi {
namespace {

const base::failure invalid = base::caller_mistake(base::reason::invalid_parameter);
const base::failure unsupported = base::caller_mistake(base::reason::unsupported);

// Length counts bytes of WCHARs, without a NUL.
std::string text_of(const UNICODE_STRING& text) {
  if (text.Buffer == nullptr) return {};
  return base::to_utf8(std::wstring_view(text.Buffer, text.Length / sizeof(WCHAR)));
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

using use = engine::disabled_algorithm::use;

std::optional<use> usage_of(eTlsAlgorithmUsage usage) {
  switch (usage) {
    case TlsParametersCngAlgUsageKeyExchange:
      return use::key_exchange;
    case TlsParametersCngAlgUsageSignature:
      return use::signature;
    case TlsParametersCngAlgUsageCipher:
      return use::cipher;
    case TlsParametersCngAlgUsageDigest:
      return use::digest;
    case TlsParametersCngAlgUsageCertSig:
      return use::certificate_signature;
  }
  return std::nullopt;
}

// Where a length cannot be looked at in time, it is not pretended that it was: a signature's key is known when it has
// signed, and so is the key that RSA's key exchange encrypts with.
bool knows_length(use usage, const std::string& name) {
  if (usage == use::key_exchange) return name != "RSA";
  return usage == use::cipher || usage == use::digest;
}

base::result<engine::disabled_algorithm> read_setting(const CRYPTO_SETTINGS& given) {
  const auto usage = usage_of(given.eAlgorithmUsage);
  if (!usage) return invalid;
  if (given.cChainingModes > SCH_CRED_MAX_SUPPORTED_CHAINING_MODES) return invalid;
  if (given.cChainingModes != 0 && given.rgstrChainingModes == nullptr) return invalid;
  if (given.strCngAlgId.Buffer == nullptr || given.strCngAlgId.Length == 0) return invalid;
  engine::disabled_algorithm made;
  made.usage = *usage;
  made.name = upper_case(text_of(given.strCngAlgId));
  if ((given.dwMinBitLength | given.dwMaxBitLength) != 0 && !knows_length(made.usage, made.name)) return unsupported;
  for (const UNICODE_STRING& mode : std::span(given.rgstrChainingModes, given.cChainingModes))
    made.modes.push_back(text_of(mode));
  made.min_bits = given.dwMinBitLength;
  made.max_bits = given.dwMaxBitLength;
  return made;
}

// Names as on the wire. RFC 7301 §3.1: 1 to 255 bytes.
base::result<std::vector<base::bytes>> read_protocols(const TLS_PARAMETERS& given) {
  constexpr std::size_t longest = 255;
  if (given.cAlpnIds > SCH_CRED_MAX_SUPPORTED_ALPN_IDS) return invalid;
  if (given.cAlpnIds != 0 && given.rgstrAlpnIds == nullptr) return invalid;
  std::vector<base::bytes> names;
  for (const UNICODE_STRING& one : std::span(given.rgstrAlpnIds, given.cAlpnIds)) {
    const std::string name = text_of(one);
    if (name.empty() || name.size() > longest) return invalid;
    names.emplace_back(name.begin(), name.end());
  }
  return names;
}

base::result<tls_parameters> read_entry(const TLS_PARAMETERS& given) {
  if (given.cDisabledCrypto > SCH_CRED_MAX_SUPPORTED_CRYPTO_SETTINGS) return invalid;
  if (given.cDisabledCrypto != 0 && given.pDisabledCrypto == nullptr) return invalid;
  tls_parameters made;
  SCHANNIX_TRY(made.protocols, read_protocols(given));
  made.disabled_protocols = given.grbitDisabledProtocols;
  for (const CRYPTO_SETTINGS& setting : std::span(given.pDisabledCrypto, given.cDisabledCrypto)) {
    SCHANNIX_TRY(auto read, read_setting(setting));
    made.disabled_algorithms.push_back(std::move(read));
  }
  return made;
}

}  // namespace

base::result<std::vector<tls_parameters>> read_parameters(const TLS_PARAMETERS* list, DWORD count, engine::role side) {
  if (count > SCH_CRED_MAX_SUPPORTED_PARAMETERS || (count != 0 && list == nullptr)) return invalid;
  if (side == engine::role::client && count > 1) return invalid;
  std::vector<tls_parameters> all(1);
  bool has_default = false;
  for (const TLS_PARAMETERS& given : std::span(list, count)) {
    SCHANNIX_TRY(tls_parameters read, read_entry(given));
    if (!read.protocols.empty()) {
      if (side == engine::role::client) return invalid;
      all.push_back(std::move(read));
    } else {
      if (std::exchange(has_default, true)) return invalid;
      all.front() = std::move(read);
    }
  }
  return all;
}

}  // namespace schannix::abi
