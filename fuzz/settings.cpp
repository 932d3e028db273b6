// What a program sets, as it comes from its own users: credential structures, lists of algorithms, target names,
// application protocols, control tokens, SCHANNIX_AEAD. All is taken or refused, with a documented status.
#include <schannix_ext.h>
#include <stdlib.h>

#include <array>
#include <span>
#include <stdexcept>
#include <vector>

#include "abi/translate/control.hpp"
#include "abi/translate/handshake_buffers.hpp"
#include "base/text.hpp"
#include "context/target.hpp"
#include "engine/environment.hpp"
#include "fuzz.hpp"

using namespace schannix;

namespace {

void acquire(fuzz::input& from, void* data) {
  const ULONG uses[] = {SECPKG_CRED_OUTBOUND, SECPKG_CRED_INBOUND, SECPKG_CRED_BOTH, 0};
  CredHandle made;
  SecInvalidateHandle(&made);
  const SECURITY_STATUS said = SchannixAcquireCredentials(uses[from.u8() % 4], data, nullptr, &made, nullptr);
  constexpr SECURITY_STATUS documented[] = {SEC_E_OK,
                                            SEC_E_UNKNOWN_CREDENTIALS,
                                            SEC_E_NO_CREDENTIALS,
                                            SEC_E_INVALID_PARAMETER,
                                            SEC_E_UNSUPPORTED_FUNCTION,
                                            SEC_E_ALGORITHM_MISMATCH};
  fuzz::demand(std::find(std::begin(documented), std::end(documented), said) != std::end(documented),
               "a documented status");
  fuzz::demand((said == SEC_E_OK) == static_cast<bool>(SecIsValidHandle(&made)),
               "a credential comes with SEC_E_OK only");
  if (said == SEC_E_OK) fuzz::demand(FreeCredentialsHandle(&made) == SEC_E_OK, "what was acquired can be freed");
}

DWORD flags(fuzz::input& from) { return from.u8() % 2 == 0 ? from.u32() : 1u << from.below(32); }

void old_credentials(fuzz::input& from) {
  PCCERT_CONTEXT none[1] = {nullptr};
  SCHANNEL_CRED data{};
  data.dwVersion = from.u8() % 16 == 0 ? from.u32() : SCHANNEL_CRED_VERSION;
  if (data.dwVersion == SCH_CREDENTIALS_VERSION) return;  // another structure
  data.cCreds = from.u8() % 8 == 0 ? 1 : 0;
  data.paCred = from.u8() % 2 == 0 ? none : nullptr;
  data.grbitEnabledProtocols = flags(from);
  data.dwMinimumCipherStrength = from.u8() % 2 == 0 ? from.u16() : from.u32();
  data.dwMaximumCipherStrength = from.u8() % 2 == 0 ? from.u16() : from.u32();
  data.dwSessionLifespan = from.u32();
  data.dwFlags = flags(from);
  data.dwCredFormat = from.u8() % 8 == 0 ? from.u8() : 0;
  constexpr ALG_ID known[] = {CALG_AES_128, CALG_AES_256, CALG_SHA_256, CALG_ECDH_EPHEM, CALG_RSA_KEYX, CALG_RSA_SIGN};
  std::vector<ALG_ID> algorithms(from.below(300));
  for (ALG_ID& one : algorithms) one = from.u8() % 4 == 0 ? from.u32() : known[from.u8() % std::size(known)];
  data.cSupportedAlgs = static_cast<DWORD>(algorithms.size());
  data.palgSupportedAlgs = algorithms.data();
  acquire(from, &data);
}

// Names from a list that CNG knows, and any other; wchar_t as it comes.
std::wstring algorithm(fuzz::input& from) {
  const wchar_t* const known[] = {
      L"AES", L"3DES", L"SHA1", L"SHA256", L"RSA", L"ECDH", L"DH", L"ChainingModeGCM", L"CHACHA20_POLY1305"};
  if (const std::size_t which = from.below(16); which < std::size(known)) return known[which];
  std::wstring made;
  for (std::size_t count = from.below(40); count > 0; --count)
    made += static_cast<wchar_t>(from.u32() >> from.below(32));
  return made;
}

UNICODE_STRING view(std::wstring& of) {
  const auto size = static_cast<USHORT>(of.size() * sizeof(WCHAR));
  return {size, size, of.data()};
}

void new_credentials(fuzz::input& from) {
  std::array<std::wstring, 8> names;
  for (std::wstring& one : names) one = algorithm(from);
  std::array<UNICODE_STRING, 4> modes{};
  std::vector<CRYPTO_SETTINGS> disabled(from.below(6));
  for (std::size_t i = 0; i < modes.size(); ++i) modes[i] = view(names[i]);
  for (CRYPTO_SETTINGS& one : disabled) {
    one.eAlgorithmUsage = static_cast<eTlsAlgorithmUsage>(from.u8() % 5);
    one.strCngAlgId = view(names[from.below(names.size())]);
    one.cChainingModes = static_cast<DWORD>(from.below(modes.size() + 1));
    one.rgstrChainingModes = from.u8() % 8 == 0 ? nullptr : modes.data();
    if (from.u8() % 2 == 0) one.dwMinBitLength = from.u16();
    if (from.u8() % 2 == 0) one.dwMaxBitLength = from.u16();
  }
  TLS_PARAMETERS parameters{};
  parameters.grbitDisabledProtocols = flags(from);
  parameters.cDisabledCrypto = static_cast<DWORD>(disabled.size());
  parameters.pDisabledCrypto = disabled.data();
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.dwFlags = flags(from);
  data.dwSessionLifespan = from.u32();
  data.cTlsParameters = static_cast<DWORD>(from.below(2));
  std::vector<TLS_PARAMETERS> several(std::max<std::size_t>(data.cTlsParameters, 1), parameters);
  several.resize(several.size() +
                 from.below(18));  // by protocol of the application: what is here a mode is there a name
  for (TLS_PARAMETERS& one : std::span(several).subspan(1)) {
    one = parameters;
    one.cAlpnIds = static_cast<DWORD>(from.below(modes.size() + 1));
    one.rgstrAlpnIds = from.u8() % 8 == 0 ? nullptr : modes.data();
    one.grbitDisabledProtocols = flags(from);
  }
  if (several.size() > 1) data.cTlsParameters = static_cast<DWORD>(several.size());
  data.pTlsParameters = several.data();
  acquire(from, &data);
}

void lists(fuzz::input& from) {
  constexpr ULONG types[] = {SECBUFFER_TOKEN, SECBUFFER_APPLICATION_PROTOCOLS, SECBUFFER_FLAGS, SECBUFFER_EMPTY};
  const ULONG type = types[from.u8() % 4];
  std::vector<char> memory;
  const std::string_view content = from.rest();
  memory.assign(content.begin(), content.end());
  SecBuffer one{static_cast<ULONG>(memory.size()), type, memory.data()};
  const SecBufferDesc list{SECBUFFER_VERSION, 1, &one};
  if (const auto read = abi::read_input(&list); read && !read->application_protocols.empty())
    fuzz::demand(read->application_protocols.size() < memory.size(), "protocols are a part of their buffer");
  (void)abi::read_control(&list);
}

void names(fuzz::input& from) {
  const std::string_view text = from.rest();
  const context::target parsed = context::parse_target(text);
  fuzz::demand(parsed.server_name.size() <= text.size() && parsed.verified_name.size() <= text.size(),
               "names get no longer");
  fuzz::demand(parsed.server_name.find('\0') == std::string::npos, "no name with NUL is sent");
  const std::wstring wide = base::from_utf8(text);
  fuzz::demand(base::from_utf8(base::to_utf8(wide)) == wide, "what was converted once stays as it is");
}

void environment(fuzz::input& from) {
  const std::string value(from.rest());
  ::setenv("SCHANNIX_AEAD", value.c_str(), 1);
  bool taken = true;
  try {
    (void)engine::process_aead_choice();
  } catch (const std::runtime_error&) {
    taken = false;
  }
  ::unsetenv("SCHANNIX_AEAD");
  const std::string text = value.c_str();
  const bool known = text == "auto" || text == "evp" || text == "ipsec-mb" || text.empty();
  fuzz::demand(taken == known, "SCHANNIX_AEAD is one of its values, or refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input from(data, size);
  constexpr void (*readers[])(fuzz::input&) = {old_credentials, new_credentials, lists, names, environment};
  readers[from.u8() % std::size(readers)](from);
  return 0;
}
