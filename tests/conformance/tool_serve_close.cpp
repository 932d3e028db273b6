// `schannix serve --close=MODE` and `--chaos=SEED`: what each puts on the wire, seen by OpenSSL as the client.
#include <algorithm>

#include "openssl_peer.hpp"
#include "socket.hpp"
#include "tool_support.hpp"

namespace tool_test {
namespace {

using schannix::test::transport;
using schannix::test::sspi::openssl_peer;

// A client that says hi and reads until TCP ends. wire: everything that came after the handshake.
struct client {
  schannix::test::socket tcp;
  openssl_peer tls;
  std::string wire;
  transport end = transport::open;

  client(const std::string& port, const std::string& version)
      : tcp(schannix::test::connect(static_cast<std::uint16_t>(std::stoi(port)))),
        tls({.server = false, .version = version == "1.2" ? TLS1_2_VERSION : TLS1_3_VERSION}) {
    tls.start();
    for (send(); !tls.established() && end == transport::open; send()) receive();
    wire.clear();
  }
  void send() { tcp.send(tls.take()); }
  void say(std::string_view text) {
    tls.write(text);
    send();
  }
  void close() {
    tls.close();
    send();
  }
  bool receive() {
    std::string bytes;
    end = tcp.receive(bytes);
    wire += bytes;
    if (!bytes.empty()) tls.give(bytes);
    return end == transport::open;
  }
  template <class Until>
  void receive_until(Until until) {
    while (!until() && receive()) continue;
  }
  void receive_all() {
    receive_until([] { return false; });
  }
  void receive_close() {
    receive_until([this] { return tls.saw_close(); });
  }
  // Of each record, its length.
  std::vector<unsigned> record_lengths() const {
    std::vector<unsigned> found;
    for (std::size_t at = 0; at + 5 <= wire.size(); at += 5 + found.back())
      found.push_back(static_cast<unsigned char>(wire[at + 3]) * 256U + static_cast<unsigned char>(wire[at + 4]));
    return found;
  }
};

class ToolServeClose : public testing::TestWithParam<std::string> {
 protected:
  background serve(const std::string& options, const std::string& timeout = "10") {
    return {files_, "server",
            "cd " + files_.path(".") + "; exec " + tool + " serve 0 --once --timeout " + timeout +
                " --cert leaf.pem --key leaf.key --tls " + GetParam() + " " + options};
  }
  client talk_to(const background& server) const { return {server.port_after("listening on "), GetParam()}; }
  server_files files_;
};

INSTANTIATE_TEST_SUITE_P(Versions, ToolServeClose, testing::Values("1.2", "1.3"),
                         [](const auto& version) { return version.param == "1.2" ? "tls12" : "tls13"; });

TEST_P(ToolServeClose, CleanWaitsForTheAnswer) {
  auto server = serve("--close=clean");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_close();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_EQ(one.end, transport::open);
  one.close();
  one.receive_all();
  EXPECT_EQ(one.end, transport::ended);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-001")) << server.err();
}

// RFC 8446 §6.1: each side ends its own direction with close_notify; a client that ends TCP alone does not end ours.
TEST_P(ToolServeClose, ABareFinIsAnsweredWithCloseNotify) {
  for (const std::string mode : {"clean", "no-wait", "half", "notify-then-data", "delay=300"}) {
    auto server = serve("--close=" + mode);
    auto one = talk_to(server);
    one.tcp.end_sending();
    one.receive_all();
    EXPECT_TRUE(one.tls.saw_close()) << mode;
    EXPECT_EQ(one.end, transport::ended) << mode;
    EXPECT_EQ(server.wait(), 6) << mode;
    EXPECT_TRUE(has(server.err(), "CLOSE-004")) << server.err();
  }
}

TEST_P(ToolServeClose, NoWaitEndsTcpAtOnce) {
  auto server = serve("--close=no-wait");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_TRUE(one.tls.saw_close());
  EXPECT_EQ(one.end, transport::ended);
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-003")) << server.err();
}

TEST_P(ToolServeClose, FinOnlySaysNothing) {
  auto server = serve("--close=fin-only");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_FALSE(one.tls.saw_close());
  EXPECT_EQ(one.end, transport::ended);
  one.tcp.close();
  EXPECT_EQ(server.wait(), 6);
  EXPECT_TRUE(has(server.err(), "CLOSE-004")) << server.err();
}

TEST_P(ToolServeClose, RstResets) {
  auto server = serve("--close=rst");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_FALSE(one.tls.saw_close());
  EXPECT_EQ(one.end, transport::reset);
  EXPECT_EQ(server.wait(), 6);
  EXPECT_TRUE(has(server.err(), "CLOSE-005")) << server.err();
}

TEST_P(ToolServeClose, SilentAnswersNothingUntilTheClientGoes) {
  auto server = serve("--close=silent");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_until([&] { return one.tls.received() == "hi"; });
  one.say("anybody there?");
  one.close();
  one.tcp.end_sending();
  one.receive_all();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_FALSE(one.tls.saw_close());
  EXPECT_EQ(server.wait(), 6);
  EXPECT_TRUE(has(server.err(), "CLOSE-004")) << server.err();
}

TEST_P(ToolServeClose, SilentGivesUpAtTheTimeLimit) {
  auto server = serve("--close=silent", "0.3");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_FALSE(one.tls.saw_close());
  EXPECT_EQ(server.wait(), 6);
  EXPECT_TRUE(has(server.err(), "CLOSE-006")) << server.err();
}

TEST_P(ToolServeClose, HalfReadsOnAfterItsFin) {
  auto server = serve("--close=half");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_TRUE(one.tls.saw_close());
  EXPECT_EQ(one.end, transport::ended);
  one.say("more, after your end");
  one.close();
  one.tcp.end_sending();
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-001")) << server.err();
}

TEST_P(ToolServeClose, NotifyThenDataPutsARecordBehindCloseNotify) {
  auto server = serve("--close=notify-then-data");
  auto one = talk_to(server);
  one.say("hi");
  const std::string behind = std::string("\x17\x03\x03\0\x30", 5) + std::string(48, '\xA5');
  one.receive_until([&] { return has(one.wire, behind); });
  EXPECT_EQ(one.wire.find(behind) + behind.size(), one.wire.size());
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_TRUE(one.tls.saw_close());
  EXPECT_FALSE(one.tls.failed());
  one.close();
  EXPECT_EQ(server.wait(), 0);
}

TEST_P(ToolServeClose, MidRecordCutsARecord) {
  auto server = serve("--close=mid-record");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_FALSE(one.tls.saw_close());
  EXPECT_EQ(one.end, transport::ended);
  const auto lengths = one.record_lengths();
  std::size_t announced = 0;
  for (const unsigned length : lengths) announced += 5 + length;
  EXPECT_GT(announced, one.wire.size());
  one.tcp.close();
  EXPECT_EQ(server.wait(), 6);
}

TEST_P(ToolServeClose, FatalSendsTheAlert) {
  auto server = serve("--close=fatal=40");
  auto one = talk_to(server);
  one.say("hi");
  one.receive_all();
  EXPECT_EQ(one.tls.received(), "hi");
  EXPECT_TRUE(one.tls.failed());
  EXPECT_EQ(one.tls.alert(), (schannix::test::sspi::received_alert{2, 40}));
  EXPECT_EQ(server.wait(), 4);
  EXPECT_TRUE(has(server.err(), "handshake_failure")) << server.err();
}

TEST_P(ToolServeClose, DelayAnswersLateAlsoWhenTheClientsFinIsThere) {
  auto server = serve("--close=delay=300");
  auto one = talk_to(server);
  const auto start = std::chrono::steady_clock::now();
  one.close();
  one.tcp.end_sending();
  one.receive_close();
  EXPECT_TRUE(one.tls.saw_close());
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(300));
  EXPECT_EQ(server.wait(), 0);
  EXPECT_TRUE(has(server.err(), "CLOSE-002")) << server.err();
}

// The client's own close is already there when the first echo goes out.
TEST_P(ToolServeClose, TheClientsHasteDoesNotHinderThePlan) {
  for (const std::string mode : {"fin-only", "rst", "silent", "mid-record"}) {
    auto server = serve("--close=" + mode, "0.5");
    auto one = talk_to(server);
    one.tls.write("hi");
    one.close();
    one.receive_all();
    EXPECT_EQ(one.tls.received(), "hi") << mode;
    EXPECT_FALSE(one.tls.saw_close()) << mode;
  }
}

TEST_P(ToolServeClose, ChaosLosesNothing) {
  for (const std::string seed : {"1", "2", "3"}) {
    auto server = serve("--chaos=" + seed);
    const auto seen = run(
        files_, "head -c 300000 /dev/urandom > sent; $TOOL connect localhost:" + server.port_after("listening on ") +
                    " --ca root.pem < sent > back && cmp sent back");
    EXPECT_EQ(seen.exit_code, 0) << seed << seen.err << seen.out;
    EXPECT_TRUE(has(seen.err, "CLOSE-001")) << seen.err;
    EXPECT_EQ(server.wait(), 0) << server.err();
  }
}

// A ticket holds random numbers, whose encoding is a byte shorter at times, and a block of the cipher with it.
std::vector<unsigned> with_equal_tickets(std::vector<unsigned> lengths) {
  for (unsigned& length : lengths)
    if (length > 250 && length < 300) length = 250;
  return lengths;
}

TEST_P(ToolServeClose, ChaosIsTheSameForASeed) {
  const auto records_of = [&](const std::string& seed) {
    auto server = serve("--close=clean --chaos=" + seed);
    auto one = talk_to(server);
    one.say(std::string(5000, 'x'));
    one.receive_close();
    EXPECT_EQ(one.tls.received().size(), 5000U) << seed;
    one.close();
    return with_equal_tickets(one.record_lengths());
  };
  const auto once = records_of("7");
  EXPECT_GT(once.size(), 3U);
  EXPECT_EQ(once, records_of("7"));
  EXPECT_NE(once, records_of("8"));
}

TEST_P(ToolServeClose, ChaosUpdatesKeysInTls13) {
  auto server = serve("--close=clean --sspi --chaos=7");
  auto one = talk_to(server);
  one.say(std::string(5000, 'x'));
  one.receive_close();
  one.close();
  EXPECT_EQ(server.wait(), 0);
  EXPECT_EQ(has(server.err(), "SCHANNIX_UPDATE_KEYS"), GetParam() == "1.3") << server.err();
}

// RFC 8446 §4.6.1: a server may send tickets at any time.
TEST_P(ToolServeClose, ChaosSendsTicketsBetweenDataInTls13) {
  auto server = serve("--close=clean --sspi --chaos=7");
  auto one = talk_to(server);
  one.say(std::string(5000, 'x'));
  one.receive_close();
  EXPECT_EQ(one.tls.received().size(), 5000U);
  one.close();
  EXPECT_EQ(server.wait(), 0);
  EXPECT_EQ(has(server.err(), "SCHANNIX_SEND_TICKET"), GetParam() == "1.3") << server.err();
}

TEST_P(ToolServeClose, EveryModeUnderChaosEndsAsWithout) {
  for (const auto& [mode, outcome] : std::vector<std::pair<std::string, std::string>>{{"clean", "CLOSE-002"},
                                                                                      {"no-wait", "CLOSE-002"},
                                                                                      {"half", "CLOSE-002"},
                                                                                      {"notify-then-data", "CLOSE-002"},
                                                                                      {"fin-only", "CLOSE-004"},
                                                                                      {"rst", "CLOSE-005"},
                                                                                      {"fatal=80", "CLOSE-007"}}) {
    auto server = serve("--chaos=5 --close=" + mode);
    const auto seen = run(files_, "echo hi | $TOOL connect localhost:" + server.port_after("listening on ") +
                                      " --ca root.pem --keep-open --timeout 5");
    EXPECT_EQ(seen.out, "hi\n") << mode << seen.err;
    EXPECT_TRUE(has(seen.err, outcome)) << mode << seen.err;
  }
}

}  // namespace
}  // namespace tool_test
