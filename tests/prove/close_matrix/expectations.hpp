// What each peer is known to do, from expectations.json: facts that were measured, per peer and version. What we owe is
// not in there (rules.hpp).
//
//   "gnutls": {
//     "versions": ["GnuTLS 3.7."],                  how its name begins; others have not been measured
//     "not offered": {"1.3": "why"},                a version, or a role: "server", "client"
//     "cells": {"fin": ["fin", "error"],            what it did, and what it saw
//               "fin server 1.3": [...]}            the most specific name counts: with role and version, one, none
//   }
//
// "A or B" stands where a peer itself races: Erlang's socket and its user are two processes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cell.hpp"

namespace schannix::prove {

class expectations {
 public:
  explicit expectations(const std::string& file);  // throws

  std::optional<std::string> not_offered(const cell& one) const;
  bool waits(const cell& one) const;
  // Empty: as expected.
  std::string difference(const cell& one, const observation& seen) const;

 private:
  const nlohmann::json& of(const peer& with) const;
  const nlohmann::json* find(const cell& one) const;

  nlohmann::json all_;
};

}  // namespace schannix::prove
