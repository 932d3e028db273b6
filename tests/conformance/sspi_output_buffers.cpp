// Where the token goes in mid-handshake: too little room and the retry, one list for input and output, guard bytes.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

constexpr ULONG own_memory = 0;  // no flags at all: the caller's memory

struct side_case {
  role side;
  tls version;
};

std::string case_name(const testing::TestParamInfo<side_case>& info) {
  return std::string(info.param.side == role::client ? "client" : "server") +
         (info.param.version == tls::v1_2 ? "_tls12" : "_tls13");
}

// One of ours that has just received a flight to which it has an answer.
class OutputBuffers : public testing::TestWithParam<side_case> {
 protected:
  openssl_peer peer_{[] {
    peer_options made = peer_for(GetParam().side, GetParam().version);
    made.tickets = 1;
    return made;
  }()};
  party ours_{
      GetParam().side == role::client ? client_credential(GetParam().version) : server_credential(GetParam().version),
      {.side = GetParam().side}};
  std::string flight_;

  void SetUp() override {
    if (GetParam().side == role::server) {
      peer_.start();
      ours_.give(peer_.take());
      ASSERT_EQ(ours_.last(), SEC_I_CONTINUE_NEEDED);
      peer_.give(ours_.take());
    } else {
      peer_.give(ours_.take());
    }
    flight_ = peer_.take();
  }

  // Both sides come to rest; the peer may still want what a test has kept back.
  void expect_completes() {
    converse(ours_, peer_);
    peer_.write("data");
    ours_.give(peer_.take());
    peer_.give(ours_.sealed("data"));
    EXPECT_EQ(peer_.received(), "data");
  }

  status call(buffer_list* input, buffer_list& out) {
    return step_call{.function = GetParam().side,
                     .credential = ours_.made_from().get(),
                     .context = &ours_.handle(),
                     .flags = own_memory,
                     .input = input != nullptr ? input->get() : nullptr,
                     .output = out.get()}
        .run();
  }
  status finished() const {
    const bool done = GetParam().side == role::server || GetParam().version == tls::v1_3;
    return done ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
  }
  // A call without room enough; how much would do.
  ULONG too_small(guarded& memory, buffer_list& input, std::size_t room) {
    buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), room)};
    EXPECT_EQ(call(&input, out), SEC_E_BUFFER_TOO_SMALL);
    EXPECT_EQ(memory.text(), std::string(memory.size(), '\x5A')) << "nothing is written";
    EXPECT_TRUE(memory.intact());
    EXPECT_EQ(out[0].BufferType, ULONG{SECBUFFER_TOKEN});
    return out[0].cbBuffer;
  }
};
INSTANTIATE_TEST_SUITE_P(Sspi, OutputBuffers,
                         testing::Values(side_case{role::client, tls::v1_2}, side_case{role::client, tls::v1_3},
                                         side_case{role::server, tls::v1_2}),
                         case_name);

TEST_P(OutputBuffers, TooSmallThenTheSameInputAgain) {
  guarded memory(4096), received(flight_);
  buffer_list input{token(received), empty()};
  const ULONG needed = too_small(memory, input, 1);
  ASSERT_GT(needed, 1u);
  EXPECT_EQ(input[0].cbBuffer, flight_.size()) << "not consumed";
  EXPECT_EQ(input[1].BufferType, ULONG{SECBUFFER_EMPTY});
  EXPECT_EQ(too_small(memory, input, needed - 1), needed);
  buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), needed)};
  EXPECT_EQ(call(&input, out), finished());
  EXPECT_EQ(out[0].cbBuffer, needed);
  EXPECT_EQ(input[1].BufferType, ULONG{SECBUFFER_EMPTY}) << "consumed now, all of it";
  peer_.give(bytes_of(out[0]));
  EXPECT_TRUE(peer_.established() || finished() == SEC_E_OK);
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, TooSmallThenNoInput) {
  guarded memory(4096), received(flight_);
  buffer_list input{token(received), empty()};
  const ULONG needed = too_small(memory, input, 1);
  buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), needed)};
  EXPECT_EQ(call(nullptr, out), finished());
  peer_.give(bytes_of(out[0]));
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, TooSmallThenMoreInput) {
  const std::string more = "\x17\x03\x03 what comes next";
  guarded memory(4096), received(flight_), longer(flight_ + more);
  buffer_list input{token(received), empty()}, again{token(longer), empty()};
  const ULONG needed = too_small(memory, input, 1);
  buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), needed)};
  EXPECT_EQ(call(&again, out), finished());
  EXPECT_EQ(again[1].BufferType, ULONG{SECBUFFER_EXTRA});
  EXPECT_EQ(again[1].cbBuffer, more.size()) << "the first part was not fed twice";
  peer_.give(bytes_of(out[0]));
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, TooSmallThenOtherInput) {
  const std::string next = "\x17\x03\x03\x00\x10 what comes next";
  guarded memory(4096), received(flight_), others(next);
  buffer_list input{token(received), empty()}, again{token(others), empty()};
  const ULONG needed = too_small(memory, input, 1);
  buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), needed)};
  EXPECT_EQ(call(&again, out), finished());
  EXPECT_EQ(again[1].BufferType, ULONG{SECBUFFER_EXTRA});
  EXPECT_EQ(again[1].cbBuffer, next.size()) << "none of it belongs to what was consumed";
  peer_.give(bytes_of(out[0]));
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, TooSmallThenAllocated) {
  guarded memory(4096), received(flight_);
  buffer_list input{token(received), empty()};
  too_small(memory, input, 3);
  EXPECT_EQ(ours_.step(flight_), finished());
  peer_.give(ours_.take());
  peer_.take();
  EXPECT_FALSE(peer_.failed());
}

// The kept token goes first when a shutdown is asked for in between.
TEST_P(OutputBuffers, TooSmallThenShutdown) {
  guarded memory(4096), received(flight_);
  buffer_list input{token(received), empty()};
  too_small(memory, input, 1);
  ASSERT_EQ(ours_.shut(), SEC_E_OK);
  peer_.give(ours_.take());
  EXPECT_TRUE(peer_.saw_close());
  EXPECT_FALSE(peer_.failed());
}

// One descriptor for both: the input is read before the output is written.
TEST_P(OutputBuffers, SameListForInputAndOutput) {
  std::string padded = flight_;
  guarded memory(padded);
  buffer_list both{token(memory), empty()};
  const status said = step_call{.function = GetParam().side,
                                .credential = ours_.made_from().get(),
                                .context = &ours_.handle(),
                                .flags = ours_.flags(),
                                .input = both.get(),
                                .output = both.get()}
                          .run();
  EXPECT_EQ(said, finished());
  EXPECT_NE(both[0].pvBuffer, memory.data()) << "ALLOCATE_MEMORY wins";
  EXPECT_EQ(memory.text(), flight_);
  peer_.give(bytes_of(both[0]));
  FreeContextBuffer(both[0].pvBuffer);
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, SameMemoryForInputAndOutput) {
  guarded memory(4096);
  std::copy(flight_.begin(), flight_.end(), memory.data());
  buffer_list input{buffer(SECBUFFER_TOKEN, memory.data(), flight_.size()), empty()}, out{token(memory)};
  EXPECT_EQ(call(&input, out), finished());
  EXPECT_TRUE(memory.intact());
  peer_.give(bytes_of(out[0]));
  EXPECT_FALSE(peer_.failed());
}

TEST_P(OutputBuffers, NothingOutsideTheCountIsWritten) {
  guarded memory(4096), received(flight_), alert(64);
  buffer_list input{token(received), empty()};
  buffer_list out{token(memory), buffer(SECBUFFER_ALERT, alert.data(), alert.size()), empty()};
  EXPECT_EQ(call(&input, out), finished());
  EXPECT_EQ(memory.text().substr(out[0].cbBuffer), std::string(4096 - out[0].cbBuffer, '\x5A'));
  EXPECT_TRUE(memory.intact() && received.intact() && alert.intact());
  EXPECT_EQ(received.text(), flight_) << "the token is only read";
  EXPECT_EQ(out[1].cbBuffer, 0u) << "no alert";
  EXPECT_EQ(alert.text(), std::string(64, '\x5A'));
  EXPECT_EQ(out[2].BufferType, ULONG{SECBUFFER_EMPTY});
}

// The flight in one piece less one record: nothing to answer yet.
TEST_P(OutputBuffers, NoTokenIsACountOfZero) {
  const auto records = records_of(flight_);
  std::string part;
  for (std::size_t i = 0; i + 1 < records.size(); ++i) part += records[i];
  guarded memory(4096), received(part);
  buffer_list input{token(received), empty()}, out{token(memory)};
  EXPECT_EQ(call(&input, out), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(out[0].cbBuffer, 0u);
  EXPECT_EQ(out[0].pvBuffer, memory.data());
  EXPECT_EQ(memory.text(), std::string(4096, '\x5A'));
  ours_.give(records.back());
  converse(ours_, peer_);
  expect_completes();
}

// First calls: no context is made when the token does not fit, and the next first call works.
TEST(FirstOutput, TooSmallForTheClientHello) {
  guarded memory(4096);
  buffer_list out{buffer(SECBUFFER_TOKEN, memory.data(), 10)};
  CtxtHandle made = unset_handle;
  step_call call{.credential = client_credential(tls::newest).get(),
                 .target = "a.test",
                 .new_context = &made,
                 .output = out.get()};
  EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
  const ULONG needed = out[0].cbBuffer;
  EXPECT_GT(needed, 10u);
  EXPECT_EQ(memory.text(), std::string(4096, '\x5A'));
  out[0].cbBuffer = 4096;
  if (!same(made, unset_handle)) call.context = &made;
  EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
  EXPECT_EQ(out[0].cbBuffer, needed);
  EXPECT_EQ(status(DeleteSecurityContext(&made)), SEC_E_OK);
}

TEST(FirstOutput, TooSmallForTheServersFlight) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    openssl_peer peer(peer_for(role::server, version));
    peer.start();
    guarded hello(peer.take()), memory(8192);
    buffer_list input{token(hello), empty()}, out{buffer(SECBUFFER_TOKEN, memory.data(), 100)};
    CtxtHandle made = unset_handle;
    step_call call{.function = role::server,
                   .credential = server_credential(version).get(),
                   .input = input.get(),
                   .new_context = &made,
                   .output = out.get()};
    EXPECT_EQ(call.run(), SEC_E_BUFFER_TOO_SMALL);
    const ULONG needed = out[0].cbBuffer;
    EXPECT_GT(needed, 100u);
    out[0].cbBuffer = 8192;
    if (!same(made, unset_handle)) call.context = &made;
    EXPECT_EQ(call.run(), SEC_I_CONTINUE_NEEDED);
    EXPECT_TRUE(memory.intact() && hello.intact());
    peer.give(bytes_of(out[0]));
    EXPECT_FALSE(peer.failed());
    EXPECT_FALSE(peer.take().empty());
    EXPECT_EQ(status(DeleteSecurityContext(&made)), SEC_E_OK);
  }
}

}  // namespace
}  // namespace schannix::test::sspi
