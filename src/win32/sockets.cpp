// Winsock's own calls; the others are Linux's.
#include <winsock2.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "win32/socket_errors.hpp"

namespace {

std::atomic<unsigned> startups{0};

constexpr WORD highest_version = 0x0202;  // major in the low byte

int fail(int socket_error) {
  WSASetLastError(socket_error);
  return SOCKET_ERROR;
}

// Windows has no such signal: what a program does not know of must not end it.
void switch_sigpipe_off() {
  struct sigaction now = {};
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_DFL)
    std::signal(SIGPIPE, SIG_IGN);
}

WORD version_for(WORD asked) {  // compared major first
  const auto ordered = [](WORD version) { return MAKEWORD(HIBYTE(version), LOBYTE(version)); };
  return ordered(asked) < ordered(highest_version) ? asked : highest_version;
}

constexpr std::size_t most_buffers = IOV_MAX;
using pieces = std::array<iovec, most_buffers>;

int refuse_transfer(const WSABUF* buffers, DWORD count, bool overlapped) {
  if (overlapped) return WSAEOPNOTSUPP;
  if (buffers == nullptr) return WSAEFAULT;
  return count == 0 || count > most_buffers ? WSAEINVAL : 0;
}

msghdr message_of(const WSABUF* buffers, DWORD count, pieces& into) {
  std::transform(buffers, buffers + count, into.begin(), [](const WSABUF& one) { return iovec{one.buf, one.len}; });
  msghdr message = {};
  message.msg_iov = into.data();
  message.msg_iovlen = count;
  return message;
}

}  // namespace

int WSAAPI WSAStartup(WORD wVersionRequested, LPWSADATA lpWSAData) {
  if (lpWSAData == nullptr) return WSAEFAULT;
  if (LOBYTE(wVersionRequested) == 0) return WSAVERNOTSUPPORTED;
  *lpWSAData = {};
  lpWSAData->wVersion = version_for(wVersionRequested);
  lpWSAData->wHighVersion = highest_version;
  std::strcpy(lpWSAData->szDescription, "Winsock names over Linux sockets");
  std::strcpy(lpWSAData->szSystemStatus, "Running");
  switch_sigpipe_off();
  ++startups;
  return 0;
}

int WSAAPI WSACleanup(void) {
  unsigned count = startups;
  while (count != 0)
    if (startups.compare_exchange_weak(count, count - 1)) return 0;
  return fail(WSANOTINITIALISED);
}

int WSAAPI WSAGetLastError(void) { return schannix::win32::socket_error_of(errno); }

void WSAAPI WSASetLastError(int iError) {
  const int number = schannix::win32::errno_of(iError);
  errno = number != 0 ? number : iError;
}

int WSAAPI closesocket(SOCKET s) {
  if (close(s) == 0 || errno == EINTR || errno == EINPROGRESS) return 0;  // it is closed all the same
  return SOCKET_ERROR;
}

int WSAAPI ioctlsocket(SOCKET s, long cmd, u_long* argp) {
  if (argp == nullptr) return fail(WSAEFAULT);
  int value = *argp != 0 ? 1 : 0;
  if (cmd != FIONBIO && cmd != FIONREAD) return fail(WSAEINVAL);
  if (ioctl(s, static_cast<unsigned long>(cmd), &value) != 0) return SOCKET_ERROR;
  if (cmd == FIONREAD) *argp = static_cast<u_long>(value);
  return 0;
}

int WSAAPI WSASend(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesSent, DWORD dwFlags,
                   LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
  const bool overlapped = lpOverlapped != nullptr || lpCompletionRoutine != nullptr;
  if (const int why = refuse_transfer(lpBuffers, dwBufferCount, overlapped); why != 0) return fail(why);
  if (lpNumberOfBytesSent == nullptr) return fail(WSAEFAULT);
  pieces parts;
  const msghdr message = message_of(lpBuffers, dwBufferCount, parts);
  const ssize_t sent = sendmsg(s, &message, static_cast<int>(dwFlags) | MSG_NOSIGNAL);
  if (sent < 0) return SOCKET_ERROR;
  *lpNumberOfBytesSent = static_cast<DWORD>(sent);
  return 0;
}

int WSAAPI WSARecv(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD lpNumberOfBytesRecvd, LPDWORD lpFlags,
                   LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
  const bool overlapped = lpOverlapped != nullptr || lpCompletionRoutine != nullptr;
  if (const int why = refuse_transfer(lpBuffers, dwBufferCount, overlapped); why != 0) return fail(why);
  if (lpNumberOfBytesRecvd == nullptr || lpFlags == nullptr) return fail(WSAEFAULT);
  pieces parts;
  msghdr message = message_of(lpBuffers, dwBufferCount, parts);
  const ssize_t received = recvmsg(s, &message, static_cast<int>(*lpFlags));
  if (received < 0) return SOCKET_ERROR;
  *lpNumberOfBytesRecvd = static_cast<DWORD>(received);
  *lpFlags = 0;
  return 0;
}
