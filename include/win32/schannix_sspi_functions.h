/* schannix_sspi_functions.h: the functions of sspi.h and the tables of them. Include sspi.h, not this file. */
#ifndef SCHANNIX_SSPI_FUNCTIONS_H
#define SCHANNIX_SSPI_FUNCTIONS_H

#include <sspi.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef void(SEC_ENTRY *SEC_GET_KEY_FN)(void *Arg, void *Principal, ULONG KeyVer, void **Key, SECURITY_STATUS *Status);

/* ---- Packages ---- */

/* The packages of this library (UNISP_NAME, SCHANNEL_NAME, DEFAULT_TLS_SSP_NAME), in one block: free *ppPackageInfo with
 * FreeContextBuffer. SEC_E_OK; SEC_E_INSUFFICIENT_MEMORY; SEC_E_INVALID_PARAMETER for a NULL pointer. */
SECURITY_STATUS SEC_ENTRY EnumerateSecurityPackagesA(schannix_out_ulong pcPackages, PSecPkgInfoA *ppPackageInfo);
SECURITY_STATUS SEC_ENTRY EnumerateSecurityPackagesW(schannix_out_ulong pcPackages, PSecPkgInfoW *ppPackageInfo);

/* One package by name, in one block: free with FreeContextBuffer. SEC_E_OK; SEC_E_SECPKG_NOT_FOUND for a NULL or unknown
 * name; SEC_E_INSUFFICIENT_MEMORY. */
SECURITY_STATUS SEC_ENTRY QuerySecurityPackageInfoA(LPSTR pszPackageName, PSecPkgInfoA *ppPackageInfo);
SECURITY_STATUS SEC_ENTRY QuerySecurityPackageInfoW(LPWSTR pszPackageName, PSecPkgInfoW *ppPackageInfo);

/* ---- Credentials ---- */

/* pAuthData: SCHANNEL_CRED or SCH_CREDENTIALS (schannel.h), or NULL for a client with default settings. The certificates
 * are duplicated: the caller may free its own right after. Ignored: pszPrincipal, pvLogonId, pGetKeyFn, pvGetKeyArgument.
 * SEC_E_OK; SEC_E_SECPKG_NOT_FOUND (checked first); SEC_E_UNKNOWN_CREDENTIALS: unknown dwVersion, unusable certificate;
 * SEC_E_NO_CREDENTIALS: certificate without its key, or a server without pAuthData; SEC_E_ALGORITHM_MISMATCH: no enabled
 * protocol for this direction; SEC_E_INVALID_PARAMETER; SEC_E_INSUFFICIENT_MEMORY.
 * Source: MS acquirecredentialshandle--schannel; which status, from tests on Windows. */
SECURITY_STATUS SEC_ENTRY AcquireCredentialsHandleA(LPSTR pszPrincipal, LPSTR pszPackage, ULONG fCredentialUse,
                                                    void *pvLogonId, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
                                                    void *pvGetKeyArgument, PCredHandle phCredential,
                                                    PTimeStamp ptsExpiry);
SECURITY_STATUS SEC_ENTRY AcquireCredentialsHandleW(LPWSTR pszPrincipal, LPWSTR pszPackage, ULONG fCredentialUse,
                                                    void *pvLogonId, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
                                                    void *pvGetKeyArgument, PCredHandle phCredential,
                                                    PTimeStamp ptsExpiry);

/* Contexts made from the credential go on working. SEC_E_OK; SEC_E_INVALID_HANDLE. */
SECURITY_STATUS SEC_ENTRY FreeCredentialsHandle(PCredHandle phCredential);

/* SECPKG_ATTR_SUPPORTED_ALGS, _CIPHER_STRENGTHS, _SUPPORTED_PROTOCOLS, SECPKG_CRED_ATTR_NAMES. SEC_E_OK;
 * SEC_E_INVALID_HANDLE; SEC_E_INTERNAL_ERROR for a NULL pBuffer (seen on Windows); SEC_E_NO_CREDENTIALS: names of a
 * credential without certificate; SEC_E_UNSUPPORTED_FUNCTION for any other attribute. */
SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesA(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer);
SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesW(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer);

/* ---- Handshake ---- */

/* One step of the client's side. First call: phContext NULL. Later: phContext names the context, and phNewContext may be
 * NULL or the same. pszTargetName counts on the first call only. pInput: a TOKEN buffer with everything received and an
 * EMPTY one, which comes back as EXTRA (cbBuffer unprocessed bytes at the end) or MISSING. pOutput: a TOKEN or EMPTY
 * buffer, with memory of its own or, with ISC_REQ_ALLOCATE_MEMORY, the library's (FreeContextBuffer). Send what is there
 * whatever the status. *pfContextAttr: ISC_RET_.
 * SEC_I_CONTINUE_NEEDED: receive and call again; SEC_E_OK: established (or a message after the handshake was dealt with,
 * or close_notify was made); SEC_E_INCOMPLETE_MESSAGE: receive more and call again with all of it, nothing was consumed;
 * SEC_I_INCOMPLETE_CREDENTIALS: the server asks for a certificate (SECPKG_ATTR_ISSUER_LIST_EX: of whom), and none fits:
 * call again with a credential that has one, or with the same to go on without; not with ISC_REQ_USE_SUPPLIED_CREDS;
 * SEC_I_CONTEXT_EXPIRED: it was closed; SEC_I_NO_RENEGOTIATION: without input a new handshake would begin, and cannot.
 * Anything below 0 but SEC_E_INCOMPLETE_MESSAGE ends the context: delete it. Among them SEC_E_INVALID_HANDLE,
 * SEC_E_INVALID_TOKEN, SEC_E_UNSUPPORTED_FUNCTION, SEC_E_INSUFFICIENT_MEMORY, SEC_E_BUFFER_TOO_SMALL,
 * SEC_E_WRONG_PRINCIPAL, SEC_E_UNTRUSTED_ROOT, SEC_E_CERT_EXPIRED, SEC_E_CERT_UNKNOWN, CRYPT_E_REVOKED,
 * SEC_E_ALGORITHM_MISMATCH, SEC_E_ILLEGAL_MESSAGE, SEC_E_MESSAGE_ALTERED, SEC_E_DECRYPT_FAILURE, SEC_E_INTERNAL_ERROR,
 * SEC_E_APPLICATION_PROTOCOL_MISMATCH. With ISC_REQ_EXTENDED_ERROR an alert for the peer is in pOutput.
 * Source: MS initializesecuritycontext--schannel; order of checks and untouched outputs, from tests on Windows. */
SECURITY_STATUS SEC_ENTRY InitializeSecurityContextA(PCredHandle phCredential, PCtxtHandle phContext,
                                                     SEC_CHAR *pszTargetName, ULONG fContextReq, ULONG Reserved1,
                                                     ULONG TargetDataRep, PSecBufferDesc pInput, ULONG Reserved2,
                                                     PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                     schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry);
SECURITY_STATUS SEC_ENTRY InitializeSecurityContextW(PCredHandle phCredential, PCtxtHandle phContext,
                                                     SEC_WCHAR *pszTargetName, ULONG fContextReq, ULONG Reserved1,
                                                     ULONG TargetDataRep, PSecBufferDesc pInput, ULONG Reserved2,
                                                     PCtxtHandle phNewContext, PSecBufferDesc pOutput,
                                                     schannix_out_ulong pfContextAttr, PTimeStamp ptsExpiry);

/* One step of the server's side: as InitializeSecurityContext, with ASC_REQ_ and ASC_RET_. When the first call answers
 * SEC_E_INCOMPLETE_MESSAGE there is no context yet: call again with phContext NULL. On an established context without
 * input it asks the peer for a new handshake or, in TLS 1.3, for a certificate. Source: MS acceptsecuritycontext--schannel. */
SECURITY_STATUS SEC_ENTRY AcceptSecurityContext(PCredHandle phCredential, PCtxtHandle phContext, PSecBufferDesc pInput,
                                                ULONG fContextReq, ULONG TargetDataRep, PCtxtHandle phNewContext,
                                                PSecBufferDesc pOutput, schannix_out_ulong pfContextAttr,
                                                PTimeStamp ptsExpiry);

/* pInput: one TOKEN buffer with SCHANNEL_SHUTDOWN (a DWORD), SCHANNEL_ALERT_TOKEN or SCHANNEL_SESSION_TOKEN. Makes no
 * bytes itself: the next InitializeSecurityContext or AcceptSecurityContext does. SEC_E_OK; SEC_E_INVALID_HANDLE;
 * SEC_E_INVALID_TOKEN: no buffer, or too short; SEC_E_UNSUPPORTED_FUNCTION: any other token. */
SECURITY_STATUS SEC_ENTRY ApplyControlToken(PCtxtHandle phContext, PSecBufferDesc pInput);

/* Sends nothing. Also for contexts whose handshake failed. SEC_E_OK; SEC_E_INVALID_HANDLE. */
SECURITY_STATUS SEC_ENTRY DeleteSecurityContext(PCtxtHandle phContext);

/* Frees what this library handed out. SEC_E_OK, also for NULL (our decision). */
SECURITY_STATUS SEC_ENTRY FreeContextBuffer(void *pvContextBuffer);

/* ---- Messages ---- */

/* Makes one record in place. pMessage: STREAM_HEADER, DATA, STREAM_TRAILER (sizes: SECPKG_ATTR_STREAM_SIZES), EMPTY, in
 * the order of their bytes; cbBuffer of the trailer is set to what is used. fQOP and MessageSeqNo: 0.
 * SEC_E_OK; SEC_E_INVALID_HANDLE; SEC_E_INVALID_TOKEN: a buffer is missing; SEC_E_BUFFER_TOO_SMALL; SEC_E_CONTEXT_EXPIRED:
 * closed, or in a new handshake; SEC_E_QOP_NOT_SUPPORTED; SEC_E_ENCRYPT_FAILURE. Source: MS encryptmessage--schannel. */
SECURITY_STATUS SEC_ENTRY EncryptMessage(PCtxtHandle phContext, ULONG fQOP, PSecBufferDesc pMessage,
                                         ULONG MessageSeqNo);

/* Opens one record in place. pMessage: a DATA buffer with everything received and three EMPTY ones, which come back as
 * STREAM_HEADER, DATA, STREAM_TRAILER and, when bytes are left, EXTRA. *pfQOP: 0.
 * SEC_E_OK; SEC_E_INCOMPLETE_MESSAGE: receive more (MISSING tells how much); SEC_I_CONTEXT_EXPIRED: the peer closed, and
 * nothing was cut off; SEC_I_RENEGOTIATE: give EXTRA's bytes to InitializeSecurityContext or AcceptSecurityContext;
 * SEC_E_INVALID_HANDLE; SEC_E_INVALID_TOKEN; SEC_E_MESSAGE_ALTERED, SEC_E_DECRYPT_FAILURE: a forged or damaged record;
 * SEC_E_CONTEXT_EXPIRED: the connection had ended before. A transport that ends without SEC_I_CONTEXT_EXPIRED was cut.
 * Source: MS decryptmessage--schannel. */
SECURITY_STATUS SEC_ENTRY DecryptMessage(PCtxtHandle phContext, PSecBufferDesc pMessage, ULONG MessageSeqNo,
                                         schannix_out_ulong pfQOP);

/* ---- Attributes ---- */

/* Fills the struct of the attribute (SecPkgContext_...). Pointers inside are the caller's to free: FreeContextBuffer, or
 * CertFreeCertificateContext for certificates. SEC_E_OK; SEC_E_INVALID_HANDLE; SEC_E_INTERNAL_ERROR for a NULL pBuffer;
 * SEC_E_NO_CREDENTIALS: no such certificate; SEC_E_INVALID_PARAMETER: a struct's own input; SEC_E_UNSUPPORTED_FUNCTION:
 * attribute, or not for this connection. Source: MS querycontextattributes--schannel. */
SECURITY_STATUS SEC_ENTRY QueryContextAttributesA(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer);
SECURITY_STATUS SEC_ENTRY QueryContextAttributesW(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer);

/* SECPKG_ATTR_KEYING_MATERIAL_INFO, SECPKG_ATTR_EAP_PRF_INFO. Copies the struct and what it points to; nothing changes on a failure. SEC_E_OK;
 * SEC_E_INVALID_HANDLE; SEC_E_INTERNAL_ERROR for a NULL pBuffer; SEC_E_INVALID_PARAMETER: cbBuffer is not the struct's
 * size, or a member cannot be; SEC_E_UNSUPPORTED_FUNCTION for any other attribute. Source: MS nf-sspi-setcontextattributesa. */
SECURITY_STATUS SEC_ENTRY SetContextAttributesA(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer,
                                                ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY SetContextAttributesW(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer,
                                                ULONG cbBuffer);

/* ---- Connections that go on in another process: docs/howto/move-a-connection.md ---- */

/* Packs an established connection. pPackedContext: one buffer of type SECBUFFER_EMPTY, which gets a block of the
 * library's (FreeContextBuffer wipes and frees it). THE BLOCK HOLDS THE CONNECTION'S KEYS IN THE CLEAR: who reads it can
 * read and forge the connection. Nothing seals it; it is the caller's to protect, and to import once: two contexts that
 * go on from it use the same nonces. fFlags: 0 or SECPKG_CONTEXT_EXPORT_DELETE_OLD, with the same effect: the handle is
 * deleted, other threads' calls on it get SEC_E_INVALID_HANDLE (our decision; Windows leaves a context that goes on).
 * pToken, which may be NULL, gets NULL: there is no access token. Threads: any; waits for calls that are being made.
 * SEC_E_OK; all others change nothing: SEC_E_INVALID_HANDLE; SEC_E_INVALID_PARAMETER: a NULL buffer or an unknown flag;
 * SEC_E_INVALID_TOKEN: a buffer of another type; SEC_E_UNSUPPORTED_FUNCTION (SEC_E_NOT_SUPPORTED):
 * SECPKG_CONTEXT_EXPORT_RESET_NEW or _TO_KERNEL; or the connection is in its handshake, has failed, is closed both ways,
 * has something that waits for ISC / ASC (SEC_I_RENEGOTIATE, a control token, a token that did not fit), or a CBC suite;
 * SEC_E_INSUFFICIENT_MEMORY. Source: MS nf-sspi-exportsecuritycontext; what stays behind: ours. */
SECURITY_STATUS SEC_ENTRY ExportSecurityContext(PCtxtHandle phContext, ULONG fFlags, PSecBuffer pPackedContext,
                                                void **pToken);

/* The connection of pPackedContext (SECBUFFER_TOKEN or SECBUFFER_EMPTY), which is only read, as a new context. It has no
 * credential: ISC / ASC may be given any, or NULL. Token: NULL, as ExportSecurityContext gave it. On anything but
 * SEC_E_OK *phContext is untouched: SEC_E_SECPKG_NOT_FOUND; SEC_E_INVALID_HANDLE: phContext is NULL;
 * SEC_E_INVALID_PARAMETER: no buffer, or a Token; SEC_E_INVALID_TOKEN: another type of buffer, not what this release
 * exports, or damaged; SEC_E_ALGORITHM_MISMATCH: this process's settings do not allow the version or suite;
 * SEC_E_INSUFFICIENT_MEMORY. A digest finds damage; it does not show who made the block. Threads: any.
 * Source: MS nf-sspi-importsecuritycontexta; statuses: ours. */
SECURITY_STATUS SEC_ENTRY ImportSecurityContextA(LPSTR pszPackage, PSecBuffer pPackedContext, void *Token,
                                                 PCtxtHandle phContext);
SECURITY_STATUS SEC_ENTRY ImportSecurityContextW(LPWSTR pszPackage, PSecBuffer pPackedContext, void *Token,
                                                 PCtxtHandle phContext);

/* ---- For linking and for the tables: every one answers SEC_E_UNSUPPORTED_FUNCTION in this release ---- */

SECURITY_STATUS SEC_ENTRY CompleteAuthToken(PCtxtHandle phContext, PSecBufferDesc pToken);
SECURITY_STATUS SEC_ENTRY ImpersonateSecurityContext(PCtxtHandle phContext);
SECURITY_STATUS SEC_ENTRY RevertSecurityContext(PCtxtHandle phContext);
SECURITY_STATUS SEC_ENTRY QuerySecurityContextToken(PCtxtHandle phContext, void **Token);
SECURITY_STATUS SEC_ENTRY MakeSignature(PCtxtHandle phContext, ULONG fQOP, PSecBufferDesc pMessage, ULONG MessageSeqNo);
SECURITY_STATUS SEC_ENTRY VerifySignature(PCtxtHandle phContext, PSecBufferDesc pMessage, ULONG MessageSeqNo,
                                          schannix_out_ulong pfQOP);
SECURITY_STATUS SEC_ENTRY AddCredentialsA(PCredHandle hCredentials, LPSTR pszPrincipal, LPSTR pszPackage,
                                          ULONG fCredentialUse, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
                                          void *pvGetKeyArgument, PTimeStamp ptsExpiry);
SECURITY_STATUS SEC_ENTRY AddCredentialsW(PCredHandle hCredentials, LPWSTR pszPrincipal, LPWSTR pszPackage,
                                          ULONG fCredentialUse, void *pAuthData, SEC_GET_KEY_FN pGetKeyFn,
                                          void *pvGetKeyArgument, PTimeStamp ptsExpiry);
SECURITY_STATUS SEC_ENTRY SetCredentialsAttributesA(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer,
                                                    ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY SetCredentialsAttributesW(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer,
                                                    ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY ChangeAccountPasswordA(SEC_CHAR *pszPackageName, SEC_CHAR *pszDomainName,
                                                 SEC_CHAR *pszAccountName, SEC_CHAR *pszOldPassword,
                                                 SEC_CHAR *pszNewPassword, BOOLEAN bImpersonating, ULONG dwReserved,
                                                 PSecBufferDesc pOutput);
SECURITY_STATUS SEC_ENTRY ChangeAccountPasswordW(SEC_WCHAR *pszPackageName, SEC_WCHAR *pszDomainName,
                                                 SEC_WCHAR *pszAccountName, SEC_WCHAR *pszOldPassword,
                                                 SEC_WCHAR *pszNewPassword, BOOLEAN bImpersonating, ULONG dwReserved,
                                                 PSecBufferDesc pOutput);
SECURITY_STATUS SEC_ENTRY QueryContextAttributesExA(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer,
                                                    ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY QueryContextAttributesExW(PCtxtHandle phContext, ULONG ulAttribute, void *pBuffer,
                                                    ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesExA(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer,
                                                        ULONG cbBuffer);
SECURITY_STATUS SEC_ENTRY QueryCredentialsAttributesExW(PCredHandle phCredential, ULONG ulAttribute, void *pBuffer,
                                                        ULONG cbBuffer);

/* ---- Function types ---- */

typedef SECURITY_STATUS(SEC_ENTRY *ENUMERATE_SECURITY_PACKAGES_FN_A)(schannix_out_ulong, PSecPkgInfoA *);
typedef SECURITY_STATUS(SEC_ENTRY *ENUMERATE_SECURITY_PACKAGES_FN_W)(schannix_out_ulong, PSecPkgInfoW *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_SECURITY_PACKAGE_INFO_FN_A)(LPSTR, PSecPkgInfoA *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_SECURITY_PACKAGE_INFO_FN_W)(LPWSTR, PSecPkgInfoW *);
typedef SECURITY_STATUS(SEC_ENTRY *ACQUIRE_CREDENTIALS_HANDLE_FN_A)(LPSTR, LPSTR, ULONG, void *, void *, SEC_GET_KEY_FN,
                                                                    void *, PCredHandle, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *ACQUIRE_CREDENTIALS_HANDLE_FN_W)(LPWSTR, LPWSTR, ULONG, void *, void *,
                                                                    SEC_GET_KEY_FN, void *, PCredHandle, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *FREE_CREDENTIALS_HANDLE_FN)(PCredHandle);
typedef SECURITY_STATUS(SEC_ENTRY *ADD_CREDENTIALS_FN_A)(PCredHandle, LPSTR, LPSTR, ULONG, void *, SEC_GET_KEY_FN,
                                                         void *, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *ADD_CREDENTIALS_FN_W)(PCredHandle, LPWSTR, LPWSTR, ULONG, void *, SEC_GET_KEY_FN,
                                                         void *, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CREDENTIALS_ATTRIBUTES_FN_A)(PCredHandle, ULONG, void *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CREDENTIALS_ATTRIBUTES_FN_W)(PCredHandle, ULONG, void *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_A)(PCredHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_W)(PCredHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *SET_CREDENTIALS_ATTRIBUTES_FN_A)(PCredHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *SET_CREDENTIALS_ATTRIBUTES_FN_W)(PCredHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *INITIALIZE_SECURITY_CONTEXT_FN_A)(PCredHandle, PCtxtHandle, SEC_CHAR *, ULONG, ULONG,
                                                                     ULONG, PSecBufferDesc, ULONG, PCtxtHandle,
                                                                     PSecBufferDesc, schannix_out_ulong, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *INITIALIZE_SECURITY_CONTEXT_FN_W)(PCredHandle, PCtxtHandle, SEC_WCHAR *, ULONG,
                                                                     ULONG, ULONG, PSecBufferDesc, ULONG, PCtxtHandle,
                                                                     PSecBufferDesc, schannix_out_ulong, PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *ACCEPT_SECURITY_CONTEXT_FN)(PCredHandle, PCtxtHandle, PSecBufferDesc, ULONG, ULONG,
                                                               PCtxtHandle, PSecBufferDesc, schannix_out_ulong,
                                                               PTimeStamp);
typedef SECURITY_STATUS(SEC_ENTRY *COMPLETE_AUTH_TOKEN_FN)(PCtxtHandle, PSecBufferDesc);
typedef SECURITY_STATUS(SEC_ENTRY *DELETE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(SEC_ENTRY *APPLY_CONTROL_TOKEN_FN)(PCtxtHandle, PSecBufferDesc);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CONTEXT_ATTRIBUTES_FN_A)(PCtxtHandle, ULONG, void *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CONTEXT_ATTRIBUTES_FN_W)(PCtxtHandle, ULONG, void *);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CONTEXT_ATTRIBUTES_EX_FN_A)(PCtxtHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_CONTEXT_ATTRIBUTES_EX_FN_W)(PCtxtHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *SET_CONTEXT_ATTRIBUTES_FN_A)(PCtxtHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *SET_CONTEXT_ATTRIBUTES_FN_W)(PCtxtHandle, ULONG, void *, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *IMPERSONATE_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(SEC_ENTRY *REVERT_SECURITY_CONTEXT_FN)(PCtxtHandle);
typedef SECURITY_STATUS(SEC_ENTRY *QUERY_SECURITY_CONTEXT_TOKEN_FN)(PCtxtHandle, void **);
typedef SECURITY_STATUS(SEC_ENTRY *MAKE_SIGNATURE_FN)(PCtxtHandle, ULONG, PSecBufferDesc, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *VERIFY_SIGNATURE_FN)(PCtxtHandle, PSecBufferDesc, ULONG, schannix_out_ulong);
typedef SECURITY_STATUS(SEC_ENTRY *FREE_CONTEXT_BUFFER_FN)(void *);
typedef SECURITY_STATUS(SEC_ENTRY *EXPORT_SECURITY_CONTEXT_FN)(PCtxtHandle, ULONG, PSecBuffer, void **);
typedef SECURITY_STATUS(SEC_ENTRY *IMPORT_SECURITY_CONTEXT_FN_A)(LPSTR, PSecBuffer, void *, PCtxtHandle);
typedef SECURITY_STATUS(SEC_ENTRY *IMPORT_SECURITY_CONTEXT_FN_W)(LPWSTR, PSecBuffer, void *, PCtxtHandle);
typedef SECURITY_STATUS(SEC_ENTRY *ENCRYPT_MESSAGE_FN)(PCtxtHandle, ULONG, PSecBufferDesc, ULONG);
typedef SECURITY_STATUS(SEC_ENTRY *DECRYPT_MESSAGE_FN)(PCtxtHandle, PSecBufferDesc, ULONG, schannix_out_ulong);
typedef SECURITY_STATUS(SEC_ENTRY *CHANGE_PASSWORD_FN_A)(SEC_CHAR *, SEC_CHAR *, SEC_CHAR *, SEC_CHAR *, SEC_CHAR *,
                                                         BOOLEAN, ULONG, PSecBufferDesc);
typedef SECURITY_STATUS(SEC_ENTRY *CHANGE_PASSWORD_FN_W)(SEC_WCHAR *, SEC_WCHAR *, SEC_WCHAR *, SEC_WCHAR *,
                                                         SEC_WCHAR *, BOOLEAN, ULONG, PSecBufferDesc);

/* ---- Tables ---- */

#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION 1
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_2 2
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_3 3
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_4 4
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION_5 5

typedef struct _SECURITY_FUNCTION_TABLE_W {
  ULONG dwVersion;
  ENUMERATE_SECURITY_PACKAGES_FN_W EnumerateSecurityPackagesW;
  QUERY_CREDENTIALS_ATTRIBUTES_FN_W QueryCredentialsAttributesW;
  ACQUIRE_CREDENTIALS_HANDLE_FN_W AcquireCredentialsHandleW;
  FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
  void *Reserved2;
  INITIALIZE_SECURITY_CONTEXT_FN_W InitializeSecurityContextW;
  ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
  COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
  DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
  APPLY_CONTROL_TOKEN_FN ApplyControlToken;
  QUERY_CONTEXT_ATTRIBUTES_FN_W QueryContextAttributesW;
  IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
  REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
  MAKE_SIGNATURE_FN MakeSignature;
  VERIFY_SIGNATURE_FN VerifySignature;
  FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
  QUERY_SECURITY_PACKAGE_INFO_FN_W QuerySecurityPackageInfoW;
  void *Reserved3; /* EncryptMessage, for programs that still call it SealMessage */
  void *Reserved4; /* DecryptMessage, once UnsealMessage */
  EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
  IMPORT_SECURITY_CONTEXT_FN_W ImportSecurityContextW;
  ADD_CREDENTIALS_FN_W AddCredentialsW;
  void *Reserved8;
  QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
  ENCRYPT_MESSAGE_FN EncryptMessage;
  DECRYPT_MESSAGE_FN DecryptMessage;
  SET_CONTEXT_ATTRIBUTES_FN_W SetContextAttributesW;
  SET_CREDENTIALS_ATTRIBUTES_FN_W SetCredentialsAttributesW;
  CHANGE_PASSWORD_FN_W ChangeAccountPasswordW;
  QUERY_CONTEXT_ATTRIBUTES_EX_FN_W QueryContextAttributesExW;
  QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_W QueryCredentialsAttributesExW;
} SecurityFunctionTableW, *PSecurityFunctionTableW;

typedef struct _SECURITY_FUNCTION_TABLE_A {
  ULONG dwVersion;
  ENUMERATE_SECURITY_PACKAGES_FN_A EnumerateSecurityPackagesA;
  QUERY_CREDENTIALS_ATTRIBUTES_FN_A QueryCredentialsAttributesA;
  ACQUIRE_CREDENTIALS_HANDLE_FN_A AcquireCredentialsHandleA;
  union { /* spelled without the s on Windows; the macro FreeCredentialHandle rewrites that to the second */
    FREE_CREDENTIALS_HANDLE_FN FreeCredentialHandle;
    FREE_CREDENTIALS_HANDLE_FN FreeCredentialsHandle;
  };
  void *Reserved2;
  INITIALIZE_SECURITY_CONTEXT_FN_A InitializeSecurityContextA;
  ACCEPT_SECURITY_CONTEXT_FN AcceptSecurityContext;
  COMPLETE_AUTH_TOKEN_FN CompleteAuthToken;
  DELETE_SECURITY_CONTEXT_FN DeleteSecurityContext;
  APPLY_CONTROL_TOKEN_FN ApplyControlToken;
  QUERY_CONTEXT_ATTRIBUTES_FN_A QueryContextAttributesA;
  IMPERSONATE_SECURITY_CONTEXT_FN ImpersonateSecurityContext;
  REVERT_SECURITY_CONTEXT_FN RevertSecurityContext;
  MAKE_SIGNATURE_FN MakeSignature;
  VERIFY_SIGNATURE_FN VerifySignature;
  FREE_CONTEXT_BUFFER_FN FreeContextBuffer;
  QUERY_SECURITY_PACKAGE_INFO_FN_A QuerySecurityPackageInfoA;
  void *Reserved3;
  void *Reserved4;
  EXPORT_SECURITY_CONTEXT_FN ExportSecurityContext;
  IMPORT_SECURITY_CONTEXT_FN_A ImportSecurityContextA;
  ADD_CREDENTIALS_FN_A AddCredentialsA;
  void *Reserved8;
  QUERY_SECURITY_CONTEXT_TOKEN_FN QuerySecurityContextToken;
  ENCRYPT_MESSAGE_FN EncryptMessage;
  DECRYPT_MESSAGE_FN DecryptMessage;
  SET_CONTEXT_ATTRIBUTES_FN_A SetContextAttributesA;
  SET_CREDENTIALS_ATTRIBUTES_FN_A SetCredentialsAttributesA;
  CHANGE_PASSWORD_FN_A ChangeAccountPasswordA;
  QUERY_CONTEXT_ATTRIBUTES_EX_FN_A QueryContextAttributesExA;
  QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_A QueryCredentialsAttributesExA;
} SecurityFunctionTableA, *PSecurityFunctionTableA;

/* The library's table: lives as long as the process, never freed, never NULL. */
PSecurityFunctionTableA SEC_ENTRY InitSecurityInterfaceA(void);
PSecurityFunctionTableW SEC_ENTRY InitSecurityInterfaceW(void);

typedef PSecurityFunctionTableA(SEC_ENTRY *INIT_SECURITY_INTERFACE_A)(void);
typedef PSecurityFunctionTableW(SEC_ENTRY *INIT_SECURITY_INTERFACE_W)(void);

#define SECURITY_ENTRYPOINT_ANSIW "InitSecurityInterfaceW"
#define SECURITY_ENTRYPOINT_ANSIA "InitSecurityInterfaceA"
#define SECURITY_ENTRYPOINTW L"InitSecurityInterfaceW"
#define SECURITY_ENTRYPOINTA "InitSecurityInterfaceA"

#ifdef UNICODE
#define SECURITY_ENTRYPOINT SECURITY_ENTRYPOINTW
#define SECURITY_ENTRYPOINT_ANSI SECURITY_ENTRYPOINT_ANSIW
typedef ENUMERATE_SECURITY_PACKAGES_FN_W ENUMERATE_SECURITY_PACKAGES_FN;
typedef QUERY_SECURITY_PACKAGE_INFO_FN_W QUERY_SECURITY_PACKAGE_INFO_FN;
typedef ACQUIRE_CREDENTIALS_HANDLE_FN_W ACQUIRE_CREDENTIALS_HANDLE_FN;
typedef ADD_CREDENTIALS_FN_W ADD_CREDENTIALS_FN;
typedef QUERY_CREDENTIALS_ATTRIBUTES_FN_W QUERY_CREDENTIALS_ATTRIBUTES_FN;
typedef QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_W QUERY_CREDENTIALS_ATTRIBUTES_EX_FN;
typedef SET_CREDENTIALS_ATTRIBUTES_FN_W SET_CREDENTIALS_ATTRIBUTES_FN;
typedef INITIALIZE_SECURITY_CONTEXT_FN_W INITIALIZE_SECURITY_CONTEXT_FN;
typedef QUERY_CONTEXT_ATTRIBUTES_FN_W QUERY_CONTEXT_ATTRIBUTES_FN;
typedef QUERY_CONTEXT_ATTRIBUTES_EX_FN_W QUERY_CONTEXT_ATTRIBUTES_EX_FN;
typedef SET_CONTEXT_ATTRIBUTES_FN_W SET_CONTEXT_ATTRIBUTES_FN;
typedef IMPORT_SECURITY_CONTEXT_FN_W IMPORT_SECURITY_CONTEXT_FN;
typedef CHANGE_PASSWORD_FN_W CHANGE_PASSWORD_FN;
typedef SecurityFunctionTableW SecurityFunctionTable, *PSecurityFunctionTable;
typedef INIT_SECURITY_INTERFACE_W INIT_SECURITY_INTERFACE;
#else
#define SECURITY_ENTRYPOINT SECURITY_ENTRYPOINTA
#define SECURITY_ENTRYPOINT_ANSI SECURITY_ENTRYPOINT_ANSIA
typedef ENUMERATE_SECURITY_PACKAGES_FN_A ENUMERATE_SECURITY_PACKAGES_FN;
typedef QUERY_SECURITY_PACKAGE_INFO_FN_A QUERY_SECURITY_PACKAGE_INFO_FN;
typedef ACQUIRE_CREDENTIALS_HANDLE_FN_A ACQUIRE_CREDENTIALS_HANDLE_FN;
typedef ADD_CREDENTIALS_FN_A ADD_CREDENTIALS_FN;
typedef QUERY_CREDENTIALS_ATTRIBUTES_FN_A QUERY_CREDENTIALS_ATTRIBUTES_FN;
typedef QUERY_CREDENTIALS_ATTRIBUTES_EX_FN_A QUERY_CREDENTIALS_ATTRIBUTES_EX_FN;
typedef SET_CREDENTIALS_ATTRIBUTES_FN_A SET_CREDENTIALS_ATTRIBUTES_FN;
typedef INITIALIZE_SECURITY_CONTEXT_FN_A INITIALIZE_SECURITY_CONTEXT_FN;
typedef QUERY_CONTEXT_ATTRIBUTES_FN_A QUERY_CONTEXT_ATTRIBUTES_FN;
typedef QUERY_CONTEXT_ATTRIBUTES_EX_FN_A QUERY_CONTEXT_ATTRIBUTES_EX_FN;
typedef SET_CONTEXT_ATTRIBUTES_FN_A SET_CONTEXT_ATTRIBUTES_FN;
typedef IMPORT_SECURITY_CONTEXT_FN_A IMPORT_SECURITY_CONTEXT_FN;
typedef CHANGE_PASSWORD_FN_A CHANGE_PASSWORD_FN;
typedef SecurityFunctionTableA SecurityFunctionTable, *PSecurityFunctionTable;
typedef INIT_SECURITY_INTERFACE_A INIT_SECURITY_INTERFACE;
#endif

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#include <schannix_sspi_async.h>

#define SCHANNIX_SSPI_TABLES /* declared: schannix_names.h may rewrite their members now */

#endif
