// WSAConnectByName: name look-up and connecting in one call.
#include <winsock2.h>

#include <cerrno>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace {

struct ends {
  LPDWORD local_size;
  LPSOCKADDR local;
  LPDWORD remote_size;
  LPSOCKADDR remote;
};

BOOL fail(int socket_error) {
  WSASetLastError(socket_error);
  return FALSE;
}

template <typename Value>
std::optional<Value> option(SOCKET s, int level, int name) {
  Value value = {};
  socklen_t size = sizeof value;
  if (getsockopt(s, level, name, &value, &size) != 0) return std::nullopt;
  return value;
}

struct freed {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using addresses = std::unique_ptr<addrinfo, freed>;

addresses look_up(SOCKET s, int family, LPCSTR node, LPCSTR service) {
  addrinfo wanted = {};
  wanted.ai_family = family;
  wanted.ai_socktype = option<int>(s, SOL_SOCKET, SO_TYPE).value_or(0);
  if (family == AF_INET6 && option<int>(s, IPPROTO_IPV6, IPV6_V6ONLY) == 0) wanted.ai_flags = AI_V4MAPPED | AI_ALL;
  addrinfo* found = nullptr;
  return addresses(getaddrinfo(node, service, &wanted, &found) == 0 ? found : nullptr);
}

// A time limit on sending bounds connect as well (socket(7)); it is put back afterwards.
class connect_limit {
 public:
  connect_limit(SOCKET s, const timeval* limit)
      : s_(s), before_(limit == nullptr ? std::nullopt : option<timeval>(s, SOL_SOCKET, SO_SNDTIMEO)) {
    if (before_) setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, limit, sizeof *limit);
  }
  connect_limit(const connect_limit&) = delete;
  connect_limit& operator=(const connect_limit&) = delete;
  ~connect_limit() {
    const int error = errno;
    if (before_) setsockopt(s_, SOL_SOCKET, SO_SNDTIMEO, &*before_, sizeof *before_);
    errno = error;
  }

  bool holds() const { return before_.has_value(); }

 private:
  SOCKET s_;
  std::optional<timeval> before_;
};

bool connect_to_one_of(SOCKET s, const addrinfo* list, const timeval* limit) {
  const connect_limit bound(s, limit);
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next)
    if (connect(s, one->ai_addr, one->ai_addrlen) == 0) return true;
  if (bound.holds() && (errno == EINPROGRESS || errno == EALREADY || errno == EAGAIN)) WSASetLastError(WSAETIMEDOUT);
  return false;
}

using name_function = int(int, sockaddr*, socklen_t*);

BOOL tell(SOCKET s, name_function ask, LPDWORD size, LPSOCKADDR into) {
  if (size == nullptr || into == nullptr) return TRUE;
  socklen_t length = *size;
  if (ask(s, into, &length) != 0) return FALSE;
  if (length > *size) return fail(WSAEFAULT);
  *size = length;
  return TRUE;
}

BOOL connect_by_name(SOCKET s, LPCSTR node, LPCSTR service, const ends& where, const timeval* limit, bool reserved) {
  if (node == nullptr || service == nullptr || reserved) return fail(WSAEINVAL);
  const auto family = option<int>(s, SOL_SOCKET, SO_DOMAIN);
  if (!family) return FALSE;  // errno says that it is no socket
  const addresses found = look_up(s, *family, node, service);
  if (!found) return fail(WSAHOST_NOT_FOUND);
  if (!connect_to_one_of(s, found.get(), limit)) return FALSE;
  return tell(s, getsockname, where.local_size, where.local) && tell(s, getpeername, where.remote_size, where.remote);
}

}  // namespace

BOOL PASCAL WSAConnectByNameA(SOCKET s, LPCSTR nodename, LPCSTR servicename, LPDWORD LocalAddressLength,
                              LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR RemoteAddress,
                              const struct timeval* timeout, LPWSAOVERLAPPED Reserved) {
  const ends where{LocalAddressLength, LocalAddress, RemoteAddressLength, RemoteAddress};
  return connect_by_name(s, nodename, servicename, where, timeout, Reserved != nullptr);
}

BOOL PASCAL WSAConnectByNameW(SOCKET s, LPWSTR nodename, LPWSTR servicename, LPDWORD LocalAddressLength,
                              LPSOCKADDR LocalAddress, LPDWORD RemoteAddressLength, LPSOCKADDR RemoteAddress,
                              const struct timeval* timeout, LPWSAOVERLAPPED Reserved) try {
  if (nodename == nullptr || servicename == nullptr) return fail(WSAEINVAL);
  using schannix::base::to_utf8;
  const ends where{LocalAddressLength, LocalAddress, RemoteAddressLength, RemoteAddress};
  const std::string node = to_utf8(nodename), service = to_utf8(servicename);
  return connect_by_name(s, node.c_str(), service.c_str(), where, timeout, Reserved != nullptr);
} catch (const std::bad_alloc&) {
  return fail(WSAENOBUFS);
}
