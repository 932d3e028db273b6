// LoadLibrary and its companions: Windows' module names for the two libraries that have their functions.
#include <windows.h>

#include <dlfcn.h>
#include <link.h>
#include <strings.h>

#include <new>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace {

enum class library { program, schannix, win32, sockets };  // sockets: win32, or the C library behind it

struct module {
  const char* name;
  library in;
};

// A handle is an entry's address. They are never unloaded, so handles stay good.
constexpr module modules[] = {
    {"", library::program},          {"secur32", library::schannix},  {"sspicli", library::schannix},
    {"security", library::schannix}, {"schannel", library::schannix}, {"crypt32", library::schannix},
    {"kernel32", library::win32},    {"kernelbase", library::win32},  {"ntdll", library::win32},
    {"ws2_32", library::sockets},
};

HMODULE handle_of(const module& one) { return reinterpret_cast<HMODULE>(const_cast<module*>(&one)); }

const module* module_of(HMODULE handle) {
  for (const module& one : modules)
    if (handle_of(one) == handle) return &one;
  return nullptr;
}

template <typename Value>
Value fail(DWORD why, Value value) {
  SetLastError(why);
  return value;
}

bool equal(std::string_view text, std::string_view other) {
  return text.size() == other.size() && strncasecmp(text.data(), other.data(), text.size()) == 0;
}

std::string_view bare_name(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  constexpr std::string_view ending = ".dll";
  if (path.size() > ending.size() && equal(path.substr(path.size() - ending.size()), ending))
    path.remove_suffix(ending.size());
  return path;
}

HMODULE named(std::string_view path) {
  const std::string_view name = bare_name(path);
  for (const module& one : modules)
    if (!name.empty() && equal(name, one.name)) return handle_of(one);
  return fail<HMODULE>(ERROR_MOD_NOT_FOUND, nullptr);
}

HMODULE load(const char* name) {
  return name == nullptr ? fail<HMODULE>(ERROR_INVALID_PARAMETER, nullptr) : named(name);
}

HMODULE load(const wchar_t* name) try {
  return name == nullptr ? fail<HMODULE>(ERROR_INVALID_PARAMETER, nullptr) : named(schannix::base::to_utf8(name));
} catch (const std::bad_alloc&) {
  return fail<HMODULE>(ERROR_NOT_ENOUGH_MEMORY, nullptr);
}

// A library that is loaded already.
struct loaded {
  explicit loaded(const char* soname) : handle(dlopen(soname, RTLD_NOLOAD | RTLD_LAZY)) {}
  loaded(const loaded&) = delete;
  loaded& operator=(const loaded&) = delete;
  ~loaded() {
    if (handle != nullptr) dlclose(handle);
  }

  bool holds(const void* function) const {
    const link_map* mine = nullptr;
    const link_map* its = nullptr;
    Dl_info unused = {};
    return handle != nullptr && dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&mine)) == 0 &&
           dladdr1(function, &unused, const_cast<void**>(reinterpret_cast<const void**>(&its)), RTLD_DL_LINKMAP) != 0 &&
           its == mine;
  }

  void* handle;
};

// dlsym looks in what a library needs, too: a few of kernel32's functions are libschannix's, and ws2_32's are the C
// library's, but printf is no function of secur32.
void* find(library in, const char* name) {
  if (in == library::program) return dlsym(RTLD_DEFAULT, name);
  const loaded schannix(SCHANNIX_SONAME), win32(SCHANNIX_WIN32_SONAME);
  const loaded& first = in == library::schannix ? schannix : win32;
  void* const found = first.handle == nullptr ? nullptr : dlsym(first.handle, name);
  const bool its_own = found != nullptr && (in == library::sockets || schannix.holds(found) || win32.holds(found));
  return its_own ? found : nullptr;
}

constexpr ULONG_PTR largest_ordinal = 0xFFFF;

}  // namespace

HMODULE WINAPI LoadLibraryA(LPCSTR lpLibFileName) { return load(lpLibFileName); }
HMODULE WINAPI LoadLibraryW(LPCWSTR lpLibFileName) { return load(lpLibFileName); }

HMODULE WINAPI LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD) {
  return hFile != nullptr ? fail<HMODULE>(ERROR_INVALID_PARAMETER, nullptr) : load(lpLibFileName);
}

HMODULE WINAPI LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD) {
  return hFile != nullptr ? fail<HMODULE>(ERROR_INVALID_PARAMETER, nullptr) : load(lpLibFileName);
}

HMODULE WINAPI GetModuleHandleA(LPCSTR lpModuleName) {
  return lpModuleName == nullptr ? handle_of(modules[0]) : load(lpModuleName);
}

HMODULE WINAPI GetModuleHandleW(LPCWSTR lpModuleName) {
  return lpModuleName == nullptr ? handle_of(modules[0]) : load(lpModuleName);
}

FARPROC WINAPI GetProcAddress(HMODULE hModule, LPCSTR lpProcName) {
  const module* const in = module_of(hModule);
  if (in == nullptr) return fail<FARPROC>(ERROR_INVALID_HANDLE, nullptr);
  if (lpProcName == nullptr) return fail<FARPROC>(ERROR_INVALID_PARAMETER, nullptr);
  if (reinterpret_cast<ULONG_PTR>(lpProcName) <= largest_ordinal) return fail<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr);
  void* const found = find(in->in, lpProcName);
  return found == nullptr ? fail<FARPROC>(ERROR_PROC_NOT_FOUND, nullptr) : reinterpret_cast<FARPROC>(found);
}

BOOL WINAPI FreeLibrary(HMODULE hLibModule) {
  return module_of(hLibModule) == nullptr ? fail(ERROR_INVALID_HANDLE, FALSE) : TRUE;
}
