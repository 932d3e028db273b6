// `schannix ticket-keys`, and two servers that share a file of them.
#include <sys/stat.h>

#include <regex>

#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolTicketKeys : public testing::Test {
 protected:
  server_files files_;

  ran keys(const std::string& what) { return run(files_, "$TOOL ticket-keys " + what); }
  void refuse(const std::string& what, const std::string& why) {
    const auto seen = keys(what);
    EXPECT_EQ(seen.exit_code, 2) << what;
    EXPECT_TRUE(has(seen.err, why)) << seen.err;
    EXPECT_EQ(seen.out, "");
  }
  std::string key_line(char digit) const { return std::string(32, digit) + ' ' + std::string(128, digit) + '\n'; }
  void write_private(const std::string& content) {
    files_.write("k", content);
    ASSERT_EQ(::chmod(files_.path("k").c_str(), 0600), 0);
  }
};

TEST_F(ToolTicketKeys, ANewFileIsItsOwnersAlone) {
  EXPECT_EQ(keys("new k").exit_code, 0);
  struct stat seen{};
  ASSERT_EQ(::stat(files_.path("k").c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777u, 0600u);
  EXPECT_TRUE(std::regex_search(files_.read("k"), std::regex("^#[^\n]*\n[0-9a-f]{32} [0-9a-f]{128}\n$")));
  const std::string before = files_.read("k");
  refuse("new k", "k: File exists");
  EXPECT_EQ(files_.read("k"), before);
}

TEST_F(ToolTicketKeys, EachIsAnother) {
  EXPECT_EQ(run(files_, "$TOOL ticket-keys new a && $TOOL ticket-keys new b && cmp -s a b").exit_code, 1);
}

TEST_F(ToolTicketKeys, ShowingTellsNoSecret) {
  write_private(key_line('a') + "# between\n\n" + key_line('b'));
  const auto seen = keys("show k");
  EXPECT_EQ(seen.out, std::string(32, 'a') + '\n' + std::string(32, 'b') + '\n');
  EXPECT_EQ(seen.exit_code, 0);
}

TEST_F(ToolTicketKeys, RotatingPutsANewOneFirstAndForgetsTheOldest) {
  write_private(key_line('a') + key_line('b') + key_line('c'));
  EXPECT_EQ(keys("rotate k").exit_code, 0);
  const auto seen = keys("show k").out;
  EXPECT_TRUE(std::regex_match(seen, std::regex("[0-9a-f]{32}\na{32}\nb{32}\n"))) << seen;
  EXPECT_EQ(keys("rotate k --keep 1").exit_code, 0);
  EXPECT_EQ(keys("show k").out.size(), 33u);
  struct stat file{};
  ASSERT_EQ(::stat(files_.path("k").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777u, 0600u);
  EXPECT_EQ(run(files_, "ls -d k.*").exit_code, 2) << "nothing is left beside";
}

TEST_F(ToolTicketKeys, WhatACutOffRotationLeftIsNotInTheWay) {
  write_private(key_line('a'));
  files_.write("k.new", "half a k");
  EXPECT_EQ(keys("rotate k").exit_code, 0);
  EXPECT_TRUE(std::regex_match(keys("show k").out, std::regex("[0-9a-f]{32}\na{32}\n")));
  EXPECT_EQ(files_.read("k.new"), "half a k") << "it may be somebody's";
}

// The limit of a file's size lets the kernel take a part of it only.
TEST_F(ToolTicketKeys, AFileThatCannotBeWrittenWholeIsToldAndChangesNothing) {
  std::string many(1500, '#');
  write_private(many += '\n' + key_line('a') + key_line('b') + key_line('c') + key_line('d') + key_line('e'));
  const auto seen = run(files_, "(trap '' XFSZ; ulimit -f 1; exec $TOOL ticket-keys rotate k --keep 16)");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_TRUE(has(seen.err, "k: File too large")) << seen.err;
  EXPECT_EQ(files_.read("k"), many);
  EXPECT_EQ(run(files_, "ls -d k.*").exit_code, 2) << "nothing is left beside";
}

TEST_F(ToolTicketKeys, WhatIsNoFileOfKeysIsRefused) {
  refuse("show k", "k: No such file or directory");
  write_private(key_line('a'));
  ASSERT_EQ(::chmod(files_.path("k").c_str(), 0640), 0);
  refuse("show k", "k: others can use it; chmod 600 k");
  for (const std::string& wrong : {std::string("x\n"), key_line('g'), key_line('A'), key_line('a').substr(1),
                                   key_line('a').substr(0, 160) + '\n', std::string(1, '\0') + key_line('a')}) {
    write_private(wrong);
    refuse("show k", "k:1: no key");
    refuse("rotate k", "k:1: no key");
    EXPECT_EQ(files_.read("k"), wrong);
  }
  write_private(key_line('a') + key_line('a'));
  refuse("show k", "k:2: this id was there before");
  write_private("# none\n");
  refuse("show k", "k: not 1 to 16 keys");
  std::string many;
  for (int i = 0; i < 17; ++i)
    many += "0123456789abcdef0123456789abcd" + std::to_string(10 + i) + key_line('a').substr(32);
  write_private(many);
  refuse("show k", "k: not 1 to 16 keys");
  refuse("rotate k --keep 17", "--keep");
  refuse("", "");
}

// ---- Servers ----

class ToolTicketKeysTls : public ToolTicketKeys, public testing::WithParamInterface<std::string> {
 protected:
  background serve(const std::string& name, const std::string& options) {
    return {files_, name,
            "cd " + files_.path(".") + "; exec " + tool +
                " serve 0 --timeout 10 --once --cert leaf.pem --key leaf.key " + options};
  }
  std::string visit(const background& server, const std::string& options) {
    const auto seen =
        run(files_, "(echo hi; sleep 0.5) | openssl s_client -connect localhost:" + server.port_after("listening on ") +
                        " -CAfile root.pem -tls1_" + GetParam() + ' ' + options);
    return has(seen.out, "\nReused, TLSv1." + GetParam()) ? "reused"
           : has(seen.out, "\nNew, TLSv1.")               ? "new"
                                                          : seen.err;
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, ToolTicketKeysTls, testing::Values("2", "3"),
                         [](const auto& version) { return "tls1" + version.param; });

TEST_P(ToolTicketKeysTls, AnotherServerWithTheFileResumes) {
  ASSERT_EQ(keys("new k").exit_code, 0);
  auto first = serve("first", "--ticket-keys k"), second = serve("second", "--ticket-keys k");
  EXPECT_EQ(visit(first, "-sess_out s.pem"), "new");
  EXPECT_EQ(visit(second, "-sess_in s.pem"), "reused");
}

TEST_P(ToolTicketKeysTls, ItStillOpensAfterARotationButNotWithoutTheKey) {
  ASSERT_EQ(keys("new k").exit_code, 0);
  auto first = serve("first", "--ticket-keys k");
  EXPECT_EQ(visit(first, "-sess_out s.pem"), "new");
  ASSERT_EQ(keys("rotate k").exit_code, 0);
  auto second = serve("second", "--ticket-keys k");
  EXPECT_EQ(visit(second, "-sess_in s.pem"), "reused");
  ASSERT_EQ(keys("rotate k --keep 1").exit_code, 0);
  auto third = serve("third", "--ticket-keys k");
  EXPECT_EQ(visit(third, "-sess_in s.pem"), "new");
}

TEST_F(ToolTicketKeys, AServerRefusesAFileThatIsNone) {
  files_.write("k", "x");
  const auto seen = run(files_, "$TOOL serve 0 --ticket-keys k");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_TRUE(has(seen.err, "k: others can use it")) << seen.err;
}

}  // namespace
}  // namespace tool_test
