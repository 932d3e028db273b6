// The tests' own way to run programs: what it says when one is missing, silent or failing.
#include <gtest/gtest.h>
#include <signal.h>

#include <stdexcept>

#include "support/program.hpp"

namespace schannix::test {
namespace {

template <class Action>
std::string complaint_of(const Action& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(peer_programs, a_missing_one_says_which_package_to_install) {
  const std::string said = complaint_of([] { program({"no-such-program-of-schannix"}, "gnutls-bin"); });
  EXPECT_NE(said.find("install the package gnutls-bin"), std::string::npos) << said;
}

TEST(peer_programs, input_output_and_exit_code) {
  program cat({"sh", "-c", "cat; echo done >&2; exit 3"}, "dash");
  cat.write("a line\n");
  cat.await("a line\n");
  EXPECT_TRUE(cat.running());
  cat.close_input();
  EXPECT_EQ(cat.await_end(), "a line\ndone\n");
  EXPECT_EQ(cat.exit_code(), 3);
  EXPECT_FALSE(cat.running());
}

TEST(peer_programs, the_end_of_output_is_no_answer) {
  program silent({"true"}, "coreutils");
  EXPECT_NE(complaint_of([&] { silent.await("anything"); }).find("never says 'anything'"), std::string::npos);
}

TEST(peer_programs, a_signal_is_seen_in_the_exit_code) {
  program cat({"cat"}, "coreutils");
  cat.signal(SIGKILL);
  cat.await_end();
  EXPECT_EQ(cat.exit_code(), 128 + SIGKILL);
}

}  // namespace
}  // namespace schannix::test
