// schannix serve: a TLS echo server, for trying clients and for seeing connections end in every way.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <list>

#include "exit_codes.hpp"
#include "files.hpp"
#include "link.hpp"
#include "options.hpp"
#include "settings.hpp"

namespace tool {

namespace {

constexpr std::size_t most_waiting = 1 << 20;  // echo kept for a slow client before reading from it stops

// One client. Its phases: talking until the connection is closed (or cut), then ending TCP.
class session {
 public:
  session(const serve_options& options, const terminal& out, tls_link wire, std::string name)
      : options_(options),
        out_(out),
        wire_(std::move(wire)),
        name_(std::move(name)),
        limit_(in_seconds(options.timeout)) {}

  pollfd polled() const {
    const short events = wire_.wanted(over_ || wire_.backlog() < most_waiting);
    return {events != 0 ? wire_.fd() : -1, events, 0};
  }
  deadline limit() const { return limit_; }
  bool finished() const { return over_ && ((wire_.all_sent() && wire_.gone()) || clock::now() >= limit_); }
  exit_code code() const { return code_; }

  void turn(short ready);
  void close();

 private:
  void take_events();
  void on_handshake_done();
  void echo(std::span<const std::byte> bytes);
  void after_echo();
  void end();

  const serve_options& options_;
  const terminal& out_;
  tls_link wire_;
  std::string name_;
  deadline limit_;  // of the handshake; of the wait for the peer's end; none in between
  bool echoed_ = false;
  bool over_ = false;
  exit_code code_ = exit_clean;
};

void session::turn(short ready) {
  if (ready != 0) wire_.transfer(ready);
  if (!over_ && clock::now() >= limit_) wire_.tls().transport_ended(schannix::transport_end::timed_out);
  take_events();
  wire_.send();
  if (echoed_ && wire_.all_sent()) after_echo();
  if (over_ && wire_.all_sent()) wire_.half_close();
}

void session::take_events() {
  while (!over_) {
    const schannix::event event = wire_.tls().next();
    if (std::holds_alternative<schannix::needs_bytes>(event)) return;
    if (std::holds_alternative<schannix::handshake_done>(event)) on_handshake_done();
    if (const auto* data = std::get_if<schannix::data_received>(&event)) echo(data->bytes);
    if (std::holds_alternative<schannix::closed>(event)) end();
  }
}

void session::on_handshake_done() {
  limit_ = deadline::max();
  const auto info = wire_.tls().info();
  json fields = as_json(info);
  fields["client"] = name_;
  out_.event("connected", fields);
  out_.say(fmt::format("{}: connected, {}", name_, one_line(info)));
}

void session::echo(std::span<const std::byte> bytes) {
  if (!wire_.tls().can_seal()) return;  // after --close-first: the client may still send, nothing goes back
  wire_.tls().seal(bytes);
  echoed_ = true;
}

// The two ways to end from this side that can be asked for.
void session::after_echo() {
  echoed_ = false;
  if (options_.cut) {
    wire_.half_close();
    limit_ = in_seconds(options_.timeout);
  } else if (options_.close_first) {
    wire_.tls().close_write();
    wire_.send();
    limit_ = in_seconds(options_.timeout);
  }
}

void session::close() {
  if (over_) return;
  wire_.tls().close();
  limit_ = in_seconds(std::min(options_.timeout, linger_seconds));
  turn(0);
}

void session::end() {
  over_ = true;
  limit_ = in_seconds(std::min(options_.timeout, linger_seconds));
  const auto report = wire_.tls().report();
  code_ = code_of(report);
  json fields = as_json(report);
  fields["client"] = name_;
  fields["exit_code"] = static_cast<int>(code_);
  out_.event("closed", fields);
  out_.say(fmt::format("{}: {}", name_, report.sentence()), code_ == exit_clean ? tone::good : tone::bad);
}

class server {
 public:
  server(const serve_options& options, const terminal& out, schannix::credential credential, unique_fd listener)
      : options_(options), out_(out), credential_(std::move(credential)), listener_(std::move(listener)) {}

  exit_code run();

 private:
  bool accepting() const { return !stopping_ && !(options_.once && accepted_ > 0); }
  bool done() const { return sessions_.empty() && !accepting(); }
  deadline next_limit() const;
  void turn();
  void accept();
  void stop();

  const serve_options& options_;
  const terminal& out_;
  schannix::credential credential_;
  unique_fd listener_;
  unique_fd signals_ = stop_signals();
  std::list<session> sessions_;
  int accepted_ = 0;
  bool stopping_ = false;
  exit_code last_ = exit_clean;
};

exit_code server::run() {
  while (!done()) turn();
  return options_.once ? last_ : exit_clean;
}

deadline server::next_limit() const {
  auto next = deadline::max();
  for (const auto& each : sessions_) next = std::min(next, each.limit());
  return next;
}

void server::turn() {
  std::vector<pollfd> polled = {{signals_.get(), POLLIN, 0}, {accepting() ? listener_.get() : -1, POLLIN, 0}};
  for (const auto& each : sessions_) polled.push_back(each.polled());
  if (poll(polled.data(), polled.size(), poll_timeout(next_limit())) < 0) return;
  std::size_t at = 2;
  for (auto each = sessions_.begin(); each != sessions_.end();) {
    each->turn(polled[at++].revents);
    if (each->finished()) {
      last_ = each->code();
      each = sessions_.erase(each);
    } else {
      ++each;
    }
  }
  if (polled[0].revents != 0) stop();
  if (polled[1].revents != 0) accept();
}

void server::accept() {
  auto client = accept_from(listener_);
  if (!client.socket) return;
  auto tls = schannix::connection::server(credential_, {.alpn = options_.alpn});
  tls_link wire(std::move(client.socket), std::move(tls), options_.sspi ? &out_ : nullptr);
  sessions_.emplace_back(options_, out_, std::move(wire), client.address);
  ++accepted_;
}

void server::stop() {
  stopping_ = true;
  for (auto& each : sessions_) each.close();
  char drained[256];
  while (::read(signals_.get(), drained, sizeof drained) > 0) continue;
}

schannix::certificate own_certificate(const serve_options& options) {
  if (!options.pfx_file.empty()) {
    const auto file = read_file(options.pfx_file);
    return schannix::certificate::from_pfx(std::as_bytes(std::span(file)), options.password);
  }
  if (options.cert_file.empty()) return schannix::certificate::self_signed(options.name);
  const auto certificates = read_file(options.cert_file);
  const auto key = options.key_file.empty() ? certificates : read_file(options.key_file);
  const auto password = options.password.empty() ? std::nullopt : std::optional(options.password);
  return schannix::certificate::from_pem(certificates, key, password);
}

schannix::credential make_credential(const serve_options& options, const terminal& out,
                                     const schannix::certificate& certificate) {
  auto settings = credential_settings(options, out);
  settings.side = schannix::role::server;
  settings.certificates = {certificate};
  if (!options.write_cert_file.empty()) write_file(options.write_cert_file, certificate.to_pem());
  return schannix::credential(std::move(settings));
}

}  // namespace

int run_serve(const serve_options& options) {
  const terminal out(options.json);
  const auto where = prepare([&] { return parse_listen_address(options.address); });
  const auto certificate = prepare([&] { return own_certificate(options); });
  auto credential = prepare([&] { return make_credential(options, out, certificate); });
  connected listener;
  try {
    listener = listen_on(where);
  } catch (const std::exception& e) {
    out.event("cannot_listen", {{"message", e.what()}, {"exit_code", static_cast<int>(exit_cannot_connect)}});
    out.say(fmt::format("Cannot listen: {}.", e.what()), tone::bad);
    return exit_cannot_connect;
  }
  if (options.cert_file.empty() && options.pfx_file.empty())
    out.say(fmt::format("using a throw-away certificate for {}", options.name), tone::quiet);
  out.event("listening", {{"address", listener.address}, {"certificate", as_json(certificate)}});
  out.say("listening on " + listener.address);
  return server(options, out, std::move(credential), std::move(listener.socket)).run();
}

}  // namespace tool
