// A PE file with nothing but imports, as a linker for Windows lays them out: headers, and one section from address
// 0x1000.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace schannix::test {

struct pe_dll {
  std::string name;
  std::vector<std::string> functions;  // "#115": by number
};

class pe_file {
 public:
  static constexpr std::uint32_t address = 0x1000, headers = 0x400;

  explicit pe_file(bool is_64) : is_64_(is_64) {}

  // The whole file. delayed: the DLLs of delayed loading.
  std::string made(const std::vector<pe_dll>& dlls, const std::vector<pe_dll>& delayed = {}) {
    const std::uint32_t imports = dlls.empty() ? 0 : table(dlls, 20);
    const std::uint32_t late = delayed.empty() ? 0 : table(delayed, 32);
    return front(imports, late) + body_;
  }

 private:
  static std::string number(std::uint64_t value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    return bytes;
  }
  static void put(std::string& to, std::size_t at, std::uint64_t value, std::size_t size) {
    to.replace(at, size, number(value, size));
  }

  std::uint32_t add(const std::string& bytes) {
    const auto at = static_cast<std::uint32_t>(address + body_.size());
    body_ += bytes;
    return at;
  }

  std::uint32_t names_of(const pe_dll& dll) {
    const std::size_t size = is_64_ ? 8 : 4;
    std::string words;
    for (const std::string& each : dll.functions)
      if (each[0] == '#')
        words += number(std::uint64_t{1} << (size * 8 - 1) | std::stoul(each.substr(1)), size);
      else
        words += number(add(std::string(2, '\0') + each + '\0'), size);
    return add(words + number(0, size));
  }

  std::uint32_t table(const std::vector<pe_dll>& dlls, std::size_t entry_size) {
    std::string entries;
    for (const pe_dll& each : dlls) {
      std::string entry(entry_size, '\0');
      const bool late = entry_size == 32;
      if (late) put(entry, 0, 1, 4);
      put(entry, late ? 4 : 12, add(each.name + '\0'), 4);
      put(entry, late ? 16 : 0, names_of(each), 4);
      entries += entry;
    }
    return add(entries + std::string(entry_size, '\0'));
  }

  std::string front(std::uint32_t imports, std::uint32_t late) const {
    const std::size_t header = 0x80, optional = header + 24, directories = optional + (is_64_ ? 112 : 96);
    const std::size_t size_of_optional = directories + 16 * std::size_t{8} - optional;
    std::string bytes(headers, '\0');
    bytes.replace(0, 2, "MZ");
    put(bytes, 0x3C, header, 4);
    put(bytes, header, 0x4550, 4);
    put(bytes, header + 6, 1, 2);
    put(bytes, header + 20, size_of_optional, 2);
    put(bytes, optional, is_64_ ? 0x20B : 0x10B, 2);
    put(bytes, directories - 4, 16, 4);
    put(bytes, directories + 8, imports, 4);
    put(bytes, directories + 13 * std::size_t{8}, late, 4);
    const std::size_t section = optional + size_of_optional;
    put(bytes, section + 8, body_.size(), 4);
    put(bytes, section + 12, address, 4);
    put(bytes, section + 16, body_.size(), 4);
    put(bytes, section + 20, headers, 4);
    return bytes;
  }

  bool is_64_;
  std::string body_;
};

}  // namespace schannix::test
