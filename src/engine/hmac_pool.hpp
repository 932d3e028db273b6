// HMAC contexts that are kept. OpenSSL's own derivations make one and look its digest up for each step, and a handshake
// has dozens of steps on each side. No key stays behind: a context is keyed with zeros when it is given back. Any
// thread; a lease is one thread's.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

struct evp_mac_st;
struct evp_mac_ctx_st;
struct ossl_lib_ctx_st;

namespace schannix::engine {

class hmac_pool {
  struct free_context {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  using hmac = std::unique_ptr<evp_mac_ctx_st, free_context>;
  struct kind {
    std::string_view names[2];  // OpenSSL's of the digest
    std::size_t size;
    base::bytes hash_of_nothing;
    std::vector<hmac> idle;
    bool is(std::string_view digest) const noexcept { return digest == names[0] || digest == names[1]; }
  };

 public:
  using value = base::secret<48>;

  // One context, until it is given back. False: nothing taken, a digest that is not kept, or no memory.
  class lease {
   public:
    lease() = default;
    lease(lease&& other) noexcept = default;
    lease& operator=(lease&& other) noexcept;
    ~lease();

    explicit operator bool() const noexcept { return context_ != nullptr; }
    bool is_of(std::string_view digest) const noexcept { return context_ && of_->is(digest); }
    std::size_t size() const noexcept { return of_->size; }
    base::bytes_view hash_of_nothing() const noexcept { return of_->hash_of_nothing; }
    // HMAC of the parts, one behind the other; false: OpenSSL failed. Without a key: the one of the call before.
    bool compute(base::bytes_view key, std::initializer_list<base::bytes_view> parts, value& output) noexcept;
    bool compute_again(std::initializer_list<base::bytes_view> parts, value& output) noexcept;

   private:
    friend class hmac_pool;
    bool finish(bool ready, std::initializer_list<base::bytes_view> parts, value& output) noexcept;
    lease(hmac_pool& pool, kind& of, hmac context) noexcept : pool_(&pool), of_(&of), context_(std::move(context)) {}
    hmac_pool* pool_ = nullptr;
    kind* of_ = nullptr;
    hmac context_;
  };

  explicit hmac_pool(ossl_lib_ctx_st* library);
  ~hmac_pool();
  hmac_pool(const hmac_pool&) = delete;
  hmac_pool& operator=(const hmac_pool&) = delete;

  lease take(std::string_view digest) noexcept;

 private:
  hmac make(const kind& of) noexcept;
  void give_back(kind& to, hmac used) noexcept;

  evp_mac_st* algorithm_;
  std::mutex lock_;
  std::array<kind, 2> kinds_;
};

}  // namespace schannix::engine
