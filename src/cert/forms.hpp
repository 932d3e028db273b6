// The forms that certificates and stores have outside: single ASN.1 values, PKCS#12, PKCS #7; and what ties two
// certificates together. The edge asks engine for them as it stands, through this room.
#pragma once

#include "engine/asn1_objects.hpp"
#include "engine/self_signature.hpp"
#include "engine/x509_writing.hpp"
