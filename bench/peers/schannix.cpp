// schannix through EncryptMessage and DecryptMessage, in place. The variant names the AEAD back end to force.
#include <cstdlib>

#include "support/sspi_side.hpp"

namespace schannix::bench {
namespace {

constexpr const char* suite_words[] = {"AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305"};

// The library reads its setting once, at its first use in this namespace.
const bench_wanted& forced(const bench_wanted& wanted) {
  ::setenv("SCHANNIX_AEAD", wanted.variant, 1);
  return wanted;
}

class pair {
 public:
  explicit pair(const bench_wanted& wanted)
      : from_client_({.side = role::client, .minor = forced(wanted).minor, .suite = wanted.suite}),
        from_server_({.side = role::server,
                      .minor = wanted.minor,
                      .suite = wanted.suite,
                      .certificate = wanted.certificate,
                      .key = wanted.key}),
        client_(from_client_),
        server_(from_server_) {
    wire back;
    while (client_.turn(back, wire_) | server_.turn(wire_, back)) continue;
    must(client_.established() && server_.established(), "no handshake");
    must(client_.suite().find(suite_words[wanted.suite]) != std::string::npos, "another suite was chosen");
    room_ = client_.sizes();
  }

  void prepare(std::size_t size, std::size_t count) {
    wire_.clear();
    for (std::size_t i = 0; i < count; ++i)
      std::memcpy(wire_.bytes.data() + i * slot(size) + room_.cbHeader, payload(), size);
  }

  void seal(std::size_t size, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      must(client_.seal(wire_.back(), room_, size) == slot(size), "a record is not as large as announced");
      wire_.written += slot(size);
    }
  }

  void open(std::size_t, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      wire_.read = wire_.written - server_.open(wire_.front(), wire_.waiting(), opened_);
    must(wire_.waiting() == 0, "records are left over");
  }

  const unsigned char* opened() const noexcept { return opened_; }

 private:
  std::size_t slot(std::size_t size) const noexcept { return room_.cbHeader + size + room_.cbTrailer; }

  sspi_credential from_client_, from_server_;
  sspi_side client_, server_;
  SecPkgContext_StreamSizes room_{};
  wire wire_;
  unsigned char* opened_ = nullptr;
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::pair)
