#include "cert/name_text.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/name_keys.hpp"

namespace schannix::cert {
namespace {

bool is_space(char one) { return one == ' ' || one == '\t' || one == '\r' || one == '\n'; }
char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one; }
bool same_key(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

// Other spellings that the page lists.
std::string_view shorter(std::string_view key) {
  if (same_key(key, "ST")) return "S";
  if (same_key(key, "Email")) return "E";
  if (same_key(key, "Title")) return "T";
  if (same_key(key, "GivenName")) return "G";
  return same_key(key, "Initials") ? "I" : key;
}

bool is_dotted(std::string_view text) {
  return text.find('.') != std::string_view::npos && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, [](char one) { return one == '.' || (one >= '0' && one <= '9'); });
}

std::optional<std::string> oid_of(std::string_view key) {
  constexpr std::string_view prefix = "OID.";
  if (key.size() > prefix.size() && same_key(key.substr(0, prefix.size()), prefix)) key.remove_prefix(prefix.size());
  if (key.empty()) return std::nullopt;
  if (is_dotted(key)) return std::string(key);
  const auto* const found =
      std::ranges::find_if(engine::name_keys, [&](const auto& one) { return same_key(one.key, shorter(key)); });
  return found != engine::name_keys.end() ? std::optional(std::string(found->oid)) : std::nullopt;
}

class parser {
 public:
  parser(std::string_view text, const name_text_rules& rules) : text_(text), rules_(rules) {}

  std::variant<std::vector<engine::name_value>, std::size_t> read() {
    skip();
    while (at_ < text_.size())
      if (!attribute() || !separator()) return at_;
    if (rules_.reversed) reverse();
    return std::move(found_);
  }

 private:
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_]) && !is_separator(text_[at_])) ++at_;
  }
  bool is_separator(char one) const { return rules_.separators.find(one) != std::string_view::npos; }
  bool ends_value(char one) const { return is_separator(one) || (rules_.plus && one == '+'); }

  bool attribute() {
    skip();
    const std::size_t equals = text_.find('=', at_);
    if (equals == std::string_view::npos) return false;
    std::string_view key = text_.substr(at_, equals - at_);
    while (!key.empty() && is_space(key.back())) key.remove_suffix(1);
    auto oid = oid_of(key);
    if (!oid) return false;
    at_ = equals + 1;
    skip();
    auto value = rules_.quotes && at_ < text_.size() && text_[at_] == '"' ? quoted() : plain();
    if (!value) return false;
    found_.push_back({*std::move(oid), 0, {}, *std::move(value), rdn_});
    return true;
  }

  std::optional<std::string> plain() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_value(text_[at_])) {
      if (rules_.quotes && text_[at_] == '"') return std::nullopt;  // in the middle
      ++at_;
    }
    std::string_view value = text_.substr(begin, at_ - begin);
    while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
    return std::string(value);
  }

  // Two quotes stand for one.
  std::optional<std::string> quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        value.push_back(text_[at_]);
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value.push_back(text_[at_++]);
      } else {
        ++at_;
        return value;
      }
    }
    return std::nullopt;
  }

  // The end, or one separator and, unless it is '+', the next RDN.
  bool separator() {
    skip();
    if (at_ == text_.size()) return true;
    const bool joins = rules_.plus && text_[at_] == '+';
    if (!joins && !is_separator(text_[at_])) return false;
    if (!joins) ++rdn_;
    ++at_;
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return !joins || at_ < text_.size();
  }

  void reverse() {
    std::ranges::reverse(found_);
    for (auto begin = found_.begin(); begin != found_.end();) {
      const auto end = std::find_if(begin, found_.end(), [&](const auto& one) { return one.rdn != begin->rdn; });
      std::reverse(begin, end);
      begin = end;
    }
    for (engine::name_value& one : found_) one.rdn = rdn_ - one.rdn;
  }

  std::string_view text_;
  const name_text_rules& rules_;
  std::size_t at_ = 0;
  int rdn_ = 0;
  std::vector<engine::name_value> found_;
};

}  // namespace

std::variant<std::vector<engine::name_value>, std::size_t> parse_name(std::string_view text,
                                                                      const name_text_rules& rules) {
  return parser(text, rules).read();
}

}  // namespace schannix::cert
