// `--events`: the lines that journald is to read.
#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolEvents : public testing::Test {
 protected:
  // A server, and a client that does not trust it; what the client said.
  ran distrust(const std::string& client_options, const std::string& server_options = "--events errors") {
    server_.emplace(files_, "server",
                    "cd " + files_.path(".") + "; exec " + tool + " serve 0 --once --timeout 10 " + server_options);
    return run(files_, "SCHANNIX_CONF=$PWD/s.conf $TOOL connect localhost:" + server_->port_after("listening on ") +
                           " --timeout 10 " + client_options);
  }
  void settings(const std::string& text) { files_.write("s.conf", text); }

  workshop files_;
  std::optional<background> server_;
};

TEST_F(ToolEvents, AreLinesWithTheirPriority) {
  settings("");
  const auto seen = distrust("--events all");
  EXPECT_EQ(seen.exit_code, 5);
  EXPECT_TRUE(has(seen.err, "<6>Schannel 36867: A client credential was made.\n")) << seen.err;
  EXPECT_TRUE(has(seen.err, "<3>Schannel 36882: The certificate of the server localhost was not accepted: "))
      << seen.err;
  EXPECT_TRUE(has(seen.err, "<3>Schannel 36888: ")) << seen.err;
  server_->wait();
  EXPECT_TRUE(has(server_->err(), "<3>Schannel 36887: A fatal alert of a client was received: 48, unknown_ca.\n"))
      << server_->err();
  EXPECT_FALSE(has(server_->err(), "<6>")) << server_->err();
}

TEST_F(ToolEvents, KeepToTheSettingsWhenAsked) {
  settings("[SCHANNEL]\nEventLogging=4\n");
  const auto informed = distrust("--events settings");
  EXPECT_TRUE(has(informed.err, "<6>Schannel 36867: ")) << informed.err;
  EXPECT_FALSE(has(informed.err, "<3>")) << informed.err;
  settings("[SCHANNEL]\nEventLogging=0\n");
  EXPECT_FALSE(has(distrust("--events settings").err, "Schannel")) << informed.err;
}

TEST_F(ToolEvents, AreObjectsInJson) {
  settings("");
  const auto seen = distrust("--events errors --json");
  EXPECT_TRUE(has(seen.err, "{\"event\":\"log\",\"level\":\"error\",\"id\":36882,\"text\":\"The certificate of "))
      << seen.err;
  EXPECT_FALSE(has(seen.err, "<3>")) << seen.err;
}

TEST_F(ToolEvents, AreNotThereUnasked) {
  settings("[SCHANNEL]\nEventLogging=7\n");
  const auto seen = distrust("", "");
  server_->wait();
  EXPECT_FALSE(has(seen.err + server_->err(), "Schannel")) << seen.err << server_->err();
  EXPECT_EQ(run(files_, "$TOOL connect localhost:1 --events some").exit_code, 2);
}

}  // namespace
}  // namespace tool_test
