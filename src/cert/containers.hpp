// Certificates and keys coming in and going out: PKCS#12, PEM, and a throw-away certificate.
#pragma once

#include <wincrypt.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

enum class keys : std::uint8_t { bound, left_out };

// A new memory store with the certificates of the file, those with a key first: programs that take the first of the
// store mean that one. Failures as engine::read_pkcs12.
base::result<HCERTSTORE> import_pkcs12(const engine::environment& env, base::bytes_view blob, std::string_view password,
                                       keys what);

// A new memory store with the certificates of the text, in its order. Failures as engine::read_pem.
base::result<HCERTSTORE> import_pem(const engine::environment& env, std::string_view certificates, std::string_view key,
                                    std::string_view password);

// A new context, alone in its store, with its key. Failures as engine::make_self_signed.
base::result<PCCERT_CONTEXT> create_self_signed(const engine::environment& env, std::string_view name, unsigned days);

// A new context in no store. malformed_object: der is not exactly one certificate.
base::result<PCCERT_CONTEXT> create_context(const engine::environment& env, base::bytes_view der);

std::string to_pem(PCCERT_CONTEXT context);

}  // namespace schannix::cert
