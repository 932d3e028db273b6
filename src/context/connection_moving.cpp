// Connections that go on in another process. docs/design/0010-moving.md
#include <algorithm>
#include <array>

#include "context/connection.hpp"
#include "context/halves.hpp"
#include "engine/environment.hpp"
#include "engine/suite.hpp"

namespace schannix::context {
namespace {

using engine::aead_algorithm;
using engine::tls_version;

base::failure no_token() { return base::caller_mistake(base::reason::invalid_token); }

std::vector<base::bytes> encoded(const std::vector<engine::certificate>& all) {
  std::vector<base::bytes> made;
  made.reserve(all.size());
  for (const engine::certificate& one : all) made.emplace_back(one.der().begin(), one.der().end());
  return made;
}

base::result<std::vector<engine::certificate>> decoded(const engine::environment& env,
                                                       const std::vector<base::bytes>& all) {
  std::vector<engine::certificate> made;
  for (const base::bytes& one : all) {
    auto parsed = engine::certificate::parse(env, one);
    if (!parsed) return no_token();
    made.push_back(env.peer_certificates().intern(std::move(*parsed)));
  }
  return made;
}

// Of no certificates and no sessions; of this version, if the settings allow it.
base::result<std::shared_ptr<const credential::credential>> credential_of(const engine::environment& env,
                                                                          const moved_connection& of) {
  credential::policy rules;
  rules.side = of.side;
  rules.versions = engine::version_set::of(engine::version_set::bit(of.facts.version));
  rules.versions_named = true;
  rules.resumable = false;
  return credential::credential::make(env, std::move(rules), {});
}

// RFC 6066 §4
bool is_fragment_size(std::size_t size) {
  constexpr std::array<std::size_t, 5> all{512, 1024, 2048, 4096, engine::max_plaintext_size};
  return std::find(all.begin(), all.end(), size) != all.end();
}

// What close_state's table can stand at, and something is left to be done.
bool goes_on(const close_state& closing) {
  const bool quiet = closing.our_half == close_state::ours::open || closing.our_half == close_state::ours::sent;
  const bool ended = closing.our_half == close_state::ours::sent && closing.peer_half == close_state::peers::closed;
  return quiet && !ended && closing.failed == close_state::dead::no;
}

bool plausible(const moved_connection& of) {
  const bool version = of.facts.version == tls_version::tls12 || of.facts.version == tls_version::tls13;
  const bool shown = of.side == engine::role::server || !of.peer_certificates.empty();
  return version && shown && is_fragment_size(of.facts.max_fragment) && goes_on(of.closing);
}

std::size_t iv_size_of(aead_algorithm algorithm) {
  return algorithm == aead_algorithm::chacha20_poly1305 ? engine::aead_nonce_size : 4;  // TLS 1.2
}

base::result<engine::aead_keys> tls12_keys(engine::aead_keys& from, aead_algorithm algorithm) {
  if (from.key.view().size() != engine::key_size_of(algorithm) || from.iv.view().size() != iv_size_of(algorithm))
    return no_token();
  from.tls13 = false;
  from.algorithm = algorithm;
  return std::move(from);
}

// The keys follow from the secret; what a nonce must not repeat is the sequence number.
base::result<engine::aead_keys> tls13_keys(const engine::environment& env, const engine::handshake_facts& facts,
                                           const base::traffic_secret& secret, std::uint64_t sequence) {
  if (secret.view().size() != engine::size_of(facts.handshake_hash)) return no_token();
  SCHANNIX_TRY(engine::aead_keys keys, engine::traffic_keys(env, facts.handshake_hash, *facts.aead(), secret.view()));
  keys.sequence = sequence;
  return keys;
}

base::result<std::optional<engine::exporter>> exporter_of(const engine::handshake_facts& facts,
                                                          const moved_connection& from) {
  constexpr std::size_t master_size = 48;  // RFC 5246 §8.1
  const bool tls13 = facts.version == tls_version::tls13;
  const base::bytes_view master = from.exporter_master.view();
  if (!tls13 && master.empty()) return std::optional<engine::exporter>();
  if (master.size() != (tls13 ? engine::size_of(facts.handshake_hash) : master_size)) return no_token();
  if (tls13) return std::optional(engine::exporter(facts.handshake_hash, master));
  return std::optional(engine::exporter(facts.version, facts.handshake_hash, master, from.randoms));
}

}  // namespace

bool connection::may_move() const {
  const standing now = standing_.load(std::memory_order_acquire);
  if (now.where != phase::established || !goes_on(now.closing)) return false;
  const bool asked = has_pending_token() || update_requested_ || ticket_requested_;
  const bool owed = held_.has_value() || owed_alert_.has_value() || pending_mark_.size() != 0;
  const bool awaits = post_ && post_->awaits_answer();
  return !asked && !owed && !awaits && (!again_ || again_->quiet());
}

base::result<moved_connection> connection::moved_out(base::bytes beside) const {
  if (!may_move()) return base::caller_mistake(base::reason::unsupported);
  auto write = halves_.write->keys(), read = halves_.read->keys();
  if (!write || !read) return base::caller_mistake(base::reason::unsupported);
  moved_connection made;
  made.side = side();
  made.target_name = setup_.target_name;
  made.validated = validates_peer();
  made.facts = *facts_;
  if (facts_->local_certificate) made.local_certificate = encoded({*facts_->local_certificate});
  made.peer_certificates = encoded(facts_->peer_certificates);
  made.wanted_issuers = wanted_issuers_;
  made.lacked_certificate = lacked_certificate_;
  made.kept_with_session = kept_with_session();
  if (exporter_) made.exporter_master.assign(exporter_->master());
  if (exporter_) made.randoms = exporter_->randoms();
  made.write = std::move(*write);
  made.read = std::move(*read);
  if (post_) {  // its secrets say the rest
    for (engine::aead_keys* const one : {&made.write, &made.read}) one->key.clear(), one->iv.clear();
    made.post = post_->moved_out();
  }
  made.idle_records = idle_records_;
  made.closing = standing_.load(std::memory_order_acquire).closing;
  made.peer_first = report_.peer_first;
  made.beside = std::move(beside);
  return made;
}

base::result<std::unique_ptr<connection>> connection::moved_in(const engine::environment& env, moved_connection from,
                                                               record_limits limits) {
  if (!plausible(from)) return no_token();
  connection_setup setup;
  SCHANNIX_TRY(setup.from, credential_of(env, from));
  setup.target_name = std::move(from.target_name);
  setup.validates_peer = from.validated;
  std::unique_ptr<connection> made(new connection(env, std::move(setup), limits));
  SCHANNIX_CHECK(made->take_over(from));
  return made;
}

base::result<void> connection::take_over(moved_connection& from) {
  SCHANNIX_CHECK(take_over_facts(from));
  SCHANNIX_CHECK(take_over_keys(from));
  started_ = true;
  keeps_session_ = false;
  idle_records_ = from.idle_records;
  wanted_issuers_ = std::move(from.wanted_issuers);
  lacked_certificate_ = from.lacked_certificate;
  report_.close_sent = from.closing.our_half == close_state::ours::sent;
  report_.peer_first = from.peer_first;
  key_worn_.store(halves_.write->sequence() >= limits_.demand_after, std::memory_order_relaxed);
  standing_.store({from.closing, phase::established}, std::memory_order_release);
  return {};
}

base::result<void> connection::take_over_facts(moved_connection& from) {
  engine::handshake_facts& facts = facts_.emplace(std::move(from.facts));
  SCHANNIX_CHECK(engine::describe(made_from().made_from(), facts.version, facts.suite, facts));
  if (!facts.aead()) return no_token();
  SCHANNIX_TRY(facts.peer_certificates, decoded(env_, from.peer_certificates));
  SCHANNIX_TRY(const auto ours, decoded(env_, from.local_certificate));
  facts.local_certificate = ours.empty() ? std::nullopt : std::optional(ours.front());
  SCHANNIX_TRY(exporter_, exporter_of(facts, from));
  return from.kept_with_session.empty() ? base::result<void>() : keep_with_session(from.kept_with_session);
}

base::result<void> connection::take_over_keys(moved_connection& from) {
  const bool tls13 = facts_->version == tls_version::tls13;
  const auto keys_of = [&](engine::aead_keys& keys, const base::traffic_secret& secret) {
    return tls13 ? tls13_keys(env_, *facts_, secret, keys.sequence) : tls12_keys(keys, *facts_->aead());
  };
  SCHANNIX_TRY(const engine::aead_keys write, keys_of(from.write, from.post.write_secret));
  SCHANNIX_TRY(const engine::aead_keys read, keys_of(from.read, from.post.read_secret));
  SCHANNIX_TRY(halves_.write, make_aead_half(env_, engine::direction::seal, write));
  SCHANNIX_TRY(halves_.read, make_aead_half(env_, engine::direction::open, read));
  if (!tls13) return {};
  post_.emplace(env_, side(), *facts_, from.post);
  if (from.post.begun.empty()) return {};
  const auto whole = post_->add(from.post.begun, read.sequence);
  return whole && !*whole ? base::result<void>() : no_token();
}

}  // namespace schannix::context
