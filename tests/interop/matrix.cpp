// Real programs as peers over loopback: {TLS 1.2, 1.3} x {RSA, ECDSA} x {three ciphers} x {three endings}, for us as
// client and as server, with OpenSSL's and GnuTLS's programs: 144 cells, and 8 where the program is killed. How a peer
// answers our close_notify is what was seen of it, so that a change on either side is noticed.
#include <gtest/gtest.h>
#include <signal.h>

#include <optional>

#include "interop/cell.hpp"
#include "interop/our_side.hpp"
#include "interop/peers.hpp"
#include "interop/relay.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::status;

constexpr DWORD both_closed = SCHANNIX_CLOSE_ESTABLISHED | SCHANNIX_CLOSE_SENT | SCHANNIX_CLOSE_RECEIVED;
constexpr long part_of_a_record = 10;  // its header and a little more

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void expect_negotiated(our_side& ours, const cell& one) {
  EXPECT_EQ(ours.version(), expected_version(one));
  EXPECT_EQ(ours.suite(), expected_suite(one));
}

// Our five steps, when nothing of the peer's close has been seen yet.
void close_first(our_side& ours, bool peer_answers) {
  EXPECT_EQ(ours.shut(), status(SEC_E_OK));
  const transport end = ours.read_on();
  EXPECT_EQ(ours.peer_closed(), peer_answers) << ours.party().last();
  if (peer_answers) {
    EXPECT_EQ(ours.close_flags(), both_closed);
  } else {
    EXPECT_EQ(end, transport::ended);
    EXPECT_EQ(ours.close_flags(), DWORD{SCHANNIX_CLOSE_ESTABLISHED | SCHANNIX_CLOSE_SENT});
  }
}

// The peer's close_notify, which all of its data came before; then our five steps.
void close_second(our_side& ours) {
  ours.read_on();
  EXPECT_EQ(ours.party().last(), status(SEC_I_CONTEXT_EXPIRED));
  EXPECT_EQ(ours.shut(), status(SEC_E_OK));
  EXPECT_EQ(ours.close_flags(), both_closed | SCHANNIX_CLOSE_PEER_FIRST);
}

// The transport ended inside a record: nothing of that record, and no clean end.
void expect_cut(our_side& ours, const std::string& before) {
  EXPECT_EQ(ours.read_on(), transport::ended);
  EXPECT_EQ(ours.party().last(), status(SEC_E_OK));
  EXPECT_EQ(ours.received(), before);
  EXPECT_EQ(ours.party().leftover().size(), std::size_t{part_of_a_record});
  EXPECT_EQ(ours.close_flags(), DWORD{SCHANNIX_CLOSE_ESTABLISHED});
}

// The peer is gone without a word. Its kernel says FIN, or RST when it left something unread.
void expect_killed(our_side& ours, program& peer, const std::string& before) {
  peer.signal(SIGKILL);
  EXPECT_NE(ours.read_on(), transport::open);
  EXPECT_EQ(ours.party().last(), status(SEC_E_OK));
  EXPECT_EQ(ours.received(), before);
  EXPECT_EQ(ours.close_flags(), DWORD{SCHANNIX_CLOSE_ESTABLISHED});
}

// What differs between peer programs.
struct server_traits {
  server_program (*start)(const cell&);
  const char* answer;    // to "one two\n"
  bool answers_close;    // close_notify with close_notify
  bool ends_by_itself;   // after one connection
  const char* page_end;  // of its HTTP page
};

struct client_traits {
  std::unique_ptr<program> (*start)(std::uint16_t port);
  bool answers_close;
  const char* saw_our_close;  // what it says then
};

constexpr server_traits openssl_server_traits{start_openssl_server, "owt eno\n", true, true, "</pre></BODY></HTML>"};
constexpr server_traits gnutls_server_traits{start_gnutls_server, "one two\n", true, false, "</BODY></HTML>"};
constexpr client_traits openssl_client_traits{start_openssl_client, true, "closed"};
constexpr client_traits gnutls_client_traits{start_gnutls_client, false, "Peer has closed the GnuTLS connection"};

// The peer program has nothing to complain of: its exit code, when it ends by itself, and all that it wrote.
void expect_satisfied(program& peer, bool ends_by_itself) {
  if (!ends_by_itself) peer.signal(SIGTERM);
  const std::string& output = peer.await_end();
  if (ends_by_itself) {
    EXPECT_EQ(peer.exit_code(), 0) << output;
  }
  for (const char* const complaint : {"error", "Error", "ERROR", "Fatal", "abnormally", "prematurely"})
    EXPECT_FALSE(has(output, complaint)) << output;
}

class client_cell {
 public:
  client_cell(const server_traits& traits, const cell& one)
      : traits_(traits), cell_(one), server_(traits.start(one)), credential_(credential_for(one, role::client)) {
    if (one.end == ending::cut) relay_.emplace(server_.port, relay::side::connecting);
    ours_.emplace(connect(relay_ ? relay_->port() : server_.port), credential_);
    ours_->shake();
  }

  void run() {
    expect_negotiated(*ours_, cell_);
    switch (cell_.end) {
      case ending::we_close_first:
        return end_first();
      case ending::peer_closes_first:
        return end_second();
      case ending::cut:
        return end_cut();
      case ending::killed:
        return end_killed();
    }
  }

 private:
  void ask() {
    ours_->say("one two\n");
    ours_->await(traits_.answer);
    EXPECT_EQ(ours_->received(), traits_.answer);
  }
  void end_first() {
    ask();
    close_first(*ours_, traits_.answers_close);
    ours_->read_to_transport_end();
    ours_->hang_up();
    expect_satisfied(*server_.run, traits_.ends_by_itself);
  }
  void end_second() {
    ours_->say("GET / HTTP/1.0\r\n\r\n");
    close_second(*ours_);
    EXPECT_EQ(ours_->received().substr(0, 5), "HTTP/");
    EXPECT_TRUE(has(ours_->received(), traits_.page_end)) << ours_->received();
    ours_->hang_up();
    expect_satisfied(*server_.run, traits_.ends_by_itself);
  }
  void end_cut() {
    ask();
    relay_->cut_after(part_of_a_record);
    ours_->say("one two\n");
    expect_cut(*ours_, traits_.answer);
  }
  void end_killed() {
    ask();
    expect_killed(*ours_, *server_.run, traits_.answer);
  }

  const server_traits& traits_;
  const cell& cell_;
  server_program server_;
  std::optional<relay> relay_;
  sspi::credential credential_;
  std::optional<our_side> ours_;
};

class server_cell {
 public:
  server_cell(const client_traits& traits, const cell& one)
      : traits_(traits), cell_(one), credential_(credential_for(one, role::server)) {
    if (one.end == ending::cut) relay_.emplace(entrance_.port(), relay::side::accepting);
    client_ = traits.start(relay_ ? relay_->port() : entrance_.port());
    ours_.emplace(entrance_.accept(), credential_, sspi::party_options{.side = role::server});
    ours_->shake();
  }

  void run() {
    expect_negotiated(*ours_, cell_);
    client_->write("first line\n");
    ours_->await("first line\n");
    ours_->say("our answer\n");
    client_->await("our answer\n");
    switch (cell_.end) {
      case ending::we_close_first:
        return end_first();
      case ending::peer_closes_first:
        return end_second();
      case ending::cut:
        return end_cut();
      case ending::killed:
        return end_killed();
    }
  }

 private:
  void end_first() {
    close_first(*ours_, traits_.answers_close);
    ours_->read_to_transport_end();
    ours_->hang_up();
    expect_satisfied(*client_, true);
    EXPECT_TRUE(has(client_->output(), traits_.saw_our_close)) << client_->output();
  }
  void end_second() {
    client_->write("last words\n");
    client_->close_input();
    close_second(*ours_);
    EXPECT_EQ(ours_->received(), "first line\nlast words\n");
    ours_->hang_up();
    expect_satisfied(*client_, true);
  }
  void end_cut() {
    relay_->cut_after(part_of_a_record);
    client_->write("never whole\n");
    expect_cut(*ours_, "first line\n");
  }
  void end_killed() { expect_killed(*ours_, *client_, "first line\n"); }

  const client_traits& traits_;
  const cell& cell_;
  listener entrance_;
  std::optional<relay> relay_;
  sspi::credential credential_;
  std::unique_ptr<program> client_;
  std::optional<our_side> ours_;
};

std::string cell_name(const testing::TestParamInfo<cell>& info) { return name_of(info.param); }

#define SCHANNIX_INTEROP(peer, our_cell)                            \
  class peer : public testing::TestWithParam<cell> {};              \
  TEST_P(peer, cell) { our_cell(peer##_traits, GetParam()).run(); } \
  INSTANTIATE_TEST_SUITE_P(interop, peer, testing::ValuesIn(all_cells()), cell_name)

SCHANNIX_INTEROP(openssl_server, client_cell);
SCHANNIX_INTEROP(openssl_client, server_cell);
SCHANNIX_INTEROP(gnutls_server, client_cell);
SCHANNIX_INTEROP(gnutls_client, server_cell);

}  // namespace
}  // namespace schannix::test::interop
