/* A TLS server as a program for Windows has it: Winsock and Schannel, nothing of Linux. It serves one client: a message comes, a
 * line goes back, and the connection ends as Microsoft's page "Shutting Down an Schannel Connection" says.
 *
 *   cc winsock_server.c -lsecur32 -lcrypt32 -lws2_32   (with the flags of docs/win32.md)
 *   ./winsock_server server.pfx password
 *
 * Prints the port of 127.0.0.1 that it listens on. Exit code: 0 the client closed with close_notify, 1 it just went away, 2 anything else. */
#include "winsock_channel.h"
#include <WinCrypt.h>

#define FLAGS (ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY | ASC_REQ_EXTENDED_ERROR | \
               ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM)

static PCCERT_CONTEXT read_certificate(const char *path, const char *password) {
    static BYTE bytes[0x10000];
    CRYPT_DATA_BLOB blob = {0, bytes};
    WCHAR wide[128];
    FILE *file = fopen(path, "rb");
    HCERTSTORE store;
    PCCERT_CONTEXT own;
    if (file == NULL) quit(path, ERROR_FILE_NOT_FOUND);
    blob.cbData = (DWORD)fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, password, -1, wide, ARRAYSIZE(wide))) quit("password", GetLastError());
    store = PFXImportCertStore(&blob, wide, PKCS12_NO_PERSIST_KEY);
    SecureZeroMemory(wide, sizeof wide);
    if (store == NULL) quit(path, GetLastError());
    own = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
    if (own == NULL) quit(path, GetLastError());
    CertCloseStore(store, 0);
    return own;
}

static void acquire_credentials(PCCERT_CONTEXT own) {
    SCH_CREDENTIALS data = {0};
    SECURITY_STATUS status;
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    data.cCreds = 1;
    data.paCred = &own;
    status = AcquireCredentialsHandleA(NULL, (LPSTR)UNISP_NAME_A, SECPKG_CRED_INBOUND, NULL, &data, NULL, NULL, &credential, NULL);
    if (status != SEC_E_OK) quit("AcquireCredentialsHandle", (DWORD)status);
    CertFreeCertificateContext(own);
}

static void wait_for_client(void) {
    SOCKADDR_IN address = {0};
    socklen_t size = sizeof address;
    SOCKET listening = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening, (SOCKADDR *)&address, sizeof address) == SOCKET_ERROR || listen(listening, 1) == SOCKET_ERROR ||
        getsockname(listening, (SOCKADDR *)&address, &size) == SOCKET_ERROR)
        quit("listen", (DWORD)WSAGetLastError());
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    s = accept(listening, NULL, NULL);
    if (s == INVALID_SOCKET) quit("accept", (DWORD)WSAGetLastError());
    closesocket(listening);
}

/* One call of AcceptSecurityContext, without input for closing, and what it says to the client. */
static SECURITY_STATUS step(BOOL first, BOOL with_input) {
    SecBuffer in[2] = {{count, SECBUFFER_TOKEN, received}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[1] = {{0, SECBUFFER_TOKEN, NULL}};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in}, output = {SECBUFFER_VERSION, 1, out};
    DWORD attributes;
    SECURITY_STATUS status = AcceptSecurityContext(&credential, first ? NULL : &context, with_input ? &input : NULL, FLAGS,
                                                   SECURITY_NATIVE_DREP, first ? &context : NULL, &output, &attributes, NULL);
    send_token(out);
    if (with_input && status != SEC_E_INCOMPLETE_MESSAGE) keep(&in[1]);
    return status;
}

static void handshake(void) {
    BOOL first = TRUE;
    SECURITY_STATUS status = SEC_E_INCOMPLETE_MESSAGE;
    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE) {
        if ((count == 0 || status == SEC_E_INCOMPLETE_MESSAGE) && !receive_more()) quit("the client is gone", (DWORD)status);
        status = step(first, TRUE);
        if (status != SEC_E_INCOMPLETE_MESSAGE) first = FALSE;
    }
    if (status != SEC_E_OK) quit("AcceptSecurityContext", (DWORD)status);
}

int main(int argc, char **argv) {
    const char answer[] = "hello from Schannel\n";
    WSADATA winsock;
    SECURITY_STATUS status, closing;
    if (argc != 3) {
        fprintf(stderr, "usage: winsock_server PFX PASSWORD\n");
        return 2;
    }
    if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0) return 2;
    acquire_credentials(read_certificate(argv[1], argv[2]));
    wait_for_client();
    handshake();
    status = print_message();
    if (status == SEC_E_OK) send_message(answer, sizeof answer - 1);
    ask_for_shutdown();
    closing = step(FALSE, FALSE);
    if (FAILED(closing)) quit("closing", (DWORD)closing);
    while (status == SEC_E_OK) status = print_message(); /* the client may have more to say, and has to close, too */
    clean_up();
    return status == SEC_I_CONTEXT_EXPIRED ? 0 : 1;
}
