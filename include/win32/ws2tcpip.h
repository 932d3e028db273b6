/* ws2tcpip.h: programs include it for getaddrinfo, which winsock2.h brings. */
#ifndef SCHANNIX_WS2TCPIP_H
#define SCHANNIX_WS2TCPIP_H

#include <winsock2.h>

#endif
