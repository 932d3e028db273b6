#include "abi/translate/packed_context.hpp"

#include "abi/translate/eap_keys.hpp"
#include "abi/translate/keying_material.hpp"
#include "abi/translate/memory.hpp"
#include "abi/translate/packages.hpp"
#include "abi/translate/status.hpp"
#include "base/archive.hpp"

namespace schannix::abi {
namespace {

constexpr ULONG known_flags =
    SECPKG_CONTEXT_EXPORT_RESET_NEW | SECPKG_CONTEXT_EXPORT_DELETE_OLD | SECPKG_CONTEXT_EXPORT_TO_KERNEL;
// A count that begins anew under the same keys would use every nonce a second time.
constexpr ULONG refused_flags = SECPKG_CONTEXT_EXPORT_RESET_NEW | SECPKG_CONTEXT_EXPORT_TO_KERNEL;

constexpr std::size_t most_keying_text = 65535;

// What a context keeps beside its connection, and attributes tell.
struct kept_beside {
  ULONG returned_attributes = 0;
  bool asks_keying = false;
  keying_request keying;
  DWORD eap_prf = 0;
  transport_end transport = transport_end::none;
  bool nothing_awaited = false;
  std::uint64_t bytes_after = 0, records_after = 0;
};

template <typename Archive, typename Beside>
void fields_of(Archive& with, Beside& of) {
  with.number(of.returned_attributes);
  with.number(of.asks_keying, 1);
  with.text(of.keying.label, most_keying_text);
  with.bytes(of.keying.context, most_keying_text);
  with.number(of.keying.size);
  with.number(of.eap_prf);
  with.number(of.transport, static_cast<std::uint64_t>(transport_end::timed_out));
  with.number(of.nothing_awaited, 1);
  with.number(of.bytes_after);
  with.number(of.records_after);
}

base::bytes beside_of(const context_object& of) {
  const kept_beside all{.returned_attributes = of.returned_attributes,
                        .asks_keying = of.keying.has_value(),
                        .keying = of.keying.value_or(keying_request{}),
                        .eap_prf = of.eap_prf,
                        .transport = of.transport,
                        .nothing_awaited = of.nothing_awaited,
                        .bytes_after = of.after_close.bytes(),
                        .records_after = of.after_close.records()};
  base::packer counting;
  fields_of(counting, all);
  base::bytes made(counting.size());
  base::packer writing(made);
  fields_of(writing, all);
  return made;
}

// Whether it is one that beside_of has made.
bool take_beside(base::bytes_view from, context_object& into) {
  kept_beside all;
  base::unpacker reading(from);
  fields_of(reading, all);
  if (!reading.whole() || !is_eap_prf(all.eap_prf) || (all.asks_keying && !is_keying_size(all.keying.size)))
    return false;
  into.returned_attributes = all.returned_attributes;
  if (all.asks_keying) into.keying = std::move(all.keying);
  into.eap_prf = all.eap_prf;
  into.transport = all.transport;
  into.nothing_awaited = all.nothing_awaited;
  into.after_close = {all.bytes_after, all.records_after};
  return true;
}

ULONG type_of(const SecBuffer& buffer) { return buffer.BufferType & ~ULONG{SECBUFFER_ATTRMASK}; }

// Windows' pages call it EMPTY where it is made, and TOKEN where it is read.
bool may_be_packed(const SecBuffer& buffer) {
  return type_of(buffer) == SECBUFFER_TOKEN || type_of(buffer) == SECBUFFER_EMPTY;
}

}  // namespace

SECURITY_STATUS check_export(ULONG flags, const SecBuffer* into) {
  if ((flags & ~known_flags) != 0 || into == nullptr) return SEC_E_INVALID_PARAMETER;
  if ((flags & refused_flags) != 0) return SEC_E_UNSUPPORTED_FUNCTION;
  return type_of(*into) == SECBUFFER_EMPTY ? SEC_E_OK : SEC_E_INVALID_TOKEN;
}

SECURITY_STATUS export_context(const context_object& of, SecBuffer& into) {
  const auto moved = of.connection->moved_out(beside_of(of));
  if (!moved) return status_of(moved.error());
  const std::size_t size = context::packed_size(*moved);
  owned_block block(allocate(size));
  const auto packed = context::pack(the_environment(), *moved, {static_cast<base::byte*>(block.get()), size});
  if (!packed) return status_of(packed.error());
  into.cbBuffer = static_cast<ULONG>(size);
  into.pvBuffer = block.release();
  return SEC_E_OK;
}

SECURITY_STATUS import_context(std::string_view package, const SecBuffer* from, const void* token, SecHandle* into) {
  if (find_package(package) == nullptr) return SEC_E_SECPKG_NOT_FOUND;
  if (into == nullptr) return SEC_E_INVALID_HANDLE;
  if (from == nullptr || token != nullptr) return SEC_E_INVALID_PARAMETER;
  if (!may_be_packed(*from) || from->pvBuffer == nullptr) return SEC_E_INVALID_TOKEN;
  auto moved = context::unpack(the_environment(), {static_cast<const base::byte*>(from->pvBuffer), from->cbBuffer});
  if (!moved) return status_of(moved.error());
  auto object = std::make_unique<context_object>();
  if (!take_beside(moved->beside, *object)) return SEC_E_INVALID_TOKEN;
  auto connection = context::connection::moved_in(the_environment(), *std::move(moved));
  if (!connection) return status_of(connection.error());
  object->connection = std::move(*connection);
  store_token(the_runtime().contexts.insert(std::move(object)), *into);
  return SEC_E_OK;
}

}  // namespace schannix::abi
