// The catalogue of codes: complete against our headers, and found in every form in which a log shows a code.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "api_support.hpp"

namespace api_test {
namespace {

using schannix::code_kind;
using schannix::explain;

std::string names_of(std::string_view code) {
  std::string names;
  for (const auto& one : explain(code)) names += (names.empty() ? "" : " ") + std::string(one.name);
  return names;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Name and value of each status macro of include/win32; an alias has the value of what it stands for.
std::map<std::string, std::string> header_statuses() {
  const std::regex define(
      R"(#define ((?:SEC_[EI]|CRYPT_E|CERT_E|TRUST_E|NTE)_\w+) (?:_HRESULT_TYPEDEF_\((\w+)\)|(SEC_E_\w+)))");
  std::map<std::string, std::string> found;
  for (const auto& file : std::filesystem::directory_iterator(SCHANNIX_SOURCE_DIR "/include/win32")) {
    const std::string text = text_of(file.path());
    for (std::sregex_iterator at(text.begin(), text.end(), define), end; at != end; ++at)
      found[(*at)[1]] = (*at)[2].matched ? (*at)[2].str() : found[(*at)[3]];
  }
  return found;
}

TEST(ApiExplain, KnowsEveryStatusOfTheHeadersByNameAndNumber) {
  const auto statuses = header_statuses();
  EXPECT_GT(statuses.size(), 170U) << "the headers were not read";
  for (const auto& [name, value] : statuses) {
    const auto found = explain(name);
    ASSERT_EQ(found.size(), 1U) << name;
    EXPECT_EQ(found.front().kind, code_kind::status) << name;
    EXPECT_EQ(found.front().code, std::stoul(value, nullptr, 0)) << name;
  }
}

TEST(ApiExplain, KnowsEveryAlertOfTheEnumeration) {
  const std::string header = text_of(SCHANNIX_SOURCE_DIR "/include/schannix/alert.hpp");
  const std::regex enumerator(R"((\w+) = (\d+),)");
  std::size_t count = 0;
  for (std::sregex_iterator at(header.begin(), header.end(), enumerator), end; at != end; ++at, ++count)
    EXPECT_EQ(names_of("alert " + (*at)[2].str()), (*at)[1].str());
  EXPECT_EQ(count, 28U);
  EXPECT_EQ(alert_name(static_cast<schannix::alert>(99)), "alert 99");
}

TEST(ApiExplain, NamesAreUniqueAndTextsAreSentences) {
  std::set<std::string_view> names;
  for (const auto& one : schannix::all_explanations()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.meaning.empty() || one.meaning.ends_with('.')) << one.name;
    for (const auto sentence : {one.said_by, one.causes, one.next_step}) {
      EXPECT_TRUE(sentence.ends_with('.')) << one.name << ": " << sentence;
      EXPECT_TRUE(std::ranges::all_of(sentence, [](char c) { return c >= ' ' && c <= '~'; })) << sentence;
    }
  }
}

TEST(ApiExplain, TakesAStatusInEveryForm) {
  for (const auto form : {"0x80090308", "0X80090308", "-2146893048", "2148074248", "sec_e_invalid_token",
                          "SEC_E_INVALID_TOKEN", "status 0x80090308"})
    EXPECT_EQ(names_of(form), "SEC_E_INVALID_TOKEN") << form;
  EXPECT_EQ(names_of("0x00090317"), "SEC_I_CONTEXT_EXPIRED");
  EXPECT_EQ(names_of("0x90317"), "SEC_I_CONTEXT_EXPIRED");
}

TEST(ApiExplain, TakesAlertsEventsAndVerdicts) {
  for (const auto form : {"48", "alert 48", "Alert 48", "unknown_ca", "UNKNOWN_CA", "alert unknown_ca"})
    EXPECT_EQ(names_of(form), "unknown_ca") << form;
  for (const auto form : {"36887", "event 36887", "EVENT 36887"}) EXPECT_EQ(names_of(form), "event 36887") << form;
  for (const auto form : {"CLOSE-004", "close-004"}) EXPECT_EQ(names_of(form), "CLOSE-004") << form;
  for (const auto id : {36871, 36874, 36876, 36880, 36882, 36884, 36887, 36888})
    EXPECT_EQ(explain(std::to_string(id)).size(), 1U) << id;
}

TEST(ApiExplain, AnAmbiguousNumberHasAllItsMeanings) {
  EXPECT_EQ(names_of("0"), "SEC_E_OK close_notify");
  EXPECT_EQ(names_of("alert 0"), "close_notify");
  EXPECT_EQ(names_of("86"), "ERROR_INVALID_PASSWORD inappropriate_fallback");
  EXPECT_EQ(names_of("0x80090302"), "SEC_E_UNSUPPORTED_FUNCTION SEC_E_NOT_SUPPORTED");
}

TEST(ApiExplain, WhatIsNoCodeIsNotKnown) {
  for (const auto form : {"", " ", "0x", "-", "48x", "0x8009030800", "99999999999", "alert", "alert 36887", "event 48",
                          "status 48", "SEC_E_", "CLOSE-010", "-0x1"})
    EXPECT_EQ(names_of(form), "") << form;
}

TEST(ApiExplain, SimilarNamesAreFewAndNear) {
  const auto first = [](std::string_view name) {
    const auto near = schannix::similar_names(name);
    return near.empty() ? "" : near.front();
  };
  EXPECT_EQ(first("SEC_E_INVALID_TOKN"), "SEC_E_INVALID_TOKEN");
  EXPECT_EQ(first("close-04"), "CLOSE-004");
  EXPECT_EQ(first("unknown ca"), "unknown_ca");
  EXPECT_EQ(first("something else altogether"), "");
  EXPECT_LE(schannix::similar_names("SEC_E_").size(), 3U);
}

TEST(SchannixExplain, HandsOutTheWholeTable) {
  SCHANNIX_EXPLANATION entry{};
  entry.cbSize = sizeof entry;
  DWORD count = 0;
  while (SchannixExplain(count, &entry) != 0) ++count;
  EXPECT_EQ(GetLastError(), DWORD{ERROR_NO_MORE_ITEMS});
  EXPECT_EQ(count, schannix::all_explanations().size());
  entry.cbSize = 1;
  EXPECT_EQ(SchannixExplain(0, &entry), FALSE);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(SchannixExplain(0, nullptr), FALSE);
}

}  // namespace
}  // namespace api_test
