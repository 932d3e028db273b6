/* ncrypt.h: of CNG's key storage, the interfaces that have an order of suites. */
#ifndef SCHANNIX_NCRYPT_H
#define SCHANNIX_NCRYPT_H

#include <bcrypt.h>

#define NCRYPT_SCHANNEL_INTERFACE 0x00010002
#define NCRYPT_SCHANNEL_SIGNATURE_INTERFACE 0x00010003

#endif
