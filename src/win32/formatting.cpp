// wsprintf: Windows' format, said as the C library says it. %s is of the function's own width, %S of the other; l and h
// tell the width of text, and nothing about numbers: those have 32 bits, or 64 with I64.
#include <windows.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>
#include <type_traits>

namespace {

// MS wsprintf: "The maximum size of the buffer is 1,024 bytes"; the terminator is one of them.
constexpr std::size_t most = 1023;

bool one_of(std::string_view set, auto c) { return c > 0 && c < 0x80 && set.find(static_cast<char>(c)) != set.npos; }

// One conversion, from behind its percent sign on.
template <typename Character>
class conversion {
 public:
  explicit conversion(const Character*& at) {
    for (; one_of("-#0123456789.", *at); ++at) kept_ += *at;
    for (; one_of("hlwI", *at); ++at) read_prefix(at);
    type_ = *at;
    if (*at != 0) ++at;
  }

  // What the C library understands; a type that Windows does not know stands for itself.
  std::basic_string<Character> translated() const {
    if (one_of("diuxX", type_)) return start() + (is_64_bits_ ? text("ll") : text("")) + type_;
    if (one_of("cCsS", type_))
      return start() + (is_wide() ? text("l") : text("")) + (one_of("cC", type_) ? text("c") : text("s"));
    if (type_ == 'p') return text("%016llX");
    if (type_ == '%') return text("%%");
    return type_ == 0 ? text("") : std::basic_string<Character>(1, type_);
  }

 private:
  static std::basic_string<Character> text(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }
  std::basic_string<Character> start() const { return text("%") + kept_; }

  bool is_wide() const {
    if (width_ != 0) return width_ != 'h';
    return std::is_same_v<Character, wchar_t> == one_of("cs", type_);
  }

  void read_prefix(const Character*& at) {
    if (*at != 'I') {
      width_ = *at;
    } else if (at[1] == '6' && at[2] == '4') {
      is_64_bits_ = true, at += 2;
    } else if (at[1] == '3' && at[2] == '2') {
      at += 2;
    }
  }

  std::basic_string<Character> kept_;
  Character width_ = 0, type_ = 0;
  bool is_64_bits_ = false;
};

template <typename Character>
std::basic_string<Character> translated(const Character* format) {
  std::basic_string<Character> all;
  while (*format != 0) {
    if (*format != '%') {
      all += *format++;
    } else {
      all += conversion<Character>(++format).translated();
    }
  }
  return all;
}

FILE* open_stream(char** text, std::size_t* length) { return open_memstream(text, length); }
FILE* open_stream(wchar_t** text, std::size_t* length) { return open_wmemstream(text, length); }
int print(FILE* stream, const char* format, va_list arguments) { return std::vfprintf(stream, format, arguments); }
int print(FILE* stream, const wchar_t* format, va_list arguments) { return std::vfwprintf(stream, format, arguments); }

// The characters written. What cannot be converted between the widths leaves an empty text.
template <typename Character>
int formatted(Character* to, const Character* format, va_list arguments) {
  if (to == nullptr || format == nullptr) return 0;
  *to = 0;
  Character* text = nullptr;
  std::size_t length = 0;
  FILE* const stream = open_stream(&text, &length);
  if (stream == nullptr) return 0;
  const bool is_whole = print(stream, translated(format).c_str(), arguments) >= 0;
  std::fclose(stream);
  length = is_whole && text != nullptr ? std::min(length, most) : 0;
  *std::copy_n(text, length, to) = 0;
  std::free(text);
  return static_cast<int>(length);
}

}  // namespace

int WINAPI wvsprintfA(LPSTR lpOut, LPCSTR lpFmt, va_list arglist) { return formatted(lpOut, lpFmt, arglist); }
int WINAPI wvsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, va_list arglist) { return formatted(lpOut, lpFmt, arglist); }

int wsprintfA(LPSTR lpOut, LPCSTR lpFmt, ...) {
  va_list arguments;
  va_start(arguments, lpFmt);
  const int written = formatted(lpOut, lpFmt, arguments);
  va_end(arguments);
  return written;
}

int wsprintfW(LPWSTR lpOut, LPCWSTR lpFmt, ...) {
  va_list arguments;
  va_start(arguments, lpFmt);
  const int written = formatted(lpOut, lpFmt, arguments);
  va_end(arguments);
  return written;
}
