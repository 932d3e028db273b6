#include "base/text.hpp"

namespace schannix::base {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t longest = 4;  // bytes of one character

bool continues(char unit) { return (static_cast<unsigned char>(unit) & 0xC0) == 0x80; }

struct sequence {
  std::size_t size;
  char32_t smallest;  // anything below is an overlong form
  char32_t bits;
};

std::optional<sequence> begins(unsigned char lead) {
  if (lead < 0x80) return sequence{1, 0, lead};
  if (lead >= 0xC2 && lead < 0xE0) return sequence{2, 0x80, lead & 0x1Fu};
  if (lead >= 0xE0 && lead < 0xF0) return sequence{3, 0x800, lead & 0x0Fu};
  if (lead >= 0xF0 && lead < 0xF5) return sequence{4, 0x10000, lead & 0x07u};
  return std::nullopt;
}

}  // namespace

bool is_scalar(char32_t point) { return point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF); }

void append_utf8(std::string& to, char32_t point) {
  const auto tail = [&](int shift) { to.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3F))); };
  if (point < 0x80) {
    to.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    to.push_back(static_cast<char>(0xC0 | (point >> 6)));
    tail(0);
  } else if (point < 0x10000) {
    to.push_back(static_cast<char>(0xE0 | (point >> 12)));
    tail(6), tail(0);
  } else {
    to.push_back(static_cast<char>(0xF0 | (point >> 18)));
    tail(12), tail(6), tail(0);
  }
}

std::optional<char32_t> take_character(std::string_view& text) {
  const auto form = begins(static_cast<unsigned char>(text.front()));
  std::size_t used = 1;
  char32_t point = form ? form->bits : replacement;
  if (form) {
    for (; used < form->size && used < text.size() && continues(text[used]); ++used)
      point = point << 6 | (static_cast<unsigned char>(text[used]) & 0x3Fu);
  }
  const bool readable = form && used == form->size && point >= form->smallest && is_scalar(point);
  text.remove_prefix(readable ? used : 1);
  return readable ? std::optional(point) : std::nullopt;
}

std::string to_utf8(std::wstring_view text) {
  std::string out;
  out.reserve(text.size() * longest);  // never moved: a password leaves no copies behind
  for (const wchar_t unit : text) {
    const auto point = static_cast<char32_t>(unit);
    append_utf8(out, is_scalar(point) ? point : replacement);
  }
  return out;
}

std::string to_utf8(const wchar_t* text) { return text ? to_utf8(std::wstring_view(text)) : std::string(); }

std::wstring from_utf8(std::string_view text) {
  std::wstring out;
  out.reserve(text.size());
  while (!text.empty()) out.push_back(static_cast<wchar_t>(take_character(text).value_or(replacement)));
  return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t size) noexcept {
  if (text.size() <= size) return text;
  while (size > 0 && continues(text[size])) --size;
  return text.substr(0, size);
}

}  // namespace schannix::base
