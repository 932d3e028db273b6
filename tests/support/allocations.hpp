// Counts the heap allocations of the calling thread: C's, C++'s and those of every library below.
//
//   const std::size_t before = allocations();
//   seal(record);
//   EXPECT_EQ(allocations(), before);
#pragma once

#include <cstddef>

namespace schannix::test {

std::size_t allocations() noexcept;

}  // namespace schannix::test
