// bench/connections: heap of an idle connection on each side, ours and OpenSSL's; what 1 to 100,000 idle connections do
// to the cost of one more and of a record; and what a second thread does to the cost of a record.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "support/connector.hpp"
#include "support/growth.hpp"
#include "support/heap.hpp"
#include "support/peers.hpp"
#include "support/threads.hpp"

namespace schannix::bench {
namespace {

struct sizes {
  double client = 0, server = 0;
};

// The heap that call adds.
template <class Call>
auto weigh(double& into, Call&& call) {
  const double before = heap_in_use();
  auto made = call();
  into += heap_in_use() - before;
  return made;
}

// Our side's object makes nothing before its first call: its making is the bench's own, and is not counted.
sizes weigh_connections(connector& from, std::size_t count, bool made_by_peer) {
  std::vector<std::unique_ptr<connection_end>> idle;
  idle.reserve(2 * count);
  wire to_client, to_server;
  sizes total, making;
  for (std::size_t i = 0; i < count; ++i) {
    auto client = weigh(making.client, [&] { return from.client(); });
    auto server = weigh(making.server, [&] { return from.server(); });
    for (bool moved = true; moved;) {
      moved = weigh(total.client, [&] { return client->turn(to_client, to_server); });
      moved = weigh(total.server, [&] { return server->turn(to_server, to_client); }) || moved;
    }
    must(client->established() && server->established(), "no handshake");
    idle.push_back(std::move(client));
    idle.push_back(std::move(server));
  }
  if (made_by_peer) total = {total.client + making.client, total.server + making.server};
  return {total.client / static_cast<double>(count), total.server / static_cast<double>(count)};
}

nlohmann::json weigh_all(const issued_identity& own, std::size_t count) {
  nlohmann::json rows = nlohmann::json::array();
  int minor = 3;
  const auto weigh = [&](const char* peer, connector& from, bool made_by_peer) {
    weigh_connections(from, 10, false);  // what the first connection makes for all
    const sizes each = weigh_connections(from, count, made_by_peer);
    rows.push_back({{"minor", minor}, {"peer", peer}, {"client_bytes", each.client}, {"server_bytes", each.server}});
  };
  for (minor = 3; minor >= 2; --minor) {
    say(std::string("connections: heap, TLS 1.") + static_cast<char>('0' + minor));
    const connection_wanted wanted{.minor = minor}, freed{.minor = minor, .keeps_sessions = false};
    weigh("schannix", *sspi_connector(freed, own), false);
    weigh("schannix, waiting for tickets", *sspi_connector(wanted, own), false);
    weigh("OpenSSL", *openssl_connector(wanted, own), true);
  }
  return rows;
}

// The machine's settings, read once: else each TLS 1.2 connection keeps its SSL object.
void switch_renegotiation_off() {
  constexpr std::string_view off = "[SCHANNEL]\nDisableRenegoOnClient=1\nDisableRenegoOnServer=1\n";
  const int file = ::memfd_create("settings", 0);
  must(file >= 0 && ::write(file, off.data(), off.size()) == static_cast<ssize_t>(off.size()), "no settings");
  ::setenv("SCHANNIX_CONF", ("/proc/self/fd/" + std::to_string(file)).c_str(), 1);
}

void run(const arguments& given) {
  switch_renegotiation_off();
  const issued_identity own = issued(false);
  const nlohmann::json threads = measure_threads(own.leaf, given.rounds);
  const nlohmann::json heap = weigh_all(own, given.brief ? 200 : 1000);
  const nlohmann::json growth = measure_growth(own.leaf, given.rounds, given.brief ? 1000 : 100'000);
  write(given, {{"rounds", given.rounds}, {"heap", heap}, {"growth", growth}, {"threads", threads}});
}

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) { return schannix::bench::guarded_main(count, values, 21, schannix::bench::run); }
