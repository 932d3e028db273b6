#include "engine/exporter.hpp"

#include <algorithm>

#include "engine/digest.hpp"

namespace schannix::engine {
namespace {

constexpr std::size_t max_label = 249;      // RFC 8446 §7.1: 255 with "tls13 "
constexpr std::size_t max_prf_seed = 1024;  // OpenSSL's TLS1-PRF

// RFC 5705 §4: a label that begins like one of the PRF's own could give away the connection's keys.
bool belongs_to_tls(std::string_view label) {
  constexpr std::string_view own[] = {"client finished", "server finished", "master secret", "extended master secret",
                                      "key expansion"};
  return std::any_of(std::begin(own), std::end(own), [&](std::string_view one) { return label.starts_with(one); });
}

// RFC 5705 §4: the randoms, and the context with its size in front.
base::bytes prf_seed(const exporter::both_randoms& randoms, base::bytes_view context) {
  base::bytes seed(randoms.begin(), randoms.end());
  if (context.empty()) return seed;
  seed.push_back(static_cast<base::byte>(context.size() >> 8));
  seed.push_back(static_cast<base::byte>(context.size() & 0xFF));
  seed.insert(seed.end(), context.begin(), context.end());
  return seed;
}

}  // namespace

exporter::exporter(hash_algorithm hash, base::bytes_view exporter_master) : hash_(hash), secret_(exporter_master) {}

exporter::exporter(tls_version version, hash_algorithm hash, base::bytes_view master, const both_randoms& randoms)
    : version_(version), hash_(hash), secret_(master), randoms_(randoms) {}

bool exporter::accepts(std::string_view label, base::bytes_view context) const {
  if (label.empty() || label.size() > max_label || belongs_to_tls(label)) return false;
  const std::size_t context_size = context.empty() ? 0 : 2 + context.size();
  return version_ == tls_version::tls13 || label.size() + randoms_.size() + context_size <= max_prf_seed;
}

base::result<void> exporter::derive(const environment& env, std::string_view label, base::bytes_view context,
                                    base::bytes_span output) const {
  if (output.empty() || output.size() > max_size() || !accepts(label, context))
    return base::caller_mistake(base::reason::invalid_parameter);
  return version_ == tls_version::tls13 ? derive_tls13(env, label, context, output)
                                        : derive_tls12(env, label, context, output);
}

base::result<void> exporter::derive_public(const environment& env, std::string_view label,
                                           base::bytes_span output) const {
  constexpr base::byte empty_for_hmac[] = {0};  // keys are filled up with zeros (RFC 2104 §2); OpenSSL wants one byte
  return tls1_prf(env, prf_digest(hash_, version_), empty_for_hmac, label, randoms_, output);
}

base::result<void> exporter::derive_tls13(const environment& env, std::string_view label, base::bytes_view context,
                                          base::bytes_span output) const {
  SCHANNIX_TRY(const base::bytes nothing, digest_of(env, hash_, {}));
  SCHANNIX_TRY(const base::bytes hashed, digest_of(env, hash_, context));
  base::traffic_secret derived;
  SCHANNIX_CHECK(expand_label(env, hash_, secret_.view(), label, nothing, derived.resize(size_of(hash_))));
  return expand_label(env, hash_, derived.view(), "exporter", hashed, output);
}

base::result<void> exporter::derive_tls12(const environment& env, std::string_view label, base::bytes_view context,
                                          base::bytes_span output) const {
  const base::bytes seed = prf_seed(randoms_, context);
  return tls1_prf(env, prf_digest(hash_, version_), secret_.view(), label, seed, output);
}

}  // namespace schannix::engine
