// A client and a server of ours whose handshake is done, and their credentials.
#pragma once

#include "support/program.hpp"
#include "support/sspi_side.hpp"

namespace schannix::bench {

struct sspi_credentials {
  sspi_credential client, server;
  sspi_credentials(int minor, const identity& own)
      : client({.side = role::client, .minor = minor, .suite = BENCH_AES_128_GCM}),
        server({.side = role::server,
                .minor = minor,
                .suite = BENCH_AES_128_GCM,
                .certificate = own.certificate,
                .key = own.key}) {}
};

struct sspi_pair {
  sspi_side client, server;

  explicit sspi_pair(const sspi_credentials& from) : client(from.client), server(from.server) {
    static thread_local wire to_client, to_server;
    to_client.clear();
    to_server.clear();
    while (client.turn(to_client, to_server) | server.turn(to_server, to_client)) continue;
    must(client.established() && server.established(), "no handshake");
  }
};

}  // namespace schannix::bench
