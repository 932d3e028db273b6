#include "abi/events/event_log.hpp"

#include <mutex>

namespace schannix::abi {
namespace {

thread_local bool telling = false;  // this thread is inside the function

class telling_now {
 public:
  telling_now() { telling = true; }
  ~telling_now() { telling = false; }
  telling_now(const telling_now&) = delete;
  telling_now& operator=(const telling_now&) = delete;
};

void make_printable(std::string& text) {
  for (char& one : text) {
    const auto code = static_cast<unsigned char>(one);
    if (code < 0x20 || code == 0x7F) one = '?';
  }
}

}  // namespace

bool event_log::listen(SCHANNIX_EVENT_FN function, void* argument, DWORD levels) {
  if (telling) return false;
  const std::lock_guard alone(lock_);
  function_ = function;
  argument_ = argument;
  const DWORD wanted = levels == 0 ? as_set_ : levels;
  levels_.store(function == nullptr ? 0 : wanted, std::memory_order_relaxed);
  return true;
}

void event_log::write(event_level level, DWORD id, std::string text) const {
  if (telling || !wants(level)) return;
  make_printable(text);
  const std::shared_lock with_others(lock_);
  if (function_ == nullptr || !wants(level)) return;  // somebody else listens by now
  const telling_now now;
  function_(argument_, static_cast<DWORD>(level), id, text.c_str());
}

}  // namespace schannix::abi
