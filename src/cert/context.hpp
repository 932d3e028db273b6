// What the other rooms make of certificate contexts and stores (store.hpp), and what they make them of. Any thread.
#pragma once

#include <wincrypt.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cert/store.hpp"
#include "engine/x509.hpp"

namespace schannix::cert {

// What a credential needs of a CERT_CONTEXT: the certificate, its key, and the other certificates of its store,
// from which the chain to send is built. The caller may free the context and close the store right after.
struct identity {
  engine::certificate leaf;
  std::optional<engine::private_key> key;
  std::vector<engine::certificate> companions;
};
// unknown_credentials: its key is told by name and cannot be had; problem says why, in a phrase for people.
base::result<identity> identity_of(const engine::environment& env, PCCERT_CONTEXT context, std::string& problem);
engine::certificate leaf_of(PCCERT_CONTEXT context);

// The private key that a binding tells of; nothing: of none. Failures as above.
base::result<std::optional<engine::private_key>> find_key(const engine::environment& env, const key_binding& told,
                                                          std::string& problem);

// The certificates of a store, in its order; and those that issued themselves.
std::vector<engine::certificate> certificates_of(HCERTSTORE store);
std::vector<engine::certificate> roots_of(HCERTSTORE store);

// A new context (one reference, the caller's) for leaf, in a new memory store that holds leaf (the same context)
// and then the others, in the order given. Throws std::bad_alloc.
PCCERT_CONTEXT make_context(const engine::identity& leaf, const std::vector<engine::certificate>& others);

// A new memory store (one reference) with these, in order.
HCERTSTORE make_store(const std::vector<engine::identity>& contents, access may = access::writable);
HCERTSTORE make_collection();

}  // namespace schannix::cert
