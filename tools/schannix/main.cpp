// schannix: the command line. One file per command; what they share is in link, sockets, terminal, settings, files.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <schannix/schannix.hpp>

#include "completions.hpp"
#include "exit_codes.hpp"
#include "options.hpp"
#include "terminal.hpp"

namespace tool {

namespace {

constexpr auto examples = R"(Examples:
  schannix serve 4433 --write-cert /tmp/server.pem        an echo server with a throw-away certificate
  echo hi | schannix connect localhost:4433 --ca /tmp/server.pem
  schannix probe-shutdown example.org                     does this server close properly?
  schannix connect example.org --sspi                     every SSPI call, with its status and buffers
  printf 'GET / HTTP/1.0\r\n\r\n' | schannix connect example.org --keep-open
  schannix explain 0x80090325                             what a status, an alert, an event or CLOSE-004 means
  schannix serve 4433 --events all                        the events of Windows' log, for journald
  schannix config show --origin                           the settings in effect, and who made them
  schannix port scan src                                  what of Windows a program uses, and what is here

Exit codes:
  0 closed cleanly   2 usage   3 cannot connect   4 handshake or TLS failed   5 certificate rejected
  6 cut: FIN or RST without close_notify, or no answer in time   7 probe-shutdown found what --fail-on names
  port scan: 0 nothing that --fail-on names   7 something   8 nothing, but not all could be read
  explain: 0 known   2 not known

SCHANNIX_TRACE=FILE in the environment traces the SSPI calls of any program that uses libschannix.
)";

void add_common(CLI::App& command, common_options& options) {
  command.add_flag("--sspi", options.sspi, "Show every SSPI call with its status and buffers, and every transfer");
  command.add_flag("--json", options.json, "One JSON object a line on stderr instead of text");
  command.add_option("--keylog", options.key_log, "Append the session keys to FILE (SSLKEYLOGFILE format)")
      ->type_name("FILE");
  command
      .add_option("--events", options.events,
                  "The library's events on stderr, with Windows' ids, as journald reads them: <3>Schannel 36888: "
                  "...; settings: those that EventLogging asks for")
      ->check(CLI::IsMember({"errors", "warnings", "all", "settings"}))
      ->type_name("WHICH");
  command.add_option("--alpn", options.alpn, "Application protocols, separated by commas, the preferred one first")
      ->delimiter(',')
      ->allow_extra_args(false)  // "--alpn h2 HOST" must not swallow HOST
      ->type_name("LIST");
  command.add_option("--tls", options.tls, "Only this version")->check(CLI::IsMember({"1.2", "1.3"}))->type_name("");
  command.add_option("--timeout", options.timeout, "Limit for connecting, for the handshake and for the peer's end")
      ->check(CLI::Range(0.1, 86400.0))
      ->type_name("SECONDS")
      ->capture_default_str();
}

void add_connect(CLI::App& app, connect_options& options) {
  auto& command = *app.add_subcommand("connect", "Connect, relay stdin and stdout, tell how the connection ended");
  command.add_option("target", options.target, "Where to (default port 443)")->required()->type_name("HOST[:PORT]");
  command.add_option("--ca", options.ca_file, "Trust the certificates in FILE (PEM) besides the system's")
      ->type_name("FILE");
  auto* revocation =
      command
          .add_option("--revocation", options.revocation,
                      "Check that no certificate was revoked, by --crl, by the system's lists and by what the server "
                      "staples: leaf, chain, chain-without-root")
          ->check(CLI::IsMember({"leaf", "chain", "chain-without-root"}))
          ->type_name("WHOSE");
  command.add_option("--crl", options.crl_files, "Revocation lists for --revocation (PEM or DER); may be repeated")
      ->needs(revocation)
      ->allow_extra_args(false)
      ->type_name("FILE");
  command.add_flag("--fetch", options.fetch, "For --revocation: ask the places that the certificates name, over HTTP")
      ->needs(revocation);
  command.add_flag("--insecure", options.insecure, "Do not check the server's certificate");
  command.add_option("--servername", options.server_name, "Name to ask for and to check, instead of HOST")
      ->type_name("NAME");
  command.add_flag("--keep-open", options.keep_open,
                   "At the end of stdin wait for the peer to close, instead of closing");
  add_common(command, options);
}

void add_serve(CLI::App& app, serve_options& options) {
  auto& command = *app.add_subcommand("serve", "Echo what clients send");
  command.add_option("address", options.address, "Where to listen (default address 127.0.0.1; port 0: any free one)")
      ->required()
      ->type_name("[ADDR:]PORT");
  auto* cert = command.add_option("--cert", options.cert_file, "Certificate and chain (PEM)")->type_name("FILE");
  command.add_option("--key", options.key_file, "Private key (PEM); default: in the --cert file")
      ->type_name("FILE")
      ->needs(cert);
  auto* pfx = command.add_option("--pfx", options.pfx_file, "Certificate and key (PKCS#12)")->type_name("FILE");
  pfx->excludes(cert);
  command.add_option("--password", options.password, "Of the --pfx or --key file")->type_name("PW");
  command.add_option("--name", options.name, "Name in the throw-away certificate")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--write-cert", options.write_cert_file, "Write the certificate to FILE (PEM), for connect --ca")
      ->type_name("FILE");
  command
      .add_option("--ocsp", options.ocsp_file, "Staple the OCSP response in FILE (DER) for clients that ask for one")
      ->type_name("FILE");
  command
      .add_option("--ticket-keys", options.ticket_keys_file,
                  "Seal and open session tickets with the keys in FILE, which other servers may share")
      ->type_name("FILE");
  command.add_flag("--once", options.once, "Serve one connection and exit with its exit code");
  auto* close = command
                    .add_option("--close", options.close,
                                "End each connection in this way after the first echo: clean, no-wait, fin-only, "
                                "rst, silent, half, notify-then-data, mid-record, fatal=N; or, when the client "
                                "closes, answer late: delay=MS. The man page says what each one sends")
                    ->type_name("MODE");
  auto* first = command.add_flag("--close-first", options.close_first, "The same as --close=clean")->excludes(close);
  command.add_flag("--cut", options.cut, "The same as --close=fin-only: what a broken peer does")
      ->excludes(first)
      ->excludes(close);
  command
      .add_option("--chaos", options.chaos_seed,
                  "Send the echo in odd records and portions, the same for the same SEED")
      ->type_name("SEED");
  add_common(command, options);
}

void add_explain(CLI::App& app, explain_options& options) {
  auto& command = *app.add_subcommand("explain", "Tell what a code means, and what to do about it");
  auto* code = command.add_option(
      "code", options.words, "0x80090325, -2146893019, SEC_E_UNTRUSTED_ROOT, alert 48, unknown_ca, 36887, CLOSE-004");
  code->type_name("CODE");
  command.add_flag("--list", options.list, "All codes with their meanings, one a line")->excludes(code);
  command.add_flag("--json", options.json, "One JSON object a line on stdout instead of text");
}

void add_config(CLI::App& app, config_show_options& show, config_import_options& import) {
  auto& command =
      *app.add_subcommand("config", "The machine's settings: /etc/schannix/schannix.conf, or SCHANNIX_CONF's");
  command.require_subcommand(1);
  auto& showing = *command.add_subcommand("show", "Every setting with its value in effect");
  showing.add_flag("--origin", show.origin, "And where it comes from");
  showing.add_flag("--json", show.json, "One JSON object a line instead of text");
  auto& importing = *command.add_subcommand("import-reg", "Make a settings file of an export of Windows' registry");
  importing.add_option("file", import.file, "What regedit exported (.reg)")->required()->type_name("FILE");
  importing.add_option("--output", import.output, "Write to FILE instead of standard output")->type_name("FILE");
}

void add_port_scan(CLI::App& port, port_scan_options& options) {
  auto& command = *port.add_subcommand("scan", "What of Windows the sources and programs in a folder use");
  command.add_option("folder", options.folder, "Sources in C, C++, Rust and C#, and .exe and .dll files; or one file")
      ->required()
      ->type_name("DIR");
  command.add_flag("--all", options.all, "Every place of a name and every note, not the first three only");
  auto* json = command.add_flag("--json", options.json, "One JSON object a line instead of text");
  command.add_flag("--sarif", options.sarif, "A SARIF 2.1.0 log instead of text")->excludes(json);
  command.add_option("--exclude", options.excluded, "Leave out files and folders of this name; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  command
      .add_option("--fail-on", options.fail_on,
                  "Exit code 7 for names that are missing; partial: or have limits; warning: or warnings")
      ->check(CLI::IsMember({"missing", "partial", "warning", "never"}))
      ->type_name("WHAT")
      ->capture_default_str();
}

void add_port(CLI::App& app, port_scan_options& scan, port_init_options& init) {
  auto& command = *app.add_subcommand("port", "Help with bringing a program for Windows here");
  command.require_subcommand(1);
  add_port_scan(command, scan);
  auto& initial = *command.add_subcommand("init", "Print what a CMakeLists.txt or makefile needs");
  initial.add_option("folder", init.folder, "Of the program (default: this one)")->type_name("DIR");
  initial.add_option("--build", init.build, "What builds it (default: what the folder has)")
      ->check(CLI::IsMember({"cmake", "make"}))
      ->type_name("TOOL");
  initial.add_option("--target", init.target, "Name of the program or library")
      ->type_name("NAME")
      ->capture_default_str();
  initial.add_option("--output", init.output, "Write to FILE, which must be new, instead of standard output")
      ->type_name("FILE");
}

void add_probe_shutdown(CLI::App& app, probe_options& options) {
  auto& command = *app.add_subcommand("probe-shutdown", "Close in every way, and tell what the server does");
  command.add_option("target", options.target, "Where to (default port 443; of --starttls, its own)")
      ->required()
      ->type_name("HOST[:PORT]");
  command.add_option("--starttls", options.starttls, "Ask for TLS in the clear first, as this protocol does")
      ->check(CLI::IsMember({"smtp", "imap", "pop3", "ftp", "postgres", "ldap"}))
      ->type_name("PROTOCOL");
  auto* protocol =
      command.add_option("--protocol", options.protocol, "What the server speaks inside TLS (auto: by the port)")
          ->check(CLI::IsMember({"auto", "http", "smtp", "imap", "pop3", "ftp", "none"}))
          ->type_name("PROTOCOL")
          ->capture_default_str();
  command.add_option("--http", options.http_path, "It speaks HTTP: ask for PATH")
      ->type_name("PATH")
      ->excludes(protocol);
  command.add_option("--servername", options.server_name, "Name to ask for, instead of HOST")->type_name("NAME");
  command.add_option("--drain-limit", options.drain_limit, "Give up an answer that is longer")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 30))
      ->type_name("BYTES")
      ->capture_default_str();
  command.add_option("--fail-on", options.fail_on, "Exit code 7 from this severity on")
      ->check(CLI::IsMember({"note", "warning", "bad", "never"}))
      ->type_name("SEVERITY")
      ->capture_default_str();
  add_common(command, options);
}

void add_ticket_keys(CLI::App& app, ticket_keys_options& options) {
  using what = ticket_keys_options::what;
  auto& command = *app.add_subcommand("ticket-keys", "Files of session ticket keys, for serve --ticket-keys");
  command.require_subcommand(1);
  const auto add = [&](const char* name, const char* text, what action) {
    auto& made = *command.add_subcommand(name, text);
    made.add_option("file", options.file, "The file of keys")->required()->type_name("FILE");
    made.callback([&options, action] { options.action = action; });
    return &made;
  };
  add("new", "Make a file with one key, for its owner alone", what::make);
  add("rotate", "Put a new key in front; the oldest is forgotten", what::rotate)
      ->add_option("--keep", options.keep, "So many keys at most")
      ->check(CLI::Range(std::size_t{1}, std::size_t{16}))
      ->type_name("COUNT")
      ->capture_default_str();
  add("show", "The ids of the keys, the one that seals first", what::show);
}

void add_completions(CLI::App& app, std::string& shell) {
  auto& command = *app.add_subcommand("completions", "Print the completions of a shell");
  command.add_option("shell", shell, "Whose")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const int code = app.exit(error);  // help and version are "errors" with code 0
  return code == 0 ? exit_clean : exit_usage;
}

template <class Command>
int guarded(bool as_json, Command command) {
  const auto tell = [&](const std::exception& e, exit_code code) {
    const terminal out(as_json);
    out.event("error", {{"message", e.what()}, {"exit_code", static_cast<int>(code)}});
    out.say(std::string("schannix: ") + e.what(), tone::bad);
    return static_cast<int>(code);
  };
  try {
    return command();
  } catch (const usage_mistake& e) {
    return tell(e, exit_usage);
  } catch (const std::exception& e) {
    return tell(e, exit_internal);
  }
}

int run(int argc, char** argv) {
  CLI::App app("Talks TLS through the Schannel API of libschannix.", "schannix");
  app.set_version_flag("--version", std::string("schannix ") + SchannixVersion());
  app.footer(examples);
  app.require_subcommand(1);
  connect_options connecting;
  serve_options serving;
  explain_options explaining;
  probe_options probing;
  config_show_options showing;
  config_import_options importing;
  ticket_keys_options keys;
  port_scan_options scanning;
  port_init_options beginning;
  std::string shell;
  add_connect(app, connecting);
  add_serve(app, serving);
  add_probe_shutdown(app, probing);
  add_explain(app, explaining);
  add_config(app, showing, importing);
  add_ticket_keys(app, keys);
  add_port(app, scanning, beginning);
  add_completions(app, shell);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  if (app.got_subcommand("connect")) return guarded(connecting.json, [&] { return run_connect(connecting); });
  if (app.got_subcommand("explain")) return guarded(explaining.json, [&] { return run_explain(explaining); });
  if (app.got_subcommand("probe-shutdown")) return guarded(probing.json, [&] { return run_probe_shutdown(probing); });
  if (app.got_subcommand("ticket-keys")) return guarded(false, [&] { return run_ticket_keys(keys); });
  if (app.got_subcommand("completions")) {
    std::cout << completions_for(shell, app) << std::flush;
    return std::cout ? exit_clean : exit_internal;
  }
  if (app.got_subcommand("config")) {
    if (app.get_subcommand("config")->got_subcommand("show"))
      return guarded(showing.json, [&] { return run_config_show(showing); });
    return guarded(false, [&] { return run_config_import_reg(importing); });
  }
  if (app.got_subcommand("port")) {
    if (app.get_subcommand("port")->got_subcommand("scan"))
      return guarded(scanning.json || scanning.sarif, [&] { return run_port_scan(scanning); });
    return guarded(false, [&] { return run_port_init(beginning); });
  }
  return guarded(serving.json, [&] { return run_serve(serving); });
}

}  // namespace

}  // namespace tool

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed stdout or socket is an error code, not a death
  return tool::run(argc, argv);
}
