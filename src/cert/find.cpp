#include "cert/find.hpp"

#include <algorithm>

#include "cert/store.hpp"

namespace schannix::cert {
namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char letter) { return lower(letter); });
  return text;
}

// Numbers are equal whatever their sign octets: MS certcompareintegerblob. Least significant byte first.
base::bytes_view significant(base::bytes_view number) {
  const auto repeats_sign = [&](base::byte sign) {
    return number.back() == sign && (number[number.size() - 2] & 0x80) == (sign & 0x80);
  };
  while (number.size() > 1 && (repeats_sign(0) || repeats_sign(0xFF))) number = number.first(number.size() - 1);
  return number;
}

}  // namespace

bool same_number(base::bytes_view a, base::bytes_view b) { return std::ranges::equal(significant(a), significant(b)); }

query anything() {
  return [](const context&) { return true; };
}

query with_private_key() {
  return [](const context& one) { return !one.key().none(); };
}

query with_sha1(base::bytes_view hash) {
  return
      [hash](const context& one) { return !hash.empty() && std::ranges::equal(engine::sha1_hash(one.leaf()), hash); };
}

query with_name(engine::name_of whose, base::bytes_view der) {
  return [whose, der](const context& one) {
    const CERT_INFO& shown = *one.pCertInfo;
    return std::ranges::equal(bytes_of(whose == engine::name_of::subject ? shown.Subject : shown.Issuer), der);
  };
}

query with_text(engine::name_of whose, std::string part) {
  return [whose, wanted = lower(std::move(part))](const context& one) {
    const engine::name_style simple{.with = engine::name_style::keys::none, .quoted = false};
    return lower(engine::write(engine::attributes(one.leaf(), whose), simple)).find(wanted) != std::string::npos;
  };
}

query with_issuer_and_serial(const CERT_INFO& wanted) {
  return [issuer = bytes_of(wanted.Issuer), serial = significant(bytes_of(wanted.SerialNumber))](const context& one) {
    return std::ranges::equal(bytes_of(one.pCertInfo->Issuer), issuer) &&
           std::ranges::equal(significant(bytes_of(one.pCertInfo->SerialNumber)), serial);
  };
}

query with_encoding(base::bytes_view der) {
  return [der](const context& one) { return std::ranges::equal(one.leaf().der(), der); };
}

base::result<PCCERT_CONTEXT> next(HCERTSTORE in, PCCERT_CONTEXT previous, const query& fits) {
  return in ? store::of(in).next(previous, fits) : base::caller_mistake(base::reason::invalid_parameter);
}

}  // namespace schannix::cert
