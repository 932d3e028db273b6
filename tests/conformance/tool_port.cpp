// `schannix port` as a person, a script and a code host see it.
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "pe_file.hpp"
#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolPort : public testing::Test {
 protected:
  workshop files_;

  void add(const std::string& path, const std::string& content) const {
    const auto slash = path.rfind('/');
    if (slash != std::string::npos) run(files_, "mkdir -p 'in/" + path.substr(0, slash) + "'");
    files_.write("in/" + path, content);
  }
  void SetUp() override { mkdir(files_.path("in").c_str(), 0700); }
  ran scan(const std::string& options = "", const std::string& what = "in") const {
    return run(files_, "$TOOL port scan " + options + " " + what);
  }
};

const std::string good =
    "#include <sspi.h>\nvoid f(void) {\n  InitializeSecurityContextW(UNISP_NAME);\n  x = SECBUFFER_EXTRA;\n"
    "  y = SCHANNEL_SHUTDOWN;\n}\n";

nlohmann::json line_with(const std::string& out, const std::string& key, const std::string& value) {
  for (std::size_t from = 0, to; (to = out.find('\n', from)) != std::string::npos; from = to + 1) {
    auto one = nlohmann::json::parse(out.substr(from, to - from));
    if (one.value(key, "") == value) return one;
  }
  ADD_FAILURE() << value << ": " << out;
  return nlohmann::json::object();
}

TEST_F(ToolPort, TellsWhatIsHereWithFileAndLine) {
  add("a.c", good + "CertMineStore(1);\n");
  add("b/c.cpp", "auto x = QuerySecurityContextToken(&c, &t);\nEncryptMessage(&c);\n");
  const auto seen = scan();
  EXPECT_EQ(seen.exit_code, 7) << seen.err;
  EXPECT_EQ(seen.err, "");
  EXPECT_TRUE(has(seen.out, "missing    CertMineStore               a.c:7\n")) << seen.out;
  EXPECT_TRUE(has(
      seen.out, "missing    QuerySecurityContextToken   b/c.cpp:1\n           Refused: SEC_E_UNSUPPORTED_FUNCTION.\n"))
      << seen.out;
  EXPECT_TRUE(has(seen.out, "supported  EncryptMessage              b/c.cpp:2\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "2 missing; 0 warnings, 0 notes; 2 sources and 0 programs read\n")) << seen.out;
}

TEST_F(ToolPort, ExitCodeSaysWhatWasAskedFor) {
  add("a.c", good);
  EXPECT_EQ(scan("--fail-on warning").exit_code, 0);
  add("b.c", "SCH_CRED_MEMORY_STORE_CERT;\n");
  EXPECT_EQ(scan().exit_code, 0);
  EXPECT_EQ(scan("--fail-on partial").exit_code, 7);
  add("b.c", "#include <sspi.h>\nunsigned long *p;\n");
  EXPECT_EQ(scan("--fail-on partial").exit_code, 0);
  EXPECT_EQ(scan("--fail-on warning").exit_code, 7);
  add("b.c", "CertMineStore(1);\n");
  EXPECT_EQ(scan("--fail-on never").exit_code, 0);
}

TEST_F(ToolPort, WrongUseIsRefused) {
  for (const char* arguments :
       {"scan", "scan nowhere", "scan /dev/null", "scan in --fail-on no", "scan in --json --sarif", "",
        "init --build ninja", "init in", "init --build make --target 'a b'", "init --build make --target ''",
        "init --build make --target '$(x)'"})
    EXPECT_EQ(run(files_, std::string("$TOOL port ") + arguments).exit_code, 2) << arguments;
}

TEST_F(ToolPort, ClosingIsJudgedOverTheWholeTree) {
  add("a.c", "InitializeSecurityContextW(UNISP_NAME); x = SECBUFFER_EXTRA;\n");
  EXPECT_TRUE(has(scan().out, "a.c:1: warning: Handshakes are made, and nothing sends close_notify. [no-shutdown"))
      << scan().out;
  add("b.c", "x = SCHANNEL_SHUTDOWN;\n");
  EXPECT_FALSE(has(scan().out, "no-shutdown")) << scan().out;
}

TEST_F(ToolPort, ExtraBytesMayBeKeptInAnIncludedFile) {
  add("a.c", "#include \"b/channel.h\"\nx = SCHANNEL_SHUTDOWN;\nDecryptMessage(c, d, 0, 0);\n");
  EXPECT_TRUE(has(scan().out, "a.c:3: warning: SECBUFFER_EXTRA is never looked at")) << scan().out;
  add("c.h", "x = SECBUFFER_EXTRA;\n");
  EXPECT_TRUE(has(scan().out, "extra-ignored")) << scan().out;
  add("b/channel.h", "x = SECBUFFER_EXTRA;\n");
  EXPECT_FALSE(has(scan().out, "extra-ignored")) << scan().out;
}

TEST_F(ToolPort, WhatTheTreeDeclaresIsItsOwn) {
  add("a.c", "#include <sspi.h>\nCertMine(1);\n");
  EXPECT_TRUE(has(scan().out, "missing    CertMine  a.c:2\n           No header here has it.\n")) << scan().out;
  add("b.h", "int CertMine(int);\n");
  EXPECT_FALSE(has(scan().out, "CertMine")) << scan().out;
}

TEST_F(ToolPort, ReadsPrograms) {
  files_.write("in/A.EXE", schannix::test::pe_file(true).made({{"CRYPT32.dll", {"CertMineStore", "CertCloseStore"}},
                                                               {"WS2_32.dll", {"#115", "#24"}},
                                                               {"KERNEL32.dll", {"Sleep", "CreateFileW"}},
                                                               {"other.dll", {"CertMineStore2"}}}));
  const auto seen = scan();
  EXPECT_EQ(seen.out,
            "missing    CertMineStore   A.EXE\n           No header here has it.\n"
            "missing    ws2_32.dll #24  A.EXE\n           No header here has it.\n"
            "supported  CertCloseStore  A.EXE\nsupported  Sleep           A.EXE\nsupported  WSAStartup      A.EXE\n\n"
            "5 names: 3 supported, 0 partial, 2 missing; 0 warnings, 0 notes; 0 sources and 1 programs read\n");
  EXPECT_EQ(scan("", "in/A.EXE").out, seen.out);
}

TEST_F(ToolPort, AScanThatIsNotCompleteSaysSo) {
  files_.write("in/a.dll", "MZ and nothing else");
  add("b.c", good);
  const auto seen = scan();
  EXPECT_EQ(seen.exit_code, 8);
  EXPECT_TRUE(has(seen.out, "a.dll: not read: it ends before its tables do\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "1 sources and 0 programs read, 1 NOT READ\n")) << seen.out;
  EXPECT_EQ(line_with(scan("--json").out, "kind", "summary")["complete"], false);
}

TEST_F(ToolPort, LargeFilesAndDeepFoldersAreNotRead) {
  add("a.c", good);
  run(files_, "truncate -s 17M in/b.c; d=in; for i in $(seq 66); do d=$d/d; done; mkdir -p $d; touch $d/c.c");
  const auto seen = scan();
  EXPECT_EQ(seen.exit_code, 8);
  EXPECT_TRUE(has(seen.out, "b.c: not read: larger than 16777216 bytes\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "/d: not read: deeper than 64 folders\n")) << seen.out;
}

TEST_F(ToolPort, LinksPipesAndBinariesAreLeftOut) {
  files_.write("out.c", "CertMineStore(1);\n");
  run(files_, "ln -s ../out.c in/a.c; ln -s .. in/up; ln -s . in/here; mkfifo in/b.c; mkdir in/.git; cp out.c in/.git");
  add("c.c", std::string("CertMineStore(\0", 15));
  const auto seen = scan();
  EXPECT_EQ(seen.exit_code, 0) << seen.out;
  EXPECT_TRUE(has(seen.out, "0 names:")) << seen.out;
  EXPECT_TRUE(has(seen.out, ", 1 binary files left out\n")) << seen.out;
}

TEST_F(ToolPort, FoldersCanBeExcluded) {
  add("build/a.c", "CertMineStore(1);\n");
  add("x/b.c", "CertMineStore(1);\n");
  EXPECT_EQ(scan("--exclude build --exclude b.c").exit_code, 0);
  EXPECT_EQ(scan("--exclude build").exit_code, 7);
}

TEST_F(ToolPort, AFileThatIsNamedMayBeALink) {
  files_.write("out.c", "CertMineStore(1);\n");
  run(files_, "ln -s ../out.c in/a.c");
  EXPECT_TRUE(has(scan("", "in/a.c").out, "missing    CertMineStore  out.c:1\n"));
}

TEST_F(ToolPort, NamesOfFilesReachTheTerminalClean) {
  add("a\x1b[31m.c", "CertMineStore(1);\n");
  EXPECT_TRUE(has(scan().out, "a?[31m.c:1\n"));
}

TEST_F(ToolPort, JsonHasEveryPlace) {
  add("a.c", "long x; \nCertMineStore(1);\n\nCertMineStore(1); EncryptMessage(x);\n");
  const auto out = scan("--json").out;
  const auto name = line_with(out, "name", "CertMineStore");
  EXPECT_EQ(name["standing"], "missing");
  EXPECT_EQ(name["library"], "crypt32");
  EXPECT_EQ(name["count"], 2);
  EXPECT_EQ(name["places"][1], nlohmann::json({{"file", "a.c"}, {"line", 4}}));
  EXPECT_EQ(line_with(out, "kind", "trap")["rule"], "llp64-long");
  EXPECT_EQ(line_with(out, "kind", "summary")["missing"], 1);
  EXPECT_EQ(line_with(out, "kind", "summary")["complete"], true);
}

TEST_F(ToolPort, SarifNamesRulesAndPlaces) {
  add("d e/ä.c", "CertMineStore(1);\nSCH_CRED_MEMORY_STORE_CERT; unsigned long *p;\nEncryptMessage(1);\n");
  const auto log = nlohmann::json::parse(scan("--sarif").out);
  EXPECT_EQ(log["version"], "2.1.0");
  const auto& results = log["runs"][0]["results"];
  ASSERT_EQ(results.size(), 3u) << results;
  EXPECT_EQ(results[0]["ruleId"], "missing-name");
  EXPECT_EQ(results[0]["level"], "error");
  const auto& place = results[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "d%20e/%C3%A4.c");
  EXPECT_EQ(place["region"]["startLine"], 1);
  EXPECT_EQ(results[1]["ruleId"], "partial-name");
  EXPECT_EQ(results[2]["ruleId"], "llp64-pointer");
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], "missing-name");
  EXPECT_EQ(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

TEST_F(ToolPort, OutputThatCannotBeWrittenIsNoSuccess) {
  EXPECT_EQ(run(files_, "$TOOL port scan in >/dev/full").exit_code, 1);
  EXPECT_EQ(run(files_, "$TOOL port init --build make >/dev/full").exit_code, 1);
}

TEST_F(ToolPort, InitTellsTheToolByTheFolder) {
  files_.write("in/Makefile", "");
  EXPECT_TRUE(has(run(files_, "$TOOL port init in").out, "pkg-config --cflags schannix-win32"));
  files_.write("in/CMakeLists.txt", "");
  const auto seen = run(files_, "$TOOL port init in --target my.program");
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_TRUE(has(seen.out, "target_link_libraries(my.program PRIVATE schannix::win32)\n")) << seen.out;
}

TEST_F(ToolPort, InitWritesNewFilesOnly) {
  EXPECT_EQ(run(files_, "$TOOL port init --build make --output a.mk").exit_code, 0);
  EXPECT_TRUE(has(files_.read("a.mk"), "CPPFLAGS +="));
  files_.write("a.mk", "mine");
  const auto seen = run(files_, "$TOOL port init --build make --output a.mk");
  EXPECT_EQ(seen.exit_code, 2);
  EXPECT_TRUE(has(seen.err, "there already")) << seen.err;
  EXPECT_EQ(files_.read("a.mk"), "mine");
}

}  // namespace
}  // namespace tool_test
