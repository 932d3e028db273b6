// SchannixExplain: the catalogue of codes, entry by entry.
#include <schannix_ext.h>

#include "abi/catalogue/catalogue.hpp"
#include "abi/guard.hpp"
#include "abi/translate/crypt32.hpp"

BOOL WINAPI SchannixExplain(DWORD dwIndex, SCHANNIX_EXPLANATION* pExplanation) {
  using namespace schannix::abi;
  return guarded_or<BOOL>(FALSE, [&] {
    if (pExplanation == nullptr || pExplanation->cbSize != sizeof *pExplanation)
      return fail(ERROR_INVALID_PARAMETER, FALSE);
    const catalogue::place found = catalogue::at(dwIndex);
    if (found.is == nullptr) return fail(ERROR_NO_MORE_ITEMS, FALSE);
    const catalogue::entry& is = *found.is;
    *pExplanation = {
        sizeof *pExplanation, static_cast<DWORD>(found.what), is.code, is.name, is.meaning, is.said_by, is.causes,
        is.next_step};
    return TRUE;
  });
}
