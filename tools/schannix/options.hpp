// What the command line says, after parsing.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tool {

struct common_options {
  bool sspi = false;
  bool json = false;
  std::string key_log;
  std::string events;  // "", "errors", "warnings", "all", "settings"
  std::string tls;     // "", "1.2", "1.3"
  std::vector<std::string> alpn;
  double timeout = 10;  // seconds
};

struct connect_options : common_options {
  std::string target;  // HOST[:PORT]
  std::string ca_file;
  std::string server_name;
  std::string revocation;  // "", "leaf", "chain", "chain-without-root"
  std::vector<std::string> crl_files;
  bool fetch = false;  // lists and answers from the places that certificates name
  bool insecure = false;
  bool keep_open = false;
};

struct serve_options : common_options {
  std::string address;  // [ADDR:]PORT
  std::string cert_file, key_file, pfx_file, password;
  std::string name = "localhost";  // of the throw-away certificate
  std::string write_cert_file;
  std::string ocsp_file;         // an OCSP response, to be stapled
  std::string ticket_keys_file;  // see ticket_keys.hpp
  bool once = false;
  std::string close;         // how it ends, see serve_close.hpp; "": the client closes
  bool close_first = false;  // --close=clean
  bool cut = false;          // --close=fin-only
  std::optional<std::uint64_t> chaos_seed;
};

struct explain_options {
  std::vector<std::string> words;  // of one code: "alert", "48"
  bool list = false;
  bool json = false;
};

struct ticket_keys_options {
  enum class what { make, rotate, show };
  what action = what::make;
  std::string file;
  std::size_t keep = 3;
};

struct config_show_options {
  bool origin = false;
  bool json = false;
};

struct config_import_options {
  std::string file;    // the export
  std::string output;  // "": standard output
};

struct port_scan_options {
  std::string folder;                 // or a single file
  std::vector<std::string> excluded;  // names of files and folders
  std::string fail_on = "missing";    // "missing", "partial", "warning", "never"
  bool all = false;
  bool json = false;
  bool sarif = false;
};

struct port_init_options {
  std::string folder = ".";
  std::string build;               // "", "cmake", "make"
  std::string target = "program";  // whose build it is
  std::string output;              // "": standard output
};

struct probe_options : common_options {
  std::string target;  // HOST[:PORT]
  std::string server_name;
  std::string starttls;           // "", "smtp", "imap", "pop3", "ftp", "postgres", "ldap"
  std::string protocol = "auto";  // see probe_shutdown/dialogue.hpp
  std::string http_path;          // "": not given
  std::string fail_on = "bad";    // "note", "warning", "bad", "never"
  std::size_t drain_limit = 1 << 20;
  probe_options() { timeout = 5; }
};

// A mistake in what was asked for: a bad address, a file that cannot be read, a wrong password. Exit code 2.
struct usage_mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Runs a part whose every failure is such a mistake.
template <class Part>
auto prepare(Part part) {
  try {
    return part();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    throw usage_mistake(e.what());
  }
}

int run_connect(const connect_options& options);
int run_serve(const serve_options& options);
int run_explain(const explain_options& options);
int run_probe_shutdown(const probe_options& options);
int run_ticket_keys(const ticket_keys_options& options);
int run_config_show(const config_show_options& options);
int run_config_import_reg(const config_import_options& options);
int run_port_scan(const port_scan_options& options);
int run_port_init(const port_init_options& options);

}  // namespace tool
