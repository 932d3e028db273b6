// Every case of tests/data/limbo against docs/limbo.md. limbo_tests --write writes that page.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <set>

#include "limbo/page.hpp"

namespace schannix::test::limbo {

void PrintTo(const limbo_case& of, std::ostream* out) { *out << of.id; }

namespace {

class Limbo : public testing::TestWithParam<limbo_case> {};

TEST_P(Limbo, IsAnsweredAsThePageSays) {
  const std::string page = file_of(page_path);
  const std::string row = row_of(outcome_of(GetParam()));
  EXPECT_NE(page.find(row + "\n"), std::string::npos) << "answered, and not in the page:\n" << row;
}

TEST_P(Limbo, AnotherAnswerHasAReason) {
  const outcome out = outcome_of(GetParam());
  EXPECT_NE(out.agrees(), !out.reason.empty()) << row_of(out);
}

TEST_P(Limbo, HandshakesSayWhatTheChainApiSaysOrThereIsAReason) {
  const outcome out = outcome_of(GetParam());
  EXPECT_TRUE(out.columns_agree() || !out.reason.empty()) << row_of(out);
}

std::string case_name(const testing::TestParamInfo<limbo_case>& of) {
  std::string out = of.param.id;
  std::ranges::replace_if(out, [](unsigned char unit) { return std::isalnum(unit) == 0; }, '_');
  return out;
}

INSTANTIATE_TEST_SUITE_P(x509, Limbo, testing::ValuesIn(all_cases()), case_name);

TEST(LimboPage, IsWhatTheLibrarySays) { EXPECT_EQ(file_of(page_path), page_of(all_outcomes())); }

TEST(LimboPage, EveryReasonBelongsToACase) {
  std::set<std::string> ids;
  for (const limbo_case& one : all_cases()) ids.insert(one.id);
  EXPECT_EQ(ids.size(), all_cases().size());
  for (const auto& [id, reason] : all_reasons()) {
    EXPECT_TRUE(ids.contains(id)) << id;
    EXPECT_FALSE(reason.empty()) << id;
  }
}

int write_page() {
  std::ofstream page(std::string(SCHANNIX_SOURCE_DIR "/") + page_path);
  page << page_of(all_outcomes()) << std::flush;
  std::cout << page_path << (page ? " is written\n" : " cannot be written\n");
  return page ? 0 : 1;
}

}  // namespace
}  // namespace schannix::test::limbo

int main(int count, char** arguments) {
  testing::InitGoogleTest(&count, arguments);
  const std::vector<std::string> rest(arguments + 1, arguments + count);
  if (rest == std::vector<std::string>{"--write"}) return schannix::test::limbo::write_page();
  if (!rest.empty()) return std::cerr << "usage: limbo_tests [--write]\n", 2;
  return RUN_ALL_TESTS();
}
