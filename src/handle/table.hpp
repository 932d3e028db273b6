// Handles that are cheap and safe: a handle is a token, never a pointer, and looking one up pins the object.
//
//   table<context> contexts;
//   const token of = contexts.insert(std::make_unique<context>(...));
//   if (auto pinned = contexts.take(of, hold::writer)) pinned->seal(...);   // empty: no such object (any more)
//   contexts.remove(of);   // at once and without waiting; the object dies when the last pin is let go
//
// A pin owns one direction (or both) of its object until it is destroyed: two threads may hold writer and reader of one
// object; a second taker of the same direction sleeps. A thread that holds a direction must not take it again. Removing
// is always allowed, also by the thread that pins. The destructor of an object may use the table, and must not throw.
// Every operation may be called from any thread; the table outlives its pins, and its own destruction is one thread's.
//
// A slot is three cache lines: what is read on every look-up, the writer's word, the reader's word. Slots are used
// again but stamps are not, and no slot goes back to the allocator before the table ends: a stale or invented token
// therefore finds valid memory and another stamp, and is answered, never followed.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "handle/word.hpp"

namespace schannix::handle {

// The two words of a SecHandle. Of a living object: never 0, never all ones, in either word.
struct token {
  std::uintptr_t lower = 0;  // slot and table
  std::uintptr_t upper = 0;  // stamp
  friend bool operator==(const token&, const token&) = default;
};

enum class hold : std::uint8_t { writer, reader, both };
enum class removal : std::uint8_t { removed, already, never_issued };

constexpr std::size_t cache_line_size = 64;

template <class T>
class table;

// The padding keeps two directions out of each other's cache lines.
template <class T>
struct slot {                            // NOLINT(clang-analyzer-optin.performance.Padding)
  std::atomic<std::uint64_t> live{0};    // the stamp of the object here, 0 when there is none
  std::atomic<std::uint64_t> issued{0};  // the last stamp given out; counts up, 64 bits never come round
  std::unique_ptr<T> object;             // written only while both words are closed
  std::atomic<unsigned> closed_words{0};
  slot* next_free = nullptr;
  std::uintptr_t name = 0;  // lower word of its tokens
  alignas(cache_line_size) word writer;
  alignas(cache_line_size) word reader;
};

// An object that stays alive, and a direction of it that is ours, as long as the pin lives.
template <class T>
class pin {
 public:
  pin() = default;
  pin(pin&& other) noexcept : table_(other.table_), slot_(std::exchange(other.slot_, nullptr)), held_(other.held_) {}
  pin& operator=(pin&& other) noexcept {
    if (this == &other) return *this;
    release();
    table_ = other.table_;
    slot_ = std::exchange(other.slot_, nullptr);
    held_ = other.held_;
    return *this;
  }
  pin(const pin&) = delete;
  pin& operator=(const pin&) = delete;
  ~pin() { release(); }

  explicit operator bool() const noexcept { return slot_ != nullptr; }
  T* operator->() const noexcept { return slot_->object.get(); }
  T& operator*() const noexcept { return *slot_->object; }

  void release() noexcept {
    if (slot_ != nullptr) table_->leave(*std::exchange(slot_, nullptr), held_);
  }

 private:
  friend class table<T>;
  pin(table<T>& of, slot<T>& at, hold held) noexcept : table_(&of), slot_(&at), held_(held) {}

  table<T>* table_ = nullptr;
  slot<T>* slot_ = nullptr;
  hold held_ = hold::writer;
};

template <class T>
class table {
 public:
  // Tables with different tags refuse each other's tokens.
  explicit table(std::uint8_t tag = 1) noexcept : tag_(tag) {}
  table(const table&) = delete;
  table& operator=(const table&) = delete;
  ~table() {
    for (std::size_t i = 0; i < used_; ++i) {
      const slot<T>& at = slot_at(i);
      remove({at.name, at.live.load(std::memory_order_acquire)});
    }
    for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
  }

  // Throws std::bad_alloc; the object is then destroyed, and the table as before.
  token insert(std::unique_ptr<T> object) {
    assert(object != nullptr);
    slot<T>& at = vacant();
    const std::uint64_t stamp = at.issued.load(std::memory_order_relaxed) + 1;
    at.object = std::move(object);
    at.closed_words.store(0, std::memory_order_relaxed);
    at.issued.store(stamp, std::memory_order_relaxed);
    at.writer.open();
    at.reader.open();
    at.live.store(stamp, std::memory_order_release);
    return {at.name, stamp};
  }

  // Empty when the token names no living object. Sleeps while another holds that direction.
  [[nodiscard]] pin<T> take(token of, hold how) noexcept {
    slot<T>* at = find(of.lower);
    if (at == nullptr || !names(of, *at) || !enter(*at, how)) return {};
    if (names(of, *at)) return pin<T>(*this, *at, how);
    leave(*at, how);  // removed, perhaps replaced, while we waited
    return {};
  }

  removal remove(token of) noexcept {
    slot<T>* at = find(of.lower);
    if (at == nullptr || of.upper == 0) return removal::never_issued;
    std::uint64_t stamp = of.upper;
    if (!at->live.compare_exchange_strong(stamp, 0, std::memory_order_acq_rel)) {
      const std::uint64_t issued = at->issued.load(std::memory_order_relaxed);
      return of.upper <= issued ? removal::already : removal::never_issued;
    }
    if (at->writer.retire()) close_one(*at);
    if (at->reader.retire()) close_one(*at);
    return removal::removed;
  }

 private:
  friend class pin<T>;

  // Chunk k holds first_chunk << k slots, so that slots never move and the look-up needs no lock.
  static constexpr std::size_t first_chunk = 32;
  static constexpr std::size_t chunk_count = 32;
  static constexpr unsigned tag_bits = 8;
  static_assert(sizeof(slot<T>) == 3 * cache_line_size);
  static_assert(sizeof(std::uintptr_t) >= sizeof(std::uint64_t), "a stamp fills a handle's word");

  static constexpr std::size_t chunk_of(std::size_t index) {
    return static_cast<std::size_t>(std::bit_width(index / first_chunk + 1)) - 1;
  }
  static constexpr std::size_t start_of(std::size_t chunk) { return first_chunk * ((std::size_t{1} << chunk) - 1); }

  slot<T>& slot_at(std::size_t index) const noexcept {
    const std::size_t chunk = chunk_of(index);
    return chunks_[chunk].load(std::memory_order_acquire)[index - start_of(chunk)];
  }

  slot<T>* find(std::uintptr_t lower) const noexcept {
    const std::size_t number = lower >> tag_bits;
    if ((lower & ((1U << tag_bits) - 1)) != tag_ || number == 0) return nullptr;
    const std::size_t chunk = chunk_of(number - 1);
    if (chunk >= chunk_count || chunks_[chunk].load(std::memory_order_acquire) == nullptr) return nullptr;
    return &slot_at(number - 1);
  }

  static bool names(token of, const slot<T>& at) noexcept {
    return of.upper != 0 && at.live.load(std::memory_order_acquire) == of.upper;
  }

  // Writer before reader, always: two takers of both never wait for each other.
  bool enter(slot<T>& at, hold how) noexcept {
    if (how != hold::reader && !at.writer.enter()) return false;
    if (how == hold::writer || at.reader.enter()) return true;
    if (how == hold::both) leave(at, hold::writer);
    return false;
  }

  void leave(slot<T>& at, hold how) noexcept {
    const bool closed_reader = how != hold::writer && at.reader.leave();
    const bool closed_writer = how != hold::reader && at.writer.leave();
    if (closed_reader) close_one(at);
    if (closed_writer) close_one(at);
  }

  // Whoever closes the second word is alone with the object.
  void close_one(slot<T>& at) noexcept {
    if (at.closed_words.fetch_add(1, std::memory_order_acq_rel) == 0) return;
    at.object.reset();
    const std::lock_guard locked(vacancies_);
    at.next_free = std::exchange(first_free_, &at);
  }

  slot<T>& vacant() {
    const std::lock_guard locked(vacancies_);
    if (first_free_ != nullptr) return *std::exchange(first_free_, first_free_->next_free);
    const std::size_t index = used_;
    const std::size_t chunk = chunk_of(index);
    if (chunk >= chunk_count) throw std::bad_alloc();
    if (index == start_of(chunk)) {
      chunks_[chunk].store(new slot<T>[first_chunk << chunk], std::memory_order_release);
    }
    slot<T>& at = slot_at(index);
    at.name = (index + 1) << tag_bits | tag_;
    ++used_;
    return at;
  }

  const std::uint8_t tag_;
  std::array<std::atomic<slot<T>*>, chunk_count> chunks_{};
  std::mutex vacancies_;  // guards what follows; look-ups never take it
  slot<T>* first_free_ = nullptr;
  std::size_t used_ = 0;
};

}  // namespace schannix::handle
