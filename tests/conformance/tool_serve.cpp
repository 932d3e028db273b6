// `schannix serve`, alone and together with `schannix connect` and OpenSSL's client.
#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolServe : public testing::TestWithParam<std::string> {
 protected:
  background serve(const std::string& options) {
    const std::string only = GetParam().empty() ? "" : " --tls " + GetParam();
    return {
        files_, "server",
        "cd " + files_.path(".") + "; exec " + tool + " serve 0 --timeout 10 --write-cert own.pem " + options + only};
  }
  std::string connect(const background& server, const std::string& options = "") const {
    return "$TOOL connect localhost:" + server.port_after("listening on ") + " --ca own.pem --timeout 10 " + options;
  }
  server_files files_;
};

INSTANTIATE_TEST_SUITE_P(Versions, ToolServe, testing::Values("1.2", "1.3"),
                         [](const auto& version) { return version.param == "1.2" ? "tls12" : "tls13"; });

TEST_P(ToolServe, EchoesAndAnswersTheClientsClose) {
  auto server = serve("--once");
  const auto seen = run(files_, "echo hi | " + connect(server));
  EXPECT_EQ(seen.out, "hi\n");
  EXPECT_TRUE(has(seen.err, "CLOSE-001")) << seen.err;
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-002")) << server.err();
}

TEST_P(ToolServe, ClosesFirstWhenAsked) {
  auto server = serve("--once --close-first");
  const auto seen = run(files_, "echo hi | " + connect(server, "--keep-open"));
  EXPECT_EQ(seen.out, "hi\n");
  EXPECT_TRUE(has(seen.err, "CLOSE-002")) << seen.err;
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-001")) << server.err();
}

TEST_P(ToolServe, CutsWhenAsked) {
  auto server = serve("--once --cut");
  const auto seen = run(files_, "echo hi | " + connect(server, "--keep-open"));
  EXPECT_EQ(seen.out, "hi\n");
  EXPECT_TRUE(has(seen.err, "CLOSE-004")) << seen.err;
  EXPECT_EQ(seen.exit_code, 6) << seen.err;
  EXPECT_EQ(server.wait(), 6);
}

TEST_P(ToolServe, MegabytesComeBackWhole) {
  auto server = serve("--once");
  const auto seen =
      run(files_, "head -c 5000000 /dev/urandom > sent; " + connect(server) + " < sent > back && cmp sent back");
  EXPECT_EQ(seen.exit_code, 0) << seen.err << seen.out;
  EXPECT_EQ(server.wait(), 0) << server.err();
}

TEST_P(ToolServe, AReaderThatGoesAwayEndsTheClientInPeace) {
  auto server = serve("--once");
  const auto seen =
      run(files_, "(yes | head -c 3000000; sleep 1) | " + connect(server) + " | head -n 1; exit ${PIPESTATUS[1]}");
  EXPECT_EQ(seen.out, "y\n");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
}

TEST_P(ToolServe, OpensslsClientEndsClean) {
  auto server = serve("--once");
  const auto port = server.port_after("listening on ");
  const auto client = "openssl s_client -connect localhost:" + port + " -CAfile own.pem -verify_return_error -quiet";
  const auto seen = run(files_, "(echo hi; sleep 0.5) | timeout 10 " + client + " -no_ign_eof");
  EXPECT_EQ(seen.out, "hi\n") << seen.err;
  EXPECT_EQ(server.wait(), 0) << server.err();
  EXPECT_TRUE(has(server.err(), "CLOSE-002")) << server.err();
}

TEST_P(ToolServe, ManyClientsAtOnceAndAProperEndOnSigterm) {
  auto server = serve("");
  const auto one = connect(server);
  const auto seen = run(files_, "for i in 1 2 3 4 5 6 7 8; do (echo $i | " + one + " 2>/dev/null) & done; wait");
  EXPECT_EQ(seen.out.size(), 16U) << seen.out;
  background idle(
      files_, "idle",
      "cd " + files_.path(".") + "; sleep 10 | " + tool + connect(server).substr(std::string("$TOOL").size()));
  for (int i = 0; i < 500 && !has(idle.err(), "Connected"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0) << server.err();
  for (int i = 0; i < 500 && !has(idle.err(), "CLOSE-"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_TRUE(has(idle.err(), "CLOSE-002")) << idle.err();
}

TEST_P(ToolServe, TakesPemAndPkcs12) {
  files_.write("leaf.pfx", pki::pkcs12(files_.leaf, {files_.root}, "secret", pki::encryption::modern));
  for (const std::string own : {"--cert leaf.pem --key leaf.key", "--pfx leaf.pfx --password secret"}) {
    auto server = serve("--once " + own);
    const auto port = server.port_after("listening on ");
    const auto seen = run(files_, "echo hi | $TOOL connect localhost:" + port + " --ca root.pem --timeout 10");
    EXPECT_EQ(seen.exit_code, 0) << own << seen.err;
    EXPECT_TRUE(has(seen.err, "issued by   Test root")) << seen.err;
    EXPECT_EQ(server.wait(), 0);
  }
  const auto wrong = run(files_, "$TOOL serve 0 --pfx leaf.pfx --password wrong");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(has(wrong.err, "ERROR_INVALID_PASSWORD")) << wrong.err;
}

TEST_P(ToolServe, RefusedByTheClientIsExitCode4HereAnd5There) {
  auto server = serve("--once");
  const auto port = server.port_after("listening on ");
  const auto seen = run(files_, "echo hi | $TOOL connect localhost:" + port + " --timeout 10");
  EXPECT_EQ(seen.exit_code, 5) << seen.err;
  EXPECT_EQ(server.wait(), 4) << server.err();
  EXPECT_TRUE(has(server.err(), "unknown_ca")) << server.err();
}

TEST_P(ToolServe, CtrlCClosesProperly) {
  auto server = serve("--once");
  const auto port = server.port_after("listening on ");
  background client(
      files_, "client",
      "cd " + files_.path(".") + "; exec " + tool + " connect localhost:" + port + " --ca own.pem --keep-open");
  for (int i = 0; i < 500 && !has(client.err(), "Connected"); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  client.signal(SIGINT);
  EXPECT_EQ(client.wait(), 130) << client.err();
  EXPECT_EQ(server.wait(), 0) << server.err();
}

}  // namespace
}  // namespace tool_test
