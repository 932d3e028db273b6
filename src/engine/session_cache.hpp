// Sessions that may be resumed, of every credential of the process: clients' by what they were made with, servers' by
// their id. The least recently used goes first. Any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

struct ssl_session_st;

namespace schannix::engine {

class session_notes;
using session = std::shared_ptr<ssl_session_st>;

struct kept_session {
  session made;
  std::shared_ptr<session_notes> notes;  // the same for all of one connection
};

constexpr std::size_t session_scope_size = 16;

// The scope is a credential's, session_scope_size bytes: its sessions are its own, and go with it. What was not
// validated is not resumed where validation is asked for. Empty for a client without a target: nothing says whose
// session it would be.
std::string client_session_key(base::bytes_view scope, bool validated, std::string_view target);
std::string server_session_key(base::bytes_view scope, base::bytes_view id);

class session_cache {
 public:
  static constexpr std::size_t default_capacity = 20000;  // Windows' MaximumCacheSize
  static constexpr std::size_t sessions_each = 4;         // of one key: tickets for connections made at the same time

  explicit session_cache(std::size_t capacity = default_capacity) : capacity_(capacity) {}

  // TLS 1.3 sessions are kept beside each other, since each is used once (RFC 8446 C.4); an older one replaces.
  void put(const std::string& key, kept_session one);
  // The newest that still may be resumed; nothing otherwise. A TLS 1.3 session is given away.
  kept_session take(const std::string& key);
  std::size_t count(const std::string& key) const;
  std::size_t size() const;  // entries: keys that have sessions

  void forget(const std::string& key);
  void forget_all(std::string_view prefix);      // of a credential that goes
  void forget_clients(std::string_view target);  // of every credential, for that target; empty: for all targets

 private:
  struct entry {
    std::deque<kept_session> sessions;  // newest last
    std::list<std::string>::iterator used;
  };
  using entries = std::map<std::string, entry, std::less<>>;

  void drop(entries::iterator at);

  const std::size_t capacity_;
  mutable std::mutex lock_;
  entries entries_;
  std::list<std::string> by_use_;  // most recently used first
};

}  // namespace schannix::engine
