// Linux's errno and Winsock's error codes, both ways.
#pragma once

namespace schannix::win32 {

int socket_error_of(
    int number) noexcept;                 // WSAE...; a number from 10000 on is one already; WSAEINVAL for what has none
int errno_of(int socket_error) noexcept;  // 0: has none

}  // namespace schannix::win32
