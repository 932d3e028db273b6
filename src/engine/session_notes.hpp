// What a program keeps with a session: one place for all connections that are made of it, and for its copies in the
// session cache. Any thread.
#pragma once

#include <mutex>

#include "base/bytes.hpp"

namespace schannix::engine {

class session_notes {
 public:
  void set(base::bytes_view data) {
    base::bytes copy(data.begin(), data.end());
    const std::lock_guard held(lock_);
    data_.swap(copy);
  }
  base::bytes get() const {
    const std::lock_guard held(lock_);
    return data_;
  }

 private:
  mutable std::mutex lock_;
  base::bytes data_;
};

}  // namespace schannix::engine
