#include "engine/revocation_fetch.hpp"

#include <openssl/http.h>
#include <openssl/ocsp.h>
#include <signal.h>
#include <time.h>

#include <algorithm>

#include "engine/x509_internal.hpp"

namespace schannix::engine {

using namespace internal;

namespace {

constexpr std::size_t max_places = 2, max_kept = 256, max_kept_bytes = std::size_t{1} << 26;
constexpr std::size_t max_answer = std::size_t{1} << 17, max_list = std::size_t{1} << 25;
constexpr auto answer_lasts = std::chrono::hours(1);
constexpr auto silence_lasts = std::chrono::minutes(1);

using held_request = held<OCSP_REQUEST, OCSP_REQUEST_free>;

// A peer that goes while OpenSSL writes raises SIGPIPE, which the program has not asked for: it is taken back.
class without_sigpipe {
 public:
  without_sigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t waiting;
    sigpending(&waiting);
    was_pending_ = sigismember(&waiting, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~without_sigpipe() {
    const timespec at_once{};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  without_sigpipe(const without_sigpipe&) = delete;
  without_sigpipe& operator=(const without_sigpipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_ = false;
};

void add_place(std::vector<std::string>& to, std::string_view address) {
  if (address.starts_with("http://") && to.size() < max_places) to.emplace_back(address);
}

std::vector<std::string> list_places(const X509* of) {
  std::vector<std::string> out;
  const held_points points(
      static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(of, NID_crl_distribution_points, nullptr, nullptr)));
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const DIST_POINT_NAME* const name = sk_DIST_POINT_value(points.get(), i)->distpoint;
    if (name == nullptr || name->type != 0) continue;  // relative to the issuer's name: no address
    for (int j = 0; j < sk_GENERAL_NAME_num(name->name.fullname); ++j) {
      const GENERAL_NAME* const one = sk_GENERAL_NAME_value(name->name.fullname, j);
      if (one->type != GEN_URI) continue;
      const base::bytes address = content_of(one->d.uniformResourceIdentifier);
      add_place(out, {reinterpret_cast<const char*>(address.data()), address.size()});
    }
  }
  return out;
}

base::bytes all_of(const held_bio& from, std::size_t most) {
  base::bytes out;
  unsigned char part[4096];
  for (int size = 0; from && (size = BIO_read(from.get(), part, sizeof part)) > 0;) {
    out.insert(out.end(), part, part + size);
    if (out.size() > most) return {};
  }
  return out;
}

base::bytes get(const std::string& place, int seconds) {
  return all_of(held_bio(OSSL_HTTP_get(place.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr,
                                       nullptr, 0, max_list, seconds)),
                max_list);
}

struct address {
  held_text host, port, path;
};

bool parse(const std::string& place, address& into) {
  char *host = nullptr, *port = nullptr, *path = nullptr;
  int encrypted = 0;
  const bool done =
      OSSL_HTTP_parse_url(place.c_str(), &encrypted, nullptr, &host, &port, nullptr, &path, nullptr, nullptr) == 1;
  into.host.reset(host);
  into.port.reset(port);
  into.path.reset(path);
  return done && encrypted == 0;
}

base::bytes post(const std::string& place, const base::bytes& request, int seconds) {
  address to;
  if (!parse(place, to)) return {};
  const held_bio body = reader_of(request);
  return all_of(held_bio(OSSL_HTTP_transfer(nullptr, to.host.get(), to.port.get(), to.path.get(), 0, nullptr, nullptr,
                                            nullptr, nullptr, nullptr, nullptr, 0, nullptr, "application/ocsp-request",
                                            body.get(), "application/ocsp-response", 1, max_answer, seconds, 0)),
                max_answer);
}

// No nonce: responders hand out answers that they have prepared.
base::bytes request_about(const certificate& one, const certificate& issuer) {
  const held_request request(or_throw(OCSP_REQUEST_new()));
  OCSP_CERTID* const id = OCSP_cert_to_id(nullptr, one.native(), issuer.native());
  if (id == nullptr) return {};
  if (OCSP_request_add0_id(request.get(), id) == nullptr) {
    OCSP_CERTID_free(id);
    return {};
  }
  return encoded(i2d_OCSP_REQUEST, request.get());
}

}  // namespace

places_to_ask places_in(const certificate& of) {
  const quiet_errors quiet;
  places_to_ask found;
  const held_addresses responders(X509_get1_ocsp(of.native()));
  for (int i = 0; i < sk_OPENSSL_STRING_num(responders.get()); ++i)
    add_place(found.responders, sk_OPENSSL_STRING_value(responders.get(), i));
  found.lists = list_places(of.native());
  return found;
}

int patience::seconds_left() const {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(end_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp(left, std::chrono::seconds(0), for_each).count());
}

// Nobody waits for the lock while another asks: two that want the same may both ask.
template <typename Fetch>
base::bytes fetched_answers::remembered(const std::string& key, const patience& limit, Fetch fetch) {
  {
    const std::lock_guard held(lock_);
    const auto found = known_.find(key);
    if (found != known_.end() && std::chrono::steady_clock::now() < found->second.until) return found->second.answer;
  }
  const int seconds = limit.seconds_left();
  if (seconds == 0) return {};
  const quiet_errors quiet;
  const without_sigpipe calm;
  base::bytes answer = fetch(seconds);
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard held(lock_);
  if (known_.size() >= max_kept) std::erase_if(known_, [&](const auto& one) { return one.second.until <= now; });
  kept_bytes_ += answer.size();
  if (known_.size() >= max_kept || kept_bytes_ > max_kept_bytes) {
    known_.clear();
    kept_bytes_ = answer.size();
  }
  known_[key] = {answer, now + (answer.empty() ? std::chrono::nanoseconds(silence_lasts) : answer_lasts)};
  return answer;
}

base::bytes fetched_answers::ask(const std::string& responder, const certificate& about, const certificate& issuer,
                                 const patience& limit) {
  const base::bytes request = request_about(about, issuer);
  if (request.empty()) return {};
  return remembered(responder + '\n' + std::string(request.begin(), request.end()), limit,
                    [&](int seconds) { return post(responder, request, seconds); });
}

base::bytes fetched_answers::list(const std::string& place, const patience& limit) {
  return remembered(place, limit, [&](int seconds) { return get(place, seconds); });
}

}  // namespace schannix::engine
