// `schannix serve --ocsp` and `schannix connect --revocation`, together.
#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolRevocation : public testing::Test {
 protected:
  void SetUp() override {
    const auto answer = [this](pki::ocsp_status status) {
      return pki::ocsp_answer({{{files_.leaf, files_.root, status}}, files_.root});
    };
    files_.write("good.der", answer(pki::ocsp_status::good));
    files_.write("revoked.der", answer(pki::ocsp_status::revoked));
    files_.write("list.pem", pki::list_pem(pki::revocation_list(files_.root)));
    files_.write("list.der", pki::revocation_list(files_.root));
    files_.write("other.pem", pki::list_pem(pki::revocation_list(files_.root, {.revoked = {files_.leaf}})));
  }
  // What connect says to a server with these options.
  ran meet(const std::string& of_server, const std::string& of_client) {
    const background server(
        files_, "server",
        "cd " + files_.path(".") + "; exec " + tool + " serve 0 --once --cert leaf.pem --key leaf.key " + of_server);
    return run(files_, "echo hi | $TOOL connect localhost:" + server.port_after("listening on ") + " --ca root.pem " +
                           of_client);
  }
  server_files files_;
};

TEST_F(ToolRevocation, AStapledAnswerDecides) {
  EXPECT_EQ(meet("--ocsp good.der", "--revocation leaf").exit_code, 0);
  const ran refused = meet("--ocsp revoked.der", "--revocation leaf");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(has(refused.err, "CRYPT_E_REVOKED")) << refused.err;
  EXPECT_EQ(meet("--ocsp revoked.der", "").exit_code, 0) << "nobody asked";
}

TEST_F(ToolRevocation, ListsDecide) {
  for (const char* list : {"--crl list.pem", "--crl list.der", "--crl list.pem --crl list.der"})
    EXPECT_EQ(meet("", std::string("--revocation chain ") + list).exit_code, 0) << list;
  const ran refused = meet("", "--revocation chain-without-root --crl other.pem");
  EXPECT_TRUE(has(refused.err, "CRYPT_E_REVOKED")) << refused.err;
  const ran unknown = meet("", "--revocation leaf --fetch");
  EXPECT_TRUE(has(unknown.err, "CRYPT_E_NO_REVOCATION_CHECK")) << unknown.err;
}

TEST_F(ToolRevocation, MistakesAreTold) {
  const auto code = [this](const std::string& arguments) { return run(files_, "$TOOL " + arguments).exit_code; };
  constexpr int mistake = 2;
  EXPECT_EQ(code("connect localhost:1 --crl list.pem"), mistake) << "without --revocation";
  EXPECT_EQ(code("connect localhost:1 --fetch"), mistake) << "without --revocation";
  EXPECT_EQ(code("connect localhost:1 --revocation all"), mistake);
  EXPECT_EQ(code("connect localhost:1 --revocation leaf --crl leaf.pem"), mistake) << "no list";
  EXPECT_EQ(code("serve 0 --cert leaf.pem --key leaf.key --ocsp leaf.pem"), mistake) << "no answer";
  EXPECT_EQ(code("serve 0 --ocsp good.der"), mistake) << "about another certificate";
}

}  // namespace
}  // namespace tool_test
