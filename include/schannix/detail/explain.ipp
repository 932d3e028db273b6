// explain.ipp: definitions of explain.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <utility>

namespace schannix {
inline namespace v0 {

namespace detail {

inline std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return made;
}

template <class Number>
std::optional<Number> parse(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// As people copy it: 0x80090325, -2146893019, 2148074277.
inline std::optional<std::uint32_t> code_number(std::string_view text) {
  if (text.starts_with("0x")) return parse<std::uint32_t>(text.substr(2), 16);
  if (!text.starts_with('-')) return parse<std::uint32_t>(text, 10);
  const auto negative = parse<std::int32_t>(text, 10);
  return negative ? std::optional(static_cast<std::uint32_t>(*negative)) : std::nullopt;
}

inline code_kind kind_of(const SCHANNIX_EXPLANATION& entry) { return static_cast<code_kind>(entry.dwKind); }

// Takes "alert " and the like off the front.
inline std::optional<code_kind> take_kind(std::string_view& text) {
  for (const auto kind : {code_kind::status, code_kind::alert, code_kind::log_event}) {
    const std::string word = kind_name(kind) + ' ';
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return kind;
  }
  return {};
}

inline bool fits(const explanation& one, std::string_view asked) {
  const std::string name = lower(one.name);
  if (name == asked) return true;  // also "event 36887"
  const auto kind = take_kind(asked);
  if (kind && *kind != one.kind) return false;
  if (name == asked) return true;
  const auto number = code_number(asked);
  return number && one.code == *number && one.kind != code_kind::verdict;  // 4 is not CLOSE-004
}

// Levenshtein's distance: how many letters to change, insert or drop.
inline std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto corner = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto change = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace detail

inline std::string kind_name(code_kind kind) {
  switch (kind) {
    case code_kind::status:
      return "status";
    case code_kind::alert:
      return "alert";
    case code_kind::log_event:
      return "event";
    case code_kind::verdict:
      return "verdict";
  }
  return "unknown";
}

inline std::string code_text(const explanation& which) {
  return which.kind == code_kind::status ? detail::hexadecimal(which.code) : std::to_string(which.code);
}

inline std::vector<explanation> all_explanations() {
  std::vector<explanation> all;
  while (const auto entry = detail::catalogue_entry(static_cast<DWORD>(all.size())))
    all.push_back({detail::kind_of(*entry), entry->dwCode, entry->pszName, entry->pszMeaning, entry->pszSaidBy,
                   entry->pszCauses, entry->pszNextStep});
  return all;
}

inline std::vector<explanation> explain(std::string_view code) {
  const std::string asked = detail::lower(code);
  auto found = all_explanations();
  std::erase_if(found, [&](const explanation& one) { return !detail::fits(one, asked); });
  return found;
}

inline std::vector<std::string> similar_names(std::string_view name) {
  constexpr std::size_t most = 3;
  const std::string asked = detail::lower(name);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& one : all_explanations()) {
    const std::string known = detail::lower(one.name);
    const bool contains = asked.size() >= 4 && known.find(asked) != std::string::npos;
    const auto far = contains ? 0 : detail::distance(asked, known);
    if (far <= asked.size() / 4) found.emplace_back(far, one.name);
  }
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (auto& [far, known] : found)
    if (names.size() < most) names.push_back(std::move(known));
  return names;
}

}  // namespace v0
}  // namespace schannix
