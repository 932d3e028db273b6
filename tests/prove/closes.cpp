// Closes at random points of random connections: random messages both ways, delivered in random portions of 1 byte to
// 64 KiB, either side closing first or both at once, sometimes with the transport cut at a random byte. Nothing is
// lost, nothing comes twice, and no connection that was cut is called clean.
#include <array>
#include <random>

#include "prove/endpoint.hpp"
#include "prove/figure.hpp"

namespace schannix::prove {
namespace {

constexpr std::size_t full_runs = 100'000;
constexpr std::size_t largest = 65'536;      // of a message, and of a delivery
constexpr std::size_t most_turns = 100'000;  // far more than any run takes

struct counts {
  std::size_t closes = 0, cut = 0, lost = 0, doubled = 0, altered = 0, falsely_clean = 0, not_clean = 0;
};

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::size_t size() { return 1 + below(std::size_t{1} << below(17)); }  // every magnitude up to the largest

 private:
  std::mt19937_64 engine_;
};

// What messages are pieces of: no two places of it are alike.
const std::string& text() {
  static const std::string made = [] {
    std::mt19937_64 engine(4711);
    std::string all(4 * largest, '\0');
    for (char& one : all) one = static_cast<char>(engine());
    return all;
  }();
  return made;
}

// One side, what it still has to say, and the pipe that leads away from it.
struct speaker {
  std::unique_ptr<endpoint> end;
  std::size_t messages = 0;
  bool waits_for_close = false;  // it closes after the other side only
  bool closed = false;
  std::string said, pipe;
  std::size_t until_cut = std::string::npos;  // bytes that its pipe still carries

  bool may_write() const { return end->established() && messages > 0; }
  bool may_close() const {
    return end->established() && messages == 0 && !closed && (!waits_for_close || end->told_clean());
  }
  bool was_cut() const { return until_cut == 0 && !pipe.empty(); }
  bool flows() const { return !pipe.empty() && until_cut > 0; }
};

struct meeting {
  std::array<speaker, 2> sides;
  dice by;

  explicit meeting(std::uint64_t seed) : by(seed) {
    const tls version = by.one_in(2) ? tls::v1_2 : tls::v1_3;
    const std::size_t foreign = by.one_in(10) ? by.below(2) : 2;  // which side is OpenSSL's
    const std::size_t order = by.below(3);                        // which side waits for the other's close, or none
    for (std::size_t i = 0; i < 2; ++i) {
      const role side = i == 0 ? role::client : role::server;
      if (i == foreign) sides[i].end = std::make_unique<openssl_endpoint>(side, version);
      if (i != foreign) sides[i].end = std::make_unique<our_endpoint>(side, version);
      sides[i].messages = by.below(6);
      sides[i].waits_for_close = order == i;
    }
    if (by.one_in(5)) sides[by.below(2)].until_cut = by.one_in(4) ? by.below(3000) : by.size() + by.size();
  }

  void write(speaker& from) {
    const std::string_view message = std::string_view(text()).substr(by.below(3 * largest), by.size());
    from.end->write(message);
    from.said += message;
    if (--from.messages > 0 && by.one_in(8)) from.end->update_keys(by.one_in(2));
  }

  void deliver(speaker& from, speaker& to) {
    const std::size_t size = std::min({by.size(), from.pipe.size(), from.until_cut});
    to.end->give(std::string_view(from.pipe).substr(0, size));
    from.pipe.erase(0, size);
    if (from.until_cut != std::string::npos) from.until_cut -= size;
  }

  // One thing that can happen now, drawn among all; false: nothing can.
  bool turn() {
    for (std::size_t i = 0, first = by.below(6); i < 6; ++i) {
      speaker& from = sides[(first + i) % 2];
      switch ((first + i) / 2 % 3) {
        case 0:
          if (!from.may_write()) continue;
          write(from);
          break;
        case 1:
          if (!from.may_close()) continue;
          from.end->close();
          from.closed = true;
          break;
        default:
          if (!from.flows()) continue;
          deliver(from, sides[(first + i + 1) % 2]);
      }
      return true;
    }
    return false;
  }

  void run() {
    for (std::size_t i = 0; i < most_turns; ++i) {
      for (speaker& each : sides) each.pipe += each.end->take();
      if (!turn()) return;
    }
    throw std::runtime_error("a connection never comes to rest");
  }
};

// What reached to of what from said.
void judge(const speaker& from, const speaker& to, counts& seen) {
  const std::string& got = to.end->received();
  const bool clean = to.end->told_clean() && to.end->report_is_clean();
  if (from.closed) ++seen.closes;
  if (got.size() > from.said.size()) seen.doubled += got.size() - from.said.size();
  if (got != std::string_view(from.said).substr(0, got.size())) ++seen.altered;
  if (from.was_cut()) {
    ++seen.cut;
    if (to.end->told_clean() || to.end->report_is_clean()) ++seen.falsely_clean;
  } else if (from.closed) {
    seen.lost += from.said.size() - std::min(got.size(), from.said.size());
    if (!clean) ++seen.not_clean;
  } else if (clean) {
    ++seen.falsely_clean;
  }
}

void prove_closes(report& to) {
  const std::size_t runs = to.size_of(full_runs);
  counts seen;
  for (std::size_t i = 0; i < runs; ++i) {
    to.progress("connections closed", i, runs);
    const std::uint64_t seed = to.seed() * full_runs + i;
    try {
      meeting one(seed);
      one.run();
      judge(one.sides[0], one.sides[1], seen);
      judge(one.sides[1], one.sides[0], seen);
    } catch (const std::exception& error) {
      throw std::runtime_error("connection " + std::to_string(i) + ": " + error.what());
    }
  }
  to.tell("closes at random points", "at least " + std::to_string(runs), std::to_string(seen.closes),
          seen.closes >= runs);
  to.tell_none("closes: bytes lost before a close", seen.lost);
  to.tell_none("closes: bytes delivered twice", seen.doubled);
  to.tell_none("closes: streams altered", seen.altered);
  to.tell_none("closes: clean ends not called clean", seen.not_clean);
  to.tell("closes: cut transports called clean", "0 of at least " + std::to_string(runs / 10),
          std::to_string(seen.falsely_clean) + " of " + std::to_string(seen.cut),
          seen.falsely_clean == 0 && seen.cut >= runs / 10);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_closes); }
