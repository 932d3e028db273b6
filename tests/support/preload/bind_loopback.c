/* Preloaded into gnutls-serv, which cannot be told an address: what would listen on every interface listens on loopback. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int bind(int socket, const struct sockaddr *address, socklen_t size) {
    int (*next)(int, const struct sockaddr *, socklen_t);
    struct sockaddr_storage copy;
    *(void **)&next = dlsym(RTLD_NEXT, "bind");
    if (size > sizeof copy) return next(socket, address, size);
    memcpy(&copy, address, size);
    if (copy.ss_family == AF_INET) ((struct sockaddr_in *)&copy)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (copy.ss_family == AF_INET6) ((struct sockaddr_in6 *)&copy)->sin6_addr = in6addr_loopback;
    return next(socket, (const struct sockaddr *)&copy, size);
}
