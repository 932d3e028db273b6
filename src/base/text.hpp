// WCHAR is the platform's 32-bit wchar_t at the edge, UTF-8 everywhere inside. Nothing is refused: what is not valid
// (a code point past U+10FFFF, a lone surrogate, a broken or overlong UTF-8 sequence) becomes U+FFFD, one for every
// unit that cannot be read, so that the result is always valid text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace schannix::base {

std::string to_utf8(std::wstring_view text);
std::string to_utf8(const wchar_t* text);  // NUL-terminated; null is ""
std::wstring from_utf8(std::string_view text);

// The steps that those are made of. Takes one character off the front of text, which is not empty; nothing, and one
// byte taken, when it cannot be read.
std::optional<char32_t> take_character(std::string_view& text);
void append_utf8(std::string& to, char32_t point);  // point is a scalar value
bool is_scalar(char32_t point);

// The longest start of text that has at most size bytes and does not cut a character in two.
std::string_view utf8_prefix(std::string_view text, std::size_t size) noexcept;

}  // namespace schannix::base
