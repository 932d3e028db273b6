#include "abi/translate/crypto_settings.hpp"

#include <algorithm>
#include <optional>
#include <span>

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

std::optional<engine::disabled_algorithm::use> usage_of(eTlsAlgorithmUsage usage) {
  switch (usage) {
    case TlsParametersCngAlgUsageKeyExchange:
      return engine::disabled_algorithm::use::key_exchange;
    case TlsParametersCngAlgUsageCipher:
      return engine::disabled_algorithm::use::cipher;
    case TlsParametersCngAlgUsageDigest:
      return engine::disabled_algorithm::use::digest;
    case TlsParametersCngAlgUsageSignature:
    case TlsParametersCngAlgUsageCertSig:
      return std::nullopt;
  }
  return std::nullopt;
}

base::result<engine::disabled_algorithm> read_setting(const CRYPTO_SETTINGS& given) {
  const auto usage = usage_of(given.eAlgorithmUsage);
  if (!usage) return unsupported;
  if (given.cChainingModes > SCH_CRED_MAX_SUPPORTED_CHAINING_MODES) return invalid;
  if (given.cChainingModes != 0 && given.rgstrChainingModes == nullptr) return invalid;
  if (given.strCngAlgId.Buffer == nullptr || given.strCngAlgId.Length == 0) return invalid;
  // Key exchange by length would mean single groups; that is not narrowed yet, so it is not pretended either.
  if (*usage == engine::disabled_algorithm::use::key_exchange && (given.dwMinBitLength | given.dwMaxBitLength) != 0)
    return unsupported;
  engine::disabled_algorithm made;
  made.usage = *usage;
  made.name = upper_case(text_of(given.strCngAlgId));
  for (const UNICODE_STRING& mode : std::span(given.rgstrChainingModes, given.cChainingModes))
    made.modes.push_back(text_of(mode));
  made.min_bits = given.dwMinBitLength;
  made.max_bits = given.dwMaxBitLength;
  return made;
}

}  // namespace

base::result<tls_parameters> read_parameters(const TLS_PARAMETERS* list, DWORD count, engine::role side) {
  if (count > SCH_CRED_MAX_SUPPORTED_PARAMETERS || (count != 0 && list == nullptr)) return invalid;
  if (side == engine::role::client && count > 1) return invalid;
  tls_parameters made;
  for (const TLS_PARAMETERS& given : std::span(list, count)) {
    if (given.cAlpnIds != 0 && side == engine::role::client) return invalid;
    if (given.cAlpnIds != 0 || count > 1) return unsupported;  // parameters selected by ALPN
    if (given.cDisabledCrypto > SCH_CRED_MAX_SUPPORTED_CRYPTO_SETTINGS) return invalid;
    if (given.cDisabledCrypto != 0 && given.pDisabledCrypto == nullptr) return invalid;
    made.disabled_protocols = given.grbitDisabledProtocols;
    for (const CRYPTO_SETTINGS& setting : std::span(given.pDisabledCrypto, given.cDisabledCrypto)) {
      SCHANNIX_TRY(auto read, read_setting(setting));
      made.disabled_algorithms.push_back(std::move(read));
    }
  }
  return made;
}

}  // namespace schannix::abi
