// Another program, run as a child: text to its standard input, all of its output, its exit, each with a time limit. It
// is ended by its own process id when the object goes.
//
//   program server({"openssl", "s_server", "-accept", "127.0.0.1:4433"}, "openssl");
//   server.await("ACCEPT");
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/socket.hpp"

namespace schannix::test {

class program {
 public:
  // package: what to install when the program is not there; the exception says so.
  program(const std::vector<std::string>& command, const std::string& package);
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program();

  void write(std::string_view text);
  void close_input();
  const std::string& await(std::string_view text);                   // in its output; throws when it does not come
  std::string await_line_after(std::string_view text);               // the rest of the line that it stands in
  const std::string& await_end(const deadline& limit = deadline());  // of its output, and its exit
  const std::string& output() const { return output_; }              // so far: standard output and error
  bool running();
  int exit_code() const { return exit_code_; }  // 128 and more: the signal that ended it
  void signal(int number);

 private:
  bool read_more(const deadline& limit);
  void collect_exit(int options);

  std::string name_;
  pid_t pid_ = 0;
  descriptor input_, out_;
  std::string output_;
  int exit_code_ = -1;
};

}  // namespace schannix::test
