/* schnlsp.h: the old name of schannel.h. */
#ifndef SCHANNIX_SCHNLSP_H
#define SCHANNIX_SCHNLSP_H

#include <schannel.h>

#endif
