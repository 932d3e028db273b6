// One end of a connection over a transport that breaks the bytes up as it likes: ours through the SSPI functions, or
// OpenSSL's. Both are driven alike.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "support/sspi_party.hpp"

namespace schannix::prove {

using test::sspi::role;
using test::sspi::tls;

class endpoint {
 public:
  virtual ~endpoint() = default;
  virtual void give(std::string_view bytes) = 0;
  virtual std::string take() = 0;
  virtual bool established() const = 0;
  virtual void write(std::string_view data) = 0;
  virtual void close() = 0;
  virtual const std::string& received() const = 0;
  virtual bool told_clean() const = 0;       // that the peer closed, authenticated
  virtual bool report_is_clean() const = 0;  // what is said when asked at the end
  virtual void update_keys(bool /*asks_peer*/) {}
};

class our_endpoint final : public endpoint {
 public:
  our_endpoint(role side, tls version)
      : party_(side == role::client ? test::sspi::client_credential(version) : test::sspi::server_credential(version),
               {.side = side}) {}

  void give(std::string_view bytes) override {
    if (told_clean_) return;
    party_.give(bytes);
    told_clean_ = party_.established() && party_.last() == SEC_I_CONTEXT_EXPIRED;
    const bool fine = told_clean_ || party_.last() == SEC_E_OK ||
                      (!party_.established() &&
                       (party_.last() == SEC_I_CONTINUE_NEEDED || party_.last() == SEC_E_INCOMPLETE_MESSAGE));
    if (!fine) throw std::runtime_error("an honest peer's bytes led to " + party_.last().name());
  }
  std::string take() override { return party_.take(); }
  bool established() const override { return party_.established(); }
  void write(std::string_view data) override {
    const std::size_t most = party_.sizes().cbMaximumMessage;
    do {
      must(party_.seal(data.substr(0, most)), "EncryptMessage");
      data.remove_prefix(std::min(most, data.size()));
    } while (!data.empty());
  }
  void close() override {
    const std::string partial = party_.leftover();  // of a record: the call that closes takes no input
    must(party_.shut(), "closing");
    if (!told_clean_) party_.give(partial);
  }
  const std::string& received() const override { return party_.received(); }
  bool told_clean() const override { return told_clean_; }
  bool report_is_clean() const override {
    if (!party_.has_context()) return false;
    SCHANNIX_CLOSE_REPORT told{};
    told.cbSize = sizeof told;
    must(QueryContextAttributesA(const_cast<PCtxtHandle>(&const_cast<test::sspi::party&>(party_).handle()),
                                 SCHANNIX_ATTR_CLOSE_REPORT, &told),
         "the close report");
    return (told.dwFlags & SCHANNIX_CLOSE_RECEIVED) != 0;
  }

 private:
  static void must(test::sspi::status said, const char* what) {
    if (!(said == SEC_E_OK)) throw std::runtime_error(std::string(what) + ": " + said.name());
  }

  test::sspi::party party_;
  bool told_clean_ = false;
};

class openssl_endpoint final : public endpoint {
 public:
  openssl_endpoint(role side, tls version)
      : peer_(test::sspi::peer_for(test::sspi::other(side), version)), can_update_(version == tls::v1_3) {
    if (side == role::client) peer_.start();
  }

  void give(std::string_view bytes) override {
    peer_.give(bytes);
    if (peer_.failed()) throw std::runtime_error("OpenSSL refused our bytes");
  }
  std::string take() override { return peer_.take(); }
  bool established() const override { return peer_.established(); }
  void write(std::string_view data) override { peer_.write(data); }
  void close() override { peer_.close(); }
  const std::string& received() const override { return peer_.received(); }
  bool told_clean() const override { return peer_.saw_close(); }
  bool report_is_clean() const override { return peer_.saw_close(); }
  void update_keys(bool asks_peer) override {
    if (can_update_) peer_.update_keys(asks_peer);
  }

 private:
  test::sspi::openssl_peer peer_;
  bool can_update_;  // TLS 1.3
};

}  // namespace schannix::prove
