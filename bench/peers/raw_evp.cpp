// The limit of the EVP back end: OpenSSL's AEAD alone, keyed once per direction.
#include <openssl/evp.h>

#include <memory>

#include "support/raw_record.hpp"

namespace schannix::bench {
namespace {

constexpr const char* names[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};

struct free_context {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using owned = std::unique_ptr<EVP_CIPHER_CTX, free_context>;

class evp {
 public:
  explicit evp(int suite) : sealer_(keyed(suite, 1)), opener_(keyed(suite, 0)) {}

  void seal(const unsigned char* nonce, const unsigned char* head, std::size_t head_size, unsigned char* data,
            std::size_t size, unsigned char* tag) {
    int done = 0;
    EVP_CIPHER_CTX* const context = sealer_.get();
    EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, -1);
    EVP_EncryptUpdate(context, nullptr, &done, head, static_cast<int>(head_size));
    EVP_EncryptUpdate(context, data, &done, data, static_cast<int>(size));
    EVP_EncryptFinal_ex(context, data + size, &done);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1, "no tag");
  }
  void open(const unsigned char* nonce, const unsigned char* head, std::size_t head_size, unsigned char* data,
            std::size_t size, unsigned char* tag) {
    int done = 0;
    EVP_CIPHER_CTX* const context = opener_.get();
    EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, nonce, -1);
    EVP_DecryptUpdate(context, nullptr, &done, head, static_cast<int>(head_size));
    EVP_DecryptUpdate(context, data, &done, data, static_cast<int>(size));
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag);
    must(EVP_DecryptFinal_ex(context, data + size, &done) == 1, "a wrong tag");
  }

 private:
  static owned keyed(int suite, int encrypt) {
    static const std::array<unsigned char, 32> key{1, 2, 3};
    EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, names[suite], nullptr);
    must(cipher != nullptr, "OpenSSL does not have it");
    owned context(EVP_CIPHER_CTX_new());
    const int keyed = EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), nullptr, encrypt);
    EVP_CIPHER_free(cipher);
    must(keyed == 1, "no key");
    return context;
  }
  owned sealer_, opener_;
};

}  // namespace
}  // namespace schannix::bench

SCHANNIX_BENCH_MODULE(schannix::bench::raw_pair<schannix::bench::evp>)
