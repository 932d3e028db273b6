// `schannix probe-shutdown` against servers that close in known ways. docs/howto/probe-shutdown.md has the verdicts.
#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <set>

#include "conformance/tool_support.hpp"
#include "support/program.hpp"
#include "support/socket.hpp"

namespace tool_test {
namespace {

using schannix::test::free_port;
using schannix::test::program;

constexpr int most_starts = 5;
constexpr const char* both[] = {"TLS 1.2", "TLS 1.3"};

// Rows of the table: the version, then probe and severity and sentence.
struct findings : ran {
  explicit findings(ran from) : ran(std::move(from)) {}

  std::string row(const std::string& version, const std::string& probe) const {
    const auto part = out.find(version + "\n");
    const auto start = part == std::string::npos ? part : out.find("\n  " + probe + " ", part);
    return start == std::string::npos ? "no row in: " + out + err
                                      : out.substr(start + 3, out.find('\n', start + 3) - start - 3);
  }
  // "ok", "note", ...
  std::string severity(const std::string& version, const std::string& probe) const {
    const auto found = row(version, probe);
    const auto start = found.find_first_not_of(' ', probe.size());
    return start == std::string::npos ? found : found.substr(start, found.find(' ', start) - start);
  }
  std::string severities(const std::string& version) const {
    std::string all;
    for (const std::string each : {"after-handshake", "close-first", "user-canceled", "half-close", "peer-first",
                                   "unread-data", "fin-only", "rst"})
      all += (all.empty() ? "" : " ") + severity(version, each);
    return all;
  }
};

// "ok warning ...", of the eight probes in the order of the table.
const std::string all_ok = "ok ok ok ok ok ok ok ok";

class ToolProbe : public testing::Test {
 protected:
  ToolProbe() { files_.write("peer.py", script); }

  findings probe(const std::string& where, const std::string& options = "") {
    return findings(run(files_, "$TOOL probe-shutdown " + where + " --timeout 2 " + options));
  }
  program python(const std::string& how, const std::string& starttls = "") {
    return program({"python3", files_.path("peer.py"), how, starttls, files_.path("leaf.pem"), files_.path("leaf.key")},
                   "python3");
  }
  static std::string port_of(program& server) { return server.await_line_after("port "); }

  // For programs that must be told a port.
  template <class Start>
  std::string on_a_free_port(std::unique_ptr<program>& run, Start start) {
    for (int i = 0; i < most_starts; ++i) {
      const auto port = std::to_string(free_port());
      run = start(port);
      if (run) return port;
    }
    throw std::runtime_error("no free port");
  }

  std::string serve_command(const std::string& mode) const {
    return "cd " + files_.path(".") + "; exec " + tool +
           " serve 0 --cert leaf.pem --key leaf.key --timeout 4 --close=" + mode;
  }
  static std::string probe_command(const background& server, const std::string& version) {
    return tool + " probe-shutdown localhost:" + server.port_after("listening on ") + " --http / --timeout 2 --tls " +
           version.substr(std::string("TLS ").size());
  }

  static const char* const script;
  server_files files_;
};

const char* const ToolProbe::script = R"PY(
import os, socket, ssl, sys, threading
how, starttls, cert, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)

def upgrade(c):
    f = c.makefile("rwb", buffering=0)
    talk = {"": [], "smtp": [b"220-a\r\n220 b\r\n", None, b"250-a\r\n250 STARTTLS\r\n", None, b"220 go\r\n"],
            "imap": [b"* OK a\r\n", None, b"* CAPABILITY IMAP4rev1\r\na OK go\r\n"],
            "pop3": [b"+OK a\r\n", None, b"+OK go\r\n"], "ftp": [b"220 a\r\n", None, b"234 go\r\n"],
            "postgres": [8, b"S"], "ldap": [31, bytes.fromhex("300c02010178070a010004000400")],
            "refuses": [b"220 a\r\n", None, b"250 b\r\n", None, b"502 not here\r\n", None],
            "injects": [b"220 a\r\n", None, b"250 b\r\n", None, b"220 go\r\n250 mine\r\n", None]}[starttls]
    for each in talk:
        if each is None: f.readline()
        elif isinstance(each, int): f.read(each)
        else: f.write(each)

def serve(c):
    try:
        upgrade(c)
        c = context.wrap_socket(c, server_side=True)
        if how == "plain":
            os.read(c.fileno(), 4096)
            os.write(c.fileno(), b"421 lost\r\n")
            return c.close()
        asked, data = (b"\r\n" if starttls else b"\r\n\r\n"), b""
        while asked not in data:
            part = c.recv(4096)
            if not part: break
            data += part
        if data: c.sendall(b"221 bye\r\n" if starttls else b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n")
        if how == "unwrap": c.unwrap()
    except OSError: pass
    c.close()

listener = socket.create_server(("127.0.0.1", 0), backlog=50)
print("port %d" % listener.getsockname()[1], flush=True)
while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
)PY";

TEST_F(ToolProbe, PythonThatUnwraps) {
  auto server = python("unwrap");
  const auto seen = probe("localhost:" + port_of(server), "--http /");
  for (const std::string version : both) EXPECT_EQ(seen.severities(version), all_ok) << seen.out;
  EXPECT_TRUE(has(seen.out, "closes properly in all 16 probes.")) << seen.out;
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
}

// Whether the reset overtakes the answer is a race in half-close and unread-data; it is never fine.
TEST_F(ToolProbe, PythonThatClosesTheSocketOnly) {
  auto server = python("close");
  const auto seen = probe("localhost:" + port_of(server), "--http / --fail-on warning");
  for (const std::string version : both) {
    for (const std::string each : {"after-handshake", "close-first", "user-canceled", "peer-first"})
      EXPECT_EQ(seen.severity(version, each), "warning") << seen.row(version, each);
    for (const std::string each : {"half-close", "unread-data"})
      EXPECT_TRUE(has(seen.row(version, each), "reset")) << seen.row(version, each);
  }
  EXPECT_TRUE(has(seen.row("TLS 1.3", "peer-first"), "its answer says where it ends")) << seen.out;
  EXPECT_EQ(seen.exit_code, 7);
}

TEST_F(ToolProbe, OpensslsServer) {
  program server({"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", files_.path("leaf.pem"), "-key",
                  files_.path("leaf.key")},
                 "openssl");
  const auto port = server.await_line_after("ACCEPT 127.0.0.1:");
  const auto seen = probe("localhost:" + port, "--http /");
  for (const std::string version : both) EXPECT_EQ(seen.severities(version), all_ok) << seen.out;
  EXPECT_EQ(seen.exit_code, 0) << seen.out;
}

TEST_F(ToolProbe, GivesUpAnEndlessAnswer) {
  program server({"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", files_.path("leaf.pem"), "-key",
                  files_.path("leaf.key")},
                 "openssl");
  const auto seen = probe("localhost:" + server.await_line_after("ACCEPT 127.0.0.1:"), "--http / --drain-limit 10");
  EXPECT_EQ(seen.severity("TLS 1.3", "peer-first"), "note") << seen.out;
  EXPECT_TRUE(has(seen.row("TLS 1.3", "peer-first"), "--drain-limit")) << seen.out;
  EXPECT_EQ(seen.severity("TLS 1.3", "close-first"), "ok") << seen.out;
}

TEST_F(ToolProbe, Gnutlss) {
  std::unique_ptr<program> server;
  const auto port = on_a_free_port(server, [&](const std::string& at) {
    setenv("LD_PRELOAD", SCHANNIX_BIND_LOOPBACK, 1);
    auto run = std::make_unique<program>(
        std::vector<std::string>{"gnutls-serv", "--disable-client-cert", "--http", "--port", at, "--x509certfile",
                                 files_.path("leaf.pem"), "--x509keyfile", files_.path("leaf.key")},
        "gnutls-bin");
    unsetenv("LD_PRELOAD");
    const bool listens = run->await_line_after("listening on IPv4 0.0.0.0 port ").find("...done") != std::string::npos;
    return listens ? std::move(run) : nullptr;
  });
  const auto seen = probe("localhost:" + port, "--http /");
  for (const std::string version : both)
    EXPECT_EQ(seen.severities(version), "ok ok warning ok ok ok ok ok") << seen.out;
  EXPECT_TRUE(has(seen.out, "does not always close properly: user-canceled.")) << seen.out;
}

TEST_F(ToolProbe, Nginx) {
  std::unique_ptr<program> server;
  const auto port = on_a_free_port(server, [&](const std::string& at) {
    files_.write("nginx.conf", "daemon off; master_process off; pid " + files_.path("nginx.pid") +
                                   "; events {} http { access_log off; client_body_temp_path " + files_.path("body") +
                                   "; server { listen 127.0.0.1:" + at + " ssl; ssl_protocols TLSv1.2 TLSv1.3;" +
                                   "ssl_certificate " + files_.path("leaf.pem") + "; ssl_certificate_key " +
                                   files_.path("leaf.key") + "; location / { return 200 \"hello\\n\"; } } }");
    auto run = std::make_unique<program>(std::vector<std::string>{"/usr/sbin/nginx", "-e", "stderr", "-p",
                                                                  files_.path("."), "-c", files_.path("nginx.conf")},
                                         "nginx-light");
    for (const schannix::test::deadline limit; run->running() && !limit.passed();)
      if (schannix::test::try_connect(static_cast<std::uint16_t>(std::stoi(at)))) return run;
    return std::unique_ptr<program>();
  });
  const auto seen = probe("localhost:" + port, "--http /");
  for (const std::string version : both)
    EXPECT_EQ(seen.severities(version), "warning warning warning warning ok warning note ok") << seen.out;
  EXPECT_TRUE(has(seen.row("TLS 1.3", "half-close"), "FIN")) << seen.out;
}

// What the probes say of `schannix serve --close=MODE`: the severity of half-close, and the row of peer-first.
struct known_server {
  std::string mode;
  std::string half_close;
  std::string peer_first;  // from the severity on
};

const known_server known_servers[] = {
    {"clean", "ok", "ok       it sends close_notify, and waits for ours before it ends TCP"},
    {"no-wait", "ok",
     "ok       it sends close_notify and ends TCP at once; what is sent to it afterwards meets a reset"},
    {"half", "ok", "ok       it sends close_notify and ends its direction of TCP at once; it reads on"},
    {"notify-then-data", "ok", "warning  it goes on sending behind its close_notify, where nobody may read"},
    {"fin-only", "bad", "bad      it ends TCP (FIN) without close_notify: nobody can tell a cut from the end"},
    {"mid-record", "bad", "bad      it ends TCP (FIN) in the middle of a record, without close_notify"},
    {"rst", "bad", "bad      it resets TCP without close_notify"},
    {"fatal=80", "bad", "bad      it ends with the alert internal_error"},
    {"silent", "bad", "note     it does not close, although it was asked to, nor does it answer our close_notify"},
    {"delay=200", "ok", "note     it does not close, although it was asked to; it answers our close_notify after "}};

TEST_F(ToolProbe, TellsTheModesOfServeApart) {
  for (const std::string version : both) {
    std::list<background> servers, probes;
    for (const auto& known : known_servers) {
      const auto& server = servers.emplace_back(files_, "server-" + known.mode, serve_command(known.mode));
      probes.emplace_back(files_, "probe-" + known.mode, "exec " + probe_command(server, version));
    }
    std::set<std::string> rows;
    auto probe = probes.begin();
    for (const auto& known : known_servers) {
      const int code = probe->wait();
      const findings seen(ran{code, probe->out(), probe->err()});
      const auto row = seen.row(version, "peer-first").substr(std::string("peer-first       ").size());
      EXPECT_TRUE(row.starts_with(known.peer_first)) << known.mode << ": " << row;
      EXPECT_EQ(seen.severity(version, "half-close"), known.half_close) << known.mode << seen.out;
      for (const std::string always : {"after-handshake", "close-first", "fin-only"})
        EXPECT_EQ(seen.severity(version, always), "ok") << known.mode << seen.out;
      EXPECT_EQ(code, known.half_close == "bad" ? 7 : 0) << known.mode << seen.out;
      rows.insert(row);
      ++probe;
    }
    EXPECT_EQ(rows.size(), std::size(known_servers)) << version;
  }
}

TEST_F(ToolProbe, SaysHowLateACloseIsAnswered) {
  const background server(files_, "server", serve_command("delay=700"));
  const auto seen = run(files_, probe_command(server, "TLS 1.3") +
                                    " --json | python3 -c 'import json, sys; a = [json.loads(x) for x in sys.stdin]; "
                                    "print(a[4][\"manner\"], a[4][\"answered_after_ms\"] >= 700, "
                                    "a[4][\"records_after_close\"])'");
  EXPECT_EQ(seen.out, "answers True 0\n") << seen.err;
}

TEST_F(ToolProbe, SpeaksStarttls) {
  for (const std::string protocol : {"smtp", "imap", "pop3", "ftp", "postgres", "ldap"}) {
    auto server = python("unwrap", protocol);
    const auto seen = probe("localhost:" + port_of(server), "--tls 1.3 --starttls " + protocol);
    const bool asked = protocol != "postgres" && protocol != "ldap";
    EXPECT_EQ(seen.severity("TLS 1.3", "close-first"), "ok") << protocol << seen.out << seen.err;
    EXPECT_EQ(seen.severity("TLS 1.3", "peer-first"), asked ? "ok" : "skipped") << protocol << seen.out;
    EXPECT_EQ(has(seen.out, "nothing is asked inside " + protocol), !asked) << seen.out;
    EXPECT_EQ(seen.exit_code, 0) << protocol << seen.out;
  }
}

// As Exim does: TLS has ended, and the conversation goes on in the clear.
TEST_F(ToolProbe, PlainTextAfterTlsIsAFinding) {
  auto server = python("plain", "smtp");
  const auto seen = probe("localhost:" + port_of(server), "--starttls smtp");
  for (const std::string version : both) {
    for (const std::string each : {"after-handshake", "close-first", "peer-first"})
      EXPECT_EQ(seen.severity(version, each), "bad") << seen.row(version, each);
    EXPECT_EQ(seen.severity(version, "fin-only"), "warning") << seen.row(version, "fin-only");
    EXPECT_TRUE(has(seen.row(version, "fin-only"), "bytes that TLS refuses")) << seen.row(version, "fin-only");
  }
}

TEST_F(ToolProbe, StarttlsThatCannotBeTrustedIsExitCode4) {
  for (const auto& [how, words] :
       std::map<std::string, std::string>{{"refuses", "502 not here"}, {"injects", "more behind its answer"}}) {
    auto server = python("unwrap", how);
    const auto seen = probe("localhost:" + port_of(server), "--starttls smtp");
    EXPECT_EQ(seen.exit_code, 4) << seen.err;
    EXPECT_TRUE(has(seen.err, words)) << seen.err;
    EXPECT_EQ(seen.out, "");
  }
}

TEST_F(ToolProbe, WritesJson) {
  auto server = python("close");
  const auto seen =
      run(files_,
          "$TOOL probe-shutdown localhost:" + port_of(server) +
              " --http / --json --tls 1.2 --timeout 2 | python3 -c 'import json, sys; a = [json.loads(x) for x in "
              "sys.stdin]; print(len(a), a[4][\"probe\"], a[4][\"peer_end\"], a[4][\"answer\"], a[-1][\"worst\"])'");
  EXPECT_EQ(seen.out, "9 peer-first fin complete warning\n") << seen.err;
  EXPECT_EQ(seen.err, "");
}

TEST_F(ToolProbe, ProbesOnlyWhatIsSpoken) {
  program server({"openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-tls1_2", "-cert", files_.path("leaf.pem"),
                  "-key", files_.path("leaf.key")},
                 "openssl");
  const auto seen = probe("localhost:" + server.await_line_after("ACCEPT 127.0.0.1:"), "--http /");
  EXPECT_TRUE(has(seen.err, "TLS 1.3: not spoken here")) << seen.err;
  EXPECT_FALSE(has(seen.out, "TLS 1.3\n")) << seen.out;
  EXPECT_EQ(seen.severity("TLS 1.2", "close-first"), "ok") << seen.out;
}

// One line, and what to do next.
TEST_F(ToolProbe, NoServerIsOneLine) {
  auto plain = program({"python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"}, "python3");
  const auto http = "127.0.0.1:" + std::to_string(std::stoi(plain.await_line_after("port ")));
  const schannix::test::listener deaf;
  const struct {
    std::string where;
    int exit_code;
    std::string advice;
  } cases[] = {{"127.0.0.1:1", 3, "Does the server run"},
               {"no-such-host.invalid", 3, "Is the name right?"},
               {http, 4, "Is it a TLS port?"},
               {"127.0.0.1:" + std::to_string(deaf.port()), 4, "took too long"}};
  for (const auto& each : cases) {
    const auto seen = probe(each.where);
    EXPECT_EQ(seen.exit_code, each.exit_code) << seen.err;
    EXPECT_TRUE(has(seen.err, each.advice)) << seen.err;
    EXPECT_EQ(std::count(seen.err.begin(), seen.err.end(), '\n'), 1) << seen.err;
    EXPECT_EQ(seen.out, "");
  }
}

TEST_F(ToolProbe, ANameServerThatDoesNotAnswerIsExitCode3InTime) {
  for (const std::string command : {"probe-shutdown", "connect"}) {
    const auto seen =
        run(files_, std::string("ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD=") + SCHANNIX_SLOW_NAMES + " $TOOL " +
                        command + " slow.test --timeout 0.5 </dev/null");
    EXPECT_EQ(seen.exit_code, 3) << command << seen.err;
    EXPECT_TRUE(has(seen.err, "the name server does not answer in time")) << seen.err;
  }
}

TEST_F(ToolProbe, MistakesAreExitCode2) {
  for (const std::string arguments : {"", "host:99999", "host --http x", "host --starttls gopher", "host --fail-on ok",
                                      "host --protocol http --http /", "host --alpn ''",
                                      "host --keylog /no/such/place/keys", "host --drain-limit 0"}) {
    const auto seen = run(files_, "$TOOL probe-shutdown " + arguments);
    EXPECT_EQ(seen.exit_code, 2) << arguments << seen.err;
    EXPECT_FALSE(seen.err.empty()) << arguments;
  }
}

}  // namespace
}  // namespace tool_test
