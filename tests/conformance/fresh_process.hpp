// What is read once per process is tried in a process of its own, which looks at a file that the test writes: for
// EXPECT_EXIT. What the process wrote to standard error is what the test looks at.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "support/pki.hpp"

namespace schannix::test {

class FreshProcess : public testing::Test {
 protected:
  FreshProcess() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }  // a fresh process, not a fork of this one
};

// Ends the process after act, with the environment variable naming a file of this content.
[[noreturn]] inline void with_file(const char* variable, const std::string& content, void (*act)()) {
  try {
    const pki::workshop folder;
    folder.write("file.conf", content);
    ::setenv(variable, folder.path("file.conf").c_str(), 1);
    act();
  } catch (const std::exception& problem) {
    std::cerr << "unexpected: " << problem.what() << std::endl;
    std::_Exit(1);
  }
  std::_Exit(0);
}

}  // namespace schannix::test
