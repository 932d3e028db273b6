#include "support/connector.hpp"
#include "support/sspi_side.hpp"

namespace schannix::bench {
namespace {

class end final : public connection_end {
 public:
  end(std::shared_ptr<const sspi_credential> from, ULONG flags) : from_(std::move(from)), side_(*from_, flags) {}
  bool turn(wire& in, wire& out) override { return side_.turn(in, out); }
  bool established() const override { return side_.established(); }
  bool resumed() override { return side_.resumed(); }

 private:
  std::shared_ptr<const sspi_credential> from_;  // freed after the context
  sspi_side side_;
};

sspi_wanted side_of(role side, const connection_wanted& wanted, const issued_identity& own) {
  sspi_wanted made{.side = side, .minor = wanted.minor, .suite = BENCH_AES_128_GCM, .reconnects = wanted.resume};
  made.keeps_sessions = wanted.keeps_sessions;
  if (side == role::server) made.certificate = own.leaf.certificate, made.key = own.leaf.key;
  if (side == role::client && wanted.verify) made.root = own.root;
  return made;
}

class maker final : public connector {
 public:
  maker(const connection_wanted& wanted, const issued_identity& own)
      : client_(side_of(role::client, wanted, own)),
        server_(side_of(role::server, wanted, own)),
        server_flags_(wanted.resume ? ASC_REQ_SESSION_TICKET : 0) {
    if (wanted.own_credentials) return;
    shared_client_ = std::make_shared<sspi_credential>(client_);
    shared_server_ = std::make_shared<sspi_credential>(server_);
  }
  std::unique_ptr<connection_end> client() override {
    return std::make_unique<end>(shared_client_ ? shared_client_ : std::make_shared<sspi_credential>(client_), 0);
  }
  std::unique_ptr<connection_end> server() override {
    return std::make_unique<end>(shared_server_ ? shared_server_ : std::make_shared<sspi_credential>(server_),
                                 server_flags_);
  }

 private:
  sspi_identity client_, server_;
  ULONG server_flags_;
  std::shared_ptr<const sspi_credential> shared_client_, shared_server_;
};

}  // namespace

std::unique_ptr<connector> sspi_connector(const connection_wanted& wanted, const issued_identity& own) {
  return std::make_unique<maker>(wanted, own);
}

}  // namespace schannix::bench
