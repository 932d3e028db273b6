/* Preloaded into servers that cannot be told an address (gnutls-serv, selfserv): what would listen on every interface
 * listens on loopback; a socket of both families on that of IPv4. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static struct in6_addr loopback6(int socket) {
    int alone = 1;
    socklen_t size = sizeof alone;
    struct in6_addr mapped = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1}}};
    getsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &alone, &size);
    return alone ? in6addr_loopback : mapped;
}

int bind(int socket, const struct sockaddr *address, socklen_t size) {
    int (*next)(int, const struct sockaddr *, socklen_t);
    struct sockaddr_storage copy;
    *(void **)&next = dlsym(RTLD_NEXT, "bind");
    if (size > sizeof copy) return next(socket, address, size);
    memcpy(&copy, address, size);
    if (copy.ss_family == AF_INET) ((struct sockaddr_in *)&copy)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (copy.ss_family == AF_INET6) ((struct sockaddr_in6 *)&copy)->sin6_addr = loopback6(socket);
    return next(socket, (const struct sockaddr *)&copy, size);
}
