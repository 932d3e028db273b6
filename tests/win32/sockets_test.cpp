// winsock2.h over Linux's sockets.
#include <gtest/gtest.h>
#include <windows.h>
#include <winsock2.h>

#include <csignal>
#include <string>

#include "support/socket.hpp"

namespace {

using schannix::test::listener;

struct a_socket {
  explicit a_socket(int family = AF_INET) : is(::socket(family, SOCK_STREAM, IPPROTO_TCP)) {}
  ~a_socket() { closesocket(is); }
  SOCKET is;
};

TEST(winsock, versions) {
  WSADATA data = {};
  EXPECT_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
  EXPECT_EQ(data.wVersion, MAKEWORD(2, 2));
  EXPECT_EQ(WSAStartup(MAKEWORD(1, 1), &data), 0);
  EXPECT_EQ(data.wVersion, MAKEWORD(1, 1));
  EXPECT_EQ(WSAStartup(MAKEWORD(1, 9), &data), 0);
  EXPECT_EQ(data.wVersion, MAKEWORD(1, 9));
  EXPECT_EQ(WSAStartup(MAKEWORD(3, 0), &data), 0);
  EXPECT_EQ(data.wVersion, MAKEWORD(2, 2));
  EXPECT_EQ(data.wHighVersion, MAKEWORD(2, 2));
  EXPECT_EQ(WSAStartup(MAKEWORD(0, 9), &data), WSAVERNOTSUPPORTED);
  EXPECT_EQ(WSAStartup(MAKEWORD(2, 2), nullptr), WSAEFAULT);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(WSACleanup(), 0);
  EXPECT_EQ(WSACleanup(), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSANOTINITIALISED);
}

TEST(winsock, start_up_switches_sigpipe_off) {
  std::signal(SIGPIPE, SIG_DFL);
  WSADATA data = {};
  ASSERT_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
  EXPECT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_IGN);
  WSACleanup();
}

TEST(winsock, start_up_leaves_a_handler_of_the_program_s) {
  const auto handler = [](int) {};
  std::signal(SIGPIPE, handler);
  WSADATA data = {};
  ASSERT_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
  EXPECT_EQ(std::signal(SIGPIPE, SIG_DFL), static_cast<void (*)(int)>(handler));
  WSACleanup();
}

TEST(winsock, errors_are_those_of_errno) {
  errno = 0;
  EXPECT_EQ(WSAGetLastError(), 0);
  errno = ECONNREFUSED;
  EXPECT_EQ(WSAGetLastError(), WSAECONNREFUSED);
  errno = EINPROGRESS;
  EXPECT_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
  errno = EXDEV;  // no socket call gives it
  EXPECT_EQ(WSAGetLastError(), WSAEINVAL);
  for (const int code :
       {0, WSAENOTCONN, WSAEINPROGRESS == 0 ? 0 : WSAETIMEDOUT, WSAHOST_NOT_FOUND, WSANOTINITIALISED}) {
    WSASetLastError(code);
    EXPECT_EQ(WSAGetLastError(), code);
  }
  WSASetLastError(WSAECONNRESET);
  EXPECT_EQ(errno, ECONNRESET);
}

TEST(winsock, closing) {
  const SOCKET s = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(closesocket(s), 0);
  EXPECT_EQ(closesocket(INVALID_SOCKET), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAENOTSOCK);
}

TEST(winsock, calls_that_do_not_wait) {
  listener at;
  a_socket client;
  u_long on = 1, readable = 99;
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(at.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(client.is, reinterpret_cast<SOCKADDR*>(&address), sizeof address), 0);
  auto server = at.accept();
  ASSERT_EQ(ioctlsocket(client.is, FIONBIO, &on), 0);
  char byte = 0;
  EXPECT_EQ(recv(client.is, &byte, 1, 0), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEWOULDBLOCK);
  server.send("abc");
  on = 0;
  ASSERT_EQ(ioctlsocket(client.is, FIONBIO, &on), 0);
  ASSERT_EQ(recv(client.is, &byte, 1, 0), 1);
  ASSERT_EQ(ioctlsocket(client.is, FIONREAD, &readable), 0);
  EXPECT_EQ(readable, 2U);
}

TEST(winsock, commands_that_are_refused) {
  const a_socket s;
  u_long value = 0;
  EXPECT_EQ(ioctlsocket(s.is, FIONBIO, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEFAULT);
  EXPECT_EQ(ioctlsocket(s.is, 12345, &value), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEINVAL);
  EXPECT_EQ(ioctlsocket(INVALID_SOCKET, FIONBIO, &value), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAENOTSOCK);
}

TEST(winsock, connects_by_name_and_moves_several_buffers) {
  listener at;
  a_socket client;
  SOCKADDR_IN mine = {}, peers = {};
  DWORD mine_size = sizeof mine, peers_size = sizeof peers;
  const std::wstring port = std::to_wstring(at.port());
  const TIMEVAL limit = {10, 0};
  ASSERT_TRUE(WSAConnectByNameW(client.is, const_cast<LPWSTR>(L"127.0.0.1"), const_cast<LPWSTR>(port.c_str()),
                                &mine_size, reinterpret_cast<LPSOCKADDR>(&mine), &peers_size,
                                reinterpret_cast<LPSOCKADDR>(&peers), &limit, nullptr))
      << WSAGetLastError();
  EXPECT_EQ(ntohs(peers.sin_port), at.port());
  EXPECT_NE(mine.sin_port, 0);
  auto server = at.accept();
  char one[] = "ab", two[] = "cde";
  WSABUF parts[] = {{2, one}, {3, two}};
  DWORD moved = 0, flags = 0;
  ASSERT_EQ(WSASend(client.is, parts, 2, &moved, 0, nullptr, nullptr), 0);
  EXPECT_EQ(moved, 5U);
  std::string arrived;
  while (arrived.size() < 5) ASSERT_EQ(server.receive(arrived), schannix::test::transport::open);
  EXPECT_EQ(arrived, "abcde");
  server.send("xyz");
  while (moved = 0, recv(client.is, one, 1, MSG_PEEK) != 1) {
  }
  ASSERT_EQ(WSARecv(client.is, parts, 2, &moved, &flags, nullptr, nullptr), 0);
  EXPECT_EQ(moved, 3U);
  EXPECT_EQ(std::string(one, 2) + two[0], "xyz");
}

TEST(winsock, sending_to_nobody_is_an_error_and_no_signal) {
  std::signal(SIGPIPE, SIG_DFL);
  listener at;
  a_socket client;
  const std::string port = std::to_string(at.port());
  ASSERT_TRUE(
      WSAConnectByNameA(client.is, "127.0.0.1", port.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr));
  shutdown(client.is, SD_SEND);
  char byte = 1;
  WSABUF part = {1, &byte};
  DWORD sent = 0;
  EXPECT_EQ(WSASend(client.is, &part, 1, &sent, 0, nullptr, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAECONNRESET);
}

TEST(winsock, names_that_lead_nowhere) {
  const a_socket s;
  const auto connect_to = [](SOCKET with, const char* node, const char* service) {
    return WSAConnectByNameA(with, node, service, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) != FALSE;
  };
  EXPECT_FALSE(connect_to(s.is, "256.256.256.256", "1"));
  EXPECT_EQ(WSAGetLastError(), WSAHOST_NOT_FOUND);
  EXPECT_FALSE(connect_to(s.is, nullptr, "1"));
  EXPECT_EQ(WSAGetLastError(), WSAEINVAL);
  EXPECT_FALSE(connect_to(INVALID_SOCKET, "127.0.0.1", "1"));
  EXPECT_EQ(WSAGetLastError(), WSAENOTSOCK);
  EXPECT_FALSE(connect_to(s.is, "127.0.0.1", std::to_string(schannix::test::free_port()).c_str()));
  EXPECT_EQ(WSAGetLastError(), WSAECONNREFUSED);
}

TEST(winsock, transfers_that_are_refused) {
  const a_socket s;
  char byte = 0;
  WSABUF part = {1, &byte};
  OVERLAPPED later = {};
  DWORD moved = 0, flags = 0;
  EXPECT_EQ(WSASend(s.is, &part, 1, &moved, 0, &later, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEOPNOTSUPP);
  EXPECT_EQ(WSASend(s.is, &part, 0, &moved, 0, nullptr, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEINVAL);
  EXPECT_EQ(WSASend(s.is, &part, 1, nullptr, 0, nullptr, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEFAULT);
  EXPECT_EQ(WSARecv(s.is, nullptr, 1, &moved, &flags, nullptr, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAEFAULT);
  EXPECT_EQ(WSARecv(s.is, &part, 1, &moved, &flags, nullptr, nullptr), SOCKET_ERROR);
  EXPECT_EQ(WSAGetLastError(), WSAENOTCONN);
}

}  // namespace
