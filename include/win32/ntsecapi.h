/* ntsecapi.h: programs include it for its UNICODE_STRING, which is in minwindef.h. */
#ifndef SCHANNIX_NTSECAPI_H
#define SCHANNIX_NTSECAPI_H

#include <minwindef.h>

#endif
