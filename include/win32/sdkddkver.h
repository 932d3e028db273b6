/* sdkddkver.h: programs include it for its version macros, which are in minwindef.h. */
#ifndef SCHANNIX_SDKDDKVER_H
#define SCHANNIX_SDKDDKVER_H

#include <minwindef.h>

#endif
