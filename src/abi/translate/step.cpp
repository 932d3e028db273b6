#include "abi/translate/step.hpp"

#include <schannel.h>

#include "abi/events/events.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/attributes.hpp"
#include "abi/translate/handshake_buffers.hpp"
#include "abi/translate/status.hpp"
#include "abi/translate/time.hpp"
#include "base/text.hpp"

namespace schannix::abi {
namespace {

using context::step_output;
using engine::role;
using shared_credential = std::shared_ptr<const credential::credential>;

// The two roles number their flags differently. spec 2.1, 2.2
struct role_flags {
  ULONG always;  // returned whatever was asked
  ULONG echoed;  // returned when asked
  ULONG refused;
  ULONG extended_error;
};
constexpr ULONG before_any_work = ISC_RET_REPLAY_DETECT | ISC_RET_SEQUENCE_DETECT | ISC_RET_CONFIDENTIALITY;
constexpr role_flags client_flags{before_any_work | ISC_RET_STREAM,
                                  ISC_REQ_USE_SUPPLIED_CREDS | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_DATAGRAM |
                                      ISC_REQ_CONNECTION | ISC_REQ_EXTENDED_ERROR | ISC_REQ_INTEGRITY |
                                      ISC_REQ_MANUAL_CRED_VALIDATION,
                                  ISC_REQ_DELEGATE | ISC_REQ_PROMPT_FOR_CREDS, ISC_REQ_EXTENDED_ERROR};
constexpr role_flags server_flags{before_any_work | ASC_RET_STREAM,
                                  ASC_REQ_SESSION_TICKET | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_DATAGRAM |
                                      ASC_REQ_CONNECTION | ASC_REQ_EXTENDED_ERROR | ASC_REQ_INTEGRITY,
                                  ASC_REQ_DELEGATE, ASC_REQ_EXTENDED_ERROR};
constexpr const role_flags& flags_of(role side) { return side == role::client ? client_flags : server_flags; }

// Extended flags of SECBUFFER_FLAGS that would change what a connection is.
constexpr ULONGLONG refused_extended_flags = ISC_REQ_MESSAGES | ISC_REQ_DEFERRED_CRED_VALIDATION;

std::string target_of(const step_call& call) {
  if (call.wide_name != nullptr) return base::to_utf8(call.wide_name);
  return call.narrow_name == nullptr ? std::string() : std::string(call.narrow_name);
}

context::connection_setup setup_of(const step_call& call, std::shared_ptr<const credential::credential> from,
                                   const handshake_input& in) {
  context::connection_setup setup;
  setup.from = std::move(from);
  setup.renegotiates = the_environment().settings().of(call.called_as).renegotiation;
  setup.later_certificates = setup.renegotiates;
  setup.application_protocols = in.application_protocols;
  if (call.called_as == role::client) {
    setup.target_name = target_of(call);
    setup.later_certificates = setup.renegotiates && (in.flags & ISC_REQ_NO_POST_HANDSHAKE_AUTH) == 0;
    setup.validates_peer = (call.request & ISC_REQ_MANUAL_CRED_VALIDATION) == 0;
  } else {
    setup.request_client_certificate = (call.request & ASC_REQ_MUTUAL_AUTH) != 0;
    setup.issue_tickets = (call.request & ASC_REQ_SESSION_TICKET) != 0;
  }
  return setup;
}

SECURITY_STATUS status_of(const step_output& made) {
  switch (made.what) {
    case step_output::kind::finished:
      return SEC_E_OK;
    case step_output::kind::go_on:
      return SEC_I_CONTINUE_NEEDED;
    case step_output::kind::incomplete:
      return SEC_E_INCOMPLETE_MESSAGE;
    case step_output::kind::wants_certificate:
      return SEC_I_INCOMPLETE_CREDENTIALS;
    case step_output::kind::closed:
      return SEC_I_CONTEXT_EXPIRED;
    case step_output::kind::no_renegotiation:
      return SEC_I_NO_RENEGOTIATION;
    case step_output::kind::too_small:
      return SEC_E_BUFFER_TOO_SMALL;
    case step_output::kind::failed:
      return abi::status_of(made.why);
  }
  return SEC_E_INTERNAL_ERROR;
}

// Token and alert out, EXTRA and MISSING back. An incomplete message leaves the outputs untouched.
void write_outputs(const step_call& call, const handshake_input& in, handshake_output& out, const step_output& made) {
  switch (made.what) {
    case step_output::kind::incomplete:
      return report_missing(in, made.missing);
    case step_output::kind::too_small:
      return out.tell_needed(made.needed);
    case step_output::kind::failed: {
      const bool wanted = (call.request & flags_of(call.called_as).extended_error) != 0;
      const base::bytes_view alert = wanted ? base::bytes_view(made.token) : base::bytes_view();
      out.write_token(alert);
      return out.write_alert(alert);
    }
    case step_output::kind::finished:
    case step_output::kind::go_on:
    case step_output::kind::wants_certificate:
    case step_output::kind::closed:
    case step_output::kind::no_renegotiation:
      break;
  }
  out.write_token(made.token);
  out.write_alert({});
  if (!made.ignores_input) report_extra(in, in.token.size() - made.consumed);
}

void store_context_expiry(const context::connection& of, PTimeStamp into) {
  if (into == nullptr || of.facts() == nullptr) return;
  const auto& peer = of.facts()->peer_certificates;
  store_expiry(peer.empty() ? nullptr : &peer.front(), into);
}

context::step_input input_of(const step_call& call, const handshake_input& in, const handshake_output& out) {
  context::step_input given;
  given.called_as = call.called_as;
  given.token = in.token;
  given.malformed = in.malformed;
  given.takes_alerts = (call.request & flags_of(call.called_as).extended_error) != 0;
  given.reports_extra = in.placeholder != nullptr;
  given.capacity = out.capacity();
  given.asks_certificate = call.called_as == role::server && (call.request & ASC_REQ_MUTUAL_AUTH) != 0;
  given.only_supplied = call.called_as == role::client && (call.request & ISC_REQ_USE_SUPPLIED_CREDS) != 0;
  return given;
}

ULONG returned_attributes(const step_call& call) {
  const role_flags& flags = flags_of(call.called_as);
  return flags.always | (call.request & flags.echoed);
}

// A renegotiation is none of its own.
void count_handshake(const context::connection& of) noexcept {
  if (of.facts() != nullptr) the_runtime().handshakes.count(of.side(), of.facts()->resumed);
}

// Runs one step on a connection and writes everything that it produced but the handle.
SECURITY_STATUS run(const step_call& call, context_object& on, const handshake_input& in, handshake_output& out,
                    shared_credential another = nullptr) {
  const before_step before = look_before_step(on);
  context::step_input given = input_of(call, in, out);
  given.another = std::move(another);
  const bool was_established = on.connection->facts() != nullptr;
  const step_output made = on.connection->step(given);
  if (!was_established) count_handshake(*on.connection);
  on.returned_attributes = returned_attributes(call);
  schannix_store(call.attributes, on.returned_attributes);
  write_outputs(call, in, out, made);
  tell_step(on, before, made);
  if (made.what == step_output::kind::finished) store_context_expiry(*on.connection, call.expiry);
  return status_of(made);
}

bool keeps_context(SECURITY_STATUS status) {
  return status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED || status == SEC_I_INCOMPLETE_CREDENTIALS;
}

// Where a certificate is waited for, or a client's renegotiation can begin, a credential other than the one that the
// context was made from takes its place; nobody looks at it otherwise. spec 4.4, 4.6, 4.12
base::result<shared_credential> another_credential(const step_call& call, const context_object& on) {
  if (!on.connection->takes_credential() || names_nothing(call.credential)) return shared_credential();
  if (token_of(*call.credential) == on.made_from) return shared_credential();
  shared_credential found = take_credential(call.credential);
  if (!found || found->rules().side != role::client) return base::caller_mistake(base::reason::invalid_handle);
  return found;
}

SECURITY_STATUS first_step(const step_call& call, handshake_output& out) {
  auto credential = take_credential(call.credential);
  if (!credential || credential->rules().side != call.called_as || call.new_context == nullptr)
    return SEC_E_INVALID_HANDLE;
  const auto in = read_input(call.input);
  if (!in) return abi::status_of(in.error());
  const ULONG datagram = call.called_as == role::client ? ISC_REQ_DATAGRAM : ASC_REQ_DATAGRAM;
  if ((in->flags & refused_extended_flags) != 0 || (call.request & datagram) != 0) return SEC_E_UNSUPPORTED_FUNCTION;
  auto connection = context::connection::start(the_environment(), setup_of(call, std::move(credential), *in));
  if (!connection) return abi::status_of(connection.error());
  auto object = std::make_unique<context_object>();
  object->connection = std::move(*connection);
  object->made_from = token_of(*call.credential);
  const SECURITY_STATUS status = run(call, *object, *in, out);
  // Without a whole ClientHello, or room for the token, no context is made: the caller begins again.
  if (keeps_context(status)) store_token(the_runtime().contexts.insert(std::move(object)), *call.new_context);
  return status;
}

SECURITY_STATUS later_step(const step_call& call, context_object& on, handshake_output& out) {
  const auto in = read_input(call.input);
  if (!in && !on.connection->has_pending_token()) return abi::status_of(in.error());
  auto another = another_credential(call, on);
  if (!another) return abi::status_of(another.error());
  const SECURITY_STATUS status = run(call, on, in ? *in : handshake_input{}, out, std::move(*another));
  if (keeps_context(status) && call.new_context != nullptr) *call.new_context = *call.context;
  return status;
}

}  // namespace

SECURITY_STATUS step(const step_call& call) {
  schannix_store(call.attributes, before_any_work);
  store_zero(call.expiry);
  const bool first = names_nothing(call.context);
  const auto on = take_context(call.context, handle::hold::both);
  const bool pending = on && on->connection->has_pending_token();
  if ((call.request & flags_of(call.called_as).refused) != 0 && !pending) return SEC_E_UNSUPPORTED_FUNCTION;
  auto out = handshake_output::read(call.output, (call.request & ISC_REQ_ALLOCATE_MEMORY) != 0);
  if (!out) return abi::status_of(out.error());
  if (first) return first_step(call, *out);
  return on ? later_step(call, *on, *out) : SEC_E_INVALID_HANDLE;
}

}  // namespace schannix::abi
