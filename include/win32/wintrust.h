/* wintrust.h: programs include it for certificates' types, which are in wincrypt.h. */
#ifndef SCHANNIX_WINTRUST_H
#define SCHANNIX_WINTRUST_H

#include <wincrypt.h>

#endif
