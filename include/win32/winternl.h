/* winternl.h: programs include it for its UNICODE_STRING, which is in minwindef.h. */
#ifndef SCHANNIX_WINTERNL_H
#define SCHANNIX_WINTERNL_H

#include <minwindef.h>

#endif
