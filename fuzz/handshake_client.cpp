// The handshake as client. fuzz/handshake.hpp
#include "handshake.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  return schannix::fuzz::attack_handshake(schannix::fuzz::role::client, data, size);
}
