/* winsock.h: the old name of winsock2.h: here they are one. */
#ifndef SCHANNIX_WINSOCK_H
#define SCHANNIX_WINSOCK_H

#include <winsock2.h>

#endif
