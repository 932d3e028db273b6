/* T13 to T18 and T31: the first call of a handshake: what it wants of its output buffers, and which input counts as
 * none. */
#include "facts.h"
#include <string.h>

#define BASE (ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_STREAM)

static enum version version;
static CtxtHandle made;
static ULONG attributes;

static SECURITY_STATUS first(SecBufferDesc *in, SecBuffer *out, ULONG count, ULONG flags) {
    SecBufferDesc output = {SECBUFFER_VERSION, count, out};
    TimeStamp expiry;
    memset(&made, 0, sizeof made);
    return InitializeSecurityContextA(usual_credential(FALSE, version), NULL, (LPSTR) "conformance.test", flags, 0,
                                      SECURITY_NATIVE_DREP, in, 0, &made, &output, &attributes, &expiry);
}

static BOOL is_client_hello(const SecBuffer *token) {
    const BYTE *bytes = token->pvBuffer;
    return bytes != NULL && token->cbBuffer > 6 && bytes[0] == 22 && bytes[1] == 3 && bytes[5] == 1 &&
           token->cbBuffer == 5u + bytes[3] * 256u + bytes[4];
}

static void end(SECURITY_STATUS status, void *allocated) {
    if (allocated != NULL) FreeContextBuffer(allocated);
    if (status == SEC_I_CONTINUE_NEEDED) DeleteSecurityContext(&made);
}

static void without_room(void) {
    static BYTE memory[4096];
    SecBuffer out[2] = {{0, SECBUFFER_TOKEN, NULL}, {0, SECBUFFER_ALERT, NULL}};
    fact_status(13, CHECKED, "TOKEN without memory, no ALLOCATE_MEMORY", first(NULL, out, 1, BASE),
                SEC_E_INSUFFICIENT_MEMORY);
    out[0] = (SecBuffer){sizeof memory, SECBUFFER_TOKEN, memory};
    fact_status(14, CHECKED, "ALERT without memory, no ALLOCATE_MEMORY", first(NULL, out, 2, BASE),
                SEC_E_INSUFFICIENT_MEMORY);
    fact_number(14, CHECKED, "attributes of that call", attributes,
                ISC_RET_CONFIDENTIALITY | ISC_RET_SEQUENCE_DETECT | ISC_RET_REPLAY_DETECT);
}

static void with_allocation(void) {
    char own[4];
    SecBuffer token = {sizeof own, SECBUFFER_TOKEN, own}, null = {1000, SECBUFFER_TOKEN, NULL},
              empty = {0, SECBUFFER_EMPTY, NULL};
    SECURITY_STATUS status = first(NULL, &token, 1, BASE | ISC_REQ_ALLOCATE_MEMORY);
    fact_status(15, CHECKED, "ALLOCATE_MEMORY, a pointer that is no memory", status, SEC_I_CONTINUE_NEEDED);
    fact_holds(15, CHECKED, "the pointer is another, to a ClientHello",
               token.pvBuffer != own && is_client_hello(&token));
    end(status, token.pvBuffer != own ? token.pvBuffer : NULL);
    status = first(NULL, &null, 1, BASE);
    fact_status(16, CHECKED, "NULL with a size, no ALLOCATE_MEMORY", status, SEC_I_CONTINUE_NEEDED);
    fact_holds(16, CHECKED, "a ClientHello was allocated", is_client_hello(&null));
    end(status, null.pvBuffer);
    status = first(NULL, &empty, 1, BASE | ISC_REQ_ALLOCATE_MEMORY);
    fact_status(17, CALLER, "EMPTY as output, ALLOCATE_MEMORY", status, SEC_I_CONTINUE_NEEDED);
    fact_number(17, CALLER, "its type afterwards", empty.BufferType, SECBUFFER_TOKEN);
    fact_holds(17, CALLER, "it holds a ClientHello", is_client_hello(&empty));
    end(status, empty.pvBuffer);
}

struct protocols {
    ULONG size;
    int extension;
    USHORT list_size;
    BYTE list[3];
};

static void input_that_counts_as_none(void) {
    static struct protocols protocols = {9, SecApplicationProtocolNegotiationExt_ALPN, 3, {2, 'h', '2'}};
    SecBuffer in[3] = {{0, SECBUFFER_TOKEN, NULL}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in};
    SECURITY_STATUS status = first(&input, &out, 1, BASE | ISC_REQ_ALLOCATE_MEMORY);
    fact_status(18, CALLER, "input TOKEN of 0 bytes and EMPTY", status, SEC_I_CONTINUE_NEEDED);
    end(status, out.pvBuffer);
    in[2] = (SecBuffer){4 + protocols.size, SECBUFFER_APPLICATION_PROTOCOLS, &protocols};
    input.cBuffers = 3;
    out = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    status = first(&input, &out, 1, BASE | ISC_REQ_ALLOCATE_MEMORY);
    fact_status(18, CALLER, "the same and APPLICATION_PROTOCOLS", status, SEC_I_CONTINUE_NEEDED);
    end(status, out.pvBuffer);
}

/* The server's first call, with a part of the ClientHello. */
static void partial_client_hello(void) {
    struct pair pair;
    CtxtHandle none;
    memset(&none, 0, sizeof none);
    if (!can_try(version)) {
        fact_missing(31, "a part of a ClientHello", why_not());
        return;
    }
    memset(&pair, 0, sizeof pair);
    pair_init(&pair, usual_credential(FALSE, version), usual_credential(TRUE, version));
    side_step_without_input(&pair.client);
    if (side_step(&pair.server, pair.client.token.data, pair.client.token.size / 2) == SEC_E_UNSUPPORTED_FUNCTION) {
        fact_missing(31, "a part of a ClientHello", "AcceptSecurityContext is not there");
    } else {
        fact_status(31, CALLER, "half a ClientHello", pair.server.last, SEC_E_INCOMPLETE_MESSAGE);
        fact_number(31, CHECKED, "MISSING says how many lack", pair.server.missing,
                    pair.client.token.size - pair.client.token.size / 2);
        fact_holds(31, CALLER, "phNewContext is untouched", same_handle(&pair.server.context, &none));
        fact_holds(31, CALLER, "all of it, no context: the handshake completes", pair_shake(&pair));
    }
    pair_free(&pair);
}

void facts_of_first_calls(void) {
    version = usual_credential(FALSE, TLS13) != NULL ? TLS13 : TLS12;
    if (usual_credential(FALSE, version) == NULL) {
        for (int row = 13; row <= 18; ++row) fact_missing(row, "first calls", "no client credential");
        return;
    }
    without_room();
    with_allocation();
    input_that_counts_as_none();
    partial_client_hello();
}
