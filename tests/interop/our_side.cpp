#include "interop/our_side.hpp"

#include <stdexcept>
#include <utility>

namespace schannix::test::interop {

using sspi::status;

our_side::our_side(socket line, const sspi::credential& from, sspi::party_options options)
    : line_(std::move(line)), party_(from, std::move(options)) {}

bool our_side::send_pending() { return line_.send(party_.take()); }

transport our_side::take_in() {
  std::string bytes;
  const transport now = line_.receive(bytes);
  party_.give(bytes);
  if (party_.established()) send_pending();  // what a renegotiation, or a KeyUpdate, wants to be sent
  return now;
}

void our_side::shake(const sspi::credential* when_asked) {
  send_pending();
  while (!party_.established()) {
    const transport now = take_in();
    if (party_.last() == SEC_I_INCOMPLETE_CREDENTIALS) {
      was_asked_ = true;
      if (when_asked != nullptr) party_.go_on_with(*when_asked);
      party_.give({});
    }
    send_pending();
    if (party_.last().failed() && !(party_.last() == SEC_E_INCOMPLETE_MESSAGE))
      throw std::runtime_error("the handshake fails: " + party_.last().name());
    if (now != transport::open) throw std::runtime_error("the connection ends in the handshake");
  }
}

void our_side::say(std::string_view text) {
  const status done = party_.seal(text);
  if (!(done == SEC_E_OK)) throw std::runtime_error("EncryptMessage: " + done.name());
  if (!send_pending()) throw std::runtime_error("the peer takes nothing");
}

void our_side::await(std::string_view text) {
  while (received().find(text) == std::string::npos) {
    if (!(party_.last() == SEC_E_OK) || take_in() != transport::open)
      throw std::runtime_error("'" + std::string(text) + "' does not come (" + party_.last().name() +
                               "), but: " + received());
  }
}

void our_side::read_more() {
  if (take_in() != transport::open) throw std::runtime_error("the connection ends before: " + party_.last().name());
}

status our_side::shut() {
  const status done = party_.shut();
  send_pending();  // a peer that is gone may refuse it
  return done;
}

transport our_side::read_on() {
  transport now = transport::open;
  while (now == transport::open && party_.last() == SEC_E_OK) now = take_in();
  return now;
}

transport our_side::read_to_transport_end() {
  std::string dropped;
  transport now = transport::open;
  while (now == transport::open) now = line_.receive(dropped);
  return now;
}

SecPkgContext_CipherInfo our_side::cipher() {
  SecPkgContext_CipherInfo info{};
  info.dwVersion = SECPKGCONTEXT_CIPHERINFO_V1;
  const status done = QueryContextAttributesA(&party_.handle(), SECPKG_ATTR_CIPHER_INFO, &info);
  if (!(done == SEC_E_OK)) throw std::runtime_error("CIPHER_INFO: " + done.name());
  return info;
}

DWORD our_side::version() { return cipher().dwProtocol; }
DWORD our_side::suite() { return cipher().dwCipherSuite; }

DWORD our_side::close_flags() {
  SCHANNIX_CLOSE_REPORT report{};
  report.cbSize = sizeof report;
  const status done = QueryContextAttributesA(&party_.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &report);
  if (!(done == SEC_E_OK)) throw std::runtime_error("CLOSE_REPORT: " + done.name());
  return report.dwFlags & ~DWORD{SCHANNIX_CLOSE_RESUMABLE};  // what sessions are kept is not the subject here
}

}  // namespace schannix::test::interop
