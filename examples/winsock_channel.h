/* What winsock_client.c and winsock_server.c share: a connection, its unread bytes, and messages over it. */
#pragma once
#define SECURITY_WIN32
#include <WinSock2.h>
#include <Windows.h>
#include <Sspi.h>
#include <Schannel.h>
#include <stdio.h>
#include <stdlib.h>

static SOCKET s;
static CredHandle credential;
static CtxtHandle context;
static char received[0x8000]; /* what the peer sent and nobody has used yet */
static DWORD count;

static void quit(const char *what, DWORD code) {
    char text[256] = "";
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code, 0, text, sizeof text, NULL);
    fprintf(stderr, "%s: 0x%08X %s\n", what, (unsigned)code, text);
    exit(2);
}

static void send_all(const char *bytes, DWORD size) {
    while (size > 0) {
        int sent = (int)send(s, bytes, size, 0);
        if (sent == SOCKET_ERROR) quit("send", (DWORD)WSAGetLastError());
        bytes += sent;
        size -= (DWORD)sent;
    }
}

static void send_token(SecBuffer *token) {
    if (token->pvBuffer != NULL) send_all((const char *)token->pvBuffer, token->cbBuffer);
    FreeContextBuffer(token->pvBuffer);
}

static BOOL receive_more(void) {
    int size = (int)recv(s, received + count, sizeof received - count, 0);
    if (size > 0) count += (DWORD)size;
    return size > 0;
}

/* What a call did not use, an EXTRA buffer, lies at the end of its input. */
static void keep(const SecBuffer *extra) {
    DWORD unused = extra->BufferType == SECBUFFER_EXTRA ? extra->cbBuffer : 0;
    MoveMemory(received, received + count - unused, unused);
    count = unused;
}

static void send_message(const char *text, DWORD size) {
    SecPkgContext_StreamSizes sizes;
    SecBuffer b[4] = {{0, SECBUFFER_EMPTY, NULL}};
    SecBufferDesc list = {SECBUFFER_VERSION, 4, b};
    SECURITY_STATUS status = QueryContextAttributes(&context, SECPKG_ATTR_STREAM_SIZES, &sizes);
    char *message;
    if (status != SEC_E_OK) quit("QueryContextAttributes", (DWORD)status);
    message = (char *)LocalAlloc(LMEM_FIXED, sizes.cbHeader + size + sizes.cbTrailer);
    if (message == NULL) quit("LocalAlloc", GetLastError());
    CopyMemory(message + sizes.cbHeader, text, size);
    b[0] = (SecBuffer){sizes.cbHeader, SECBUFFER_STREAM_HEADER, message};
    b[1] = (SecBuffer){size, SECBUFFER_DATA, message + sizes.cbHeader};
    b[2] = (SecBuffer){sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, message + sizes.cbHeader + size};
    status = EncryptMessage(&context, 0, &list, 0);
    if (status != SEC_E_OK) quit("EncryptMessage", (DWORD)status);
    send_all(message, b[0].cbBuffer + b[1].cbBuffer + b[2].cbBuffer);
    LocalFree(message);
}

/* The next message, printed: SEC_E_OK. SEC_I_CONTEXT_EXPIRED: close_notify. SEC_E_INCOMPLETE_MESSAGE: the peer is gone without it.
 * SEC_I_RENEGOTIATE: bytes for the handshake, a TLS 1.3 ticket for example, are the next that are unread. */
static SECURITY_STATUS print_message(void) {
    for (;;) {
        SecBuffer b[4] = {{count, SECBUFFER_DATA, received}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}, {0, SECBUFFER_EMPTY, NULL}};
        SecBufferDesc list = {SECBUFFER_VERSION, 4, b};
        SECURITY_STATUS status = DecryptMessage(&context, &list, 0, NULL);
        if (status == SEC_E_INCOMPLETE_MESSAGE && receive_more()) continue;
        if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
        if (FAILED(status)) quit("DecryptMessage", (DWORD)status);
        if (status == SEC_E_OK) fwrite(b[1].pvBuffer, 1, b[1].cbBuffer, stdout);
        keep(&b[3]);
        return status;
    }
}

/* The first half of closing; the role's next step makes the close_notify. */
static void ask_for_shutdown(void) {
    DWORD type = SCHANNEL_SHUTDOWN;
    SecBuffer b = {sizeof type, SECBUFFER_TOKEN, &type};
    SecBufferDesc token = {SECBUFFER_VERSION, 1, &b};
    SECURITY_STATUS status = ApplyControlToken(&context, &token);
    if (status != SEC_E_OK) quit("ApplyControlToken", (DWORD)status);
}

static void clean_up(void) {
    DeleteSecurityContext(&context);
    FreeCredentialsHandle(&credential);
    closesocket(s);
    WSACleanup();
}
