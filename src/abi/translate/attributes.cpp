#include "abi/translate/attributes.hpp"

#include <schannix_ext.h>

#include <algorithm>
#include <type_traits>

#include "abi/translate/algorithms.hpp"
#include "abi/translate/certificate_attributes.hpp"
#include "abi/translate/close_report.hpp"
#include "abi/translate/credentials.hpp"
#include "abi/translate/eap_keys.hpp"
#include "abi/translate/keying_material.hpp"
#include "abi/translate/memory.hpp"
#include "abi/translate/negotiated_attributes.hpp"
#include "abi/translate/packages.hpp"
#include "abi/translate/session_data.hpp"
#include "abi/translate/status.hpp"
#include "abi/translate/time.hpp"
#include "abi/translate/validation_result.hpp"
#include "cert/context.hpp"

namespace schannix::abi {
namespace {

using engine::handshake_facts;

template <typename Narrow, typename Wide, typename Kind>
using by_kind = std::conditional_t<std::is_same_v<Kind, SEC_CHAR>, Narrow, Wide>;

// ---- sizes ----

SECURITY_STATUS stream_sizes(const context::connection& of, void* into) {
  const auto sizes = of.sizes();
  if (!sizes) return status_of(sizes.error());
  as<SecPkgContext_StreamSizes>(into) = {
      static_cast<ULONG>(sizes->around.header), static_cast<ULONG>(sizes->around.trailer),
      static_cast<ULONG>(sizes->max_message), 4, static_cast<ULONG>(sizes->around.block)};
  return SEC_E_OK;
}

SECURITY_STATUS sizes(const context::connection& of, void* into) {
  const auto found = of.sizes();
  if (!found) return status_of(found.error());
  const auto trailer = static_cast<ULONG>(found->around.trailer), header = static_cast<ULONG>(found->around.header);
  as<SecPkgContext_Sizes>(into) = {max_token_size, trailer, static_cast<ULONG>(found->around.block), header + trailer};
  return SEC_E_OK;
}

// ---- what was negotiated ----

SECURITY_STATUS connection_info(const handshake_facts& facts, engine::role side, void* into) {
  const cipher_name cipher = name_of(facts.cipher);
  const digest_name hash = name_of(facts.mac.value_or(facts.handshake_hash));
  as<SecPkgContext_ConnectionInfo>(into) = {protocol_bit(facts.version, side), cipher.id,          cipher.bits, hash.id,
                                            facts.mac ? hash.bits : 0,  // an AEAD has no MAC: Windows says strength 0
                                            name_of(facts.exchange).id,        facts.exchange_bits};
  return SEC_E_OK;
}

SECURITY_STATUS cipher_info(const handshake_facts& facts, void* into) {
  auto& info = as<SecPkgContext_CipherInfo>(into);
  if (info.dwVersion != SECPKGCONTEXT_CIPHERINFO_V1) return SEC_E_INVALID_PARAMETER;
  const cipher_name cipher = name_of(facts.cipher);
  const digest_name hash = facts.mac ? name_of(*facts.mac) : digest_name{};
  info.dwProtocol = static_cast<DWORD>(facts.version);
  info.dwCipherSuite = info.dwBaseCipherSuite = facts.suite;
  copy_text(facts.suite_name, info.szCipherSuite);
  copy_text(cipher.name, info.szCipher);
  info.dwCipherLen = cipher.bits;
  info.dwCipherBlockLen = cipher.block_bytes;
  copy_text(hash.name, info.szHash);
  info.dwHashLen = hash.bits;
  copy_text(name_of(facts.exchange).name, info.szExchange);
  info.dwMinExchangeLen = 0;
  info.dwMaxExchangeLen = 65536;
  copy_text(name_of(facts.server_key).name, info.szCertificate);
  info.dwKeyType = facts.group;
  return SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS key_info(const handshake_facts& facts, void* into) {
  using info = by_kind<SecPkgContext_KeyInfoA, SecPkgContext_KeyInfoW, Kind>;
  const signature_name signature = name_of(facts.server_key);
  const cipher_name cipher = name_of(facts.cipher);
  auto* const signature_text = allocate_text(signature.name, Kind{});
  as<info>(into) = {signature_text, allocate_text(cipher.name, Kind{}), cipher.bits, signature.id, cipher.id};
  return SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS proto_info(const handshake_facts& facts, void* into) {
  using info = by_kind<SecPkgContext_ProtoInfoA, SecPkgContext_ProtoInfoW, Kind>;
  const auto minor = static_cast<ULONG>(facts.version) - 0x0301u;  // TLS 1.0 is wire version 3.1
  as<info>(into) = {allocate_text(name_of(facts.version), Kind{}), 1, minor};
  return SEC_E_OK;
}

SECURITY_STATUS application_protocol(const handshake_facts& facts, void* into) {
  auto& info = as<SecPkgContext_ApplicationProtocol>(into);
  info = {};
  const base::bytes& protocol = facts.application_protocol;
  if (protocol.empty()) return SEC_E_OK;
  info.ProtoNegoStatus = SecApplicationProtocolNegotiationStatus_Success;
  info.ProtoNegoExt = SecApplicationProtocolNegotiationExt_ALPN;
  info.ProtocolIdSize = static_cast<UCHAR>(protocol.size());
  std::copy(protocol.begin(), protocol.end(), info.ProtocolId);
  return SEC_E_OK;
}

SECURITY_STATUS session_info(const handshake_facts& facts, void* into) {
  auto& info = as<SecPkgContext_SessionInfo>(into);
  info = {};
  info.dwFlags = facts.resumed ? SSL_SESSION_RECONNECT : 0;
  const std::size_t size = std::min(facts.session_id.size(), sizeof info.rgbSessionId);
  info.cbSessionId = static_cast<DWORD>(size);
  std::copy_n(facts.session_id.begin(), size, info.rgbSessionId);
  return SEC_E_OK;
}

// ---- certificates ----

SECURITY_STATUS remote_certificate(const context::connection& of, void* into) {
  const std::vector<engine::certificate> chain = of.peer_certificates();
  if (chain.empty()) return SEC_E_NO_CREDENTIALS;
  as<PCCERT_CONTEXT>(into) = cert::make_context({chain.front(), std::nullopt, {}}, {chain.begin() + 1, chain.end()});
  return SEC_E_OK;
}

SECURITY_STATUS local_certificate(const handshake_facts& facts, void* into) {
  if (!facts.local_certificate) return SEC_E_NO_CREDENTIALS;
  as<PCCERT_CONTEXT>(into) = cert::make_context({*facts.local_certificate, std::nullopt, {}}, {});
  return SEC_E_OK;
}

// One block: the blobs, then the names that they point to. Freeing aIssuers frees it all.
SECURITY_STATUS issuer_list(const context::connection& of, void* into) {
  if (of.side() == engine::role::server) return SEC_E_UNSUPPORTED_FUNCTION;
  const std::vector<base::bytes>& names = of.wanted_issuers();
  as<SecPkgContext_IssuerListInfoEx>(into) = {};
  if (names.empty()) return SEC_E_OK;
  std::size_t size = names.size() * sizeof(CERT_NAME_BLOB);
  for (const base::bytes& one : names) size += one.size();
  auto* const blobs = static_cast<CERT_NAME_BLOB*>(allocate(size));
  auto* at = reinterpret_cast<BYTE*>(blobs + names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    blobs[i] = {static_cast<DWORD>(names[i].size()), at};
    at = std::copy(names[i].begin(), names[i].end(), at);
  }
  as<SecPkgContext_IssuerListInfoEx>(into) = {blobs, static_cast<DWORD>(names.size())};
  return SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS names(const handshake_facts& facts, void* into) {
  using info = by_kind<SecPkgContext_NamesA, SecPkgContext_NamesW, Kind>;
  if (facts.peer_certificates.empty()) return SEC_E_NO_CREDENTIALS;
  as<info>(into) = {allocate_text(engine::subject_text(facts.peer_certificates.front()), Kind{})};
  return SEC_E_OK;
}

// ---- channel bindings: a header of zeros but for the application data, then prefix and value. spec 7.2 ----

SECURITY_STATUS bindings(std::string_view prefix, base::bytes_view value, void* into) {
  constexpr std::size_t header_size = sizeof(SEC_CHANNEL_BINDINGS);
  const std::size_t data_size = prefix.size() + value.size();
  auto* const block = static_cast<base::byte*>(allocate(header_size + data_size));
  auto* const header = reinterpret_cast<SEC_CHANNEL_BINDINGS*>(block);
  header->cbApplicationDataLength = static_cast<ULONG>(data_size);
  header->dwApplicationDataOffset = static_cast<ULONG>(header_size);
  std::copy(prefix.begin(), prefix.end(), block + header_size);
  std::copy(value.begin(), value.end(), block + header_size + prefix.size());
  as<SecPkgContext_Bindings>(into) = {static_cast<ULONG>(header_size + data_size), header};
  return SEC_E_OK;
}

SECURITY_STATUS unique_bindings(const handshake_facts& facts, void* into) {
  if (facts.first_finished.empty()) return SEC_E_UNSUPPORTED_FUNCTION;  // TLS 1.3 has no tls-unique
  return bindings("tls-unique:", facts.first_finished, into);
}

SECURITY_STATUS endpoint_bindings(const handshake_facts& facts, engine::role side, void* into) {
  const engine::certificate* server = nullptr;
  if (side == engine::role::server && facts.local_certificate) server = &*facts.local_certificate;
  if (side == engine::role::client && !facts.peer_certificates.empty()) server = &facts.peer_certificates.front();
  if (server == nullptr) return SEC_E_NO_CREDENTIALS;
  const base::bytes hash = engine::end_point_hash(the_environment(), *server);
  if (hash.empty())
    return SEC_E_UNSUPPORTED_FUNCTION;  // a signature without a hash of its own: RFC 5929 §4.1 has no rule
  return bindings("tls-server-end-point:", hash, into);
}

// Attributes of the finished handshake.
template <typename Kind>
SECURITY_STATUS query_facts(const handshake_facts& facts, engine::role side, ULONG attribute, void* into) {
  switch (attribute) {
    case SECPKG_ATTR_CONNECTION_INFO:
      return connection_info(facts, side, into);
    case SECPKG_ATTR_CIPHER_INFO:
      return cipher_info(facts, into);
    case SECPKG_ATTR_KEY_INFO:
      return key_info<Kind>(facts, into);
    case SECPKG_ATTR_PROTO_INFO:
      return proto_info<Kind>(facts, into);
    case SECPKG_ATTR_APPLICATION_PROTOCOL:
      return application_protocol(facts, into);
    case SECPKG_ATTR_SESSION_INFO:
      return session_info(facts, into);
    case SECPKG_ATTR_LOCAL_CERT_CONTEXT:
      return local_certificate(facts, into);
    case SECPKG_ATTR_NAMES:
      return names<Kind>(facts, into);
    case SECPKG_ATTR_UNIQUE_BINDINGS:
      return unique_bindings(facts, into);
    case SECPKG_ATTR_ENDPOINT_BINDINGS:
      return endpoint_bindings(facts, side, into);
    default:
      return SEC_E_UNSUPPORTED_FUNCTION;
  }
}

bool needs_facts(ULONG attribute) {
  constexpr ULONG known[] = {SECPKG_ATTR_CONNECTION_INFO,      SECPKG_ATTR_CIPHER_INFO,  SECPKG_ATTR_KEY_INFO,
                             SECPKG_ATTR_PROTO_INFO,           SECPKG_ATTR_SESSION_INFO, SECPKG_ATTR_LOCAL_CERT_CONTEXT,
                             SECPKG_ATTR_APPLICATION_PROTOCOL, SECPKG_ATTR_NAMES,        SECPKG_ATTR_UNIQUE_BINDINGS,
                             SECPKG_ATTR_ENDPOINT_BINDINGS};
  return std::find(std::begin(known), std::end(known), attribute) != std::end(known);
}

// ---- credentials ----

template <typename Kind>
SECURITY_STATUS credential_names(const credential::credential& of, void* into) {
  using info = by_kind<SecPkgCredentials_NamesA, SecPkgCredentials_NamesW, Kind>;
  if (of.identities().empty()) return SEC_E_NO_CREDENTIALS;
  as<info>(into) = {allocate_text(engine::subject_text(of.identities().front().leaf), Kind{})};
  return SEC_E_OK;
}

SECURITY_STATUS supported_algorithms(void* into) {
  constexpr ALG_ID known[] = {CALG_AES_128,  CALG_AES_256, CALG_SHA1,     CALG_SHA_256,    CALG_SHA_384,
                              CALG_RSA_SIGN, CALG_ECDSA,   CALG_RSA_KEYX, CALG_ECDH_EPHEM, CALG_DH_EPHEM};
  auto* const list = static_cast<ALG_ID*>(allocate(sizeof known));
  std::copy(std::begin(known), std::end(known), list);
  as<SecPkgCred_SupportedAlgs>(into) = {static_cast<DWORD>(std::size(known)), list};
  return SEC_E_OK;
}

SECURITY_STATUS cipher_strengths(const credential::credential& of, void* into) {
  const engine::cipher_limits& limits = of.rules().ciphers;
  as<SecPkgCred_CipherStrengths>(into) = {std::max(limits.min_strength, 128u),
                                          limits.max_strength == 0 ? 256u : std::min(limits.max_strength, 256u)};
  return SEC_E_OK;
}

}  // namespace

template <typename Kind>
SECURITY_STATUS query_context(const context_object& of, ULONG attribute, void* into) {
  if (into == nullptr) return SEC_E_INTERNAL_ERROR;
  const context::connection& connection = *of.connection;
  switch (attribute) {
    case SECPKG_ATTR_STREAM_SIZES:
      return stream_sizes(connection, into);
    case SECPKG_ATTR_SIZES:
      return sizes(connection, into);
    case SECPKG_ATTR_REMOTE_CERT_CONTEXT:
    case SECPKG_ATTR_REMOTE_CERT_CHAIN:
      return remote_certificate(connection, into);
    case SECPKG_ATTR_ISSUER_LIST_EX:
      return issuer_list(connection, into);
    case SECPKG_ATTR_CERT_CHECK_RESULT:
    case SECPKG_ATTR_CERT_CHECK_RESULT_INPROC:
      return validation_result(connection, into);
    case SECPKG_ATTR_EAP_KEY_BLOCK:
      return eap_key_block(of, into);
    case SECPKG_ATTR_KEYING_MATERIAL:
      return keying_material(of, into);
    case SECPKG_ATTR_KEYING_MATERIAL_INPROC:
      return keying_material_inproc(of, into);
    case SECPKG_ATTR_APP_DATA:
      return session_data(of, into);
    case SCHANNIX_ATTR_CLOSE_REPORT:
      return query_close_report(of, into);
    case SECPKG_ATTR_FLAGS:
      as<SecPkgContext_Flags>(into) = {of.returned_attributes};
      return SEC_E_OK;
    case SECPKG_ATTR_PACKAGE_INFO:
      as<by_kind<SecPkgContext_PackageInfoA, SecPkgContext_PackageInfoW, Kind>>(into) = {describe(unisp(), Kind{})};
      return SEC_E_OK;
    default:
      break;
  }
  if (const auto said = query_certificates<Kind>(connection, attribute, into)) return *said;
  if (const auto said = query_negotiated(connection, attribute, into)) return *said;
  if (!needs_facts(attribute)) return SEC_E_UNSUPPORTED_FUNCTION;
  if (connection.facts() == nullptr) return SEC_E_INVALID_HANDLE;
  return query_facts<Kind>(*connection.facts(), connection.side(), attribute, into);
}

SECURITY_STATUS set_context(context_object& of, ULONG attribute, const void* from, ULONG size) {
  const auto set = [&]() -> decltype(&set_transport_end) {
    switch (attribute) {
      case SECPKG_ATTR_KEYING_MATERIAL_INFO:
        return set_keying_material_info;
      case SECPKG_ATTR_EAP_PRF_INFO:
        return set_eap_prf_info;
      case SECPKG_ATTR_APP_DATA:
        return set_session_data;
      case SCHANNIX_ATTR_TRANSPORT_END:
        return set_transport_end;
      default:
        return nullptr;
    }
  }();
  if (set == nullptr) return SEC_E_UNSUPPORTED_FUNCTION;
  return from != nullptr ? set(of, from, size) : SEC_E_INTERNAL_ERROR;
}

template <typename Kind>
SECURITY_STATUS query_credential(const credential::credential& of, ULONG attribute, void* into) {
  if (into == nullptr) return SEC_E_INTERNAL_ERROR;
  switch (attribute) {
    case SECPKG_CRED_ATTR_NAMES:
      return credential_names<Kind>(of, into);
    case SECPKG_ATTR_SUPPORTED_ALGS:
      return supported_algorithms(into);
    case SECPKG_ATTR_CIPHER_STRENGTHS:
      return cipher_strengths(of, into);
    case SECPKG_ATTR_SUPPORTED_PROTOCOLS:
      as<SecPkgCred_SupportedProtocols>(into) = {protocol_bits(of.versions(), of.rules().side)};
      return SEC_E_OK;
    default:
      return SEC_E_UNSUPPORTED_FUNCTION;
  }
}

template SECURITY_STATUS query_context<SEC_CHAR>(const context_object&, ULONG, void*);
template SECURITY_STATUS query_context<SEC_WCHAR>(const context_object&, ULONG, void*);
template SECURITY_STATUS query_credential<SEC_CHAR>(const credential::credential&, ULONG, void*);
template SECURITY_STATUS query_credential<SEC_WCHAR>(const credential::credential&, ULONG, void*);

void store_expiry(const engine::certificate* of, PTimeStamp into) {
  if (into == nullptr) return;
  if (of != nullptr) {
    if (const auto fields = engine::decode(*of)) return store_local(into, fields->not_after);
  }
  store_never(into);
}

}  // namespace schannix::abi
