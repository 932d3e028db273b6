// A foreign TLS stack as the peer of the close matrix. A file of this folder gives a `stack`; peer.cpp is the program:
//
//   peer_NAME ROLE VERSION SCENARIO PORT CERTIFICATE KEY     ROLE: server, client; VERSION: 1.2, 1.3
//
// It connects to 127.0.0.1:PORT whatever its role in TLS, reads "question", writes "answer", then, by SCENARIO,
//   read    reads until the end, then closes as programs of this stack do
//   close   closes at once
//   wait    sends close_notify and reads until the end
//   write   writes the long text and closes
//   late    reads until the end, then writes "too late" and closes
// and says on one line of JSON what it saw. Whom it talks to is not checked: trust is not what the matrix is about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace schannix::peers {

struct job {
  bool server = false;
  bool tls_1_3 = false;
  std::string scenario;
  std::uint16_t port = 0;
  std::string certificate, key;  // PEM files; the key is PKCS#8, P-256
  int socket = -1;               // connected
};

enum class ending { none, close_notify, fin, error };  // error: why says more

struct reading {
  std::size_t size = 0;  // 0: it ended
  ending end = ending::none;
  std::string why = {};
};

class stack {
 public:
  stack() = default;
  stack(const stack&) = delete;
  stack& operator=(const stack&) = delete;
  virtual ~stack() = default;

  virtual void handshake() = 0;  // throws std::runtime_error, as the constructor does
  virtual reading read(char* into, std::size_t room) = 0;
  virtual bool write(std::string_view bytes) = 0;  // false: refused
  virtual void close() = 0;                        // what programs of this stack do before they close the socket
  virtual void close_write() { close(); }          // close_notify alone, where there is such a call
};

std::unique_ptr<stack> make_stack(const job& wanted);
std::string stack_version();  // "GnuTLS 3.7.9"

[[noreturn]] void fail(const std::string& what);
inline void must(bool held, const char* what) {
  if (!held) fail(what);
}

std::string file_content(const std::string& name);
std::string der_of(const std::string& pem);  // of the first object

// For stacks that ask for bytes: -1 with errno, or 0 at the end, as read(2) and write(2).
long receive_some(int socket, void* into, std::size_t room);
long send_some(int socket, const void* from, std::size_t size);

}  // namespace schannix::peers
