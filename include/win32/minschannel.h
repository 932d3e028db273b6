/* minschannel.h: programs include it for schannel.h's types. */
#ifndef SCHANNIX_MINSCHANNEL_H
#define SCHANNIX_MINSCHANNEL_H

#include <schannel.h>

#endif
