/* What the files of the conformance program share: printing facts, and two ends of a connection in one process.
 *
 * A fact is something that a program can see of Schannel. Each is a row of the behavioural list T1 to T40, is looked at
 * by one or more calls, and printed as one line by one of the fact_ functions. Everything here is C11 and Windows'
 * documented interface; one thread; memory that is too small ends the program with exit code 2. */
#pragma once
#define SECURITY_WIN32
#define SCHANNEL_USE_BLACKLISTS
#include <winsock2.h>
#include <windows.h>
#include <winternl.h>
#include <wincrypt.h>
#include <security.h>
#include <schannel.h>

/* ---- Facts, report.c ---- */

/* How an expectation is known: Microsoft's page; a public test that passes on Windows; programs that need it; a rule of
 * TLS; or nobody knows, and schannix decided. A difference in the last is news, and no mistake of Windows. */
#define PAGE "page"
#define CHECKED "checked"
#define CALLER "caller"
#define RFC "rfc"
#define OURS "ours"

void fact_status(int row, const char *known_by, const char *what, SECURITY_STATUS seen, SECURITY_STATUS expected);
void fact_either(int row, const char *known_by, const char *what, SECURITY_STATUS seen, SECURITY_STATUS one,
                 SECURITY_STATUS other);
void fact_number(int row, const char *known_by, const char *what, unsigned long seen, unsigned long expected);
void fact_bytes(int row, const char *known_by, const char *what, const void *seen, size_t size,
                const char *expected_in_hex);
void fact_text(int row, const char *known_by, const char *what, const char *seen, const char *expected);
void fact_holds(int row, const char *known_by, const char *what, BOOL holds);
void fact_missing(int row, const char *what, const char *why); /* n/a: cannot be seen here */

int facts_that_differ(void);
void print_sum(void);
const char *status_name(SECURITY_STATUS status); /* or its number in hex, until text_of is called 16 times more */

/* A formatted text, for `what`, as long. */
const char *text_of(const char *format, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 1, 2)))
#endif
    ;
void quit(const char *why);

/* ---- The certificate that the program brings, identity.c ---- */

PCCERT_CONTEXT own_certificate(void); /* NULL: it cannot be imported */
void forget_own_certificate(void);    /* and its key, which Windows keeps in a file */

/* ---- Two ends, sides.c ---- */

enum version { TLS10, TLS12, TLS13, VERSIONS };
extern const char *const version_names[VERSIONS];

struct bytes {
    DWORD size;
    BYTE data[0x6000];
};

struct side {
    BOOL is_server;
    CredHandle *credential;
    CtxtHandle context;
    BOOL has_context;
    BOOL established;
    char target[64];
    ULONG flags;
    struct side *peer;
    struct bytes inbox; /* sent by the peer, unread */
    /* of the last call of ISC or ASC */
    SECURITY_STATUS last;
    ULONG attributes;
    struct bytes token;
    DWORD extra, missing;
};

struct pair {
    struct side client, server;
};

#define CLIENT_FLAGS                                                                                      \
    (ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_EXTENDED_ERROR | \
     ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM | ISC_REQ_USE_SUPPLIED_CREDS)
#define SERVER_FLAGS                                                                                      \
    (ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY | ASC_REQ_EXTENDED_ERROR | \
     ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM)

/* A credential for one version: SCHANNEL_CRED, for TLS 1.3 SCH_CREDENTIALS. Servers bring own_certificate, clients
 * none. `flags` come on top of those that leave certificates unchecked. */
SECURITY_STATUS acquire(CredHandle *into, BOOL is_server, enum version version, DWORD flags);

/* The one that most facts share, kept until free_usual_credentials; NULL: this system has no such version. */
CredHandle *usual_credential(BOOL is_server, enum version version);
void free_usual_credentials(void);

void side_init(struct side *side, BOOL is_server, CredHandle *credential);
void side_free(struct side *side);

/* One call of ISC or ASC with TOKEN and EMPTY as input (or none), and TOKEN and ALERT as output; what comes out is in
 * side->token, and in the peer's inbox. */
SECURITY_STATUS side_step(struct side *side, const void *input, DWORD size);
SECURITY_STATUS side_step_without_input(struct side *side);

/* Both ends with fresh contexts, a target of their own, nothing said yet. */
void pair_init(struct pair *pair, CredHandle *client, CredHandle *server);
/* The handshake, until both ends are done, or nobody can go on. */
BOOL pair_shake(struct pair *pair);
/* pair_init and pair_shake with the usual credentials. FALSE: there is no connection, and why_not says why. */
BOOL pair_open(struct pair *pair, enum version version);
BOOL can_try(enum version version); /* the credentials are there */
const char *why_not(void);
void pair_free(struct pair *pair);

/* DecryptMessage of these bytes. */
struct opened {
    SECURITY_STATUS status;
    SecBuffer buffers[4];
    struct bytes memory; /* what the buffers point into */
    char text[64];       /* the data, for SEC_E_OK */
    DWORD extra;
};
void open_bytes(struct opened *into, struct side *side, const void *bytes, DWORD size);
SECURITY_STATUS open_status(struct side *side, const struct bytes *bytes);
BOOL opens_as(struct side *side, const struct bytes *bytes, const char *text);

/* EncryptMessage of a short text; the record goes to `into` only. */
SECURITY_STATUS seal_text(struct side *side, const char *text, struct bytes *into);

/* Reads the inbox to its end: data is put behind `text` (or goes, for NULL), handshake messages get their call. The
 * last status of either function. */
SECURITY_STATUS read_inbox(struct side *side, char *text, size_t size);

SECURITY_STATUS apply_dword(struct side *side, DWORD value);
SECURITY_STATUS apply_alert(struct side *side, DWORD level, DWORD number);
BOOL same_handle(const SecHandle *a, const SecHandle *b);
BOOL works_both_ways(struct pair *pair);

/* ---- The facts, a file for each kind ---- */

void facts_of_credentials(void);
void facts_of_first_calls(void);
void facts_of_control_tokens(void);
void facts_of_handshakes(void);
void facts_of_closing(void);
void facts_of_records(void);
void facts_after_handshakes(void);
void facts_of_attributes(void);
void facts_of_alerts(void);
void facts_of_handles(void);
void facts_of_datagrams(void);
/* Calls that nobody has seen survive on Windows: last. */
void facts_of_null_attributes(void);
void facts_of_null_certificates(void);
