// Replays random runs of the model of closing (scripts/check_model --traces) against the library: two SSPI contexts and
// a wire in memory. After every call its status, what it emitted and what the close report says must be the model's.
//
//   prove_model_traces [--quick] [--seed N] [--traces FILE]
#include <schannel.h>
#include <schannix_ext.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "support/pki.hpp"
#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr std::size_t full_count = 1000;
constexpr std::size_t quick_count = 100;

[[noreturn]] void differs(const std::string& why) { throw std::runtime_error(why); }

struct trace_options {
  tls version = tls::v1_2;
  bool established = false;
  std::string name;
};

// One end as the model has it: what it calls, and what lies on the way to its peer.
struct end_of_wire {
  std::unique_ptr<party> party_;
  std::deque<std::string> on_the_way;
  bool cut = false;

  void put(std::string bytes) {
    if (!cut) on_the_way.push_back(std::move(bytes));
  }
};

class replay {
 public:
  explicit replay(const trace_options& options);
  void line(const std::string& text);  // "0 step_with_input takes ok emits nothing report 0001"

 private:
  struct said {
    std::string call, answer, emits = "nothing", report;
    bool takes = false;
    std::string unit;
  };
  static said read(std::istringstream& words);

  void attack(std::size_t from, const std::string& how);
  void call(std::size_t me, const said& model);
  void step(std::size_t me, const said& model);
  void seal(std::size_t me, const said& model);
  void open(std::size_t me, const said& model);
  void compare_status(status got, const std::string& answer, std::size_t me, bool with_input) const;
  void compare_report(std::size_t me, const std::string& expected);
  std::string unit_name(std::size_t me, std::size_t number) const {
    return std::to_string(me) + ":" + std::to_string(number);
  }

  trace_options options_;
  std::array<end_of_wire, 2> ends_;
  std::array<std::size_t, 2> sealed_{};
};

replay::replay(const trace_options& options) : options_(options) {
  // A target of its own: no session is resumed, so that every handshake has the model's flights.
  ends_[0].party_ = std::make_unique<party>(client_credential(options.version), party_options{.target = options.name});
  const ULONG tickets = options.established ? ULONG{0} : ULONG{ASC_REQ_SESSION_TICKET};
  ends_[1].party_ = std::make_unique<party>(server_credential(options.version),
                                            party_options{.side = role::server, .more_flags = tickets});
  if (options.established)
    converse(*ends_[0].party_, *ends_[1].party_);
  else
    ends_[0].put(ends_[0].party_->take());
}

replay::said replay::read(std::istringstream& words) {
  said made;
  words >> made.call;
  for (std::string word; words >> word;) {
    if (word == "takes")
      made.takes = true;
    else if (word == "emits")
      words >> made.emits;
    else if (word == "report")
      words >> made.report;
    else if (made.answer.empty())
      made.answer = word;
    else
      made.unit = word;
  }
  return made;
}

void replay::line(const std::string& text) {
  std::istringstream words(text);
  std::size_t me = 0;
  words >> me;
  const said model = read(words);
  if (model.call == "wire") return attack(me, model.answer);
  call(me, model);
  compare_report(me, model.report);
}

// Garbage has a content type that there is not; the forged close_notify is in the clear.
void replay::attack(std::size_t from, const std::string& how) {
  using namespace std::string_literals;
  if (how == "garbage") return ends_[from].put("\x63\x03\x03\x00\x01\x00"s);
  if (how == "forged") return ends_[from].put("\x15\x03\x03\x00\x02\x01\x00"s);
  ends_[from].cut = true;
  if (how == "reset") ends_[from].on_the_way.clear();
}

void replay::call(std::size_t me, const said& model) {
  party& ours = *ends_[me].party_;
  if (model.call == "shutdown_token")
    return compare_status(apply_token(ours.handle(), SCHANNEL_SHUTDOWN), model.answer, me, false);
  if (model.call == "alert_token")
    return compare_status(apply_alert(ours.handle(), TLS1_ALERT_FATAL, TLS1_ALERT_INTERNAL_ERROR), model.answer, me,
                          false);
  if (model.call == "seal") return seal(me, model);
  if (model.call == "open") return open(me, model);
  if (model.call == "step_with_input" || model.call == "step_without_input") return step(me, model);
  differs("the trace has an unknown call: " + model.call);
}

void replay::compare_status(status got, const std::string& answer, std::size_t me, bool with_input) const {
  const bool idle = answer == "idle";  // nothing to do; TLS 1.2 would renegotiate, which is switched off
  const bool asks_client = idle && (options_.version == tls::v1_2 || (me == 1 && !with_input));
  const bool fits = answer == "failed" || answer == "alert" || answer == "garbage"
                        ? got.failed() && !(got == SEC_E_INCOMPLETE_MESSAGE)
                    : answer == "ok" || answer == "data" ? got == SEC_E_OK
                    : idle                               ? got == (asks_client ? SEC_I_NO_RENEGOTIATION : SEC_E_OK)
                    : answer == "continue"               ? got == SEC_I_CONTINUE_NEEDED
                    : answer == "incomplete"             ? got == SEC_E_INCOMPLETE_MESSAGE
                    : answer == "closed"                 ? got == SEC_I_CONTEXT_EXPIRED
                    : answer == "renegotiate"            ? got == SEC_I_RENEGOTIATE
                    : answer == "expired"                ? got == SEC_E_CONTEXT_EXPIRED
                    : answer == "not_established"        ? got == SEC_E_INVALID_HANDLE
                                                         : false;
  if (!fits) differs("the model says " + answer + ", the library " + got.name());
}

void replay::step(std::size_t me, const said& model) {
  std::deque<std::string>& incoming = ends_[1 - me].on_the_way;
  const bool with_input = model.call == "step_with_input";
  if (with_input && incoming.empty()) differs("the model has input, the wire has none");
  party& ours = *ends_[me].party_;
  const status got = ours.step(with_input ? incoming.front() : std::string());
  (void)ours.take();
  compare_status(got, model.answer, me, with_input);
  if (model.takes) incoming.pop_front();
  const auto records = records_of(ours.token());
  const std::size_t wanted = model.emits == "nothing" ? 0 : model.emits == "tickets" ? 2 : 1;
  if (model.emits == "flight") {
    if (records.empty()) differs("the model emits a flight, the library nothing");
    return ends_[me].put(ours.token());
  }
  if (records.size() != wanted)
    differs("the model emits " + model.emits + ", the library " + std::to_string(records.size()) + " records");
  for (const std::string& record : records) ends_[me].put(record);
}

// With room for every suite's header and trailer, for STREAM_SIZES cannot be asked in every state.
void replay::seal(std::size_t me, const said& model) {
  constexpr std::size_t room = 64;
  std::string text = unit_name(me, sealed_[me]);
  guarded head(room), tail(room);
  SecPkgContext_StreamSizes sizes{room, room, 0, 0, 0};
  CtxtHandle& handle = ends_[me].party_->handle();
  (void)QueryContextAttributesA(&handle, SECPKG_ATTR_STREAM_SIZES, &sizes);
  buffer_list list{buffer(SECBUFFER_STREAM_HEADER, head.data(), sizes.cbHeader),
                   buffer(SECBUFFER_DATA, text.data(), text.size()),
                   buffer(SECBUFFER_STREAM_TRAILER, tail.data(), sizes.cbTrailer), empty()};
  const status got = EncryptMessage(&handle, 0, list.get(), 0);
  compare_status(got, model.answer, me, false);
  if (model.emits != "data") return;
  ends_[me].put(bytes_of(list[0]) + bytes_of(list[1]) + bytes_of(list[2]));
  ++sealed_[me];
}

void replay::open(std::size_t me, const said& model) {
  std::deque<std::string>& incoming = ends_[1 - me].on_the_way;
  const opened found = ends_[me].party_->open(incoming.empty() ? std::string() : incoming.front());
  compare_status(found.said, model.answer, me, true);
  const std::string expected = model.answer == "data" ? unit_name(1 - me, std::stoul(model.unit)) : "";
  if (found.data != expected) differs("the model delivers \"" + expected + "\", the library \"" + found.data + "\"");
  const bool refused = model.answer == "expired" || model.answer == "not_established" || model.answer == "incomplete";
  if (!refused) incoming.pop_front();
}

void replay::compare_report(std::size_t me, const std::string& expected) {
  party& ours = *ends_[me].party_;
  if (!ours.has_context()) return;
  SCHANNIX_CLOSE_REPORT told{};
  told.cbSize = sizeof told;
  if (QueryContextAttributesA(&ours.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told) != SEC_E_OK)
    differs("no close report");
  std::string got;
  constexpr DWORD dead = SCHANNIX_CLOSE_FAILED | SCHANNIX_CLOSE_ABORTED;
  for (const DWORD flag :
       {DWORD{SCHANNIX_CLOSE_SENT}, DWORD{SCHANNIX_CLOSE_RECEIVED}, dead, DWORD{SCHANNIX_CLOSE_ESTABLISHED}})
    got += (told.dwFlags & flag) != 0 ? '1' : '0';
  if (got != expected)
    differs("the model reports " + expected + " (sent, received, dead, established), the library " + got);
}

struct tally {
  std::size_t traces = 0, calls = 0, differences = 0;
};

trace_options options_of(const std::string& head) {  // "trace 17 tls 13 new"
  std::istringstream words(head);
  std::string word, number, version, start;
  words >> word >> number >> word >> version >> start;
  return {version == "13" ? tls::v1_3 : tls::v1_2, start == "established", "t" + number + ".test"};
}

// One trace ends with its first difference.
tally run(std::istream& traces) {
  tally sum;
  std::unique_ptr<replay> current;
  std::string head;
  for (std::string text; std::getline(traces, text);) {
    if (text.starts_with("trace ")) {
      head = text;
      current = std::make_unique<replay>(options_of(head));
      if (++sum.traces % 100 == 0) std::cerr << "model traces: " << sum.traces << " replayed\n";
      continue;
    }
    if (!current) continue;
    ++sum.calls;
    try {
      current->line(text);
    } catch (const std::exception& difference) {
      ++sum.differences;
      std::cerr << head << ": " << text << ": " << difference.what() << '\n';
      current.reset();
    }
  }
  return sum;
}

std::string made_traces(const pki::workshop& where, std::size_t count, const std::string& seed) {
  const std::string file = where.path("traces");
  const std::string command =
      SCHANNIX_SOURCE_DIR "/scripts/check_model --traces " + std::to_string(count) + " " + seed + " >" + file;
  if (std::system(command.c_str()) != 0) throw std::runtime_error("scripts/check_model --traces failed");
  return file;
}

// The model has none: docs/design/0008-closing-model.md
void switch_renegotiation_off(const pki::workshop& where) {
  where.write("settings.conf", "[SCHANNEL]\nDisableRenegoOnClient=1\nDisableRenegoOnServer=1\n");
  ::setenv("SCHANNIX_CONF", where.path("settings.conf").c_str(), 1);
}

int prove(const std::vector<std::string>& arguments) {
  std::size_t wanted = full_count;
  std::string seed = "1", file;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--quick")
      wanted = quick_count;
    else if (arguments[i] == "--seed" && has_value)
      seed = std::to_string(std::stoul(arguments[++i]));
    else if (arguments[i] == "--traces" && has_value)
      file = arguments[++i];
    else
      throw std::invalid_argument(arguments[i] + ": usage: prove_model_traces [--quick] [--seed N] [--traces FILE]");
  }
  const pki::workshop shop;
  switch_renegotiation_off(shop);
  if (file.empty()) file = made_traces(shop, wanted, seed);
  std::ifstream traces(file);
  const tally sum = run(traces);
  const bool met = sum.traces >= wanted && sum.differences == 0;
  std::cout << R"({"figure": "runs of the closing model replayed against the library", "target": "at least )" << wanted
            << R"( runs, no difference", "measured": ")" << sum.traces << " runs, " << sum.calls << " calls, "
            << sum.differences << R"( differences", "met": )" << (met ? "true" : "false") << "}\n";
  return met ? 0 : 1;
}

}  // namespace
}  // namespace schannix::test::sspi

int main(int count, char** words) {
  try {
    return schannix::test::sspi::prove({words + 1, words + count});
  } catch (const std::exception& why) {
    std::cerr << "prove_model_traces: " << why.what() << '\n';
    return 1;
  }
}
