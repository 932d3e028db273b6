#include "play.hpp"

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "account.hpp"
#include "our_part.hpp"
#include "rules.hpp"

namespace schannix::prove {
namespace {

using std::chrono::milliseconds;
constexpr std::chrono::seconds patience(30);  // for a program to start, on a busy machine

// A peer at work: whoever plays it, its account comes at the end.
struct performance {
  std::optional<test::listener> entrance;
  std::future<account> application;        // behind a carrier
  std::unique_ptr<test::program> program;  // ends first, and with it what the application waits for

  account finish() { return application.valid() ? application.get() : account_in(program->await_end()); }
};

test::socket accept_from(test::listener& entrance) {
  if (!test::deadline(patience).wait_readable(entrance.get())) throw std::runtime_error("the peer does not connect");
  return entrance.accept();
}

// As soon as the program listens.
test::socket connect_to(std::uint16_t port) {
  const test::deadline limit(patience);
  while (!limit.passed()) {
    if (auto line = test::try_connect(port)) return std::move(*line);
    (void)test::deadline(milliseconds(5)).wait_readable(-1);
  }
  throw std::runtime_error("the carrier does not listen");
}

// Below the range that the kernel gives to whoever connects, and to nobody twice.
std::uint16_t next_port() {
  static std::atomic<unsigned> next = static_cast<unsigned>(getpid()) % 8000;
  return static_cast<std::uint16_t>(20000 + next++ % 12000);
}

test::socket raise_program_of_ours(const cell& one, const peer_files& files, performance& by) {
  by.entrance.emplace();
  commands command = one.with->play;
  for (const std::string& more :
       {std::string(role_of_peer(one)), std::string(version_of(one)), std::string(part_of_peer(one.what)),
        std::to_string(by.entrance->port()), files.certificate(), files.key()})
    command.push_back(more);
  by.program = std::make_unique<test::program>(command, one.with->package);
  return accept_from(*by.entrance);
}

// The application listens behind a server, and connects to a client's plain side.
test::socket raise_carrier(const cell& one, const peer_files& files, performance& by) {
  const std::uint16_t port = next_port();
  test::listener& next = by.entrance.emplace();
  by.program = std::make_unique<test::program>(one.with->carry({one, files, port, next.port()}), one.with->package);
  const std::string part = part_of_peer(one.what);
  if (one.peer_is_server) {
    by.application = std::async(std::launch::async, [&next, part] { return play_plainly(accept_from(next), part); });
    return connect_to(port);
  }
  by.application = std::async(std::launch::async, [port, part] { return play_plainly(connect_to(port), part); });
  return accept_from(next);
}

connection our_connection(const cell& one, const stage& on) {
  const connection_options options{.answer_close = false};  // when we answer is the scenario's matter
  return one.peer_is_server ? connection::client(on.clients[one.tls_1_3], "a.test", options)
                            : connection::server(on.servers[one.tls_1_3], options);
}

std::string version_of_carrier(const peer& with) {
  static std::mutex guard;
  static std::map<std::string, std::string> known;
  const std::lock_guard lock(guard);
  std::string& version = known[with.name];
  if (!version.empty()) return version;
  test::program asked(with.version, with.package);
  const std::string said = asked.await_end();
  const auto start = said.find(with.version_mark);
  if (start == std::string::npos) throw std::runtime_error(with.name + " does not say its version: " + said);
  const auto number = start + with.version_mark.size();
  return version = with.name + " " + said.substr(number, said.find_first_of(" \n-+", number) - number);
}

void perform(const cell& one, const stage& on, bool waits, observation& seen) {
  performance by;
  if (one.with->carry != nullptr) seen.version = version_of_carrier(*one.with);
  our_end ours(one.with->carry == nullptr ? raise_program_of_ours(one, on.files, by) : raise_carrier(one, on.files, by),
               our_connection(one, on));
  try {
    ours.shake();
    our_part acted(ours, waits);
    acted.enact(one.what);
    seen.outcome = outcome_name(ours.report().outcome);
    ours.hang_up();
    if (one.what != scenario::reset) seen.did = acted.deeds();
    const account told = by.finish();
    if (seen.version.empty()) seen.version = told.peer;
    seen.saw = told.end;
    if (!told.late.empty()) seen.saw += (seen.saw.empty() ? "late " : ", late ") + told.late;
    seen.why = told.why;
    seen.breaches = breaches_of(one, ours, told);
  } catch (const std::exception& error) {
    const std::string output = by.program->output();
    throw std::runtime_error(std::string(error.what()) + (output.empty() ? "" : "; the peer: " + output));
  }
}

certificate own_certificate(const peer_files& files) {
  return certificate::from_pem(files.content("cert.pem"), files.content("key.pem"));
}

credential client(const peer_files& files, tls_version version) {
  return credential(
      {.oldest = version, .newest = version, .extra_roots = certificate::list_from_pem(files.root_pem())});
}

credential server(const peer_files& files, tls_version version) {
  return credential(
      {.side = role::server, .oldest = version, .newest = version, .certificates = {own_certificate(files)}});
}

}  // namespace

stage::stage(const peer_files& shared)
    : files(shared),
      clients{client(shared, tls_version::tls_1_2), client(shared, tls_version::tls_1_3)},
      servers{server(shared, tls_version::tls_1_2), server(shared, tls_version::tls_1_3)} {}

observation play(const cell& one, const stage& on, bool waits) {
  observation seen;
  try {
    perform(one, on, waits, seen);
  } catch (const std::exception& error) {
    seen.breaches.push_back(error.what());
  }
  return seen;
}

}  // namespace schannix::prove
