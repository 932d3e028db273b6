// A client's certificate after the handshake of TLS 1.3, with a peer that does not keep to the rules. RFC 8446 §4.6.2
#include "context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

constexpr base::byte certificate = 11, certificate_request = 13, certificate_verify = 15, finished = 20;
constexpr std::uint8_t unexpected_message = engine::alert::unexpected_message;

bytes message(base::byte kind, const bytes& body) {
  bytes made{kind, 0, 0, static_cast<base::byte>(body.size())};
  made.insert(made.end(), body.begin(), body.end());
  return made;
}

void expect_refused(forger& at, const bytes& record, std::uint8_t alert) {
  const auto opened = open_copy(*at.ours, record);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().why, base::reason::illegal_message);
  EXPECT_EQ(owed_alert(at), (bytes{engine::alert::fatal, alert}));
}

// ---- Clients ----

TEST(later_requests, to_a_client_that_has_not_offered_it) {
  forger at({.side = role::client});
  expect_refused(at, at.says(content_type::handshake, message(certificate_request, {0, 0, 0})), unexpected_message);
}

TEST(later_requests, that_cannot_be_read) {
  const bytes bodies[] = {{}, {0}, {0, 0, 0}, {5, 1, 2}, {0, 0, 9, 0}, {0, 0, 4, 0, 13, 0, 0}};
  for (const bytes& body : bodies) {
    forger at({.side = role::client, .later_certificates = true});
    const bytes record = at.says(content_type::handshake, message(certificate_request, body));
    const auto opened = open_copy(*at.ours, record);
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->what, read_output::kind::renegotiate);
    const step_output made = step(*at.ours, record);
    EXPECT_EQ(made.what, step_output::kind::failed);
    EXPECT_EQ(made.why.blame, base::cause::peer);
    EXPECT_FALSE(owed_alert(at).empty());
    EXPECT_FALSE(seal(*at.ours, bytes(1)));
  }
}

// ---- Servers ----

TEST(later_answers, that_nobody_asked_for) {
  for (const base::byte kind : {certificate, certificate_verify, finished}) {
    forger at({.side = role::server, .later_certificates = true}, engine::modern_versions, true);
    expect_refused(at, at.says(content_type::handshake, message(kind, {0, 0, 0, 0})), unexpected_message);
  }
}

// A server that has asked, and what the request bears so that an answer can be told from others.
struct asked : forger {
  bytes context;

  asked() : forger({.side = role::server, .later_certificates = true}, engine::modern_versions, true) {
    step_input in;
    in.called_as = role::server;
    in.asks_certificate = true;
    const step_output made = ours->step(in);
    EXPECT_EQ(made.what, step_output::kind::finished);
    const auto heard = hears(made.token);
    if (!heard || heard->content.size() < 5 || heard->content[0] != certificate_request)
      throw std::runtime_error("no request");
    context.assign(heard->content.begin() + 5, heard->content.begin() + 5 + heard->content[4]);
  }
  bytes no_certificate() const {
    bytes body{static_cast<base::byte>(context.size())};
    body.insert(body.end(), context.begin(), context.end());
    body.insert(body.end(), {0, 0, 0});
    return message(certificate, body);
  }
  // The answer's first message was taken, by way of DecryptMessage.
  void begin() {
    const bytes record = says(content_type::handshake, no_certificate());
    const auto opened = open_copy(*ours, record);
    ASSERT_TRUE(opened && opened->what == read_output::kind::renegotiate);
    EXPECT_EQ(step(*ours, record).what, step_output::kind::go_on);
  }
};

TEST(later_answers, data_within_is_refused) {
  asked at;
  at.begin();
  expect_refused(at, at.says(content_type::application_data, bytes(5, 'x')), unexpected_message);
}

TEST(later_answers, data_within_is_refused_in_records_of_a_call_too) {
  asked at;
  at.begin();
  const step_output made = step(*at.ours, at.says(content_type::application_data, bytes(5, 'x')));
  EXPECT_EQ(made.what, step_output::kind::failed);
  EXPECT_EQ(made.why.why, base::reason::illegal_message);
}

TEST(later_answers, close_notify_within_is_heard) {
  for (const bool by_call : {false, true}) {
    asked at;
    at.begin();
    const bytes close = at.says(content_type::alert, bytes{engine::alert::warning, engine::alert::close_notify});
    if (by_call) {
      EXPECT_EQ(step(*at.ours, close).what, step_output::kind::closed);
    } else {
      const auto opened = open_copy(*at.ours, close);
      ASSERT_TRUE(opened);
      EXPECT_EQ(opened->what, read_output::kind::closed);
    }
    EXPECT_TRUE(at.ours->report().close_received);
  }
}

TEST(later_answers, a_finished_that_is_wrong_ends_the_connection) {
  asked at;
  at.begin();
  const bytes record = at.says(content_type::handshake, message(finished, bytes(48, 7)));
  const auto opened = open_copy(*at.ours, record);
  ASSERT_TRUE(opened && opened->what == read_output::kind::renegotiate);
  const step_output made = step(*at.ours, record);
  EXPECT_EQ(made.what, step_output::kind::failed);
  EXPECT_EQ(made.why.blame, base::cause::peer);
  EXPECT_TRUE(at.ours->facts()->peer_certificates.empty());
  EXPECT_FALSE(seal(*at.ours, bytes(1)));
}

TEST(later_answers, messages_in_another_order_end_the_connection) {
  for (const base::byte kind : {certificate_verify, finished}) {
    asked at;
    const bytes record = at.says(content_type::handshake, message(kind, bytes(48, 7)));
    const auto opened = open_copy(*at.ours, record);
    ASSERT_TRUE(opened && opened->what == read_output::kind::renegotiate);
    EXPECT_EQ(step(*at.ours, record).what, step_output::kind::failed);
  }
}

// A record that does not open, given to the call that waits for the answer.
TEST(later_answers, harm_to_a_record_is_found) {
  asked at;
  bytes record = at.says(content_type::handshake, at.no_certificate());
  record.back() ^= 1;
  const step_output made = step(*at.ours, record);
  EXPECT_EQ(made.what, step_output::kind::failed);
  EXPECT_EQ(made.why.why, base::reason::bad_record);
}

TEST(later_answers, a_connection_that_awaits_one_does_not_move) {
  asked at;
  EXPECT_FALSE(at.ours->moved_out({}));
}

}  // namespace
}  // namespace schannix::context
