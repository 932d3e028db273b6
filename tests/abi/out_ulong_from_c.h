/* A C program's calls through a function table, and what it saw. */
#ifndef OUT_ULONG_FROM_C_H
#define OUT_ULONG_FROM_C_H

#include <sspi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct out_ulong_seen_from_c {
  DWORD exact;
  unsigned long wide;
  SECURITY_STATUS null_status;
} out_ulong_seen_from_c;

void out_ulong_call_from_c(const SecurityFunctionTableW* table, out_ulong_seen_from_c* seen);

#ifdef __cplusplus
}
#endif

#endif
