// What CertFindCRLInStore is asked for.
#pragma once

#include <wincrypt.h>

#include <optional>

#include "cert/crl.hpp"

namespace schannix::abi {

struct crl_search {
  DWORD type;
  DWORD flags;
  const void* parameter;
};
// Nothing: a type or flag that is not known, or no parameter where one is needed.
std::optional<cert::crl_query> query_of(const crl_search& wanted);

// One reference, given back at the end of the scope.
class held_crl {
 public:
  explicit held_crl(PCCRL_CONTEXT context) noexcept : context_(context) {}
  ~held_crl() { cert::release(context_); }
  held_crl(const held_crl&) = delete;
  held_crl& operator=(const held_crl&) = delete;

 private:
  PCCRL_CONTEXT context_;
};

}  // namespace schannix::abi
