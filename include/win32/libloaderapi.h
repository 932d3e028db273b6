/* libloaderapi.h: programs that look Schannel up at run time.
 *
 *   HMODULE module = LoadLibrary(TEXT("secur32.dll"));
 *   INIT_SECURITY_INTERFACE_A init = (INIT_SECURITY_INTERFACE_A)GetProcAddress(module, "InitSecurityInterfaceA");
 *
 * Modules: secur32, sspicli, security, schannel, crypt32 are libschannix; kernel32, kernelbase, ntdll and ws2_32 are
 * libschannix-win32. Names in any case, with or without .dll, with or without a folder (which does not matter). No other
 * library is ever loaded: for those there is dlopen. Modules are always loaded and are never unloaded. Any function may
 * be called by any thread. In libschannix-win32. Source: MS libloaderapi.h; which modules there are: our decision.
 */
#ifndef SCHANNIX_LIBLOADERAPI_H
#define SCHANNIX_LIBLOADERAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define LOAD_LIBRARY_AS_DATAFILE 0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH 0x00000008
#define LOAD_LIBRARY_SEARCH_APPLICATION_DIR 0x00000200
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x00000800
#define LOAD_LIBRARY_SEARCH_DEFAULT_DIRS 0x00001000

/* NULL and ERROR_MOD_NOT_FOUND for any other name, ERROR_INVALID_PARAMETER for NULL, ERROR_NOT_ENOUGH_MEMORY. */
HMODULE WINAPI LoadLibraryA(LPCSTR lpLibFileName);
HMODULE WINAPI LoadLibraryW(LPCWSTR lpLibFileName);

/* The same; hFile has to be NULL (ERROR_INVALID_PARAMETER), dwFlags says where to search and does not matter. */
HMODULE WINAPI LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);
HMODULE WINAPI LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags);

/* The same; NULL is the program itself, whose exported functions GetProcAddress finds. */
HMODULE WINAPI GetModuleHandleA(LPCSTR lpModuleName);
HMODULE WINAPI GetModuleHandleW(LPCWSTR lpModuleName);

/* A function by its name, in that case, with the suffix A or W. NULL and ERROR_PROC_NOT_FOUND: there is none, or an
 * ordinal; ERROR_INVALID_HANDLE: no module; ERROR_INVALID_PARAMETER: no name. */
FARPROC WINAPI GetProcAddress(HMODULE hModule, LPCSTR lpProcName);

/* TRUE, and nothing happens; FALSE and ERROR_INVALID_HANDLE for what is no module. */
BOOL WINAPI FreeLibrary(HMODULE hLibModule);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif

#include <schannix_names.h>
#if !defined(SCHANNIX_NO_NAME_MACROS) && !defined(LoadLibrary)
#define LoadLibrary SCHANNIX_AW_(LoadLibrary)
#define LoadLibraryEx SCHANNIX_AW_(LoadLibraryEx)
#define GetModuleHandle SCHANNIX_AW_(GetModuleHandle)
#endif
