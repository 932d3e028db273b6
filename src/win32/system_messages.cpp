#include "win32/system_messages.hpp"

#include <winerror.h>

namespace schannix::win32 {
namespace {

struct message {
  DWORD code;
  const char* text;
};

constexpr message messages[] = {
    {ERROR_SUCCESS, "success"},
    {ERROR_INVALID_FUNCTION, "the function is not valid"},
    {ERROR_FILE_NOT_FOUND, "there is no such file"},
    {ERROR_PATH_NOT_FOUND, "there is no such folder"},
    {ERROR_ACCESS_DENIED, "access is not allowed"},
    {ERROR_INVALID_HANDLE, "the handle is not valid"},
    {ERROR_OUTOFMEMORY, "out of memory"},
    {ERROR_NO_MORE_FILES, "there are no more files"},
    {ERROR_HANDLE_EOF, "the end of the file is reached"},
    {ERROR_NOT_SUPPORTED, "this is not supported"},
    {ERROR_CALL_NOT_IMPLEMENTED, "the function does not exist here"},
    {ERROR_INSUFFICIENT_BUFFER, "the buffer is too small"},
    {ERROR_INVALID_NAME, "the name is not valid"},
    {ERROR_MOD_NOT_FOUND, "there is no such module"},
    {ERROR_PROC_NOT_FOUND, "the module has no such function"},
    {ERROR_BAD_ARGUMENTS, "the arguments do not fit together"},
    {ERROR_BUSY, "this is in use"},
    {ERROR_ALREADY_EXISTS, "this exists already"},
    {ERROR_MORE_DATA, "there is more"},
    {WAIT_TIMEOUT, "the time to wait has passed"},
    {ERROR_MR_MID_NOT_FOUND, "the code has no text"},
    {ERROR_ARITHMETIC_OVERFLOW, "the number is too large"},
    {ERROR_IO_PENDING, "the operation goes on in the background"},
    {ERROR_INVALID_FLAGS, "the flags are not valid"},
    {ERROR_NO_UNICODE_TRANSLATION, "a character has no form in the other encoding"},
    {ERROR_OLD_WIN_VERSION, "the version of Windows is another one"},
    {ERROR_NOT_FOUND, "this was not found"},
    {ERROR_CANCELLED, "the operation was cancelled"},
    {ERROR_INTERNAL_ERROR, "internal error"},
    {ERROR_TIMEOUT, "the time limit has passed"},
    {ERROR_RESOURCE_LANG_NOT_FOUND, "there is no text in that language"},
    {WSAEPROCLIM, "too many processes use the network"},
    {WSASYSNOTREADY, "the network is not ready"},
    {WSAVERNOTSUPPORTED, "there is no such version of Winsock"},
    {WSANOTINITIALISED, "WSAStartup was not called"},
    {WSAHOST_NOT_FOUND, "there is no such host"},
    {WSATRY_AGAIN, "the name server did not answer, try again"},
    {WSANO_RECOVERY, "the name server failed"},
    {WSANO_DATA, "the host has no address of that kind"},
};

}  // namespace

const char* system_message(DWORD code) noexcept {
  for (const message& one : messages)
    if (one.code == code) return one.text;
  return nullptr;
}

}  // namespace schannix::win32
