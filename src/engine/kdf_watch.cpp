#include "engine/kdf_watch.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <new>

#include "base/secret.hpp"
#include "engine/hmac_kdf.hpp"

namespace schannix::engine {
namespace {

thread_local observing* current = nullptr;

using kdf_table = std::array<OSSL_DISPATCH, 8>;

// The wrapped algorithms of one library context. Fetched at first use: the default provider is loaded before ours.
struct watch_provider {
  explicit watch_provider(OSSL_LIB_CTX* owner);
  watch_provider(const watch_provider&) = delete;
  watch_provider& operator=(const watch_provider&) = delete;
  ~watch_provider() {
    EVP_KDF_free(tls13_);
    EVP_KDF_free(tls1_prf_);
  }

  EVP_KDF* tls13_kdf() {
    fetch();
    return tls13_;
  }
  EVP_KDF* prf() {
    fetch();
    return tls1_prf_;
  }

  hmac_kdf& derivations() noexcept { return derivations_; }

  // The tables that OpenSSL walks; they live as long as the provider.
  kdf_table tls13_table, tls1_table;
  std::array<OSSL_ALGORITHM, 3> algorithms;
  std::array<OSSL_DISPATCH, 3> functions;

 private:
  void fetch() {
    std::call_once(fetched_, [this] {
      tls13_ = EVP_KDF_fetch(library_, OSSL_KDF_NAME_TLS1_3_KDF, "provider=default");
      tls1_prf_ = EVP_KDF_fetch(library_, OSSL_KDF_NAME_TLS1_PRF, "provider=default");
    });
  }

  OSSL_LIB_CTX* library_;
  hmac_kdf derivations_;
  std::once_flag fetched_;
  EVP_KDF* tls13_ = nullptr;
  EVP_KDF* tls1_prf_ = nullptr;
};

// One derivation under way: the label it was given, and the wrapped context, made when it is needed.
struct watched {
  watch_provider& of;
  bool tls13 = false;
  bool configured = false;  // before the derivation: then only the wrapped context knows all inputs
  EVP_KDF_CTX* inner = nullptr;
  std::array<char, 32> label{};
  std::size_t label_size = 0;

  EVP_KDF_CTX* wrapped() {
    if (inner == nullptr) inner = EVP_KDF_CTX_new(tls13 ? of.tls13_kdf() : of.prf());
    return inner;
  }
  std::string_view label_view() const { return {label.data(), label_size}; }
  void note(const OSSL_PARAM* given) {
    const OSSL_PARAM* found = OSSL_PARAM_locate_const(given, tls13 ? OSSL_KDF_PARAM_LABEL : OSSL_KDF_PARAM_SEED);
    if (found == nullptr || found->data == nullptr) return;
    label_size = std::min(found->data_size, label.size());
    std::memcpy(label.data(), found->data, label_size);
  }
};

void* new_watched(void* provider, bool tls13) {
  return new (std::nothrow) watched{.of = *static_cast<watch_provider*>(provider), .tls13 = tls13};
}
void* new_tls13(void* provider) { return new_watched(provider, true); }
void* new_tls1(void* provider) { return new_watched(provider, false); }

void free_watched(void* context) {
  auto* one = static_cast<watched*>(context);
  if (one == nullptr) return;
  EVP_KDF_CTX_free(one->inner);
  delete one;
}

void* duplicate_watched(void* context) {
  const auto* from = static_cast<watched*>(context);
  auto* to = new (std::nothrow) watched(*from);
  if (to == nullptr) return nullptr;
  if (from->inner == nullptr) return to;
  to->inner = EVP_KDF_CTX_dup(from->inner);
  if (to->inner == nullptr) {
    delete to;
    return nullptr;
  }
  return to;
}

void reset_watched(void* context) {
  auto* one = static_cast<watched*>(context);
  if (one->inner != nullptr) EVP_KDF_CTX_reset(one->inner);
  one->configured = false;
  one->label_size = 0;
}

int set_params(void* context, const OSSL_PARAM given[]) {
  auto* one = static_cast<watched*>(context);
  if (given == nullptr || given->key == nullptr) return 1;
  one->configured = true;
  one->note(given);
  return one->wrapped() != nullptr && EVP_KDF_CTX_set_params(one->wrapped(), given);
}

const OSSL_PARAM* settable_tls13(void*, void* provider) {
  return EVP_KDF_settable_ctx_params(static_cast<watch_provider*>(provider)->tls13_kdf());
}
const OSSL_PARAM* settable_tls1(void*, void* provider) {
  return EVP_KDF_settable_ctx_params(static_cast<watch_provider*>(provider)->prf());
}

base::bytes_view octets(const OSSL_PARAM& of) { return {static_cast<const base::byte*>(of.data), of.data_size}; }
std::string_view text(const OSSL_PARAM& of) { return {static_cast<const char*>(of.data), of.data_size}; }

// What OpenSSL gives a derivation, in our terms. TLS 1.2 gives its seed in pieces, the label first.
struct derivation {
  int mode = EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND;
  hmac_kdf::labelled given;
  base::bytes_view input;
  std::array<base::byte, 256> seed;
  std::size_t seed_size = 0;

  bool read(const OSSL_PARAM given_params[]);

 private:
  bool read_one(const OSSL_PARAM& one);
  bool add_seed(base::bytes_view part);
};

bool derivation::add_seed(base::bytes_view part) {
  if (part.size() > seed.size() - seed_size) return false;
  std::copy(part.begin(), part.end(), seed.begin() + static_cast<std::ptrdiff_t>(seed_size));
  seed_size += part.size();
  return true;
}

bool derivation::read_one(const OSSL_PARAM& one) {
  const std::string_view key = one.key;
  if (key == OSSL_KDF_PARAM_MODE) return OSSL_PARAM_get_int(&one, &mode) == 1;
  if (one.data == nullptr) return one.data_size == 0;
  if (key == OSSL_KDF_PARAM_SEED) return add_seed(octets(one));
  if (key == OSSL_KDF_PARAM_DIGEST) {
    given.digest = text(one);
  } else if (key == OSSL_KDF_PARAM_KEY) {
    input = octets(one);
  } else if (key == OSSL_KDF_PARAM_SALT || key == OSSL_KDF_PARAM_SECRET) {
    given.secret = octets(one);
  } else if (key == OSSL_KDF_PARAM_PREFIX) {
    given.prefix = text(one);
  } else if (key == OSSL_KDF_PARAM_LABEL) {
    given.label = text(one);
  } else if (key == OSSL_KDF_PARAM_DATA) {
    given.context = octets(one);
  } else {
    return false;
  }
  return true;
}

bool derivation::read(const OSSL_PARAM given_params[]) {
  for (; given_params->key != nullptr; ++given_params)
    if (!read_one(*given_params)) return false;
  return true;
}

// A derivation that was given all it needs in one call, on a kept HMAC context. Anything else is OpenSSL's.
bool derive_ourselves(watched& one, base::bytes_span output, const OSSL_PARAM given[]) {
  derivation wanted;
  if (one.configured || given == nullptr || !wanted.read(given)) return false;
  hmac_kdf& by = one.of.derivations();
  hmac_kdf::lease once;
  hmac_kdf::lease& with = current != nullptr ? current->hmac() : once;
  if (!one.tls13)
    return by.prf(with, wanted.given.digest, wanted.given.secret, base::bytes_view(wanted.seed).first(wanted.seed_size),
                  output);
  if (wanted.mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY) return by.extract(with, wanted.given, wanted.input, output);
  if (wanted.mode != EVP_KDF_HKDF_MODE_EXPAND_ONLY || !wanted.given.secret.empty()) return false;
  wanted.given.secret = wanted.input;  // OpenSSL's "key" is what the label is expanded from
  return by.expand(with, wanted.given, output);
}

bool derive_once(watched& one, base::bytes_span output, const OSSL_PARAM given[]) {
  return derive_ourselves(one, output, given) ||
         (one.wrapped() != nullptr && EVP_KDF_derive(one.wrapped(), output.data(), output.size(), given) == 1);
}

// The same derivation with the client's label instead of the server's: every other input is given again, because the
// wrapped KDF keeps some of them between calls and not others.
void derive_client_handshake(watched& one, std::size_t size, const OSSL_PARAM given[], derivation_observer& observer) {
  constexpr std::size_t most_inputs = 8;  // OpenSSL gives six
  base::traffic_secret secret;
  const base::bytes_span room = secret.resize(size);
  char label[] = "c hs traffic";
  std::array<OSSL_PARAM, most_inputs + 1> inputs;
  std::size_t count = 0;
  for (; given[count].key != nullptr && count < most_inputs; ++count)
    inputs[count] = std::strcmp(given[count].key, OSSL_KDF_PARAM_LABEL) == 0
                        ? OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_LABEL, label, sizeof label - 1)
                        : given[count];
  inputs[count] = OSSL_PARAM_construct_end();
  if (room.size() == size && derive_once(one, room, inputs.data())) observer.derived("c hs traffic", room);
}

// TLS 1.2 passes label and randoms as a row of seeds, the label first; master secret and key block are told apart by
// it.
int derive(void* context, unsigned char* output, std::size_t size, const OSSL_PARAM given[]) {
  auto* one = static_cast<watched*>(context);
  if (given != nullptr) one->note(given);
  if (!derive_once(*one, {output, size}, given)) return 0;
  if (current != nullptr && one->label_size != 0) {
    derivation_observer& observer = current->observer();
    observer.derived(one->label_view(), {output, size});
    const bool early = one->label_view() == "s hs traffic" && observer.wants_client_handshake_early();
    if (early && given != nullptr) derive_client_handshake(*one, size, given, observer);
  }
  return 1;
}

const OSSL_ALGORITHM* query_operation(void* provider, int operation, int* no_cache) {
  *no_cache = 0;
  return operation == OSSL_OP_KDF ? static_cast<watch_provider*>(provider)->algorithms.data() : nullptr;
}

void teardown(void* provider) { delete static_cast<watch_provider*>(provider); }

template <typename Function>
OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)(void)>(function)};
}

kdf_table make_table(void* (*make)(void*), const OSSL_PARAM* (*settable)(void*, void*)) {
  return {entry(OSSL_FUNC_KDF_NEWCTX, make),
          entry(OSSL_FUNC_KDF_DUPCTX, duplicate_watched),
          entry(OSSL_FUNC_KDF_FREECTX, free_watched),
          entry(OSSL_FUNC_KDF_RESET, reset_watched),
          entry(OSSL_FUNC_KDF_DERIVE, derive),
          entry(OSSL_FUNC_KDF_SET_CTX_PARAMS, set_params),
          entry(OSSL_FUNC_KDF_SETTABLE_CTX_PARAMS, settable),
          {0, nullptr}};
}

watch_provider::watch_provider(OSSL_LIB_CTX* owner)
    : tls13_table(make_table(new_tls13, settable_tls13)),
      tls1_table(make_table(new_tls1, settable_tls1)),
      algorithms{{{"TLS13-KDF", "provider=schannix-watch", tls13_table.data(), "watched TLS13-KDF"},
                  {"TLS1-PRF", "provider=schannix-watch", tls1_table.data(), "watched TLS1-PRF"},
                  {nullptr, nullptr, nullptr, nullptr}}},
      functions{entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query_operation),
                entry(OSSL_FUNC_PROVIDER_TEARDOWN, teardown), OSSL_DISPATCH{0, nullptr}},
      library_(owner),
      derivations_(owner) {}

OSSL_LIB_CTX* library_of(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* in) {
  for (; in->function_id != 0; ++in)
    if (in->function_id == OSSL_FUNC_CORE_GET_LIBCTX)
      return reinterpret_cast<OSSL_LIB_CTX*>(OSSL_FUNC_core_get_libctx(in)(core));
  return nullptr;
}

int start_provider(const OSSL_CORE_HANDLE* core, const OSSL_DISPATCH* in, const OSSL_DISPATCH** out, void** context) {
  OSSL_LIB_CTX* const library = library_of(core, in);
  if (library == nullptr) return 0;
  auto* made = new (std::nothrow) watch_provider(library);
  if (made == nullptr) return 0;
  *out = made->functions.data();
  *context = made;
  return 1;
}

}  // namespace

observing::observing(derivation_observer& observer) noexcept : observer_(observer), before_(current) { current = this; }

observing::~observing() {
  constexpr std::size_t reach = 16384;
  current = before_;
  base::wipe_stack_below<reach>();
}

bool register_watch_provider(ossl_lib_ctx_st* library) noexcept {
  return OSSL_PROVIDER_add_builtin(library, watch_provider_name, start_provider) == 1;
}

}  // namespace schannix::engine
