#include "context/record_mark.hpp"

#include <gtest/gtest.h>

#include "context/target.hpp"

namespace schannix::context {
namespace {

base::bytes record(base::byte tag, std::size_t size = 60) {
  base::bytes made(size, 7);
  made[0] = 23;
  std::fill(made.end() - 16, made.end(), tag);
  return made;
}

TEST(record_mark, knows_its_record_alone_and_with_what_follows) {
  const record_mark mark(record(1));
  base::bytes input = record(1);
  EXPECT_TRUE(mark.begins(input));
  input.push_back(9);
  EXPECT_TRUE(mark.begins(input));
  EXPECT_EQ(mark.size(), 60u);
}

TEST(record_mark, does_not_look_at_what_opening_changes) {
  const record_mark mark(record(1));
  base::bytes opened = record(1);
  std::fill(opened.begin() + 5, opened.end() - 16, base::byte{0});
  EXPECT_TRUE(mark.begins(opened));
}

TEST(record_mark, tells_two_records_of_one_size_apart) {
  EXPECT_FALSE(record_mark(record(1)).begins(record(2)));
  EXPECT_FALSE(record_mark(record(1)).begins(record(1, 61)));
  const base::bytes whole = record(1);
  EXPECT_FALSE(record_mark(whole).begins(base::bytes_view(whole).first(59)));
}

TEST(record_mark, of_nothing_begins_nothing) {
  EXPECT_FALSE(record_mark().begins(record(1)));
  EXPECT_FALSE(record_mark(base::bytes_view{}).begins(record(1)));
}

TEST(target, host_names_are_sent_and_verified) {
  const target plain = parse_target("www.example.test");
  EXPECT_EQ(plain.server_name, "www.example.test");
  EXPECT_EQ(plain.verified_name, "www.example.test");
  EXPECT_EQ(parse_target("example.test.").server_name, "example.test");
}

TEST(target, addresses_are_verified_but_not_sent) {
  for (const char* name : {"127.0.0.1", "::1", "[::1]", "[2001:db8::2]"}) {
    EXPECT_EQ(parse_target(name).server_name, "") << name;
    EXPECT_EQ(parse_target(name).verified_name.find('['), std::string::npos) << name;
    EXPECT_FALSE(parse_target(name).verified_name.empty()) << name;
  }
}

TEST(target, what_is_no_host_name_is_not_sent) {
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("x/y"), std::string(254, 'a'), std::string("a\0b", 3)})
    EXPECT_EQ(parse_target(name).server_name, "") << name;
}

}  // namespace
}  // namespace schannix::context
