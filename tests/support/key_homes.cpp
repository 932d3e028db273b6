#include "support/key_homes.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>

#include "support/program.hpp"

namespace schannix::test {
namespace {

void softhsm(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "softhsm2-util");
  program tool(arguments, "softhsm2");
  tool.await_end();
  if (tool.exit_code() != 0) throw std::runtime_error("softhsm2-util: " + tool.output());
}

// Never destroyed: the module may look into it until the program ends, and then goes with it.
void make_token() {
  static const pki::workshop& made = *[] {
    auto* const shop = new pki::workshop;
    std::filesystem::create_directory(shop->path("tokens"));
    shop->write("softhsm2.conf", "directories.tokendir = " + shop->path("tokens") + "\nlog.level = ERROR\n");
    ::setenv("SOFTHSM2_CONF", shop->path("softhsm2.conf").c_str(), 1);
    softhsm({"--init-token", "--free", "--label", "test", "--so-pin", "1234", "--pin", "1234"});
    return shop;
  }();
  static const int once = std::atexit([] { std::filesystem::remove_all(made.path("")); });
  if (once != 0) throw std::runtime_error("atexit");
}

// The halves of a pair have one, and no other object has it.
std::string id_of_next() {
  static std::atomic<int> count = 1000;
  return std::to_string(++count);
}

}  // namespace

key_folder::key_folder(const char* variable) : variable_(variable) {
  ::chmod(path("").c_str(), 0700);
  ::setenv(variable, path("").substr(0, path("").size() - 1).c_str(), 1);
}

key_folder::~key_folder() { ::unsetenv(variable_); }

void key_folder::put(const std::string& container, const std::string& content, mode_t mode) const {
  const std::string file = container + ".pem";
  shop_.write(file, content);
  ::chmod(path(file).c_str(), mode);
}

std::string key_folder::name() const { return std::filesystem::path(path("x")).parent_path().filename(); }

hsm_token::hsm_token() {
  static std::atomic<int> count = 0;
  prefix_ = std::to_string(++count) + "-";
  make_token();
}

void hsm_token::put(const std::string& label, const std::string& key_pem) const {
  const pki::workshop shop;
  shop.write("key.pem", key_pem);
  softhsm({"--import", shop.path("key.pem"), "--token", "test", "--label", prefix_ + label, "--id", id_of_next(),
           "--pin", "1234"});
}

std::string hsm_token::uri(const std::string& label, const std::string& pin) const {
  return "pkcs11:token=test;object=" + prefix_ + label +
         ";type=private?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-value=" + pin;
}

}  // namespace schannix::test
