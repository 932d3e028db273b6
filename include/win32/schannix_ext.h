/* schannix_ext.h: the few things that Windows has no call for and that schannix's C++ API and tool need.
 *
 * Not part of Windows: a program that includes this file is a schannix program. Everything starts with Schannix or
 * SCHANNIX_. Structures carry their size in cbSize, so that later versions can grow them.
 *
 *   SCHANNIX_CREDENTIAL_OPTIONS options = { sizeof options };
 *   options.cExtraRoots = 1;
 *   options.paExtraRoots = &root;
 *   SchannixAcquireCredentials(SECPKG_CRED_OUTBOUND, &data, &options, &credential, NULL);
 *
 * Ownership: what a function hands out is freed with the Windows call for its type (CertFreeCertificateContext,
 * CertCloseStore, FreeCredentialsHandle). Threads: every function may be called by any thread. Source of all
 * behaviour here: our decision.
 */
#ifndef SCHANNIX_EXT_H
#define SCHANNIX_EXT_H

#include <stddef.h>

#include <wincrypt.h>
#include <sspi.h>
#include <schannel.h>

#define SCHANNIX_VERSION_MAJOR 0
#define SCHANNIX_VERSION_MINOR 1
#define SCHANNIX_VERSION_PATCH 0
#define SCHANNIX_VERSION_STRING "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The version of the library that is running, e.g. "0.1.0". Static; never freed. */
const char *SchannixVersion(void);

/* One line without newline. Key-log lines are in NSS's SSLKEYLOGFILE format and contain session secrets: whoever has
 * them reads the connection. Trace lines describe one SSPI call each and contain no keys and no payload.
 * Called on the thread of the SSPI call; must not call back into the library for the same context. */
typedef void (*SCHANNIX_LINE_FN)(void *pvArgument, const char *pszLine);

/* dwFlags. Servers: TLS 1.3 connections that give tickets (ASC_REQ_SESSION_TICKET) keep what later tickets take, some 15 KiB of
 * heap each, so that SCHANNIX_SEND_TICKET can be answered. */
#define SCHANNIX_CREDENTIAL_LATER_TICKETS 0x00000001

/* Where revocation is checked (SCH_CRED_REVOCATION_CHECK_...) and neither a list nor a stapled answer is at hand, the OCSP responders
 * and distribution points that the certificates name are asked over HTTP (http_proxy and no_proxy in the environment are honoured):
 * InitializeSecurityContext / AcceptSecurityContext waits for them, at most 5 seconds each and 15 in all, besides the look-up of
 * names. Not with SCH_CRED_REVOCATION_CHECK_CACHE_ONLY or SCH_CRED_CACHE_ONLY_URL_RETRIEVAL: SEC_E_INVALID_PARAMETER. Without this
 * flag only where the machine's settings say so (FetchRevocation in the section Schannix). */
#define SCHANNIX_CREDENTIAL_FETCH_REVOCATION 0x00000002

typedef struct _SCHANNIX_CREDENTIAL_OPTIONS {
    DWORD cbSize;                   /* sizeof(SCHANNIX_CREDENTIAL_OPTIONS) */
    DWORD dwFlags;                  /* SCHANNIX_CREDENTIAL_*, or 0 */
    DWORD cExtraRoots;              /* entries of paExtraRoots */
    PCCERT_CONTEXT *paExtraRoots;   /* trusted besides the system's roots, in automatic validation */
    SCHANNIX_LINE_FN pfnKeyLog;     /* NULL: no key log */
    void *pvKeyLog;
    SCHANNIX_LINE_FN pfnTrace;      /* NULL: no trace beyond SCHANNIX_TRACE */
    void *pvTrace;
    DWORD cRevocationLists;         /* entries of paRevocationLists, at most 100 */
    CRYPT_DATA_BLOB *paRevocationLists; /* for SCH_CRED_REVOCATION_CHECK_...: each one CRL in DER, or any number in PEM */
    DWORD cOcspResponses;           /* entries of paOcspResponses, at most 100 */
    CRYPT_DATA_BLOB *paOcspResponses;   /* servers: OCSP responses in DER, at most 16380 bytes each, about certificates of this
                                     * credential; sent to clients that ask (RFC 6066 8) as long as they are of now */
} SCHANNIX_CREDENTIAL_OPTIONS;

/* AcquireCredentialsHandle for UNISP_NAME, with options (NULL: none). Statuses as AcquireCredentialsHandle, and
 * SEC_E_INVALID_PARAMETER for a wrong cbSize, a dwFlags other than listed or not for this role, a NULL entry, too many of them,
 * a CRL that cannot be read, or an OCSP response that cannot be read, is an error, is about none of the certificates, or is given
 * to a client. Everything is copied. */
SECURITY_STATUS SEC_ENTRY SchannixAcquireCredentials(ULONG fCredentialUse, void *pAuthData,
                                                     const SCHANNIX_CREDENTIAL_OPTIONS *pOptions,
                                                     PCredHandle phCredential, PTimeStamp ptsExpiry);

/* Reads PEM text: every certificate in pchCertificates, into a new memory store, in order; the private key in pchKey
 * (may be NULL, 0; may equal pchCertificates), decrypted with pszPassword (may be NULL), is bound to the certificate it
 * belongs to. FALSE and GetLastError(): ERROR_INVALID_PASSWORD (the key does not decrypt), CRYPT_E_NOT_FOUND (no
 * certificate in the text), NTE_BAD_PUBLIC_KEY (the key belongs to none of them), ERROR_INVALID_DATA (cannot be parsed). */
BOOL WINAPI SchannixImportPem(const char *pchCertificates, size_t cbCertificates, const char *pchKey, size_t cbKey,
                              const char *pszPassword, HCERTSTORE *phStore);

/* Makes a throw-away self-signed server certificate with a new P-256 key. pszName: DNS name or IP address;
 * "localhost" covers 127.0.0.1 and ::1 too. For tests and demos only: nobody can trust it. */
BOOL WINAPI SchannixCreateSelfSigned(const char *pszName, DWORD dwDays, PCCERT_CONTEXT *ppContext);

/* PEM text of the certificate pContext (not its key), NUL-terminated; free with LocalFree. NULL and GetLastError() on failure. */
char *WINAPI SchannixExportPem(PCCERT_CONTEXT pContext);

/* An ApplyControlToken token of one DWORD: the next InitializeSecurityContext / AcceptSecurityContext carries a TLS 1.3
 * KeyUpdate, and what is encrypted after it has new keys (RFC 8446 4.6.3); the peer is not asked for one of its own.
 * ApplyControlToken answers SEC_E_UNSUPPORTED_FUNCTION before the handshake is done and in TLS 1.2 and older. After our
 * close_notify, which nothing follows, it has no effect. */
#define SCHANNIX_UPDATE_KEYS 0x53430010

/* Likewise: the next AcceptSecurityContext carries one more TLS 1.3 ticket, with which the client can resume this session as with
 * those at the end of the handshake (RFC 8446 4.6.1). ApplyControlToken answers SEC_E_UNSUPPORTED_FUNCTION before the handshake is
 * done, on clients, in TLS 1.2 and older, where the connection gives no tickets (no ASC_REQ_SESSION_TICKET, or its sessions are
 * not resumed), and without SCHANNIX_CREDENTIAL_LATER_TICKETS; SEC_E_CONTEXT_EXPIRED after our close_notify or a failure. Asked
 * for twice before the next call, it is sent once. */
#define SCHANNIX_SEND_TICKET 0x53430011

/* How a connection ended, at any time: QueryContextAttributes(context, SCHANNIX_ATTR_CLOSE_REPORT, &report).
 * The library sees TLS, not the transport. Whoever owns the socket says when it has ended, for the report only; until
 * then a connection without the peer's close_notify counts as open:
 *
 *   DWORD end = SCHANNIX_TRANSPORT_FINISHED;      recv() returned 0
 *   SetContextAttributes(&context, SCHANNIX_ATTR_TRANSPORT_END, &end, sizeof end);
 *
 * SetContextAttributes: SEC_E_OK; SEC_E_INVALID_PARAMETER for another value or size, SEC_E_INTERNAL_ERROR for NULL. What was
 * told first stays. The query: SEC_E_OK; SEC_E_INVALID_PARAMETER for a wrong cbSize, SEC_E_INTERNAL_ERROR for NULL. */
#define SCHANNIX_ATTR_CLOSE_REPORT 0x53430000
#define SCHANNIX_ATTR_TRANSPORT_END 0x53430001

#define SCHANNIX_TRANSPORT_FINISHED 1               /* FIN: recv() returned 0 */
#define SCHANNIX_TRANSPORT_RESET 2                  /* ECONNRESET, EPIPE and the like */
#define SCHANNIX_TRANSPORT_TIMED_OUT 3              /* we stopped waiting */
#define SCHANNIX_TRANSPORT_NOTHING_AWAITED 0x100    /* together with one of these: after our own close_notify we awaited
                                                     * no more data, and closed the socket without reading on */

#define SCHANNIX_CLOSE_SENT 0x00000001           /* our close_notify was produced */
#define SCHANNIX_CLOSE_RECEIVED 0x00000002       /* an authenticated close_notify of the peer arrived */
#define SCHANNIX_CLOSE_PEER_FIRST 0x00000004     /* the peer's arrived before ours was produced */
#define SCHANNIX_CLOSE_ALERT_SENT 0x00000008     /* a fatal alert was produced: bAlertSent */
#define SCHANNIX_CLOSE_ALERT_RECEIVED 0x00000010 /* a fatal alert arrived: bAlertReceived */
#define SCHANNIX_CLOSE_FAILED 0x00000020         /* the connection failed (any cause but ABORTED): Status */
#define SCHANNIX_CLOSE_ESTABLISHED 0x00000040    /* the handshake had finished */
#define SCHANNIX_CLOSE_ABORTED 0x00000080        /* a SCHANNEL_ALERT token of the application's ended it */
#define SCHANNIX_CLOSE_RESUMABLE 0x00000100      /* a later connection can resume the session */

/* dwOutcome: values of schannix::close_outcome (schannix/close.hpp); docs/closing has a page for each szId. */
#define SCHANNIX_OUTCOME_OPEN 0
#define SCHANNIX_OUTCOME_CLEAN 1
#define SCHANNIX_OUTCOME_CLEAN_WITHOUT_REPLY 2
#define SCHANNIX_OUTCOME_TRUNCATED 3
#define SCHANNIX_OUTCOME_RESET 4
#define SCHANNIX_OUTCOME_TIMED_OUT 5
#define SCHANNIX_OUTCOME_FATAL_ALERT 6
#define SCHANNIX_OUTCOME_NOT_ESTABLISHED 7
#define SCHANNIX_OUTCOME_ABORTED 8

typedef struct _SCHANNIX_CLOSE_REPORT {
    DWORD cbSize;                   /* in: sizeof(SCHANNIX_CLOSE_REPORT) */
    DWORD dwFlags;                  /* SCHANNIX_CLOSE_* */
    DWORD dwOutcome;                /* SCHANNIX_OUTCOME_* */
    SECURITY_STATUS Status;         /* why it failed; SEC_E_OK when it did not */
    ULONGLONG cbAfterClose;         /* bytes that DecryptMessage was given behind the peer's close_notify, in the same call */
    ULONGLONG cRecordsAfterClose;   /* TLS records begun among them */
    BYTE bAlertSent;                /* TLS alert description */
    BYTE bAlertReceived;            /* TLS alert description */
    char szId[14];                  /* "CLOSE-004": stable, for logs */
    char szSentence[256];           /* for a person, ASCII */
} SCHANNIX_CLOSE_REPORT;

/* Clients: the OCSP response that the server stapled to its certificate, as it came, whatever it says; the handshake asks for one
 * when the credential has a SCH_CRED_REVOCATION_CHECK_ flag, also where validation is manual. Free pbResponse with
 * FreeContextBuffer. SEC_E_OK; SEC_E_INVALID_PARAMETER for a wrong cbSize; SEC_E_INVALID_HANDLE before the handshake is done;
 * SEC_E_NO_CREDENTIALS when none came (nobody asked, the server has none, the session was resumed). Windows hands it out as
 * the certificate's property CERT_OCSP_RESPONSE_PROP_ID, which is not here. */
#define SCHANNIX_ATTR_OCSP_RESPONSE 0x53430002

typedef struct _SCHANNIX_OCSP_RESPONSE {
    DWORD cbSize;               /* in: sizeof(SCHANNIX_OCSP_RESPONSE) */
    DWORD cbResponse;
    BYTE *pbResponse;
} SCHANNIX_OCSP_RESPONSE;

/* The table of codes that TLS programs meet, entry by entry: for error messages, and for `schannix explain`. */
#define SCHANNIX_CODE_STATUS 1      /* dwCode is a status or an error of GetLastError: 0x80090325 */
#define SCHANNIX_CODE_ALERT 2       /* a TLS alert: 48 */
#define SCHANNIX_CODE_EVENT 3       /* an event of source Schannel in Windows' system log: 36887 */
#define SCHANNIX_CODE_VERDICT 4     /* how a connection ended: 4 is CLOSE-004 */

typedef struct _SCHANNIX_EXPLANATION {
    DWORD cbSize;               /* in: sizeof(SCHANNIX_EXPLANATION) */
    DWORD dwKind;               /* SCHANNIX_CODE_* */
    DWORD dwCode;
    const char *pszName;        /* "SEC_E_UNTRUSTED_ROOT", "unknown_ca", "event 36887", "CLOSE-004" */
    const char *pszMeaning;     /* a clause, without a full stop */
    const char *pszSaidBy;      /* who says it; this and the rest are sentences */
    const char *pszCauses;
    const char *pszNextStep;
} SCHANNIX_EXPLANATION;

/* The entry at dwIndex, from 0 on. A code can have two names: the first entry has the usual one. The texts are ASCII,
 * static, and never freed. FALSE and GetLastError(): ERROR_NO_MORE_ITEMS behind the last entry, ERROR_INVALID_PARAMETER for NULL
 * or a wrong cbSize. */
BOOL WINAPI SchannixExplain(DWORD dwIndex, SCHANNIX_EXPLANATION *pExplanation);

/* The machine's settings: what Windows keeps in the registry below SCHANNEL stands in /etc/schannix/schannix.conf, or in
 * the file that SCHANNIX_CONF in the environment names (ignored by set-user-ID programs). It is read once, by the first
 * call that needs it. A file that cannot be read in full is refused: then every call that needs credentials, contexts or
 * certificates fails, with SEC_E_INTERNAL_ERROR or E_UNEXPECTED, and standard error has one line that says where. */
#define SCHANNIX_ORIGIN_DEFAULT 0       /* nobody said anything */
#define SCHANNIX_ORIGIN_FILE 1
#define SCHANNIX_ORIGIN_ENVIRONMENT 2
#define SCHANNIX_ORIGIN_OPENSSL 3       /* the system's policy for OpenSSL */

#define SCHANNIX_SETTING_NO_EFFECT 0x00000001   /* known, and does nothing here: pszRemark says why */
#define SCHANNIX_SETTING_LIST 0x00000002        /* names, separated by commas; else a number */

typedef struct _SCHANNIX_SETTING {
    DWORD cbSize;               /* in: sizeof(SCHANNIX_SETTING) */
    DWORD dwFlags;              /* SCHANNIX_SETTING_* */
    DWORD dwOrigin;             /* SCHANNIX_ORIGIN_* */
    const char *pszSection;     /* "Protocols\\TLS 1.2\\Client"; "": a variable of the environment */
    const char *pszName;        /* "Enabled" */
    const char *pszValue;       /* in effect, as it would stand in the file; "": not set */
    const char *pszOrigin;      /* "/etc/schannix/schannix.conf:12", "environment", "OpenSSL's policy", "default" */
    const char *pszRemark;      /* a clause: what the value does not do; "": it is in effect as it stands */
} SCHANNIX_SETTING;

/* The setting at dwIndex, from 0 on, as it is in this process. The texts are UTF-8, static, and never freed. FALSE and
 * GetLastError(): ERROR_NO_MORE_ITEMS behind the last one, ERROR_INVALID_PARAMETER for NULL or a wrong cbSize, E_UNEXPECTED when
 * the library cannot be set up. */
BOOL WINAPI SchannixSetting(DWORD dwIndex, SCHANNIX_SETTING *pSetting);

/* Why the library cannot be set up (settings, SCHANNIX_AEAD, OpenSSL), as one line for a person, "schannix: FILE:LINE: ...";
 * free with LocalFree. NULL: it can. Writes nothing to standard error. */
char *WINAPI SchannixSetupProblem(void);

/* The events that Windows' Schannel writes into the system log, with its ids; docs/howto/events.md lists those that occur
 * here. SchannixExplain tells what each means. */
#define SCHANNIX_EVENT_ERROR 0x00000001         /* the bits of EventLogging in the registry and in the settings file */
#define SCHANNIX_EVENT_WARNING 0x00000002
#define SCHANNIX_EVENT_INFORMATION 0x00000004

/* One event. dwLevel: one SCHANNIX_EVENT_ bit. dwId: 36864 to 36888. pszText: a sentence in UTF-8, one line without newline or
 * other control characters, with no keys and no payload; it is gone when the function returns.
 * Called on the thread of the SSPI call, by several threads at once; it must not throw, nor use the same context or
 * credential. What it causes itself is not told. */
typedef void (*SCHANNIX_EVENT_FN)(void *pvArgument, DWORD dwLevel, DWORD dwId, const char *pszText);

/* The process' events go to pfnEvent from now on, in place of the function before it; NULL: to nobody, as at first. dwLevels:
 * the SCHANNIX_EVENT_ bits that are wanted; 0: those that EventLogging in the settings says, which are errors by default. When
 * it returns, the function before is not running any more. FALSE and GetLastError(): ERROR_INVALID_PARAMETER for other
 * bits, ERROR_BUSY when pfnEvent itself calls this, E_UNEXPECTED when the library cannot be set up. */
BOOL WINAPI SchannixSetEventLog(SCHANNIX_EVENT_FN pfnEvent, void *pvArgument, DWORD dwLevels);

/* What Windows' performance counters tell of Schannel, of this process and since it began. A handshake counts when this side has
 * finished it; one that fails, or a renegotiation, does not. Reconnect: a session was resumed. */
typedef struct _SCHANNIX_COUNTERS {
    DWORD cbSize;                           /* in: sizeof(SCHANNIX_COUNTERS) */
    DWORD dwSessionCacheEntries;            /* targets of clients, and session ids of servers, that sessions are kept for now */
    ULONGLONG ullClientFullHandshakes;
    ULONGLONG ullClientReconnectHandshakes;
    ULONGLONG ullServerFullHandshakes;
    ULONGLONG ullServerReconnectHandshakes;
} SCHANNIX_COUNTERS;

/* Any thread; each number is exact, but they are not read at one moment. FALSE and GetLastError(): ERROR_INVALID_PARAMETER for
 * NULL or a wrong cbSize, E_UNEXPECTED when the library cannot be set up. */
BOOL WINAPI SchannixCounters(SCHANNIX_COUNTERS *pCounters);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
