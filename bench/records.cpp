// bench/records: what sealing and opening a record costs, ours and every peer's, in one run.
//
// For each version, suite and size every peer makes a pair; each round visits every pair, in an order that changes; a
// visit is a number of batches: lay out the plaintext (not timed), seal the batch (timed), open it (timed), compare.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "support/measure.hpp"
#include "support/peer.h"
#include "support/peers.hpp"
#include "support/program.hpp"

namespace schannix::bench {
namespace {

constexpr const char* suite_names[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
constexpr std::size_t batch_bytes = 256 * 1024;  // fits the second-level cache of the CPUs of today
constexpr double visit_ns = 8e6;                 // wanted for sealing and opening together
constexpr std::size_t most_records = 1 << 21;    // of one pair: far from any limit that makes a peer change its keys

struct cell {
  int minor;
  int suite;
  std::size_t size;
  std::size_t batch() const { return std::clamp<std::size_t>(batch_bytes / size, 16, 512); }
  std::string connection() const {
    return std::string("TLS 1.") + static_cast<char>('0' + minor) + ", " + suite_names[suite];
  }
};

class contestant {
 public:
  contestant(player& one, const cell& at) : player_(&one), at_(at) {}

  void warm_up(std::size_t rounds) {
    const auto [seal, open] = visit(3);
    const double batch_ns = (seal + open) * static_cast<double>(at_.batch());
    const std::size_t most = std::max<std::size_t>(1, most_records / at_.batch() / rounds);
    batches_ = std::clamp<std::size_t>(static_cast<std::size_t>(visit_ns / batch_ns), 1, most);
  }
  void play() {
    const auto [seal, open] = visit(batches_);
    seal_.push_back(seal);
    open_.push_back(open);
  }
  nlohmann::json result() const {
    return {{"minor", at_.minor}, {"suite", suite_names[at_.suite]},
            {"size", at_.size},   {"peer", player_->name()},
            {"seal_ns", seal_},   {"open_ns", open_}};
  }
  void leave() { player_->ask("close"); }

 private:
  // Nanoseconds per record, sealed and opened.
  std::pair<double, double> visit(std::size_t batches) {
    std::ostringstream line;
    line << "visit " << at_.size << ' ' << at_.batch() << ' ' << batches;
    const auto answer = player_->ask(line.str());
    if (!answer)
      throw std::runtime_error(std::string(player_->name()) + ", " + at_.connection() + ": " + player_->why());
    std::istringstream numbers(*answer);
    std::pair<double, double> read;
    numbers >> read.first >> read.second;
    return read;
  }

  player* player_;
  cell at_;
  std::size_t batches_ = 1;
  std::vector<double> seal_, open_;
};

class contest {
 public:
  explicit contest(std::size_t rounds) : rounds_(rounds) {
    const identity own = self_signed();
    for (const known_peer& known : known_peers) {
      player one(known, own);
      if (one.why().empty())
        players_.push_back(std::move(one));
      else
        miss(one, {});
    }
  }

  void hold(const cell& at) {
    std::vector<contestant> all = enter(at);
    for (contestant& one : all) one.warm_up(rounds_);
    for (std::size_t round = 0; round < rounds_; ++round)
      for (std::size_t i = 0; i < all.size(); ++i) all[whose_turn(i, round, all.size())].play();
    for (contestant& one : all) {
      rows_.push_back(one.result());
      one.leave();
    }
  }
  nlohmann::json result() const { return {{"rounds", rounds_}, {"rows", rows_}, {"missing", missing_}}; }

 private:
  std::vector<contestant> enter(const cell& at) {
    std::vector<contestant> entered;
    std::ostringstream line;
    line << "establish " << at.minor << ' ' << at.suite;
    for (player& one : players_) {
      if (one.ask(line.str()))
        entered.emplace_back(one, at);
      else
        miss(one, at.connection());
    }
    return entered;
  }
  void miss(const player& one, const std::string& where) {
    const nlohmann::json entry{{"peer", one.name()}, {"where", where}, {"why", one.why()}};
    if (std::find(missing_.begin(), missing_.end(), entry) != missing_.end()) return;
    say(std::string(one.name()) + (where.empty() ? "" : ", " + where) + ": missing: " + one.why());
    missing_.push_back(entry);
  }

  std::size_t rounds_;
  std::vector<player> players_;
  nlohmann::json rows_ = nlohmann::json::array(), missing_ = nlohmann::json::array();
};

void run(const arguments& given) {
  stay_on_one_cpu();
  contest all(given.rounds);
  const std::vector<std::size_t> sizes =
      given.brief ? std::vector<std::size_t>{64, 16384} : std::vector<std::size_t>{64, 256, 1024, 4096, 16384};
  for (const int minor : {3, 2})
    for (const int suite : {BENCH_AES_128_GCM, BENCH_AES_256_GCM, BENCH_CHACHA20})
      for (const std::size_t size : sizes) {
        const cell at{minor, suite, size};
        say("records: " + at.connection() + ", " + std::to_string(size) + " bytes");
        all.hold(at);
      }
  write(given, all.result());
}

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) { return schannix::bench::guarded_main(count, values, 21, schannix::bench::run); }
