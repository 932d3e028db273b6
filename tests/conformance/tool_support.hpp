// Runs the schannix program, and servers for it, as processes with a time limit.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "pki.hpp"

namespace tool_test {

using schannix::test::pki::workshop;
namespace pki = schannix::test::pki;

inline constexpr int seconds_at_most = 20;  // of any process here; the tests need far less than one

struct ran {
  int exit_code = -1;
  std::string out, err;
};

// A shell command, in the background until the object goes; ended by its own process group's number.
class background {
 public:
  background(const workshop& folder, const std::string& name, const std::string& command)
      : folder_(folder), name_(name) {
    folder_.write(name_ + ".out", "");
    folder_.write(name_ + ".err", "");
    pid_ = fork();
    if (pid_ == 0) child(command);
  }
  background(const background&) = delete;
  background& operator=(const background&) = delete;
  ~background() {
    if (pid_ > 0) kill(-pid_, SIGKILL), wait();
  }

  std::string out() const { return folder_.read(name_ + ".out"); }
  std::string err() const { return folder_.read(name_ + ".err"); }
  void signal(int number) const { kill(-pid_, number); }

  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  // The port behind the last colon of the line that begins with this word; the word is looked for in both outputs.
  std::string port_after(const std::string& word) const {
    for (int i = 0; i < seconds_at_most * 50; ++i) {
      const std::string text = "\n" + out() + "\n" + err();
      const auto start = text.find("\n" + word);
      const auto end = start == std::string::npos ? start : text.find('\n', start + 1);
      if (end != std::string::npos) return text.substr(text.rfind(':', end) + 1, end - text.rfind(':', end) - 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << name_ << " never said " << word << ": " << out() << err();
    return "0";
  }

 private:
  [[noreturn]] void child(const std::string& command) const {
    setpgid(0, 0);
    alarm(seconds_at_most);
    const auto to = [this](const char* ending, int fd) {
      dup2(open(folder_.path(name_ + ending).c_str(), O_WRONLY | O_TRUNC | O_CREAT, 0600), fd);
    };
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    to(".out", STDOUT_FILENO);
    to(".err", STDERR_FILENO);
    execl("/bin/bash", "bash", "-c", command.c_str(), nullptr);
    _exit(127);
  }

  const workshop& folder_;
  std::string name_;
  pid_t pid_ = 0;
};

inline const std::string tool = SCHANNIX_TOOL;

// Runs a shell command in which $TOOL is the program; exit code 142 would be the time limit.
inline ran run(const workshop& folder, const std::string& command) {
  background process(folder, "run", "export TOOL=" + tool + "; cd " + folder.path(".") + "; " + command);
  ran result;
  result.exit_code = process.wait();
  result.out = process.out();
  result.err = process.err();
  return result;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A folder with a root (root.pem) and a certificate of it for localhost (leaf.pem, leaf.key).
struct server_files : workshop {
  pki::issued root = pki::issue({.common_name = "Test root", .authority = true});
  pki::issued leaf = pki::issue(
      {.common_name = "localhost", .alternative = {"DNS:localhost", "IP:127.0.0.1"}, .usage = "serverAuth"}, &root);

  server_files() {
    write("root.pem", root.pem());
    write("leaf.pem", leaf.pem() + root.pem());
    write("leaf.key", leaf.key_pem());
  }
};

}  // namespace tool_test
