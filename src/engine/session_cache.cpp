#include "engine/session_cache.hpp"

#include <openssl/ssl.h>

#include <ctime>

namespace schannix::engine {
namespace {

bool once_only(const session& one) { return SSL_SESSION_get_protocol_version(one.get()) >= TLS1_3_VERSION; }

bool usable(const session& one) {
  const long age = static_cast<long>(std::time(nullptr)) - SSL_SESSION_get_time(one.get());
  return SSL_SESSION_is_resumable(one.get()) == 1 && age >= 0 && age < SSL_SESSION_get_timeout(one.get());
}

std::string text_of(base::bytes_view bytes) { return {bytes.begin(), bytes.end()}; }

char lower(char one) { return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one; }

std::string lower(std::string_view text) {
  std::string all(text);
  for (char& one : all) one = lower(one);
  return all;
}

// What stands behind the scope: whose session it is.
constexpr char validated_client = 'v', manual_client = 'm', server = 's';

}  // namespace

std::string client_session_key(base::bytes_view scope, bool validated, std::string_view target) {
  if (target.empty()) return {};
  return text_of(scope) + (validated ? validated_client : manual_client) + lower(target);
}

std::string server_session_key(base::bytes_view scope, base::bytes_view id) {
  return text_of(scope) + server + text_of(id);
}

void session_cache::put(const std::string& key, kept_session one) {
  std::list<std::string> place{key};  // what can fail for want of memory comes first
  const std::lock_guard held(lock_);
  const auto [at, is_new] = entries_.try_emplace(key);
  if (is_new) {
    by_use_.splice(by_use_.begin(), place);
    at->second.used = by_use_.begin();
  } else {
    by_use_.splice(by_use_.begin(), by_use_, at->second.used);
  }
  auto& kept = at->second.sessions;
  if (!once_only(one.made) || (!kept.empty() && !once_only(kept.back().made))) kept.clear();
  kept.push_back(std::move(one));
  if (kept.size() > sessions_each) kept.pop_front();
  if (entries_.size() > capacity_) drop(entries_.find(by_use_.back()));
}

kept_session session_cache::take(const std::string& key) {
  const std::lock_guard held(lock_);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return {};
  auto& kept = at->second.sessions;
  while (!kept.empty() && !usable(kept.back().made)) kept.pop_back();
  kept_session found = kept.empty() ? kept_session() : kept.back();
  if (found.made && once_only(found.made)) kept.pop_back();
  if (kept.empty()) {
    drop(at);
  } else {
    by_use_.splice(by_use_.begin(), by_use_, at->second.used);
  }
  return found;
}

std::size_t session_cache::count(const std::string& key) const {
  const std::lock_guard held(lock_);
  const auto at = entries_.find(key);
  return at == entries_.end() ? 0 : at->second.sessions.size();
}

std::size_t session_cache::size() const {
  const std::lock_guard held(lock_);
  return entries_.size();
}

void session_cache::forget(const std::string& key) {
  const std::lock_guard held(lock_);
  if (const auto at = entries_.find(key); at != entries_.end()) drop(at);
}

void session_cache::forget_all(std::string_view prefix) {
  const std::lock_guard held(lock_);
  for (auto at = entries_.lower_bound(prefix); at != entries_.end() && at->first.starts_with(prefix);) drop(at++);
}

void session_cache::forget_clients(std::string_view target) {
  const std::string wanted = lower(target);
  const std::lock_guard held(lock_);
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto here = at++;
    const std::string_view key = std::string_view(here->first).substr(session_scope_size);
    const bool fits = key.front() != server && (wanted.empty() || key.substr(1) == wanted);
    if (fits) drop(here);
  }
}

void session_cache::drop(entries::iterator at) {
  by_use_.erase(at->second.used);
  entries_.erase(at);
}

}  // namespace schannix::engine
