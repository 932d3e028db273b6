/* A TLS client as a program for Windows has it: Winsock and Schannel, nothing of Linux. It asks for a page, prints what comes, and
 * closes as Microsoft's page "Shutting Down an Schannel Connection" says.
 *
 *   cc winsock_client.c -lsecur32 -lws2_32   (with the flags of docs/win32.md)
 *   ./winsock_client localhost 4433
 *
 * Exit code: 0 the server closed with close_notify, 1 it just went away, 2 anything else. */
#include "winsock_channel.h"

#define FLAGS (ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_EXTENDED_ERROR | \
               ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM)

static char *host; /* the name that the server's certificate has to have */

static void connect_to(const char *port) {
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (s == INVALID_SOCKET || !WSAConnectByNameA(s, host, port, NULL, NULL, NULL, NULL, NULL, NULL))
        quit("connect", (DWORD)WSAGetLastError());
}

static void acquire_credentials(void) {
    SCH_CREDENTIALS data = {0};
    SECURITY_STATUS status;
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    data.dwFlags = SCH_USE_STRONG_CRYPTO;
    status = AcquireCredentialsHandleA(NULL, (LPSTR)UNISP_NAME_A, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL, &credential, NULL);
    if (status != SEC_E_OK) quit("AcquireCredentialsHandle", (DWORD)status);
}

/* One call of InitializeSecurityContext, without input the first time and for closing, and what it says to the server. */
static SECURITY_STATUS step(BOOL first, BOOL with_input) {
    SecBuffer in[2] = {{count, SECBUFFER_TOKEN, received}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[1] = {{0, SECBUFFER_TOKEN, NULL}};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in}, output = {SECBUFFER_VERSION, 1, out};
    DWORD attributes;
    SECURITY_STATUS status = InitializeSecurityContextA(
        &credential, first ? NULL : &context, host, FLAGS, 0, SECURITY_NATIVE_DREP, with_input ? &input : NULL, 0,
        first ? &context : NULL, &output, &attributes, NULL);
    send_token(out);
    if (with_input && status != SEC_E_INCOMPLETE_MESSAGE) keep(&in[1]);
    return status;
}

/* Goes on until the handshake is done. */
static void handshake(SECURITY_STATUS status) {
    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE) {
        if ((count == 0 || status == SEC_E_INCOMPLETE_MESSAGE) && !receive_more()) quit("the server is gone", (DWORD)status);
        status = step(FALSE, TRUE);
    }
    if (status != SEC_E_OK) quit("InitializeSecurityContext", (DWORD)status);
}

int main(int argc, char **argv) {
    const char request[] = "GET / HTTP/1.0\r\n\r\n";
    WSADATA winsock;
    SECURITY_STATUS end, closing;
    if (argc != 3) {
        fprintf(stderr, "usage: winsock_client HOST PORT\n");
        return 2;
    }
    host = argv[1];
    if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0) return 2;
    connect_to(argv[2]);
    acquire_credentials();
    handshake(step(TRUE, FALSE));
    send_message(request, sizeof request - 1);
    while ((end = print_message()) == SEC_E_OK || end == SEC_I_RENEGOTIATE)
        if (end == SEC_I_RENEGOTIATE) handshake(step(FALSE, TRUE));
    ask_for_shutdown();
    closing = step(FALSE, FALSE);
    if (FAILED(closing)) quit("closing", (DWORD)closing);
    clean_up();
    return end == SEC_I_CONTEXT_EXPIRED ? 0 : 1;
}
