// All readable memory of another process, and what of a list of values is in it: whole, or 16 bytes in a row of it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace schannix::prove {

using octets = std::vector<std::uint8_t>;

struct needle {
  std::string name;  // "connection 1: s ap traffic"
  octets value;      // 12 bytes at least: fewer are anywhere by chance
};

// The process must not be running: nothing is stopped here.
class memory_image {
 public:
  explicit memory_image(const std::vector<needle>& wanted);

  // The names of those that were found. where: for a person, one line each.
  std::set<std::string> find_in(pid_t process, std::vector<std::string>& where) const;

 private:
  static constexpr std::size_t step = 8;     // what is looked up at each position
  static constexpr std::size_t window = 16;  // what then has to be equal
  static constexpr std::size_t shortest = 12;

  struct place {
    const needle* of;
    std::size_t offset;
    std::size_t size;  // of the window, or of a whole value that is shorter
  };
  void add(const needle& one);
  bool may_begin(std::uint64_t start) const { return begins_[start % begins_.size()]; }
  void search(const octets& memory, const std::string& region, std::uint64_t address, std::set<std::string>& found,
              std::vector<std::string>& where) const;

  std::vector<bool> begins_;
  std::unordered_multimap<std::uint64_t, place> places_;
};

}  // namespace schannix::prove
