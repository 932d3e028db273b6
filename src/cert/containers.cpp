#include "cert/containers.hpp"

#include "cert/context.hpp"
#include "cert/store.hpp"

namespace schannix::cert {
namespace {

std::vector<engine::identity> keys_first(const std::vector<engine::identity>& all) {
  std::vector<engine::identity> out;
  for (const bool with_key : {true, false})
    for (const engine::identity& one : all)
      if (one.key.has_value() == with_key) out.push_back(one);
  return out;
}

}  // namespace

base::result<HCERTSTORE> import_pkcs12(const engine::environment& env, base::bytes_view blob, std::string_view password,
                                       keys what) {
  SCHANNIX_TRY(const std::vector<engine::identity> read, engine::read_pkcs12(env, blob, password));
  std::vector<engine::identity> contents = keys_first(read);
  if (what == keys::left_out)
    for (engine::identity& one : contents) one.key.reset();
  return make_store(contents);
}

base::result<HCERTSTORE> import_pem(const engine::environment& env, std::string_view certificates, std::string_view key,
                                    std::string_view password) {
  SCHANNIX_TRY(const std::vector<engine::identity> read, engine::read_pem(env, certificates, key, password));
  return make_store(read);
}

base::result<PCCERT_CONTEXT> create_self_signed(const engine::environment& env, std::string_view name, unsigned days) {
  SCHANNIX_TRY(const engine::identity made, engine::make_self_signed(env, name, days));
  return make_context(made, {});
}

base::result<PCCERT_CONTEXT> create_context(const engine::environment& env, base::bytes_view der) {
  SCHANNIX_TRY(engine::certificate parsed, engine::certificate::parse(env, der));
  return stand_alone({std::move(parsed), std::nullopt, {}});
}

std::string to_pem(PCCERT_CONTEXT shown) { return engine::to_pem(context::of(shown).leaf()); }

}  // namespace schannix::cert
