#include "support/sspi_party.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace schannix::test::sspi {
namespace {

constexpr int most_rounds = 50;  // far more than any handshake takes

int wire_version(tls version) {
  switch (version) {
    case tls::v1_0:
      return TLS1_VERSION;
    case tls::v1_2:
      return TLS1_2_VERSION;
    case tls::v1_3:
    case tls::newest:
      return TLS1_3_VERSION;
  }
  throw std::logic_error("version");
}

template <class A, class B>
void go_back_and_forth(A& a, B& b) {
  for (int round = 0; round < most_rounds; ++round) {
    const std::string to_b = a.take();
    if (!to_b.empty()) b.give(to_b);
    const std::string to_a = b.take();
    if (!to_a.empty()) a.give(to_a);
    if (to_a.empty() && to_b.empty()) return;
  }
  throw std::runtime_error("the two sides never come to rest");
}

}  // namespace

party::party(const credential& from, party_options options) : from_(&from), options_(std::move(options)) {
  if (options_.side == role::client) start();
}

party::~party() {
  if (has_context_) DeleteSecurityContext(&context_);
}

ULONG party::flags() const {
  const ULONG usual = options_.side == role::client ? usual_client_flags : usual_server_flags;
  return (usual & ~options_.fewer_flags) | options_.more_flags;
}

void party::start() { step({}); }

std::string protocol_payload(std::string_view wire_list) {
  SEC_APPLICATION_PROTOCOL_LIST list{};
  list.ProtoNegoExt = SecApplicationProtocolNegotiationExt_ALPN;
  list.ProtocolListSize = static_cast<USHORT>(wire_list.size());
  constexpr std::size_t list_head = offsetof(SEC_APPLICATION_PROTOCOL_LIST, ProtocolList);
  constexpr std::size_t head = offsetof(SEC_APPLICATION_PROTOCOLS, ProtocolLists);
  const auto size = static_cast<ULONG>(list_head + wire_list.size());
  std::string payload(head, '\0');
  std::memcpy(payload.data(), &size, sizeof size);
  payload.append(reinterpret_cast<const char*>(&list), list_head).append(wire_list);
  return payload;
}

status party::step(std::string_view input) {
  std::string bytes(input), protocols = protocol_payload(options_.protocols);
  buffer_list in{buffer(SECBUFFER_TOKEN, bytes.data(), bytes.size()), empty(),
                 options_.protocols.empty()
                     ? empty()
                     : buffer(SECBUFFER_APPLICATION_PROTOCOLS, protocols.data(), protocols.size())};
  buffer_list out{buffer(SECBUFFER_TOKEN, nullptr, 0), buffer(SECBUFFER_ALERT, nullptr, 0)};
  CtxtHandle made = context_;
  step_call call{.function = options_.side,
                 .through = options_.through,
                 .credential = from_->get(),
                 .context = has_context_ ? &context_ : nullptr,
                 .target = options_.target.c_str(),
                 .flags = flags(),
                 .input = in.get(),
                 .new_context = &made,
                 .output = out.get()};
  last_ = call.run();
  attributes_ = call.attributes;
  token_ = bytes_of(out[0]);
  alert_ = bytes_of(out[1]);
  outbox_ += token_;
  out.free_all();
  const SecBuffer* const extra = in.first(SECBUFFER_EXTRA);
  const SecBuffer* const missing = in.first(SECBUFFER_MISSING);
  missing_ = missing != nullptr ? missing->cbBuffer : 0;
  if (last_ == SEC_E_INCOMPLETE_MESSAGE) {
    inbox_ = bytes;
    return last_;
  }
  inbox_ = extra != nullptr ? bytes.substr(bytes.size() - extra->cbBuffer) : std::string();
  if (!last_.failed() && !has_context_) {
    context_ = made;
    has_context_ = true;
  }
  if (last_ == SEC_E_OK) established_ = true;
  return last_;
}

void party::shake() {
  do {
    step(std::string(inbox_));
  } while (last_ == SEC_I_CONTINUE_NEEDED && !inbox_.empty());
}

void party::give(std::string_view bytes) {
  inbox_ += bytes;
  if (!established_) shake();
  const bool renegotiates = last_ == SEC_I_CONTINUE_NEEDED || last_ == SEC_E_INCOMPLETE_MESSAGE;
  const bool reads = last_ == SEC_E_OK || renegotiates;
  if (established_ && reads && !inbox_.empty()) read_all();
}

void party::read_all() {
  while (!inbox_.empty()) {
    opened found = open(inbox_);
    last_ = found.said;
    if (last_ == SEC_E_INCOMPLETE_MESSAGE) {
      last_ = SEC_E_OK;
      return;
    }
    inbox_ = found.extra;
    received_ += found.data;
    // The rest of a renegotiation comes by way of DecryptMessage too, and data with it.
    if (last_ == SEC_I_RENEGOTIATE && step(std::string(inbox_)) == SEC_I_CONTINUE_NEEDED) last_ = SEC_E_OK;
    if (!(last_ == SEC_E_OK)) return;
  }
}

std::string party::take() { return std::exchange(outbox_, {}); }

opened party::open(std::string bytes) {
  guarded memory(bytes);
  buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
  opened found;
  ULONG quality = 7;
  found.said = DecryptMessage(&context_, list.get(), 0, &quality);
  if (!memory.intact()) throw std::runtime_error("DecryptMessage wrote outside the caller's buffer");
  for (std::size_t i = 0; i < found.buffers.size(); ++i) {
    found.buffers[i] = list[i];
    if (list[i].BufferType == SECBUFFER_DATA && !found.said.failed()) found.data = bytes_of(list[i]);
    if (list[i].BufferType == SECBUFFER_EXTRA) found.extra = memory.text().substr(memory.size() - list[i].cbBuffer);
  }
  found.memory = memory.text();
  return found;
}

SecPkgContext_StreamSizes party::sizes() {
  SecPkgContext_StreamSizes sizes{};
  const status done = QueryContextAttributesA(&context_, SECPKG_ATTR_STREAM_SIZES, &sizes);
  if (!(done == SEC_E_OK)) throw std::runtime_error("STREAM_SIZES: " + done.name());
  return sizes;
}

status party::seal(std::string_view data) {
  const SecPkgContext_StreamSizes room = sizes();
  guarded memory(room.cbHeader + data.size() + room.cbTrailer);
  char* const body = memory.data() + room.cbHeader;
  std::copy(data.begin(), data.end(), body);
  buffer_list list{buffer(SECBUFFER_STREAM_HEADER, memory.data(), room.cbHeader),
                   buffer(SECBUFFER_DATA, body, data.size()),
                   buffer(SECBUFFER_STREAM_TRAILER, body + data.size(), room.cbTrailer), empty()};
  const status done = EncryptMessage(&context_, 0, list.get(), 0);
  if (!memory.intact()) throw std::runtime_error("EncryptMessage wrote outside the caller's buffer");
  if (done == SEC_E_OK) outbox_ += memory.text().substr(0, list[0].cbBuffer + list[1].cbBuffer + list[2].cbBuffer);
  return done;
}

std::string party::sealed(std::string_view data) {
  const std::string before = std::exchange(outbox_, {});
  const status done = seal(data);
  if (!(done == SEC_E_OK)) throw std::runtime_error("EncryptMessage: " + done.name());
  return std::exchange(outbox_, before);
}

status party::shut() {
  const status asked = apply_token(context_, SCHANNEL_SHUTDOWN);
  if (!(asked == SEC_E_OK)) return asked;
  return step({});
}

void converse(party& a, party& b) { go_back_and_forth(a, b); }
void converse(party& a, openssl_peer& b) { go_back_and_forth(a, b); }

peer_options peer_for(role side, tls version, pki::key_kind key) {
  peer_options made;
  made.server = side == role::client;
  made.version = wire_version(version);
  if (version == tls::newest) made.version = TLS1_2_VERSION, made.newest = TLS1_3_VERSION;
  if (made.server) made.identities = {{test_leaf(key), {test_root()}}};
  return made;
}

link::link(const credential& from, const peer_options& options, party_options ours_options)
    : peer(options), ours(from, std::move(ours_options)) {
  if (!options.server) peer.start();
  converse(ours, peer);
  if (!ours.established() || !peer.established()) throw std::runtime_error("no handshake: " + ours.last().name());
}

couple::couple(tls version, pki::key_kind key) : couple(client_credential(version), server_credential(version, key)) {}

couple::couple(const credential& client_from, const credential& server_from, party_options client_options,
               party_options server_options)
    : client(client_from, std::move(client_options)), server(server_from, std::move(server_options)) {
  converse(client, server);
  if (!client.established() || !server.established())
    throw std::runtime_error("no handshake: " + client.last().name() + ", " + server.last().name());
}

std::vector<std::string> records_of(std::string_view bytes) {
  std::vector<std::string> found;
  while (bytes.size() >= 5) {
    const std::size_t size = 5 + (static_cast<std::size_t>(static_cast<unsigned char>(bytes[3])) << 8) +
                             static_cast<unsigned char>(bytes[4]);
    if (bytes.size() < size) break;
    found.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return found;
}

}  // namespace schannix::test::sspi
