#include "prove/inside/secrets/memory_image.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/socket.hpp"

namespace schannix::prove {
namespace {

constexpr std::size_t slots = (1 << 20) - 3;  // a prime: few of the image's positions need more than this look

std::uint64_t load(const std::uint8_t* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

struct region {
  std::uint64_t from = 0, to = 0;
  std::string permissions, name;
};

// What the kernel itself shows to every process cannot be read, and holds nothing of it.
bool is_kernels(const region& one) { return one.name.starts_with("[vvar") || one.name == "[vsyscall]"; }

std::vector<region> regions_of(pid_t process) {
  std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
  std::vector<region> all;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream parts(line);
    region one;
    char dash = 0;
    std::string offset, device, node;
    parts >> std::hex >> one.from >> dash >> one.to >> one.permissions >> offset >> device >> node >> one.name;
    if (one.permissions.starts_with('r') && !is_kernels(one)) all.push_back(one);
  }
  if (all.empty()) throw std::runtime_error("the memory map of the process cannot be read");
  return all;
}

}  // namespace

memory_image::memory_image(const std::vector<needle>& wanted) : begins_(slots) {
  for (const needle& one : wanted) add(one);
}

void memory_image::add(const needle& one) {
  if (one.value.size() < shortest) throw std::logic_error(one.name + " is too short to be searched for");
  const std::size_t size = std::min(window, one.value.size());
  for (std::size_t offset = 0; offset + size <= one.value.size(); ++offset) {
    const std::uint64_t start = load(one.value.data() + offset);
    begins_[start % slots] = true;
    places_.emplace(start, place{&one, offset, size});
  }
}

std::set<std::string> memory_image::find_in(pid_t process, std::vector<std::string>& where) const {
  const std::string path = "/proc/" + std::to_string(process) + "/mem";
  const test::descriptor memory(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (memory.get() < 0) throw std::runtime_error(path + " cannot be opened: may this process look into its child?");
  std::set<std::string> found;
  for (const region& one : regions_of(process)) {
    octets content(one.to - one.from);
    const ssize_t size = pread(memory.get(), content.data(), content.size(), static_cast<off_t>(one.from));
    if (size != static_cast<ssize_t>(content.size())) throw std::runtime_error("memory cannot be read: " + one.name);
    search(content, one.name.empty() ? "anonymous" : one.name, one.from, found, where);
  }
  return found;
}

void memory_image::search(const octets& memory, const std::string& region, std::uint64_t address,
                          std::set<std::string>& found, std::vector<std::string>& where) const {
  for (std::size_t at = 0; at + step <= memory.size(); ++at) {
    const std::uint64_t start = load(memory.data() + at);
    if (!may_begin(start)) continue;
    const auto [first, last] = places_.equal_range(start);
    for (auto one = first; one != last; ++one) {
      const auto& [of, offset, size] = one->second;
      if (at + size > memory.size() || std::memcmp(memory.data() + at, of->value.data() + offset, size) != 0) continue;
      std::ostringstream line;
      line << of->name << " from byte " << offset << ": " << region << " at " << std::hex << address + at;
      where.push_back(line.str());
      found.insert(of->name);
    }
  }
}

}  // namespace schannix::prove
