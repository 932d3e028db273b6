#include "cert/names.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

#include "cert/store.hpp"

namespace schannix::cert {
namespace {

using texts = std::vector<std::string>;

constexpr std::string_view common_name = "2.5.4.3";
constexpr std::string_view organization = "2.5.4.10";
constexpr std::string_view organizational_unit = "2.5.4.11";
constexpr std::string_view email_address = "1.2.840.113549.1.9.1";

// The most specific one, which is the last of the encoding.
texts attribute(const engine::distinguished_name& name, std::string_view oid) {
  for (const auto& one : std::views::reverse(name))
    if (one.oid == oid) return {one.value};
  return {};
}

texts first(const texts& of) { return of.empty() ? texts() : texts{of.front()}; }

// The subject or issuer, or the first directory name among its alternatives when it is empty.
engine::distinguished_name name_or_directory(const engine::certificate& of, engine::name_of whose) {
  engine::distinguished_name name = engine::attributes(of, whose);
  if (!name.empty()) return name;
  return engine::alternatives(of, whose).directory.value_or(name);
}

texts simple_display(const engine::certificate& of, engine::name_of whose) {
  const engine::distinguished_name name = name_or_directory(of, whose);
  for (const std::string_view oid : std::array{common_name, organizational_unit, organization, email_address})
    if (texts found = attribute(name, oid); !found.empty()) return found;
  if (texts found = first(engine::alternatives(of, whose).email); !found.empty()) return found;
  return name.empty() ? texts() : texts{name.front().value};
}

texts friendly_display(const context& of, engine::name_of whose) {
  const std::string own = friendly_name(of.shown());
  return own.empty() ? simple_display(of.leaf(), whose) : texts{own};
}

texts email(const engine::certificate& of, engine::name_of whose) {
  const texts alternative = first(engine::alternatives(of, whose).email);
  return alternative.empty() ? attribute(engine::attributes(of, whose), email_address) : alternative;
}

texts dns(const engine::certificate& of, const name_request& wanted) {
  const texts alternative = engine::alternatives(of, wanted.whose).dns;
  if (alternative.empty()) return attribute(engine::attributes(of, wanted.whose), common_name);
  return wanted.all ? alternative : first(alternative);
}

texts rdn(const engine::certificate& of, const name_request& wanted) {
  const std::string text = engine::write(name_or_directory(of, wanted.whose), wanted.style);
  return text.empty() ? texts() : texts{text};
}

}  // namespace

std::vector<std::string> names(PCCERT_CONTEXT shown, const name_request& wanted) {
  const context& of = context::of(shown);
  if (wanted.all && wanted.kind != name_kind::dns) return {};
  switch (wanted.kind) {
    case name_kind::email:
      return email(of.leaf(), wanted.whose);
    case name_kind::rdn:
      return rdn(of.leaf(), wanted);
    case name_kind::attribute:
      return attribute(name_or_directory(of.leaf(), wanted.whose), wanted.oid);
    case name_kind::simple_display:
      return simple_display(of.leaf(), wanted.whose);
    case name_kind::friendly_display:
      return friendly_display(of, wanted.whose);
    case name_kind::dns:
      return dns(of.leaf(), wanted);
    case name_kind::url:
      return first(engine::alternatives(of.leaf(), wanted.whose).uri);
    case name_kind::principal:
      return first(engine::alternatives(of.leaf(), wanted.whose).principal);
  }
  return {};
}

}  // namespace schannix::cert
