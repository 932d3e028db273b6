/* subauth.h: programs include it for UNICODE_STRING, which is in minwindef.h. */
#ifndef SCHANNIX_SUBAUTH_H
#define SCHANNIX_SUBAUTH_H

#include <minwindef.h>

#endif
