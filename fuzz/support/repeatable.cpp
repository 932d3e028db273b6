// OpenSSL's random numbers, replaced for the whole process: the same sequence for every input. Fuzz targets only.
#define OPENSSL_SUPPRESS_DEPRECATED  // RAND_set_rand_method reaches every library context; its successors do not
#include <openssl/rand.h>

#include <algorithm>
#include <random>

#include "fuzz.hpp"

namespace schannix::fuzz {
namespace {

std::mt19937_64 numbers;

int fill(unsigned char* into, int size) {
  std::generate_n(into, size, [] { return static_cast<unsigned char>(numbers()); });
  return 1;
}

int ready() { return 1; }

}  // namespace

void begin_random_numbers_anew() {
  static const RAND_METHOD repeatable{nullptr, fill, nullptr, nullptr, fill, ready};
  [[maybe_unused]] static const int chosen = RAND_set_rand_method(&repeatable);
  numbers.seed(1);
}

}  // namespace schannix::fuzz
