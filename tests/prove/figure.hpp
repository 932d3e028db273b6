// What every program of make prove keeps to: it takes --quick (a tenth of the size) and --seed N, says on standard
// error how far it is, and on standard output one JSON object per figure, one a line:
//
//   {"figure": "bytes lost", "target": "0", "measured": "0", "met": true}
//
//   int main(int argc, char** argv) {
//     return schannix::prove::run(argc, argv, [](schannix::prove::report& to) {
//       const std::size_t lost = lost_in(to.size_of(100'000), to.seed());
//       to.tell("bytes lost", "0", std::to_string(lost), lost == 0);
//     });
//   }
//
// Exit code: 0 when there is a figure and every one is met, 1 otherwise, 2 for a wrong argument.
#pragma once

#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace schannix::prove {

class report {
 public:
  report(bool quick, std::uint64_t seed) : quick_(quick), seed_(seed) {}

  bool quick() const { return quick_; }
  std::uint64_t seed() const { return seed_; }
  std::size_t size_of(std::size_t full) const { return quick_ ? (full + 9) / 10 : full; }

  void tell(std::string_view figure, std::string_view target, std::string_view measured, bool met) {
    const nlohmann::ordered_json line{{"figure", figure}, {"target", target}, {"measured", measured}, {"met", met}};
    std::cout << line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
    ++told_;
    all_met_ = all_met_ && met;
  }

  // A count that has to be zero.
  void tell_none(std::string_view figure, std::size_t seen) { tell(figure, "0", std::to_string(seen), seen == 0); }

  // Now and then, however often it is called.
  void progress(std::string_view what, std::size_t done, std::size_t all) {
    if (done * 20 / (all + 1) == shown_ && done != all) return;
    shown_ = done * 20 / (all + 1);
    std::cerr << what << ": " << done << " of " << all << std::endl;
  }

  bool met() const { return told_ > 0 && all_met_; }

 private:
  bool quick_;
  std::uint64_t seed_;
  std::size_t told_ = 0, shown_ = 0;
  bool all_met_ = true;
};

template <class Body>
int run(int argc, char** argv, Body body) {
  bool quick = false;
  std::uint64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view value = argument == "--seed" && i + 1 < argc ? argv[++i] : "";
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seed);
    const bool is_seed = !value.empty() && read.ec == std::errc() && read.ptr == value.data() + value.size();
    if (argument == "--quick") {
      quick = true;
    } else if (!is_seed) {
      std::cerr << "what is " << argument << "? Options: --quick, --seed NUMBER\n";
      return 2;
    }
  }
  report to(quick, seed);
  try {
    body(to);
  } catch (const std::exception& error) {
    std::cerr << "stopped (seed " << seed << "): " << error.what() << std::endl;
    return 1;
  }
  return to.met() ? 0 : 1;
}

}  // namespace schannix::prove
