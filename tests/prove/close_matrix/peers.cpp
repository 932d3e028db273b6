#include "peers.hpp"

#include <stdexcept>

namespace schannix::prove {
namespace {

std::string text(std::uint16_t port) { return std::to_string(port); }
std::string at(std::uint16_t port) { return "127.0.0.1:" + text(port); }
std::string script(const char* name) { return SCHANNIX_SOURCE_DIR "/tests/peers/" + std::string(name); }
commands of_ours(const std::string& name) { return {SCHANNIX_PEERS "/peer_" + name}; }

commands socat(const carriage& job) {
  const std::string version = std::string(job.wanted.tls_1_3 ? "TLS1.3" : "TLS1.2");
  const std::string both = ",verify=0,openssl-min-proto-version=" + version + ",openssl-max-proto-version=" + version;
  if (job.wanted.peer_is_server)
    return {"socat", "-t", "30",  // how long one side may outlive the other
            "OPENSSL-LISTEN:" + text(job.from) + ",bind=127.0.0.1,reuseaddr,cert=" + job.files.certificate() +
                ",key=" + job.files.key() + both,
            "TCP:" + at(job.to)};
  return {"socat", "-t", "30", "TCP-LISTEN:" + text(job.from) + ",bind=127.0.0.1,reuseaddr",
          "OPENSSL:" + at(job.to) + both};
}

std::string configuration(const carriage& job, const std::string& content) {
  return job.files.write(text(job.from) + ".conf", content);
}

commands stunnel(const carriage& job) {
  const std::string version = job.wanted.tls_1_3 ? "TLSv1.3" : "TLSv1.2";
  const std::string own = job.wanted.peer_is_server
                              ? "cert = " + job.files.certificate() + "\nkey = " + job.files.key() + "\n"
                              : std::string("client = yes\n");
  return {"stunnel4", configuration(job, "foreground = yes\npid =\nsyslog = no\n[carry]\naccept = " + at(job.from) +
                                             "\nconnect = " + at(job.to) + "\nsslVersionMin = " + version +
                                             "\nsslVersionMax = " + version + "\n" + own)};
}

commands haproxy(const carriage& job) {
  const std::string version = job.wanted.tls_1_3 ? "TLSv1.3" : "TLSv1.2";
  const std::string versions = " ssl-min-ver " + version + " ssl-max-ver " + version;
  const std::string in = job.wanted.peer_is_server ? " ssl crt " + job.files.both() + versions : std::string();
  const std::string out = job.wanted.peer_is_server ? std::string() : " ssl verify none" + versions;
  return {"haproxy", "-db", "-f",
          configuration(job,
                        "global\n nbthread 1\n maxconn 10\ndefaults\n mode tcp\n timeout connect 30s\n timeout client "
                        "30s\n timeout server 30s\nlisten carry\n bind " +
                            at(job.from) + in + "\n server next " + at(job.to) + out + "\n")};
}

commands nginx(const carriage& job) {
  const std::string version = job.wanted.tls_1_3 ? "TLSv1.3" : "TLSv1.2";
  const std::string own = job.wanted.peer_is_server
                              ? "listen " + at(job.from) + " ssl; ssl_certificate " + job.files.certificate() +
                                    "; ssl_certificate_key " + job.files.key() + "; ssl_protocols " + version + ";"
                              : "listen " + at(job.from) + "; proxy_ssl on; proxy_ssl_protocols " + version + ";";
  return {"/usr/sbin/nginx", "-e", "stderr", "-c",
          configuration(
              job, "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\ndaemon off; master_process off;\npid " +
                       job.files.write(text(job.from) + ".pid", "") + ";\nevents {}\nstream { server { " + own +
                       " proxy_pass " + at(job.to) + "; } }\n")};
}

std::vector<peer> make_peers(const peer_files& files) {
  return {
      {"openssl", "SSL_shutdown once", "libssl-dev", of_ours("openssl")},
      {"boringssl", "SSL_shutdown once", "android-libboringssl-dev", of_ours("boringssl")},
      {"gnutls", "gnutls_bye(WR)", "libgnutls28-dev", of_ours("gnutls")},
      {"nss", "PR_Close", "libnss3-dev", of_ours("nss")},
      {"mbedtls", "mbedtls_ssl_close_notify", "libmbedtls-dev", of_ours("mbedtls")},
      {"wolfssl", "wolfSSL_shutdown once", "libwolfssl-dev", of_ours("wolfssl")},
      {"bearssl", "br_sslio_close", "libbearssl-dev", of_ours("bearssl")},
      {"botan", "Channel::close", "libbotan-2-dev", of_ours("botan")},
      {"java",
       "SSLSocket.close",
       "openjdk-17-jdk-headless",
       {"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", files.classes(), "Java"}},
      {"erlang", "ssl:close", "erlang-ssl", {"escript", script("erlang.escript")}},
      {"python", "close()", "python3", {"/usr/bin/python3", script("python.py")}},
      {"node", "end()", "nodejs", {"node", script("node.mjs")}},
      {"perl", "close", "libio-socket-ssl-perl", {"/usr/bin/perl", script("perl.pl")}},
      {"socat", "the plain side ends", "socat", {}, socat, {"socat", "-V"}, "socat version "},
      {"stunnel", "the plain side ends", "stunnel4", {}, stunnel, {"stunnel4", "-version"}, "stunnel "},
      {"haproxy", "the plain side ends", "haproxy", {}, haproxy, {"haproxy", "-v"}, "HAProxy version "},
      {"nginx",
       "the plain side ends",
       "nginx, and libnginx-mod-stream",
       {},
       nginx,
       {"/usr/sbin/nginx", "-v"},
       "nginx/"},
  };
}

}  // namespace

peer_files::peer_files() {
  const auto root = test::pki::issue({.common_name = "Root of the close matrix", .authority = true});
  const auto leaf =
      test::pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}, .usage = "serverAuth"}, &root);
  root_pem_ = root.pem();
  shop_.write("cert.pem", leaf.pem() + root.pem());
  shop_.write("key.pem", leaf.key_pem());
  shop_.write("both.pem", leaf.pem() + root.pem() + leaf.key_pem());
  try {
    test::program({"javac", "-d", classes(), script("Java.java")}, "openjdk-17-jdk-headless").await_end();
  } catch (const std::runtime_error&) {  // each cell of Java fails then, and names the package
  }
}

std::string peer_files::write(const std::string& name, const std::string& content) const {
  shop_.write(name, content);
  return shop_.path(name);
}

const std::vector<peer>& all_peers(const peer_files& files) {
  static const std::vector<peer> all = make_peers(files);
  return all;
}

}  // namespace schannix::prove
