// SslGetServerIdentity and SslGetExtensions on a first flight of anybody's: what is found lies within it, a cut one is
// told to be one, and a name that is found is the one that the extension holds.
#include <schannel.h>

#include <vector>

#include "fuzz.hpp"

using namespace schannix;

namespace {

struct looked {
  SECURITY_STATUS said;
  DWORD lacking = 0;
  SCH_EXTENSION_DATA extensions[2]{};
};

looked look(const std::vector<unsigned char>& hello, WORD type, SchGetExtensionsOptions flags) {
  looked made;
  made.extensions[1].ExtensionType = type;  // the first is server_name
  made.said =
      SslGetExtensions(hello.data(), static_cast<DWORD>(hello.size()), made.extensions, 2, &made.lacking, flags);
  return made;
}

void demand_within(const std::vector<unsigned char>& hello, const BYTE* at, DWORD size) {
  fuzz::demand(at >= hello.data() && at + size <= hello.data() + hello.size(), "what is found lies within the flight");
}

void look_at_names(std::vector<unsigned char>& hello, const looked& found) {
  PBYTE name = nullptr;
  DWORD size = 0;
  const SECURITY_STATUS said = SslGetServerIdentity(hello.data(), static_cast<DWORD>(hello.size()), &name, &size, 0);
  fuzz::demand((said == SEC_E_INCOMPLETE_MESSAGE) == (found.said == SEC_E_INCOMPLETE_MESSAGE),
               "both want more, or none");
  if (said != SEC_E_OK) return;
  fuzz::demand(found.said == SEC_E_OK && found.extensions[0].cbExtData == size + 5, "the name is all of its extension");
  fuzz::demand(name == found.extensions[0].pExtData + 5 && size > 0 && size < 256, "and stands at its end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::input from(data, size);
  const bool bare = from.u8() % 2 == 1;
  const auto type = static_cast<WORD>(from.u16());
  const std::string_view rest = from.rest();
  std::vector<unsigned char> hello(rest.begin(), rest.end());
  hello.shrink_to_fit();
  if (hello.empty()) return 0;
  const looked found = look(hello, type, bare ? SCH_NO_RECORD_HEADER : SCH_EXTENSIONS_OPTIONS_NONE);
  fuzz::demand((found.said == SEC_E_INCOMPLETE_MESSAGE) == (found.lacking != 0),
               "what lacks is told when something does");
  fuzz::demand(found.lacking <= 65540, "and is bounded");
  if (!bare) look_at_names(hello, found);
  if (found.said != SEC_E_OK) return 0;
  for (const SCH_EXTENSION_DATA& one : found.extensions)
    if (one.pExtData != nullptr) demand_within(hello, one.pExtData, one.cbExtData);
  return 0;
}
