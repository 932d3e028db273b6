#include "servers.hpp"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace schannix::prove {
namespace {

constexpr int most_starts = 5;  // a free port can be taken meanwhile

constexpr const char* postgres_folder = "/usr/lib/postgresql/15/bin/";

// Who may start it is who the configuration says it runs as.
commands exim(const site& at) {
  return {"/usr/sbin/exim4", "-bdf", "-C",
          at.write("exim.conf", "exim_user = " + at.owner().user + "\nexim_group = " + at.owner().group +
                                    "\nkeep_environment =\nprimary_hostname = localhost\nlocal_interfaces = 127.0.0.1"
                                    "\ndaemon_smtp_ports = " +
                                    at.port() + "\nspool_directory = " + at.path("spool") +
                                    "\nlog_file_path = " + at.path("%slog") +
                                    "\npid_file_path =\nhost_lookup =\ntls_advertise_hosts = *\ntls_certificate = " +
                                    at.certificate() + "\ntls_privatekey = " + at.key() + "\n")};
}

// Of the listeners of a protocol, only the one in which TLS begins by STARTTLS has a port. Nobody logs in.
std::string dovecot_login(const site& at, const std::string& protocol) {
  return "protocols = " + protocol + "\nservice " + protocol + "-login {\n chroot =\n inet_listener " + protocol +
         " {\n  port = " + at.port() + "\n }\n inet_listener " + protocol + "s {\n  port = 0\n }\n}\n";
}

commands dovecot(const site& at, const std::string& protocol) {
  const std::string& user = at.owner().user;
  return {"/usr/sbin/dovecot", "-F", "-c",
          at.write("dovecot.conf",
                   "base_dir = " + at.path("run") + "\nstate_dir = " + at.path("run") +
                       "\nlog_path = /dev/stderr\nlisten = 127.0.0.1\ndefault_internal_user = " + user +
                       "\ndefault_internal_group = " + at.owner().group + "\ndefault_login_user = " + user +
                       "\nssl = yes\nssl_cert = <" + at.certificate() + "\nssl_key = <" + at.key() +
                       "\npassdb {\n driver = static\n}\nuserdb {\n driver = static\n}\nservice anvil {\n chroot =\n}\n"
                       "service stats {\n chroot =\n}\n" +
                       dovecot_login(at, protocol))};
}
commands dovecot_imap(const site& at) { return dovecot(at, "imap"); }
commands dovecot_pop3(const site& at) { return dovecot(at, "pop3"); }

// Its seccomp filter does not know what it does without root's rights.
commands vsftpd(const site& at) {
  return {"/usr/sbin/vsftpd",
          at.write("vsftpd.conf", "background=NO\nlisten=YES\nlisten_address=127.0.0.1\nlisten_port=" + at.port() +
                                      "\nrun_as_launching_user=YES\nseccomp_sandbox=NO\nanonymous_enable=NO\n"
                                      "local_enable=YES\nssl_enable=YES\nssl_tlsv1=YES\nssl_ciphers=HIGH\n"
                                      "rsa_cert_file=" +
                                      at.certificate() + "\nrsa_private_key_file=" + at.key() + "\n")};
}

commands initdb(const site& at) {
  return {postgres_folder + std::string("initdb"), "-D", at.path("data"), "--auth=trust", "--no-sync", "--locale=C"};
}

commands postgres(const site& at) {
  commands command{postgres_folder + std::string("postgres"), "-D", at.path("data"), "-p", at.port()};
  for (const std::string& setting :
       {std::string("listen_addresses=127.0.0.1"), std::string("unix_socket_directories="), std::string("ssl=on"),
        "ssl_cert_file=" + at.certificate(), "ssl_key_file=" + at.key()})
    command.insert(command.end(), {"-c", setting});
  return command;
}

commands slapd(const site& at) {
  return {
      "/usr/sbin/slapd",
      "-d",
      "256",
      "-h",
      "ldap://127.0.0.1:" + at.port(),
      "-f",
      at.write("slapd.conf", "TLSCertificateFile " + at.certificate() + "\nTLSCertificateKeyFile " + at.key() + "\n")};
}

commands joined(commands first, const commands& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

bool answers(test::program& run, std::uint16_t port) {
  const test::deadline limit;
  for (; run.running() && !limit.passed(); usleep(10'000))
    if (test::try_connect(port)) return true;
  run.signal(SIGTERM);
  run.await_end();  // it tells why
  return false;
}

}  // namespace

account::account() {
  const bool root = geteuid() == 0;
  const passwd* const found = root ? getpwnam("nobody") : getpwuid(geteuid());
  const auto* const of = found == nullptr ? nullptr : getgrgid(found->pw_gid);
  if (of == nullptr) throw std::runtime_error("no account for the servers");
  user = found->pw_name;
  group = of->gr_name;
  if (root) become = {"setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups"};
}

site::site(std::uint16_t port) : port_(port) {
  const auto leaf = test::pki::issue({.common_name = "localhost", .alternative = {"DNS:localhost"}});
  write("cert.pem", leaf.pem());
  write("key.pem", leaf.key_pem());
  std::filesystem::permissions(key(), std::filesystem::perms::owner_read);
}

std::string site::write(const std::string& name, const std::string& content) const {
  shop_.write(name, content);
  return path(name);
}

void site::hand_over() const {
  if (!owner_.become.empty())
    test::program({"chown", "-R", owner_.user + ":" + owner_.group, path(".")}, "coreutils").await_end();
}

const std::vector<server>& all_servers() {
  static const std::vector<server> all = {
      {"smtp", "exim4-daemon-light", {"/usr/sbin/exim4", "-bV"}, "Exim version ", exim},
      {"imap", "dovecot-imapd", {"/usr/sbin/dovecot", "--version"}, "", dovecot_imap},
      {"pop3", "dovecot-pop3d", {"/usr/sbin/dovecot", "--version"}, "", dovecot_pop3},
      // It says its version on its standard input.
      {"ftp", "vsftpd", {"sh", "-c", "/usr/sbin/vsftpd -v 0>&1"}, "version ", vsftpd},
      {"postgres",
       "postgresql-15",
       {postgres_folder + std::string("postgres"), "--version"},
       "(PostgreSQL) ",
       postgres,
       initdb},
      {"ldap", "slapd", {"/usr/sbin/slapd", "-VV"}, "OpenLDAP: slapd ", slapd},
  };
  return all;
}

std::string version_of(const server& one) {
  test::program asked(one.version, one.package);
  const std::string said = asked.await_end();
  const auto start = said.find(one.version_mark);
  const auto number = start + one.version_mark.size();
  if (start == std::string::npos || number == said.size())
    throw std::runtime_error("no version; install the package " + one.package + "; it says: " + said);
  return said.substr(number, said.find_first_of(" \n+-", number) - number);
}

running_server::running_server(const server& one) {
  for (int i = 0; i < most_starts; ++i)
    if (start(one, test::free_port())) return;
  throw std::runtime_error(one.package + " does not start: " + run_->output());
}

bool running_server::start(const server& one, std::uint16_t port) {
  run_.reset();
  at_ = std::make_unique<site>(port);
  const commands command = one.start(*at_);
  at_->hand_over();
  const commands& become = at_->owner().become;
  if (one.prepare != nullptr) test::program(joined(become, one.prepare(*at_)), one.package).await_end();
  run_ = std::make_unique<test::program>(joined(become, command), one.package);
  return answers(*run_, port);
}

running_server::~running_server() {
  run_->signal(SIGINT);  // PostgreSQL's word for "at once, but properly"; the others take it as SIGTERM
  try {
    run_->await_end();  // of its children too, which hold its output
  } catch (const std::exception&) {
    return;  // then it is killed
  }
}

}  // namespace schannix::prove
