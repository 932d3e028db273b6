// A source file of C, C++, Rust or C# as words, numbers, texts and marks with their lines. Comments are gone, and so is
// what stands between #if 0 and its end. Nothing is expanded: what a macro makes, or ## joins, is not seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tool::port {

enum class language { c, rust, c_sharp };

enum class token_kind {
  word,
  number,
  text,           // a string literal without its quotes; its escapes stay as they are
  mark,           // one character
  directive_end,  // of a preprocessor line, whose first token is the mark "#"
};

struct token {
  token_kind kind;
  std::string_view text;  // into the source
  std::uint32_t line;     // from 1

  bool is(std::string_view what) const { return text == what && kind != token_kind::text; }
};

// Any bytes: what is no source makes tokens all the same, in time and memory in proportion to its size.
std::vector<token> tokens_of(std::string_view source, language written_in);

// The bytes of a file as text for tokens_of: UTF-16 with its mark becomes ASCII, with ? for what is not; a mark of
// UTF-8 goes. Lines stay lines.
std::string as_plain_text(std::string bytes);

}  // namespace tool::port
