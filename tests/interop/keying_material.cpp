// Keying material is the same at both ends: what other programs print is what our side exports.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "interop/our_side.hpp"
#include "interop/peers.hpp"

namespace schannix::test::interop {
namespace {

using sspi::role;
using sspi::tls;

constexpr const char* label = "EXPERIMENTAL schannix";
constexpr DWORD material_size = 40;

enum class program_of { openssl, gnutls };

struct kind {
  program_of peer;
  tls version;
};
constexpr kind all_kinds[] = {{program_of::openssl, tls::v1_2},
                              {program_of::openssl, tls::v1_3},
                              {program_of::gnutls, tls::v1_2},
                              {program_of::gnutls, tls::v1_3}};

std::string name_of(const testing::TestParamInfo<kind>& of) {
  return std::string(of.param.peer == program_of::openssl ? "OpenSSL" : "GnuTLS") +
         (of.param.version == tls::v1_3 ? "_TLS13" : "_TLS12");
}

std::vector<std::string> export_options(program_of peer) {
  const std::string size = std::to_string(material_size);
  if (peer == program_of::openssl) return {"-keymatexport", label, "-keymatexportlen", size};
  return {"--keymatexport", label, "--keymatexportsize", size};
}

std::vector<std::string> server_options(program_of peer) {
  std::vector<std::string> options = export_options(peer);
  if (peer == program_of::gnutls) options.emplace_back("--disable-client-cert");
  return options;
}

std::string hexadecimal(const BYTE* bytes, std::size_t size) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) (text += digits[bytes[i] >> 4]) += digits[bytes[i] & 15];
  return text;
}

std::string exported(our_side& of) {
  SecPkgContext_KeyingMaterial_Inproc both{};
  both.pszLabel = const_cast<char*>(label);
  both.cbLabel = static_cast<WORD>(std::char_traits<char>::length(label) + 1);
  both.cbKeyingMaterial = material_size;
  const sspi::status done = QueryContextAttributesW(&of.party().handle(), SECPKG_ATTR_KEYING_MATERIAL_INPROC, &both);
  EXPECT_EQ(done, SEC_E_OK);
  const std::string text = hexadecimal(both.pbKeyingMaterial, done.failed() ? 0 : material_size);
  FreeContextBuffer(both.pbKeyingMaterial);
  return text;
}

// OpenSSL: "Keying material: HEX". GnuTLS: "- Key material: hex".
std::string printed(program_of peer, program& by) {
  std::string text = by.await_line_after(peer == program_of::openssl ? "Keying material: " : "Key material: ");
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char one) { return std::tolower(one); });
  return text;
}

cell cell_of(tls version) { return {version, pki::key_kind::p256, cipher::aes_128_gcm, ending::we_close_first}; }

struct KeyingMaterialInterop : testing::TestWithParam<kind> {};
INSTANTIATE_TEST_SUITE_P(Interop, KeyingMaterialInterop, testing::ValuesIn(all_kinds), name_of);

TEST_P(KeyingMaterialInterop, OfOurClient) {
  const program_of peer = GetParam().peer;
  const cell one = cell_of(GetParam().version);
  const server_program server = peer == program_of::openssl ? start_openssl_server(one, server_options(peer))
                                                            : start_gnutls_server(one, server_options(peer));
  const sspi::credential from = credential_for(one, role::client);
  our_side ours(connect(server.port), from);
  ours.shake();
  EXPECT_EQ(printed(peer, *server.run), exported(ours));
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

TEST_P(KeyingMaterialInterop, OfOurServer) {
  const program_of peer = GetParam().peer;
  const sspi::credential from = credential_for(cell_of(GetParam().version), role::server);
  listener entrance;
  const auto client = peer == program_of::openssl ? start_openssl_client(entrance.port(), export_options(peer))
                                                  : start_gnutls_client(entrance.port(), export_options(peer));
  our_side ours(entrance.accept(), from, {.side = role::server});
  ours.shake();
  EXPECT_EQ(printed(peer, *client), exported(ours));
  EXPECT_EQ(ours.shut(), SEC_E_OK);
}

}  // namespace
}  // namespace schannix::test::interop
