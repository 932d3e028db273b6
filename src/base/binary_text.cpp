#include "base/binary_text.hpp"

#include <algorithm>
#include <iterator>

namespace schannix::base {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t line_size = 64;

bool is_space(char unit) { return unit == ' ' || unit == '\t' || unit == '\r' || unit == '\n'; }

std::string without_space(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char unit) { return !is_space(unit); });
  return out;
}

// Four characters, the last up to two of which may be padding, into up to three bytes.
bool append_group(std::string_view group, bool last, bytes& to) {
  const std::size_t digits = std::min(group.find('='), group.size());
  if (digits < 2 || (digits < 4 && !last) || group.find_first_not_of('=', digits) != std::string_view::npos)
    return false;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t value = i < digits ? alphabet.find(group[i]) : 0;
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
  }
  for (std::size_t i = 0; i + 1 < digits; ++i) to.push_back(static_cast<byte>(bits >> (16 - 8 * i) & 0xFF));
  return true;
}

int digit_of(char unit) {
  if (unit >= '0' && unit <= '9') return unit - '0';
  if (unit >= 'a' && unit <= 'f') return unit - 'a' + 10;
  return unit >= 'A' && unit <= 'F' ? unit - 'A' + 10 : -1;
}

}  // namespace

std::optional<bytes> from_base64(std::string_view text) {
  const std::string all = without_space(text);
  if (all.size() % 4 != 0) return std::nullopt;
  bytes out;
  out.reserve(all.size() / 4 * 3);
  for (std::size_t at = 0; at < all.size(); at += 4)
    if (!append_group(std::string_view(all).substr(at, 4), at + 4 == all.size(), out)) return std::nullopt;
  return out;
}

std::optional<bytes> from_hex(std::string_view text) {
  bytes out;
  while (!text.empty()) {
    if (is_space(text.front())) {
      text.remove_prefix(1);
      continue;
    }
    const int high = digit_of(text[0]), low = text.size() > 1 ? digit_of(text[1]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<byte>(high << 4 | low));
    text.remove_prefix(2);
  }
  return out;
}

std::optional<encapsulated> within_header(std::string_view text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", dashes = "-----";
  const std::size_t first = text.find(begin);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t label_end = text.find(dashes, first + begin.size());
  if (label_end == std::string_view::npos) return std::nullopt;
  const std::size_t content = label_end + dashes.size();
  const std::size_t last = text.find(end, content);
  if (last == std::string_view::npos) return std::nullopt;
  return encapsulated{text.substr(content, last - content), first};
}

std::string to_base64(bytes_view from, std::string_view line_end) {
  std::string out;
  std::size_t in_line = 0;
  for (std::size_t at = 0; at < from.size(); at += 3) {
    const bytes_view group = from.subspan(at, std::min<std::size_t>(3, from.size() - at));
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < group.size() ? group[i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) out.push_back(i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
    in_line += 4;
    if (in_line == line_size || at + 3 >= from.size()) {
      out.append(line_end);
      in_line = 0;
    }
  }
  return out;
}

std::string to_hex(bytes_view from) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const byte one : from) out.append(1, digits[one >> 4]).append(1, digits[one & 0xF]);
  return out;
}

}  // namespace schannix::base
