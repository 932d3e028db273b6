// Certificates that programs sign for themselves. Contract: include/win32/wincrypt.h
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "abi/events/events.hpp"
#include "abi/guard.hpp"
#include "abi/keys/objects.hpp"
#include "abi/runtime.hpp"
#include "abi/translate/crypt32.hpp"
#include "abi/translate/key_binding.hpp"
#include "cert/context.hpp"
#include "cert/decoding.hpp"
#include "engine/self_signature.hpp"

namespace schannix::abi {
namespace {

struct call {
  ULONG_PTR handle;
  const CERT_NAME_BLOB* name;
  DWORD flags;
  const CRYPT_KEY_PROV_INFO* info;
  const CRYPT_ALGORITHM_IDENTIFIER* algorithm;
  const SYSTEMTIME* start;
  const SYSTEMTIME* end;
  const CERT_EXTENSIONS* extensions;
};

// ---- times ----

using std::chrono::seconds, std::chrono::sys_days, std::chrono::year_month_day, std::chrono::years;

std::optional<std::int64_t> seconds_of(const SYSTEMTIME& time) {
  const year_month_day day{std::chrono::year(time.wYear), std::chrono::month(time.wMonth), std::chrono::day(time.wDay)};
  const bool is_time =
      time.wYear >= 1601 && time.wYear <= 9999 && day.ok() && time.wHour < 24 && time.wMinute < 60 && time.wSecond < 60;
  if (!is_time) return std::nullopt;
  const auto within = std::chrono::hours(time.wHour) + std::chrono::minutes(time.wMinute) + seconds(time.wSecond);
  return seconds(sys_days(day).time_since_epoch() + within).count();
}

// The same day of the next year; of 29 February the day before. The page warns that Windows fails there.
std::int64_t a_year_after(std::int64_t from) {
  const std::chrono::sys_seconds time{seconds(from)};
  const sys_days day = std::chrono::floor<std::chrono::days>(time);
  year_month_day next = year_month_day(day) + years(1);
  if (!next.ok()) next = next.year() / next.month() / std::chrono::day(28);
  return (sys_days(next) + (time - day)).time_since_epoch().count();
}

struct period {
  std::int64_t from, to;
};
std::optional<period> period_of(const call& what) {
  const std::int64_t now = std::chrono::floor<seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  const auto from = what.start ? seconds_of(*what.start) : now;
  if (!from) return std::nullopt;
  const auto to = what.end ? seconds_of(*what.end) : a_year_after(*from);
  return to ? std::optional(period{*from, *to}) : std::nullopt;
}

// ---- the key ----

struct signer {
  engine::private_key key;
  cert::key_binding told;
  bool is_new = false;  // to be kept in its container
};

// What the handle knows of its container; nothing: it has none.
std::optional<keyring::provider_info> container_of(ULONG_PTR handle) {
  constexpr DWORD machine = CRYPT_MACHINE_KEYSET;
  keyring::provider_info out;
  if (const auto one = object_of<storage_key>(handle)) {
    const std::lock_guard held(one->lock);
    out = {one->name, one->opens_uris ? "OSSL_STORE" : "Microsoft Software Key Storage Provider", 0,
           one->whose == keyring::owner::machine ? machine : 0, 0};
  } else if (const auto set = object_of<key_set>(handle)) {
    const std::lock_guard held(set->lock);
    out = {set->name, set->provider, set->type, set->whose == keyring::owner::machine ? machine : 0, AT_KEYEXCHANGE};
  }
  return out.container.empty() ? std::nullopt : std::optional(std::move(out));
}

std::optional<signer> signer_behind(ULONG_PTR handle) {
  auto held = key_behind(handle);
  if (!held) return std::nullopt;
  signer out{std::move(held->key), {}};
  out.told.named = container_of(handle);
  if (!out.told.named) out.told.key = out.key;
  return out;
}

std::optional<signer> signer_named(keyring::provider_info info) {
  cert::key_binding told;
  told.named = std::move(info);
  std::string problem;
  auto found = cert::find_key(the_environment(), told, problem);
  if (!found) return std::nullopt;
  return signer{**std::move(found), std::move(told)};
}

// MS certcreateselfsigncertificate: PROV_RSA_FULL, AT_SIGNATURE, a container of a unique name
std::optional<signer> new_signer() {
  auto name = keyring::new_name(the_environment());
  auto key = engine::make_key(the_environment(), engine::key_kind::rsa, 2048);
  if (!name || !key) return std::nullopt;
  signer out{*std::move(key), {}, true};
  out.told.named = {*std::move(name), "Microsoft Enhanced Cryptographic Provider v1.0", PROV_RSA_FULL, 0, AT_SIGNATURE};
  return out;
}

std::optional<signer> signer_for(const call& what, std::optional<keyring::provider_info> info) {
  if (what.handle == 0) return info ? signer_named(*std::move(info)) : new_signer();
  auto out = signer_behind(what.handle);
  if (out && info) {
    out->told = {};
    out->told.named = std::move(info);
  }
  return out;
}

// ---- the certificate ----

PCCERT_CONTEXT refuse(DWORD why) { return fail<PCCERT_CONTEXT>(why, nullptr); }

PCCERT_CONTEXT sign(const call& what, const period& valid, signer by) {
  constexpr std::uintptr_t extensions_number = 5;  // X509_EXTENSIONS, an opt-in name
  engine::self_signed_parts parts;
  parts.name = cert::bytes_of(*what.name);
  parts.not_before = valid.from;
  parts.not_after = valid.to;
  if (what.algorithm && what.algorithm->pszObjId) parts.algorithm = what.algorithm->pszObjId;
  base::result<base::bytes> extensions = base::bytes();
  if (what.extensions && what.extensions->cExtension != 0)
    extensions = cert::encode(X509_ASN_ENCODING, reinterpret_cast<LPCSTR>(extensions_number), what.extensions);
  if (!extensions) return refuse(code_of(CRYPT_E_ASN1_BADTAG));
  parts.extensions = *extensions;
  auto made = engine::sign_itself(the_environment(), by.key, parts);
  if (!made) return refuse(last_error_of(made.error(), code_of(CRYPT_E_ASN1_BADTAG)));
  cert::held_context context(cert::stand_alone({*std::move(made), std::nullopt, {}}));
  if (by.is_new && !keyring::save(keyring::owner::user, by.told.named->container, &by.key, keyring::existing::refused))
    return refuse(code_of(NTE_PERM));
  if (!(what.flags & CERT_CREATE_SELFSIGN_NO_KEY_INFO))
    cert::context::of(context.get()).shown().bind(std::move(by.told));
  return cert::duplicate(context.get());
}

PCCERT_CONTEXT create(const call& what) {
  constexpr DWORD known = CERT_CREATE_SELFSIGN_NO_SIGN | CERT_CREATE_SELFSIGN_NO_KEY_INFO;
  const auto valid = period_of(what);
  const auto info = what.info ? provider_info_of(*what.info) : std::nullopt;
  if (!what.name || !what.name->pbData || (what.flags & ~known) || !valid || (what.info && !info))
    return refuse(code_of(E_INVALIDARG));
  auto by = signer_for(what, info);
  return by ? sign(what, *valid, *std::move(by)) : refuse(code_of(NTE_BAD_KEYSET));
}

}  // namespace
}  // namespace schannix::abi

using namespace schannix;

PCCERT_CONTEXT WINAPI CertCreateSelfSignCertificate(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE hCryptProvOrNCryptKey,
                                                    PCERT_NAME_BLOB pSubjectIssuerBlob, DWORD dwFlags,
                                                    PCRYPT_KEY_PROV_INFO pKeyProvInfo,
                                                    PCRYPT_ALGORITHM_IDENTIFIER pSignatureAlgorithm,
                                                    PSYSTEMTIME pStartTime, PSYSTEMTIME pEndTime,
                                                    PCERT_EXTENSIONS pExtensions) {
  return abi::guarded_or<PCCERT_CONTEXT>(nullptr, [&] {
    return abi::create({hCryptProvOrNCryptKey, pSubjectIssuerBlob, dwFlags, pKeyProvInfo, pSignatureAlgorithm,
                        pStartTime, pEndTime, pExtensions});
  });
}
