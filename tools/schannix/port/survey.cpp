#include "port/survey.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

#include "port/scanner/pe_imports.hpp"
#include "port/scanner/tokens.hpp"
#include "port/scanner/uses.hpp"

namespace tool::port {

namespace {

// What one scan tells at most, whatever it is given.
constexpr std::size_t most_places = 100;
constexpr std::size_t most_names = 20'000;
constexpr std::size_t most_traps = 50'000;
constexpr std::size_t most_unread = 10'000;
constexpr std::size_t longest_name = 256;

enum class file_kind { other, c, rust, c_sharp, program };

struct ending {
  std::string_view text;
  file_kind kind;
};

constexpr std::array endings{
    ending{".c", file_kind::c},         ending{".h", file_kind::c},         ending{".cc", file_kind::c},
    ending{".hh", file_kind::c},        ending{".cpp", file_kind::c},       ending{".hpp", file_kind::c},
    ending{".cxx", file_kind::c},       ending{".hxx", file_kind::c},       ending{".inl", file_kind::c},
    ending{".ipp", file_kind::c},       ending{".cppm", file_kind::c},      ending{".ixx", file_kind::c},
    ending{".rs", file_kind::rust},     ending{".cs", file_kind::c_sharp},  ending{".exe", file_kind::program},
    ending{".dll", file_kind::program}, ending{".sys", file_kind::program}, ending{".ocx", file_kind::program},
    ending{".pyd", file_kind::program},
};

file_kind kind_of(std::string path) {
  for (char& c : path)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const auto found =
      std::find_if(endings.begin(), endings.end(), [&](const ending& each) { return path.ends_with(each.text); });
  return found == endings.end() ? file_kind::other : found->kind;
}

language language_of(file_kind kind) {
  if (kind == file_kind::rust) return language::rust;
  return kind == file_kind::c_sharp ? language::c_sharp : language::c;
}

std::string_view library_of_dll(std::string_view dll) {
  struct entry {
    std::string_view dll, library;
  };
  constexpr std::array libraries{
      entry{"secur32.dll", "secur32"},          entry{"sspicli.dll", "secur32"},
      entry{"security.dll", "secur32"},         entry{"schannel.dll", "secur32"},
      entry{"crypt32.dll", "crypt32"},          entry{"ncrypt.dll", "ncrypt and bcrypt"},
      entry{"bcrypt.dll", "ncrypt and bcrypt"}, entry{"ws2_32.dll", "ws2_32"},
      entry{"wsock32.dll", "ws2_32"},
  };
  const auto found =
      std::find_if(libraries.begin(), libraries.end(), [&](const entry& each) { return each.dll == dll; });
  return found == libraries.end() ? std::string_view() : found->library;
}

}  // namespace

bool survey::is_of_interest(const std::string& path) { return kind_of(path) != file_kind::other; }

void survey::add_file(const std::string& folder, const std::string& path) try {
  const limits bounds;
  const file_kind kind = kind_of(path);
  const std::string whole = folder.empty() ? path : folder + '/' + path;
  std::string bytes = read_bounded(whole, kind == file_kind::program ? bounds.program_size : bounds.source_size);
  if (kind == file_kind::program || (kind == file_kind::other && looks_like_pe(bytes)))
    add_program(path, bytes);
  else
    add_source(path, std::move(bytes));
} catch (const std::bad_alloc&) {
  throw;
} catch (const std::exception& why) {
  add_unread(path, why.what());
}

void survey::add_unread(const std::string& path, const std::string& why) {
  if (not_read_.size() < most_unread)
    not_read_.push_back({path, why});
  else
    ++left_out_;
}

void survey::add_source(const std::string& path, std::string bytes) {
  const std::string text = as_plain_text(std::move(bytes));
  if (text.find('\0') != std::string::npos) return void(++binaries_);
  ++sources_;
  const language written_in = language_of(kind_of(path));
  const std::vector<token> tokens = tokens_of(text, written_in);
  const source_names names = names_in(tokens, written_in);
  for (const name_use& one : names.uses) add_use(one.name, one.known, library_of(one.name), {path, one.line});
  for (const std::string_view one : names.declared)
    if (declared_.size() < most_names) declared_.insert(std::string(one.substr(0, longest_name)));
  if (!names.for_windows) return;
  const bool in_c = written_in == language::c;
  for (const name_use& one : names.uses) shuts_down_ = shuts_down_ || one.name == "SCHANNEL_SHUTDOWN";
  if (!in_c) return;
  const source_traps traps = traps_in(tokens);
  add_traps(path, traps);
}

void survey::add_traps(const std::string& path, const source_traps& traps) {
  if (traps.names_extra && names_of_extra_.size() < most_names)
    names_of_extra_.insert(path.substr(path.rfind('/') + 1));
  for (const trap& one : traps.found)
    if (one.broken->id != "extra-ignored")
      add_trap(*one.broken, {path, one.line}, one.detail);
    else if (without_extra_.size() < most_names)
      without_extra_.push_back(
          {{one.broken, {path, one.line}, one.detail}, {traps.includes.begin(), traps.includes.end()}});
  if (traps.handshakes && first_handshake_.file.empty()) first_handshake_ = {path, *traps.handshakes};
}

void survey::add_program(const std::string& path, const std::string& bytes) {
  const std::vector<pe_import> imports = pe_imports(bytes);
  ++programs_;
  for (const pe_import& one : imports) {
    const std::string name = one.name.empty() ? one.dll + " #" + std::to_string(one.ordinal.value_or(0)) : one.name;
    const auto known = find_name(name);
    const std::string_view library = library_of_dll(one.dll);
    const bool of_kernel = one.dll == "kernel32.dll" && known && known->library == "kernel32";
    const bool of_old_crypto = one.dll == "advapi32.dll" && name.starts_with("Crypt");
    if (!library.empty() || of_kernel || of_old_crypto)
      add_use(name, known, of_old_crypto ? "advapi32" : library, {path, 0});
  }
}

void survey::add_use(std::string_view name, const std::optional<known_name>& known, std::string_view library,
                     place where) {
  const std::string key(name.substr(0, longest_name));
  auto found = names_.find(key);
  if (found == names_.end()) {
    if (names_.size() >= most_names) return void(++left_out_);
    surveyed_name made;
    if (known) {
      made.how = known->how;
      made.library = known->library;
      made.note = known->note;
    } else {
      made.library = library;
      made.note = "No header here has it.";
      if (where.line != 0) unknown_.insert(key);
    }
    found = names_.emplace(key, std::move(made)).first;
  }
  ++found->second.count;
  if (found->second.places.size() < most_places) found->second.places.push_back(std::move(where));
}

void survey::add_trap(const rule& broken, place where, const std::string& detail) {
  if (traps_.size() >= most_traps) return void(++left_out_);
  traps_.push_back({&broken, std::move(where), detail.substr(0, longest_name)});
}

void survey::finish() {
  for (const std::string& name : unknown_)  // looks like Windows', but is the program's own
    if (declared_.contains(name)) names_.erase(name);
  for (const maybe_trap& one : without_extra_)
    if (std::none_of(one.includes.begin(), one.includes.end(),
                     [&](const std::string& each) { return names_of_extra_.contains(each); }))
      add_trap(*one.trap.broken, one.trap.where, one.trap.detail);
  if (!first_handshake_.file.empty() && !shuts_down_)
    add_trap(rule_of("no-shutdown"), first_handshake_, "no SCHANNEL_SHUTDOWN anywhere");
}

std::size_t survey::count_of(standing how) const {
  return static_cast<std::size_t>(
      std::count_if(names_.begin(), names_.end(), [how](const auto& each) { return each.second.how == how; }));
}

std::size_t survey::count_of(gravity how) const {
  return static_cast<std::size_t>(
      std::count_if(traps_.begin(), traps_.end(), [how](const auto& each) { return each.broken->how == how; }));
}

}  // namespace tool::port
