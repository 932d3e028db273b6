#include "abi/translate/keying_material.hpp"

#include <cstring>

#include "abi/translate/memory.hpp"
#include "abi/translate/status.hpp"

namespace schannix::abi {

bool is_keying_size(DWORD size) noexcept {
  constexpr DWORD most = 255 * 48;  // what the longest hash gives
  return size != 0 && size <= most;
}

namespace {

// Of SecPkgContext_KeyingMaterialInfo and SecPkgContext_KeyingMaterial_Inproc.
template <typename Struct>
std::optional<keying_request> read(const Struct& from) {
  const std::size_t label_size = from.cbLabel;
  if (label_size == 0 || from.pszLabel == nullptr) return std::nullopt;
  if (::strnlen(from.pszLabel, label_size) != label_size - 1) return std::nullopt;
  if ((from.cbContextValue == 0) != (from.pbContextValue == nullptr)) return std::nullopt;
  if (!is_keying_size(from.cbKeyingMaterial)) return std::nullopt;
  return keying_request{std::string(from.pszLabel, label_size - 1),
                        base::bytes(from.pbContextValue, from.pbContextValue + from.cbContextValue),
                        from.cbKeyingMaterial};
}

// The struct is written when there is something to write.
template <typename Struct>
SECURITY_STATUS give(const context_object& of, const keying_request& wanted, Struct& into) {
  owned_block block(allocate(wanted.size));
  const base::bytes_span room(static_cast<base::byte*>(block.get()), wanted.size);
  const auto done = of.connection->export_keying_material(wanted.label, wanted.context, room);
  if (!done) return status_of(done.error());
  into.cbKeyingMaterial = wanted.size;
  into.pbKeyingMaterial = static_cast<PBYTE>(block.release());
  return SEC_E_OK;
}

bool established(const context_object& of) { return of.connection->facts() != nullptr; }

}  // namespace

SECURITY_STATUS set_keying_material_info(context_object& of, const void* from, ULONG size) {
  if (size != sizeof(SecPkgContext_KeyingMaterialInfo)) return SEC_E_INVALID_PARAMETER;
  auto wanted = read(*static_cast<const SecPkgContext_KeyingMaterialInfo*>(from));
  if (!wanted) return SEC_E_INVALID_PARAMETER;
  of.keying = std::move(wanted);
  return SEC_E_OK;
}

SECURITY_STATUS keying_material(const context_object& of, void* into) {
  if (!established(of)) return SEC_E_INVALID_HANDLE;
  if (!of.keying) return SEC_E_INVALID_PARAMETER;
  return give(of, *of.keying, *static_cast<SecPkgContext_KeyingMaterial*>(into));
}

SECURITY_STATUS keying_material_inproc(const context_object& of, void* into) {
  if (!established(of)) return SEC_E_INVALID_HANDLE;
  auto& both = *static_cast<SecPkgContext_KeyingMaterial_Inproc*>(into);
  const auto wanted = read(both);
  return wanted ? give(of, *wanted, both) : SEC_E_INVALID_PARAMETER;
}

}  // namespace schannix::abi
