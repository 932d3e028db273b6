/* security.h: the header that programs include for SSPI. Everything is in sspi.h; which packages exist, in schannel.h.
 * SECURITY_WIN32 is assumed when no mode is defined (on Windows that is an error). */
#ifndef SCHANNIX_SECURITY_H
#define SCHANNIX_SECURITY_H

#include <sspi.h>

#endif
