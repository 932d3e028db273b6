// A SECURITY_STATUS that a failing test shows by its name.
#pragma once

#include <sspi.h>

#include <ostream>
#include <string>

namespace schannix::test::sspi {

class status {
 public:
  constexpr status(SECURITY_STATUS value) : value_(value) {}
  constexpr SECURITY_STATUS value() const { return value_; }
  constexpr bool failed() const { return value_ < 0; }
  friend constexpr bool operator==(status a, status b) { return a.value_ == b.value_; }
  friend std::ostream& operator<<(std::ostream& out, status shown) { return out << shown.name(); }

  std::string name() const;  // "SEC_E_OK", or the number

 private:
  SECURITY_STATUS value_;
};

}  // namespace schannix::test::sspi
