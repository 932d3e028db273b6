/* T38: calls with contexts that were deleted, or never there. */
#include "facts.h"
#include <string.h>

static void every_call(CtxtHandle *context, const char *which) {
    static BYTE memory[256];
    DWORD shutdown_token = SCHANNEL_SHUTDOWN;
    SecPkgContext_StreamSizes sizes;
    SecBuffer b[4] = {{100, SECBUFFER_TOKEN, memory}, {0, SECBUFFER_EMPTY, NULL}}, out = {0, SECBUFFER_TOKEN, NULL};
    SecBufferDesc list = {SECBUFFER_VERSION, 2, b}, output = {SECBUFFER_VERSION, 1, &out};
    ULONG attributes;
    TimeStamp expiry;
    fact_status(38, CHECKED, text_of("%s: ISC", which),
                InitializeSecurityContextA(usual_credential(FALSE, TLS12), context, NULL, CLIENT_FLAGS, 0,
                                           SECURITY_NATIVE_DREP, &list, 0, NULL, &output, &attributes, &expiry),
                SEC_E_INVALID_HANDLE);
    if (usual_credential(TRUE, TLS12) != NULL)
        fact_status(38, CHECKED, text_of("%s: ASC", which),
                    AcceptSecurityContext(usual_credential(TRUE, TLS12), context, &list, SERVER_FLAGS,
                                          SECURITY_NATIVE_DREP, NULL, &output, &attributes, &expiry),
                    SEC_E_INVALID_HANDLE);
    fact_status(38, CHECKED, text_of("%s: QueryContextAttributes", which),
                QueryContextAttributesA(context, SECPKG_ATTR_STREAM_SIZES, &sizes), SEC_E_INVALID_HANDLE);
    b[0] = (SecBuffer){sizeof shutdown_token, SECBUFFER_TOKEN, &shutdown_token};
    list.cBuffers = 1;
    fact_status(38, CHECKED, text_of("%s: ApplyControlToken", which), ApplyControlToken(context, &list),
                SEC_E_INVALID_HANDLE);
    b[0] = (SecBuffer){100, SECBUFFER_DATA, memory};
    list.cBuffers = 4;
    fact_status(38, CHECKED, text_of("%s: DecryptMessage", which), DecryptMessage(context, &list, 0, NULL),
                SEC_E_INVALID_HANDLE);
    b[0] = (SecBuffer){13, SECBUFFER_STREAM_HEADER, memory};
    b[1] = (SecBuffer){10, SECBUFFER_DATA, memory + 13};
    b[2] = (SecBuffer){64, SECBUFFER_STREAM_TRAILER, memory + 23};
    b[3] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    fact_status(38, CHECKED, text_of("%s: EncryptMessage", which), EncryptMessage(context, 0, &list, 0),
                SEC_E_INVALID_HANDLE);
}

void facts_of_handles(void) {
    struct side client;
    CtxtHandle stale, forged = {0x41414141, 0x42424242};
    if (usual_credential(FALSE, TLS12) == NULL) {
        fact_missing(38, "deleted contexts", "no credential for TLS 1.2");
        return;
    }
    side_init(&client, FALSE, usual_credential(FALSE, TLS12));
    side_step_without_input(&client);
    stale = client.context;
    fact_status(38, PAGE, "DeleteSecurityContext", DeleteSecurityContext(&client.context), SEC_E_OK);
    client.has_context = FALSE;
    every_call(&stale, "deleted");
    fact_status(38, PAGE, "deleted: DeleteSecurityContext again", DeleteSecurityContext(&stale), SEC_E_OK);
    fact_status(38, PAGE, "never issued: DeleteSecurityContext", DeleteSecurityContext(&forged), SEC_E_INVALID_HANDLE);
    fact_status(38, PAGE, "NULL: DeleteSecurityContext", DeleteSecurityContext(NULL), SEC_E_INVALID_HANDLE);
}
