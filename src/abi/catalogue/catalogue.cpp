#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

struct section {
  kind what;
  const std::span<const entry>& entries;
};

constexpr section sections[] = {
    {kind::status, sspi_statuses},
    {kind::status, other_package_statuses},
    {kind::status, certificate_statuses},
    {kind::status, key_statuses},
    {kind::alert, alerts},
    {kind::event, events},
    {kind::verdict, verdicts},
};

}  // namespace

place at(std::size_t index) {
  for (const section& one : sections) {
    if (index < one.entries.size()) return {one.what, &one.entries[index]};
    index -= one.entries.size();
  }
  return {};
}

const entry* find(kind what, DWORD code) {
  for (const section& one : sections) {
    if (one.what != what) continue;
    for (const entry& each : one.entries)
      if (each.code == code) return &each;
  }
  return nullptr;
}

}  // namespace schannix::abi::catalogue
