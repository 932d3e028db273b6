/* minwinbase.h: programs include it for SYSTEMTIME and OVERLAPPED, which are in minwindef.h. */
#ifndef SCHANNIX_MINWINBASE_H
#define SCHANNIX_MINWINBASE_H

#include <minwindef.h>

#endif
