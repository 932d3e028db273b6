// The limit of the libipsec-mb back end: its direct calls alone, the key expanded once.
#include <intel-ipsec-mb.h>

#include <memory>

#include "support/raw_record.hpp"

namespace schannix::bench {
namespace {

struct free_manager {
  void operator()(IMB_MGR* manager) const noexcept { free_mb_mgr(manager); }
};

class multi_buffer {
 public:
  explicit multi_buffer(int suite) : suite_(suite), manager_(alloc_mb_mgr(0)) {
    must(manager_ != nullptr, "no manager");
    init_mb_mgr_auto(manager_.get(), nullptr);
    must(imb_get_errno(manager_.get()) == 0, "libipsec-mb does not run on this CPU");
    if (suite_ == BENCH_AES_128_GCM) IMB_AES128_GCM_PRE(manager_.get(), key_.data(), &expanded_);
    if (suite_ == BENCH_AES_256_GCM) IMB_AES256_GCM_PRE(manager_.get(), key_.data(), &expanded_);
  }

  void seal(const unsigned char* nonce, const unsigned char* head, std::size_t head_size, unsigned char* data,
            std::size_t size, unsigned char* tag) {
    IMB_MGR* const at = manager_.get();
    switch (suite_) {
      case BENCH_AES_128_GCM:
        return IMB_AES128_GCM_ENC(at, &expanded_, &gcm_, data, data, size, nonce, head, head_size, tag, tag_size);
      case BENCH_AES_256_GCM:
        return IMB_AES256_GCM_ENC(at, &expanded_, &gcm_, data, data, size, nonce, head, head_size, tag, tag_size);
      default:
        IMB_CHACHA20_POLY1305_INIT(at, key_.data(), &chacha_, nonce, head, head_size);
        IMB_CHACHA20_POLY1305_ENC_UPDATE(at, key_.data(), &chacha_, data, data, size);
        IMB_CHACHA20_POLY1305_ENC_FINALIZE(at, &chacha_, tag, tag_size);
    }
  }
  void open(const unsigned char* nonce, const unsigned char* head, std::size_t head_size, unsigned char* data,
            std::size_t size, unsigned char* tag) {
    IMB_MGR* const at = manager_.get();
    std::array<unsigned char, tag_size> own;
    switch (suite_) {
      case BENCH_AES_128_GCM:
        IMB_AES128_GCM_DEC(at, &expanded_, &gcm_, data, data, size, nonce, head, head_size, own.data(), tag_size);
        break;
      case BENCH_AES_256_GCM:
        IMB_AES256_GCM_DEC(at, &expanded_, &gcm_, data, data, size, nonce, head, head_size, own.data(), tag_size);
        break;
      default:
        IMB_CHACHA20_POLY1305_INIT(at, key_.data(), &chacha_, nonce, head, head_size);
        IMB_CHACHA20_POLY1305_DEC_UPDATE(at, key_.data(), &chacha_, data, data, size);
        IMB_CHACHA20_POLY1305_DEC_FINALIZE(at, &chacha_, own.data(), tag_size);
    }
    must(std::memcmp(own.data(), tag, tag_size) == 0, "a wrong tag");
  }

 private:
  static constexpr std::size_t tag_size = 16;
  int suite_;
  std::unique_ptr<IMB_MGR, free_manager> manager_;
  std::array<unsigned char, 32> key_{1, 2, 3};
  gcm_key_data expanded_{};
  gcm_context_data gcm_{};
  chacha20_poly1305_context_data chacha_{};
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::raw_pair<schannix::bench::multi_buffer>)
