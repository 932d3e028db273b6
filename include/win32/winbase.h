/* winbase.h: programs include it for GetLastError and LocalFree, which are in windows.h. */
#ifndef SCHANNIX_WINBASE_H
#define SCHANNIX_WINBASE_H

#include <windows.h>

#endif
