// player MODULE VARIANT: one record peer. Lines in, lines out; bench/records is at the other end.
//
//   hello                        ok | no WHY
//   establish MINOR SUITE        ok | no WHY
//   visit SIZE COUNT BATCHES     ok SEAL OPEN (nanoseconds per record) | no WHY
//   close                        ok
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>

#include "support/measure.hpp"
#include "support/peer.h"

namespace schannix::bench {
namespace {

class stage {
 public:
  stage(const char* module, const char* variant) : variant_(variant) {
    void* const loaded = ::dlopen(module, RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) {
      why_ = std::string("cannot be loaded: ") + ::dlerror();
      return;
    }
    const auto function = reinterpret_cast<const bench_peer* (*)()>(::dlsym(loaded, "schannix_bench_peer"));
    if (function != nullptr) peer_ = function();
    if (peer_ == nullptr) why_ = "not a peer";
  }

  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (peer_ == nullptr) return "no " + why_;
    if (verb == "establish") return establish(words);
    if (verb == "visit") return visit(words);
    if (verb == "close") close();
    return "ok";
  }

 private:
  std::string establish(std::istringstream& words) {
    bench_wanted wanted{};
    words >> wanted.minor >> wanted.suite;
    wanted.certificate = std::getenv("BENCH_CERTIFICATE");
    wanted.key = std::getenv("BENCH_KEY");
    wanted.variant = variant_;
    close();
    char why[256] = "";
    pair_ = peer_->establish(&wanted, why, sizeof why);
    return pair_ != nullptr ? "ok" : std::string("no ") + why;
  }

  std::string visit(std::istringstream& words) {
    std::size_t size = 0, count = 0, batches = 0;
    words >> size >> count >> batches;
    stopwatch sealing, opening, unused;
    bool held = pair_ != nullptr && play(size, count, unused, unused);  // what other processes left of the caches
    for (std::size_t i = 0; i < batches && held; ++i) held = play(size, count, sealing, opening);
    if (!held) return "no it broke";
    const auto records = static_cast<double>(batches * count);
    std::ostringstream said;
    said << "ok " << sealing.total() / records << ' ' << opening.total() / records;
    return said.str();
  }

  bool play(std::size_t size, std::size_t count, stopwatch& sealing, stopwatch& opening) {
    return peer_->prepare(pair_, size, count) == 0 &&
           sealing.time([&] { return peer_->seal(pair_, size, count); }) == 0 &&
           opening.time([&] { return peer_->open(pair_, size, count); }) == 0 && same(size);
  }
  bool same(std::size_t size) const {
    const unsigned char* const opened = peer_->opened(pair_);
    for (std::size_t i = 0; i < size; ++i)
      if (opened[i] != bench_pattern(i)) return false;
    return true;
  }
  void close() {
    if (pair_ != nullptr) peer_->close(pair_);
    pair_ = nullptr;
  }

  const char* variant_;
  std::string why_;
  const bench_peer* peer_ = nullptr;
  void* pair_ = nullptr;
};

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) {
  if (count != 3) return 2;
  schannix::bench::stage here(values[1], values[2]);
  std::string line;
  while (std::getline(std::cin, line)) std::cout << here.answer(line) << std::endl;
  return 0;
}
