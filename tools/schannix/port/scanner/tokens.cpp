#include "port/scanner/tokens.hpp"

#include <algorithm>

namespace tool::port {

namespace {

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

class reader {
 public:
  reader(std::string_view source, language written_in) : source_(source), in_(written_in) {}

  std::vector<token> all() {
    while (!ended()) step();
    end_directive();
    return std::move(tokens_);
  }

 private:
  bool ended() const { return at_ >= source_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool sees(std::string_view what) const { return source_.substr(at_).starts_with(what); }

  void advance(std::size_t count = 1) {
    for (const std::size_t end = std::min(at_ + count, source_.size()); at_ < end; ++at_)
      if (source_[at_] == '\n') ++line_;
  }

  void add(token_kind kind, std::size_t from, std::size_t to, std::uint32_t line) {
    tokens_.push_back({kind, source_.substr(from, to - from), line});
    line_is_empty_ = false;
  }

  void end_directive() {
    if (in_directive_) add(token_kind::directive_end, at_, at_, line_);
    in_directive_ = false;
  }

  void step() {
    const char c = peek();
    if (c == '\n')
      new_line();
    else if (is_blank(c))
      advance();
    else if (c == '\\' && in_ == language::c && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n')))
      advance(peek(1) == '\n' ? 2 : 3);
    else if (sees("//"))
      line_comment();
    else if (sees("/*"))
      block_comment();
    else if (c == '#' && in_ == language::c && line_is_empty_)
      directive();
    else
      token_here(c);
  }

  void token_here(char c) {
    if (literal()) return;
    if (starts_word(c)) return word();
    if (is_digit(c)) return number();
    add(token_kind::mark, at_, at_ + 1, line_);
    advance();
  }

  void new_line() {
    end_directive();
    advance();
    line_is_empty_ = true;
  }

  void word() {
    const std::size_t from = at_;
    while (!ended() && (starts_word(peek()) || is_digit(peek()))) ++at_;
    add(token_kind::word, from, at_, line_);
  }

  // 1'000'000, 0x7fULL, 1.5e3: C's "preprocessing number" without its signs.
  void number() {
    const std::size_t from = at_;
    while (!ended() && (starts_word(peek()) || is_digit(peek()) ||
                        (peek() == '\'' && in_ == language::c && (starts_word(peek(1)) || is_digit(peek(1))))))
      ++at_;
    add(token_kind::number, from, at_, line_);
  }

  void line_comment() {
    while (!ended() && peek() != '\n') {
      const bool goes_on = in_ == language::c && peek() == '\\' && peek(1) == '\n';
      advance(goes_on ? 2 : 1);
    }
  }

  void block_comment() {
    std::size_t depth = 0;  // Rust's comments hold comments
    do {
      if (sees("/*") && (depth == 0 || in_ == language::rust)) {
        ++depth;
        advance(2);
      } else if (sees("*/")) {
        --depth;
        advance(2);
      } else {
        advance();
      }
    } while (!ended() && depth > 0);
  }

  void directive() {
    add(token_kind::mark, at_, at_ + 1, line_);
    advance();
    in_directive_ = true;
    const std::size_t end = std::min(source_.find('\n', at_), source_.size());
    std::string_view rest = source_.substr(at_, end - at_);
    const auto next_word = [&rest] {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r"), rest.size()));
      const std::string_view found = rest.substr(0, rest.find_first_of(" \t\r"));
      rest.remove_prefix(found.size());
      return found;
    };
    if (next_word() == "if" && next_word() == "0" && next_word().empty()) skip_dead_lines(end);
  }

  // From the line behind #if 0 to its #else, #elif or #endif, which is read again.
  void skip_dead_lines(std::size_t line_end) {
    advance(line_end - at_);
    for (std::size_t depth = 1; !ended();) {
      const std::size_t end = std::min(source_.find('\n', at_ + 1), source_.size());
      std::string_view line = source_.substr(at_ + 1, end - at_ - 1);
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      if (line.starts_with('#')) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t", 1), line.size()));
        if (line.starts_with("if")) ++depth;
        if (depth == 1 && (line.starts_with("el") || line.starts_with("endif"))) return;
        if (line.starts_with("endif")) --depth;
      }
      advance(end - at_);
    }
  }

  bool literal() {
    switch (in_) {
      case language::c:
        return c_literal();
      case language::rust:
        return rust_literal();
      case language::c_sharp:
        break;
    }
    return c_sharp_literal();
  }

  bool c_literal() {
    if (std::string_view("\"'LuUR").find(peek()) == std::string_view::npos) return false;
    for (const std::string_view prefix : {"", "L", "u8", "u", "U"}) {
      if (sees(std::string(prefix) + "R\"")) return raw_text(prefix.size() + 2);
      if (sees(std::string(prefix) + '"')) return quoted(prefix.size(), '"');
      if (sees(std::string(prefix) + '\'')) return quoted(prefix.size(), '\'');
    }
    return false;
  }

  // Up to the same quote on the same line; a backslash takes the next character along, also a line's end.
  bool quoted(std::size_t prefix, char quote, bool over_lines = false) {
    const std::uint32_t line = line_;
    advance(prefix + 1);
    const std::size_t from = at_;
    while (!ended() && peek() != quote && (over_lines || peek() != '\n')) advance(peek() == '\\' ? 2 : 1);
    const std::size_t to = at_;
    if (peek() == quote) advance();
    add(token_kind::text, from, to, line);
    return true;
  }

  bool until(std::size_t start, const std::string& closing) {
    const std::uint32_t line = line_;
    advance(start);
    const std::size_t from = at_;
    const std::size_t to = std::min(source_.find(closing, at_), source_.size());
    advance(to - at_ + closing.size());
    add(token_kind::text, from, to, line);
    return true;
  }

  bool raw_text(std::size_t to_delimiter) {
    constexpr std::size_t longest = 16;  // C++ [lex.string]
    const std::string_view rest = source_.substr(at_ + to_delimiter, longest + 1);
    const std::size_t open = rest.find('(');
    if (open == std::string_view::npos) return quoted(to_delimiter - 1, '"');
    return until(to_delimiter + open + 1, ")" + std::string(rest.substr(0, open)) + '"');
  }

  bool rust_literal() {
    const std::size_t prefix = peek() == 'b' || peek() == 'c' ? 1 : 0;
    std::size_t hashes = 0;
    if (peek(prefix) == 'r') {
      while (peek(prefix + 1 + hashes) == '#') ++hashes;
      if (peek(prefix + 1 + hashes) == '"') return until(prefix + hashes + 2, '"' + std::string(hashes, '#'));
    }
    if (peek(prefix) == '"') return quoted(prefix, '"', true);
    if (peek() == '\'' && (peek(1) == '\\' || peek(2) == '\'')) return quoted(0, '\'');  // else a lifetime
    return false;
  }

  bool c_sharp_literal() {
    for (const std::string_view start : {"$@\"", "@$\"", "@\""})
      if (sees(start)) return verbatim(start.size());
    if (sees("\"\"\"")) return until(3, "\"\"\"");
    if (sees("$\"")) return quoted(1, '"');
    if (peek() == '"' || peek() == '\'') return quoted(0, peek());
    return false;
  }

  bool verbatim(std::size_t start) {  // "" is a quote in it
    const std::uint32_t line = line_;
    advance(start);
    const std::size_t from = at_;
    while (!ended() && (peek() != '"' || peek(1) == '"')) advance(peek() == '"' ? 2 : 1);
    add(token_kind::text, from, at_, line);
    advance();
    return true;
  }

  std::string_view source_;
  language in_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  bool line_is_empty_ = true;
  bool in_directive_ = false;
  std::vector<token> tokens_;
};

}  // namespace

std::vector<token> tokens_of(std::string_view source, language written_in) { return reader(source, written_in).all(); }

std::string as_plain_text(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  const bool little = bytes.starts_with("\xFF\xFE");
  if (!little && !bytes.starts_with("\xFE\xFF")) return bytes;
  std::string text;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[little ? i : i + 1]);
    const bool ascii = bytes[little ? i + 1 : i] == '\0' && low < 0x80;
    text += ascii ? static_cast<char>(low) : '?';
  }
  return text;
}

}  // namespace tool::port
