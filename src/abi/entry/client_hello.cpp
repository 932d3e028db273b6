// SslGetServerIdentity, SslGetExtensions. MS nf-schannel-sslgetserveridentity, nf-schannel-sslgetextensions
#include "context/client_hello.hpp"

#include <schannel.h>

#include <algorithm>
#include <bit>
#include <span>

#include "abi/guard.hpp"

namespace schannix::abi {
namespace {

SECURITY_STATUS find_identity(base::bytes_view hello, const BYTE*& at, DWORD& size) {
  const auto seen = context::look_at_hello(hello, context::hello_framing::in_a_record);
  if (std::holds_alternative<record::incomplete>(seen)) return SEC_E_INCOMPLETE_MESSAGE;
  const auto* all = std::get_if<context::hello_extensions>(&seen);
  const base::bytes_view name = all == nullptr ? base::bytes_view() : context::host_name_of(*all);
  if (name.empty()) return SEC_E_INVALID_TOKEN;
  at = name.data();
  size = static_cast<DWORD>(name.size());
  return SEC_E_OK;
}

// An extension that is there without content still has an address.
void fill(SCH_EXTENSION_DATA& wanted, const context::hello_extensions& all) {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const context::hello_extension& one) { return one.type == wanted.ExtensionType; });
  wanted.pExtData = found == all.end() ? nullptr : found->body.data();
  wanted.cbExtData = found == all.end() ? 0 : static_cast<DWORD>(found->body.size());
}

SECURITY_STATUS find_extensions(base::bytes_view hello, std::span<SCH_EXTENSION_DATA> wanted, DWORD& lacking,
                                context::hello_framing framing) {
  const auto seen = context::look_at_hello(hello, framing);
  if (const auto* incomplete = std::get_if<record::incomplete>(&seen)) {
    lacking = static_cast<DWORD>(incomplete->missing);
    return SEC_E_INCOMPLETE_MESSAGE;
  }
  const auto* all = std::get_if<context::hello_extensions>(&seen);
  if (all == nullptr) return SEC_E_INVALID_TOKEN;
  for (SCH_EXTENSION_DATA& one : wanted) fill(one, *all);
  lacking = 0;
  return SEC_E_OK;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

SECURITY_STATUS WINAPI SslGetServerIdentity(PBYTE ClientHello, DWORD ClientHelloSize, PBYTE* ServerIdentity,
                                            PDWORD ServerIdentitySize, DWORD Flags) {
  return abi::guarded([&]() -> SECURITY_STATUS {
    if (ClientHello == nullptr || ServerIdentity == nullptr || ServerIdentitySize == nullptr || Flags != 0)
      return SEC_E_INVALID_PARAMETER;
    const BYTE* at = nullptr;
    const SECURITY_STATUS said = abi::find_identity({ClientHello, ClientHelloSize}, at, *ServerIdentitySize);
    if (said == SEC_E_OK) *ServerIdentity = ClientHello + (at - ClientHello);
    return said;
  });
}

SECURITY_STATUS WINAPI SslGetExtensions(const BYTE* clientHello, DWORD clientHelloByteSize,
                                        SCH_EXTENSION_DATA* genericExtensions, BYTE genericExtensionsCount,
                                        DWORD* bytesToRead, SchGetExtensionsOptions flags) {
  return abi::guarded([&]() -> SECURITY_STATUS {
    if (clientHello == nullptr || bytesToRead == nullptr) return SEC_E_INVALID_PARAMETER;
    if (genericExtensions == nullptr && genericExtensionsCount != 0) return SEC_E_INVALID_PARAMETER;
    const auto bits = std::bit_cast<unsigned>(flags);  // a C program can put any number there
    if (bits != SCH_EXTENSIONS_OPTIONS_NONE && bits != SCH_NO_RECORD_HEADER) return SEC_E_INVALID_PARAMETER;
    const auto framing =
        bits == SCH_NO_RECORD_HEADER ? context::hello_framing::bare : context::hello_framing::in_a_record;
    return abi::find_extensions({clientHello, clientHelloByteSize}, {genericExtensions, genericExtensionsCount},
                                *bytesToRead, framing);
  });
}
