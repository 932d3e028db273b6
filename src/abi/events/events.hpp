// Which events there are, and when: Windows' ids, levels as Windows has them, texts of our own. Each function may be
// called whether anybody listens or not, and never fails: a lost line is no reason to fail the call.
// MS "Schannel Events" (dn786445), KB 260729
#pragma once

#include "abi/runtime.hpp"

namespace schannix::abi {

// 36864, to whoever begins to listen.
void tell_loaded() noexcept;

// A credential was made: 36867, for each certificate with its key 36868, for a server without any 36886.
void tell_acquired(const credential::credential& made) noexcept;

// What was wanted could not be read: 36871.
void tell_unreadable(engine::role side, const base::failure& why) noexcept;

// It was read, and no credential came of it: 36869 a certificate without its key, 36870 a key of another one, 36871.
void tell_not_acquired(engine::role side, const base::failure& why) noexcept;

// A certificate tells of a private key that cannot be had: 36870 with the reason, and a line of the trace.
void tell_key_out_of_reach(const engine::certificate& of, const std::string& problem) noexcept;

// Around each step of InitializeSecurityContext and AcceptSecurityContext, under both of the context's words: 36880 the
// handshake is done, 36875 without the certificate that the server asked for, 36888 a fatal alert went out; and
// tell_failed. What came before somebody listened is not told afterwards.
struct before_step {
  bool told = false;  // nobody listens: the rest is not looked at
  bool established = false, lacked_certificate = false, alert_sent = false;
};
before_step look_before_step(const context_object& on) noexcept;
void tell_step(context_object& on, const before_step& before, const context::step_output& made) noexcept;

// A connection ended, as this call found; later calls tell nothing more. 36887 the peer's fatal alert; 36874 nothing in
// common with a client; 36876, 36877, 36881 to 36884 the peer's certificate; 36888 a fatal alert is owed to the peer.
// Needs no more than one of the context's words.
void tell_failed(context_object& on, const base::failure& why) noexcept;

}  // namespace schannix::abi
