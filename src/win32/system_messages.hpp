// Texts of Windows' system codes, which `schannix explain` has no entry for: clauses in our own words.
#pragma once

#include <minwindef.h>

namespace schannix::win32 {

const char* system_message(DWORD code) noexcept;  // nullptr: none

}  // namespace schannix::win32
