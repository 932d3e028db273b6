// schannix probe-shutdown: the matrix of probes, in TLS 1.2 and 1.3, and what it says about the server.
#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "event_lines.hpp"
#include "exit_codes.hpp"
#include "options.hpp"
#include "probes.hpp"
#include "settings.hpp"
#include "starttls.hpp"
#include "table.hpp"

namespace tool {

namespace {

using schannix::tls_version;

// Before any probe can begin; one line, and what to do.
struct no_server {
  exit_code code;
  std::string what;
};

std::string default_port(const std::string& starttls) {
  if (starttls == "smtp") return "25";
  if (starttls == "imap") return "143";
  if (starttls == "pop3") return "110";
  if (starttls == "ftp") return "21";
  if (starttls == "postgres") return "5432";
  return starttls == "ldap" ? "389" : "443";
}

target target_of(const probe_options& options, const terminal& out) {
  target to{.where = parse_endpoint(options.target, default_port(options.starttls)),
            .name = options.server_name,
            .starttls = options.starttls,
            .alpn = options.alpn,
            .timeout = options.timeout,
            .drain_limit = options.drain_limit};
  if (options.sspi) to.wire = &out;
  if (to.name.empty()) to.name = to.where.host;
  return to;
}

dialogue dialogue_of(const probe_options& options, const target& to) {
  if (!options.http_path.empty() &&
      (options.http_path.front() != '/' || printable(options.http_path) != options.http_path))
    throw std::invalid_argument("--http '" + printable(options.http_path) + "': a path begins with /");
  auto protocol = options.http_path.empty() ? options.protocol : "http";
  const bool mail = options.starttls == "smtp" || options.starttls == "imap" || options.starttls == "pop3";
  if (protocol == "auto" && options.alpn == std::vector<std::string>{"http/1.1"}) protocol = "http";
  if (protocol == "auto" && (mail || options.starttls == "ftp")) protocol = options.starttls;
  const auto path = options.http_path.empty() ? std::string("/") : options.http_path;
  return dialogue_for(protocol, to.where.port, to.name, path, !options.starttls.empty());
}

// Nothing that is worth protecting is sent, so anybody may answer: certificates are not checked.
schannix::credential credential_for(const common_options& options, std::optional<tls_version> only,
                                    const terminal& out) {
  auto settings = credential_settings(options, out);
  if (only) settings.oldest = settings.newest = *only;
  settings.verify = schannix::verification::manual;
  settings.resumption = false;
  return schannix::credential(std::move(settings));
}

// The first connection: is there a server, and does it speak TLS? From then on its address is known.
std::string meet(target& to, const schannix::credential& who) {
  const auto name = fmt::format("{}:{}", to.where.host, to.where.port);
  try {
    trial first(to, who);
    if (!first.shake()) {
      const bool plain = to.starttls.empty();
      throw no_server{exit_tls_failed,
                      fmt::format("{}: {} Is it a TLS port?{}", name, first.tls().report().sentence(),
                                  plain ? " If TLS begins by STARTTLS, say --starttls=PROTOCOL." : "")};
    }
    to.where = parse_endpoint(first.address(), to.where.port);
    return first.address();
  } catch (const starttls_refused& e) {
    throw no_server{exit_tls_failed,
                    fmt::format("{}: no STARTTLS: {}. Is {} what it speaks?", name, e.what(), to.starttls)};
  } catch (const std::system_error& e) {
    throw no_server{
        exit_cannot_connect,
        fmt::format("Cannot connect: {}. Does the server run, and does no firewall stand between?", e.what())};
  } catch (const std::runtime_error& e) {
    throw no_server{exit_cannot_connect, fmt::format("Cannot connect: {}. Is the name right?", e.what())};
  }
}

class matrix {
 public:
  matrix(const probe_options& options, const terminal& out, target to)
      : options_(options),
        out_(out),
        to_(std::move(to)),
        talk_(dialogue_of(options_, to_)),
        any_version_(credential_for(options_, {}, out_)) {
    (void)schannix::connection::client(any_version_, to_.name, {.alpn = to_.alpn});  // throws for a bad ALPN name
  }

  std::vector<finding> run() {
    const auto name = fmt::format("{}:{}", to_.where.host, to_.where.port);
    const auto address = meet(to_, any_version_);
    out_.say(fmt::format("probing {} ({})", name, address), tone::quiet);
    for (const auto version : {tls_version::tls_1_2, tls_version::tls_1_3})
      if (options_.tls.empty() || version_name(version).ends_with(options_.tls)) run(version);
    return std::move(found_);
  }

 private:
  bool speaks(tls_version version, const schannix::credential& who) {
    trial first(to_, who);
    if (first.shake()) return true;
    const auto why = first.tls().report().sentence();
    out_.event("left_out", {{"version", version_name(version)}, {"message", why}});
    out_.say(fmt::format("{}: not spoken here; left out. {}", version_name(version), why));
    return false;
  }

  void run(tls_version version) {
    const auto who = credential_for(options_, version, out_);
    if (!speaks(version, who)) return;
    for (const auto each : all_probes) {
      out_.say(fmt::format("{} {}: {}", version_name(version), probe_name(each), probe_does(each)), tone::quiet);
      found_.push_back(run_probe(each, version, to_, talk_, who));
    }
  }

  const probe_options& options_;
  const terminal& out_;
  target to_;
  dialogue talk_;
  schannix::credential any_version_;
  std::vector<finding> found_;
};

exit_code give_up(const terminal& out, exit_code code, const std::string& what) {
  const auto* name = code == exit_cannot_connect ? "cannot_connect" : "error";
  out.event(name, {{"message", what}, {"exit_code", static_cast<int>(code)}});
  out.say(what, tone::bad);
  return code;
}

}  // namespace

int run_probe_shutdown(const probe_options& options) {
  const terminal out(options.json);
  const event_lines events(options, out);
  const auto to = prepare([&] { return target_of(options, out); });
  auto probing = prepare([&] { return matrix(options, out, to); });
  try {
    const auto found = probing.run();
    if (found.empty()) return give_up(out, exit_tls_failed, "The server speaks neither TLS 1.2 nor 1.3 any more.");
    const auto worst = worst_of(found);
    const bool fails = options.fail_on != "never" && worst >= severity_of(options.fail_on);
    const auto code = fails ? exit_findings : exit_clean;
    write_findings(fmt::format("{}:{}", to.where.host, to.where.port), found, options.json, code);
    return code;
  } catch (const no_server& e) {
    return give_up(out, e.code, e.what);
  } catch (const std::runtime_error& e) {
    return give_up(out, exit_cannot_connect,
                   fmt::format("The server is gone in the middle of the probes: {}.", e.what()));
  }
}

}  // namespace tool
