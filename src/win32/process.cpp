// Who runs, waiting for a time, and text for a debugger.
#include <windows.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>
#include <thread>

#include "base/text.hpp"

namespace {

bool told_to_talk() {
  static const bool told = [] {
    const char* const value = secure_getenv("SCHANNIX_DEBUG_OUTPUT");
    return value != nullptr && std::string_view(value) == "1";
  }();
  return told;
}

}  // namespace

DWORD WINAPI GetCurrentProcessId(void) { return static_cast<DWORD>(getpid()); }

DWORD WINAPI GetCurrentThreadId(void) { return static_cast<DWORD>(gettid()); }

void WINAPI Sleep(DWORD dwMilliseconds) {
  if (dwMilliseconds == 0) std::this_thread::yield();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(dwMilliseconds);
  if (dwMilliseconds != INFINITE) return std::this_thread::sleep_until(end);
  for (;;) std::this_thread::sleep_for(std::chrono::hours(24));
}

void WINAPI OutputDebugStringA(LPCSTR lpOutputString) {
  if (lpOutputString != nullptr && told_to_talk()) std::fputs(lpOutputString, stderr);
}

void WINAPI OutputDebugStringW(LPCWSTR lpOutputString) try {
  if (lpOutputString != nullptr && told_to_talk()) std::fputs(schannix::base::to_utf8(lpOutputString).c_str(), stderr);
} catch (const std::bad_alloc&) {
  OutputDebugStringA("(a text for which there was no memory)");
}
