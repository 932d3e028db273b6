/* T32 and T33: DTLS: a client that sends its flight again, and a server that closes. */
#include "facts.h"
#include <string.h>

static SECURITY_STATUS acquire_datagrams(CredHandle *into, BOOL is_server) {
    PCCERT_CONTEXT own = is_server ? own_certificate() : NULL;
    SCHANNEL_CRED data = {0};
    if (is_server && own == NULL) return SEC_E_NO_CREDENTIALS;
    data.dwVersion = SCHANNEL_CRED_VERSION;
    data.grbitEnabledProtocols = is_server ? SP_PROT_DTLS1_2_SERVER : SP_PROT_DTLS1_2_CLIENT;
    data.dwFlags = is_server ? SCH_CRED_NO_SYSTEM_MAPPER : SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    data.cCreds = is_server;
    data.paCred = &own;
    return AcquireCredentialsHandleA(NULL, (LPSTR)UNISP_NAME_A, is_server ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND,
                                     NULL, &data, NULL, NULL, into, NULL);
}

static void use_datagrams(struct side *side) {
    side->flags &= ~(ULONG)(side->is_server ? ASC_REQ_STREAM : ISC_REQ_STREAM);
    side->flags |= side->is_server ? ASC_REQ_DATAGRAM : ISC_REQ_DATAGRAM;
}

/* The low byte of the record's sequence number is the 11th. */
static void sent_again(struct side *client) {
    fact_status(32, CHECKED, "DTLS: ISC once more, no input", side_step_without_input(client), SEC_I_CONTINUE_NEEDED);
    if (client->token.size > 10)
        fact_number(32, CHECKED, "DTLS: sequence number of that record", client->token.data[10], 1);
}

/* The client's address goes with the first bytes: a server answers a ClientHello with a cookie for it. */
static SECURITY_STATUS first_of_server(struct side *server, struct bytes *hello) {
    SOCKADDR_IN address = {0};
    SecBuffer in[3] = {{hello->size, SECBUFFER_TOKEN, hello->data},
                       {0, SECBUFFER_EMPTY, NULL},
                       {sizeof address, SECBUFFER_EXTRA, &address}};
    SecBuffer out = {0, SECBUFFER_TOKEN, NULL};
    SecBufferDesc input = {SECBUFFER_VERSION, 3, in}, output = {SECBUFFER_VERSION, 1, &out};
    TimeStamp expiry;
    SECURITY_STATUS status;
    address.sin_family = AF_INET;
    address.sin_port = 0x5111;
    status = AcceptSecurityContext(server->credential, NULL, &input, server->flags, SECURITY_NATIVE_DREP,
                                   &server->context, &output, &server->attributes, &expiry);
    if (out.pvBuffer != NULL) FreeContextBuffer(out.pvBuffer);
    server->has_context = status == SEC_I_CONTINUE_NEEDED || status == SEC_I_MESSAGE_FRAGMENT;
    return status;
}

static void server_that_closes(struct bytes *hello) {
    struct side server;
    CredHandle credential;
    if (acquire_datagrams(&credential, TRUE) != SEC_E_OK) {
        fact_missing(33, "DTLS: a server's close", "no server's credential for DTLS");
        return;
    }
    side_init(&server, TRUE, &credential);
    use_datagrams(&server);
    SECURITY_STATUS status = first_of_server(&server, hello);
    if (!server.has_context) {
        fact_missing(33, "DTLS: a server's close", text_of("the first call says %s", status_name(status)));
    } else {
        apply_dword(&server, SCHANNEL_SHUTDOWN);
        fact_status(33, CALLER, "DTLS: ASC without input after SHUTDOWN", side_step_without_input(&server), SEC_E_OK);
    }
    side_free(&server);
    FreeCredentialsHandle(&credential);
}

void facts_of_datagrams(void) {
    struct side client;
    struct bytes hello;
    CredHandle credential;
    SECURITY_STATUS status = acquire_datagrams(&credential, FALSE);
    if (status != SEC_E_OK) {
        fact_missing(32, "DTLS: a flight sent again", text_of("no credential: %s", status_name(status)));
        fact_missing(33, "DTLS: a server's close", text_of("no credential: %s", status_name(status)));
        return;
    }
    side_init(&client, FALSE, &credential);
    use_datagrams(&client);
    fact_status(32, CHECKED, "DTLS: first call of ISC", side_step_without_input(&client), SEC_I_CONTINUE_NEEDED);
    hello = client.token;
    if (client.has_context) sent_again(&client);
    server_that_closes(&hello);
    side_free(&client);
    FreeCredentialsHandle(&credential);
}
