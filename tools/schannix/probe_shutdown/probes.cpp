#include "probes.hpp"

#include <algorithm>

namespace tool {

namespace {

constexpr double quiet_seconds = 0.2;   // after which a connection counts as idle: tickets and greetings have come
constexpr double unread_seconds = 2.0;  // for which an answer is left unread at most

bool needs_dialogue(probe what) {
  return what == probe::half_close || what == probe::peer_first || what == probe::unread_data;
}

// One trial of a probe, from the end of the handshake.
class course {
 public:
  course(trial& on, const target& to, const dialogue& talk) : on_(on), to_(to), talk_(talk) {}

  observation run(probe what) {
    switch (what) {
      case probe::after_handshake:
        return on_.await_end();
      case probe::close_first:
        return close_when_idle([&] { on_.tls().close_write(); });
      case probe::user_canceled:
        return close_when_idle([&] { on_.tls().cancel_write(); });
      case probe::half_close:
        return ask(talk_.ask, [&] {
          on_.tls().close_write();
          return on_.await_end();
        });
      case probe::peer_first:
        return ask(talk_.quit, [&] { return on_.await_close(); });
      case probe::unread_data:
        return ask(talk_.quit, [&] {
          on_.tls().close_write();
          on_.leave_unread(std::min(to_.timeout, unread_seconds));
          return on_.await_end();
        });
      case probe::fin_only:
        on_.end_tcp();
        return on_.await_end();
      case probe::rst:
        on_.reset_tcp();
        break;
    }
    return {};
  }

 private:
  template <class Close>
  observation close_when_idle(Close close) {
    on_.read_until([] { return false; }, std::min(to_.timeout, quiet_seconds));
    const bool unasked = on_.ended();
    if (!unasked) close();
    auto seen = on_.await_end();
    seen.unasked = unasked;
    return seen;
  }

  template <class Then>
  observation ask(const std::string& request, Then then) {
    if (talk_.greeted) on_.read_until([&] { return on_.received().ends_with("\r\n"); }, to_.timeout);
    const auto greeting = on_.received().size();
    on_.say(request);
    auto seen = then();
    const auto received = std::string_view(on_.received()).substr(greeting);
    seen.answered = progress_of(talk_, received, seen.end == peer_end::close_notify);
    return seen;
  }

  trial& on_;
  const target& to_;
  const dialogue& talk_;
};

bool takes_connections(const target& to, const schannix::credential& who) {
  try {
    return trial(to, who).shake();
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

finding run_probe(probe what, schannix::tls_version version, const target& to, const dialogue& talk,
                  const schannix::credential& who) {
  finding found{.what = what, .version = version, .how = severity::bad, .sentence = {}, .seen = {}};
  if (needs_dialogue(what) && !talk.known) {
    found.how = severity::skipped;
    found.sentence = to.starttls.empty() ? "needs a protocol to speak: --http PATH or --protocol"
                                         : "nothing is asked inside " + to.starttls;
    return found;
  }
  try {
    {
      trial on(to, who);
      if (!(what == probe::after_handshake ? on.shake_and_close() : on.shake())) {
        found.sentence = "no connection this time: " + on.tls().report().sentence();
        return found;
      }
      found.seen = course(on, to, talk).run(what);
    }
    if (what == probe::rst) found.seen.alive = takes_connections(to, who);
    const auto judged = judge(what, version, found.seen);
    found.how = judged.how;
    found.sentence = judged.sentence;
  } catch (const std::exception& e) {
    found.sentence = std::string("no connection this time: ") + e.what();
  }
  return found;
}

}  // namespace tool
