/* sspi.h's `unsigned long *` parameters as C programs use them: with DWORD *, with unsigned long *, with NULL. */
#include "out_ulong_from_c.h"

#pragma GCC diagnostic ignored "-Wpedantic" /* gcc notes each transparent union argument; the header says so */

_Static_assert(sizeof(schannix_out_ulong) == sizeof(void*), "passed like the pointer it stands for");

#ifdef __clang__ /* its check of calls through pointers compares the C with the C++ spelling of the same type */
__attribute__((no_sanitize("function")))
#endif
void out_ulong_call_from_c(const SecurityFunctionTableW* table, out_ulong_seen_from_c* seen) {
  seen->exact = 0;
  seen->wide = 0;
  (void)table->DecryptMessage(NULL, NULL, 0, &seen->exact);
  (void)table->DecryptMessage(NULL, NULL, 0, &seen->wide);
  seen->null_status = table->InitializeSecurityContextW(NULL, NULL, NULL, 0, 0, 0, NULL, 0, NULL, NULL, NULL, NULL);
}
