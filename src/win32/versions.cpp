// Which Windows this pretends to be, and comparing with it.
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

struct version {
  DWORD major = 10, minor = 0, build = 20348;  // Server 2022
};

version read_version() {
  version told;
  version read;
  int end = 0;
  const char* const text = secure_getenv("SCHANNIX_WINDOWS_VERSION");
  if (text != nullptr && std::sscanf(text, "%u.%u.%u%n", &read.major, &read.minor, &read.build, &end) == 3 &&
      text[end] == 0)
    told = read;
  return told;
}

const version& the_version() {
  static const version read = read_version();
  return read;
}

BOOL refuse(DWORD why) {
  SetLastError(why);
  return FALSE;
}

template <typename Plain, typename Extended>
BOOL fill(Plain* into) {
  if (into == nullptr) return refuse(ERROR_INVALID_PARAMETER);
  const DWORD size = into->dwOSVersionInfoSize;
  if (size != sizeof(Plain) && size != sizeof(Extended)) return refuse(ERROR_INSUFFICIENT_BUFFER);
  std::memset(static_cast<void*>(into), 0, size);
  into->dwOSVersionInfoSize = size;
  into->dwMajorVersion = the_version().major;
  into->dwMinorVersion = the_version().minor;
  into->dwBuildNumber = the_version().build;
  into->dwPlatformId = VER_PLATFORM_WIN32_NT;
  const BYTE product = VER_NT_SERVER;
  if (size == sizeof(Extended))
    std::memcpy(reinterpret_cast<char*>(into) + offsetof(Extended, wProductType), &product, sizeof product);
  return TRUE;
}

// Three bits of the mask for each field, in the order of the fields' bits.
constexpr unsigned bits_of_condition = 3;

unsigned place_of(DWORD field) { return static_cast<unsigned>(__builtin_ctz(field)) * bits_of_condition; }

unsigned condition_of(DWORDLONG mask, DWORD field) {
  return static_cast<unsigned>(mask >> place_of(field)) & ((1U << bits_of_condition) - 1);
}

enum class answer { yes, no, no_such_condition };

answer of(bool holds) { return holds ? answer::yes : answer::no; }

// has: what this Windows is; asked: what the caller compares it with.
answer compare(unsigned condition, DWORD has, DWORD asked) {
  switch (condition) {
    case VER_EQUAL:
      return of(has == asked);
    case VER_GREATER:
      return of(has > asked);
    case VER_GREATER_EQUAL:
      return of(has >= asked);
    case VER_LESS:
      return of(has < asked);
    case VER_LESS_EQUAL:
      return of(has <= asked);
    default:
      return answer::no_such_condition;
  }
}

answer compare_suites(unsigned condition, DWORD asked) {  // no suite is installed
  if (condition == VER_AND) return of(asked == 0);
  return condition == VER_OR ? of(false) : answer::no_such_condition;
}

struct field {
  DWORD bit;
  DWORD has;
  DWORD asked;
};

// The version's parts, most significant first: the first that differs decides.
template <typename Extended>
answer compare_versions(const Extended& asked, DWORD types, DWORDLONG mask) {
  const field parts[] = {{VER_MAJORVERSION, the_version().major, asked.dwMajorVersion},
                         {VER_MINORVERSION, the_version().minor, asked.dwMinorVersion},
                         {VER_SERVICEPACKMAJOR, 0, asked.wServicePackMajor},
                         {VER_SERVICEPACKMINOR, 0, asked.wServicePackMinor}};
  answer last = answer::yes;
  for (const field& part : parts) {
    if ((types & part.bit) == 0) continue;
    last = compare(condition_of(mask, part.bit), part.has, part.asked);
    if (last == answer::no_such_condition || part.has != part.asked) break;
  }
  return last;
}

template <typename Extended>
answer verify(const Extended& asked, DWORD types, DWORDLONG mask) {
  const field others[] = {{VER_BUILDNUMBER, the_version().build, asked.dwBuildNumber},
                          {VER_PLATFORMID, VER_PLATFORM_WIN32_NT, asked.dwPlatformId},
                          {VER_PRODUCT_TYPE, VER_NT_SERVER, asked.wProductType}};
  answer found = compare_versions(asked, types, mask);
  for (const field& other : others)
    if ((types & other.bit) != 0 && found == answer::yes)
      found = compare(condition_of(mask, other.bit), other.has, other.asked);
  if ((types & VER_SUITENAME) != 0 && found == answer::yes)
    found = compare_suites(condition_of(mask, VER_SUITENAME), asked.wSuiteMask);
  return found;
}

constexpr DWORD all_types = 0xFF;

template <typename Extended>
BOOL verify_or_say_why(const Extended* asked, DWORD types, DWORDLONG mask) {
  if (asked == nullptr || asked->dwOSVersionInfoSize != sizeof *asked || types == 0 || (types & ~all_types) != 0)
    return refuse(ERROR_BAD_ARGUMENTS);
  switch (verify(*asked, types, mask)) {
    case answer::yes:
      return TRUE;
    case answer::no:
      return refuse(ERROR_OLD_WIN_VERSION);
    case answer::no_such_condition:
      break;
  }
  return refuse(ERROR_BAD_ARGUMENTS);
}

}  // namespace

BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA lpVersionInformation) {
  return fill<OSVERSIONINFOA, OSVERSIONINFOEXA>(lpVersionInformation);
}

BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW lpVersionInformation) {
  return fill<OSVERSIONINFOW, OSVERSIONINFOEXW>(lpVersionInformation);
}

BOOL WINAPI VerifyVersionInfoA(LPOSVERSIONINFOEXA lpVersionInformation, DWORD dwTypeMask, DWORDLONG dwlConditionMask) {
  return verify_or_say_why(lpVersionInformation, dwTypeMask, dwlConditionMask);
}

BOOL WINAPI VerifyVersionInfoW(LPOSVERSIONINFOEXW lpVersionInformation, DWORD dwTypeMask, DWORDLONG dwlConditionMask) {
  return verify_or_say_why(lpVersionInformation, dwTypeMask, dwlConditionMask);
}

ULONGLONG WINAPI VerSetConditionMask(ULONGLONG ConditionMask, DWORD TypeMask, BYTE Condition) {
  for (DWORD field = 1; field <= VER_PRODUCT_TYPE; field <<= 1)
    if ((TypeMask & field) != 0)
      ConditionMask |= ULONGLONG{Condition & ((1U << bits_of_condition) - 1)} << place_of(field);
  return ConditionMask;
}

NTSTATUS WINAPI RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation) {
  const DWORD before = GetLastError();
  const BOOL filled = fill<OSVERSIONINFOW, OSVERSIONINFOEXW>(lpVersionInformation);
  SetLastError(before);
  return filled ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS WINAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask) {
  const DWORD before = GetLastError();
  const BOOL holds = VerifyVersionInfoW(VersionInfo, TypeMask, ConditionMask);
  const DWORD why = GetLastError();
  SetLastError(before);
  if (holds) return STATUS_SUCCESS;
  return why == ERROR_OLD_WIN_VERSION ? STATUS_REVISION_MISMATCH : STATUS_INVALID_PARAMETER;
}
