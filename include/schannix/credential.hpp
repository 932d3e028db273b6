// credential.hpp: who we are, whom we trust, which TLS versions we speak. One credential serves many connections.
//
//   schannix::credential client({.extra_roots = schannix::certificate::list_from_pem(ca_text)});
//   schannix::credential server({.side = schannix::role::server, .certificates = {mine}});
//
// Ownership: a value; copies share one handle, and connections keep it alive. The callbacks live as long as the handle.
// Threads: immutable, may be used by any number of threads at once; callbacks run on the thread of the call that
// caused them and must not use the same connection. They must not throw (what they throw is dropped).
// Built on SCH_CREDENTIALS (version 5) and SchannixAcquireCredentials (schannix_ext.h).
#pragma once

#include <schannel.h>
#include <schannix_base.h>
#include <sspi.h>

#include <schannix_ext.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schannix/certificate.hpp"
#include "schannix/error.hpp"

namespace schannix {
inline namespace v0 {

enum class role { client, server };
enum class tls_version { tls_1_2, tls_1_3 };

// What a client does with the server's certificate during the handshake.
enum class verification {
  automatic,      // it must lead to a trusted root, be valid today, be meant for servers and bear the server's name
  no_name_check,  // the same without the name
  manual,         // nothing is checked: the program looks at connection::peer_certificate() itself
};

// Whose revocation automatic validation checks: by credential_options::revocation_lists, by lists in the system's
// folder of certificates (OpenSSL's names, hash.r0), and by the OCSP answer that a server staples, which is asked for;
// and by what the certificates' own places say, when those may be asked. What nobody vouches for does not pass.
enum class revocation {
  unchecked,
  leaf,   // the peer's own certificate
  chain,  // and its issuers; the root unless nobody says anything about it
  chain_without_root,
};

// With which servers seal the tickets that they give; those that share keys and show the same certificates resume each
// other's sessions (schannel.h, SECPKG_ATTR_SESSION_TICKET_KEYS). Random, and kept from everybody else.
struct ticket_key {
  std::array<std::byte, 16> id{};  // in the clear in each ticket
  std::array<std::byte, 64> secret{};
};

struct credential_options {
  role side = role::client;
  tls_version oldest = tls_version::tls_1_2;
  tls_version newest = tls_version::tls_1_3;
  std::vector<certificate> certificates = {};  // with private keys; servers need one, clients show one when asked
  std::vector<certificate> extra_roots = {};   // trusted besides the system's roots
  verification verify = verification::automatic;
  bool validate_clients = false;  // servers: a client's certificate, if one comes, must lead to a trusted root; else
                                  // the program looks at connection::peer_certificate() itself
  revocation check_revocation = revocation::unchecked;
  bool allow_unknown_revocation = false;           // only what is known to be revoked is refused
  bool fetch_revocation = false;                   // asks the places that certificates name, and waits for them
  std::vector<std::string> revocation_lists = {};  // each one CRL in DER, or any number in PEM
  std::vector<std::string> ocsp_responses =
      {};                                    // servers: DER, about certificates, to be stapled while they are of now
  std::vector<ticket_key> ticket_keys = {};  // servers: the first seals, all open; at most 16. None: keys of its own
  bool resumption = true;                    // sessions may be resumed
  bool later_tickets = false;  // servers: for connection::send_ticket; some 15 KiB more a TLS 1.3 connection
  std::function<void(std::string_view)> key_log = {};  // SSLKEYLOGFILE lines: they open the connection to a reader
  std::function<void(std::string_view)> trace = {};    // one line per SSPI call; no keys, no payload
};

class credential {
 public:
  // Throws SEC_E_NO_CREDENTIALS (a certificate without a key), SEC_E_ALGORITHM_MISMATCH (no version left),
  // SEC_E_INVALID_PARAMETER (later_tickets or ocsp_responses on a client, a list or a response that cannot be read, a
  // response about none of the certificates, more than 16 ticket_keys), SEC_E_UNSUPPORTED_FUNCTION (ticket_keys of a
  // client) and others.
  explicit credential(credential_options options = {});

  role side() const noexcept { return state_->side; }
  PCredHandle native() const noexcept { return &state_->handle; }  // borrowed

 private:
  struct state {
    role side = role::client;
    CredHandle handle{};
    bool acquired = false;
    std::function<void(std::string_view)> key_log, trace;

    state() = default;
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state() {
      if (acquired) FreeCredentialsHandle(&handle);
    }
  };

  static void write_line(void* function, const char* line) noexcept;
  static DWORD disabled_protocols(const credential_options& options);
  static DWORD flags_of(const credential_options& options);
  static DWORD revocation_flags_of(const credential_options& options);
  static void acquire(state& into, const credential_options& options);
  static void set_ticket_keys(state& of, const std::vector<ticket_key>& keys);

  std::shared_ptr<state> state_;
};

}  // namespace v0
}  // namespace schannix

#include "schannix/detail/credential.ipp"
