// bench/operations NAME COUNT: does one operation COUNT times and nothing else, for scripts/check_instructions, which
// runs it under callgrind with two counts and compares.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "support/connector.hpp"
#include "support/sspi_pair.hpp"

namespace schannix::bench {
namespace {

using operation = std::function<void()>;

struct busy_pair {
  sspi_credentials from;
  sspi_pair pair;
  SecPkgContext_StreamSizes room;
  wire memory;

  explicit busy_pair(int minor) : from(minor, self_signed()), pair(from), room(pair.client.sizes()) {}
  std::size_t seal(std::size_t size) { return pair.client.seal(memory.bytes.data(), room, size); }
  void exchange(std::size_t size) {
    unsigned char* data = nullptr;
    must(pair.server.open(memory.bytes.data(), seal(size), data) == 0, "more than a record");
  }
};

operation sealing(int minor) {
  return [held = std::make_shared<busy_pair>(minor)] { held->seal(64); };
}
operation exchanging(int minor) {
  return [held = std::make_shared<busy_pair>(minor)] { held->exchange(64); };
}

void connect(connector& from, bool resumed) {
  wire to_client, to_server;
  const auto client = from.client(), server = from.server();
  while (client->turn(to_client, to_server) | server->turn(to_server, to_client)) continue;
  must(client->established() && server->established(), "no handshake");
  must(client->resumed() == resumed, "resumed where it should not be, or the other way round");
}

operation connecting(int minor, bool resumed) {
  const std::shared_ptr<connector> from = sspi_connector({.minor = minor, .resume = resumed}, issued(false));
  if (resumed) connect(*from, false);
  return [from, resumed] { connect(*from, resumed); };
}

const std::map<std::string, std::function<operation()>> operations{
    {"seal, TLS 1.3", [] { return sealing(3); }},
    {"seal, TLS 1.2", [] { return sealing(2); }},
    {"seal and open, TLS 1.3", [] { return exchanging(3); }},
    {"seal and open, TLS 1.2", [] { return exchanging(2); }},
    {"handshake, both sides, TLS 1.3", [] { return connecting(3, false); }},
    {"handshake, both sides, TLS 1.2", [] { return connecting(2, false); }},
    {"resumption, both sides, TLS 1.3", [] { return connecting(3, true); }},
    {"resumption, both sides, TLS 1.2", [] { return connecting(2, true); }},
};

int run(int count, char** values) {
  const auto found = count == 3 ? operations.find(values[1]) : operations.end();
  if (found == operations.end()) {
    std::fprintf(stderr, "usage: operations NAME COUNT; names:\n");
    for (const auto& [name, make] : operations) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
  }
  const operation once = found->second();
  for (long left = std::strtol(values[2], nullptr, 10); left > 0; --left) once();
  return 0;
}

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) {
  try {
    return schannix::bench::run(count, values);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "operations: %s\n", error.what());
    return 1;
  }
}
