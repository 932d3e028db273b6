// credential.ipp: definitions of credential.hpp.
#pragma once

namespace schannix {
inline namespace v0 {

inline void credential::write_line(void* function, const char* line) noexcept {
  try {
    (*static_cast<std::function<void(std::string_view)>*>(function))(line);
  } catch (...) {
    return;  // an exception must not travel through the C interface
  }
}

// Schannel's version-5 credential starts from everything and takes away (MS SCH_CREDENTIALS, TLS_PARAMETERS).
inline DWORD credential::disabled_protocols(const credential_options& options) {
  DWORD wanted = 0;
  if (options.oldest == tls_version::tls_1_2) wanted |= SP_PROT_TLS1_2;
  if (options.newest == tls_version::tls_1_3) wanted |= SP_PROT_TLS1_3;
  return ~wanted;
}

inline DWORD credential::flags_of(const credential_options& options) {
  const DWORD common = SCH_USE_STRONG_CRYPTO;
  if (options.side == role::server)
    return common | SCH_CRED_NO_SYSTEM_MAPPER |
           (options.validate_clients ? SCH_CRED_AUTO_CRED_VALIDATION : SCH_CRED_MANUAL_CRED_VALIDATION);
  const DWORD client = common | SCH_CRED_NO_DEFAULT_CREDS;
  switch (options.verify) {
    case verification::automatic:
      return client | SCH_CRED_AUTO_CRED_VALIDATION;
    case verification::no_name_check:
      return client | SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_SERVERNAME_CHECK;
    case verification::manual:
      return client | SCH_CRED_MANUAL_CRED_VALIDATION;
  }
  return client;
}

inline DWORD credential::revocation_flags_of(const credential_options& options) {
  const DWORD ignored =
      options.allow_unknown_revocation ? SCH_CRED_IGNORE_NO_REVOCATION_CHECK | SCH_CRED_IGNORE_REVOCATION_OFFLINE : 0;
  switch (options.check_revocation) {
    case revocation::unchecked:
      return 0;
    case revocation::leaf:
      return ignored | SCH_CRED_REVOCATION_CHECK_END_CERT;
    case revocation::chain:
      return ignored | SCH_CRED_REVOCATION_CHECK_CHAIN;
    case revocation::chain_without_root:
      return ignored | SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
  }
  return ignored;
}

inline void credential::acquire(state& into, const credential_options& options) {
  const auto natives = [](const std::vector<certificate>& list) {
    std::vector<PCCERT_CONTEXT> contexts;
    contexts.reserve(list.size());
    for (const auto& each : list) contexts.push_back(each.native());
    return contexts;
  };
  auto own = natives(options.certificates);
  auto roots = natives(options.extra_roots);
  const auto blobs = [](const std::vector<std::string>& list) {
    std::vector<CRYPT_DATA_BLOB> all;  // Windows' struct is not const; nobody writes to it
    all.reserve(list.size());
    for (const auto& each : list)
      all.push_back({static_cast<DWORD>(each.size()), reinterpret_cast<BYTE*>(const_cast<char*>(each.data()))});
    return all;
  };
  auto lists = blobs(options.revocation_lists);
  auto answers = blobs(options.ocsp_responses);

  TLS_PARAMETERS parameters{};
  parameters.grbitDisabledProtocols = disabled_protocols(options);
  SCH_CREDENTIALS data{};
  data.dwVersion = SCH_CREDENTIALS_VERSION;
  data.cCreds = static_cast<DWORD>(own.size());
  data.paCred = own.empty() ? nullptr : own.data();
  data.dwSessionLifespan = options.resumption ? 0 : 0xFFFFFFFF;
  data.dwFlags = flags_of(options) | revocation_flags_of(options);
  data.cTlsParameters = 1;
  data.pTlsParameters = &parameters;

  SCHANNIX_CREDENTIAL_OPTIONS extra{};
  extra.cbSize = sizeof extra;
  extra.dwFlags = (options.later_tickets ? SCHANNIX_CREDENTIAL_LATER_TICKETS : 0U) |
                  (options.fetch_revocation ? SCHANNIX_CREDENTIAL_FETCH_REVOCATION : 0U);
  extra.cExtraRoots = static_cast<DWORD>(roots.size());
  extra.paExtraRoots = roots.empty() ? nullptr : roots.data();
  extra.cRevocationLists = static_cast<DWORD>(lists.size());
  extra.paRevocationLists = lists.data();
  extra.cOcspResponses = static_cast<DWORD>(answers.size());
  extra.paOcspResponses = answers.data();
  if (into.key_log) extra.pfnKeyLog = write_line, extra.pvKeyLog = &into.key_log;
  if (into.trace) extra.pfnTrace = write_line, extra.pvTrace = &into.trace;

  const auto use = static_cast<ULONG>(options.side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND);
  detail::require(SchannixAcquireCredentials(use, &data, &extra, &into.handle, nullptr), "acquiring a credential");
  into.acquired = true;
}

inline void credential::set_ticket_keys(state& of, const std::vector<ticket_key>& keys) {
  std::vector<SecPkgCred_SessionTicketKey> given(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    given[i].TicketInfoVersion = SESSION_TICKET_INFO_V0;
    std::memcpy(given[i].KeyId, keys[i].id.data(), keys[i].id.size());
    std::memcpy(given[i].KeyingMaterial, keys[i].secret.data(), keys[i].secret.size());
    given[i].KeyingMaterialSize = static_cast<BYTE>(keys[i].secret.size());
  }
  SecPkgCred_SessionTicketKeys all{static_cast<DWORD>(given.size()), given.data()};
  const SECURITY_STATUS said = SetCredentialsAttributesW(&of.handle, SECPKG_ATTR_SESSION_TICKET_KEYS, &all, sizeof all);
  for (auto& one : given) SecureZeroMemory(one.KeyingMaterial, sizeof one.KeyingMaterial);
  detail::require(said, "setting ticket keys");
}

inline credential::credential(credential_options options) : state_(std::make_shared<state>()) {
  state_->side = options.side;
  state_->key_log = std::move(options.key_log);
  state_->trace = std::move(options.trace);
  acquire(*state_, options);
  if (!options.ticket_keys.empty()) set_ticket_keys(*state_, options.ticket_keys);
}

}  // namespace v0
}  // namespace schannix
