/* basetsd.h: programs include it for its types, which are in minwindef.h. */
#ifndef SCHANNIX_BASETSD_H
#define SCHANNIX_BASETSD_H

#include <minwindef.h>

#endif
