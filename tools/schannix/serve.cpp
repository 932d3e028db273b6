// schannix serve: a TLS echo server, for trying clients and for seeing connections end in every way.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <list>

#include "event_lines.hpp"
#include "exit_codes.hpp"
#include "files.hpp"
#include "options.hpp"
#include "serve_session.hpp"
#include "settings.hpp"
#include "ticket_keys.hpp"

namespace tool {

namespace {

class server {
 public:
  server(const serve_options& options, close_plan plan, const terminal& out, schannix::credential credential,
         unique_fd listener)
      : options_(options), plan_(plan), out_(out), credential_(std::move(credential)), listener_(std::move(listener)) {}

  exit_code run();

 private:
  bool accepting() const { return !stopping_ && !(options_.once && accepted_ > 0); }
  bool done() const { return sessions_.empty() && !accepting(); }
  deadline next_limit() const;
  void turn();
  void accept();
  void stop();

  const serve_options& options_;
  close_plan plan_;
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
  auto tls = schannix::connection::server(credential_, {.alpn = options_.alpn, .answer_close = false});
  tls_link wire(std::move(client.socket), std::move(tls), options_.sspi ? &out_ : nullptr);
  std::optional<chaos> disorder;  // of the first connection, the second, ...: each its own, the same on every run
  if (options_.chaos_seed) disorder.emplace(*options_.chaos_seed + static_cast<std::uint64_t>(accepted_));
  sessions_.emplace_back(options_, plan_, out_, std::move(wire), client.address, disorder);
  ++accepted_;
}

void server::stop() {
  stopping_ = true;
  for (auto& each : sessions_) each.close();
  char drained[256];
  while (::read(signals_.get(), drained, sizeof drained) > 0) continue;
}

close_plan plan_of(const serve_options& options) {
  if (options.close_first) return {close_mode::clean};
  if (options.cut) return {close_mode::fin_only};
  return options.close.empty() ? close_plan{} : parse_close(options.close);
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
  settings.later_tickets = options.chaos_seed.has_value();
  settings.certificates = {certificate};
  if (!options.ocsp_file.empty()) settings.ocsp_responses = {read_file(options.ocsp_file)};
  if (!options.ticket_keys_file.empty()) settings.ticket_keys = read_ticket_keys(options.ticket_keys_file);
  if (!options.write_cert_file.empty()) write_file(options.write_cert_file, certificate.to_pem());
  return schannix::credential(std::move(settings));
}

}  // namespace

int run_serve(const serve_options& options) {
  const terminal out(options.json);
  const event_lines events(options, out);
  const auto where = prepare([&] { return parse_listen_address(options.address); });
  const auto plan = prepare([&] { return plan_of(options); });
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
  return server(options, plan, out, std::move(credential), std::move(listener.socket)).run();
}

}  // namespace tool
