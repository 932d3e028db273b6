/* winsock2.h: Winsock's names over Linux's sockets.
 *
 *   WSADATA data;
 *   if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return;
 *   SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
 *   if (connect(s, address, size) == SOCKET_ERROR) fprintf(stderr, "%d\n", WSAGetLastError());
 *   closesocket(s);
 *   WSACleanup();
 *
 * socket, connect, send, recv, select, getaddrinfo and so on are Linux's own, declared by the headers that this one
 * brings; a SOCKET is a file descriptor. So these are different from Windows, and a port has to know them:
 *   - their errors are in errno; WSAGetLastError translates it, GetLastError does not know it;
 *   - send to a connection that is gone raises SIGPIPE, which WSAStartup therefore switches off;
 *   - select wants the highest descriptor plus one as its first argument; Windows ignores it;
 *   - SO_RCVTIMEO and SO_SNDTIMEO take a struct timeval, on Windows milliseconds; a time that passed is WSAEWOULDBLOCK.
 * Overlapped calls, events for sockets and WSAIoctl are not here. Any function may be called by any thread. In
 * libschannix-win32. Source: MS winsock2.h; which error is which: our decision, in src/win32/socket_errors.cpp.
 */
#ifndef SCHANNIX_WINSOCK2_H
#define SCHANNIX_WINSOCK2_H

#include <arpa/inet.h>
#include <asm/ioctls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <minwindef.h>
#include <winerror.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long; /* 64 bits here */
typedef int SOCKET;
#define INVALID_SOCKET SCHANNIX_CAST(SOCKET, -1)
#define SOCKET_ERROR (-1)
#define SD_RECEIVE 0
#define SD_SEND 1
#define SD_BOTH 2

typedef struct sockaddr SOCKADDR, *PSOCKADDR, *LPSOCKADDR;
typedef struct sockaddr_in SOCKADDR_IN, *PSOCKADDR_IN, *LPSOCKADDR_IN;
typedef struct sockaddr_in6 SOCKADDR_IN6, *PSOCKADDR_IN6, *LPSOCKADDR_IN6;
typedef struct sockaddr_storage SOCKADDR_STORAGE, *PSOCKADDR_STORAGE, *LPSOCKADDR_STORAGE;
typedef struct in_addr IN_ADDR, *PIN_ADDR, *LPIN_ADDR;
typedef struct timeval TIMEVAL, *PTIMEVAL, *LPTIMEVAL;
typedef struct addrinfo ADDRINFOA, *PADDRINFOA;

typedef struct WSAData {
  WORD wVersion;
  WORD wHighVersion;
  unsigned short iMaxSockets; /* 0 */
  unsigned short iMaxUdpDg;   /* 0 */
  char *lpVendorInfo;         /* NULL */
  char szDescription[257];
  char szSystemStatus[129];
} WSADATA, *LPWSADATA;

/* Version 2.2, or a lower one that is asked for. Switches SIGPIPE off for the process, if nobody handles it. 0,
 * WSAVERNOTSUPPORTED (0.x) or WSAEFAULT (NULL). Can be called again; sockets work without. */
int WSAAPI WSAStartup(WORD wVersionRequested, LPWSADATA lpWSAData);

/* Ends one WSAStartup; open sockets stay open (our decision). SOCKET_ERROR and WSANOTINITIALISED: there was none. */
int WSAAPI WSACleanup(void);

/* What errno means; 0 for no error. WSAEWOULDBLOCK is also a connect that goes on, as on Windows. */
int WSAAPI WSAGetLastError(void);
void WSAAPI WSASetLastError(int iError);

/* 0, or SOCKET_ERROR and WSAENOTSOCK. Nothing is waited for. */
int WSAAPI closesocket(SOCKET s);

/* FIONBIO: *argp is not 0: calls do not wait. FIONREAD: how many bytes can be read. 0, or SOCKET_ERROR and WSAENOTSOCK,
 * WSAEFAULT (NULL), WSAEINVAL (another command). */
int WSAAPI ioctlsocket(SOCKET s, long cmd, u_long *argp);

typedef struct _WSABUF {
  ULONG len;
  CHAR *buf;
} WSABUF, *LPWSABUF;
typedef OVERLAPPED WSAOVERLAPPED, *LPWSAOVERLAPPED;
typedef void(CALLBACK *LPWSAOVERLAPPED_COMPLETION_ROUTINE)(DWORD dwError, DWORD cbTransferred, LPWSAOVERLAPPED lpOverlapped,
                                                           DWORD dwFlags);

/* One send of several buffers, one receive into them. 0, or SOCKET_ERROR and what send or recv would have said;
 * WSAEOPNOTSUPP: lpOverlapped or lpCompletionRoutine; WSAEINVAL: no buffers, or more than 1024; WSAEFAULT: a NULL that is
 * needed. WSASend never raises SIGPIPE. */
int WSAAPI WSASend(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags,
                   LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);
int WSAAPI WSARecv(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags,
                   LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine);

/* Looks nodename up and connects s to the first of its addresses that answers; addresses are of the socket's family, an
 * IPv6 socket reaches IPv4 ones too unless it is IPv6 only. timeout: for each attempt; NULL waits. The address and length
 * pairs: where to put this end's and the peer's, or NULL. Reserved has to be NULL. FALSE and WSAGetLastError():
 * WSAHOST_NOT_FOUND; WSAEINVAL: a NULL name, or Reserved; WSAENOTSOCK; WSAETIMEDOUT; what connect said of the last
 * address. */
BOOL PASCAL WSAConnectByNameA(SOCKET s, LPCSTR nodename, LPCSTR servicename, LPDWORD LocalAddressLength,
                              LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR RemoteAddress,
                              const struct timeval *timeout, LPWSAOVERLAPPED Reserved);
BOOL PASCAL WSAConnectByNameW(SOCKET s, LPWSTR nodename, LPWSTR servicename, LPDWORD LocalAddressLength,
                              LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR RemoteAddress,
                              const struct timeval *timeout, LPWSAOVERLAPPED Reserved);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(WSAConnectByName)
#define WSAConnectByName SCHANNIX_AW_(WSAConnectByName)
#endif
