// What `schannix port scan` reads comes from anywhere: sources in three languages, and PE files. Whatever they hold,
// there is an answer, within the file and without repetition.
#include <stdexcept>

#include "fuzz.hpp"
#include "port/scanner/pe_imports.hpp"
#include "port/scanner/tokens.hpp"
#include "port/scanner/traps.hpp"
#include "port/scanner/uses.hpp"

using namespace schannix;
using namespace tool::port;

namespace {

void program(std::string_view bytes) try {
  const auto found = pe_imports(bytes);
  fuzz::demand(found.size() <= 65536, "there are not endlessly many imports");
  for (const pe_import& one : found)
    fuzz::demand(one.name.size() <= 512 && (!one.name.empty() || one.ordinal || one.dll.size() <= 512),
                 "names are short");
} catch (const std::runtime_error& why) {
  fuzz::demand(*why.what() != '\0', "a refusal says why");
}

void source(std::string_view bytes, language written_in) {
  const std::string text = as_plain_text(std::string(bytes));
  const auto tokens = tokens_of(text, written_in);
  fuzz::demand(tokens.size() <= text.size() + 1, "a token is made of something");
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  std::uint32_t last = 1;
  for (const token& one : tokens) {
    fuzz::demand(one.line >= last && one.line <= lines, "lines go on, and are the file's");
    fuzz::demand(one.text.data() >= text.data() && one.text.data() + one.text.size() <= text.data() + text.size(),
                 "tokens are the file's");
    last = one.line;
  }
  for (const name_use& one : names_in(tokens, written_in).uses)
    fuzz::demand(one.line >= 1 && one.line <= lines, "a use has a line");
  for (const trap& one : traps_in(tokens).found)
    fuzz::demand(one.line >= 1 && one.line <= lines && one.broken != nullptr, "a trap has a line and a rule");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input from(data, size);
  const unsigned kind = from.u8() % 4;
  const std::string_view bytes = from.rest();
  if (kind == 3)
    program(bytes);
  else
    source(bytes, kind == 0 ? language::c : kind == 1 ? language::rust : language::c_sharp);
  return 0;
}
