/* windows.h: the part of Windows' master header that TLS code needs.
 *
 * Types and macros are in minwindef.h, codes in winerror.h; functions in the headers that Windows keeps them in, which
 * this one brings. They are exported by libschannix (GetLastError, SetLastError, LocalAlloc, LocalFree) and
 * libschannix-win32 (all others): the CMake target schannix::win32, the pkg-config file schannix-win32 and the link names
 * (-lsecur32) bring both. This is no Windows emulation: files, threads and windows are not here. Without
 * WIN32_LEAN_AND_MEAN it brings winsock2.h and wincrypt.h, as on Windows. sspi.h and its companions do not bring this
 * header.
 *
 * min and max are macros in C only, and not with NOMINMAX: in C++ they would break the standard library. docs/win32.md
 * lists what there is, and what is different from Windows.
 */
#ifndef SCHANNIX_WINDOWS_H
#define SCHANNIX_WINDOWS_H

#include <debugapi.h>
#include <errhandlingapi.h>
#include <fileapi.h>
#include <handleapi.h>
#include <heapapi.h>
#include <libloaderapi.h>
#include <minwindef.h>
#include <processthreadsapi.h>
#include <profileapi.h>
#include <schannix_crt.h>
#include <stringapiset.h>
#include <synchapi.h>
#include <sysinfoapi.h>
#include <timezoneapi.h>
#include <winbase.h>
#include <winerror.h>
#include <winnls.h>
#include <winnt.h>
#include <winuser.h>

#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif

#ifndef WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <wincrypt.h>
#endif

#endif

#include <schannix_names.h>
