// What the x509 tests share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/environment.hpp"
#include "engine/x509.hpp"
#include "pki.hpp"

namespace schannix::engine {

inline const environment& test_environment() {
  static const environment made;
  return made;
}

inline base::bytes_view view_of(std::string_view text) {
  return {reinterpret_cast<const base::byte*>(text.data()), text.size()};
}

inline certificate parsed(const test::pki::issued& from) {
  auto out = certificate::parse(test_environment(), view_of(from.der()));
  if (!out) throw std::runtime_error("test certificate does not parse");
  return *out;
}

}  // namespace schannix::engine
