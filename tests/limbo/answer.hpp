// What the library says of a case: to programs that validate by themselves, and in its own handshakes.
#pragma once

#include <sspi.h>

#include "limbo/case.hpp"

namespace schannix::test::limbo {

// CertGetCertificateChain and CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL), as a program for Windows calls
// them that trusts the case's roots and nothing else: dwError of the policy, or the last error when a part of the case
// is refused before there is a chain. Revocation is asked for, but for the root, when the case has lists.
DWORD answer_of_chain_api(const limbo_case& of);

// The verification of automatic validation, as ISC and ASC run it on the certificates that a peer sent; the cases have
// no keys to shake hands with. SEC_E_OK, or what the function would return.
SECURITY_STATUS answer_of_handshake(const limbo_case& of);

// What answer_of_handshake has to be, after that of the chain API. spec 4.5
SECURITY_STATUS handshake_after(DWORD chain_api);

std::string name_of_answer(DWORD answer);  // "accepted", "CERT_E_EXPIRED"

}  // namespace schannix::test::limbo
