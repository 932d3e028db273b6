/* errhandlingapi.h: programs include it for GetLastError, which is in windows.h. */
#ifndef SCHANNIX_ERRHANDLINGAPI_H
#define SCHANNIX_ERRHANDLINGAPI_H

#include <windows.h>

#endif
