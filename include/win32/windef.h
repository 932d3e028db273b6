/* windef.h: programs include it for its types, which are in minwindef.h. */
#ifndef SCHANNIX_WINDEF_H
#define SCHANNIX_WINDEF_H

#include <minwindef.h>

#endif
