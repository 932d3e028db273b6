#define OPENSSL_SUPPRESS_DEPRECATED  // engines: Debian 12 has no provider for PKCS #11
#include "engine/outside_key.hpp"

#include <openssl/engine.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdlib.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/secret.hpp"
#include "engine/environment.hpp"
#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr std::string_view token_scheme = "pkcs11:";

void close_store(OSSL_STORE_CTX* store) { OSSL_STORE_close(store); }
using held_store = held<OSSL_STORE_CTX, close_store>;
using held_item = held<OSSL_STORE_INFO, OSSL_STORE_INFO_free>;
using held_engine = held<ENGINE, ENGINE_free>;

// What OpenSSL says last, without the data behind it, which can hold the URI and in it a PIN.
std::string last_words() {
  const char* const text = ERR_reason_error_string(ERR_peek_last_error());
  return text != nullptr ? std::string(": ") + text : std::string();
}

// Null: none. UI_null: nobody is asked for a passphrase.
EVP_PKEY* first_key(const environment& env, const std::string& uri) {
  const held_store store(
      OSSL_STORE_open_ex(uri.c_str(), env.library(), nullptr, UI_null(), nullptr, nullptr, nullptr, nullptr));
  if (!store) return nullptr;
  OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY);
  while (OSSL_STORE_eof(store.get()) == 0) {
    const held_item item(OSSL_STORE_load(store.get()));
    if (item && OSSL_STORE_INFO_get_type(item.get()) == OSSL_STORE_INFO_PKEY)
      return OSSL_STORE_INFO_get1_PKEY(item.get());
    if (!item && OSSL_STORE_error(store.get()) != 0) return nullptr;
  }
  return nullptr;
}

int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string without_percents(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded =
        text[i] == '%' && i + 2 < text.size() && value_of(text[i + 1]) >= 0 && value_of(text[i + 2]) >= 0;
    plain.push_back(coded ? static_cast<char>(value_of(text[i + 1]) << 4 | value_of(text[i + 2])) : text[i]);
    if (coded) i += 2;
  }
  return plain;
}

// A URI of which the engine knows what it does not know itself: where the module is. RFC 7512 §2.4
struct token_uri {
  std::string module;
  std::string rest;
};

token_uri without_module(std::string_view uri) {
  constexpr std::string_view name = "module-path=";
  const auto query = uri.find('?');
  token_uri out{{}, std::string(uri.substr(0, query))};
  if (query == std::string_view::npos) return out;
  char before = '?';
  for (std::string_view rest = uri.substr(query + 1); !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.starts_with(name)) {
      out.module = without_percents(one.substr(name.size()));
      continue;
    }
    out.rest.append(1, std::exchange(before, '&')).append(one);
  }
  return out;
}

// The engine would read the variable by itself, also in a set-user-ID program.
std::string usual_module() {
  const char* const given = ::secure_getenv("PKCS11_MODULE_PATH");
  return given != nullptr ? given : "";
}

// QUIET: what cannot be found is told, with the URI and its PIN, on standard error otherwise.
bool start(ENGINE* engine, const std::string& module) {
  return ENGINE_ctrl_cmd_string(engine, "QUIET", nullptr, 0) == 1 &&
         ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module.c_str(), 0) == 1 && ENGINE_init(engine) == 1;
}

// A key of the engine keeps it running for as long as the key lives.
std::shared_ptr<EVP_PKEY> kept_by(ENGINE* running, EVP_PKEY* key) {
  return std::shared_ptr<EVP_PKEY>(key, [running](EVP_PKEY* ended) {
    EVP_PKEY_free(ended);
    ENGINE_finish(running);
  });
}

std::shared_ptr<EVP_PKEY> key_of_engine(const std::string& uri, std::string& problem) {
  token_uri where = without_module(uri);
  const std::string module = where.module.empty() ? usual_module() : where.module;
  if (module.empty()) return problem = "no PKCS #11 module: neither module-path nor PKCS11_MODULE_PATH", nullptr;
  OPENSSL_init_crypto(OPENSSL_INIT_ENGINE_DYNAMIC, nullptr);
  const held_engine found(ENGINE_by_id("pkcs11"));
  if (!found)
    return problem = "OpenSSL has neither a provider nor an engine for pkcs11: (Debian: libengine-pkcs11-openssl)",
           nullptr;
  if (!start(found.get(), module))
    return problem = "the PKCS #11 module " + module + " cannot be used" + last_words(), nullptr;
  auto* const nobody = const_cast<UI_METHOD*>(UI_null());  // to be asked for a PIN; only read
  EVP_PKEY* const key = ENGINE_load_private_key(found.get(), where.rest.c_str(), nobody, nullptr);
  base::wipe({reinterpret_cast<base::byte*>(where.rest.data()), where.rest.size()});  // the PIN
  if (key != nullptr) return kept_by(found.get(), key);
  problem = "the PKCS #11 module has no such private key, or wants another PIN" + last_words();
  ENGINE_finish(found.get());
  return nullptr;
}

}  // namespace

base::result<private_key> open_outside_key(const environment& env, const std::string& uri, std::string& problem) {
  const own_errors errors;
  if (EVP_PKEY* const key = first_key(env, uri)) return private_key(share(key));
  if (uri.starts_with(token_scheme)) {
    ERR_clear_error();
    if (auto key = key_of_engine(uri, problem)) return private_key(std::move(key));
  } else {
    problem = "no private key can be read there" + last_words();
  }
  return base::caller_mistake(base::reason::not_found);
}

}  // namespace schannix::engine
