/* Two ends of a connection in one process: credentials, calls of the handshake, records. */
#include "facts.h"
#include <stdio.h>
#include <string.h>

const char *const version_names[VERSIONS] = {"TLS 1.0", "TLS 1.2", "TLS 1.3"};

static const DWORD client_bits[VERSIONS] = {SP_PROT_TLS1_0_CLIENT, SP_PROT_TLS1_2_CLIENT, SP_PROT_TLS1_3_CLIENT};
static const DWORD server_bits[VERSIONS] = {SP_PROT_TLS1_0_SERVER, SP_PROT_TLS1_2_SERVER, SP_PROT_TLS1_3_SERVER};

/* ---- Credentials ---- */

static SECURITY_STATUS acquire_with(CredHandle *into, BOOL is_server, void *data) {
    return AcquireCredentialsHandleA(NULL, (LPSTR)UNISP_NAME_A, is_server ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND,
                                     NULL, data, NULL, NULL, into, NULL);
}

SECURITY_STATUS acquire(CredHandle *into, BOOL is_server, enum version version, DWORD flags) {
    PCCERT_CONTEXT own = is_server ? own_certificate() : NULL;
    DWORD bit = is_server ? server_bits[version] : client_bits[version];
    TLS_PARAMETERS parameters = {0};
    SCH_CREDENTIALS newer = {0};
    SCHANNEL_CRED older = {0};
    if (is_server && own == NULL) return SEC_E_NO_CREDENTIALS;
    flags |= is_server ? SCH_CRED_NO_SYSTEM_MAPPER : SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    parameters.grbitDisabledProtocols = ~bit;
    newer.dwVersion = SCH_CREDENTIALS_VERSION;
    newer.cTlsParameters = 1;
    newer.pTlsParameters = &parameters;
    older.dwVersion = SCHANNEL_CRED_VERSION;
    older.grbitEnabledProtocols = bit;
    newer.dwFlags = older.dwFlags = flags;
    newer.cCreds = older.cCreds = is_server;
    newer.paCred = older.paCred = &own;
    return acquire_with(into, is_server, version == TLS13 ? (void *)&newer : (void *)&older);
}

static CredHandle usual[2][VERSIONS];
static enum { UNKNOWN, HERE, ABSENT } usual_state[2][VERSIONS];

CredHandle *usual_credential(BOOL is_server, enum version version) {
    if (usual_state[is_server][version] == UNKNOWN)
        usual_state[is_server][version] =
            acquire(&usual[is_server][version], is_server, version, 0) == SEC_E_OK ? HERE : ABSENT;
    return usual_state[is_server][version] == HERE ? &usual[is_server][version] : NULL;
}

void free_usual_credentials(void) {
    for (int is_server = 0; is_server < 2; ++is_server)
        for (int version = 0; version < VERSIONS; ++version)
            if (usual_state[is_server][version] == HERE) FreeCredentialsHandle(&usual[is_server][version]);
}

/* ---- Calls of the handshake ---- */

static void append(struct bytes *to, const void *data, DWORD size) {
    if (size > sizeof to->data - to->size) quit("more bytes than a connection of this program can have");
    memcpy(to->data + to->size, data, size);
    to->size += size;
}

static void drop_front(struct bytes *of, DWORD size) {
    memmove(of->data, of->data + size, of->size - size);
    of->size -= size;
}

void side_init(struct side *side, BOOL is_server, CredHandle *credential) {
    static unsigned number; /* another target each time: nothing is resumed by chance */
    memset(side, 0, sizeof *side);
    side->is_server = is_server;
    side->credential = credential;
    side->flags = is_server ? SERVER_FLAGS : CLIENT_FLAGS;
    snprintf(side->target, sizeof side->target, "n%u.conformance.test", ++number);
}

void side_free(struct side *side) {
    if (side->has_context) DeleteSecurityContext(&side->context);
    side->has_context = FALSE;
}

static SECURITY_STATUS call(struct side *side, SecBufferDesc *in, SecBufferDesc *out) {
    CtxtHandle *context = side->has_context ? &side->context : NULL;
    TimeStamp expiry;
    if (side->is_server)
        return AcceptSecurityContext(side->credential, context, in, side->flags, SECURITY_NATIVE_DREP, &side->context,
                                     out, &side->attributes, &expiry);
    return InitializeSecurityContextA(side->credential, context, side->target, side->flags, 0, SECURITY_NATIVE_DREP, in,
                                      0, &side->context, out, &side->attributes, &expiry);
}

static void take_output(struct side *side, SecBuffer *out) {
    side->token.size = 0;
    if (out[0].pvBuffer != NULL) append(&side->token, out[0].pvBuffer, out[0].cbBuffer);
    if (side->peer != NULL) append(&side->peer->inbox, side->token.data, side->token.size);
    for (int i = 0; i < 2; ++i)
        if (out[i].pvBuffer != NULL) FreeContextBuffer(out[i].pvBuffer);
}

static SECURITY_STATUS step(struct side *side, SecBuffer *in) {
    SecBuffer out[2] = {{0, SECBUFFER_TOKEN, NULL}, {0, SECBUFFER_ALERT, NULL}};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in}, output = {SECBUFFER_VERSION, 2, out};
    side->last = call(side, in != NULL ? &input : NULL, &output);
    take_output(side, out);
    side->extra = in != NULL && in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0;
    side->missing = in != NULL && in[1].BufferType == SECBUFFER_MISSING ? in[1].cbBuffer : 0;
    if (side->last == SEC_E_OK || side->last == SEC_I_CONTINUE_NEEDED || side->last == SEC_I_INCOMPLETE_CREDENTIALS)
        side->has_context = TRUE;
    if (side->last == SEC_E_OK) side->established = TRUE;
    return side->last;
}

SECURITY_STATUS side_step(struct side *side, const void *input, DWORD size) {
    static struct bytes copy;
    SecBuffer in[2] = {{size, SECBUFFER_TOKEN, copy.data}, {0, SECBUFFER_EMPTY, NULL}};
    copy.size = 0;
    append(&copy, input, size);
    return step(side, in);
}

SECURITY_STATUS side_step_without_input(struct side *side) { return step(side, NULL); }

/* A call with what the peer has sent; what it did not use stays. */
static void advance(struct side *side) {
    DWORD size = side->inbox.size;
    if (side_step(side, side->inbox.data, size) != SEC_E_INCOMPLETE_MESSAGE)
        drop_front(&side->inbox, size - side->extra);
}

/* ---- Pairs ---- */

void pair_init(struct pair *pair, CredHandle *client, CredHandle *server) {
    side_init(&pair->client, FALSE, client);
    side_init(&pair->server, TRUE, server);
    pair->client.peer = &pair->server;
    pair->server.peer = &pair->client;
}

static BOOL can_go_on(const struct side *side) {
    return !side->established && side->inbox.size > 0 &&
           (side->last == SEC_E_OK || side->last == SEC_I_CONTINUE_NEEDED || side->last == SEC_E_INCOMPLETE_MESSAGE);
}

BOOL pair_shake(struct pair *pair) {
    if (!pair->client.has_context) side_step_without_input(&pair->client);
    for (int round = 0; round < 50; ++round) { /* far more than any handshake takes */
        if (can_go_on(&pair->server)) advance(&pair->server);
        if (can_go_on(&pair->client)) advance(&pair->client);
    }
    return pair->client.established && pair->server.established;
}

static char reason[192];

const char *why_not(void) { return reason; }

BOOL can_try(enum version version) {
    BOOL client = usual_credential(FALSE, version) != NULL, server = usual_credential(TRUE, version) != NULL;
    if (client && server) return TRUE;
    snprintf(reason, sizeof reason, "no %s credential for %s", client ? "server's" : "client's",
             version_names[version]);
    return FALSE;
}

BOOL pair_open(struct pair *pair, enum version version) {
    memset(pair, 0, sizeof *pair);
    if (!can_try(version)) return FALSE;
    pair_init(pair, usual_credential(FALSE, version), usual_credential(TRUE, version));
    if (pair_shake(pair)) return TRUE;
    snprintf(reason, sizeof reason, "no handshake of %s: client %s, server %s", version_names[version],
             status_name(pair->client.last), status_name(pair->server.last));
    pair_free(pair);
    return FALSE;
}

void pair_free(struct pair *pair) {
    side_free(&pair->client);
    side_free(&pair->server);
}

/* ---- Records ---- */

void open_bytes(struct opened *into, struct side *side, const void *bytes, DWORD size) {
    SecBufferDesc list = {SECBUFFER_VERSION, 4, into->buffers};
    memset(into, 0, sizeof *into);
    append(&into->memory, bytes, size);
    into->buffers[0] = (SecBuffer){size, SECBUFFER_DATA, into->memory.data};
    into->status = DecryptMessage(&side->context, &list, 0, NULL);
    for (int i = 0; i < 4; ++i) {
        const SecBuffer *one = &into->buffers[i];
        if (one->BufferType == SECBUFFER_EXTRA) into->extra = one->cbBuffer;
        if (one->BufferType == SECBUFFER_DATA && into->status == SEC_E_OK)
            snprintf(into->text, sizeof into->text, "%.*s", (int)one->cbBuffer, (const char *)one->pvBuffer);
    }
}

SECURITY_STATUS open_status(struct side *side, const struct bytes *bytes) {
    static struct opened found;
    open_bytes(&found, side, bytes->data, bytes->size);
    return found.status;
}

BOOL opens_as(struct side *side, const struct bytes *bytes, const char *text) {
    static struct opened found;
    open_bytes(&found, side, bytes->data, bytes->size);
    return found.status == SEC_E_OK && strcmp(found.text, text) == 0;
}

SECURITY_STATUS seal_text(struct side *side, const char *text, struct bytes *into) {
    SecPkgContext_StreamSizes sizes;
    DWORD size = (DWORD)strlen(text);
    BYTE *data = into->data;
    SecBuffer b[4] = {{0, SECBUFFER_EMPTY, NULL}};
    SecBufferDesc list = {SECBUFFER_VERSION, 4, b};
    SECURITY_STATUS status = QueryContextAttributesA(&side->context, SECPKG_ATTR_STREAM_SIZES, &sizes);
    into->size = 0;
    if (status != SEC_E_OK) return status;
    memcpy(data + sizes.cbHeader, text, size);
    b[0] = (SecBuffer){sizes.cbHeader, SECBUFFER_STREAM_HEADER, data};
    b[1] = (SecBuffer){size, SECBUFFER_DATA, data + sizes.cbHeader};
    b[2] = (SecBuffer){sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, data + sizes.cbHeader + size};
    status = EncryptMessage(&side->context, 0, &list, 0);
    if (status == SEC_E_OK) into->size = b[0].cbBuffer + b[1].cbBuffer + b[2].cbBuffer;
    return status;
}

SECURITY_STATUS read_inbox(struct side *side, char *text, size_t size) {
    static struct opened found;
    SECURITY_STATUS status = SEC_E_OK;
    for (int i = 0; i < 50 && side->inbox.size > 0 && status == SEC_E_OK; ++i) {
        open_bytes(&found, side, side->inbox.data, side->inbox.size);
        status = found.status;
        if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
        drop_front(&side->inbox, side->inbox.size - found.extra);
        if (text != NULL) strncat(text, found.text, size - strlen(text) - 1);
        if (status != SEC_I_RENEGOTIATE) continue;
        if (side->inbox.size > 0)
            advance(side);
        else
            side_step_without_input(side);
        status = side->last == SEC_I_CONTINUE_NEEDED ? SEC_E_OK : side->last;
    }
    return status;
}

BOOL works_both_ways(struct pair *pair) {
    static struct bytes record;
    return seal_text(&pair->client, "one way", &record) == SEC_E_OK && opens_as(&pair->server, &record, "one way") &&
           seal_text(&pair->server, "the other", &record) == SEC_E_OK && opens_as(&pair->client, &record, "the other");
}

/* ---- Control tokens ---- */

static SECURITY_STATUS apply(struct side *side, void *data, DWORD size) {
    SecBuffer buffer = {size, SECBUFFER_TOKEN, data};
    SecBufferDesc token = {SECBUFFER_VERSION, 1, &buffer};
    return ApplyControlToken(&side->context, &token);
}

SECURITY_STATUS apply_dword(struct side *side, DWORD value) { return apply(side, &value, sizeof value); }

SECURITY_STATUS apply_alert(struct side *side, DWORD level, DWORD number) {
    SCHANNEL_ALERT_TOKEN alert = {SCHANNEL_ALERT, level, number};
    return apply(side, &alert, sizeof alert);
}

BOOL same_handle(const SecHandle *a, const SecHandle *b) {
    return a->dwLower == b->dwLower && a->dwUpper == b->dwUpper;
}
