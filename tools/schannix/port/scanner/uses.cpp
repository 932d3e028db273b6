#include "port/scanner/uses.hpp"

#include <algorithm>
#include <array>

namespace tool::port {

namespace {

constexpr std::array windows_headers{"windows", "winsock",  "winsock2", "ws2tcpip", "sspi",   "schannel",
                                     "schnlsp", "security", "wincrypt", "ncrypt",   "bcrypt", "wintrust"};

constexpr std::array before_a_call{"return", "else", "do", "case", "co_return", "co_await", "co_yield",
                                   "throw",  "and",  "or", "not",  "in",        "await"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool same_letters(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return small(x) == small(y); });
}

// #include <Windows.h>: the words stand one by one.
bool includes_windows(const std::vector<token>& tokens, std::size_t include) {
  if (!tokens[include].is("include") || !at(tokens, include - 1).is("#")) return false;
  const token& opening = at(tokens, include + 1);
  if (opening.kind == token_kind::text)
    return std::any_of(windows_headers.begin(), windows_headers.end(),
                       [&](std::string_view each) { return same_letters(opening.text, std::string(each) + ".h"); });
  return std::any_of(windows_headers.begin(), windows_headers.end(),
                     [&](std::string_view each) { return same_letters(at(tokens, include + 2).text, each); });
}

// sspi->send, socket.send; in C++ also some_class::send, but not ::send.
bool is_member(const std::vector<token>& tokens, std::size_t index) {
  const token& before = at(tokens, index - 1);
  if (before.is(".")) return true;
  if (before.is(">")) return at(tokens, index - 2).is("-");
  return before.is(":") && at(tokens, index - 2).is(":") && at(tokens, index - 3).kind == token_kind::word;
}

bool is_declared_extern(const std::vector<token>& tokens, std::size_t index) {
  for (std::size_t back = 1; back <= 40; ++back) {
    const token& one = at(tokens, index - back);
    if (one.is("extern")) return true;
    if (one.text.empty() || one.is(";") || one.is("{") || one.is("}")) return false;
  }
  return false;
}

bool is_function(const known_name& name) {
  constexpr std::array libraries{"secur32", "crypt32", "ncrypt and bcrypt", "advapi32"};
  return is_one_of(name.library, libraries) && name.name.find('_') == std::string_view::npos;
}

class finder {
 public:
  finder(const std::vector<token>& tokens, language written_in) : tokens_(tokens), in_(written_in) {}

  source_names all() {
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (tokens_[i].kind == token_kind::word)
        word(i);
      else if (tokens_[i].kind == token_kind::text)
        text(tokens_[i]);
    if (found_.for_windows) {
      found_.uses.insert(found_.uses.end(), weak_.begin(), weak_.end());
      std::sort(found_.uses.begin(), found_.uses.end(),
                [](const name_use& a, const name_use& b) { return a.name.data() < b.name.data(); });
    }
    return std::move(found_);
  }

 private:
  void word(std::size_t i) {
    if (in_ == language::c && includes_windows(tokens_, i)) found_.for_windows = true;
    const token& here = tokens_[i];
    if (const auto known = find_name(here.text))
      known_word(i, *known);
    else if (looks_like_function(here.text))
      unknown_function(i);
    else if (looks_like_constant(here.text))
      unknown_constant(i);
  }

  void known_word(std::size_t i, const known_name& known) {
    const token& here = tokens_[i];
    if (!is_weak(known)) {
      found_.for_windows = true;
      found_.uses.push_back({here.text, here.line, known});
      return;
    }
    const bool small = here.text[0] >= 'a' && here.text[0] <= 'z';
    if (is_member(tokens_, i) || (small && in_ != language::c)) return;
    const bool counts = known.library == "Types" || in_ != language::c || is_call(tokens_, i);
    if (counts) weak_.push_back({here.text, here.line, known});
  }

  void unknown_function(std::size_t i) {
    const token& here = tokens_[i];
    if (!at(tokens_, i + 1).is("(") || is_member(tokens_, i)) return;
    if (in_ == language::c && !is_call(tokens_, i)) return found_.declared.push_back(here.text);
    if (in_ == language::c_sharp && !is_declared_extern(tokens_, i)) return;
    found_.uses.push_back({here.text, here.line, std::nullopt});
  }

  void unknown_constant(std::size_t i) {
    const token& here = tokens_[i];
    const bool defined = at(tokens_, i - 1).is("define") && at(tokens_, i - 2).is("#");
    if (defined || at(tokens_, i - 1).is("enum")) return found_.declared.push_back(here.text);
    found_.uses.push_back({here.text, here.line, std::nullopt});
  }

  // GetProcAddress(library, "InitSecurityInterfaceW"); EntryPoint = "EncryptMessage".
  void text(const token& here) {
    const auto known = find_name(here.text);
    if (!known || !is_function(*known)) return;
    found_.for_windows = true;
    found_.uses.push_back({here.text, here.line, known});
  }

  const std::vector<token>& tokens_;
  language in_;
  source_names found_;
  std::vector<name_use> weak_;
};

}  // namespace

const token& at(const std::vector<token>& tokens, std::size_t index) {
  static constexpr token none{token_kind::mark, "", 0};
  return index < tokens.size() ? tokens[index] : none;  // also where the index went below 0
}

bool is_call(const std::vector<token>& tokens, std::size_t index) {
  if (!at(tokens, index + 1).is("(")) return false;
  const token& before = at(tokens, index - 1);
  if (before.kind == token_kind::word) return is_one_of(before.text, before_a_call);
  if (before.is("*") || before.is("&")) {  // "char *send(" declares, "x = *send(" and "a && send(" call
    const token& earlier = at(tokens, index - 2);
    return earlier.kind != token_kind::word || is_one_of(earlier.text, before_a_call);
  }
  return true;
}

source_names names_in(const std::vector<token>& tokens, language written_in) {
  return finder(tokens, written_in).all();
}

}  // namespace tool::port
