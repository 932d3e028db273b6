#include "port/scanner/names.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace tool::port {

namespace {

constexpr known_name table[] = {
#include "port/names.inc"
};

using by_name = std::unordered_map<std::string_view, const known_name*>;

const by_name& index() {
  static const by_name made = [] {
    by_name all;
    for (const known_name& one : table) all.emplace(one.name, &one);
    return all;
  }();
  return made;
}

struct family {
  std::string_view beginning, library;
};

// What a capital letter and a small one follow: functions.
constexpr std::array function_families{
    family{"NCrypt", "ncrypt and bcrypt"},
    family{"BCrypt", "ncrypt and bcrypt"},
    family{"Cert", "crypt32"},
    family{"Crypt", "crypt32"},
    family{"PFX", "crypt32"},
    family{"Sspi", "secur32"},
    family{"WSA", "ws2_32"},
};

constexpr std::array constant_families{
    family{"SECPKG_ATTR_", "secur32"},
    family{"SECPKG_CRED_", "secur32"},
    family{"SECBUFFER_", "secur32"},
    family{"ISC_REQ_", "secur32"},
    family{"ISC_RET_", "secur32"},
    family{"ASC_REQ_", "secur32"},
    family{"ASC_RET_", "secur32"},
    family{"SCH_CRED_", "secur32"},
    family{"SP_PROT_", "secur32"},
    family{"SEC_E_", "secur32"},
    family{"SEC_I_", "secur32"},
    family{"CERT_CHAIN_", "crypt32"},
    family{"CERT_STORE_", "crypt32"},
    family{"CERT_FIND_", "crypt32"},
    family{"CERT_SYSTEM_STORE_", "crypt32"},
    family{"CERT_QUERY_", "crypt32"},
    family{"CRYPT_STRING_", "crypt32"},
    family{"NCRYPT_", "ncrypt and bcrypt"},
    family{"BCRYPT_", "ncrypt and bcrypt"},
    family{"WSA_FLAG_", "ws2_32"},
};

template <class Families>
const family* family_of(std::string_view name, const Families& families) {
  const auto found = std::find_if(families.begin(), families.end(), [&](const family& each) {
    return name.size() > each.beginning.size() && name.starts_with(each.beginning);
  });
  return found == families.end() ? nullptr : &*found;
}

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

std::string_view word_of(standing how) {
  switch (how) {
    case standing::supported:
      return "supported";
    case standing::partial:
      return "partial";
    case standing::missing:
      break;
  }
  return "missing";
}

std::optional<known_name> find_name(std::string_view name) {
  const auto found = index().find(name);
  if (found == index().end()) return {};
  const known_name& one = *found->second;
  if (one.library == "headers" && !looks_like_function(name) && !looks_like_constant(name)) return {};
  return one;
}

// CertOpenStore, but not CertificateList, CERTS or Cert.
bool looks_like_function(std::string_view name) {
  const family* found = family_of(name, function_families);
  if (found == nullptr) return false;
  const std::string_view rest = name.substr(found->beginning.size());
  return is_capital(rest[0]) && std::any_of(rest.begin(), rest.end(), is_small);
}

bool looks_like_constant(std::string_view name) {
  return family_of(name, constant_families) != nullptr && std::none_of(name.begin(), name.end(), is_small);
}

std::string_view library_of(std::string_view name) {
  const family* found = family_of(name, constant_families);
  if (found == nullptr) found = family_of(name, function_families);
  return found == nullptr ? std::string_view() : found->library;
}

bool is_weak(const known_name& name) {
  return name.library == "kernel32" || name.library == "ws2_32" || name.library == "Types";
}

}  // namespace tool::port
