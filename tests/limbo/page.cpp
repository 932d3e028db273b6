#include "limbo/page.hpp"

#include <algorithm>

namespace schannix::test::limbo {
namespace {

constexpr const char* introduction = R"(# Certificates: x509-limbo

[x509-limbo](https://github.com/C2SP/x509-limbo) collects certificate chains on which validators are known to differ, each with the answer
that RFC 5280 or the CA/Browser Forum's rules (CABF) ask for. A sample of it is in [tests/data/limbo](../tests/data/limbo/README.md), and
each of its cases is put to the library twice:

- **chain API**: `CertGetCertificateChain` with an engine that trusts the case's roots alone (`hExclusiveRoot`), the case's other certificates
  and revocation lists in `hAdditionalStore`, its time as `pTime` and the purpose of a server or client as `RequestedUsage`; then
  `CertVerifyCertificateChainPolicy` with `CERT_CHAIN_POLICY_SSL` and the name. What the policy says is shown.
- **handshake**: the verification that InitializeSecurityContext and AcceptSecurityContext run with SCH_CRED_AUTO_CRED_VALIDATION, at the
  same time and with the same certificates. What they would return is shown. (The cases come without keys, so nobody shakes hands.)

This page is written by `limbo_tests --write`, and `make test` fails when it is not what the library says, when an answer differs from the
expected one and [reasons.json](../tests/data/limbo/reasons.json) has no reason for it, and when it has one for a case that agrees.
)";

constexpr const char* table_head = R"(
| case | expected | chain API | handshake | agrees | why not |
|---|---|---|---|---|---|
)";

std::string counted(std::size_t count) { return std::to_string(count); }

template <typename Holds>
std::string count_of(const std::vector<outcome>& all, Holds holds) {
  return counted(static_cast<std::size_t>(std::ranges::count_if(all, holds)));
}

std::string sums_of(const std::vector<outcome>& all) {
  const auto good = [](const outcome& one) { return one.of.is_good; };
  const auto agrees = [](const outcome& one) { return one.agrees(); };
  const auto laxer = [](const outcome& one) { return !one.agrees() && !one.of.is_good; };
  const auto stricter = [](const outcome& one) { return !one.agrees() && one.of.is_good; };
  const auto alike = [](const outcome& one) { return one.columns_agree(); };
  return "\n**" + count_of(all, agrees) + " of " + counted(all.size()) + " cases get the expected answer** (" +
         count_of(all, good) + " ask for acceptance). " + count_of(all, laxer) +
         " are accepted here and should be refused by the rules they stand for, " + count_of(all, stricter) +
         " the other way round. Chain API and handshake say the same of " + count_of(all, alike) + ".\n";
}

}  // namespace

outcome outcome_of(const limbo_case& of) {
  const auto reason = all_reasons().find(of.id);
  return {of, answer_of_chain_api(of), answer_of_handshake(of), reason == all_reasons().end() ? "" : reason->second};
}

std::vector<outcome> all_outcomes() {
  std::vector<outcome> out;
  for (const limbo_case& one : all_cases()) out.push_back(outcome_of(one));
  return out;
}

std::string row_of(const outcome& of) {
  return "| `" + of.of.id + "` | " + (of.of.is_good ? "accepted" : "refused") + " | " + name_of_answer(of.chain_api) +
         " | " + name_of_answer(static_cast<DWORD>(of.handshake)) + " | " + (of.agrees() ? "yes" : "**no**") + " | " +
         of.reason + " |";
}

std::string page_of(const std::vector<outcome>& all) {
  std::string out = introduction + sums_of(all) + table_head;
  for (const outcome& one : all) out += row_of(one) + "\n";
  return out;
}

}  // namespace schannix::test::limbo
