// LoadLibrary, GetModuleHandle, GetProcAddress: how programs look Schannel up at run time.
#include <gtest/gtest.h>
#include <sspi.h>
#include <windows.h>

namespace {

TEST(modules, have_the_function_table) {
  for (const char* const name : {"secur32", "Secur32.dll", "SECURITY.DLL", "C:\\Windows\\System32\\schannel.dll"}) {
    const HMODULE module = LoadLibraryA(name);
    ASSERT_NE(module, nullptr) << name;
    const auto init = reinterpret_cast<INIT_SECURITY_INTERFACE_A>(
        reinterpret_cast<void (*)()>(GetProcAddress(module, "InitSecurityInterfaceA")));
    ASSERT_NE(init, nullptr) << name;
    EXPECT_EQ(init(), InitSecurityInterfaceA());
    EXPECT_TRUE(FreeLibrary(module));
  }
}

TEST(modules, wide_names_and_flags) {
  EXPECT_EQ(LoadLibraryW(L"crypt32.dll"), GetModuleHandleW(L"CRYPT32"));
  EXPECT_NE(LoadLibraryExW(L"crypt32.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32), nullptr);
  EXPECT_EQ(LoadLibraryExA("crypt32.dll", INVALID_HANDLE_VALUE, 0), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(modules, others_are_not_found) {
  for (const char* const name : {"", ".dll", "secur", "secur32.exe", "winhttp.dll", "libc.so.6", "secur32\\"}) {
    SetLastError(ERROR_SUCCESS);
    EXPECT_EQ(LoadLibraryA(name), nullptr) << name;
    EXPECT_EQ(GetLastError(), DWORD{ERROR_MOD_NOT_FOUND}) << name;
  }
  EXPECT_EQ(GetModuleHandleW(L"secur32\U0001F600"), nullptr);
  EXPECT_EQ(LoadLibraryA(nullptr), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

TEST(modules, functions_that_are_not_there) {
  const HMODULE secur32 = GetModuleHandleA("secur32");
  for (const char* const name : {"SecurNothing", "printf", "malloc", "SSL_new", ""}) {
    SetLastError(ERROR_SUCCESS);
    EXPECT_EQ(GetProcAddress(secur32, name), nullptr) << name;
    EXPECT_EQ(GetLastError(), DWORD{ERROR_PROC_NOT_FOUND}) << name;
  }
  EXPECT_EQ(GetProcAddress(secur32, reinterpret_cast<LPCSTR>(1)), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_PROC_NOT_FOUND});
}

TEST(modules, this_is_no_wine) {
  const HMODULE ntdll = GetModuleHandleA("ntdll.dll");
  ASSERT_NE(ntdll, nullptr);
  EXPECT_EQ(GetProcAddress(ntdll, "wine_get_version"), nullptr);
  EXPECT_NE(GetProcAddress(ntdll, "RtlVerifyVersionInfo"), nullptr);
}

TEST(modules, kernel32_and_sockets) {
  const HMODULE kernel32 = GetModuleHandleW(L"kernel32.dll");
  EXPECT_NE(GetProcAddress(kernel32, "GetTickCount64"), nullptr);
  EXPECT_NE(GetProcAddress(kernel32, "GetLastError"), nullptr);
  EXPECT_EQ(GetProcAddress(kernel32, "GetTickCount65"), nullptr);
  EXPECT_NE(GetProcAddress(LoadLibraryA("ws2_32.dll"), "WSAGetLastError"), nullptr);
  EXPECT_NE(GetProcAddress(LoadLibraryA("ws2_32.dll"), "connect"), nullptr);
}

TEST(modules, the_program_itself) { EXPECT_NE(GetProcAddress(GetModuleHandleA(nullptr), "GetLastError"), nullptr); }

TEST(modules, handles_that_are_none) {
  int nothing = 0;
  EXPECT_FALSE(FreeLibrary(nullptr));
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_FALSE(FreeLibrary(reinterpret_cast<HMODULE>(&nothing)));
  EXPECT_EQ(GetProcAddress(nullptr, "GetLastError"), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(GetProcAddress(GetModuleHandleA("secur32"), nullptr), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
}

}  // namespace
