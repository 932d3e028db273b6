/* T19 to T22, T30 and T39: what ISC makes of the server's bytes, what comes back at the end, certificates asked for,
 * resumption. */
#include "facts.h"
#include <string.h>

/* A client that has sent its ClientHello; the server's answer is in its inbox. */
static BOOL half_way(struct pair *pair, enum version version) {
    memset(pair, 0, sizeof *pair);
    if (!can_try(version)) return FALSE;
    pair_init(pair, usual_credential(FALSE, version), usual_credential(TRUE, version));
    side_step_without_input(&pair->client);
    side_step(&pair->server, pair->server.inbox.data, pair->server.inbox.size);
    pair->server.inbox.size = 0;
    return pair->server.last == SEC_I_CONTINUE_NEEDED;
}

static void missing_bytes(struct pair *pair, const char *name) {
    const struct bytes *flight = &pair->client.inbox;
    DWORD record = 5u + flight->data[3] * 256u + flight->data[4];
    for (DWORD size = 0; size <= 5; size += size == 0 ? 4 : 1) {
        fact_status(19, CHECKED, text_of("%s: ISC, %lu bytes of the answer", name, (unsigned long)size),
                    side_step(&pair->client, flight->data, size), SEC_E_INCOMPLETE_MESSAGE);
        fact_number(19, CHECKED, text_of("%s: MISSING", name), pair->client.missing, size < 5 ? 5 - size : record - 5);
    }
}

/* The second buffer must be empty; a call that says otherwise changes nothing. */
static void empty_with_a_size(struct pair *pair, const char *name) {
    static struct bytes copy;
    SecBuffer in[2] = {{0, SECBUFFER_TOKEN, copy.data}, {0xDEADBEEF, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[2] = {{0, SECBUFFER_TOKEN, NULL}, {0, SECBUFFER_ALERT, NULL}};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in}, output = {SECBUFFER_VERSION, 2, out};
    ULONG attributes;
    copy = pair->client.inbox;
    in[0].cbBuffer = copy.size;
    fact_status(20, CHECKED, text_of("%s: EMPTY with a size behind TOKEN", name),
                InitializeSecurityContextA(pair->client.credential, &pair->client.context, NULL, CLIENT_FLAGS, 0,
                                           SECURITY_NATIVE_DREP, &input, 0, NULL, &output, &attributes, NULL),
                SEC_E_INVALID_TOKEN);
    for (int i = 0; i < 2; ++i)
        if (out[i].pvBuffer != NULL) FreeContextBuffer(out[i].pvBuffer);
}

static void surplus(enum version version) {
    static struct pair pair;
    static const BYTE record[] = {0x17, 3, 3, 0, 32, 's', 'u', 'r', 'p', 'l', 'u', 's'};
    struct bytes *inbox = &pair.client.inbox;
    if (!half_way(&pair, version)) {
        fact_missing(21, text_of("%s: EXTRA", version_names[version]), why_not());
        return;
    }
    memcpy(inbox->data + inbox->size, record, sizeof record);
    side_step(&pair.client, inbox->data, inbox->size + sizeof record);
    fact_status(21, PAGE, text_of("%s: the answer and 12 bytes more", version_names[version]), pair.client.last,
                version == TLS13 ? SEC_E_OK : SEC_I_CONTINUE_NEEDED);
    fact_number(21, PAGE, text_of("%s: EXTRA", version_names[version]), pair.client.extra, sizeof record);
    pair_free(&pair);
}

static void input(enum version version) {
    static struct pair pair;
    const char *name = version_names[version];
    if (!half_way(&pair, version)) {
        const char *why =
            pair.server.last == SEC_E_UNSUPPORTED_FUNCTION ? "AcceptSecurityContext is not there" : why_not();
        fact_missing(19, text_of("%s: MISSING", name), why);
        fact_missing(20, text_of("%s: EMPTY with a size", name), why);
        fact_missing(21, text_of("%s: EXTRA", name), why);
        pair_free(&pair);
        return;
    }
    missing_bytes(&pair, name);
    empty_with_a_size(&pair, name);
    fact_holds(20, CHECKED, text_of("%s: tried again properly, the handshake completes", name), pair_shake(&pair));
    pair_free(&pair);
    surplus(version);
}

/* Requests, and what must come back at the end. */
static void returned_attributes(enum version version) {
    static struct pair pair;
    const ULONG base = ISC_RET_REPLAY_DETECT | ISC_RET_SEQUENCE_DETECT | ISC_RET_CONFIDENTIALITY | ISC_RET_STREAM;
    const char *name = version_names[version];
    memset(&pair, 0, sizeof pair);
    if (can_try(version)) pair_init(&pair, usual_credential(FALSE, version), usual_credential(TRUE, version));
    pair.client.flags = ISC_REQ_STREAM | ISC_REQ_CONFIDENTIALITY | ISC_REQ_USE_SUPPLIED_CREDS | ISC_REQ_ALLOCATE_MEMORY;
    if (!can_try(version) || !pair_shake(&pair)) {
        fact_missing(22, text_of("%s: attributes at the end", name), "no connection");
    } else {
        fact_number(22, CHECKED, text_of("%s: the client's attributes at the end", name), pair.client.attributes,
                    base | ISC_RET_USED_SUPPLIED_CREDS | ISC_RET_ALLOCATED_MEMORY);
        fact_number(22, CALLER, text_of("%s: the server's attributes at the end", name), pair.server.attributes,
                    ASC_RET_REPLAY_DETECT | ASC_RET_SEQUENCE_DETECT | ASC_RET_CONFIDENTIALITY | ASC_RET_STREAM |
                        ASC_RET_EXTENDED_ERROR | ASC_RET_ALLOCATED_MEMORY);
    }
    pair_free(&pair);
}

/* A server that asks for a certificate, and a client that has none. */
static void certificate_asked(enum version version, BOOL with_flag) {
    static struct pair pair;
    const char *name = version_names[version];
    memset(&pair, 0, sizeof pair);
    if (can_try(version)) pair_init(&pair, usual_credential(FALSE, version), usual_credential(TRUE, version));
    pair.server.flags |= ASC_REQ_MUTUAL_AUTH;
    if (!with_flag) pair.client.flags &= ~(ULONG)ISC_REQ_USE_SUPPLIED_CREDS;
    if (can_try(version)) pair_shake(&pair);
    if (!can_try(version) || pair.server.last == SEC_E_UNSUPPORTED_FUNCTION) {
        fact_missing(30, text_of("%s: a certificate is asked for", name), "no connection");
    } else if (with_flag) {
        fact_status(30, CALLER, text_of("%s: asked for a certificate, USE_SUPPLIED_CREDS", name), pair.client.last,
                    SEC_E_OK);
    } else {
        fact_status(30, CALLER, text_of("%s: asked for a certificate, without the flag", name), pair.client.last,
                    SEC_I_INCOMPLETE_CREDENTIALS);
        side_step(&pair.client, pair.client.inbox.data, pair.client.inbox.size);
        pair.client.inbox.size = pair.client.extra;
        fact_holds(30, CALLER, text_of("%s: the same call once more, the handshake completes", name),
                   pair_shake(&pair));
    }
    pair_free(&pair);
}

/* ---- Resumption ---- */

/* A connection to one target, used and closed; whether it was a resumed one, or -1. */
static int meet(CredHandle *client, CredHandle *server, const char *target) {
    static struct pair pair;
    SecPkgContext_SessionInfo info = {0};
    int resumed = -1;
    memset(&pair, 0, sizeof pair);
    pair_init(&pair, client, server);
    strcpy(pair.client.target, target);
    if (pair_shake(&pair)) {
        read_inbox(&pair.client, NULL, 0);
        if (QueryContextAttributesA(&pair.client.context, SECPKG_ATTR_SESSION_INFO, &info) == SEC_E_OK)
            resumed = (info.dwFlags & SSL_SESSION_RECONNECT) != 0;
        if (apply_dword(&pair.client, SCHANNEL_SHUTDOWN) == SEC_E_OK) side_step_without_input(&pair.client);
        read_inbox(&pair.server, NULL, 0);
    }
    pair_free(&pair);
    return resumed;
}

static void resumption(enum version version) {
    static const char *const target = "again.conformance.test";
    CredHandle *client = usual_credential(FALSE, version), *server = usual_credential(TRUE, version), other, disabled;
    const char *name = version_names[version];
    if (!can_try(version) || meet(client, server, target) < 0) {
        fact_missing(39, text_of("%s: resumption", name), "no connection");
        return;
    }
    fact_number(39, PAGE, text_of("%s: same credential and target: resumed", name),
                (unsigned)meet(client, server, target), 1);
    fact_number(39, PAGE, text_of("%s: another target: resumed", name),
                (unsigned)meet(client, server, "other.conformance.test"), 0);
    if (acquire(&other, FALSE, version, 0) == SEC_E_OK) {
        fact_number(39, PAGE, text_of("%s: another credential: resumed", name), (unsigned)meet(&other, server, target),
                    0);
        FreeCredentialsHandle(&other);
    }
    if (acquire(&disabled, TRUE, version, SCH_CRED_DISABLE_RECONNECTS) == SEC_E_OK) {
        meet(client, &disabled, "never.conformance.test");
        fact_number(39, PAGE, text_of("%s: the server's DISABLE_RECONNECTS: resumed", name),
                    (unsigned)meet(client, &disabled, "never.conformance.test"), 0);
        FreeCredentialsHandle(&disabled);
    }
}

void facts_of_handshakes(void) {
    for (enum version version = TLS12; version <= TLS13; ++version) {
        input(version);
        returned_attributes(version);
        certificate_asked(version, FALSE);
        certificate_asked(version, TRUE);
    }
    resumption(TLS12);
}
