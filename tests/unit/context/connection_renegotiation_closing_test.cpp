// Closing in every moment of a renegotiation: two connections of ours, of which either closes after each record that
// crossed. Both ends must come to a clean end. spec 5.3, 5.4, S-16; docs/design/0009-renegotiation.md
#include "unit/context/context_forger.hpp"

namespace schannix::context {
namespace {

using namespace test;

struct situation {
  tls_version version;
  role begins;
  role closes;
  bool between;  // DecryptMessage has said SEC_I_RENEGOTIATE, and ISC / ASC was not called yet
  bool asks_certificate;
};

std::ostream& operator<<(std::ostream& out, const situation& of) {
  return out << (of.version == tls_version::tls12 ? "TLS 1.2, " : "TLS 1.0, ") << name_of(of.begins) << " begins, "
             << name_of(of.closes) << " closes" << (of.between ? " between" : "")
             << (of.asks_certificate ? ", a certificate is asked for" : "");
}

ours_setup of_role(const situation& of, role side) {
  ours_setup made;
  made.side = side;
  made.versions = engine::version_set();
  made.versions.add(of.version);
  return made;
}

// One connection, and the bytes that are on their way to it.
struct end {
  explicit end(connection& which) : of(which) {}
  connection& of;
  bytes arriving, sent;
  bool asked_for_certificate = false, closed = false, saw_close = false;

  void take(step_output made) {
    EXPECT_NE(made.what, step_output::kind::failed) << static_cast<int>(made.why.why);
    EXPECT_TRUE(!closed || closing_ || made.token.empty()) << "nothing follows a close_notify";
    sent.insert(sent.end(), made.token.begin(), made.token.end());
    asked_for_certificate = made.what == step_output::kind::wants_certificate;
    if (made.what == step_output::kind::closed) saw_close = true;
  }

  void close() {
    if (std::exchange(closed, true)) return;
    of.request_shutdown();
    closing_ = true;
    take(step(of));
    closing_ = false;
  }

  // One record. closes_between: before ISC / ASC would take what DecryptMessage opened.
  void receive_one(bool closes_between) {
    const bytes record = records_of(arriving).front();
    arriving.erase(arriving.begin(), arriving.begin() + static_cast<std::ptrdiff_t>(record.size()));
    if (saw_close) return;  // what follows is ignored
    const reading seen = read(of, record);
    EXPECT_FALSE(seen.failure) << static_cast<int>(seen.failure->why);
    saw_close = saw_close || seen.closed;
    if (!seen.renegotiate) return;
    if (closes_between) {
      close();
      EXPECT_FALSE(read(of, seen.left).failure) << "the opened record is passed over";
      return;
    }
    take(step(of, seen.left));
  }

  bool has_work() const { return !arriving.empty() || (asked_for_certificate && !closed); }

  void work(bool closes_between) {
    if (asked_for_certificate && !closed) return take(step(of));
    receive_one(closes_between);
  }

 private:
  bool closing_ = false;
};

struct played {
  explicit played(const situation& of)
      : what(of), at(of_role(of, role::client), of_role(of, role::server)), client(*at.client), server(*at.server) {
    end& first = of.begins == role::client ? client : server;
    step_input in;
    in.called_as = of.begins;
    in.asks_certificate = of.asks_certificate;
    first.take(first.of.step(in));
    carry();
  }

  void carry() {
    for (auto [from, to] : {std::pair(&client, &server), std::pair(&server, &client)}) {
      to->arriving.insert(to->arriving.end(), from->sent.begin(), from->sent.end());
      from->sent.clear();
    }
  }

  // False: nobody has anything to do.
  bool turn(bool closes_between = false) {
    end* const next = client.has_work() ? &client : server.has_work() ? &server : nullptr;
    if (next == nullptr) return false;
    const bool closes = closes_between && next->of.side() == what.closes;
    next->work(closes);
    carry();
    return true;
  }

  void finish() {
    do
      for (end* one : {&client, &server}) {
        if (one->saw_close) one->close();
        carry();
      }
    while (turn());
  }

  situation what;
  couple at;
  end client, server;
};

bool ended_cleanly(end& one) {
  const close_report told = one.of.report();
  return told.close_sent && told.close_received && !told.why && !told.aborted;
}

// Plays count turns, then closes. False: the renegotiation was over before.
bool closes_after(const situation& of, int count) {
  played scene(of);
  for (int i = 0; i < count; ++i)
    if (!scene.turn()) return false;
  end& closer = of.closes == role::client ? scene.client : scene.server;
  if (of.between)
    scene.turn(true);
  else
    closer.close();
  scene.carry();
  if (of.between && !closer.closed) return true;  // that turn was not the closer's
  scene.finish();
  EXPECT_TRUE(ended_cleanly(scene.client)) << "after " << count;
  EXPECT_TRUE(ended_cleanly(scene.server)) << "after " << count;
  return true;
}

class closing_in_a_renegotiation : public testing::TestWithParam<situation> {};

TEST_P(closing_in_a_renegotiation, is_clean_after_every_record) {
  int count = 0;
  while (closes_after(GetParam(), count)) ++count;
  EXPECT_GE(count, 5);
}

std::vector<situation> all_situations() {
  std::vector<situation> all;
  for (const tls_version version : {tls_version::tls12, tls_version::tls10})
    for (const role begins : {role::client, role::server})
      for (const role closes : {role::client, role::server})
        for (const bool between : {false, true})
          for (const bool asks : {false, true})
            if (!asks || begins == role::server) all.push_back({version, begins, closes, between, asks});
  return all;
}

INSTANTIATE_TEST_SUITE_P(all, closing_in_a_renegotiation, testing::ValuesIn(all_situations()));

// The same renegotiations, left alone: both go on.
TEST(renegotiation_of_two, comes_to_its_end) {
  for (const situation& of : all_situations()) {
    if (of.between || of.closes == role::server) continue;
    SCOPED_TRACE(testing::PrintToString(of));
    played scene(of);
    while (scene.turn()) {
    }
    EXPECT_NE(scene.client.of.facts()->first_finished, bytes());
    EXPECT_EQ(scene.client.of.facts()->first_finished, scene.server.of.facts()->first_finished);
    for (const auto& [from, to] : {std::pair(&scene.client, &scene.server), std::pair(&scene.server, &scene.client)}) {
      const auto record = seal(from->of, bytes(9, 5));
      ASSERT_TRUE(record);
      EXPECT_EQ(read(to->of, *record).data, bytes(9, 5));
    }
  }
}

// An ALERT token is emitted, and the message goes on waiting.
TEST(renegotiation_of_two, a_warning_between) {
  played scene({tls_version::tls12, role::server, role::client, false, false});
  const reading seen = read(scene.client.of, scene.client.arriving);
  ASSERT_TRUE(seen.renegotiate);
  scene.client.of.request_alert({engine::alert::warning, 90});
  const step_output warned = step(scene.client.of);
  EXPECT_FALSE(read(scene.server.of, warned.token).failure);
  EXPECT_EQ(step(scene.client.of).what, step_output::kind::go_on);
}

// A fatal alert ends both, at any moment, and is understood.
TEST(renegotiation_of_two, an_alert_after_every_record) {
  for (const tls_version version : {tls_version::tls12, tls_version::tls10})
    for (const role side : {role::client, role::server})
      for (int count = 0;; ++count) {
        played scene({version, role::client, side, false, false});
        int played_on = 0;
        while (played_on < count && scene.turn()) ++played_on;
        if (played_on < count) break;
        end& says = side == role::client ? scene.client : scene.server;
        end& hears = side == role::client ? scene.server : scene.client;
        says.of.request_alert({engine::alert::fatal, 80});
        const bytes alert = step(says.of).token;
        ASSERT_FALSE(alert.empty());
        hears.arriving.insert(hears.arriving.end(), alert.begin(), alert.end());
        step_output last;
        while (!hears.arriving.empty()) {
          const bytes record = records_of(hears.arriving).front();
          hears.arriving.erase(hears.arriving.begin(),
                               hears.arriving.begin() + static_cast<std::ptrdiff_t>(record.size()));
          const reading seen = read(hears.of, record);
          if (seen.renegotiate) last = step(hears.of, seen.left);
        }
        EXPECT_EQ(hears.of.report().alert_received, 80) << "after " << count;
      }
}

}  // namespace
}  // namespace schannix::context
