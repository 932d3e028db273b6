// schannix.hpp: the whole C++ API: credential, certificate, connection, close report, errors, codes, settings, events.
// One example is in connection.hpp. Linking: the CMake target schannix::schannix, or pkg-config schannix.
#pragma once

#include "schannix/alert.hpp"
#include "schannix/certificate.hpp"
#include "schannix/close.hpp"
#include "schannix/connection.hpp"
#include "schannix/credential.hpp"
#include "schannix/error.hpp"
#include "schannix/event_log.hpp"
#include "schannix/explain.hpp"
#include "schannix/info.hpp"
#include "schannix/settings.hpp"
