/* ntstatus.h: programs include it for NTSTATUS values, which are in winerror.h. */
#ifndef SCHANNIX_NTSTATUS_H
#define SCHANNIX_NTSTATUS_H

#include <winerror.h>

#endif
