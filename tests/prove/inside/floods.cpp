// Floods: a million records that bring nothing, from a peer that holds the right keys, or none yet. Each is ended by
// the bound of docs/limits.md, memory does not grow, and all of it takes less than three times what plain decryption of
// as many records would.
#include <malloc.h>
#include <time.h>

#include <functional>

#include "prove/figure.hpp"
#include "prove/inside/hostile_peer.hpp"

namespace schannix::prove {
namespace {

constexpr std::size_t full_size = 1'000'000, batch_size = 1000;
constexpr std::size_t idle_bound = 32;       // records in a row that bring no data
constexpr std::size_t spent_bound = 260;     // records, half of them messages: 128, and one more for 256 records
constexpr std::ptrdiff_t flat = 128 * 1024;  // bytes: less than the allocator's own scatter
constexpr double most_times_plain = 3.0;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::ptrdiff_t heap_in_use() { return static_cast<std::ptrdiff_t>(mallinfo2().uordblks); }

// idle: nothing but records without data. spent: data between messages that cost a lot. endless: it is data, so that
// only its cost counts.
enum class course_of { idle, spent, endless };

struct flood {
  std::string name;
  role ours;
  tls version;
  std::function<std::string(hostile_peer&)> say;
  course_of kind = course_of::idle;
};

struct course {
  std::size_t taken = 0;  // records before the end
  status end = SEC_E_OK;
  bool quiet_after = true;  // all that follows is refused as after any end
  double seconds = 0;
  std::ptrdiff_t growth = 0;
};

std::size_t record_size(const char* at) {
  return 5 + (static_cast<std::size_t>(static_cast<unsigned char>(at[3])) << 8 | static_cast<unsigned char>(at[4]));
}

// One record to DecryptMessage, where it lies; and to ISC or ASC when it says so.
status take(party& ours, char* at, std::size_t size) {
  SecBuffer parts[4] = {{static_cast<ULONG>(size), SECBUFFER_DATA, at}, {}, {}, {}};
  SecBufferDesc list{SECBUFFER_VERSION, 4, parts};
  status said = DecryptMessage(&ours.handle(), &list, 0, nullptr);
  if (said == SEC_I_RENEGOTIATE) {
    said = ours.step(std::string_view(at, size));
    (void)ours.take();
  }
  return said;
}

void take_batch(party& ours, std::string& batch, course& seen) {
  const double before = cpu_seconds();
  for (std::size_t at = 0; at < batch.size();) {
    const std::size_t size = record_size(batch.data() + at);
    const status said = take(ours, batch.data() + at, size);
    at += size;
    if (seen.end.failed()) seen.quiet_after = seen.quiet_after && said == SEC_E_CONTEXT_EXPIRED;
    if (!seen.end.failed() && said == SEC_E_OK) ++seen.taken;
    if (!seen.end.failed() && said.failed()) seen.end = said;
  }
  seen.seconds += cpu_seconds() - before;
}

// Once the connection has ended the last record comes again and again.
course suffer(const flood& kind, std::size_t records) {
  hostile_peer peer(kind.ours, kind.version);
  course seen;
  std::string record = kind.say(peer), batch;
  const std::ptrdiff_t before = heap_in_use();
  for (std::size_t done = 0; done < records; done += batch_size) {
    batch.clear();
    for (std::size_t i = 0; i < batch_size; ++i) {
      batch += record;
      if (!seen.end.failed()) record = kind.say(peer);
    }
    take_batch(peer.ours, batch, seen);
    if (done == 0) seen.growth = heap_in_use();  // batch and all is there now
  }
  seen.growth = heap_in_use() - std::max(before, seen.growth);
  return seen;
}

// As many records of one byte, opened and nothing else.
double plain_seconds(tls version, std::size_t records) {
  hostile_peer peer(role::server, version);
  record::aead_half reader = peer.plain_reader();
  double seconds = 0;
  for (std::size_t done = 0; done < records; done += batch_size) {
    std::string batch;
    for (std::size_t i = 0; i < batch_size; ++i) batch += peer.says(content_type::application_data, "x");
    const double before = cpu_seconds();
    for (std::size_t at = 0; at < batch.size();) {
      const std::size_t size = record_size(batch.data() + at);
      must(reader.open({reinterpret_cast<base::byte*>(batch.data()) + at, size}), "record");
      at += size;
    }
    seconds += cpu_seconds() - before;
  }
  return seconds;
}

// RFC 8446 §4.6.1, with whatever in it.
std::string ticket(std::size_t size) {
  const std::string head("\0\0\x1C\x20\0\0\0\x01\x01n", 10), tail("\0\0", 2);
  std::string body = head + static_cast<char>(size >> 8) + static_cast<char>(size) + std::string(size, 't') + tail;
  return std::string("\x04\0", 2) + static_cast<char>(body.size() >> 8) + static_cast<char>(body.size()) + body;
}

std::vector<flood> floods() {
  const auto says = [](content_type type, std::string content) {
    return [=](hostile_peer& peer) { return peer.says(type, content); };
  };
  const auto fragments = [](hostile_peer& peer) {  // of one ticket, byte by byte
    static const std::string message = ticket(60'000);
    const std::size_t at = peer.write->sequence() % message.size();
    return peer.says(content_type::handshake, message.substr(at, 1));
  };
  const auto mixed = [](hostile_peer& peer) {
    return peer.says(content_type::application_data, peer.write->sequence() % 33 == 0 ? "x" : "");
  };
  std::vector<flood> all;
  for (const role side : {role::client, role::server})
    for (const tls version : {tls::v1_2, tls::v1_3}) {
      all.push_back({"empty records", side, version, says(content_type::application_data, "")});
      all.push_back({"warning alerts", side, version, says(content_type::alert, "\x01\x5A")});
      all.push_back(
          {"records of one byte", side, version, says(content_type::application_data, "x"), course_of::endless});
      all.push_back({"32 empty records to one byte", side, version, mixed, course_of::endless});
    }
  for (const role side : {role::client, role::server})
    for (const bool asks : {false, true})
      all.push_back({asks ? "KeyUpdates that ask for one" : "KeyUpdates", side, tls::v1_3,
                     [=](hostile_peer& peer) { return peer.updates_keys(asks); }});
  const auto between_data = [](auto say) {  // every other record is one byte of data
    return [say, turn = std::size_t{0}](hostile_peer& peer) mutable {
      return turn++ % 2 == 0 ? say(peer) : peer.says(content_type::application_data, "x");
    };
  };
  const auto updates = [](hostile_peer& peer) { return peer.updates_keys(true); };
  for (const role side : {role::client, role::server})
    all.push_back({"KeyUpdates between data", side, tls::v1_3, between_data(updates), course_of::spent});
  all.push_back({"tickets between data", role::client, tls::v1_3,
                 between_data(says(content_type::handshake, ticket(16))), course_of::spent});
  all.push_back({"tickets", role::client, tls::v1_3, says(content_type::handshake, ticket(16))});
  all.push_back({"fragments of a ticket", role::client, tls::v1_3, fragments});
  all.push_back({"HelloRequests", role::client, tls::v1_2, says(content_type::handshake, std::string(4, '\0'))});
  return all;
}

// ---- Before there are keys: what a stranger can send to a server ----

struct clear_flood {
  std::string name;
  bool after_hello;  // of an honest client, TLS 1.3
  std::function<std::string(std::size_t)> say;
  std::size_t bound;
};

std::string clear_record(char type, std::string_view content) {
  return std::string{type, 3, 3, static_cast<char>(content.size() >> 8), static_cast<char>(content.size())}.append(
      content);
}

std::vector<clear_flood> clear_floods() {
  const std::string huge("\x01\xFF\xFF\xFF", 4);  // a ClientHello of 16 MB
  const std::string largest("\x01\0\x40\0", 4);   // and one of 16 kB, the largest that is read
  const auto byte_of = [](std::string head, std::size_t i) { return i < head.size() ? head.substr(i, 1) : "\3"; };
  return {{"warning alerts before a hello", false, [](std::size_t) { return clear_record(21, "\x01\x5A"); }, 5},
          {"empty handshake records", false, [](std::size_t) { return clear_record(22, ""); }, 32},
          {"ChangeCipherSpecs", true, [](std::size_t) { return clear_record(20, "\x01"); }, 32},
          {"one-byte fragments of 16 MB", false, [=](std::size_t i) { return clear_record(22, byte_of(huge, i)); }, 4},
          {"one-byte fragments of 16 kB", false, [=](std::size_t i) { return clear_record(22, byte_of(largest, i)); },
           16'388}};
}

course suffer(const clear_flood& kind, std::size_t records) {
  party ours(test::sspi::server_credential(tls::v1_3), {.side = role::server});
  if (kind.after_hello) {
    auto client = must(engine::handshake::start(peers_environment(), setup_against(role::server, tls::v1_3)), "hello");
    bytes hello;
    must(client.advance({}, hello), "hello");
    ours.step(text_of(hello));
  }
  course seen;
  const std::ptrdiff_t before = heap_in_use();
  for (std::size_t i = 0; i < records && !seen.end.failed(); ++i) {
    const std::string record = kind.say(i);
    const double start = cpu_seconds();
    const status said = ours.step(record);
    seen.seconds += cpu_seconds() - start;
    if (said.failed()) seen.end = said;
    if (!said.failed()) ++seen.taken;
  }
  seen.growth = heap_in_use() - before;
  return seen;
}

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string title(const flood& kind) {
  return "flood of " + kind.name + ", " + (kind.ours == role::client ? "client" : "server") +
         (kind.version == tls::v1_2 ? ", TLS 1.2" : ", TLS 1.3");
}

std::string words(const course& seen, double times) {
  return (seen.end.failed() ? "ended after " + std::to_string(seen.taken) + " by " + seen.end.name() : "borne") + ", " +
         shown(times) + " x, " + std::to_string(seen.growth / 1024) + " kB";
}

std::string target(course_of kind) {
  if (kind == course_of::endless) return "borne";
  return "ended after " + std::string(kind == course_of::idle ? "" : "at most ") +
         std::to_string(kind == course_of::idle ? idle_bound : spent_bound) + " by SEC_E_ILLEGAL_MESSAGE";
}

bool as_it_should(course_of kind, const course& seen, std::size_t records) {
  if (kind == course_of::endless) return !seen.end.failed() && seen.taken == records;
  const bool in_time = kind == course_of::idle ? seen.taken == idle_bound : seen.taken <= spent_bound;
  return in_time && seen.end == SEC_E_ILLEGAL_MESSAGE && seen.quiet_after;
}

void prove_floods(report& to) {
  const std::size_t records = to.size_of(full_size);
  const double plain12 = plain_seconds(tls::v1_2, records), plain13 = plain_seconds(tls::v1_3, records);
  const std::string cost = ", at most 3 x plain, flat";
  for (const flood& kind : floods()) {
    std::cerr << title(kind) << std::endl;
    const course seen = suffer(kind, records);
    const double times = seen.seconds / (kind.version == tls::v1_2 ? plain12 : plain13);
    to.tell(title(kind), target(kind.kind) + cost, words(seen, times),
            as_it_should(kind.kind, seen, records) && times <= most_times_plain && seen.growth <= flat);
  }
  for (const clear_flood& kind : clear_floods()) {
    const course seen = suffer(kind, records);
    const double times = seen.seconds / plain13 * static_cast<double>(records) / full_size;  // the bound is absolute
    to.tell("flood of " + kind.name + ", server", "ended after at most " + std::to_string(kind.bound) + cost,
            words(seen, times),
            seen.end.failed() && seen.taken <= kind.bound && times <= most_times_plain && seen.growth <= flat);
  }
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_floods); }
