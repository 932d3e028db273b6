#include "abi/events/events.hpp"

#include <cstdio>

#include "abi/catalogue/catalogue.hpp"
#include "abi/settings/effect.hpp"
#include "abi/translate/status.hpp"

namespace schannix::abi {
namespace {

using base::reason;
using engine::role;

constexpr auto error = event_level::error;
constexpr auto warning = event_level::warning;
constexpr auto information = event_level::information;

// Runs what tells, when somebody listens.
template <typename Body>
void tell(Body&& body) noexcept {
  try {
    const event_log& log = the_runtime().events;
    if (log.listening()) body(log);
  } catch (...) {  // memory, or the program's function
    return;
  }
}

std::string name_of(role side) { return side == role::client ? "client" : "server"; }

std::string status_text(const base::failure& why) {
  const SECURITY_STATUS status = status_of(why);
  char number[16];
  std::snprintf(number, sizeof number, "0x%08X", static_cast<unsigned>(status));
  return std::string(status_name(status)) + " (" + number + ')';
}

std::string alert_text(std::uint8_t number) {
  const catalogue::entry* const known = catalogue::find(catalogue::kind::alert, number);
  return std::to_string(number) + (known != nullptr ? std::string(", ") + known->name : "");
}

// With nothing about the peer that the program did not say itself: a name from a certificate proves nothing yet.
std::string peer_of(const context_object& on) {
  const std::string& name = on.connection->target_name();
  if (on.connection->side() == role::server) return "a client";
  return name.empty() ? "a server" : "the server " + name;
}

std::string thumbprint(const engine::certificate& of) {
  std::string text;
  for (const base::byte one : engine::sha1_hash(of)) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%02X", one);
    text += digits;
  }
  return text;
}

// Of clients. Windows has an id for each of the usual problems, and one for the rest.
DWORD id_of_server_problem(reason why) {
  if (why == reason::certificate_expired) return 36881;
  if (why == reason::untrusted_root) return 36882;
  if (why == reason::certificate_revoked) return 36883;
  return why == reason::name_mismatch ? 36884 : 36876;
}

void tell_distrust(const event_log& log, const context_object& on, const base::failure& why) {
  const std::string text = "The certificate of " + peer_of(on) + " was not accepted: " + status_text(why) + '.';
  if (on.connection->side() == role::server)
    log.write(warning, 36877, text);
  else
    log.write(error, id_of_server_problem(why.why), text);
}

void tell_alert_made(const event_log& log, const context_object& on, std::uint8_t number, const std::string& because) {
  log.write(error, 36888, "A fatal alert for " + peer_of(on) + " was made: " + alert_text(number) + because + '.');
}

void tell_end(const event_log& log, context_object& on, const base::failure& why) {
  if (why.received_alert) {
    log.write(error, 36887,
              "A fatal alert of " + peer_of(on) + " was received: " + alert_text(*why.received_alert) + '.');
    return;
  }
  if (why.blame == base::cause::trust) tell_distrust(log, on, why);
  if (why.why == reason::no_common_algorithm && on.connection->side() == role::server)
    log.write(error, 36874, "A client has no version, cipher suite or other algorithm in common with this server.");
  if (why.alert_to_send && on.told.first(event_marks::alert_made))
    tell_alert_made(log, on, *why.alert_to_send, "; " + status_text(why));
}

void tell_established(const event_log& log, const context_object& on) {
  const engine::handshake_facts& facts = *on.connection->facts();
  std::string text = "A handshake with " + peer_of(on) + " succeeded: " + std::string(protocol_name(facts.version)) +
                     ", " + facts.suite_name;
  if (facts.exchange_bits != 0) text += ", exchange strength " + std::to_string(facts.exchange_bits) + " bits";
  log.write(information, 36880, text + (facts.resumed ? ", resumed." : "."));
}

}  // namespace

void tell_loaded() noexcept {
  tell([](const event_log& log) {
    log.write(information, 36864, std::string("schannix ") + SCHANNIX_VERSION_STRING + " is loaded.");
  });
}

void tell_acquired(const credential::credential& made) noexcept {
  tell([&](const event_log& log) {
    const std::string side = name_of(made.rules().side);
    log.write(information, 36867, "A " + side + " credential was made.");
    for (const engine::local_identity& one : made.identities())
      log.write(information, 36868,
                "The " + side + " credential has the private key of " + engine::subject_text(one.leaf) +
                    ", thumbprint " + thumbprint(one.leaf) + '.');
    if (made.rules().side == role::server && made.identities().empty())
      log.write(warning, 36886,
                "The server credential has no certificate, and there is none by default: no handshake "
                "with it can succeed.");
  });
}

void tell_unreadable(role side, const base::failure& why) noexcept {
  tell([&](const event_log& log) {
    log.write(error, 36871, "A " + name_of(side) + " credential could not be made: " + status_text(why) + '.');
  });
}

void tell_not_acquired(role side, const base::failure& why) noexcept {
  if (why.why != reason::no_credentials && why.why != reason::unknown_credentials) return tell_unreadable(side, why);
  tell([&](const event_log& log) {
    if (why.why == reason::no_credentials)
      log.write(error, 36869, "A certificate for a " + name_of(side) + " credential has no private key attached.");
    else
      log.write(error, 36870,
                "The private key of a certificate for a " + name_of(side) +
                    " credential cannot be used: " + status_text(why) + '.');
  });
}

void tell_key_out_of_reach(const engine::certificate& of, const std::string& problem) noexcept {
  const auto text = [&] {
    return "The private key of " + engine::subject_text(of) + " cannot be had: " + problem + '.';
  };
  tell([&](const event_log& log) { log.write(error, 36870, text()); });
  if (!tracing()) return;
  try {
    the_runtime().trace.write(text());
  } catch (const std::bad_alloc&) {
    return;
  }
}

void tell_failed(context_object& on, const base::failure& why) noexcept {
  if (why.blame == base::cause::caller) return;  // nothing ended
  tell([&](const event_log& log) {
    if (on.told.first(event_marks::ended)) tell_end(log, on, why);
  });
}

before_step look_before_step(const context_object& on) noexcept {
  before_step seen;
  tell([&](const event_log&) {
    const context::close_report report = on.connection->report();
    seen = {true, report.established, on.connection->lacked_certificate(), report.alert_sent.has_value()};
  });
  return seen;
}

void tell_step(context_object& on, const before_step& before, const context::step_output& made) noexcept {
  if (!before.told) return;
  if (made.what == context::step_output::kind::failed) tell_failed(on, made.why);
  tell([&](const event_log& log) {
    const context::close_report report = on.connection->report();
    if (on.connection->lacked_certificate() && !before.lacked_certificate)
      log.write(warning, 36875,
                "The server asked for a certificate, and the credential has none; the handshake goes on without.");
    if (report.established && !before.established) tell_established(log, on);
    if (report.alert_sent && !before.alert_sent && on.told.first(event_marks::alert_made))
      tell_alert_made(log, on, *report.alert_sent, report.why ? "; " + status_text(*report.why) : ", by the program");
  });
}

}  // namespace schannix::abi
