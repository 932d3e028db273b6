// Plays one cell to its end.
#pragma once

#include <schannix/schannix.hpp>

#include "cell.hpp"
#include "peers.hpp"

namespace schannix::prove {

// What all cells share.
struct stage {
  const peer_files& files;
  credential clients[2];  // for TLS 1.2 and 1.3
  credential servers[2];

  explicit stage(const peer_files& shared);
};

// waits: whether this peer, after its own close_notify, is known to wait for ours. Never hangs and never throws: what
// goes wrong is a breach.
observation play(const cell& one, const stage& on, bool waits);

}  // namespace schannix::prove
