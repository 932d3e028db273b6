// `schannix connect` against OpenSSL's own server, and against servers that misbehave.
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "tool_support.hpp"

namespace tool_test {
namespace {

class ToolConnect : public testing::TestWithParam<std::string> {
 protected:
  // With -www it answers a request, closes, and waits for the client's close_notify.
  background s_server(const std::string& options) {
    return {files_, "s_server",
            "cd " + files_.path(".") + "; exec openssl s_server -accept 0 -cert leaf.pem -key leaf.key " + options};
  }
  std::string connect(const std::string& port) const {
    return "$TOOL connect --tls " + GetParam() + " localhost:" + port + " --timeout 10 ";
  }
  server_files files_;
};

INSTANTIATE_TEST_SUITE_P(Versions, ToolConnect, testing::Values("1.2", "1.3"),
                         [](const auto& version) { return version.param == "1.2" ? "tls12" : "tls13"; });

std::string port_of(const background& s_server) { return s_server.port_after("ACCEPT"); }

TEST_P(ToolConnect, EndsCleanAfterTheEndOfItsInput) {
  const auto server = s_server("-www");
  const auto seen = run(files_, "echo hi | " + connect(port_of(server)) + "--ca root.pem");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.err, "Clean: ")) << seen.err;
  EXPECT_TRUE(has(seen.err, "TLS " + GetParam())) << seen.err;
}

TEST_P(ToolConnect, DeliversTheAnswerThatComesBeforeTheServersClose) {
  const auto server = s_server("-www");
  const auto request = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | ";
  const auto seen = run(files_, request + connect(port_of(server)) + "--ca root.pem --keep-open");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.out, "HTTP/1.0 200 ok")) << seen.out;
  EXPECT_TRUE(has(seen.out, "</html>") || has(seen.out, "</HTML>")) << seen.out;
  EXPECT_TRUE(has(seen.err, "CLOSE-002")) << seen.err;
}

TEST_P(ToolConnect, TrustsTheRootsOfTheEnvironment) {
  const auto server = s_server("-www");
  const auto seen = run(files_, "echo hi | SSL_CERT_FILE=root.pem " + connect(port_of(server)));
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
}

TEST_P(ToolConnect, UntrustedCertificateIsExitCode5) {
  const auto server = s_server("-www");
  const auto port = port_of(server);
  const auto seen = run(files_, "echo hi | " + connect(port));
  EXPECT_EQ(seen.exit_code, 5) << seen.err;
  EXPECT_TRUE(has(seen.err, "SEC_E_UNTRUSTED_ROOT")) << seen.err;
  const auto wrong_name = run(files_, "echo hi | " + connect(port) + "--ca root.pem --servername other.test");
  EXPECT_EQ(wrong_name.exit_code, 5) << wrong_name.err;
  EXPECT_TRUE(has(wrong_name.err, "SEC_E_WRONG_PRINCIPAL")) << wrong_name.err;
  EXPECT_EQ(run(files_, "echo hi | " + connect(port) + "--insecure").exit_code, 0);
}

TEST_P(ToolConnect, AgreesOnAnApplicationProtocol) {
  const auto server = s_server("-www -alpn http/1.1");
  const auto port = port_of(server);
  const auto seen = run(files_, "echo hi | $TOOL connect --alpn h2,http/1.1 localhost:" + port +
                                    " --timeout 10 --ca root.pem --tls " + GetParam());
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(has(seen.err, "ALPN          http/1.1")) << seen.err;
}

TEST_P(ToolConnect, ShowsTheFiveStepsOfClosing) {
  const auto server = s_server("-www");
  const auto seen = run(files_, "echo hi | " + connect(port_of(server)) + "--ca root.pem --sspi");
  const auto control = seen.err.find("ApplyControlToken");
  const auto step = seen.err.find("InitializeSecurityContext", control);
  const auto sent = seen.err.find("wire -> ", step);
  const auto gone = seen.err.find("DeleteSecurityContext", sent);
  EXPECT_NE(gone, std::string::npos) << seen.err;
}

TEST_P(ToolConnect, TheEnvironmentCanAskForATrace) {
  const auto server = s_server("-www");
  const auto seen = run(files_, "echo hi | SCHANNIX_TRACE=calls " + connect(port_of(server)) + "--ca root.pem");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_FALSE(has(seen.err, "ApplyControlToken")) << seen.err;
  const auto calls = files_.read("calls");
  EXPECT_TRUE(has(calls, "ApplyControlToken")) << calls;
  EXPECT_TRUE(has(calls, "SEC_I_CONTEXT_EXPIRED")) << calls;
}

TEST_P(ToolConnect, WritesAKeyLogForItsOwnerOnly) {
  const auto server = s_server("-www");
  const auto seen =
      run(files_, "echo hi | " + connect(port_of(server)) + "--ca root.pem --keylog keys && stat -c %a keys");
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_EQ(seen.out.substr(seen.out.size() - 4), "600\n");
  EXPECT_TRUE(has(files_.read("keys"), GetParam() == "1.2" ? "CLIENT_RANDOM " : "CLIENT_TRAFFIC_SECRET_0 "));
}

TEST_P(ToolConnect, JsonIsOneObjectALine) {
  const auto server = s_server("-www");
  const auto check =
      " 2>&1 >/dev/null | python3 -c 'import json,sys; [print(json.loads(l)[\"event\"]) for l in sys.stdin]'";
  const auto seen = run(files_, "echo hi | " + connect(port_of(server)) + "--ca root.pem --json" + check);
  EXPECT_EQ(seen.out, "connected\nclosed\n") << seen.err;
}

// What a server does that ends without close_notify, one connection each.
enum class ending { fin, rst };

class bad_server {
 public:
  bad_server(const server_files& files, ending how) : how_(how) {
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_file(context_, files.path("leaf.pem").c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, files.path("leaf.key").c_str(), SSL_FILETYPE_PEM);
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 1) != 0) abort();
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~bad_server() {
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }
  const std::string& port() const { return port_; }

 private:
  void serve() {
    timeval limit{10, 0};
    setsockopt(listener_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, fd);
    char buffer[64];
    if (SSL_accept(ssl) == 1 && SSL_read(ssl, buffer, sizeof buffer) > 0) SSL_write(ssl, "half of it", 10);
    const linger at_once{1, 0};
    if (how_ == ending::rst) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));  // let the data arrive before the reset
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else {
      shutdown(fd, SHUT_WR);  // and read the rest, so that no reset follows
      while (read(fd, buffer, sizeof buffer) > 0) continue;
    }
    SSL_free(ssl);
    close(fd);
  }

  ending how_;
  SSL_CTX* context_ = nullptr;
  int listener_ = -1;
  std::string port_;
  std::thread thread_;
};

TEST_P(ToolConnect, FinWithoutCloseNotifyIsExitCode6) {
  for (const std::string option : {"", "--keep-open"}) {
    bad_server server(files_, ending::fin);
    const auto seen = run(files_, "echo hi | " + connect(server.port()) + "--ca root.pem " + option);
    EXPECT_EQ(seen.exit_code, 6) << seen.err;
    EXPECT_EQ(seen.out, "half of it");
    EXPECT_TRUE(has(seen.err, "CLOSE-004")) << seen.err;
  }
}

TEST_P(ToolConnect, ResetWithoutCloseNotifyIsExitCode6) {
  for (const std::string option : {"", "--keep-open"}) {
    bad_server server(files_, ending::rst);
    const auto seen = run(files_, "echo hi | " + connect(server.port()) + "--ca root.pem " + option);
    EXPECT_EQ(seen.exit_code, 6) << seen.err;
    EXPECT_EQ(seen.out, "half of it");
    EXPECT_TRUE(has(seen.err, "CLOSE-005")) << seen.err;
  }
}

class ToolUsage : public testing::Test {
 protected:
  workshop files_;
};

TEST_F(ToolUsage, MistakesAreExitCode2) {
  for (const std::string arguments : {"",
                                      "connect",
                                      "connect --no-such-option host",
                                      "connect host:99999",
                                      "connect [::1 ",
                                      "connect host --tls 1.1",
                                      "connect host --ca /no/such/file",
                                      "serve",
                                      "serve 70000",
                                      "serve 0 --cert /no/such/file",
                                      "serve 0 --cut --close-first",
                                      "serve 0 --key k.pem",
                                      "serve 0 --close=gently",
                                      "serve 0 --close=fatal",
                                      "serve 0 --close=fatal=0",
                                      "serve 0 --close=delay=x",
                                      "serve 0 --close=clean=1",
                                      "serve 0 --close clean --cut",
                                      "serve 0 --chaos=x",
                                      "connect host --alpn ''",
                                      "no-such-command"}) {
    const auto seen = run(files_, "$TOOL " + arguments);
    EXPECT_EQ(seen.exit_code, 2) << arguments << ": " << seen.err;
    EXPECT_FALSE(seen.err.empty()) << arguments;
    EXPECT_EQ(seen.out, "") << arguments;
  }
}

TEST_F(ToolUsage, HelpAndVersionGoToStdout) {
  const auto help = run(files_, "$TOOL --help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_TRUE(has(help.out, "Examples:")) << help.out;
  EXPECT_TRUE(has(run(files_, "$TOOL connect --help").out, "--keylog"));
  EXPECT_EQ(run(files_, "$TOOL --version").out, "schannix 0.1.0\n");
}

TEST_F(ToolUsage, NobodyListensIsExitCode3) {
  const auto seen = run(files_, "echo hi | $TOOL connect 127.0.0.1:1 --timeout 5");
  EXPECT_EQ(seen.exit_code, 3) << seen.err;
  EXPECT_EQ(run(files_, "$TOOL connect no-such-host.invalid --timeout 5").exit_code, 3);
}

TEST_F(ToolUsage, APeerThatIsNotTlsIsExitCode4) {
  const background peer(files_, "peer",
                        "exec python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0));"
                        "print(\"at :%d\" % s.getsockname()[1], flush=True); c = s.accept()[0]; c.recv(999);"
                        "c.sendall(b\"HTTP/1.0 400 Bad Request\\r\\n\\r\\n\"); c.recv(999)'");
  const auto seen = run(files_, "echo hi | $TOOL connect 127.0.0.1:" + peer.port_after("at ") + " --timeout 5");
  EXPECT_EQ(seen.exit_code, 4) << seen.err;
  EXPECT_TRUE(has(seen.err, "CLOSE-008")) << seen.err;
}

TEST_F(ToolUsage, ASilentPeerRunsIntoTheTimeLimit) {
  const background peer(files_, "peer",
                        "exec python3 -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", 0));"
                        "print(\"at :%d\" % s.getsockname()[1], flush=True); c = s.accept(); time.sleep(15)'");
  const auto start = std::chrono::steady_clock::now();
  const auto seen = run(files_, "echo hi | $TOOL connect 127.0.0.1:" + peer.port_after("at ") + " --timeout 0.5");
  EXPECT_EQ(seen.exit_code, 4) << seen.err;
  EXPECT_TRUE(has(seen.err, "too long")) << seen.err;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace tool_test
