#include "support/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace schannix::test {
namespace {

constexpr unsigned seconds_of_life = 60;  // should the test itself die

struct channel {
  descriptor read, write;
};

channel new_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {descriptor(ends[0]), descriptor(ends[1])};
}

// Unlike a pipe, it can be written to without SIGPIPE when the program is gone.
channel new_input() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw std::runtime_error("no socket pair");
  return {descriptor(ends[0]), descriptor(ends[1])};
}

// In the child: only calls that are safe after fork. What execvp says goes back through the last pipe.
[[noreturn]] void become(char* const* arguments, int input, int output, int failure) {
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  alarm(seconds_of_life);
  execvp(arguments[0], arguments);
  const int why = errno;
  [[maybe_unused]] const auto told = ::write(failure, &why, sizeof why);
  _exit(127);
}

void refuse_missing(const descriptor& failure, const std::string& name, const std::string& package) {
  int why = 0;
  if (::read(failure.get(), &why, sizeof why) != sizeof why) return;  // closed by a successful exec
  throw std::runtime_error("the program " + name + " cannot be run (" + std::strerror(why) + "); install the package " +
                           package);
}

}  // namespace

program::program(const std::vector<std::string>& command, const std::string& package) : name_(command.front()) {
  channel in = new_input(), out = new_pipe(), failure = new_pipe();
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no new process");
  if (pid_ == 0) become(arguments.data(), in.read.get(), out.write.get(), failure.write.get());
  failure.write.close();
  input_ = std::move(in.write);
  out_ = std::move(out.read);
  try {
    refuse_missing(failure.read, name_, package);
  } catch (...) {
    collect_exit(0);
    throw;
  }
}

program::~program() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  collect_exit(0);
}

void program::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(input_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error(name_ + " does not take input:\n" + output_);
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void program::close_input() { input_.close(); }

bool program::read_more(const deadline& limit) {
  if (!limit.wait_readable(out_.get())) throw std::runtime_error(name_ + " says nothing more:\n" + output_);
  std::array<char, 4096> part{};
  const ssize_t size = ::read(out_.get(), part.data(), part.size());
  if (size > 0) output_.append(part.data(), static_cast<std::size_t>(size));
  return size > 0;
}

const std::string& program::await(std::string_view text) {
  const deadline limit;
  while (output_.find(text) == std::string::npos)
    if (!read_more(limit)) throw std::runtime_error(name_ + " never says '" + std::string(text) + "':\n" + output_);
  return output_;
}

std::string program::await_line_after(std::string_view text) {
  await(text);
  const auto start = output_.find(text) + text.size();
  const deadline limit;
  while (output_.find('\n', start) == std::string::npos)
    if (!read_more(limit)) break;
  return output_.substr(start, output_.find('\n', start) - start);
}

const std::string& program::await_end(const deadline& limit) {
  while (read_more(limit)) {
  }
  if (pid_ != 0) collect_exit(0);  // it has closed its output, so this is short
  return output_;
}

bool program::running() {
  if (pid_ != 0) collect_exit(WNOHANG);
  return pid_ != 0;
}

void program::signal(int number) {
  if (pid_ != 0) kill(pid_, number);
}

void program::collect_exit(int options) {
  int status = 0;
  if (waitpid(pid_, &status, options) != pid_) return;
  pid_ = 0;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace schannix::test
