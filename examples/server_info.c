/* A program in C, on Windows' own calls: what a server and this client agree on. Sockets are Linux'.
 *
 *   cc server_info.c $(pkg-config --cflags --libs schannix-win32) -o server_info
 *   SSL_CERT_FILE=roots.pem ./server_info localhost 4433 */
#include <windows.h>

#define SECURITY_WIN32
#include <schannel.h>
#include <sspi.h>
#include <wincrypt.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLAGS (ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM)

static CredHandle credential;
static CtxtHandle context;
static int has_context;
static BYTE received[65536];
static DWORD count;

static int quit(const char *what, SECURITY_STATUS status) {
    fprintf(stderr, "%s: 0x%08X\n", what, (unsigned)status);
    exit(2);
}

static int connect_to(const char *host, const char *port) {
    struct addrinfo hints = {0}, *found = NULL, *one;
    int s = -1;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0) quit("no such host", 0);
    for (one = found; one != NULL && s < 0; one = one->ai_next) {
        s = socket(one->ai_family, one->ai_socktype, 0);
        if (connect(s, one->ai_addr, one->ai_addrlen) != 0) close(s), s = -1;
    }
    freeaddrinfo(found);
    return s >= 0 ? s : quit("cannot connect", 0);
}

/* One call of InitializeSecurityContext; what it produces is sent, what it has used is dropped. */
static SECURITY_STATUS step(int s, char *host) {
    SecBuffer in[2] = {{count, SECBUFFER_TOKEN, received}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[1] = {{0, SECBUFFER_TOKEN, NULL}};
    SecBufferDesc input = {SECBUFFER_VERSION, 2, in}, output = {SECBUFFER_VERSION, 1, out};
    DWORD attributes = 0, left;
    const SECURITY_STATUS status =
        InitializeSecurityContextA(&credential, has_context ? &context : NULL, host, FLAGS, 0, 0,
                                   has_context ? &input : NULL, 0, &context, &output, &attributes, NULL);
    if (out[0].pvBuffer != NULL) {
        if (send(s, out[0].pvBuffer, out[0].cbBuffer, MSG_NOSIGNAL) < 0) quit("cannot send", 0);
        FreeContextBuffer(out[0].pvBuffer);
    }
    if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
    if (status < 0) quit("the handshake failed", status);
    has_context = 1;
    left = in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0;
    memmove(received, received + count - left, left);
    count = left;
    return status;
}

static void handshake(int s, char *host) {
    SECURITY_STATUS status = step(s, host);
    while (status != SEC_E_OK) {
        const ssize_t n = count != 0 && status != SEC_E_INCOMPLETE_MESSAGE ? 0 : recv(s, received + count, sizeof received - count, 0);
        if (n <= 0 && (count == 0 || status == SEC_E_INCOMPLETE_MESSAGE)) quit("the server has gone", 0);
        count += (DWORD)n;
        status = step(s, host);
    }
}

static void print_what_was_agreed(void) {
    SecPkgContext_CipherInfo cipher = {0};
    PCCERT_CONTEXT certificate = NULL;
    char name[256], suite[64];
    SECURITY_STATUS status;
    size_t i;
    cipher.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
    status = QueryContextAttributesA(&context, SECPKG_ATTR_CIPHER_INFO, &cipher);
    if (status != SEC_E_OK) quit("no cipher", status);
    for (i = 0; i + 1 < sizeof suite && cipher.szCipherSuite[i] != 0; ++i) suite[i] = (char)cipher.szCipherSuite[i];
    suite[i] = 0;
    status = QueryContextAttributesA(&context, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &certificate);
    if (status != SEC_E_OK) quit("no certificate", status);
    CertGetNameStringA(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name, sizeof name);
    printf("version 0x%04X\nsuite %s\ncertificate of %s\n", (unsigned)cipher.dwProtocol, suite, name);
    CertFreeCertificateContext(certificate);
}

int main(int argc, char **argv) {
    SCH_CREDENTIALS wanted = {0};
    DWORD shutdown_token = SCHANNEL_SHUTDOWN;
    SecBuffer token[1] = {{sizeof shutdown_token, SECBUFFER_TOKEN, &shutdown_token}};
    SecBufferDesc control = {SECBUFFER_VERSION, 1, token};
    SECURITY_STATUS status;
    int s;
    if (argc != 3) return quit("usage: server_info HOST PORT", 0);
    wanted.dwVersion = SCH_CREDENTIALS_VERSION;
    status = AcquireCredentialsHandleA(NULL, (char *)UNISP_NAME_A, SECPKG_CRED_OUTBOUND, NULL, &wanted, NULL, NULL, &credential, NULL);
    if (status != SEC_E_OK) quit("no credential", status);
    s = connect_to(argv[1], argv[2]);
    handshake(s, argv[1]);
    print_what_was_agreed();
    count = 0;
    if (ApplyControlToken(&context, &control) == SEC_E_OK) step(s, argv[1]); /* close_notify */
    close(s);
    DeleteSecurityContext(&context);
    FreeCredentialsHandle(&credential);
    return 0;
}
