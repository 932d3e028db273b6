// One cell of the matrix: what is negotiated and how it ends; and our credential for it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "support/sspi_credential.hpp"

namespace schannix::test::interop {

enum class cipher { aes_128_gcm, aes_256_gcm, chacha20 };
enum class ending { we_close_first, peer_closes_first, cut, killed };

struct cell {
  sspi::tls version;
  pki::key_kind key;
  cipher bulk;
  ending end;
};

std::string name_of(const cell& one);  // TLS13_RSA_AES128GCM_WeCloseFirst
std::ostream& operator<<(std::ostream& out, const cell& one);
std::vector<cell> all_cells();  // of one peer program in one role

DWORD expected_version(const cell& one);
DWORD expected_suite(const cell& one);  // IANA's number

// Only the cell's version and cipher. A client validates by itself, trusting the tests' root besides the system's.
sspi::credential credential_for(const cell& one, sspi::role side);

}  // namespace schannix::test::interop
