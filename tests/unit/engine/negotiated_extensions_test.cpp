#include "engine/negotiated_extensions.hpp"

#include <gtest/gtest.h>

namespace schannix::engine {
namespace {

using base::bytes;
using numbers = std::vector<std::uint16_t>;

// The message with its header; the sizes in it are those of the content.
bytes message(std::uint8_t type, const bytes& body) {
  bytes made{type, 0, static_cast<base::byte>(body.size() >> 8), static_cast<base::byte>(body.size())};
  made.insert(made.end(), body.begin(), body.end());
  return made;
}

bytes block(const bytes& extensions) {
  bytes made{static_cast<base::byte>(extensions.size() >> 8), static_cast<base::byte>(extensions.size())};
  made.insert(made.end(), extensions.begin(), extensions.end());
  return made;
}

bytes server_hello(const bytes& rest, std::size_t session_id_size = 32) {
  bytes body(2 + 32, 3);
  body.push_back(static_cast<base::byte>(session_id_size));
  body.insert(body.end(), session_id_size + 3, 0);
  body.insert(body.end(), rest.begin(), rest.end());
  return message(2, body);
}

const bytes two = block({0, 43, 0, 2, 3, 4, 0xFF, 1, 0, 0});

TEST(negotiated_extensions, of_a_server_hello) {
  for (const std::size_t id_size : {0u, 32u}) {
    negotiated_extensions seen;
    seen.see(server_hello(two, id_size));
    EXPECT_EQ(seen.all(), (numbers{43, 0xFF01}));
  }
}

TEST(negotiated_extensions, encrypted_ones_are_added) {
  negotiated_extensions seen;
  seen.see(server_hello(two));
  seen.see(message(8, block({0, 16, 0, 1, 9})));
  EXPECT_EQ(seen.all(), (numbers{43, 0xFF01, 16}));
}

TEST(negotiated_extensions, a_later_hello_begins_anew) {
  negotiated_extensions seen;
  seen.see(server_hello(two));
  seen.see(server_hello(block({0, 51, 0, 0})));
  EXPECT_EQ(seen.all(), numbers{51});
  seen.see(server_hello({}));  // TLS 1.2, without the block
  EXPECT_EQ(seen.all(), numbers{});
}

TEST(negotiated_extensions, other_messages_say_nothing) {
  negotiated_extensions seen;
  for (const auto type : std::initializer_list<std::uint8_t>{1, 4, 11, 13}) seen.see(message(type, two));
  EXPECT_EQ(seen.all(), numbers{});
}

// However it is cut, and however many there are: what was whole counts, and nothing else is read.
TEST(negotiated_extensions, damaged_messages) {
  const bytes whole = server_hello(two);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    negotiated_extensions seen;
    seen.see(cut);
    EXPECT_LE(seen.all().size(), 1u);
  }
  negotiated_extensions seen;
  seen.see(message(8, block(bytes(4 * 100, 0))));
  EXPECT_EQ(seen.all().size(), 32u);
}

}  // namespace
}  // namespace schannix::engine
