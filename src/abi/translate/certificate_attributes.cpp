#include "abi/translate/certificate_attributes.hpp"

#include <schannix_ext.h>

#include <cstring>
#include <type_traits>

#include "abi/translate/memory.hpp"
#include "cert/context.hpp"
#include "cert/serialized.hpp"

namespace schannix::abi {
namespace {

using chain = std::vector<engine::certificate>;

PBYTE block_of(base::bytes_view bytes) { return static_cast<PBYTE>(allocate_copy(bytes)); }

// For each certificate its size as a DWORD, and its DER.
base::bytes sized(const chain& all) {
  base::bytes made;
  for (const engine::certificate& one : all) {
    const auto size = static_cast<DWORD>(one.der().size());
    const auto* const at = reinterpret_cast<const base::byte*>(&size);
    made.insert(made.end(), at, at + sizeof size);
    made.insert(made.end(), one.der().begin(), one.der().end());
  }
  return made;
}

SECURITY_STATUS remote_certificates(const chain& peer, void* into) {
  const base::bytes all = sized(peer);
  as<SecPkgContext_Certificates>(into) = {static_cast<DWORD>(peer.size()), static_cast<DWORD>(all.size()),
                                          block_of(all)};
  return SEC_E_OK;
}

SECURITY_STATUS serialized(const chain& peer, void* into) {
  const base::bytes store = cert::serialize(peer);
  as<CERT_BLOB>(into) = {static_cast<DWORD>(store.size()), block_of(store)};
  return SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS authority(const chain& peer, void* into) {
  using info = std::conditional_t<std::is_same_v<Kind, SEC_CHAR>, SecPkgContext_AuthorityA, SecPkgContext_AuthorityW>;
  as<info>(into) = {allocate_text(engine::issuer_text(peer.front()), Kind{})};
  return SEC_E_OK;
}

// Obsolete on Windows: all that stands in other attributes. Without certificates an answer, too.
template <typename Struct>
SECURITY_STATUS credential_info(const chain& shown, DWORD none, DWORD there, void* into) {
  as<Struct>(into) = {0, nullptr, 0, none, 0};
  if (shown.empty()) return SEC_E_OK;
  const base::bytes all = sized(shown);
  as<Struct>(into) = {static_cast<DWORD>(all.size()), block_of(all), static_cast<DWORD>(shown.size()), there,
                      engine::key_bits(shown.front())};
  return SEC_E_OK;
}

DWORD bytes_with_nul(const WCHAR* text) { return static_cast<DWORD>((std::wcslen(text) + 1) * sizeof(WCHAR)); }

SECURITY_STATUS local_certificate_info(const chain& ours, void* into) {
  if (ours.empty()) return SEC_E_NO_CREDENTIALS;
  owned_block subject(allocate_text(engine::subject_text(ours.front()), SEC_WCHAR{}));
  auto* const issuer = allocate_text(engine::issuer_text(ours.front()), SEC_WCHAR{});
  auto* const name = static_cast<WCHAR*>(subject.release());
  as<SecPkgContext_CertInfo>(into) = {
      KERN_CONTEXT_CERT_INFO_V1,     bytes_with_nul(name), name, bytes_with_nul(issuer), issuer,
      engine::key_bits(ours.front())};
  return SEC_E_OK;
}

// MS querycontextattributes--schannel: "a certificate supplied by the Root store".
SECURITY_STATUS root_of_peer(const engine::handshake_facts& facts, void* into) {
  if (!facts.anchor) return SEC_E_NO_CREDENTIALS;
  as<PCCERT_CONTEXT>(into) = cert::make_context({*facts.anchor, std::nullopt, {}}, {});
  return SEC_E_OK;
}

SECURITY_STATUS stapled_answer(const engine::handshake_facts& facts, void* into) {
  auto& answer = as<SCHANNIX_OCSP_RESPONSE>(into);
  if (answer.cbSize != sizeof answer) return SEC_E_INVALID_PARAMETER;
  if (facts.ocsp_answer.empty()) return SEC_E_NO_CREDENTIALS;
  answer.pbResponse = static_cast<BYTE*>(allocate_copy(facts.ocsp_answer));
  answer.cbResponse = static_cast<DWORD>(facts.ocsp_answer.size());
  return SEC_E_OK;
}

template <typename Kind>
SECURITY_STATUS of_peer(const chain& peer, ULONG attribute, void* into) {
  if (peer.empty()) return SEC_E_NO_CREDENTIALS;
  if (attribute == SECPKG_ATTR_REMOTE_CERTIFICATES) return remote_certificates(peer, into);
  if (attribute == SECPKG_ATTR_AUTHORITY) return authority<Kind>(peer, into);
  return serialized(peer, into);
}

SECURITY_STATUS of_handshake(const engine::handshake_facts* facts, ULONG attribute, void* into) {
  if (facts == nullptr) return SEC_E_INVALID_HANDLE;
  if (attribute == SECPKG_ATTR_REMOTE_CRED)
    return credential_info<SecPkgContext_RemoteCredentialInfo>(facts->peer_certificates, RCRED_STATUS_NOCRED,
                                                               RCRED_CRED_EXISTS, into);
  if (attribute == SECPKG_ATTR_ROOT_STORE) return root_of_peer(*facts, into);
  if (attribute == SCHANNIX_ATTR_OCSP_RESPONSE) return stapled_answer(*facts, into);
  chain ours;
  if (facts->local_certificate) ours.push_back(*facts->local_certificate);
  if (attribute == SECPKG_ATTR_LOCAL_CERT_INFO) return local_certificate_info(ours, into);
  return credential_info<SecPkgContext_LocalCredentialInfo>(ours, LCRED_STATUS_NOCRED, LCRED_CRED_EXISTS, into);
}

}  // namespace

template <typename Kind>
std::optional<SECURITY_STATUS> query_certificates(const context::connection& of, ULONG attribute, void* into) {
  switch (attribute) {
    case SECPKG_ATTR_REMOTE_CERTIFICATES:
    case SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT:
    case SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT_INPROC:
    case SECPKG_ATTR_AUTHORITY:
      return of_peer<Kind>(of.peer_certificates(), attribute, into);
    case SECPKG_ATTR_REMOTE_CRED:
    case SECPKG_ATTR_LOCAL_CRED:
    case SECPKG_ATTR_LOCAL_CERT_INFO:
    case SECPKG_ATTR_ROOT_STORE:
    case SCHANNIX_ATTR_OCSP_RESPONSE:
      return of_handshake(of.facts(), attribute, into);
    default:
      return std::nullopt;
  }
}

template std::optional<SECURITY_STATUS> query_certificates<SEC_CHAR>(const context::connection&, ULONG, void*);
template std::optional<SECURITY_STATUS> query_certificates<SEC_WCHAR>(const context::connection&, ULONG, void*);

}  // namespace schannix::abi
