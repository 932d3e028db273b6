// The two forms in which settings come as files: the machine's own, and an export of Windows' registry. Both are taken
// in full or refused with a line number.
#include <stdexcept>

#include "abi/settings/effect.hpp"
#include "base/ini.hpp"
#include "config/reg_file.hpp"
#include "fuzz.hpp"

using namespace schannix;

namespace {

// What the reader takes, it takes again when it is written anew.
void lines(std::string_view text) {
  const auto read = base::read_ini(text);
  const auto* const entries = std::get_if<std::vector<base::ini_entry>>(&read);
  if (entries == nullptr) {
    fuzz::demand(std::get<base::ini_mistake>(read).line > 0, "a mistake has a line");
    return;
  }
  std::string again;
  for (const base::ini_entry& one : *entries) again += '[' + one.section + "]\n" + one.name + '=' + one.value + '\n';
  const auto second = base::read_ini(again);
  const auto* const found = std::get_if<std::vector<base::ini_entry>>(&second);
  fuzz::demand(found != nullptr && found->size() == entries->size(), "entries can be written and read");
  for (std::size_t i = 0; i < found->size(); ++i)
    fuzz::demand((*found)[i].name == (*entries)[i].name && (*found)[i].value == (*entries)[i].value,
                 "and are the same");
}

void settings(std::string_view text) try {
  const abi::settings_file file = abi::parse_settings("file", text);
  const engine::settings made = abi::effect_of(file);
  for (const engine::role_settings* role : {&made.client, &made.server}) {
    fuzz::demand(role->session_lifetime <= 604'800, "no session lives longer than a week");
    fuzz::demand(!role->certificates_size || *role->certificates_size > 0, "a limit is a limit");
  }
  fuzz::demand(!made.suites || !made.suites->empty(), "a list has names");
} catch (const std::runtime_error& why) {
  fuzz::demand(std::string_view(why.what()).starts_with("schannix: file:"), "a refusal says where");
}

void export_of_windows(std::string_view bytes) try {
  for (const tool::reg_value& one : tool::read_reg(bytes)) {
    fuzz::demand(!one.key.empty() && one.line > 0, "a value has a key and a line");
    fuzz::demand((one.kind == tool::reg_kind::text) == (one.texts.size() == 1) || one.kind == tool::reg_kind::texts,
                 "a text is one text");
  }
} catch (const std::runtime_error& why) {
  fuzz::demand(std::string_view(why.what()).starts_with("line "), "a refusal says where");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input from(data, size);
  const bool of_windows = from.u8() % 2 != 0;
  const std::string_view text = from.rest();
  if (of_windows) {
    export_of_windows(text);
  } else {
    lines(text);
    settings(text);
  }
  return 0;
}
