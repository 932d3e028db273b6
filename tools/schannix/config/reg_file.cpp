#include "config/reg_file.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace tool {

namespace {

constexpr std::string_view utf16_mark("\xFF\xFE", 2), utf8_mark("\xEF\xBB\xBF");

[[noreturn]] void refuse(unsigned line, const std::string& what) {
  throw std::runtime_error("line " + std::to_string(line) + ": " + what);
}

void append_utf8(std::string& to, char32_t code) {
  const auto tail = [&](unsigned shift) { to += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0 | code >> 6), tail(0);
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0 | code >> 12), tail(6), tail(0);
  } else {
    to += static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0);
  }
}

// Little endian. Half a character becomes U+FFFD; an odd byte at the end is dropped.
std::string from_utf16(std::string_view bytes) {
  const auto unit = [&](std::size_t at) -> char32_t {
    return static_cast<unsigned char>(bytes[at]) | static_cast<char32_t>(static_cast<unsigned char>(bytes[at + 1]))
                                                       << 8;
  };
  std::string text;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t code = unit(at);
    const bool high = code >= 0xD800 && code < 0xDC00, low = code >= 0xDC00 && code < 0xE000;
    if (high && at + 3 < bytes.size() && unit(at + 2) >= 0xDC00 && unit(at + 2) < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
      at += 2;
    } else if (high || low) {
      code = 0xFFFD;
    }
    append_utf8(text, code);
  }
  return text;
}

std::string decoded(std::string_view bytes) {
  if (bytes.starts_with(utf16_mark)) return from_utf16(bytes.substr(utf16_mark.size()));
  if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
  return std::string(bytes);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits, std::size_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || digits.empty() || digits.size() > most) return {};
  return number;
}

class reader {
 public:
  explicit reader(std::string_view text) : left_(text) {}

  std::vector<reg_value> read() {
    read_title();
    while (const auto line = next_line()) {
      if (line->starts_with('['))
        read_key(*line);
      else
        read_value(*line);
    }
    return std::move(values_);
  }

 private:
  std::string_view take_line() {
    const auto end = left_.find('\n');
    const std::string_view line = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    ++number_;
    return trimmed(line);
  }

  // Without comments and empty lines; one that ends in a backslash goes on in the next.
  std::optional<std::string> next_line() {
    while (!left_.empty()) {
      std::string line(take_line());
      first_ = number_;
      if (line.empty() || line.front() == ';') continue;
      while (line.ends_with('\\') && !left_.empty()) {
        line.pop_back();
        line += take_line();
      }
      return line;
    }
    return {};
  }

  void read_title() {
    const auto line = next_line();
    if (line == "REGEDIT4")
      wide_ = false;
    else if (line != "Windows Registry Editor Version 5.00")
      refuse(1, "no file of the registry editor: it begins with \"Windows Registry Editor Version 5.00\"");
  }

  void read_key(std::string_view line) {
    if (!line.ends_with(']') || line.size() < 3) refuse(first_, "a key is a path in brackets");
    key_ = line.substr(1, line.size() - 2);
    if (!key_.starts_with('-')) return;
    key_.erase(0, 1);
    values_.push_back({key_, "", reg_kind::deleted, 0, {}, first_});
  }

  void read_value(std::string_view line) {
    if (key_.empty()) refuse(first_, "a value before the first [key]");
    reg_value made{key_, "", reg_kind::other, 0, {}, first_};
    if (line.starts_with('@'))
      line.remove_prefix(1);
    else
      made.name = take_quoted(line);
    line = trimmed(line);
    if (!line.starts_with('=')) refuse(first_, "a value has the form \"name\"=data");
    read_data(trimmed(line.substr(1)), made);
    values_.push_back(std::move(made));
  }

  void read_data(std::string_view data, reg_value& into) {
    constexpr std::string_view dword = "dword:", hex = "hex";
    if (data == "-") {
      into.kind = reg_kind::deleted;
    } else if (data.starts_with('"')) {
      into.kind = reg_kind::text;
      into.texts = {take_quoted(data)};
      if (!trimmed(data).empty()) refuse(first_, "something behind the text");
    } else if (data.starts_with(dword)) {
      const auto number = hexadecimal(trimmed(data.substr(dword.size())), 8);
      if (!number) refuse(first_, "dword: is followed by up to eight hexadecimal digits");
      into.kind = reg_kind::number;
      into.number = *number;
    } else if (data.starts_with(hex)) {
      read_hex(data.substr(hex.size()), into);
    } else {
      refuse(first_, "data are \"text\", dword:, hex: or hex(type):");
    }
  }

  // ":01,02" or "(7):54,00,...". The types are REG_ numbers.
  void read_hex(std::string_view data, reg_value& into) {
    const auto colon = data.find(':');
    const bool typed = data.starts_with('(') && colon != std::string_view::npos && colon > 2 && data[colon - 1] == ')';
    if (colon != 0 && !typed) refuse(first_, "data are \"text\", dword:, hex: or hex(type):");
    const auto type = typed ? hexadecimal(data.substr(1, colon - 2), 8) : std::optional(3U);
    if (!type) refuse(first_, "the type in hex(type): is a hexadecimal number");
    const std::string bytes = bytes_of(data.substr(colon + 1));
    const std::string text = wide_ ? from_utf16(bytes) : bytes;
    if (*type == 1 || *type == 2) {
      into.kind = reg_kind::text;
      into.texts = {text.substr(0, text.find('\0'))};
    } else if (*type == 4 && bytes.size() == 4) {
      into.kind = reg_kind::number;
      for (std::size_t i = 4; i > 0; --i) into.number = into.number << 8 | static_cast<unsigned char>(bytes[i - 1]);
    } else if (*type == 7) {
      into.kind = reg_kind::texts;
      into.texts = texts_of(text);
    }
  }

  std::string bytes_of(std::string_view list) const {
    std::string bytes;
    for (list = trimmed(list); !list.empty();) {
      const auto comma = list.find(',');
      const auto byte = hexadecimal(trimmed(list.substr(0, comma)), 2);
      if (!byte) refuse(first_, "hex: is followed by bytes of two hexadecimal digits, separated by commas");
      bytes += static_cast<char>(*byte);
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return bytes;
  }

  // Each ends in NUL, and the list in an empty one.
  static std::vector<std::string> texts_of(std::string_view list) {
    std::vector<std::string> texts;
    while (!list.empty() && list.front() != '\0') {
      texts.emplace_back(list.substr(0, list.find('\0')));
      list.remove_prefix(std::min(list.size(), texts.back().size() + 1));
    }
    return texts;
  }

  // Takes "text" off the front; \\ and \" stand for the second character.
  std::string take_quoted(std::string_view& line) const {
    if (!line.starts_with('"')) refuse(first_, "neither a [key] nor a value of the form \"name\"=data");
    std::string text;
    for (std::size_t at = 1; at < line.size(); ++at) {
      if (line[at] == '"') {
        line.remove_prefix(at + 1);
        return text;
      }
      if (line[at] == '\\' && at + 1 < line.size()) ++at;
      text += line[at];
    }
    refuse(first_, "a text without its closing quote");
  }

  std::string_view left_;
  unsigned number_ = 0, first_ = 0;  // lines: the last one read, and where the present one begins
  bool wide_ = true;                 // texts in hexadecimal are UTF-16
  std::string key_;
  std::vector<reg_value> values_;
};

}  // namespace

std::vector<reg_value> read_reg(std::string_view bytes) {
  const std::string text = decoded(bytes);
  return reader(text).read();
}

}  // namespace tool
