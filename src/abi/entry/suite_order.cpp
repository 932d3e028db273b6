// The machine's order of cipher suites, as CNG lists it. MS nf-bcrypt-bcryptenumcontextfunctions; spec 9.2
#include <bcrypt.h>
#include <ncrypt.h>
#include <wchar.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "abi/runtime.hpp"
#include "abi/translate/memory.hpp"
#include "base/text.hpp"
#include "engine/environment.hpp"

namespace schannix::abi {
namespace {

constexpr wchar_t context_name[] = L"SSL";

// What is asked of another table, context or interface.
NTSTATUS check_place(ULONG table, LPCWSTR context, ULONG interface_number) {
  if (table != CRYPT_LOCAL || context == nullptr) return STATUS_INVALID_PARAMETER;
  const bool ours = ::wcscasecmp(context, context_name) == 0 && interface_number == NCRYPT_SCHANNEL_INTERFACE;
  return ours ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

std::vector<std::wstring> suites() {
  std::vector<std::wstring> names;
  for (const std::string& one : the_environment().in_effect(engine::role::client).suites)
    names.push_back(base::from_utf8(one));
  return names;
}

std::size_t size_of(const std::vector<std::wstring>& names) {
  std::size_t size = sizeof(CRYPT_CONTEXT_FUNCTIONS) + names.size() * sizeof(PWSTR);
  for (const std::wstring& one : names) size += (one.size() + 1) * sizeof(WCHAR);
  return size;
}

// The struct, the pointers, and the names that they point to.
void write_list(const std::vector<std::wstring>& names, CRYPT_CONTEXT_FUNCTIONS* into) {
  into->cFunctions = static_cast<ULONG>(names.size());
  into->rgpszFunctions = reinterpret_cast<PWSTR*>(into + 1);
  auto* text = reinterpret_cast<WCHAR*>(into->rgpszFunctions + names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    into->rgpszFunctions[i] = text;
    text = std::copy(names[i].begin(), names[i].end(), text);
    *text++ = 0;
  }
}

NTSTATUS list_suites(ULONG* size, PCRYPT_CONTEXT_FUNCTIONS* buffer) {
  if (size == nullptr) return STATUS_INVALID_PARAMETER;
  const std::vector<std::wstring> names = suites();
  const ULONG room = std::exchange(*size, static_cast<ULONG>(size_of(names)));
  if (buffer == nullptr) return STATUS_SUCCESS;
  if (*buffer != nullptr && room < *size) return STATUS_BUFFER_TOO_SMALL;
  if (*buffer == nullptr) *buffer = static_cast<PCRYPT_CONTEXT_FUNCTIONS>(allocate(*size));
  write_list(names, *buffer);
  return STATUS_SUCCESS;
}

NTSTATUS refuse_change(ULONG table, LPCWSTR context, ULONG interface_number, LPCWSTR function) {
  if (function == nullptr) return STATUS_INVALID_PARAMETER;
  const NTSTATUS place = check_place(table, context, interface_number);
  return place == STATUS_SUCCESS ? STATUS_ACCESS_DENIED : place;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

NTSTATUS WINAPI BCryptEnumContextFunctions(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, ULONG* pcbBuffer,
                                           PCRYPT_CONTEXT_FUNCTIONS* ppBuffer) {
  try {
    const NTSTATUS place = abi::check_place(dwTable, pszContext, dwInterface);
    return place == STATUS_SUCCESS ? abi::list_suites(pcbBuffer, ppBuffer) : place;
  } catch (const std::bad_alloc&) {
    return STATUS_NO_MEMORY;
  } catch (...) {
    return STATUS_INTERNAL_ERROR;
  }
}

NTSTATUS WINAPI BCryptAddContextFunction(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, LPCWSTR pszFunction,
                                         ULONG) {
  return abi::refuse_change(dwTable, pszContext, dwInterface, pszFunction);
}

NTSTATUS WINAPI BCryptRemoveContextFunction(ULONG dwTable, LPCWSTR pszContext, ULONG dwInterface, LPCWSTR pszFunction) {
  return abi::refuse_change(dwTable, pszContext, dwInterface, pszFunction);
}

VOID WINAPI BCryptFreeBuffer(PVOID pvBuffer) { abi::wipe_and_free(pvBuffer); }
