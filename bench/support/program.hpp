// What the programs share: their arguments, identities and where the JSON goes.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace schannix::bench {

struct arguments {
  std::size_t rounds;
  std::string json;    // file to write; empty: standard output
  bool brief = false;  // few rows: to see that it works
};

// PROGRAM [--rounds N] [--brief] [--json FILE]; ends the program when they are wrong.
arguments read_arguments(int count, char** values, std::size_t rounds);

struct identity {
  std::string certificate, key;  // PEM
};
identity self_signed();  // P-256, for a.test

struct issued_identity {
  identity leaf;
  std::string root;  // PEM
};
issued_identity issued(bool rsa);  // P-256 or RSA-2048, for a.test; the root has the same kind of key

// Reads the arguments and runs; what is thrown is said, and the exit code is 1.
int guarded_main(int count, char** values, std::size_t rounds, void (*run)(const arguments&));

void say(const std::string& progress);  // on standard error
void write(const arguments& to, const nlohmann::json& result);

}  // namespace schannix::bench
