// Objects behind handles of one word, which programs keep in integers and free by hand: a handle is a number that is
// never given twice, so a stale one is answered, never followed. Slower than table.hpp (a lock for all), for what is
// called rarely.
//
//   numbers<thing> things;
//   const std::uintptr_t handle = things.insert(std::make_shared<thing>());
//   if (const auto held = things.find(handle)) held->use();   // null: no such object (any more)
//
// What find gave lives on when another thread removes it. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace schannix::handle {

template <class T>
class numbers {
 public:
  // Throws std::bad_alloc.
  std::uintptr_t insert(std::shared_ptr<T> object) {
    const std::lock_guard held(lock_);
    const std::uintptr_t number = next_;
    living_.emplace(number, std::move(object));
    next_ += step;
    return number;
  }

  std::shared_ptr<T> find(std::uintptr_t number) const {
    const std::lock_guard held(lock_);
    const auto found = living_.find(number);
    return found != living_.end() ? found->second : nullptr;
  }

  // What was removed, so that it ends outside the lock; null: no such object.
  std::shared_ptr<T> remove(std::uintptr_t number) {
    const std::lock_guard held(lock_);
    const auto found = living_.find(number);
    if (found == living_.end()) return nullptr;
    auto removed = std::move(found->second);
    living_.erase(found);
    return removed;
  }

 private:
  static constexpr std::uintptr_t step = 16;  // the last digit in a debugger is 0, as of a pointer

  mutable std::mutex lock_;
  std::unordered_map<std::uintptr_t, std::shared_ptr<T>> living_;
  std::uintptr_t next_ = 0x10000;  // above Windows' pseudo handles
};

}  // namespace schannix::handle
