#include "engine/transport.hpp"

#include <openssl/bio.h>

#include <algorithm>
#include <new>

#include "engine/handshake_state.hpp"

namespace schannix::engine {
namespace {

constexpr std::size_t header_size = 5;

// A client that gives up before it knows the server's version writes TLS 1.0 above its alert (spec A-30), which may
// arrive when the server has chosen another. OpenSSL would take the version for the fault, and not hear the alert. Only
// an alert in the clear has two bytes, and its header is authenticated by nothing.
void adopt_version_of_alert(const handshake_state& state, char* header) {
  const bool in_clear =
      header[0] == SSL3_RT_ALERT && header[1] == SSL3_VERSION_MAJOR && header[3] == 0 && header[4] == 2;
  if (!in_clear || !state.version_known) return;
  header[2] = static_cast<char>(std::min(SSL_version(state.ssl.get()), TLS1_2_VERSION) & 0xFF);
}

// OpenSSL asks for a header, then for the body that it announces.
void follow_records(handshake_state& state, char* got, std::size_t count) {
  if (state.body_left != 0) {
    state.body_left -= std::min(count, state.body_left);
    return;
  }
  if (count != header_size) return;
  state.body_left =
      static_cast<std::size_t>(static_cast<unsigned char>(got[3])) << 8 | static_cast<unsigned char>(got[4]);
  adopt_version_of_alert(state, got);
}

int read_input(BIO* bio, char* into, int size) {
  auto& state = *static_cast<handshake_state*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (state.input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(static_cast<std::size_t>(size), state.input.size());
  std::copy_n(state.input.begin(), count, into);
  state.input = state.input.subspan(count);
  follow_records(state, into, count);
  return static_cast<int>(count);
}

// Without a sink the bytes are dropped: what OpenSSL would say after the handshake of a CBC suite, our own half says.
int write_output(BIO* bio, const char* from, int size) {
  auto& state = *static_cast<handshake_state*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (state.output == nullptr) return size;
  try {
    state.output->insert(state.output->end(), from, from + size);
  } catch (const std::bad_alloc&) {
    state.short_of_memory = true;
    return -1;
  }
  return size;
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

}  // namespace

bio_method_st* make_transport_method() {
  owned<bio_method_st> method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "schannix transport"));
  if (!method || BIO_meth_set_read(method.get(), read_input) != 1 ||
      BIO_meth_set_write(method.get(), write_output) != 1 || BIO_meth_set_ctrl(method.get(), control) != 1 ||
      BIO_meth_set_create(method.get(), create) != 1)
    return nullptr;
  return method.release();
}

bool attach_transport(handshake_state& state) {
  BIO* const bio = BIO_new(state.env.transport());
  if (bio == nullptr) return false;
  BIO_set_data(bio, &state);
  SSL_set_bio(state.ssl.get(), bio, bio);
  return true;
}

}  // namespace schannix::engine
