/* errhandlingapi.h: programs include it for GetLastError, which is in schannix_base.h. */
#ifndef SCHANNIX_ERRHANDLINGAPI_H
#define SCHANNIX_ERRHANDLINGAPI_H

#include <schannix_base.h>

#endif
