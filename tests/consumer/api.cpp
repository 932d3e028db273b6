// A program on the C++ API: makes a credential, says which library is running.
#include <schannix/connection.hpp>
#include <schannix/credential.hpp>

#include <iostream>

int main() {
  const schannix::credential client;
  std::cout << "schannix " << SchannixVersion() << '\n';
}
