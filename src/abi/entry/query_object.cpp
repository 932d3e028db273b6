// CryptQueryObject. Contract: include/win32/schannix_wincrypt_stores.h
#include <array>
#include <string>
#include <string_view>

#include "abi/guard.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "abi/translate/stores.hpp"
#include "base/binary_text.hpp"
#include "base/text.hpp"
#include "cert/containers.hpp"
#include "cert/context.hpp"
#include "cert/info.hpp"
#include "cert/store.hpp"
#include "engine/x509_writing.hpp"

namespace schannix::abi {
namespace {

// What was found: a store, and of single objects the object. Both are given back unless somebody takes them.
struct found_object {
  DWORD content = 0;
  DWORD format = CERT_QUERY_FORMAT_BINARY;
  HCERTSTORE store = nullptr;
  PCCERT_CONTEXT certificate = nullptr;
  PCCRL_CONTEXT list = nullptr;

  found_object() = default;
  found_object(const found_object&) = delete;
  found_object& operator=(const found_object&) = delete;
  ~found_object() {
    cert::release(certificate);
    cert::release(list);
    if (store) cert::close(store, cert::closing::leave_contexts);
  }
};

bool open_as(DWORD content, LPCSTR provider, base::bytes_view bytes, found_object& into) {
  const CRYPT_DATA_BLOB blob = cert::blob_of(bytes);
  const auto opened = open_store(provider, 0, &blob);
  if (!opened) return false;
  into.content = content;
  into.store = *opened;
  return true;
}

bool is_certificate(base::bytes_view der, found_object& into) {
  const auto parsed = engine::certificate::parse(the_environment(), der);
  if (!parsed) return false;
  into.content = CERT_QUERY_CONTENT_CERT;
  into.store = cert::make_store({{*parsed, std::nullopt, {}}});
  into.certificate = *cert::next(into.store, nullptr, cert::anything());
  return true;
}

bool is_list(base::bytes_view der, found_object& into) {
  const auto made = cert::create_crl(the_environment(), der);
  if (!made) return false;
  into.content = CERT_QUERY_CONTENT_CRL;
  into.list = *made;
  into.store = cert::make_store({});
  const auto there = cert::store::of(into.store).add(cert::crl_context::of(*made).held(), cert::disposition::always);
  if (there) cert::release(*there);
  return true;
}

// PFX: its form only; PFX_AND_LOAD with an empty password.
bool is_pfx(DWORD expected, base::bytes_view blob, found_object& into) {
  if (expected & CERT_QUERY_CONTENT_FLAG_PFX_AND_LOAD)
    return open_as(CERT_QUERY_CONTENT_PFX_AND_LOAD, CERT_STORE_PROV_PKCS12, blob, into);
  if (!(expected & CERT_QUERY_CONTENT_FLAG_PFX) || !engine::has_form_of_pkcs12(blob)) return false;
  into.content = CERT_QUERY_CONTENT_PFX;
  return true;
}

bool recognize(DWORD expected, base::bytes_view bytes, found_object& into) {
  if ((expected & CERT_QUERY_CONTENT_FLAG_CERT) && is_certificate(bytes, into)) return true;
  if ((expected & CERT_QUERY_CONTENT_FLAG_CRL) && is_list(bytes, into)) return true;
  if ((expected & CERT_QUERY_CONTENT_FLAG_SERIALIZED_STORE) &&
      open_as(CERT_QUERY_CONTENT_SERIALIZED_STORE, CERT_STORE_PROV_SERIALIZED, bytes, into))
    return true;
  if ((expected & CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED) &&
      open_as(CERT_QUERY_CONTENT_PKCS7_SIGNED, CERT_STORE_PROV_PKCS7, bytes, into))
    return true;
  return is_pfx(expected, bytes, into);
}

// The certificates behind the first one.
void add_others(std::string_view text, found_object& into) {
  const auto all = engine::read_pem(the_environment(), text, {}, {});
  if (!all) return;
  for (std::size_t i = 1; i < all->size(); ++i) {
    const auto there =
        cert::store::of(into.store).add(std::make_shared<cert::content>((*all)[i]), cert::disposition::use_existing);
    if (there) cert::release(*there);
  }
}

bool recognize_text(DWORD expected, base::bytes_view bytes, found_object& into) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto inside = base::within_header(text);
  const auto decoded = base::from_base64(inside ? inside->content : text);
  if (!decoded || decoded->empty() || !recognize(expected, *decoded, into)) return false;
  into.format = CERT_QUERY_FORMAT_BASE64_ENCODED;
  if (inside && into.certificate) add_others(text, into);
  return true;
}

struct query {
  DWORD contents, formats;
};
bool find(const query& wanted, base::bytes_view bytes, found_object& into) {
  if (bytes.empty()) return false;
  if ((wanted.formats & CERT_QUERY_FORMAT_FLAG_BINARY) && recognize(wanted.contents, bytes, into)) return true;
  return (wanted.formats & CERT_QUERY_FORMAT_FLAG_BASE64_ENCODED) && recognize_text(wanted.contents, bytes, into);
}

// Where the answer goes; any may be null.
struct query_answer {
  DWORD *encoding, *content, *format;
  HCERTSTORE* store;
  HCRYPTMSG* message;
  const void** context;
};

template <typename Value>
void give(Value* to, Value value) {
  if (to) *to = value;
}

void hand_over(found_object& from, const query_answer& to) {
  give<DWORD>(to.encoding, X509_ASN_ENCODING | PKCS_7_ASN_ENCODING);
  give(to.content, from.content);
  give(to.format, from.format);
  if (to.store) *to.store = std::exchange(from.store, nullptr);
  if (!to.context) return;
  *to.context = from.certificate ? static_cast<const void*>(from.certificate) : from.list;
  from.certificate = nullptr;
  from.list = nullptr;
}

BOOL ask(DWORD object, const void* given, const query& wanted, const query_answer& to) {
  give<HCERTSTORE>(to.store, nullptr);
  give<HCRYPTMSG>(to.message, nullptr);
  give<const void*>(to.context, nullptr);
  if (!given || (object != CERT_QUERY_OBJECT_FILE && object != CERT_QUERY_OBJECT_BLOB))
    return fail(code_of(E_INVALIDARG), FALSE);
  file_bytes file;
  if (object == CERT_QUERY_OBJECT_FILE) {
    const auto read = file.read(base::to_utf8(static_cast<const wchar_t*>(given)));
    if (!read && read.error().why == base::reason::not_found) return fail(ERROR_FILE_NOT_FOUND, FALSE);
    if (!read) return fail(last_error_of(read.error(), code_of(CRYPT_E_NO_MATCH)), FALSE);
  }
  const base::bytes_view bytes = object == CERT_QUERY_OBJECT_FILE
                                     ? base::bytes_view(file.bytes)
                                     : cert::bytes_of(*static_cast<const CRYPT_DATA_BLOB*>(given));
  found_object found;
  if (!find(wanted, bytes, found)) return fail(code_of(CRYPT_E_NO_MATCH), FALSE);
  hand_over(found, to);
  return TRUE;
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

BOOL WINAPI CryptQueryObject(DWORD dwObjectType, const void* pvObject, DWORD dwExpectedContentTypeFlags,
                             DWORD dwExpectedFormatTypeFlags, DWORD dwFlags, DWORD* pdwMsgAndCertEncodingType,
                             DWORD* pdwContentType, DWORD* pdwFormatType, HCERTSTORE* phCertStore, HCRYPTMSG* phMsg,
                             const void** ppvContext) {
  return abi::guarded_or<BOOL>(FALSE, [&] {
    if (dwFlags != 0) return abi::fail(abi::code_of(E_INVALIDARG), FALSE);
    return abi::ask(dwObjectType, pvObject, {dwExpectedContentTypeFlags, dwExpectedFormatTypeFlags},
                    {pdwMsgAndCertEncodingType, pdwContentType, pdwFormatType, phCertStore, phMsg, ppvContext});
  });
}
