#include "engine/chain.hpp"

#include <openssl/x509v3.h>

#include <algorithm>

namespace schannix::engine {
namespace {

const certificate* issuer_of(const certificate& subject, const std::vector<certificate>& candidates) {
  const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const certificate& one) {
    return X509_check_issued(one.native(), subject.native()) == X509_V_OK;
  });
  return found == candidates.end() ? nullptr : &*found;
}

}  // namespace

std::vector<certificate> chain_to_send(const certificate& leaf, const std::vector<certificate>& candidates,
                                       root_certificate root) {
  std::vector<certificate> chain;
  const certificate* last = &leaf;
  while (chain.size() < candidates.size() && !self_signed(*last)) {
    const certificate* const issuer = issuer_of(*last, candidates);
    if (issuer == nullptr || (self_signed(*issuer) && root == root_certificate::left_out)) break;
    if (std::find(chain.begin(), chain.end(), *issuer) != chain.end()) break;
    chain.push_back(*issuer);
    last = issuer;
  }
  return chain;
}

}  // namespace schannix::engine
