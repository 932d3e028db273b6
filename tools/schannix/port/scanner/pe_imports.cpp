// Source of the layout: Microsoft's "PE Format" page. Of the numbers: the Windows Sockets 1.1 specification, appendix
// on exports, whose numbers ws2_32.dll kept.
#include "port/scanner/pe_imports.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace tool::port {

namespace {

constexpr std::size_t most_sections = 96;  // Windows' own limit
constexpr std::size_t most_dlls = 4096;
constexpr std::size_t most_imports = 65536;
constexpr std::size_t longest_name = 512;

[[noreturn]] void refuse(const char* why) { throw std::runtime_error(why); }

struct section {
  std::uint32_t address, size, offset;
};

class image {
 public:
  explicit image(std::string_view file) : file_(file) { read_headers(); }

  bool is_64() const { return is_64_; }
  std::uint64_t base() const { return base_; }

  // The address of a data directory; 0: there is none.
  std::uint32_t directory(std::uint32_t number) const {
    return number < directory_count_ ? u32(directories_ + std::size_t{number} * 8) : 0;
  }

  std::uint16_t u16(std::size_t offset) const { return static_cast<std::uint16_t>(number(offset, 2)); }
  std::uint32_t u32(std::size_t offset) const { return static_cast<std::uint32_t>(number(offset, 4)); }
  std::uint64_t word_at(std::uint32_t address) const { return number(offset_of(address), is_64_ ? 8 : 4); }

  // Where in the file stands what is loaded to an address.
  std::size_t offset_of(std::uint64_t address) const {
    for (const section& one : sections_)
      if (address >= one.address && address - one.address < one.size)
        return static_cast<std::size_t>(one.offset + (address - one.address));
    refuse("an address outside of its sections");
  }

  std::string text_at(std::uint64_t address) const {
    const std::string_view from = file_.substr(std::min(offset_of(address), file_.size()), longest_name);
    const std::size_t end = from.find('\0');
    if (end == std::string_view::npos) refuse("a name without an end");
    return std::string(from.substr(0, end));
  }

 private:
  std::uint64_t number(std::size_t offset, std::size_t size) const {
    if (offset > file_.size() || file_.size() - offset < size) refuse("it ends before its tables do");
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(file_[offset + i]);
    return value;
  }

  void read_headers() {
    if (!looks_like_pe(file_)) refuse("no PE file: it does not begin with MZ");
    const std::size_t header = u32(0x3C);
    if (u32(header) != 0x4550) refuse("no PE file: there is no PE header");
    const std::size_t optional = header + 24;
    const std::uint16_t magic = u16(optional);
    if (magic != 0x10B && magic != 0x20B) refuse("neither PE32 nor PE32+");
    is_64_ = magic == 0x20B;
    base_ = is_64_ ? number(optional + 24, 8) : u32(optional + 28);
    directories_ = optional + (is_64_ ? 112u : 96u);
    directory_count_ = std::min(u32(directories_ - 4), 16u);
    read_sections(optional + u16(header + 20), u16(header + 6));
  }

  void read_sections(std::size_t table, std::size_t count) {
    if (count > most_sections) refuse("more sections than Windows loads");
    for (std::size_t at = table; count > 0; --count, at += 40)
      sections_.push_back({u32(at + 12), std::max(u32(at + 8), u32(at + 16)), u32(at + 20)});
  }

  std::string_view file_;
  bool is_64_ = false;
  std::uint64_t base_ = 0;
  std::size_t directories_ = 0;
  std::uint32_t directory_count_ = 0;
  std::vector<section> sections_;
};

struct numbered {
  std::uint16_t number;
  std::string_view name;
};

constexpr std::array winsock_numbers{
    numbered{1, "accept"},
    numbered{2, "bind"},
    numbered{3, "closesocket"},
    numbered{4, "connect"},
    numbered{5, "getpeername"},
    numbered{6, "getsockname"},
    numbered{7, "getsockopt"},
    numbered{8, "htonl"},
    numbered{9, "htons"},
    numbered{10, "ioctlsocket"},
    numbered{11, "inet_addr"},
    numbered{12, "inet_ntoa"},
    numbered{13, "listen"},
    numbered{14, "ntohl"},
    numbered{15, "ntohs"},
    numbered{16, "recv"},
    numbered{17, "recvfrom"},
    numbered{18, "select"},
    numbered{19, "send"},
    numbered{20, "sendto"},
    numbered{21, "setsockopt"},
    numbered{22, "shutdown"},
    numbered{23, "socket"},
    numbered{51, "gethostbyaddr"},
    numbered{52, "gethostbyname"},
    numbered{57, "gethostname"},
    numbered{101, "WSAAsyncSelect"},
    numbered{111, "WSAGetLastError"},
    numbered{112, "WSASetLastError"},
    numbered{115, "WSAStartup"},
    numbered{116, "WSACleanup"},
};

std::string name_of_number(std::string_view dll, std::uint16_t number) {
  if (dll != "ws2_32.dll") return "";
  const auto found = std::find_if(winsock_numbers.begin(), winsock_numbers.end(),
                                  [&](const numbered& each) { return each.number == number; });
  return found == winsock_numbers.end() ? "" : std::string(found->name);
}

std::string in_small_letters(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// A table of names or numbers, ended by a zero. Old tables of delayed loading hold addresses in memory: less = the
// base.
void read_names(const image& from, const std::string& dll, std::uint64_t table, std::uint64_t less,
                std::vector<pe_import>& found) {
  const std::uint32_t step = from.is_64() ? 8 : 4;
  for (std::uint64_t at = table;; at += step) {
    if (at > UINT32_MAX) refuse("an address outside of its sections");
    const std::uint64_t word = from.word_at(static_cast<std::uint32_t>(at));
    if (word == 0) return;
    if (found.size() >= most_imports) refuse("more imports than any program has");
    if ((word >> (step * 8 - 1) & 1) != 0) {
      const auto number = static_cast<std::uint16_t>(word);
      found.push_back({dll, name_of_number(dll, number), number});
    } else {
      found.push_back({dll, from.text_at(word - less + 2), std::nullopt});  // behind a hint of two bytes
    }
  }
}

void read_imports(const image& from, std::vector<pe_import>& found) {
  std::uint64_t at = from.directory(1);
  if (at == 0) return;
  for (std::size_t count = 0;; ++count, at += 20) {
    const std::size_t entry = from.offset_of(at);
    const std::uint32_t names = from.u32(entry), dll = from.u32(entry + 12), addresses = from.u32(entry + 16);
    if (dll == 0) return;
    if (count >= most_dlls) refuse("more DLLs than any program has");
    read_names(from, in_small_letters(from.text_at(dll)), names != 0 ? names : addresses, 0, found);
  }
}

void read_delayed_imports(const image& from, std::vector<pe_import>& found) {
  std::uint64_t at = from.directory(13);
  if (at == 0) return;
  for (std::size_t count = 0;; ++count, at += 32) {
    const std::size_t entry = from.offset_of(at);
    const std::uint32_t dll = from.u32(entry + 4), names = from.u32(entry + 16);
    if (dll == 0) return;
    if (count >= most_dlls) refuse("more DLLs than any program has");
    const std::uint64_t less =
        (from.u32(entry) & 1) != 0 ? 0 : from.base();  // RVA-based: what linkers write since 2003
    read_names(from, in_small_letters(from.text_at(dll - less)), names - less, less, found);
  }
}

}  // namespace

bool looks_like_pe(std::string_view beginning) { return beginning.starts_with("MZ"); }

std::vector<pe_import> pe_imports(std::string_view file) {
  const image from(file);
  std::vector<pe_import> found;
  read_imports(from, found);
  read_delayed_imports(from, found);
  return found;
}

}  // namespace tool::port
