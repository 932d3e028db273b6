// bench/handshakes: what a connection costs each side, from the making of its object to the freeing: ours, OpenSSL's
// own and GnuTLS's, in one process. Each round visits every contestant, in an order that changes; a visit is a few
// connections.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/connector.hpp"
#include "support/measure.hpp"
#include "support/peers.hpp"

namespace schannix::bench {
namespace {

constexpr int connections_each = 6;  // per visit

struct cost {
  stopwatch client, server;
  bool resumed = true;
};

// One connection. Tickets that follow the handshake are part of it.
void connect(connector& from, cost& into) {
  thread_local wire to_client, to_server;
  to_client.clear();
  to_server.clear();
  std::unique_ptr<connection_end> client = into.client.time([&] { return from.client(); });
  std::unique_ptr<connection_end> server = into.server.time([&] { return from.server(); });
  for (bool moved = true; moved;) {
    moved = into.client.time([&] { return client->turn(to_client, to_server); });
    moved = into.server.time([&] { return server->turn(to_server, to_client); }) || moved;
  }
  must(client->established() && server->established(), "no handshake");
  into.resumed = into.resumed && client->resumed() && server->resumed();
  into.client.time([&] { client.reset(); });
  into.server.time([&] { server.reset(); });
}

class contestant {
 public:
  contestant(const char* name, std::unique_ptr<connector> from) : name_(name), from_(std::move(from)) {
    cost first, second;
    connect(*from_, first);
    connect(*from_, second);
  }
  void play() {
    cost uncounted, now;
    connect(*from_, uncounted);  // whoever played before has left the caches to itself
    for (int i = 0; i < connections_each; ++i) connect(*from_, now);
    client_ns_.push_back(now.client.total() / connections_each);
    server_ns_.push_back(now.server.total() / connections_each);
    resumed_ = resumed_ && now.resumed;
    full_ = full_ && !now.resumed;
  }
  nlohmann::json result(const connection_wanted& row) const {
    if (!row.resume) must(full_, "a full handshake was resumed");
    return {{"minor", row.minor},      {"key", row.rsa ? "RSA-2048" : "P-256"},
            {"verify", row.verify},    {"resume", row.resume},
            {"peer", name_},           {"resumed", resumed_},
            {"client_ns", client_ns_}, {"server_ns", server_ns_}};
  }

 private:
  const char* name_;
  std::unique_ptr<connector> from_;
  std::vector<double> client_ns_, server_ns_;
  bool resumed_ = true, full_ = true;
};

std::vector<contestant> enter(connection_wanted row, const issued_identity& own) {
  std::vector<contestant> all;
  all.emplace_back("OpenSSL", openssl_connector(row, own));
  all.emplace_back("schannix", sspi_connector(row, own));
  if (auto gnutls = gnutls_connector(row, own)) all.emplace_back("GnuTLS", std::move(gnutls));
  if (row.resume) return all;  // what a credential knows of earlier connections goes with it
  row.own_credentials = true;
  all.emplace_back("schannix, a credential per connection", sspi_connector(row, own));
  return all;
}

void hold(const connection_wanted& row, const issued_identity& own, std::size_t rounds, nlohmann::json& rows) {
  say(std::string("handshakes: TLS 1.") + static_cast<char>('0' + row.minor) + (row.rsa ? ", RSA-2048" : ", P-256") +
      (row.verify ? ", verified" : ", not verified") + (row.resume ? ", resumed" : ", full"));
  std::vector<contestant> all = enter(row, own);
  for (std::size_t round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < all.size(); ++i) all[whose_turn(i, round, all.size())].play();
  for (const contestant& one : all) rows.push_back(one.result(row));
}

void run(const arguments& given) {
  stay_on_one_cpu();
  nlohmann::json rows = nlohmann::json::array();
  for (const bool rsa : {false, true}) {
    if (rsa && given.brief) continue;
    const issued_identity own = issued(rsa);
    for (const int minor : {3, 2})
      for (const bool verify : {false, true})
        for (const bool resume : {false, true})
          hold({.minor = minor, .rsa = rsa, .verify = verify, .resume = resume}, own, given.rounds, rows);
  }
  write(given, {{"rounds", given.rounds}, {"rows", rows}});
}

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) { return schannix::bench::guarded_main(count, values, 41, schannix::bench::run); }
