// Events, and waiting for them. Handles are numbers of a table and are never used again, so a stale one finds nothing.
// One lock and one condition serve them all: whoever is woken looks again at what he waits for.
#include <windows.h>

#include <bit>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <unordered_map>

namespace {

struct event {
  bool manual = false;
  bool set = false;
};

struct table {
  std::mutex lock;
  std::condition_variable changed;
  std::unordered_map<ULONG_PTR, event> events;
  ULONG_PTR next = first;

  static constexpr ULONG_PTR first = 0x100, step = 4;  // Windows' handles are multiples of 4, too
};

table& all() {
  static table* const made = new table;  // never destroyed: threads may outlive main
  return *made;
}

HANDLE create(bool manual, bool set) try {
  table& in = all();
  const std::lock_guard hold(in.lock);
  in.events[in.next] = {manual, set};
  const auto handle = std::bit_cast<HANDLE>(in.next);
  in.next += table::step;
  return handle;
} catch (const std::bad_alloc&) {
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return nullptr;
}

template <typename Value>
Value fail(DWORD why, Value value) {
  SetLastError(why);
  return value;
}

event* find(table& in, HANDLE handle) {
  const auto found = in.events.find(reinterpret_cast<ULONG_PTR>(handle));
  return found == in.events.end() ? nullptr : &found->second;
}

// Changes an event, and lets everybody look.
template <typename Change>
BOOL change(HANDLE handle, Change apply) {
  table& in = all();
  const std::lock_guard hold(in.lock);
  event* const found = find(in, handle);
  if (found == nullptr) return fail(ERROR_INVALID_HANDLE, FALSE);
  apply(in, *found);
  in.changed.notify_all();
  return TRUE;
}

void take(event& from) { from.set = from.set && from.manual; }

// What a wait ends with now; nothing when it has to go on.
std::optional<DWORD> look(table& in, const HANDLE* handles, DWORD count, bool wait_all) {
  DWORD set = 0;
  for (DWORD i = 0; i < count; ++i) {
    const event* const one = find(in, handles[i]);
    if (one == nullptr) return WAIT_FAILED;
    set += one->set ? 1 : 0;
  }
  if (set == 0 || (wait_all && set < count)) return std::nullopt;
  for (DWORD i = 0; i < count; ++i) {
    event& one = *find(in, handles[i]);
    if (!one.set && !wait_all) continue;
    take(one);
    if (!wait_all) return WAIT_OBJECT_0 + i;
  }
  return WAIT_OBJECT_0;
}

DWORD wait(const HANDLE* handles, DWORD count, bool wait_all, DWORD milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  table& in = all();
  std::unique_lock hold(in.lock);
  for (;;) {
    const auto result = look(in, handles, count, wait_all);
    if (result == WAIT_FAILED) return fail(ERROR_INVALID_HANDLE, WAIT_FAILED);
    if (result) return *result;
    if (milliseconds != INFINITE && std::chrono::steady_clock::now() >= end) return WAIT_TIMEOUT;
    if (milliseconds == INFINITE) {
      in.changed.wait(hold);
    } else {
      in.changed.wait_until(hold, end);
    }
  }
}

}  // namespace

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName) {
  if (lpName != nullptr) return fail<HANDLE>(ERROR_NOT_SUPPORTED, nullptr);
  return create(bManualReset != FALSE, bInitialState != FALSE);
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName) {
  if (lpName != nullptr) return fail<HANDLE>(ERROR_NOT_SUPPORTED, nullptr);
  return create(bManualReset != FALSE, bInitialState != FALSE);
}

BOOL WINAPI SetEvent(HANDLE hEvent) {
  return change(hEvent, [](table&, event& one) { one.set = true; });
}

BOOL WINAPI ResetEvent(HANDLE hEvent) {
  return change(hEvent, [](table&, event& one) { one.set = false; });
}

BOOL WINAPI CloseHandle(HANDLE hObject) {
  return change(hObject, [&](table& in, event&) { in.events.erase(reinterpret_cast<ULONG_PTR>(hObject)); });
}

DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
  return wait(&hHandle, 1, false, dwMilliseconds);
}

DWORD WINAPI WaitForMultipleObjects(DWORD nCount, const HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds) {
  if (nCount == 0 || nCount > MAXIMUM_WAIT_OBJECTS || lpHandles == nullptr)
    return fail(ERROR_INVALID_PARAMETER, WAIT_FAILED);
  return wait(lpHandles, nCount, bWaitAll != FALSE, dwMilliseconds);
}
