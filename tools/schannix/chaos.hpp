// schannix serve --chaos: how a server that is within its rights can make life hard for a client. Everything here is
// allowed by RFC 8446 §4.6.1, §4.6.3, §5.1, §5.4 and RFC 5246 §6.2.1; the same seed makes the same records of the same
// data on every machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace tool {

class chaos {
 public:
  explicit chaos(std::uint64_t seed) : of_records_(seed), of_transfers_(seed), ticket_at_(1 + seed % 1000) {}

  std::size_t record_size(std::size_t left);  // of the next record: 1 to left bytes
  unsigned empty_records();                   // before it
  bool key_update();                          // before it, in TLS 1.3
  bool ticket(std::size_t size);              // behind a record of this size, in TLS 1.3
  bool joins_close();                         // the end follows the last data in the same flight
  std::size_t portion();                      // bytes of the next transfer, whatever the records are
  std::chrono::milliseconds pause();          // before the one after it; 0: none

 private:
  // Its numbers are in the C++ standard; those of the distributions are not.
  using source = std::mt19937_64;

  source of_records_, of_transfers_;  // apart: when a transfer happens depends on the machine
  std::uint64_t sealed_ = 0;
  std::uint64_t ticket_at_;  // so many bytes
};

}  // namespace tool
