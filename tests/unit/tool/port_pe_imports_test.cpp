#include <gtest/gtest.h>

#include <stdexcept>

#include "pe_file.hpp"
#include "port/scanner/pe_imports.hpp"

namespace tool::port {
namespace {

using schannix::test::pe_dll;
using schannix::test::pe_file;

const std::vector<pe_dll> usual = {{"Secur32.DLL", {"EncryptMessage", "DecryptMessage"}},
                                   {"WS2_32.dll", {"#115", "send", "#999"}}};

std::string imports(std::string_view file) {
  std::string seen;
  for (const pe_import& one : pe_imports(file))
    seen += one.dll + ' ' + one.name + (one.ordinal ? '#' + std::to_string(*one.ordinal) : "") + '\n';
  return seen;
}

std::string refusal(std::string_view file) {
  try {
    pe_imports(file);
  } catch (const std::runtime_error& why) {
    return why.what();
  }
  return "taken";
}

class port_pe_imports : public testing::TestWithParam<bool> {
 protected:
  std::string file(const std::vector<pe_dll>& dlls, const std::vector<pe_dll>& delayed = {}) const {
    return pe_file(GetParam()).made(dlls, delayed);
  }
};

INSTANTIATE_TEST_SUITE_P(bits, port_pe_imports, testing::Bool(),
                         [](const auto& each) { return each.param ? "pe64" : "pe32"; });

TEST_P(port_pe_imports, by_name_and_by_number) {
  EXPECT_EQ(imports(file(usual)),
            "secur32.dll EncryptMessage\nsecur32.dll DecryptMessage\n"
            "ws2_32.dll WSAStartup#115\nws2_32.dll send\nws2_32.dll #999\n");
  EXPECT_EQ(imports(file({{"other.dll", {"#115"}}})), "other.dll #115\n");
  EXPECT_EQ(imports(file({})), "");
}

TEST_P(port_pe_imports, of_delayed_loading) {
  EXPECT_EQ(imports(file({{"a.dll", {"A"}}}, {{"crypt32.dll", {"CertOpenStore"}}})),
            "a.dll A\ncrypt32.dll CertOpenStore\n");
}

TEST_P(port_pe_imports, a_file_that_is_cut_is_refused) {
  const std::string whole = file(usual, usual);
  for (std::size_t size = 0; size + 32 <= whole.size(); ++size)  // the last entry is zeros
    EXPECT_NE(refusal(whole.substr(0, size)), "taken") << size;
}

// Every four bytes in turn say something large, small or negative: an answer or a refusal, in no time, within the file.
TEST_P(port_pe_imports, offsets_may_lie) {
  const std::string whole = file(usual, usual);
  for (std::size_t at = 2; at + 4 <= whole.size(); ++at)
    for (const char* lie : {"\xFF\xFF\xFF\xFF", "\xFF\xFF\xFF\x7F", "\0\x10\0\0", "\x01\0\0\0", "\0\0\0\x80"})
      EXPECT_NE(refusal(std::string(whole).replace(at, 4, lie, 4)), "") << at;
}

TEST_P(port_pe_imports, a_table_without_an_end_is_refused) {
  std::string whole = file({{"a.dll", {"A"}}});
  const std::string word = whole.substr(whole.size() - 40 - (GetParam() ? 16 : 8), GetParam() ? 8 : 4);
  std::string endless = whole;
  for (int i = 0; i < 200'000; ++i) endless += word;
  const std::size_t section = 0x80 + 24 + (GetParam() ? 240 : 224);
  endless.replace(section + 8, 4, "\0\0\0\x10", 4);
  endless.replace(whole.size() - 40, 4, std::string("\0\0\0\0", 4));
  const auto first = static_cast<std::uint32_t>(pe_file::address + whole.size() - pe_file::headers);
  for (int i = 0; i < 4; ++i)
    endless[whole.size() - 40 + static_cast<std::size_t>(i)] = static_cast<char>(first >> (8 * i));
  EXPECT_EQ(refusal(endless), "more imports than any program has");
}

TEST(port_pe_file, is_told_from_what_is_none) {
  EXPECT_TRUE(looks_like_pe("MZ\x90"));
  EXPECT_FALSE(looks_like_pe("ZM"));
  EXPECT_EQ(refusal(""), "no PE file: it does not begin with MZ");
  EXPECT_EQ(refusal("MZ" + std::string(200, '\0')), "no PE file: there is no PE header");
}

}  // namespace
}  // namespace tool::port
