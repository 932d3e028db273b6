// Botan 2.19: TLS 1.2 only; a channel without I/O.
#include <botan/auto_rng.h>
#include <botan/credentials_manager.h>
#include <botan/data_src.h>
#include <botan/pkcs8.h>
#include <botan/tls_callbacks.h>
#include <botan/tls_client.h>
#include <botan/tls_policy.h>
#include <botan/tls_server.h>
#include <botan/tls_session_manager.h>
#include <botan/version.h>
#include <botan/x509cert.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "peer.hpp"

namespace schannix::peers {
namespace {

namespace tls = Botan::TLS;

class identity final : public Botan::Credentials_Manager {
 public:
  explicit identity(const job& wanted) {
    if (!wanted.server) return;
    certificate_ = std::make_unique<Botan::X509_Certificate>(wanted.certificate);
    Botan::DataSource_Stream key(wanted.key);
    key_ = Botan::PKCS8::load_key(key);
  }
  std::vector<Botan::X509_Certificate> cert_chain(const std::vector<std::string>& kinds, const std::string&,
                                                  const std::string&) override {
    const bool fits = certificate_ && std::find(kinds.begin(), kinds.end(), key_->algo_name()) != kinds.end();
    return fits ? std::vector{*certificate_} : std::vector<Botan::X509_Certificate>();
  }
  Botan::Private_Key* private_key_for(const Botan::X509_Certificate&, const std::string&, const std::string&) override {
    return key_.get();
  }

 private:
  std::unique_ptr<Botan::X509_Certificate> certificate_;
  std::unique_ptr<Botan::Private_Key> key_;
};

// Its callbacks are its own: they are public because Botan takes a Callbacks&.
class botan final : public stack, public tls::Callbacks {
 public:
  explicit botan(const job& wanted) : socket_(wanted.socket), identity_(wanted) {
    must(!wanted.tls_1_3, "Botan 2.19 ends at TLS 1.2");
    if (wanted.server)
      channel_ = std::make_unique<tls::Server>(*this, sessions_, identity_, policy_, random_);
    else
      channel_ = std::make_unique<tls::Client>(*this, sessions_, identity_, policy_, random_,
                                               tls::Server_Information("a.test"));
  }

  void handshake() override {
    while (!activated_)  // a close_notify behind the handshake has ended channel_->is_active() already
      if (!take_in()) fail(why_.empty() ? "the connection ends" : why_);
  }

  reading read(char* into, std::size_t room) override {
    while (plain_.empty() && !closed_)
      if (!take_in()) return {0, why_.empty() ? ending::fin : ending::error, why_};
    const std::size_t size = plain_.copy(into, room);
    plain_.erase(0, size);
    return {size, size == 0 ? ending::close_notify : ending::none};
  }

  bool write(std::string_view bytes) override {
    try {
      channel_->send(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  void close() override {
    try {
      channel_->close();
    } catch (const std::exception&) {  // the connection is gone
    }
  }

 private:
  // False: the transport ended, or the channel failed.
  bool take_in() {
    std::array<std::uint8_t, 16384> part{};
    const long size = receive_some(socket_, part.data(), part.size());
    if (size < 0) why_ = std::strerror(errno);
    if (size <= 0) return false;
    try {
      channel_->received_data(part.data(), static_cast<std::size_t>(size));
      return true;
    } catch (const std::exception& error) {
      why_ = error.what();
      return false;
    }
  }

  void tls_emit_data(const std::uint8_t data[], std::size_t size) override {
    while (size != 0) {
      const long sent = send_some(socket_, data, size);
      if (sent <= 0) fail(std::strerror(errno));
      data += sent;
      size -= static_cast<std::size_t>(sent);
    }
  }
  void tls_record_received(std::uint64_t, const std::uint8_t data[], std::size_t size) override {
    plain_.append(reinterpret_cast<const char*>(data), size);
  }
  void tls_alert(tls::Alert alert) override { closed_ = closed_ || alert.type() == tls::Alert::CLOSE_NOTIFY; }
  void tls_session_activated() override { activated_ = true; }
  bool tls_session_established(const tls::Session&) override { return false; }
  void tls_verify_cert_chain(const std::vector<Botan::X509_Certificate>&,
                             const std::vector<std::shared_ptr<const Botan::OCSP::Response>>&,
                             const std::vector<Botan::Certificate_Store*>&, Botan::Usage_Type, const std::string&,
                             const tls::Policy&) override {}

  int socket_;
  identity identity_;
  Botan::AutoSeeded_RNG random_;
  tls::Session_Manager_Noop sessions_;
  tls::Policy policy_;
  std::string plain_, why_;
  bool activated_ = false, closed_ = false;
  std::unique_ptr<tls::Channel> channel_;
};

}  // namespace

std::unique_ptr<stack> make_stack(const job& wanted) { return std::make_unique<botan>(wanted); }
std::string stack_version() { return "Botan " + Botan::short_version_string(); }

}  // namespace schannix::peers
