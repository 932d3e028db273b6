// Exported connections that somebody has changed, with a digest that fits: they are refused with a documented status,
// or make a connection that can be used, exported and imported again without harm. The first byte says which of four
// connections it was; then bytes are changed, and parts taken out or put in.
#include <openssl/evp.h>
#include <schannel.h>

#include <array>

#include "credentials.hpp"
#include "fuzz.hpp"
#include "odd_buffers.hpp"
#include "support/sspi_party.hpp"

using namespace schannix;
using test::sspi::role;
using test::sspi::tls;

namespace {

constexpr std::size_t digest_size = 32;

std::string exported(CtxtHandle& from) {
  SecBuffer packed{0, SECBUFFER_EMPTY, nullptr};
  const SECURITY_STATUS said = ExportSecurityContext(&from, SECPKG_CONTEXT_EXPORT_DELETE_OLD, &packed, nullptr);
  fuzz::demand(said == SEC_E_OK, "a connection that goes on can be exported");
  std::string bytes(static_cast<const char*>(packed.pvBuffer), packed.cbBuffer);
  FreeContextBuffer(packed.pvBuffer);
  return bytes;
}

SECURITY_STATUS import_of(std::string bytes, CtxtHandle& into) {
  char package[] = UNISP_NAME_A;
  SecBuffer packed{static_cast<ULONG>(bytes.size()), SECBUFFER_TOKEN, bytes.data()};
  const SECURITY_STATUS said = ImportSecurityContextA(package, &packed, nullptr, &into);
  fuzz::check_documented(said);
  return said;
}

// Without the digest at its end.
std::string fresh(tls version, role side) {
  test::sspi::couple both(fuzz::uncached(role::client, version), fuzz::uncached(role::server, version));
  const std::string all = exported(both.of(side).handle());
  return all.substr(0, all.size() - digest_size);
}

const std::string& original(unsigned which) {
  static const std::array<std::string, 4> made{fresh(tls::v1_2, role::client), fresh(tls::v1_2, role::server),
                                               fresh(tls::v1_3, role::client), fresh(tls::v1_3, role::server)};
  return made[which % made.size()];
}

std::string changed(fuzz::input& from) {
  std::string bytes = original(from.u8());
  while (!from.ended()) {
    const unsigned how = from.u8();
    const std::size_t at = from.below(bytes.size());
    if (how < 192 && at < bytes.size()) bytes[at] = static_cast<char>(from.u8());
    if (how >= 192 && how < 224) bytes.erase(at, from.u8());
    if (how >= 224) bytes.insert(at, from.text(from.u8()));
  }
  return bytes;
}

std::string with_digest(std::string bytes) {
  std::array<unsigned char, digest_size> digest{};
  fuzz::demand(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1, "SHA-256");
  return bytes.append(digest.begin(), digest.end());
}

void use(CtxtHandle& on) {
  fuzz::exact_list record, wire;
  record.add(SECBUFFER_STREAM_HEADER, "", 64);
  record.add(SECBUFFER_DATA, "hello", 5);
  record.add(SECBUFFER_STREAM_TRAILER, "", 64);
  fuzz::check_documented(EncryptMessage(&on, 0, record.get(), 0));
  wire.add(SECBUFFER_DATA, "\x17\x03\x03\x00\x04none", 9);
  wire.buffers.resize(4, {0, SECBUFFER_EMPTY, nullptr});
  SecPkgContext_SessionInfo session{};
  SecPkgContext_ApplicationProtocol protocol{};
  SecPkgContext_StreamSizes sizes{};
  fuzz::check_documented(QueryContextAttributesW(&on, SECPKG_ATTR_SESSION_INFO, &session));
  fuzz::check_documented(QueryContextAttributesW(&on, SECPKG_ATTR_APPLICATION_PROTOCOL, &protocol));
  fuzz::check_documented(QueryContextAttributesW(&on, SECPKG_ATTR_STREAM_SIZES, &sizes));
  SecPkgContext_KeyingMaterial material{};
  fuzz::check_documented(QueryContextAttributesW(&on, SECPKG_ATTR_KEYING_MATERIAL, &material));
  FreeContextBuffer(material.pbKeyingMaterial);
  const std::string again = exported(on);
  fuzz::demand(import_of(again, on) == SEC_E_OK, "what was exported can be imported");
  fuzz::check_documented(DecryptMessage(&on, wire.get(), 0, nullptr));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  fuzz::begin_random_numbers_anew();
  fuzz::input from(data, size);
  CtxtHandle made{1, 2};
  if (import_of(with_digest(changed(from)), made) != SEC_E_OK) {
    fuzz::demand(made.dwLower == 1 && made.dwUpper == 2, "a handle is written only when there is a context");
    return 0;
  }
  use(made);
  fuzz::demand(DeleteSecurityContext(&made) == SEC_E_OK, "what was imported can be deleted");
  return 0;
}
