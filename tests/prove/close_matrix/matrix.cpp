#include "matrix.hpp"

#include <atomic>
#include <mutex>
#include <thread>

namespace schannix::prove {
namespace {

std::vector<result> cells_of(const std::vector<peer>& peers, const std::string& only) {
  std::vector<result> cells;
  for (const peer& with : peers)
    for (const bool server : {true, false})
      for (const bool tls_1_3 : {false, true})
        for (const scenario what : all_scenarios) {
          const cell one{&with, server, tls_1_3, what};
          if (name_of(one).find(only) != std::string::npos) cells.push_back({one, {}, {}, {}});
        }
  return cells;
}

void fill(result& into, const stage& on, const expectations& known) {
  into.not_offered = known.not_offered(into.one);
  if (into.not_offered) return;
  into.seen = play(into.one, on, known.waits(into.one));
  into.wrong = into.seen.breaches;
  if (!into.wrong.empty()) return;
  if (const std::string difference = known.difference(into.one, into.seen); !difference.empty())
    into.wrong.push_back(difference);
}

}  // namespace

std::vector<result> play_all(const std::string& only, const std::function<void(std::size_t, std::size_t)>& progress) {
  static const peer_files files;
  const stage on(files);
  const expectations known(SCHANNIX_SOURCE_DIR "/tests/prove/close_matrix/expectations.json");
  std::vector<result> cells = cells_of(all_peers(files), only);
  std::atomic<std::size_t> next = 0;
  std::size_t done = 0;
  std::mutex guard;
  const auto work = [&] {
    for (std::size_t i = next++; i < cells.size(); i = next++) {
      fill(cells[i], on, known);
      const std::lock_guard lock(guard);
      progress(++done, cells.size());
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::max(4U, 2 * std::thread::hardware_concurrency()); ++i) workers.emplace_back(work);
  workers.clear();  // waits for them
  return cells;
}

}  // namespace schannix::prove
