// TLS 1.3 messages after the handshake: tickets and KeyUpdate, in every style in which callers hand them on, with a
// client that keeps what it needs to resume and with one that does not.
#include <gtest/gtest.h>

#include <utility>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

enum class style {
  s1_extra,         // all of EXTRA
  s2_one_record,    // exactly one record of it; the caller keeps the rest
  s3_nothing,       // an empty token
  s3_no_input,      // no input list
  s4_whole_buffer,  // the buffer as DecryptMessage left it
  s4_original       // the bytes as they were received
};
constexpr style all_styles[] = {style::s1_extra,    style::s2_one_record,   style::s3_nothing,
                                style::s3_no_input, style::s4_whole_buffer, style::s4_original};
constexpr const char* style_names[] = {"s1_extra",    "s2_one_record", "s3_nothing",
                                       "s3_no_input", "s4_whole",      "s4_original"};

constexpr DWORD no_resumption = 0xFFFFFFFF;

struct ticket_case {
  style how;
  std::size_t tickets;
  DWORD lifespan;
};

std::vector<ticket_case> all_cases() {
  std::vector<ticket_case> made;
  for (const style how : all_styles)
    for (const std::size_t tickets : std::initializer_list<std::size_t>{1, 2, 3})
      for (const DWORD lifespan : {DWORD{0}, no_resumption}) made.push_back({how, tickets, lifespan});
  return made;
}

std::string case_name(const testing::TestParamInfo<ticket_case>& info) {
  return std::string(style_names[static_cast<std::size_t>(info.param.how)]) + "_tickets" +
         std::to_string(info.param.tickets) + (info.param.lifespan == 0 ? "" : "_no_resumption");
}

// Opens bytes to the end in one style; what was read, and the last status other than SEC_E_OK.
class reader {
 public:
  reader(party& of, style how) : of_(of), how_(how) {}

  void read(std::string inbox) {
    while (!inbox.empty()) {
      const std::string received = inbox;
      const opened found = of_.open(inbox);
      last = found.said;
      if (last == SEC_I_RENEGOTIATE) {
        ++messages;
        expect_blocked();
        inbox = hand_on(received, found);
      } else {
        inbox = found.extra;
      }
      data += found.data;
      if (last.failed() || last == SEC_I_CONTEXT_EXPIRED) return;
    }
  }

  std::string data, tokens;
  status last = SEC_E_OK;
  int messages = 0;

 private:
  // Between the two calls both directions are closed to data. spec 4.7
  void expect_blocked() {
    EXPECT_EQ(of_.seal("x"), SEC_E_CONTEXT_EXPIRED);
    EXPECT_EQ(of_.open("x").said, SEC_E_CONTEXT_EXPIRED);
  }

  std::string hand_on(const std::string& received, const opened& found) {
    EXPECT_NE(found.extra, "") << "the message is in EXTRA";
    const auto records = records_of(found.extra);
    if (records.empty()) return {};
    const std::string rest = found.extra.substr(records[0].size());
    switch (how_) {
      case style::s1_extra:
        return step(found.extra, rest);
      case style::s2_one_record:
        step(records[0], "");
        return rest;
      case style::s3_nothing:
        step("", "");
        return rest;
      case style::s3_no_input:
        step_without_list();
        return rest;
      case style::s4_whole_buffer:
        return step(found.memory, rest);
      case style::s4_original:
        return step(received, rest);
    }
    return {};
  }

  std::string step(const std::string& input, const std::string& left) {
    last = of_.step(input);
    EXPECT_EQ(last, SEC_E_OK);
    EXPECT_EQ(of_.leftover(), left) << "the rest is EXTRA, to the byte";
    tokens += of_.take();
    return of_.leftover();
  }

  void step_without_list() {
    buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0)};
    last = step_call{.function = of_.side(), .context = &of_.handle(), .flags = of_.flags(), .output = out.get()}.run();
    EXPECT_EQ(last, SEC_E_OK);
    tokens += bytes_of(out[0]);
    out.free_all();
  }

  party& of_;
  style how_;
};

class Tickets : public testing::TestWithParam<ticket_case> {
 protected:
  credential from_{{.version = tls::v1_3, .lifespan = GetParam().lifespan}};
  openssl_peer peer_{[] {
    peer_options made = peer_for(role::client, tls::v1_3);
    made.tickets = GetParam().tickets;
    return made;
  }()};
  party client_{from_};
  reader reader_{client_, GetParam().how};

  // The handshake to its end on both sides; the tickets are still with the peer.
  void SetUp() override {
    peer_.give(client_.take());
    client_.give(peer_.take());
    ASSERT_TRUE(client_.established()) << client_.last();
    peer_.give(client_.take());
    ASSERT_TRUE(peer_.established());
  }
  void expect_traffic_both_ways() {
    peer_.write("from the peer");
    EXPECT_EQ(client_.open(peer_.take()).data, "from the peer");
    peer_.give(client_.sealed("from us"));
    EXPECT_EQ(peer_.received(), "from us");
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, Tickets, testing::ValuesIn(all_cases()), case_name);

TEST_P(Tickets, T26_InOneBuffer) {
  reader_.read(peer_.take());
  EXPECT_EQ(reader_.messages, static_cast<int>(GetParam().tickets));
  EXPECT_EQ(reader_.tokens, "");
  expect_traffic_both_ways();
}

TEST_P(Tickets, T26_FollowedByData) {
  peer_.write("right after");
  peer_.write(", and again");
  reader_.read(peer_.take());
  EXPECT_EQ(reader_.data, "right after, and again");
  expect_traffic_both_ways();
}

TEST_P(Tickets, T26_BetweenData) {
  std::string all = peer_.take();
  peer_.write("data");
  all += peer_.take();
  peer_.send_ticket();
  peer_.write(" more data");
  all += peer_.take();
  reader_.read(all);
  EXPECT_EQ(reader_.data, "data more data");
  EXPECT_EQ(reader_.messages, static_cast<int>(GetParam().tickets) + 1);
}

TEST_P(Tickets, T26_FollowedByCloseNotify) {
  peer_.write("the end");
  peer_.close();
  reader_.read(peer_.take());
  EXPECT_EQ(reader_.data, "the end");
  EXPECT_EQ(reader_.last, SEC_I_CONTEXT_EXPIRED);
  ASSERT_EQ(client_.shut(), SEC_E_OK);
  peer_.give(client_.take());
  EXPECT_TRUE(peer_.saw_close());
}

// S-16: a shutdown wins over the pending message.
TEST_P(Tickets, S16_ShutdownWhileATicketIsPending) {
  const opened found = client_.open(peer_.take());
  ASSERT_EQ(found.said, SEC_I_RENEGOTIATE);
  ASSERT_EQ(apply_token(client_.handle(), SCHANNEL_SHUTDOWN), SEC_E_OK);
  EXPECT_EQ(client_.step(found.extra), SEC_E_OK);
  EXPECT_EQ(client_.token().size(), 24u);
  EXPECT_EQ(client_.leftover(), "") << "the input is not looked at";
  peer_.give(client_.take());
  EXPECT_TRUE(peer_.saw_close());
}

TEST_P(Tickets, T27_KeyUpdates) {
  reader_.read(peer_.take());
  for (const bool request : {false, true, true, false}) {
    reader_.tokens.clear();
    reader_.messages = 0;
    reader_.data.clear();
    peer_.write("old key, ");
    peer_.update_keys(request);
    peer_.write("new key");
    reader_.read(peer_.take());
    EXPECT_EQ(reader_.messages, 1);
    EXPECT_EQ(reader_.data, "old key, new key");
    EXPECT_EQ(reader_.tokens.size(), request ? 27u : 0u) << "our own KeyUpdate, when asked for one";
    peer_.give(reader_.tokens);
    EXPECT_FALSE(peer_.failed());
  }
  expect_traffic_both_ways();
}

// ---- Our server: its tickets as OpenSSL's client sees them, and the client's KeyUpdates ----

TEST(ServerAfterHandshake, TicketsWhenAsked) {
  for (const bool asked : {false, true}) {
    link with(server_credential(tls::v1_3), peer_for(role::server, tls::v1_3),
              {.side = role::server, .more_flags = asked ? ULONG{ASC_REQ_SESSION_TICKET} : 0u});
    with.peer.give(with.ours.sealed("data"));
    EXPECT_EQ(with.peer.received(), "data");
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(with.peer.native())), asked ? 1 : 0);
  }
}

TEST(ServerAfterHandshake, T27_KeyUpdatesOfTheClient) {
  for (const style how : all_styles) {
    link with(server_credential(tls::v1_3), peer_for(role::server, tls::v1_3), {.side = role::server});
    reader reader(with.ours, how);
    for (const bool request : {true, false, true}) {
      reader.tokens.clear();
      with.peer.write("old, ");
      with.peer.update_keys(request);
      with.peer.write("new; ");
      reader.read(with.peer.take());
      EXPECT_EQ(reader.tokens.size(), request ? 27u : 0u);
      with.peer.give(reader.tokens + with.ours.sealed("answer; "));
    }
    EXPECT_EQ(reader.data, "old, new; old, new; old, new; ");
    EXPECT_EQ(with.peer.received(), "answer; answer; answer; ");
    EXPECT_FALSE(with.peer.failed());
  }
}

// A KeyUpdate's answer must go out before anything else; the peer's updates may cross it.
TEST(ServerAfterHandshake, T27_ManyKeyUpdatesInARow) {
  link with(client_credential(tls::v1_3), peer_for(role::client, tls::v1_3));
  reader reader(with.ours, style::s1_extra);
  for (int i = 0; i < 20; ++i) {
    with.peer.update_keys(i % 2 == 0);
    reader.read(with.peer.take());
    with.peer.give(std::exchange(reader.tokens, {}));
    with.peer.write(".");
    reader.read(with.peer.take());
  }
  EXPECT_EQ(reader.data, std::string(20, '.'));
  with.peer.give(with.ours.sealed("done"));
  EXPECT_EQ(with.peer.received(), "done");
}

// A-31, spec 4.7: nothing pending and nothing given.
TEST(NothingPending, A31_EmptyStepOnAnEstablishedConnection) {
  couple both(tls::v1_3);
  EXPECT_EQ(both.client.step({}), SEC_E_OK);
  EXPECT_EQ(both.client.token(), "");
  EXPECT_EQ(both.server.step({}), SEC_I_NO_RENEGOTIATION);
  EXPECT_EQ(both.server.token(), "");
  EXPECT_EQ(both.server.open(both.client.sealed("as before")).data, "as before");
  EXPECT_EQ(both.client.open(both.server.sealed("as before")).data, "as before");
}

// A message that a client must not get, and one that no server may send. RFC 8446 §4.6.3, §5.1
TEST(NothingPending, ATicketForAServerIsRefused) {
  couple both(tls::v1_3);
  EXPECT_EQ(both.server.open(std::string("\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9)).said.failed(), true);
  EXPECT_EQ(both.server.seal("x"), SEC_E_CONTEXT_EXPIRED);
}

}  // namespace
}  // namespace schannix::test::sspi
