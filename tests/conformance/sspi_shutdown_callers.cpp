// How the programs of the caller matrix shut down (one row each), as client and as server, TLS 1.2 and 1.3, seen by our
// own other side and by OpenSSL.
#include <gtest/gtest.h>

#include <functional>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

enum class function { by_role, isc, asc };
enum class input { none, same_as_output, token_and_empty, token_with_leftover, empty_list };
enum class output { token, empty, token_alert, token_alert_empty, control_token, own_memory };
enum class handle { null, own, fresh };

struct caller {
  const char* name;
  function called;
  input in;
  output out;
  handle new_context;
  ULONG flags;
};

constexpr ULONG isc_flags = ISC_REQ_SEQUENCE_DETECT | ISC_REQ_REPLAY_DETECT | ISC_REQ_CONFIDENTIALITY |
                            ISC_RET_EXTENDED_ERROR | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM;
constexpr ULONG asc_flags = ASC_REQ_SEQUENCE_DETECT | ASC_REQ_REPLAY_DETECT | ASC_REQ_CONFIDENTIALITY |
                            ASC_REQ_EXTENDED_ERROR | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM;

constexpr caller callers[] = {
    {"sdk_sample", function::by_role, input::none, output::token, handle::own, isc_flags},
    {"s_chat", function::by_role, input::none, output::token, handle::null, asc_flags},
    {"curl", function::isc, input::none, output::empty, handle::own, isc_flags},
    {"mongo_c_driver", function::isc, input::none, output::empty, handle::fresh, isc_flags},
    {"aria2", function::by_role, input::none, output::empty, handle::own, isc_flags},
    {"ffmpeg", function::by_role, input::none, output::token, handle::own, isc_flags},
    {"qt", function::by_role, input::none, output::token_alert_empty, handle::null, isc_flags},
    {"boost_wintls", function::isc, input::none, output::control_token, handle::own, isc_flags},
    {"schannel_rs", function::by_role, input::token_with_leftover, output::token_alert_empty, handle::null, isc_flags},
    {"schannel_rs_server", function::by_role, input::token_and_empty, output::token_alert, handle::own, asc_flags},
    {"libgit2", function::isc, input::same_as_output, output::token, handle::null, isc_flags},
    {"mmozeiko", function::isc, input::same_as_output, output::token, handle::null, isc_flags},
    {"pjsip", function::isc, input::same_as_output, output::own_memory, handle::null, 0},
    {"mongo_server", function::by_role, input::none, output::token, handle::own, isc_flags},
    {"poco", function::by_role, input::none, output::token, handle::own, isc_flags},
    {"cups", function::asc, input::none, output::token, handle::null, asc_flags},
    {"streamssl", function::by_role, input::none, output::token, handle::null, isc_flags},
    {"msspi", function::by_role, input::none, output::token_alert, handle::own, isc_flags},
    {"dotnet", function::by_role, input::token_and_empty, output::token, handle::own, isc_flags},
    {"aws_c_io", function::isc, input::none, output::empty, handle::null, isc_flags},
    {"twapi", function::by_role, input::empty_list, output::token, handle::own, isc_flags},
    {"callers_memory", function::by_role, input::none, output::own_memory, handle::fresh, 0},
};

// What the call of a row was given, and what it left.
class closing_call {
 public:
  closing_call(const caller& row, party& of) : row_(row), of_(of) { lay_out(); }

  status run() {
    buffer_list control{buffer(SECBUFFER_TOKEN, &shutdown_, sizeof shutdown_)};
    PSecBufferDesc out = row_.out == output::control_token ? control.get() : out_.get();
    const status asked = ApplyControlToken(&of_.handle(), control.get());
    if (!(asked == SEC_E_OK)) return asked;
    made_ = row_.new_context == handle::own ? of_.handle() : CtxtHandle{};
    const status done = step_call{.function = function_called(),
                                  .credential = of_.made_from().get(),
                                  .context = &of_.handle(),
                                  .flags = row_.flags,
                                  .input = input_list(out),
                                  .new_context = row_.new_context == handle::null ? nullptr : &made_,
                                  .output = out}
                            .run();
    token_ = bytes_of(out->pBuffers[0]);
    type_ = out->pBuffers[0].BufferType;
    if (row_.out == output::control_token) {
      EXPECT_NE(out->pBuffers[0].pvBuffer, &shutdown_) << "allocated over it";
    }
    if (row_.out != output::own_memory) FreeContextBuffer(out->pBuffers[0].pvBuffer);
    return done;
  }

  const std::string& token() const { return token_; }

  void expect_clean_buffers() {
    EXPECT_EQ(type_, ULONG{SECBUFFER_TOKEN});
    EXPECT_TRUE(own_.intact());
    EXPECT_TRUE(leftover_.intact());
    EXPECT_EQ(leftover_.text(), "bytes that nobody has read");
    if (row_.new_context != handle::null) {
      EXPECT_TRUE(same(made_, of_.handle()));
    }
    if (row_.out == output::token_alert || row_.out == output::token_alert_empty) {
      EXPECT_EQ(out_[1].cbBuffer, 0u);
      EXPECT_EQ(out_[1].pvBuffer, nullptr);
    }
    if (row_.out == output::token_alert_empty) {
      EXPECT_EQ(out_[2].BufferType, ULONG{SECBUFFER_EMPTY});
      EXPECT_EQ(out_[2].pvBuffer, nullptr);
    }
    if (row_.in == input::token_with_leftover) {
      EXPECT_EQ(in_[0].cbBuffer, leftover_.size());
      EXPECT_EQ(in_[1].BufferType, ULONG{SECBUFFER_EMPTY}) << "neither EXTRA nor MISSING";
    }
  }

 private:
  void lay_out() {
    const SecBuffer to_allocate = buffer(SECBUFFER_TOKEN, nullptr, 0), alert = buffer(SECBUFFER_ALERT, nullptr, 0);
    if (row_.out == output::token) out_ = {to_allocate};
    if (row_.out == output::empty) out_ = {empty()};
    if (row_.out == output::token_alert) out_ = {to_allocate, alert};
    if (row_.out == output::token_alert_empty) out_ = {to_allocate, alert, empty()};
    if (row_.out == output::own_memory) out_ = {sspi::token(own_)};
    if (row_.in == input::token_and_empty) in_ = {to_allocate, empty()};
    if (row_.in == input::token_with_leftover) in_ = {sspi::token(leftover_), empty()};
  }

  role function_called() const {
    if (row_.called == function::by_role) return of_.side();
    return row_.called == function::isc ? role::client : role::server;
  }

  PSecBufferDesc input_list(PSecBufferDesc out) {
    if (row_.in == input::none) return nullptr;
    return row_.in == input::same_as_output ? out : in_.get();
  }

  const caller& row_;
  party& of_;
  DWORD shutdown_ = SCHANNEL_SHUTDOWN;
  guarded own_{2048, '\x17'};  // stale bytes
  guarded leftover_{std::string_view("bytes that nobody has read")};
  buffer_list in_{}, out_{};
  CtxtHandle made_{};
  std::string token_;
  ULONG type_ = 0;
};

struct matrix_case {
  caller row;
  role side;
  tls version;
};

std::vector<matrix_case> all_cases() {
  std::vector<matrix_case> made;
  for (const auto& row : callers)
    for (const role side : {role::client, role::server})
      for (const tls version : {tls::v1_2, tls::v1_3}) made.push_back({row, side, version});
  return made;
}

std::string case_name(const testing::TestParamInfo<matrix_case>& info) {
  return std::string(info.param.row.name) + (info.param.side == role::client ? "_client" : "_server") +
         (info.param.version == tls::v1_2 ? "_tls12" : "_tls13");
}

class CallerMatrix : public testing::TestWithParam<matrix_case> {
 protected:
  // AES-GCM of TLS 1.2, and TLS 1.3. spec 5.3
  std::size_t close_size() const { return GetParam().version == tls::v1_2 ? 31 : 24; }
  peer_options peer_of_openssl() const {
    peer_options made = peer_for(GetParam().side, GetParam().version);
    made.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    return made;
  }
  const credential& from() const {
    return GetParam().side == role::client ? client_credential(GetParam().version)
                                           : server_credential(GetParam().version);
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, CallerMatrix, testing::ValuesIn(all_cases()), case_name);

TEST_P(CallerMatrix, T10_OpenSslSeesCloseNotify) {
  link with(from(), peer_of_openssl(), {.side = GetParam().side});
  closing_call call(GetParam().row, with.ours);
  ASSERT_EQ(call.run(), SEC_E_OK);
  EXPECT_EQ(call.token().size(), close_size());
  call.expect_clean_buffers();
  with.peer.give(call.token());
  EXPECT_TRUE(with.peer.saw_close());
  EXPECT_FALSE(with.peer.failed());
  EXPECT_EQ(with.peer.alert(), (received_alert{1, 0}));
}

TEST_P(CallerMatrix, T10_OurPeerSeesCloseNotify) {
  couple both(GetParam().version);
  party& closer = both.of(GetParam().side);
  party& peer = both.of(other(GetParam().side));
  closing_call call(GetParam().row, closer);
  ASSERT_EQ(call.run(), SEC_E_OK);
  call.expect_clean_buffers();
  const opened found = peer.open(call.token());
  EXPECT_EQ(found.said, SEC_I_CONTEXT_EXPIRED);
  EXPECT_EQ(found.data, "");
  EXPECT_EQ(found.extra, "");
}

// The same call while the handshake waits for the other side: the alert is in the clear, or under the handshake's keys.
TEST_P(CallerMatrix, T10_BeforeTheHandshakeIsDone) {
  openssl_peer peer(peer_of_openssl());
  party ours(from(), {.side = GetParam().side});
  if (GetParam().side == role::server) {
    peer.start();
    ours.give(peer.take());
  }
  closing_call call(GetParam().row, ours);
  ASSERT_EQ(call.run(), SEC_E_OK);
  call.expect_clean_buffers();
  const bool keyed = GetParam().side == role::server && GetParam().version == tls::v1_3;
  EXPECT_EQ(call.token().size(), keyed ? 24u : 7u);
  if (GetParam().side == role::client) return;
  peer.give(ours.take() + call.token());
  EXPECT_TRUE(peer.saw_close());
}

// A TLS 1.3 client between ServerHello and its own flight. S-15
class CallerMatrixHalfWay : public testing::TestWithParam<caller> {};
INSTANTIATE_TEST_SUITE_P(Sspi, CallerMatrixHalfWay, testing::ValuesIn(callers),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(CallerMatrixHalfWay, T10_UnderHandshakeKeys) {
  openssl_peer peer(peer_for(role::client, tls::v1_3));
  party client(client_credential(tls::v1_3));
  peer.give(client.take());
  const auto flight = records_of(peer.take());
  client.give(flight.at(0) + flight.at(1) + flight.at(2));
  ASSERT_EQ(client.last(), SEC_I_CONTINUE_NEEDED);
  closing_call call(GetParam(), client);
  ASSERT_EQ(call.run(), SEC_E_OK);
  call.expect_clean_buffers();
  EXPECT_EQ(call.token().size(), 24u);
  peer.give(call.token());
  EXPECT_TRUE(peer.saw_close());
}

}  // namespace
}  // namespace schannix::test::sspi
