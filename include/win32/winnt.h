/* winnt.h: programs include it for its types, which are in minwindef.h. */
#ifndef SCHANNIX_WINNT_H
#define SCHANNIX_WINNT_H

#include <minwindef.h>

#endif
