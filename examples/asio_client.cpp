// A client on Asio's coroutines: says "hello", prints what comes back, and closes.
//
//   c++ -std=c++20 asio_client.cpp $(pkg-config --cflags --libs schannix) -o asio_client
//   ./asio_client localhost 4433 roots.pem
//
// Exit code: 0 everything arrived, 1 the server cut the connection, 2 anything else.
#include <schannix/asio.hpp>
#include <schannix/schannix.hpp>

#include <asio/co_spawn.hpp>
#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

using asio::use_awaitable;
using asio::ip::tcp;

std::string content_of(const char* file) { return {std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}}; }

asio::awaitable<int> talk(const std::string host, const std::string port, const schannix::credential who) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  co_await asio::async_connect(socket, co_await tcp::resolver(executor).async_resolve(host, port, use_awaitable),
                               use_awaitable);

  schannix::stream<tcp::socket> tls(std::move(socket), schannix::connection::client(who, host));
  co_await tls.async_handshake(use_awaitable);
  co_await asio::async_write(tls, asio::buffer("hello\n", 6), use_awaitable);

  std::string answer;
  std::error_code error;
  while (!answer.ends_with('\n')) {
    char space[4096];
    const auto count = co_await tls.async_read_some(asio::buffer(space), asio::redirect_error(use_awaitable, error));
    answer.append(space, count);
    if (!error) continue;
    std::cout << answer << (error == asio::error::eof ? "the server has closed" : error.message()) << '\n';
    co_return error == schannix::stream_errc::truncated ? 1 : 2;
  }
  std::cout << answer;

  co_await tls.async_shutdown({.wait = std::chrono::seconds(5)}, asio::redirect_error(use_awaitable, error));
  std::cout << tls.tls().report().sentence() << '\n';
  co_return error ? 1 : 0;
}

int main(int argc, char** argv) try {
  if (argc != 4) throw std::invalid_argument("usage: asio_client HOST PORT ROOTS.pem");
  const schannix::credential who({.extra_roots = schannix::certificate::list_from_pem(content_of(argv[3]))});
  asio::io_context io;
  int code = 2;
  asio::co_spawn(io, talk(argv[1], argv[2], who), [&](std::exception_ptr failure, int result) {
    if (failure) std::rethrow_exception(failure);
    code = result;
  });
  io.run();
  return code;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}
