// bench/calls: what EncryptMessage and DecryptMessage cost over the record functions under them: handle look-up,
// locking, buffer lists, trace and close state together. Both in one process, on records of 64 bytes; made of the
// rooms' objects, because the shared library hides the record functions.
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "context/halves.hpp"
#include "engine/environment.hpp"
#include "support/measure.hpp"
#include "support/peers.hpp"
#include "support/sspi_pair.hpp"

namespace schannix::bench {
namespace {

constexpr std::size_t size = 64;
constexpr std::size_t records_each = 20'000;  // per round
constexpr std::size_t header_size = 5, trailer_size = 17, record_size = header_size + size + trailer_size;

// The record functions alone: TLS 1.3, AES-128-GCM, under a key of the bench's own.
class bare {
 public:
  bare() : seal_(make(engine::direction::seal)), open_(make(engine::direction::open)) {}

  void seal(unsigned char* slot) {
    const base::bytes_span room(slot, record_size);
    const auto sealed = seal_->seal(engine::content_type::application_data, room.first(header_size),
                                    room.subspan(header_size, size), room.last(trailer_size));
    must(static_cast<bool>(sealed), "seal");
  }
  void open(unsigned char* record) {
    must(static_cast<bool>(open_->open(base::bytes_span(record, record_size))), "open");
  }

 private:
  std::unique_ptr<engine::protection> make(engine::direction way) {
    engine::aead_keys keys;
    const std::array<base::byte, 16> any{1, 2, 3};
    keys.key.assign(any);
    keys.iv.assign(base::bytes_view(any).first(engine::aead_nonce_size));
    auto made = context::make_aead_half(env_, way, keys);
    must(static_cast<bool>(made), "keys");
    return std::move(*made);
  }

  const engine::environment env_;
  std::unique_ptr<engine::protection> seal_, open_;
};

template <class Call>
double each(Call&& call) {
  stopwatch watch;
  watch.time([&] {
    for (std::size_t i = 0; i < records_each; ++i) call(i * record_size);
  });
  return watch.total() / records_each;
}

struct seen {
  std::vector<double> bare_seal, bare_open, whole_seal, whole_open;
};

void play_bare(bare& functions, std::vector<unsigned char>& memory, seen& into) {
  into.bare_seal.push_back(each([&](std::size_t at) { functions.seal(memory.data() + at); }));
  into.bare_open.push_back(each([&](std::size_t at) { functions.open(memory.data() + at); }));
}

// DecryptMessage is given all that is left, as a caller that has read much gives it.
void play_whole(sspi_pair& over, std::vector<unsigned char>& memory, seen& into) {
  const SecPkgContext_StreamSizes room = over.client.sizes();
  must(room.cbHeader + size + room.cbTrailer == record_size, "sizes");
  unsigned char* data = nullptr;
  into.whole_seal.push_back(each([&](std::size_t at) { over.client.seal(memory.data() + at, room, size); }));
  into.whole_open.push_back(
      each([&](std::size_t at) { over.server.open(memory.data() + at, memory.size() - at, data); }));
}

void run(const arguments& given) {
  stay_on_one_cpu();
  say("calls: 64 bytes");
  const sspi_credentials from(3, issued(false).leaf);
  sspi_pair pair(from);
  bare functions;
  std::vector<unsigned char> memory(records_each * record_size);
  seen all;
  for (std::size_t round = 0; round < given.rounds; ++round)
    for (const bool whole : {round % 2 == 0, round % 2 != 0}) {
      if (whole)
        play_whole(pair, memory, all);
      else
        play_bare(functions, memory, all);
    }
  write(given, {{"rounds", given.rounds},
                {"EncryptMessage", {{"whole_ns", all.whole_seal}, {"bare_ns", all.bare_seal}}},
                {"DecryptMessage", {{"whole_ns", all.whole_open}, {"bare_ns", all.bare_open}}}});
}

}  // namespace
}  // namespace schannix::bench

int main(int count, char** values) { return schannix::bench::guarded_main(count, values, 41, schannix::bench::run); }
