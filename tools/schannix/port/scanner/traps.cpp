#include "port/scanner/traps.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "port/scanner/uses.hpp"

namespace tool::port {

namespace {

constexpr std::array rules{
    rule{"llp64-pointer", gravity::warning, "A pointer to long or unsigned long points to 64 bits on Linux.",
         "Use LONG, ULONG or DWORD for what Windows' functions write: they have 32 bits. In C, initialise an unsigned "
         "long that a function of SSPI writes to with 0."},
    rule{"llp64-long", gravity::note, "long has 64 bits on Linux, 32 on Windows.",
         "Use LONG or int where the size matters: in structs that are sent or stored, in shifts, for values that must "
         "wrap around."},
    rule{"llp64-format", gravity::note, "%lu, %ld and %lx want 64 bits on Linux; DWORD, LONG and statuses have 32.",
         "Print them as %u, %d and %x, or cast them to unsigned long."},
    rule{"wchar-width", gravity::warning, "A WCHAR is taken for two bytes; here it is wchar_t with four.",
         "Count with sizeof(WCHAR); convert with WideCharToMultiByte where two bytes are meant."},
    rule{"wrong-side-flags", gravity::warning,
         "Flags of the other side: ISC_REQ_... go to InitializeSecurityContext, ASC_REQ_... to AcceptSecurityContext.",
         "The two number their flags differently; use those of the function that is called."},
    rule{"extra-ignored", gravity::warning, "SECBUFFER_EXTRA is never looked at in a file that reads from a peer.",
         "Keep what is left over behind a record or a flight, and give it to the next call: otherwise bytes are lost."},
    rule{"no-shutdown", gravity::warning, "Handshakes are made, and nothing sends close_notify.",
         "Call ApplyControlToken with SCHANNEL_SHUTDOWN, then send what the next InitializeSecurityContext or "
         "AcceptSecurityContext gives: otherwise the peer cannot tell the end from an attack."},
    rule{"windows-only", gravity::note, "Code for _WIN32 or _MSC_VER is not compiled here: neither is defined.",
         "Ask for __has_include(<schannel.h>) or a macro of your build where the code is Schannel's, not Windows'."},
};

// What only code for Schannel says, of the packages that are behind SSPI.
constexpr std::array<std::string_view, 14> of_schannel{"UNISP_NAME",
                                                       "UNISP_NAME_A",
                                                       "UNISP_NAME_W",
                                                       "SCHANNEL_NAME",
                                                       "SCHANNEL_NAME_A",
                                                       "SCHANNEL_NAME_W",
                                                       "SCHANNEL_CRED",
                                                       "SCH_CREDENTIALS",
                                                       "ISC_REQ_STREAM",
                                                       "ASC_REQ_STREAM",
                                                       "SECBUFFER_ALERT",
                                                       "SECBUFFER_STREAM_HEADER",
                                                       "SECBUFFER_STREAM_TRAILER",
                                                       "SCHANNEL_SHUTDOWN"};

using tokens = std::vector<token>;

bool is_word(const token& one, std::initializer_list<std::string_view> words) {
  return one.kind == token_kind::word && std::find(words.begin(), words.end(), one.text) != words.end();
}

constexpr std::size_t far_enough = 2000;  // tokens that belong together: what is longer is no source that people wrote

// Behind the closing bracket of the one at this index, or where looking for it ends.
std::size_t behind_bracket(const tokens& all, std::size_t open) {
  const std::size_t end = std::min(all.size(), open + far_enough);
  std::size_t depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (all[i].is("(")) ++depth;
    if (all[i].is(")") && --depth == 0) return i + 1;
  }
  return end;
}

bool without_letter(std::string_view name, std::string_view base) {  // InitializeSecurityContext, ...A, ...W
  if (!name.starts_with(base)) return false;
  return name.size() == base.size() || (name.size() == base.size() + 1 && (name.back() == 'A' || name.back() == 'W'));
}
bool is_initiator(const token& one) {
  return one.kind == token_kind::word && without_letter(one.text, "InitializeSecurityContext");
}
bool is_acceptor(const token& one) { return one.is("AcceptSecurityContext"); }

enum sides : unsigned { no_side = 0, client_side = 1, server_side = 2 };

unsigned side_of_flag(const token& one) {
  if (one.kind != token_kind::word) return no_side;
  if (one.text.starts_with("ISC_REQ_")) return client_side;
  return one.text.starts_with("ASC_REQ_") ? server_side : no_side;
}

class search {
 public:
  explicit search(const tokens& all) : all_(all) {}

  source_traps run() {
    for (std::size_t i = 0; i < all_.size(); ++i) look_at(i);
    if (!is_schannel_) found_.handshakes.reset();  // Kerberos' and NTLM's have neither extra bytes nor an end
    if (is_schannel_ && reads_at_ && !found_.names_extra) add("extra-ignored", *reads_at_, reads_by_);
    std::sort(found_.found.begin(), found_.found.end(), [](const trap& a, const trap& b) {
      return std::tie(a.line, a.broken->id) < std::tie(b.line, b.broken->id);
    });
    return std::move(found_);
  }

 private:
  // One of a rule and line is enough.
  void add(std::string_view id, std::uint32_t line, std::string_view detail) {
    const rule& broken = rule_of(id);
    std::uint32_t& last = last_[&broken];
    if (last == line) return;
    last = line;
    found_.found.push_back({&broken, line, std::string(detail)});
  }

  void look_at(std::size_t i) {
    const token& here = all_[i];
    if (here.kind == token_kind::text) return text(here);
    if (here.is("#")) return directive(i);
    if (here.kind != token_kind::word) return;
    if (here.text == "long") long_here(i);
    if (is_word(here, {"SECBUFFER_EXTRA"})) found_.names_extra = true;
    if (is_word(here, {"SCHANNEL_SHUTDOWN"})) found_.shuts_down = true;
    if (std::find(of_schannel.begin(), of_schannel.end(), here.text) != of_schannel.end()) is_schannel_ = true;
    width(i);
    remember_flags(i);
    call(i);
  }

  void long_here(std::size_t i) {
    const token& after = at(all_, i + 1);
    if (is_word(after, {"long", "double"}) || is_word(at(all_, i - 1), {"long"})) return;
    std::size_t next = i + 1;
    while (is_word(at(all_, next), {"int", "const", "volatile", "unsigned"})) ++next;
    const bool is_unsigned = is_word(at(all_, i - 1), {"unsigned"}) || is_word(after, {"unsigned"});
    const std::string name = is_unsigned ? "unsigned long" : "long";
    if (at(all_, next).is("*"))
      add("llp64-pointer", all_[i].line, name + " *");
    else
      add("llp64-long", all_[i].line, name);
  }

  // %lu, also with flags and a width; not %llu, %ls.
  void text(const token& here) {
    for (std::size_t i = here.text.find('%'); i < here.text.size(); i = here.text.find('%', i + 1)) {
      const std::size_t length = here.text.find_first_not_of("0123456789.-+ #*", i + 1);
      if (length == std::string_view::npos) return;
      const std::string_view rest = here.text.substr(length, 2);
      if (rest.size() == 2 && rest[0] == 'l' && std::string_view("duxXi").find(rest[1]) != std::string_view::npos)
        return add("llp64-format", here.line, here.text.substr(i, length + 2 - i));
      i = rest[0] == '%' ? length : length - 1;  // %% is none
    }
  }

  void directive(std::size_t i) {
    const token& included = at(all_, i + 2);
    if (is_word(at(all_, i + 1), {"include"}) && included.kind == token_kind::text)
      found_.includes.push_back(included.text.substr(included.text.find_last_of("/\\") + 1));
    if (!is_word(at(all_, i + 1), {"if", "ifdef", "elif", "elifdef"})) return;
    const std::size_t end = std::min(all_.size(), i + far_enough);
    for (std::size_t j = i + 2; j < end && all_[j].kind != token_kind::directive_end && !all_[j].is("#"); ++j)
      if (is_word(all_[j], {"_WIN32", "WIN32", "_WIN64", "_MSC_VER"}) && !at(all_, j - 1).is("!") &&
          !(at(all_, j - 1).is("(") && at(all_, j - 3).is("!")))
        return add("windows-only", all_[j].line, all_[j].text);
  }

  bool times_two(std::size_t i) const {  // "* 2", "<< 1", "/ 2", ">> 1"
    const token &first = at(all_, i), &second = at(all_, i + 1), &third = at(all_, i + 2);
    if (first.is("*") || first.is("/")) return second.is("2");
    return (first.is("<") || first.is(">")) && second.text == first.text && third.is("1");
  }

  void width(std::size_t i) {
    const token& here = all_[i];
    if (is_word(here, {"wcslen", "lstrlenW", "wcsnlen"}) && at(all_, i + 1).is("(")) {
      const bool before = at(all_, i - 1).is("*") && at(all_, i - 2).is("2");
      if (before || times_two(behind_bracket(all_, i + 1)))
        add("wchar-width", here.line, std::string(here.text) + " * 2");
    }
    if (is_word(here, {"sizeof"}) && at(all_, i + 1).is("(") &&
        is_word(at(all_, i + 2), {"WCHAR", "wchar_t", "TCHAR"}) && at(all_, i + 4).is("=") && at(all_, i + 5).is("=") &&
        at(all_, i + 6).is("2"))
      add("wchar-width", here.line, "sizeof(" + std::string(at(all_, i + 2).text) + ") == 2");
    if (is_word(here, {"Length", "MaximumLength"}) && (at(all_, i + 1).is("/") || at(all_, i + 1).is(">")) &&
        times_two(i + 1))
      add("wchar-width", here.line, std::string(here.text) + " / 2");
    if (is_word(here, {"char16_t"}) && (at(all_, i + 1).is("*") || at(all_, i + 2).is("*")))
      add("wchar-width", here.line, "char16_t *");
  }

  // name = ISC_REQ_A | ISC_REQ_B; and name |= ...: what stands in the last assignment before a call counts.
  void remember_flags(std::size_t i) {
    if (i < next_assignment_) return;
    std::size_t from = i + 1;
    const bool adds = at(all_, from).is("|") && at(all_, from + 1).is("=");
    if (adds) ++from;
    const bool starts = at(all_, from).is("=") || at(all_, from).is("{");
    if (!starts || at(all_, from + 1).is("=")) return;
    unsigned named = no_side;
    std::size_t j = from + 1;
    for (; j < all_.size() && !all_[j].is(";") && !all_[j].is("{") && !all_[j].is("}"); ++j)
      named |= side_of_flag(all_[j]);
    next_assignment_ = j;
    unsigned& side = flags_[all_[i].text];
    side = adds ? side | named : named;
  }

  void call(std::size_t i) {
    const token& here = all_[i];
    const bool initiates = is_initiator(here), accepts = is_acceptor(here);
    if (!initiates && !accepts && !here.is("DecryptMessage")) return;
    if (!is_call(all_, i)) return;
    if (!reads_at_) reads_at_ = here.line, reads_by_ = here.text;
    if (!initiates && !accepts) return;
    if (!found_.handshakes) found_.handshakes = here.line;
    const unsigned wrong = initiates ? server_side : client_side;
    for (std::size_t j = i + 2, end = behind_bracket(all_, i + 1); j < end; ++j) {
      const auto kept = flags_.find(all_[j].text);
      const unsigned side = side_of_flag(all_[j]) | (kept == flags_.end() ? unsigned{no_side} : kept->second);
      if ((side & wrong) != 0)
        return add("wrong-side-flags", all_[j].line, std::string(here.text) + ": " + std::string(all_[j].text));
    }
  }

  const tokens& all_;
  source_traps found_;
  std::map<const rule*, std::uint32_t> last_;
  std::map<std::string_view, unsigned> flags_;
  std::size_t next_assignment_ = 0;
  std::optional<std::uint32_t> reads_at_;
  std::string_view reads_by_;
  bool is_schannel_ = false;
};

}  // namespace

std::span<const rule> all_rules() { return rules; }

const rule& rule_of(std::string_view id) {
  return *std::find_if(rules.begin(), rules.end(), [&](const rule& each) { return each.id == id; });
}

source_traps traps_in(const std::vector<token>& all) { return search(all).run(); }

}  // namespace tool::port
