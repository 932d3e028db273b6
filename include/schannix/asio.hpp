// asio.hpp: a TLS stream for standalone Asio (1.22 or newer; Debian: libasio-dev), on any stream that Asio has.
//
//   schannix::stream<asio::ip::tcp::socket> tls(std::move(socket), schannix::connection::client(who, "example.org"));
//   co_await tls.async_handshake(asio::use_awaitable);
//   co_await asio::async_write(tls, asio::buffer(request), asio::use_awaitable);
//   std::error_code end;
//   while (!end) {
//       auto count = co_await tls.async_read_some(asio::buffer(space), asio::redirect_error(asio::use_awaitable, end));
//       print({space, count});
//   }
//   if (end != asio::error::eof) throw std::system_error(end);  // e.g. schannix::stream_errc::truncated
//   co_await tls.async_shutdown(asio::use_awaitable);
//
// An AsyncReadStream and AsyncWriteStream: asio::async_read, async_read_until and async_write work with it. Every
// operation takes any completion token: callbacks, use_future, use_awaitable.
//
// At the same time: one read and one write; async_handshake and async_shutdown count as both. What is one too many
// completes with asio::error::already_started, and nothing has happened.
//
// Threads, as asio::ssl::stream's: all calls and all handlers of one stream in one strand, or in one thread.
//
// Cancelling (cancellation slots, lowest_layer().cancel()) does no harm: a read loses no byte; a write that was
// cancelled tells how many bytes it has sealed, and the next operation sends them.
//
// Ownership: the stream owns the next layer and the connection. Destroyed, it closes the next layer; operations that
// are still pending complete with operation_aborted. Buffers are the caller's, and stay until the operation completes.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/compose.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include "schannix/connection.hpp"

namespace schannix {
inline namespace v0 {

// What goes wrong with a stream besides statuses (schannix::category()) and errors of the transport.
enum class stream_errc {
  truncated = 1,  // the transport ended without the peer's close_notify: data may be missing, by accident or by attack
  drain_limit,    // the peer went on sending after our close_notify
};

inline const std::error_category& stream_category() noexcept;
inline std::error_code make_error_code(stream_errc code) noexcept {
  return {static_cast<int>(code), stream_category()};
}

struct shutdown_limits {
  std::chrono::milliseconds wait{5000};  // for all of it: sending close_notify, and the peer's own
  std::size_t drain = 1 << 20;           // bytes of the transport that are read meanwhile, and dropped
};

template <class NextLayer>
class stream {
 public:
  using next_layer_type = NextLayer;
  using lowest_layer_type = typename NextLayer::lowest_layer_type;
  using executor_type = typename NextLayer::executor_type;

  stream(NextLayer next, connection tls);
  stream(stream&&) noexcept = default;
  stream& operator=(stream&& other) noexcept;
  ~stream() { abandon(); }

  executor_type get_executor() { return state_->next.get_executor(); }
  next_layer_type& next_layer() { return state_->next; }
  lowest_layer_type& lowest_layer() { return state_->next.lowest_layer(); }
  // info(), peer_certificate(), report(), update_keys() and the like. What it has to send goes with the next operation.
  connection& tls() { return state_->tls; }

  // void(std::error_code). Errors: the reason in schannix::category(); stream_errc::truncated; the transport's. An
  // alert that the reason calls for has been sent.
  template <class Token>
  auto async_handshake(Token&& token);

  // void(std::error_code, std::size_t). Errors: asio::error::eof after the peer's close_notify and nothing else;
  // stream_errc::truncated; a reason in schannix::category(). Data that came before an end are delivered first.
  template <class MutableBuffers, class Token>
  auto async_read_some(const MutableBuffers& buffers, Token&& token);

  // void(std::error_code, std::size_t): up to 64 KiB, sealed and given to the transport. Errors: the transport's, also
  // those that an earlier operation met; SEC_E_CONTEXT_EXPIRED after either side's close (schannix::category()).
  template <class ConstBuffers, class Token>
  auto async_write_some(const ConstBuffers& buffers, Token&& token);

  // void(std::error_code): sends close_notify, drops what still comes, and waits for the peer's close_notify. Errors:
  // stream_errc::truncated, stream_errc::drain_limit, asio::error::timed_out, a reason in schannix::category(). The
  // report tells the same. The transport stays open in every case: close it, or destroy the stream.
  template <class Token>
  auto async_shutdown(shutdown_limits limits, Token&& token);
  template <class Token>
  auto async_shutdown(Token&& token) {
    return async_shutdown(shutdown_limits{}, std::forward<Token>(token));
  }

 private:
  struct state;
  void abandon() noexcept;

  std::shared_ptr<state> state_;
};

}  // namespace v0
}  // namespace schannix

template <>
struct std::is_error_code_enum<schannix::stream_errc> : std::true_type {};

#include "schannix/detail/asio.ipp"
