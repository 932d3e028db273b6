// Our side of a connection over TCP: a party (the documented loops of SSPI calls) and its socket.
#pragma once

#include <schannel.h>
#include <schannix_ext.h>

#include <string>
#include <string_view>

#include "support/socket.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::interop {

class our_side {
 public:
  our_side(socket line, const sspi::credential& from, sspi::party_options options = {});

  // Until established; throws when it fails. A request for a certificate is answered with this credential's, or none.
  void shake(const sspi::credential* when_asked = nullptr);
  bool was_asked() const { return was_asked_; }
  void say(std::string_view text);    // one record
  void await(std::string_view text);  // in what was received; throws when the connection ends or closes before
  bool send_pending();                // what calls of the party itself made
  template <class Done>
  void read_until(Done done) {  // likewise
    while (!done()) read_more();
  }
  sspi::status shut();  // SHUTDOWN, ISC / ASC, and what they made is sent
  // Reads on until the peer's close_notify; else until the transport ends.
  transport read_on();
  transport read_to_transport_end();
  void hang_up() { line_.close(); }

  bool peer_closed() const { return party_.last() == SEC_I_CONTEXT_EXPIRED; }
  const std::string& received() const { return party_.received(); }
  sspi::party& party() { return party_; }
  DWORD version();
  DWORD suite();
  DWORD close_flags();

 private:
  transport take_in();
  void read_more();
  SecPkgContext_CipherInfo cipher();

  socket line_;
  sspi::party party_;
  bool was_asked_ = false;
};

}  // namespace schannix::test::interop
