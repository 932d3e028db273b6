// One side of a schannix connection, driven through the installed C API alone, over flat buffers.
//
//   const sspi_credential client({.side = role::client, .minor = 3}), server({.side = role::server, ...});
//   sspi_side a(client), b(server);
//   while (a.turn(to_a, to_b) | b.turn(to_b, to_a)) {}
#pragma once

#include <schannel.h>
#include <schannix_ext.h>
#include <sspi.h>

#include <string>

#include "support/pair.hpp"

namespace schannix::bench {

enum class role { client, server };

struct sspi_wanted {
  role side = role::client;
  int minor = 3;
  int suite = -1;  // bench_suite; -1: the library's choice
  std::string certificate = {}, key = {};
  bool reconnects = true;  // false: SCH_CRED_DISABLE_RECONNECTS
  bool keeps_sessions = true;
  std::string root = {};  // PEM: the client validates, with this root besides the system's; empty: it does not
};

// The certificate is imported once and shared; acquire makes a credential handle from it.
class sspi_identity {
 public:
  explicit sspi_identity(const sspi_wanted& wanted);
  sspi_identity(const sspi_identity&) = delete;
  sspi_identity& operator=(const sspi_identity&) = delete;
  ~sspi_identity();

  CredHandle acquire() const;
  role side() const noexcept { return wanted_.side; }

 private:
  sspi_wanted wanted_;
  PCCERT_CONTEXT certificate_ = nullptr, root_ = nullptr;
};

class sspi_credential {
 public:
  explicit sspi_credential(const sspi_identity& from) : side_(from.side()), handle_(from.acquire()) {}
  explicit sspi_credential(const sspi_wanted& wanted) : sspi_credential(sspi_identity(wanted)) {}
  sspi_credential(const sspi_credential&) = delete;
  sspi_credential& operator=(const sspi_credential&) = delete;
  ~sspi_credential() { FreeCredentialsHandle(&handle_); }

  role side() const noexcept { return side_; }
  PCredHandle get() const noexcept { return &handle_; }

 private:
  role side_;
  mutable CredHandle handle_;
};

class sspi_side {
 public:
  explicit sspi_side(const sspi_credential& from, ULONG more_flags = 0) noexcept
      : from_(&from), more_flags_(more_flags) {}
  sspi_side(const sspi_side&) = delete;
  sspi_side& operator=(const sspi_side&) = delete;
  ~sspi_side();

  // Takes what waits, writes what is to be sent; false: it had nothing to do.
  bool turn(wire& in, wire& out);
  bool established() const noexcept { return established_; }
  bool resumed();
  std::string suite();
  SecPkgContext_StreamSizes sizes();
  PCtxtHandle handle() noexcept { return &context_; }

  // In place: [header | size bytes | trailer] at slot; the record's size.
  std::size_t seal(unsigned char* slot, const SecPkgContext_StreamSizes& room, std::size_t size);
  // In place, of everything received; what is left, and where the payload lies.
  std::size_t open(unsigned char* from, std::size_t received, unsigned char*& data);

 private:
  bool begins() const noexcept { return from_->side() == role::client && !has_context_; }
  void step(wire& in, wire& out);
  void read_after_handshake(wire& in, wire& out);

  const sspi_credential* from_;
  ULONG more_flags_;
  bool has_context_ = false, established_ = false;
  CtxtHandle context_{};
};

}  // namespace schannix::bench
