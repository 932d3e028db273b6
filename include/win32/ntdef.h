/* ntdef.h: programs include it for its types, which are in minwindef.h. */
#ifndef SCHANNIX_NTDEF_H
#define SCHANNIX_NTDEF_H

#include <minwindef.h>

#endif
