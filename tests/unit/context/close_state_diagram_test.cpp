#include "close_state_diagram.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace schannix::context {
namespace {

TEST(close_state_diagram, the_page_in_the_docs_is_the_one_that_the_table_draws) {
  std::ifstream page(SCHANNIX_SOURCE_DIR "/docs/design/close-state.md", std::ios::binary);
  ASSERT_TRUE(page.is_open());
  const std::string checked_in{std::istreambuf_iterator<char>(page), {}};
  EXPECT_EQ(checked_in, diagram::draw_page()) << "run scripts/draw_close_state --write";
}

TEST(close_state_diagram, draws_every_state_and_the_close_notify) {
  const std::string page = diagram::draw_page();
  for (const close_state& state : diagram::all_states())
    EXPECT_NE(page.find(diagram::node_of(state)), std::string::npos);
  EXPECT_NE(page.find("ours_requested_peers_open --> ours_sent_peers_open : step / close_notify"), std::string::npos);
}

}  // namespace
}  // namespace schannix::context
