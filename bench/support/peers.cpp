#include "support/peers.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace schannix::bench {
namespace {

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

// In the child: the identity goes by the environment, everything else by the two pipes.
[[noreturn]] void become(const std::string& program, const std::string& module, const char* variant,
                         const identity& own, int input, int output) {
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::setenv("BENCH_CERTIFICATE", own.certificate.c_str(), 1);
  ::setenv("BENCH_KEY", own.key.c_str(), 1);
  ::execl(program.c_str(), "player", module.c_str(), variant, static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

player::player(const known_peer& known, const identity& own) : name_(known.name) {
  ::signal(SIGPIPE, SIG_IGN);
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::string program = folder / "player", module = folder / "peers" / (std::string(known.module) + ".so");
  if (!std::filesystem::exists(module)) {
    why_ = "not installed, or not built";
    return;
  }
  const auto input = make_pipe(), output = make_pipe();
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process");
  if (process_ == 0) become(program, module, known.variant, own, input[0], output[1]);
  ::close(input[0]);
  ::close(output[1]);
  to_ = ::fdopen(input[1], "w");
  from_ = ::fdopen(output[0], "r");
  if (!ask("hello")) std::fclose(std::exchange(to_, nullptr));
}

player::player(player&& from) noexcept
    : name_(from.name_),
      why_(std::move(from.why_)),
      to_(std::exchange(from.to_, nullptr)),
      from_(std::exchange(from.from_, nullptr)),
      process_(std::exchange(from.process_, -1)) {}

player::~player() {
  if (to_ != nullptr) std::fclose(to_);  // the end of its input ends the player
  if (from_ != nullptr) std::fclose(from_);
  if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

std::optional<std::string> player::ask(const std::string& line) {
  if (to_ == nullptr) return std::nullopt;
  std::array<char, 512> answer{};
  const bool sent = std::fprintf(to_, "%s\n", line.c_str()) > 0 && std::fflush(to_) == 0;
  if (!sent || std::fgets(answer.data(), answer.size(), from_) == nullptr) {
    why_ = "its process ended";
    return std::nullopt;
  }
  std::string text = answer.data();
  if (text.ends_with('\n')) text.pop_back();
  if (text.starts_with("ok")) return text.size() > 3 ? text.substr(3) : std::string();
  why_ = text.starts_with("no ") ? text.substr(3) : text;
  return std::nullopt;
}

void stay_on_one_cpu() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  int last = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) last = cpu;
  CPU_ZERO(&allowed);
  CPU_SET(last, &allowed);
  ::sched_setaffinity(0, sizeof allowed, &allowed);
}

}  // namespace schannix::bench
