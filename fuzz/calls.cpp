// SSPI calls in any order: on living, deleted and made-up handles, with odd buffer lists, and with each other's tokens,
// so that connections come about now and then, of servers that ask for a certificate. Every status is a documented one,
// and memory outside the caller's is safe (AddressSanitizer).
#include <schannix_ext.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include "credentials.hpp"
#include "fuzz.hpp"
#include "odd_buffers.hpp"

using namespace schannix;
using test::sspi::role;
using test::sspi::tls;

namespace {

// The program under attack: two ends, and what is on its way to each. Handles stay when their contexts go.
class program {
 public:
  ~program() {
    for (CtxtHandle& one : contexts_) DeleteSecurityContext(&one);
  }

  void call(fuzz::input& from) {
    switch (from.u8() % 8) {
      case 0:
      case 1:
        return step(from);
      case 2:
        return message(from, [&](CtxtHandle* on, SecBufferDesc* list, ULONG odd) {
          const ULONG quality = odd % 16 == 1 ? ULONG{SECQOP_WRAP_OOB_DATA} : odd % 16 == 0 ? odd : 0;
          return EncryptMessage(on, quality, list, 0);
        });
      case 3:
        return message(from,
                       [](CtxtHandle* on, SecBufferDesc* list, ULONG) { return DecryptMessage(on, list, 0, nullptr); });
      case 4:
        return message(from, [](CtxtHandle* on, SecBufferDesc* list, ULONG) { return ApplyControlToken(on, list); });
      case 5:
        return query(from);
      case 6:
        if (from.u8() % 4 == 0) fuzz::check_documented(DeleteSecurityContext(handle(from)));
        return;
      default:
        return from.u8() % 2 == 0 ? exchange() : send(from.u8() % 2);
    }
  }

 private:
  CtxtHandle* handle(fuzz::input& from) {
    const unsigned which = from.u8() % 16;
    if (which < 12) return &contexts_[which % 2];
    if (which == 12) return nullptr;
    made_up_ = contexts_[which % 2];
    (which == 13 ? made_up_.dwLower : made_up_.dwUpper) += which == 15 ? from.u32() : 1;
    return &made_up_;
  }

  void step(fuzz::input& from) {
    const bool server = from.u8() % 2 == 1, allocates = from.u8() % 4 != 0;
    const tls version = from.u8() % 2 == 0 ? tls::v1_2 : tls::v1_3;
    CredHandle* const credential = fuzz::uncached(from.u8() % 8 == 0 ? role::client : side(server), version).get();
    CtxtHandle* const on = from.u8() % 4 == 0 ? nullptr : handle(from);
    fuzz::exact_list in = fuzz::drawn(from, wires_), out = fuzz::drawn(from, wires_);
    if (allocates) out.buffers.assign(1, {0, SECBUFFER_TOKEN, nullptr});
    const ULONG flags =
        (allocates ? ISC_REQ_ALLOCATE_MEMORY : 0u) | (from.u8() % 4 == 0 ? from.u32() & ~0x100u : ISC_REQ_STREAM);
    run(server, credential, on, flags, from.u8() % 8 == 0 ? nullptr : in.get(), out);
  }

  static role side(bool server) { return server ? role::server : role::client; }

  SECURITY_STATUS run(bool server, CredHandle* credential, CtxtHandle* on, ULONG flags, SecBufferDesc* in,
                      fuzz::exact_list& out) {
    CtxtHandle made = test_handle;
    ULONG attributes = 0;
    char target[] = "a.test";
    std::vector<void*> own;
    for (const SecBuffer& one : out.buffers) own.push_back(one.pvBuffer);
    const SECURITY_STATUS said =
        server ? AcceptSecurityContext(credential, on, in, flags, 0, &made, out.get(), &attributes, nullptr)
               : InitializeSecurityContextA(credential, on, target, flags, 0, 0, in, 0, &made, out.get(), &attributes,
                                            nullptr);
    fuzz::check_documented(said);
    if (on == nullptr && said >= 0) {
      DeleteSecurityContext(&contexts_[server ? 1 : 0]);
      contexts_[server ? 1 : 0] = made;
    }
    // Too small: the count is what would have been enough, and nothing was written.
    if (said != SEC_E_BUFFER_TOO_SMALL) take(out, own, server ? 0 : 1);
    return said;
  }

  // What came out goes to the other side; memory of the library's is given back.
  void take(fuzz::exact_list& out, const std::vector<void*>& own, std::size_t to) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      const SecBuffer& one = out.buffers[i];
      if (one.pvBuffer == nullptr) continue;
      if (one.BufferType == SECBUFFER_TOKEN) wires_[to].assign(static_cast<const char*>(one.pvBuffer), one.cbBuffer);
      if (one.pvBuffer != own[i]) FreeContextBuffer(one.pvBuffer);
    }
  }

  // One flight each way, as programs do it; the client begins.
  void exchange() {
    for (const std::size_t me : {1u, 0u}) {
      CtxtHandle* const on = contexts_[me].dwLower == 0 ? nullptr : &contexts_[me];
      if (wires_[me].empty() && (me == 1 || on != nullptr)) continue;
      fuzz::exact_list in, out;
      in.add(SECBUFFER_TOKEN, wires_[me], wires_[me].size());
      in.buffers.push_back({0, SECBUFFER_EMPTY, nullptr});
      out.buffers.push_back({0, SECBUFFER_TOKEN, nullptr});
      const std::string given = std::exchange(wires_[me], {});
      const SECURITY_STATUS said = run(me == 1, fuzz::uncached(side(me == 1), tls::newest).get(), on,
                                       ISC_REQ_ALLOCATE_MEMORY | ASC_REQ_MUTUAL_AUTH, in.get(), out);
      // Whoever is asked for a certificate goes on with the next exchange, or with another call.
      if (said == SEC_I_INCOMPLETE_CREDENTIALS) wires_[me] = given;
    }
  }

  // One record of ours.
  void send(std::size_t me) {
    fuzz::exact_list record;
    for (const auto& [type, text, size] : {std::tuple(SECBUFFER_STREAM_HEADER, "", 64),
                                           {SECBUFFER_DATA, "hello", 5},
                                           {SECBUFFER_STREAM_TRAILER, "", 64}})
      record.add(static_cast<ULONG>(type), text, static_cast<std::size_t>(size));
    if (EncryptMessage(&contexts_[me], 0, record.get(), 0) != SEC_E_OK) return;
    for (const SecBuffer& one : record.buffers)
      wires_[1 - me].append(static_cast<const char*>(one.pvBuffer), one.cbBuffer);
  }

  template <typename Call>
  void message(fuzz::input& from, Call call) {
    CtxtHandle* const on = handle(from);
    fuzz::exact_list odd = fuzz::drawn(from, wires_);
    SecBufferDesc* const given = from.u8() % 16 == 0 ? nullptr : odd.get();
    fuzz::check_documented(call(on, given, from.u8()));
  }

  // Numbers that nobody knows, and attributes that hand out no memory, but for the issuers'.
  void query(fuzz::input& from) {
    constexpr ULONG attributes[] = {SECPKG_ATTR_SIZES,
                                    SECPKG_ATTR_STREAM_SIZES,
                                    SECPKG_ATTR_CONNECTION_INFO,
                                    SECPKG_ATTR_FLAGS,
                                    SECPKG_ATTR_APPLICATION_PROTOCOL,
                                    SECPKG_ATTR_SESSION_INFO,
                                    SECPKG_ATTR_CIPHER_INFO,
                                    SCHANNIX_ATTR_CLOSE_REPORT,
                                    SECPKG_ATTR_ISSUER_LIST_EX,
                                    4711,
                                    SECPKG_ATTR_CONNECTION_INFO_EX,
                                    SECPKG_ATTR_LIFESPAN,
                                    SECPKG_ATTR_EAP_KEY_BLOCK,
                                    SECPKG_ATTR_CERT_CHECK_RESULT};
    const unsigned first = from.u8();
    if (first >= 0xF0) return query_memory(from);
    alignas(std::max_align_t) unsigned char room[2048] = {};
    room[0] = static_cast<unsigned char>(first);
    CtxtHandle* const on = handle(from);
    const ULONG attribute = attributes[from.u8() % std::size(attributes)];
    const SECURITY_STATUS said = QueryContextAttributesW(on, attribute, room);
    fuzz::check_documented(said);
    if (attribute == SECPKG_ATTR_ISSUER_LIST_EX && said == SEC_E_OK)
      FreeContextBuffer(reinterpret_cast<SecPkgContext_IssuerListInfoEx*>(room)->aIssuers);
    const DWORD end = from.u8();
    fuzz::check_documented(
        SetContextAttributesA(on, SCHANNIX_ATTR_TRANSPORT_END, const_cast<DWORD*>(&end), sizeof end));
  }

  // Those that hand out memory: where in their structs the pointers lie that are ours to free.
  void query_memory(fuzz::input& from) {
    constexpr struct {
      ULONG attribute;
      std::size_t pointers[2];
    } attributes[] = {
        {SECPKG_ATTR_AUTHORITY, {offsetof(SecPkgContext_AuthorityW, sAuthorityName)}},
        {SECPKG_ATTR_TARGET_INFORMATION, {offsetof(SecPkgContext_TargetInformation, MarshalledTargetInfo)}},
        {SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS, {offsetof(SecPkgContext_NegotiatedTlsExtensions, Extensions)}},
        {SECPKG_ATTR_SUPPORTED_SIGNATURES, {offsetof(SecPkgContext_SupportedSignatures, pSignatureAndHashAlgorithms)}},
        {SECPKG_ATTR_REMOTE_CERTIFICATES, {offsetof(SecPkgContext_Certificates, pbCertificateChain)}},
        {SECPKG_ATTR_REMOTE_CRED, {offsetof(SecPkgContext_RemoteCredentialInfo, pbCertificateChain)}},
        {SECPKG_ATTR_LOCAL_CRED, {offsetof(SecPkgContext_LocalCredentialInfo, pbCertificateChain)}},
        {SECPKG_ATTR_SERIALIZED_REMOTE_CERT_CONTEXT, {offsetof(CERT_BLOB, pbData)}},
        {SECPKG_ATTR_LOCAL_CERT_INFO,
         {offsetof(SecPkgContext_CertInfo, pwszSubjectName), offsetof(SecPkgContext_CertInfo, pwszIssuerName)}},
        {SECPKG_ATTR_KEYING_MATERIAL, {offsetof(SecPkgContext_KeyingMaterial, pbKeyingMaterial)}},
        {SECPKG_ATTR_APP_DATA, {offsetof(SecPkgContext_SessionAppData, pbAppData)}}};
    CtxtHandle* const on = handle(from);
    ask_for_keys(on, from);
    keep_with_session(on, from);
    const auto& one = attributes[from.u8() % std::size(attributes)];
    alignas(std::max_align_t) unsigned char room[256] = {};
    fuzz::check_documented(QueryContextAttributesW(on, one.attribute, room));
    for (const std::size_t at : one.pointers) {
      if (at == 0 && one.attribute != SECPKG_ATTR_AUTHORITY) continue;  // no second pointer
      void* block = nullptr;
      std::memcpy(&block, room + at, sizeof block);
      std::memset(room + at, 0, sizeof block);  // AUTHORITY's is the first and, as it were, the second
      FreeContextBuffer(block);
    }
  }

  // A label and a context in memory of exactly their size; what the struct says of them may be wrong, but not too much.
  static void ask_for_keys(CtxtHandle* on, fuzz::input& from) {
    std::vector<char> label(1 + from.u8() % 4, 'x');
    std::vector<BYTE> context(1 + from.u8() % 4);
    if (from.u8() % 4 != 0) label.back() = '\0';
    SecPkgContext_KeyingMaterialInfo info{};
    info.cbLabel = static_cast<WORD>(from.u8() % (label.size() + 1));
    info.pszLabel = from.u8() % 8 == 0 ? nullptr : label.data();
    info.cbContextValue = static_cast<WORD>(from.u8() % (context.size() + 1));
    info.pbContextValue = from.u8() % 2 == 0 ? nullptr : context.data();
    info.cbKeyingMaterial = from.u8() % 8 == 0 ? from.u32() : from.u8();
    fuzz::check_documented(SetContextAttributesW(on, SECPKG_ATTR_KEYING_MATERIAL_INFO, &info,
                                                 static_cast<ULONG>(sizeof info - from.u8() % 16 / 15)));
    BYTE prf[4] = {static_cast<BYTE>(from.u8())};
    SecPkgContext_EapPrfInfo eap{0, from.u8() % 6u, prf};
    fuzz::check_documented(SetContextAttributesA(on, SECPKG_ATTR_EAP_PRF_INFO, &eap, sizeof eap));
  }

  // As above: the struct may say anything of data that are where it says, or nowhere.
  static void keep_with_session(CtxtHandle* on, fuzz::input& from) {
    const unsigned size = from.u8() * 17u;  // up to 4335: the bound is 4096
    std::vector<BYTE> data(size, BYTE{0x5A});
    SecPkgContext_SessionAppData given{from.u8() / 255u, size, from.u8() % 8 == 0 ? nullptr : data.data()};
    fuzz::check_documented(SetContextAttributesA(on, SECPKG_ATTR_APP_DATA, &given,
                                                 static_cast<ULONG>(sizeof given - from.u8() % 16 / 15)));
  }

  static constexpr CtxtHandle test_handle{0, 0};
  std::array<CtxtHandle, 2> contexts_{};  // the client's, the server's
  std::array<std::string, 2> wires_;      // what is on its way to each
  CtxtHandle made_up_{};
};

// Each event is one of Windows', in one printable line, whatever the bytes were.
void check_event(void*, DWORD level, DWORD id, const char* text) {
  constexpr DWORD levels[] = {SCHANNIX_EVENT_ERROR, SCHANNIX_EVENT_WARNING, SCHANNIX_EVENT_INFORMATION};
  fuzz::demand(std::find(std::begin(levels), std::end(levels), level) != std::end(levels), "an event has one level");
  fuzz::demand(id >= 36864 && id <= 36888, "an event has an id of Windows'");
  for (; *text != '\0'; ++text)
    fuzz::demand(static_cast<unsigned char>(*text) >= 0x20 && *text != 0x7F, "an event is one line");
}

bool listen() {
  return SchannixSetEventLog(check_event, nullptr,
                             SCHANNIX_EVENT_ERROR | SCHANNIX_EVENT_WARNING | SCHANNIX_EVENT_INFORMATION) != 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr int most_calls = 100;
  fuzz::begin_random_numbers_anew();
  static const bool listening = listen();
  fuzz::demand(listening, "somebody can listen to events");
  fuzz::input from(data, size);
  program one;
  for (int i = 0; i < most_calls && !from.ended(); ++i) one.call(from);
  return 0;
}
