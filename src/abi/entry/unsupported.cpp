// Functions of the table that Schannel does not have for TLS, or that this release does not have: they say so. spec 1.2
#include <sspi.h>

#define SCHANNIX_UNSUPPORTED(function, parameters) \
  SECURITY_STATUS SEC_ENTRY function parameters { return SEC_E_UNSUPPORTED_FUNCTION; }

SCHANNIX_UNSUPPORTED(CompleteAuthToken, (PCtxtHandle, PSecBufferDesc))
SCHANNIX_UNSUPPORTED(ImpersonateSecurityContext, (PCtxtHandle))
SCHANNIX_UNSUPPORTED(RevertSecurityContext, (PCtxtHandle))
SCHANNIX_UNSUPPORTED(QuerySecurityContextToken, (PCtxtHandle, void**))
SCHANNIX_UNSUPPORTED(MakeSignature, (PCtxtHandle, ULONG, PSecBufferDesc, ULONG))
SCHANNIX_UNSUPPORTED(VerifySignature, (PCtxtHandle, PSecBufferDesc, ULONG, schannix_out_ulong))
SCHANNIX_UNSUPPORTED(AddCredentialsA, (PCredHandle, LPSTR, LPSTR, ULONG, void*, SEC_GET_KEY_FN, void*, PTimeStamp))
SCHANNIX_UNSUPPORTED(AddCredentialsW, (PCredHandle, LPWSTR, LPWSTR, ULONG, void*, SEC_GET_KEY_FN, void*, PTimeStamp))
SCHANNIX_UNSUPPORTED(ChangeAccountPasswordA,
                     (SEC_CHAR*, SEC_CHAR*, SEC_CHAR*, SEC_CHAR*, SEC_CHAR*, BOOLEAN, ULONG, PSecBufferDesc))
SCHANNIX_UNSUPPORTED(ChangeAccountPasswordW,
                     (SEC_WCHAR*, SEC_WCHAR*, SEC_WCHAR*, SEC_WCHAR*, SEC_WCHAR*, BOOLEAN, ULONG, PSecBufferDesc))
SCHANNIX_UNSUPPORTED(QueryContextAttributesExA, (PCtxtHandle, ULONG, void*, ULONG))
SCHANNIX_UNSUPPORTED(QueryContextAttributesExW, (PCtxtHandle, ULONG, void*, ULONG))
SCHANNIX_UNSUPPORTED(QueryCredentialsAttributesExA, (PCredHandle, ULONG, void*, ULONG))
SCHANNIX_UNSUPPORTED(QueryCredentialsAttributesExW, (PCredHandle, ULONG, void*, ULONG))
