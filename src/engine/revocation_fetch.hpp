// Answers from the places that certificates name: OCSP responders (RFC 6960 appendix A) and distribution points of
// revocation lists (RFC 5280 §4.2.1.13), over plain HTTP; what comes is signed. The only place of the library where a
// connection is made, by OpenSSL, and only where a credential or the machine's settings ask for it. Any thread.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "engine/x509.hpp"

namespace schannix::engine {

// Where to ask about a certificate, "http://..." only, at most two of each kind.
struct places_to_ask {
  std::vector<std::string> responders;
  std::vector<std::string> lists;
};
places_to_ask places_in(const certificate& of);

// How long everything may take that one handshake waits for. Looking up a name has the resolver's limits.
class patience {
 public:
  static constexpr std::chrono::seconds in_all{15}, for_each{5};
  int seconds_left() const;  // for the next question; 0: none

 private:
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + in_all;
};

// What came is kept for an hour, that nothing came for a minute: whether it is still valid, its reader finds out.
class fetched_answers {
 public:
  // Empty: nothing came. Throws std::bad_alloc.
  base::bytes ask(const std::string& responder, const certificate& about, const certificate& issuer,
                  const patience& limit);
  base::bytes list(const std::string& place, const patience& limit);

 private:
  struct kept {
    base::bytes answer;
    std::chrono::steady_clock::time_point until;
  };
  template <typename Fetch>
  base::bytes remembered(const std::string& key, const patience& limit, Fetch fetch);

  std::mutex lock_;
  std::map<std::string, kept> known_;
  std::size_t kept_bytes_ = 0;  // at most; what was forgotten since counts until all of it is
};

}  // namespace schannix::engine
