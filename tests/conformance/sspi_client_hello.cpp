// SslGetServerIdentity and SslGetExtensions: a first flight read before anything is made of it.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <memory>

#include "support/sspi_party.hpp"

namespace schannix::test::sspi {
namespace {

// Memory that ends with its last byte, so that reading behind it is noticed.
class exact {
 public:
  explicit exact(std::string_view bytes)
      : size_(bytes.size()), bytes_(new BYTE[bytes.size() + (bytes.empty() ? 1 : 0)]) {
    std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  BYTE* data() const { return bytes_.get(); }
  DWORD size() const { return static_cast<DWORD>(size_); }
  bool holds(const BYTE* at, DWORD size) const { return at >= data() && at + size <= data() + size_; }

 private:
  std::size_t size_;
  std::unique_ptr<BYTE[]> bytes_;
};

constexpr const char* untouched = "untouched";

// The name, or the status in brackets.
std::string identity_of(std::string_view flight) {
  const exact hello(flight);
  PBYTE at = reinterpret_cast<PBYTE>(const_cast<char*>(untouched));
  DWORD size = 77;
  const status said = SslGetServerIdentity(hello.data(), hello.size(), &at, &size, 0);
  if (!(said == SEC_E_OK)) {
    EXPECT_TRUE(reinterpret_cast<const char*>(at) == untouched && size == 77) << said;
    return "(" + said.name() + ")";
  }
  EXPECT_TRUE(hello.holds(at, size));
  return std::string(reinterpret_cast<char*>(at), size);
}

struct answer {
  status said = SEC_E_OK;
  DWORD lacking = 0;
  std::string content;  // "none" for an extension that is not there
};

answer extension_of(std::string_view flight, USHORT type, SchGetExtensionsOptions flags = SCH_EXTENSIONS_OPTIONS_NONE) {
  const exact hello(flight);
  SCH_EXTENSION_DATA wanted{};
  wanted.ExtensionType = type;
  answer made;
  made.lacking = 77;
  made.said = SslGetExtensions(hello.data(), hello.size(), &wanted, 1, &made.lacking, flags);
  if (made.said == SEC_E_OK) {
    made.content = wanted.pExtData == nullptr
                       ? "none"
                       : std::string(reinterpret_cast<const char*>(wanted.pExtData), wanted.cbExtData);
    EXPECT_TRUE(wanted.pExtData == nullptr || hello.holds(wanted.pExtData, wanted.cbExtData));
  }
  return made;
}

std::string big_endian(std::size_t value, int bytes) {
  std::string made;
  for (int i = bytes - 1; i >= 0; --i) made += static_cast<char>(value >> (8 * i));
  return made;
}
std::string sized(const std::string& content, int length_bytes) {
  return big_endian(content.size(), length_bytes) + content;
}
std::string extension(unsigned type, const std::string& content) { return big_endian(type, 2) + sized(content, 2); }
std::string server_name(const std::string& host, char type = 0) {
  return extension(0, sized(std::string(1, type) + sized(host, 2), 2));
}
std::string message(const std::string& body, char type = 1) { return std::string(1, type) + sized(body, 3); }
std::string record(const std::string& content, char type = 22) {
  return std::string(1, type) + "\x03\x01" + sized(content, 2);
}
// Everything in front of the extensions' block.
std::string fixed_part(const std::string& suites = std::string("\x13\x01", 2), std::size_t id_size = 32) {
  return "\x03\x03" + std::string(32, 'r') + sized(std::string(id_size, 'i'), 1) + sized(suites, 2) +
         sized(std::string(1, '\0'), 1);
}
std::string hello_with(const std::string& extensions) { return record(message(fixed_part() + sized(extensions, 2))); }

const std::string invalid = "(SEC_E_INVALID_TOKEN)";

TEST(ClientHello, NameAndExtensionsOfOurOwnClient) {
  for (const tls version : {tls::v1_2, tls::v1_3}) {
    party client(client_credential(version), {.target = "www.example.test", .protocols = "\x02h2"});
    const std::string flight = client.take();
    EXPECT_EQ(identity_of(flight), "www.example.test");
    EXPECT_EQ(extension_of(flight, 16).content, std::string("\x00\x03\x02h2", 5));
    EXPECT_EQ(extension_of(flight, 23).content, "") << "extended_master_secret is there, and empty";
    EXPECT_EQ(extension_of(flight, 0xFFFE).content, "none");
    EXPECT_EQ(extension_of(flight.substr(5), 16, SCH_NO_RECORD_HEADER).content, std::string("\x00\x03\x02h2", 5));
  }
}

TEST(ClientHello, SeveralExtensionsAtOnce) {
  const exact hello(hello_with(server_name("a.test") + extension(5, "five") + extension(7, "")));
  std::array<SCH_EXTENSION_DATA, 4> wanted{};
  wanted[0].ExtensionType = 7;
  wanted[1].ExtensionType = 5;
  wanted[2].ExtensionType = 6;
  wanted[3].ExtensionType = 5;
  DWORD lacking = 77;
  ASSERT_EQ(
      status(SslGetExtensions(hello.data(), hello.size(), wanted.data(), 4, &lacking, SCH_EXTENSIONS_OPTIONS_NONE)),
      SEC_E_OK);
  EXPECT_EQ(lacking, 0u);
  EXPECT_TRUE(wanted[0].pExtData != nullptr && wanted[0].cbExtData == 0);
  EXPECT_EQ(std::memcmp(wanted[1].pExtData, "five", 4), 0);
  EXPECT_TRUE(wanted[2].pExtData == nullptr && wanted[2].cbExtData == 0);
  EXPECT_EQ(wanted[3].pExtData, wanted[1].pExtData);
}

// What lacks is told exactly, and never ends anywhere but where the flight does.
TEST(ClientHello, CutAnywhereIsIncomplete) {
  party client(client_credential(tls::newest));
  const std::string flight = client.take(), bare = flight.substr(5);
  for (std::size_t size = 0; size < flight.size(); ++size) {
    EXPECT_EQ(identity_of(flight.substr(0, size)), "(SEC_E_INCOMPLETE_MESSAGE)");
    const answer got = extension_of(flight.substr(0, size), 0);
    EXPECT_EQ(got.said, SEC_E_INCOMPLETE_MESSAGE);
    EXPECT_EQ(got.lacking, size < 5 ? 5 - size : flight.size() - size);
  }
  for (std::size_t size = 0; size < bare.size(); ++size) {
    const answer got = extension_of(bare.substr(0, size), 0, SCH_NO_RECORD_HEADER);
    EXPECT_EQ(got.said, SEC_E_INCOMPLETE_MESSAGE);
    EXPECT_EQ(got.lacking, size < 4 ? 4 - size : bare.size() - size);
  }
  EXPECT_EQ(identity_of(flight + "what follows"), "a.test");
  EXPECT_EQ(extension_of(bare + "what follows", 0xFFFE, SCH_NO_RECORD_HEADER).content, "none");
}

TEST(ClientHello, WithoutAName) {
  EXPECT_EQ(identity_of(hello_with(extension(5, "five"))), invalid);
  EXPECT_EQ(identity_of(record(message(fixed_part()))), invalid) << "no extensions at all";
  EXPECT_EQ(extension_of(record(message(fixed_part())), 0).content, "none");
  EXPECT_EQ(identity_of(hello_with(server_name("a.test"))), "a.test");
}

TEST(ClientHello, NamesThatAreNone) {
  const std::string host = "a.test", one = std::string(1, '\0') + sized(host, 2);
  EXPECT_EQ(identity_of(hello_with(server_name(""))), invalid);
  EXPECT_EQ(identity_of(hello_with(server_name(std::string(255, 'n')))), std::string(255, 'n'));
  EXPECT_EQ(identity_of(hello_with(server_name(std::string(256, 'n')))), invalid);
  EXPECT_EQ(identity_of(hello_with(server_name(std::string("a\0b", 3)))), invalid);
  EXPECT_EQ(identity_of(hello_with(server_name(host, 1))), invalid) << "not a host name";
  EXPECT_EQ(identity_of(hello_with(extension(0, ""))), invalid);
  EXPECT_EQ(identity_of(hello_with(extension(0, sized(one + one, 2)))), invalid) << "two names";
  EXPECT_EQ(identity_of(hello_with(extension(0, sized(one, 2) + "x"))), invalid) << "bytes behind the list";
  EXPECT_EQ(extension_of(hello_with(extension(0, sized(one + one, 2))), 0).said, SEC_E_OK) << "bytes are bytes";
}

void expect_no_hello(const std::string& flight, const char* why) {
  EXPECT_EQ(identity_of(flight), invalid) << why;
  const answer got = extension_of(flight, 0);
  EXPECT_EQ(got.said, SEC_E_INVALID_TOKEN) << why;
  EXPECT_EQ(got.lacking, 77u) << why;
}

TEST(ClientHello, WhatIsNone) {
  const std::string names = server_name("a.test"), body = fixed_part() + sized(names, 2);
  expect_no_hello("GET / HTTP/1.1\r\n\r\n", "no record");
  expect_no_hello(record(message(body), 23), "application data");
  expect_no_hello(record(message(body, 2)), "a ServerHello");
  expect_no_hello(record(""), "nothing in the record");
  expect_no_hello(record(message(body).substr(0, 20)), "goes on in the next record");
  expect_no_hello(record(message(fixed_part("") + sized(names, 2))), "no suites");
  expect_no_hello(record(message(fixed_part("\x13") + sized(names, 2))), "half a suite");
  expect_no_hello(record(message(fixed_part("\x13\x01", 33) + sized(names, 2))), "too long a session id");
  expect_no_hello(record(message(body + "x")), "bytes behind the extensions");
  expect_no_hello(hello_with(names + names), "an extension twice");
  expect_no_hello(hello_with(names + std::string(1, '\0')), "half an extension");
  expect_no_hello(hello_with(big_endian(0, 2) + big_endian(99, 2) + "x"), "longer than its block");
  expect_no_hello(std::string("\x80\x2E\x01\x03\x01", 5) + std::string(43, 'x'), "SSL 2.0");
}

// Each length in the message made one less and one more: never read outside, and never a name that is not there.
TEST(ClientHello, EveryByteChanged) {
  const std::string flight = hello_with(server_name("a.test") + extension(5, "five"));
  for (std::size_t at = 0; at < flight.size(); ++at) {
    for (const int by : {-1, 1}) {
      std::string changed = flight;
      changed[at] = static_cast<char>(changed[at] + by);
      const std::string name = identity_of(changed);
      EXPECT_TRUE(name == "a.test" || name == invalid || name == "(SEC_E_INCOMPLETE_MESSAGE)" || name.size() == 6)
          << name;
    }
  }
}

TEST(ClientHello, LongerThanAnyIs) {
  const std::string head = std::string("\x01\x01\x00\x01", 4);  // 65537 bytes
  EXPECT_EQ(extension_of(head, 0, SCH_NO_RECORD_HEADER).said, SEC_E_INVALID_TOKEN);
  EXPECT_EQ(extension_of(std::string("\x01\x01\x00\x00", 4), 0, SCH_NO_RECORD_HEADER).lacking, 65536u);
}

TEST(ClientHello, ArgumentsThatCannotBe) {
  const exact hello(hello_with(server_name("a.test")));
  PBYTE at = nullptr;
  DWORD size = 0;
  EXPECT_EQ(status(SslGetServerIdentity(nullptr, 9, &at, &size, 0)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SslGetServerIdentity(hello.data(), hello.size(), nullptr, &size, 0)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SslGetServerIdentity(hello.data(), hello.size(), &at, nullptr, 0)), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(status(SslGetServerIdentity(hello.data(), hello.size(), &at, &size, 1)), SEC_E_INVALID_PARAMETER);
  const auto ask = [&](const BYTE* bytes, SCH_EXTENSION_DATA* wanted, BYTE count, DWORD* lacking, int flags) {
    return status(
        SslGetExtensions(bytes, hello.size(), wanted, count, lacking, static_cast<SchGetExtensionsOptions>(flags)));
  };
  SCH_EXTENSION_DATA wanted{};
  EXPECT_EQ(ask(nullptr, &wanted, 1, &size, 0), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(ask(hello.data(), nullptr, 1, &size, 0), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(ask(hello.data(), &wanted, 1, nullptr, 0), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(ask(hello.data(), &wanted, 1, &size, 2), SEC_E_INVALID_PARAMETER);
  EXPECT_EQ(ask(hello.data(), nullptr, 0, &size, 0), SEC_E_OK) << "whether it is a ClientHello";
}

}  // namespace
}  // namespace schannix::test::sspi
