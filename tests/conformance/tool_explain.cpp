// `schannix explain` as a person and as a script see it.
#include <schannix/explain.hpp>

#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolExplain : public testing::Test {
 protected:
  workshop files_;
};

TEST_F(ToolExplain, TellsNameNumbersMeaningAndNextStep) {
  const auto seen = run(files_, "$TOOL explain 0x80090325");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.out, "SEC_E_UNTRUSTED_ROOT (status 0x80090325, -2146893019)\n")) << seen.out;
  for (const auto label : {"meaning", "said by", "likely cause", "next step"})
    EXPECT_TRUE(has(seen.out, "\n  " + std::string(label) + " ")) << label;
  EXPECT_EQ(seen.err, "");
}

TEST_F(ToolExplain, TakesCodesAsTheyAreCopied) {
  for (const std::string code : {"-2146893019", "2148074277", "sec_e_untrusted_root", "0x80090325"})
    EXPECT_TRUE(has(run(files_, "$TOOL explain " + code).out, "SEC_E_UNTRUSTED_ROOT")) << code;
  EXPECT_TRUE(has(run(files_, "$TOOL explain alert 48").out, "unknown_ca (TLS alert 48)"));
  EXPECT_TRUE(has(run(files_, "$TOOL explain 36887").out, "a fatal alert was received"));
  EXPECT_TRUE(has(run(files_, "$TOOL explain CLOSE-004").out, "TCP ended without the peer's close_notify"));
}

TEST_F(ToolExplain, ShowsEveryMeaningOfANumber) {
  const auto seen = run(files_, "$TOOL explain 0");
  EXPECT_TRUE(has(seen.out, "SEC_E_OK (status 0x00000000, 0)\n")) << seen.out;
  EXPECT_TRUE(has(seen.out, "\n\nclose_notify (TLS alert 0)\n")) << seen.out;
}

TEST_F(ToolExplain, LinesFitATerminal) {
  const std::string each =
      "for c in $($TOOL explain --list | grep -o '[^ ]*_[^ ]*' | sed -n '0~10p'); do $TOOL explain $c; done";
  const auto longest = run(files_, "(" + each + ") | wc -L");
  EXPECT_GT(std::stoi(longest.out), 60) << longest.err;
  EXPECT_LE(std::stoi(longest.out), 100) << longest.err;
}

TEST_F(ToolExplain, ListsAllOneALine) {
  const auto seen = run(files_, "$TOOL explain --list");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.out, "0x80090325  SEC_E_UNTRUSTED_ROOT                 the certificate does not lead"))
      << seen.out;
  EXPECT_TRUE(has(seen.out, "\n48          unknown_ca ")) << seen.out;
  EXPECT_TRUE(has(seen.out, "\n4           CLOSE-004 ")) << seen.out;
}

TEST_F(ToolExplain, JsonIsOneObjectALineOnStdout) {
  const std::string names = " | python3 -c 'import json,sys; [print(json.loads(l)[\"name\"]) for l in sys.stdin]'";
  EXPECT_EQ(run(files_, "$TOOL explain --json 0" + names).out, "SEC_E_OK\nclose_notify\n");
  const auto counted = run(files_, "$TOOL explain --json --list | wc -l; $TOOL explain --list | wc -l");
  const std::string lines = std::to_string(schannix::all_explanations().size());
  EXPECT_EQ(counted.out, lines + "\n" + lines + "\n");
}

TEST_F(ToolExplain, AReaderThatGoesAwayEndsItInSilence) {
  const auto seen = run(files_, "for i in $(seq 20); do $TOOL explain --json --list; done | head -n 1 | wc -l");
  EXPECT_EQ(seen.out, "1\n");
  EXPECT_EQ(seen.err, "");
}

TEST_F(ToolExplain, AnUnknownCodeIsOneLineWithAHint) {
  const auto typo = run(files_, "$TOOL explain SEC_E_INVALID_TOKN");
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_EQ(typo.out, "");
  EXPECT_TRUE(has(typo.err, "did you mean SEC_E_INVALID_TOKEN?\n")) << typo.err;
  EXPECT_EQ(std::count(typo.err.begin(), typo.err.end(), '\n'), 1);
  EXPECT_TRUE(has(run(files_, "$TOOL explain 80090325").err, "did you mean 0x80090325?"));
  EXPECT_TRUE(has(run(files_, "$TOOL explain 123456").err, "--list"));
}

TEST_F(ToolExplain, MistakesAreExitCode2) {
  for (const std::string arguments : {"", "--list CLOSE-004", "--no-such-option 48"}) {
    const auto seen = run(files_, "$TOOL explain " + arguments);
    EXPECT_EQ(seen.exit_code, 2) << arguments;
    EXPECT_FALSE(seen.err.empty()) << arguments;
  }
  const auto seen = run(files_, "$TOOL explain --json nonsense");
  EXPECT_TRUE(has(seen.err, "{\"event\":\"error\"")) << seen.err;
}

}  // namespace
}  // namespace tool_test
