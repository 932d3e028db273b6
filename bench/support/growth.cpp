#include "support/growth.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "support/heap.hpp"
#include "support/measure.hpp"
#include "support/sspi_pair.hpp"

namespace schannix::bench {
namespace {

constexpr std::size_t records_each = 1000;   // per round, on the one busy connection
constexpr std::size_t scattered_each = 200;  // per round, each on another connection
constexpr std::size_t churn_each = 10;       // connections per round, made and freed

class crowd {
 public:
  explicit crowd(const identity& own)
      : from_(3, own), busy_(from_), room_(busy_.client.sizes()), heap_(heap_in_use()), resident_(resident()) {}

  void grow_to(std::size_t count) {
    idle_.reserve(count);
    while (idle_.size() < count) {
      idle_.push_back(std::make_unique<sspi_pair>(from_));
      if (idle_.size() % 10'000 == 0) say("connections: " + std::to_string(idle_.size()) + " idle");
    }
  }
  void shrink_to(std::size_t count) { idle_.resize(count); }
  double heap_each() const {
    const double count = static_cast<double>(idle_.size());
    return (heap_in_use() - heap_) / count - static_cast<double>(sizeof(sspi_pair) + sizeof(void*));
  }

  nlohmann::json measure(std::size_t rounds) {
    std::vector<double> small, large, scattered, churn;
    for (std::size_t i = 0; i < rounds; ++i) {
      small.push_back(talk(64));
      large.push_back(talk(1024));
      scattered.push_back(scatter(64));
      churn.push_back(come_and_go());
    }
    return {{"idle", idle_.size()},
            {"heap_bytes", heap_each()},
            {"resident_bytes", (resident() - resident_) / static_cast<double>(idle_.size())},
            {"record_64_ns", small},
            {"record_1024_ns", large},
            {"scattered_64_ns", scattered},
            {"connection_ns", churn}};
  }

 private:
  void exchange(sspi_pair& over, std::size_t size) {
    unsigned char* data = nullptr;
    const std::size_t sealed = over.client.seal(memory_.bytes.data(), room_, size);
    must(over.server.open(memory_.bytes.data(), sealed, data) == 0, "more than a record");
  }
  double talk(std::size_t size) {
    stopwatch watch;
    watch.time([&] {
      for (std::size_t i = 0; i < records_each; ++i) exchange(busy_, size);
    });
    return watch.total() / records_each;
  }
  double scatter(std::size_t size) {
    std::uniform_int_distribution<std::size_t> any(0, idle_.size() - 1);
    std::vector<sspi_pair*> chosen(scattered_each);
    for (auto& one : chosen) one = idle_[any(random_)].get();
    stopwatch watch;
    watch.time([&] {
      for (sspi_pair* const one : chosen) exchange(*one, size);
    });
    return watch.total() / scattered_each;
  }
  double come_and_go() {
    stopwatch watch;
    watch.time([&] {
      for (std::size_t i = 0; i < churn_each; ++i) sspi_pair one(from_);
    });
    return watch.total() / churn_each;
  }

  wire memory_;
  sspi_credentials from_;
  sspi_pair busy_;
  SecPkgContext_StreamSizes room_;
  double heap_, resident_;  // of all that stands above
  std::vector<std::unique_ptr<sspi_pair>> idle_;
  std::mt19937_64 random_{1};
};

}  // namespace

nlohmann::json measure_growth(const identity& own, std::size_t rounds, std::size_t most) {
  crowd all(own);
  nlohmann::json rows = nlohmann::json::array();
  for (const std::size_t count : {std::size_t{1}, std::size_t{100}, std::size_t{1000}, std::size_t{10'000}, most}) {
    if (count > most || (!rows.empty() && rows.back()["idle"] == count)) continue;
    if (count > 100 && all.heap_each() * static_cast<double>(count) > 0.8 * memory_available()) {
      say("connections: memory does not suffice for " + std::to_string(count));
      break;
    }
    all.grow_to(count);
    rows.push_back(all.measure(rounds));
  }
  // Once more with one: what the machine itself has changed meanwhile shows, and is not taken for growth.
  all.shrink_to(1);
  rows.push_back(all.measure(rounds));
  return rows;
}

}  // namespace schannix::bench
