// The second column: what peer_trust.cpp asks of the engine about a peer.
#include <winerror.h>

#include <stdexcept>

#include "abi/translate/status.hpp"
#include "engine/environment.hpp"
#include "engine/revocation.hpp"
#include "engine/x509.hpp"
#include "limbo/answer.hpp"

namespace schannix::test::limbo {
namespace {

const engine::environment& environment() {
  static const engine::environment made;
  return made;
}

base::bytes_view view_of(const std::string& text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}

// What cannot be read never gets as far as validation: a handshake ends with it.
struct unreadable {};

engine::certificate certificate_of(const std::string& pem) {
  const auto all = engine::read_pem(environment(), pem, {}, {});
  if (!all || all->size() != 1) throw unreadable{};
  return all->front().leaf;
}

std::vector<engine::certificate> certificates_of(const std::vector<std::string>& all) {
  std::vector<engine::certificate> out;
  for (const std::string& one : all) out.push_back(certificate_of(one));
  return out;
}

engine::revocation_rules rules_of(const limbo_case& of) {
  engine::revocation_rules out;
  if (of.lists.empty()) return out;
  out.scope = engine::revocation_scope::chain_without_anchor;
  out.only_at_hand = true;
  for (const std::string& one : of.lists) {
    const auto lists = engine::read_revocation_lists(environment(), view_of(one));
    if (!lists) throw std::runtime_error("not a list: " + of.id);
    out.lists.insert(out.lists.end(), lists->begin(), lists->end());
  }
  return out;
}

std::optional<base::reason> problem_of(const limbo_case& of) {
  engine::verification how;
  how.extra_roots = certificates_of(of.trusted);
  how.untrusted = certificates_of(of.untrusted);
  how.name = of.of_server ? of.name.value_or("") : "";
  how.of_server = of.of_server;
  how.at = of.at;
  const engine::verdict found = engine::verify(environment(), certificate_of(of.leaf), how);
  if (found.problem) return found.problem;
  return engine::revocation_problem(environment(), found.chain, rules_of(of), {});
}

}  // namespace

SECURITY_STATUS answer_of_handshake(const limbo_case& of) try {
  const auto problem = problem_of(of);
  return problem ? abi::status_of(base::failure{base::cause::trust, *problem, {}}) : SEC_E_OK;
} catch (const unreadable&) {
  return SEC_E_INVALID_TOKEN;
}

SECURITY_STATUS handshake_after(DWORD chain_api) {
  switch (static_cast<HRESULT>(chain_api)) {
    case ERROR_SUCCESS:
      return SEC_E_OK;
    case CERT_E_UNTRUSTEDROOT:
    case CERT_E_CHAINING:
      return SEC_E_UNTRUSTED_ROOT;
    case CERT_E_CN_NO_MATCH:
      return SEC_E_WRONG_PRINCIPAL;
    case CERT_E_EXPIRED:
      return SEC_E_CERT_EXPIRED;
    case CERT_E_WRONG_USAGE:
      return SEC_E_CERT_WRONG_USAGE;
    case CRYPT_E_REVOKED:
    case CRYPT_E_NO_REVOCATION_CHECK:
    case CRYPT_E_REVOCATION_OFFLINE:
      return static_cast<SECURITY_STATUS>(chain_api);
    default:
      return SEC_E_CERT_UNKNOWN;
  }
}

std::string name_of_answer(DWORD answer) {
  return answer == 0 ? "accepted" : abi::status_name(static_cast<SECURITY_STATUS>(answer));
}

}  // namespace schannix::test::limbo
