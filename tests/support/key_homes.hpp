// Where a test's private keys are: the user's or the machine's folder of key containers, or a token of SoftHSM.
#pragma once

#include <sys/types.h>

#include <string>

#include "support/pki.hpp"

namespace schannix::test {

// A folder, and the variable that names it for this object's life.
class key_folder {
 public:
  explicit key_folder(const char* variable = "SCHANNIX_KEYS");
  ~key_folder();
  key_folder(const key_folder&) = delete;
  key_folder& operator=(const key_folder&) = delete;

  void put(const std::string& container, const std::string& content, mode_t mode = 0600) const;
  std::string path(const std::string& file) const { return shop_.path(file); }
  std::string name() const;  // of the folder, without those above it

 private:
  const char* variable_;
  pki::workshop shop_;
};

// The program's token, PIN 1234: one, because the module looks for tokens when it is loaded. Labels are this object's
// own. Throws when SoftHSM is not installed.
class hsm_token {
 public:
  hsm_token();
  void put(const std::string& label, const std::string& key_pem) const;
  std::string uri(const std::string& label, const std::string& pin = "1234") const;

 private:
  std::string prefix_;
};

}  // namespace schannix::test
