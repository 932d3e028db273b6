#include "support/program.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "support/pki.hpp"

namespace schannix::bench {
namespace {

[[noreturn]] void usage(const char* program) {
  std::fprintf(stderr, "usage: %s [--rounds N] [--brief] [--json FILE]\n", program);
  std::exit(2);
}

}  // namespace

arguments read_arguments(int count, char** values, std::size_t rounds) {
  arguments read{.rounds = rounds, .json = {}};
  for (int i = 1; i < count; ++i) {
    const std::string_view word = values[i];
    if (word == "--brief")
      read.brief = true;
    else if (word == "--json" && i + 1 < count)
      read.json = values[++i];
    else if (word == "--rounds" && i + 1 < count)
      read.rounds = std::strtoul(values[++i], nullptr, 10);
    else
      usage(values[0]);
  }
  if (read.rounds == 0) usage(values[0]);
  return read;
}

int guarded_main(int count, char** values, std::size_t rounds, void (*run)(const arguments&)) {
  try {
    run(read_arguments(count, values, rounds));
    return 0;
  } catch (const std::exception& error) {
    say(std::string(values[0]) + ": " + error.what());
    return 1;
  }
}

identity self_signed() {
  const auto made = test::pki::issue({.common_name = "a.test", .alternative = {"DNS:a.test"}, .usage = "serverAuth"});
  return {made.pem(), made.key_pem()};
}

issued_identity issued(bool rsa) {
  const auto kind = rsa ? test::pki::key_kind::rsa2048 : test::pki::key_kind::p256;
  const auto root = test::pki::issue({.common_name = "Bench Root", .authority = true, .key = kind});
  const auto leaf = test::pki::issue(
      {.common_name = "a.test", .alternative = {"DNS:a.test"}, .usage = "serverAuth", .key = kind}, &root);
  return {{leaf.pem(), leaf.key_pem()}, root.pem()};
}

void say(const std::string& progress) { std::fprintf(stderr, "%s\n", progress.c_str()); }

void write(const arguments& to, const nlohmann::json& result) {
  if (to.json.empty()) {
    std::printf("%s\n", result.dump(1).c_str());
    return;
  }
  std::ofstream file(to.json);
  file << result.dump() << '\n';
  file.close();
  if (!file) {
    std::fprintf(stderr, "%s cannot be written\n", to.json.c_str());
    std::exit(1);
  }
}

}  // namespace schannix::bench
