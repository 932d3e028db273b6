/* The client loop of Microsoft's pages, in C, over a TCP socket: connect, ask for a page, print it, and end the
 * connection as "Shutting Down an Schannel Connection" says. Needs nothing of schannix but Windows' header names.
 *
 *   cc client_loop.c $(pkg-config --cflags --libs schannix-win32) && ./a.out localhost 4433
 *
 * Exit code: 0 the peer closed with close_notify, 1 it did not, 2 anything else. */
#include <windows.h>
#include <sspi.h>
#include <schannel.h>
#include <wincrypt.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_FLAGS                                                                                        \
    (ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY | ISC_REQ_EXTENDED_ERROR |     \
     ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM)

static CredHandle credential;
static CtxtHandle context;
static BYTE received[65536]; /* unread bytes of the peer */
static DWORD count;

static void quit(const char *what, SECURITY_STATUS status) {
    fprintf(stderr, "%s: 0x%08X\n", what, (unsigned)status);
    exit(2);
}

static int connect_to(const char *host, const char *port) {
    struct addrinfo hints = {0}, *found = NULL, *one;
    int s = -1;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0) quit("no such host", 0);
    for (one = found; one != NULL; one = one->ai_next) {
        s = socket(one->ai_family, one->ai_socktype, 0);
        if (s >= 0 && connect(s, one->ai_addr, one->ai_addrlen) == 0) break;
        if (s >= 0) close(s);
        s = -1;
    }
    freeaddrinfo(found);
    if (s < 0) quit("cannot connect", 0);
    return s;
}

static BOOL read_more(int s) {
    const ssize_t n = recv(s, received + count, sizeof received - count, 0);
    if (n > 0) count += (DWORD)n;
    return n > 0;
}

static void keep_extra(DWORD extra) {
    memmove(received, received + count - extra, extra);
    count = extra;
}

/* One call of InitializeSecurityContext; what it produced is sent. */
static SECURITY_STATUS step(int s, char *host, BOOL first, BOOL with_input) {
    SecBuffer in[2] = {{count, SECBUFFER_TOKEN, received}, {0, SECBUFFER_EMPTY, NULL}};
    SecBuffer out[1] = {{0, SECBUFFER_TOKEN, NULL}};
    SecBufferDesc in_list = {SECBUFFER_VERSION, 2, in}, out_list = {SECBUFFER_VERSION, 1, out};
    DWORD attributes = 0;
    SECURITY_STATUS status =
        InitializeSecurityContext(&credential, first ? NULL : &context, host, REQUEST_FLAGS, 0, SECURITY_NATIVE_DREP,
                                  with_input ? &in_list : NULL, 0, &context, &out_list, &attributes, NULL);
    if (out[0].pvBuffer != NULL) {
        if (out[0].cbBuffer != 0 && send(s, out[0].pvBuffer, out[0].cbBuffer, MSG_NOSIGNAL) < 0) quit("send", 0);
        FreeContextBuffer(out[0].pvBuffer);
    }
    if (with_input && !FAILED(status)) keep_extra(in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0);
    return status;
}

static void handshake(int s, char *host) {
    SECURITY_STATUS status = step(s, host, TRUE, FALSE);
    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE) {
        if ((count == 0 || status == SEC_E_INCOMPLETE_MESSAGE) && !read_more(s)) quit("the peer went away", status);
        status = step(s, host, FALSE, TRUE);
    }
    if (status != SEC_E_OK) quit("handshake", status);
}

static void send_text(int s, const char *text) {
    SecPkgContext_StreamSizes sizes;
    SecBuffer b[4];
    SecBufferDesc list = {SECBUFFER_VERSION, 4, b};
    BYTE *record;
    DWORD size = (DWORD)strlen(text);
    QueryContextAttributes(&context, SECPKG_ATTR_STREAM_SIZES, &sizes);
    record = malloc(sizes.cbHeader + size + sizes.cbTrailer);
    memcpy(record + sizes.cbHeader, text, size);
    b[0] = (SecBuffer){sizes.cbHeader, SECBUFFER_STREAM_HEADER, record};
    b[1] = (SecBuffer){size, SECBUFFER_DATA, record + sizes.cbHeader};
    b[2] = (SecBuffer){sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, record + sizes.cbHeader + size};
    b[3] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    if (EncryptMessage(&context, 0, &list, 0) != SEC_E_OK) quit("EncryptMessage", 0);
    if (send(s, record, b[0].cbBuffer + b[1].cbBuffer + b[2].cbBuffer, MSG_NOSIGNAL) < 0) quit("send", 0);
    free(record);
}

/* Prints what arrives; the status that ended it: SEC_I_CONTEXT_EXPIRED, or SEC_E_INCOMPLETE_MESSAGE at the end of TCP. */
static SECURITY_STATUS print_all(int s, char *host) {
    for (;;) {
        SecBuffer b[4] = {{count, SECBUFFER_DATA, received}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}};
        SecBufferDesc list = {SECBUFFER_VERSION, 4, b};
        SECURITY_STATUS status = DecryptMessage(&context, &list, 0, NULL);
        if (status == SEC_E_INCOMPLETE_MESSAGE) {
            if (!read_more(s)) return status;
            continue;
        }
        if (FAILED(status)) quit("DecryptMessage", status);
        fwrite(b[1].pvBuffer, 1, b[1].cbBuffer, stdout);
        keep_extra(b[3].BufferType == SECBUFFER_EXTRA ? b[3].cbBuffer : 0);
        if (status == SEC_I_CONTEXT_EXPIRED) return status;
        if (status == SEC_I_RENEGOTIATE && (status = step(s, host, FALSE, TRUE)) != SEC_E_OK) quit("post-handshake", status);
    }
}

int main(int argc, char **argv) {
    SCH_CREDENTIALS data = {0};
    DWORD shutdown_token = SCHANNEL_SHUTDOWN;
    SecBuffer b = {sizeof shutdown_token, SECBUFFER_TOKEN, &shutdown_token};
    SecBufferDesc list = {SECBUFFER_VERSION, 1, &b};
    SECURITY_STATUS ended;
    int s;
    if (argc != 3) quit("usage: client_loop HOST PORT", 0);
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    ended = AcquireCredentialsHandle(NULL, (char *)UNISP_NAME, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL, &credential, NULL);
    if (ended != SEC_E_OK) quit("AcquireCredentialsHandle", ended);
    s = connect_to(argv[1], argv[2]);
    handshake(s, argv[1]);
    send_text(s, "GET / HTTP/1.0\r\n\r\n");
    ended = print_all(s, argv[1]);
    if (ApplyControlToken(&context, &list) != SEC_E_OK) quit("ApplyControlToken", 0);
    if (FAILED(step(s, argv[1], FALSE, FALSE))) quit("shutdown", 0);
    DeleteSecurityContext(&context);
    FreeCredentialsHandle(&credential);
    close(s);
    return ended == SEC_I_CONTEXT_EXPIRED ? 0 : 1;
}
