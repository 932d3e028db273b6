// asio.ipp: definitions of asio.hpp. Each operation is a small object with advance(), which asks the connection until
// it is done or needs input; driver carries bytes for it. Two operations can be under way, and either may have
// something to send (a read answers KeyUpdates): who finds the sending lane free sends all that there is, who finds it
// taken waits or goes on.
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <vector>

namespace schannix {
inline namespace v0 {
namespace detail {

class stream_category_type final : public std::error_category {
 public:
  const char* name() const noexcept override { return "schannix.stream"; }
  std::string message(int value) const override {
    switch (static_cast<stream_errc>(value)) {
      case stream_errc::truncated:
        return "the connection was cut: it ended without the peer's close_notify";
      case stream_errc::drain_limit:
        return "the peer went on sending after our close_notify";
    }
    return "stream error " + std::to_string(value);
  }
};

}  // namespace detail

inline const std::error_category& stream_category() noexcept {
  static const detail::stream_category_type instance;
  return instance;
}

// Outlives the stream while operations are pending.
template <class NextLayer>
struct stream<NextLayer>::state {
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                           executor_type>;

  state(NextLayer layer, connection&& session)
      : next(std::move(layer)),
        tls(std::move(session)),
        lane(next.get_executor(), timer::time_point::max()),
        deadline(next.get_executor()) {}

  NextLayer next;
  connection tls;
  std::span<const std::byte> unread;  // of the record that was opened last
  std::array<std::byte, 16384 + 512> incoming;
  std::vector<std::byte> outgoing;  // being sent, or left from a send that was cancelled
  timer lane;                       // cancelled when the sending lane becomes free
  timer deadline;                   // of a shutdown
  std::error_code send_error;       // the transport takes nothing any more
  bool reading = false, writing = false, sending = false, closing = false, overdue = false, abandoned = false;
  bool peer_closed = false;
  std::size_t drained = 0;

  bool has_output() const { return !send_error && (!outgoing.empty() || !tls.pending_output().empty()); }
  void collect_output() {
    const auto more = tls.pending_output();
    outgoing.insert(outgoing.end(), more.begin(), more.end());
    tls.output_taken(more.size());
  }
  void sent(std::error_code error, std::size_t count) {
    sending = false;
    outgoing.erase(outgoing.begin(), outgoing.begin() + static_cast<std::ptrdiff_t>(count));
    if (error && error != asio::error::operation_aborted) send_error = error;
    lane.cancel();
  }
  void received(std::error_code error, std::size_t count) {
    tls.feed(std::span(incoming).first(count));
    if (closing) drained += count;
    if (error == asio::error::eof)
      tls.transport_ended();
    else if (error && error != asio::error::operation_aborted)
      tls.transport_ended(transport_end::reset);
  }
  // Why nothing more comes.
  std::error_code end() const {
    const auto report = tls.report();
    if (report.close_received) return asio::error::eof;
    return report.error ? report.error : stream_errc::truncated;
  }
  void stop_waiting() {
    std::error_code ignored;
    next.lowest_layer().cancel(ignored);
    lane.cancel();
  }
};

namespace detail {

// Nothing: needs input.
using advanced = std::optional<std::error_code>;

template <class State>
struct handshake_operation {
  static constexpr bool reads = true, writes = true, has_count = false;
  std::size_t count = 0;
  void begin(State&) {}
  advanced advance(State& stream) {
    while (!stream.tls.established()) {
      const event news = stream.tls.next();
      if (std::holds_alternative<closed>(news)) return stream.end();
      if (std::holds_alternative<needs_bytes>(news)) return {};
    }
    return std::error_code();
  }
};

template <class State, class Buffers>
struct read_operation {
  static constexpr bool reads = true, writes = false, has_count = true;
  Buffers buffers;
  std::size_t count = 0;
  void begin(State&) {}
  advanced advance(State& stream) {
    if (asio::buffer_size(buffers) == 0) return std::error_code();
    while (stream.unread.empty()) {
      if (stream.peer_closed) return asio::error::eof;
      const event news = stream.tls.next();
      if (const auto* data = std::get_if<data_received>(&news)) stream.unread = data->bytes;
      if (std::holds_alternative<peer_closed>(news)) stream.peer_closed = true;
      if (std::holds_alternative<closed>(news)) return stream.end();
      if (std::holds_alternative<needs_bytes>(news)) return {};
    }
    count = asio::buffer_copy(buffers, asio::buffer(stream.unread.data(), stream.unread.size()));
    stream.unread = stream.unread.subspan(count);
    return std::error_code();
  }
};

template <class State, class Buffers>
struct write_operation {
  static constexpr bool reads = false, writes = true, has_count = true;
  static constexpr std::size_t most = 1 << 16;
  Buffers buffers;
  std::size_t count = 0;
  void begin(State&) {}
  advanced advance(State& stream) {
    if (stream.send_error) return stream.send_error;
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers) && count < most;
         ++at) {
      const asio::const_buffer buffer(*at);
      const auto size = std::min(buffer.size(), most - count);
      stream.tls.seal({static_cast<const std::byte*>(buffer.data()), size});
      count += size;
    }
    return std::error_code();
  }
};

template <class State>
struct shutdown_operation {
  static constexpr bool reads = true, writes = true, has_count = false;
  shutdown_limits limits;
  std::size_t count = 0;
  void begin(State& stream) {
    stream.closing = true;
    stream.drained = 0;
    stream.unread = {};
    stream.tls.close_write();
  }
  advanced advance(State& stream) {
    while (true) {
      const event news = stream.tls.next();
      if (std::holds_alternative<closed>(news)) {
        const auto end = stream.end();
        return end == asio::error::eof ? std::error_code() : end;
      }
      if (!std::holds_alternative<needs_bytes>(news)) continue;
      if (stream.drained > limits.drain) return stream_errc::drain_limit;
      return {};
    }
  }
};

// Runs one operation as asio::async_compose asks: called at first, and when what it has started completes.
template <class State, class Operation>
class driver {
 public:
  driver(std::shared_ptr<State> stream, Operation operation)
      : stream_(std::move(stream)), operation_(std::move(operation)) {}

  template <class Self>
  void operator()(Self& self, std::error_code error = {}, std::size_t count = 0) {
    State& stream = *stream_;
    switch (std::exchange(doing_, step::thinking)) {
      case step::starting:
        if (!begin(self)) return;
        break;
      case step::refusing:
        return complete(self, asio::error::already_started);
      case step::sending:
        stream.sent(error, count);
        break;
      case step::receiving:
        attempt([&] { stream.received(error, count); });
        break;
      case step::waiting:
        error = self.get_cancellation_state().cancelled() == asio::cancellation_type::none ? std::error_code() : error;
        break;
      case step::posting:
      case step::thinking:
        break;
    }
    go_on(self, error == asio::error::operation_aborted ? error : std::error_code());
  }

 private:
  static constexpr bool has_limits = requires(Operation& operation) { operation.limits; };
  enum class step { starting, refusing, thinking, sending, receiving, waiting, posting };

  template <class Self>
  bool begin(Self& self) {
    self.reset_cancellation_state(asio::enable_total_cancellation());
    State& stream = *stream_;
    if ((Operation::reads && stream.reading) || (Operation::writes && stream.writing)) {
      post(self, step::refusing);
      return false;
    }
    stream.reading = stream.reading || Operation::reads;
    stream.writing = stream.writing || Operation::writes;
    if constexpr (has_limits) start_deadline(self);
    attempt([&] { operation_.begin(stream); });
    initial_ = true;
    return true;
  }

  template <class Self>
  void start_deadline(Self& self) {
    stream_->overdue = false;
    stream_->deadline.expires_after(operation_.limits.wait);
    stream_->deadline.async_wait(
        asio::bind_executor(self.get_executor(), [state = std::weak_ptr(stream_)](std::error_code error) {
          const auto stream = state.lock();
          if (error || !stream || !stream->closing) return;
          if (stream->deadline.expiry() > std::chrono::steady_clock::now()) return;  // meant for an earlier shutdown
          stream->overdue = true;
          stream->stop_waiting();
        }));
  }

  template <class Self>
  void go_on(Self& self, std::error_code stopped) {
    State& stream = *stream_;
    if (stream.abandoned) stopped = asio::error::operation_aborted;
    if (!result_ && !stopped) attempt([&] { result_ = operation_.advance(stream); });
    if (is_overdue()) stopped = asio::error::timed_out;
    if (stopped) return stop(self, stopped);
    if (stream.has_output() && !stream.sending && sends()) return send(self);
    if (stream.sending && Operation::writes && !stream.send_error) return wait_for_lane(self);
    if (result_) return finish(self);
    receive(self);
  }

  // A read leaves it to the write that is under way, if there is one: it must go on reading even if the peer does not.
  bool sends() const { return Operation::writes || !stream_->writing; }

  bool is_overdue() {
    if constexpr (!has_limits) return false;
    if (!stream_->overdue || (result_ && !stream_->has_output())) return false;
    if (!result_) stream_->tls.transport_ended(transport_end::timed_out);
    return true;
  }

  // What a read has found is the caller's, even if an answer of ours was still on its way.
  template <class Self>
  void stop(Self& self, std::error_code why) {
    if (!result_ || Operation::writes) result_ = why;
    finish(self);
  }

  template <class Self>
  void send(Self& self) {
    State& stream = *stream_;
    if (!attempt([&] { stream.collect_output(); })) return finish(self);
    stream.sending = true;
    leave(step::sending);
    asio::async_write(stream.next, asio::buffer(stream.outgoing), std::move(self));
  }

  template <class Self>
  void receive(Self& self) {
    State& stream = *stream_;
    leave(step::receiving);
    stream.next.async_read_some(asio::buffer(stream.incoming), std::move(self));
  }

  template <class Self>
  void wait_for_lane(Self& self) {
    State& stream = *stream_;
    leave(step::waiting);
    stream.lane.async_wait(std::move(self));
  }

  template <class Self>
  void post(Self& self, step then) {
    auto executor = stream_->next.get_executor();
    leave(then);
    asio::post(executor, std::move(self));
  }

  void leave(step doing) {
    doing_ = doing;
    initial_ = false;
  }

  // Never from within the call that began the operation.
  template <class Self>
  void finish(Self& self) {
    if (initial_) return post(self, step::posting);
    State& stream = *stream_;
    if constexpr (Operation::reads) stream.reading = false;
    if constexpr (Operation::writes) stream.writing = false;
    if constexpr (has_limits) {
      stream.closing = false;
      stream.deadline.cancel();
    }
    auto error = *result_;
    if (!error && Operation::writes && !has_limits) error = stream.send_error;
    complete(self, error);
  }

  template <class Self>
  void complete(Self& self, std::error_code error) {
    stream_.reset();
    if constexpr (Operation::has_count) {
      const auto count = operation_.count;
      self.complete(error, count);
    } else {
      self.complete(error);
    }
  }

  // What the connection throws is the operation's result.
  template <class Part>
  bool attempt(const Part& part) {
    try {
      part();
      return true;
    } catch (const std::system_error& failure) {
      result_ = failure.code();
    } catch (const std::bad_alloc&) {
      result_ = std::make_error_code(std::errc::not_enough_memory);
    }
    return false;
  }

  std::shared_ptr<State> stream_;
  Operation operation_;
  std::optional<std::error_code> result_;
  step doing_ = step::starting;
  bool initial_ = false;
};

}  // namespace detail

template <class NextLayer>
stream<NextLayer>::stream(NextLayer next, connection tls)
    : state_(std::make_shared<state>(std::move(next), std::move(tls))) {}

template <class NextLayer>
stream<NextLayer>& stream<NextLayer>::operator=(stream&& other) noexcept {
  if (this != &other) {
    abandon();
    state_ = std::move(other.state_);
  }
  return *this;
}

template <class NextLayer>
void stream<NextLayer>::abandon() noexcept {
  if (!state_) return;
  state_->abandoned = true;
  std::error_code ignored;
  state_->next.lowest_layer().close(ignored);
  state_->lane.cancel();
  state_.reset();
}

template <class NextLayer>
template <class Token>
auto stream<NextLayer>::async_handshake(Token&& token) {
  using operation = detail::handshake_operation<state>;
  return asio::async_compose<Token, void(std::error_code)>(detail::driver(state_, operation{}), token, state_->next);
}

template <class NextLayer>
template <class MutableBuffers, class Token>
auto stream<NextLayer>::async_read_some(const MutableBuffers& buffers, Token&& token) {
  using operation = detail::read_operation<state, MutableBuffers>;
  return asio::async_compose<Token, void(std::error_code, std::size_t)>(detail::driver(state_, operation{buffers}),
                                                                        token, state_->next);
}

template <class NextLayer>
template <class ConstBuffers, class Token>
auto stream<NextLayer>::async_write_some(const ConstBuffers& buffers, Token&& token) {
  using operation = detail::write_operation<state, ConstBuffers>;
  return asio::async_compose<Token, void(std::error_code, std::size_t)>(detail::driver(state_, operation{buffers}),
                                                                        token, state_->next);
}

template <class NextLayer>
template <class Token>
auto stream<NextLayer>::async_shutdown(shutdown_limits limits, Token&& token) {
  using operation = detail::shutdown_operation<state>;
  return asio::async_compose<Token, void(std::error_code)>(detail::driver(state_, operation{limits}), token,
                                                           state_->next);
}

}  // namespace v0
}  // namespace schannix
