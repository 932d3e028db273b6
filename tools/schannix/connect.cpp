// schannix connect: a TLS client that relays stdin and stdout, and says how the connection ended.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "event_lines.hpp"
#include "exit_codes.hpp"
#include "files.hpp"
#include "link.hpp"
#include "options.hpp"
#include "settings.hpp"

namespace tool {

namespace {

constexpr std::size_t most_waiting = 1 << 20;  // bytes kept for a slow stdout or a slow peer before reading stops
constexpr std::size_t pipe_portion = 4096;     // poll() promises that a pipe takes this much without blocking

class client {
 public:
  client(const connect_options& options, const terminal& out, tls_link& wire, std::string where)
      : options_(options), out_(out), wire_(wire), where_(std::move(where)), limit_(in_seconds(options.timeout)) {}

  exit_code run();

 private:
  void wait();
  void take_events();
  void on_handshake_done();
  void on_data(std::span<const std::byte> bytes);
  void read_stdin();
  void write_stdout();
  void stop();
  void close_write();
  void flush_stdout();
  exit_code finish();
  void show_connection(const schannix::connection_info& info) const;
  void show_certificate(const schannix::certificate& certificate) const;

  const connect_options& options_;
  const terminal& out_;
  tls_link& wire_;
  std::string where_;
  unique_fd signals_ = stop_signals();
  deadline limit_;  // of the handshake, then of the wait for the peer's end; none in between
  std::string to_stdout_;
  bool stdin_open_ = true;
  bool stdout_open_ = true;
  bool interrupted_ = false;
  bool over_ = false;
};

exit_code client::run() {
  while (!over_) {
    wire_.send();
    wait();
    take_events();
    if (clock::now() >= limit_ && !over_) {
      wire_.tls().transport_ended(schannix::transport_end::timed_out);
      take_events();
    }
  }
  return finish();
}

void client::wait() {
  auto& tls = wire_.tls();
  const short socket_events = wire_.wanted(to_stdout_.size() < most_waiting);
  const bool may_send = stdin_open_ && tls.can_seal() && wire_.backlog() < most_waiting;
  std::array<pollfd, 4> polled{{
      {signals_.get(), POLLIN, 0},
      {socket_events != 0 ? wire_.fd() : -1, socket_events, 0},
      {may_send ? STDIN_FILENO : -1, POLLIN, 0},
      {to_stdout_.empty() ? -1 : STDOUT_FILENO, POLLOUT, 0},
  }};
  if (poll(polled.data(), polled.size(), poll_timeout(limit_)) <= 0) return;
  if (polled[0].revents != 0) stop();
  if (polled[1].revents != 0) wire_.transfer(polled[1].revents);
  if (polled[2].revents != 0) read_stdin();
  if (polled[3].revents != 0) write_stdout();
}

void client::take_events() {
  auto& tls = wire_.tls();
  while (!over_) {
    const schannix::event event = tls.next();
    if (std::holds_alternative<schannix::needs_bytes>(event)) return;
    if (std::holds_alternative<schannix::handshake_done>(event)) on_handshake_done();
    if (const auto* data = std::get_if<schannix::data_received>(&event)) on_data(data->bytes);
    if (std::holds_alternative<schannix::closed>(event)) over_ = true;
  }
}

void client::on_handshake_done() {
  limit_ = deadline::max();
  const auto info = wire_.tls().info();
  const auto certificate = wire_.tls().peer_certificate();
  json fields = as_json(info);
  fields["address"] = where_;
  fields["verified"] = !options_.insecure;
  if (certificate) fields["certificate"] = as_json(*certificate);
  if (!options_.json) show_connection(info);
  if (!options_.json && certificate) show_certificate(*certificate);
  out_.event("connected", fields);
}

void client::show_connection(const schannix::connection_info& info) const {
  out_.say(fmt::format("Connected to {} ({})", options_.target, where_), tone::good);
  out_.say(fmt::format("  protocol      {}{}", info.version_name(), info.resumed ? " (resumed session)" : ""));
  out_.say(fmt::format("  cipher suite  {}", info.cipher_suite));
  out_.say(fmt::format("  key exchange  {}", info.group_name()));
  out_.say(fmt::format("  ALPN          {}", info.alpn.empty() ? "none" : printable(info.alpn)));
}

void client::show_certificate(const schannix::certificate& certificate) const {
  std::string names;
  for (const auto& name : certificate.dns_names()) names += (names.empty() ? "" : ", ") + printable(name);
  out_.say(fmt::format("  certificate   {}", printable(certificate.subject())));
  out_.say(fmt::format("    issued by   {}", printable(certificate.issuer())));
  if (!names.empty()) out_.say(fmt::format("    for         {}", names));
  out_.say(
      fmt::format("    valid       {} to {}", date_of(certificate.not_before()), date_of(certificate.not_after())));
  if (options_.insecure)
    out_.say("    checked     NO (--insecure): anybody may be at the other end", tone::bad);
  else
    out_.say(fmt::format("    checked     yes, it leads to a trusted root and bears the name {}", options_.server_name),
             tone::good);
}

void client::on_data(std::span<const std::byte> bytes) {
  if (stdout_open_) to_stdout_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (limit_ != deadline::max()) limit_ = in_seconds(options_.timeout);  // it still talks
}

void client::read_stdin() {
  std::array<char, 65536> buffer;
  const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count > 0) {
    wire_.tls().seal(std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(count))));
    return;
  }
  stdin_open_ = false;
  if (!options_.keep_open) close_write();
}

void client::close_write() {
  wire_.tls().close_write();
  limit_ = in_seconds(options_.timeout);
}

void client::write_stdout() {
  const auto count = ::write(STDOUT_FILENO, to_stdout_.data(), std::min(to_stdout_.size(), pipe_portion));
  if (count >= 0) {
    to_stdout_.erase(0, static_cast<std::size_t>(count));
  } else if (errno != EINTR && errno != EAGAIN) {  // EPIPE: nobody reads any more, as in `schannix … | head -1`
    stdout_open_ = false;
    to_stdout_.clear();
    wire_.tls().close();
    limit_ = std::min(limit_, in_seconds(options_.timeout));
  }
}

// The first signal closes, the second one ends the wait for the peer.
void client::stop() {
  if (interrupted_ || !wire_.tls().established()) wire_.tls().abort(schannix::alert::user_canceled);
  interrupted_ = true;
  wire_.tls().close();
  limit_ = in_seconds(options_.timeout);
  stdin_open_ = false;
  char drained[256];
  while (::read(signals_.get(), drained, sizeof drained) > 0) continue;
}

void client::flush_stdout() {
  while (!to_stdout_.empty()) {
    pollfd waiting{STDOUT_FILENO, POLLOUT, 0};
    if (poll(&waiting, 1, -1) > 0) write_stdout();
  }
}

exit_code client::finish() {
  flush_stdout();
  linger(wire_, in_seconds(std::min(options_.timeout, linger_seconds)));
  const auto report = wire_.tls().report();
  const auto code = interrupted_ ? exit_interrupted : code_of(report);
  json fields = as_json(report);
  fields["exit_code"] = static_cast<int>(code);
  out_.event("closed", fields);
  if (report.established)
    out_.say(fmt::format("{} bytes sent, {} bytes received.", report.bytes_sent, report.bytes_received), tone::quiet);
  out_.say(report.sentence(), code == exit_clean ? tone::good : tone::bad);
  return code;
}

schannix::revocation revocation_of(const std::string& scope) {
  if (scope == "leaf") return schannix::revocation::leaf;
  if (scope == "chain") return schannix::revocation::chain;
  if (scope == "chain-without-root") return schannix::revocation::chain_without_root;
  return schannix::revocation::unchecked;
}

schannix::credential make_credential(const connect_options& options, const terminal& out) {
  auto settings = credential_settings(options, out);
  if (!options.ca_file.empty()) settings.extra_roots = schannix::certificate::list_from_pem(read_file(options.ca_file));
  if (options.insecure) settings.verify = schannix::verification::manual;
  settings.check_revocation = revocation_of(options.revocation);
  settings.fetch_revocation = options.fetch;
  for (const auto& file : options.crl_files) settings.revocation_lists.push_back(read_file(file));
  return schannix::credential(std::move(settings));
}

}  // namespace

int run_connect(const connect_options& given) {
  auto options = given;
  const terminal out(options.json);
  const event_lines events(options, out);
  const auto where = prepare([&] { return parse_endpoint(options.target, "443"); });
  if (options.server_name.empty()) options.server_name = where.host;
  const auto credential = prepare([&] { return make_credential(options, out); });
  auto tls =
      prepare([&] { return schannix::connection::client(credential, options.server_name, {.alpn = options.alpn}); });
  connected tcp;
  try {
    tcp = connect_to(where, in_seconds(options.timeout));
  } catch (const std::exception& e) {
    out.event("cannot_connect", {{"message", e.what()}, {"exit_code", static_cast<int>(exit_cannot_connect)}});
    out.say(fmt::format("Cannot connect: {}.", e.what()), tone::bad);
    return exit_cannot_connect;
  }
  tls_link wire(std::move(tcp.socket), std::move(tls), options.sspi ? &out : nullptr);
  return client(options, out, wire, tcp.address).run();
}

}  // namespace tool
