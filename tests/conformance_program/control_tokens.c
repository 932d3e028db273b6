/* T1 to T9: ApplyControlToken argument by argument, on a client that has sent its ClientHello and has no keys yet. */
#include "facts.h"
#include <stdio.h>
#include <string.h>

static enum version version; /* TLS 1.0 as in the evidence, or what there is */

static BOOL begin(struct side *client) {
    side_init(client, FALSE, usual_credential(FALSE, version));
    return side_step_without_input(client) == SEC_I_CONTINUE_NEEDED;
}

static SECURITY_STATUS apply_list(struct side *client, SecBuffer *buffers, ULONG count) {
    SecBufferDesc list = {SECBUFFER_VERSION, count, buffers};
    return ApplyControlToken(&client->context, &list);
}

static void arguments(struct side *client) {
    char five[5] = {SCHANNEL_SHUTDOWN};
    SecBuffer two[2] = {{4, SECBUFFER_TOKEN, five}, {4, SECBUFFER_TOKEN, five}};
    fact_status(1, CHECKED, "two buffers", apply_list(client, two, 2), SEC_E_INVALID_TOKEN);
    fact_status(1, OURS, "no buffer", apply_list(client, two, 0), SEC_E_INVALID_TOKEN);
    two[0].BufferType = SECBUFFER_ALERT;
    fact_status(2, CHECKED, "type ALERT", apply_list(client, two, 1), SEC_E_INVALID_TOKEN);
    two[0].BufferType = SECBUFFER_DATA;
    fact_status(2, CHECKED, "type DATA", apply_list(client, two, 1), SEC_E_INVALID_TOKEN);
    fact_status(3, CHECKED, "SCHANNEL_RENEGOTIATE, which is 0", apply_dword(client, 0), SEC_E_UNSUPPORTED_FUNCTION);
    fact_status(3, OURS, "a number that is none of them, 4", apply_dword(client, 4), SEC_E_UNSUPPORTED_FUNCTION);
    two[0] = (SecBuffer){2, SECBUFFER_TOKEN, five};
    fact_status(4, CHECKED, "SHUTDOWN in 2 bytes", apply_list(client, two, 1), SEC_E_UNSUPPORTED_FUNCTION);
    fact_status(5, CHECKED, "no context", ApplyControlToken(NULL, &(SecBufferDesc){SECBUFFER_VERSION, 1, two}),
                SEC_E_INVALID_HANDLE);
    fact_status(5, CHECKED, "no list", ApplyControlToken(&client->context, NULL), SEC_E_INTERNAL_ERROR);
    two[0].cbBuffer = 5;
    fact_status(4, CHECKED, "SHUTDOWN in 5 bytes", apply_list(client, two, 1), SEC_E_OK);
}

/* ISC as the evidence called it: no flags, 1000 bytes of the caller's. */
struct plain_call {
    BYTE memory[1000];
    SecBuffer out;
    CtxtHandle made;
};

static SECURITY_STATUS run(struct plain_call *call, struct side *client, SecBufferDesc *in, BOOL wants_handle) {
    SecBufferDesc out = {SECBUFFER_VERSION, 1, &call->out};
    ULONG attributes;
    memset(call, 0x5A, sizeof *call);
    call->out = (SecBuffer){sizeof call->memory, SECBUFFER_TOKEN, call->memory};
    return InitializeSecurityContextA(client->credential, &client->context, NULL, 0, 0, SECURITY_NATIVE_DREP, in, 0,
                                      wants_handle ? &call->made : NULL, &out, &attributes, NULL);
}

static void after_the_token(struct side *client) {
    static const char close[] = "15 03 01 00 02 01 00";
    static BYTE junk[1000];
    SecBuffer token = {sizeof junk, SECBUFFER_TOKEN, junk};
    SecBufferDesc in = {SECBUFFER_VERSION, 1, &token};
    CtxtHandle untouched;
    struct plain_call call;
    memset(junk, 0xFA, sizeof junk);
    memset(&untouched, 0x5A, sizeof untouched);
    fact_status(6, CHECKED, "ISC after SHUTDOWN, junk as input", run(&call, client, &in, TRUE), SEC_E_OK);
    fact_bytes(6, CHECKED, "its token", call.memory, call.out.cbBuffer, close);
    fact_holds(6, CHECKED, "phNewContext has the same handle", same_handle(&call.made, &client->context));
    fact_status(7, CHECKED, "ISC once more, no input", run(&call, client, NULL, TRUE), SEC_E_INCOMPLETE_MESSAGE);
    fact_number(7, CHECKED, "cbBuffer of its output", call.out.cbBuffer, 1000);
    fact_holds(7, CHECKED, "phNewContext is untouched", same_handle(&call.made, &untouched));
    fact_status(8, CHECKED, "SHUTDOWN again", apply_dword(client, SCHANNEL_SHUTDOWN), SEC_E_OK);
    fact_status(8, CHECKED, "ISC after it, phNewContext NULL", run(&call, client, NULL, FALSE), SEC_E_OK);
    fact_bytes(8, CHECKED, "its token", call.memory, call.out.cbBuffer, close);
}

static void alerts(struct side *client) {
    struct plain_call call;
    SCHANNEL_ALERT_TOKEN alert = {SCHANNEL_ALERT, TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE};
    SecBuffer eight = {8, SECBUFFER_TOKEN, &alert};
    fact_status(9, OURS, "an ALERT token in 8 bytes", apply_list(client, &eight, 1), SEC_E_INVALID_TOKEN);
    fact_status(9, CHECKED, "an ALERT token, fatal, 42",
                apply_alert(client, TLS1_ALERT_FATAL, TLS1_ALERT_BAD_CERTIFICATE), SEC_E_OK);
    fact_status(9, CHECKED, "ISC after it", run(&call, client, NULL, TRUE), SEC_E_OK);
    fact_bytes(9, CHECKED, "its token", call.memory, call.out.cbBuffer, "15 03 01 00 02 02 2A");
}

void facts_of_control_tokens(void) {
    struct side client;
    version = usual_credential(FALSE, TLS10) != NULL ? TLS10 : TLS12;
    printf("# T1 to T9 with a credential for %s\n", version_names[version]);
    if (usual_credential(FALSE, version) == NULL || !begin(&client)) {
        for (int row = 1; row <= 9; ++row) fact_missing(row, "control tokens", "no ClientHello can be made");
        return;
    }
    arguments(&client);
    after_the_token(&client);
    side_free(&client);
    if (begin(&client)) alerts(&client);
    side_free(&client);
}
