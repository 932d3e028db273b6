// Every allocation of a connection's whole life fails in turn, the library's and OpenSSL's alike: credentials,
// handshake, attributes, data, tickets and KeyUpdates, close, release. Each in a process of its own: it ends well, with
// a documented status, and leaves nothing behind.
#include <openssl/crypto.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <map>
#include <set>

#include "prove/failing_heap.hpp"
#include "prove/figure.hpp"
#include "support/sspi_party.hpp"

namespace schannix::prove {
namespace {

using test::sspi::role;
using test::sspi::status;
using test::sspi::tls;

constexpr std::size_t most_notes = 20;

// What a call may say when memory was short within it. OpenSSL does not always say that this was why: then the status
// is that of its own failure, which is one of the same call.
enum class stage { acquiring, shaking_hands, established };
const std::map<stage, std::set<SECURITY_STATUS>> permitted{
    {stage::acquiring,
     {SEC_E_INSUFFICIENT_MEMORY, SEC_E_INTERNAL_ERROR,
      SEC_E_UNKNOWN_CREDENTIALS}},  // key and certificate could not be compared
    {stage::shaking_hands,
     {SEC_E_INSUFFICIENT_MEMORY, SEC_E_INTERNAL_ERROR,  //
      SEC_E_ILLEGAL_MESSAGE,                            // a message could not be parsed
      SEC_E_DECRYPT_FAILURE,                            // a signature could not be checked
      SEC_E_ALGORITHM_MISMATCH,                         // nothing could be chosen
      SEC_E_UNKNOWN_CREDENTIALS}},                      // a certificate could not be taken up
    {stage::established,
     {SEC_E_INSUFFICIENT_MEMORY, SEC_E_INTERNAL_ERROR, SEC_E_ILLEGAL_MESSAGE}}};  // a ticket could not be parsed

struct life {
  role side;
  tls version;
  std::string name() const {
    return std::string(side == role::client ? "client" : "server") + (version == tls::v1_2 ? ", TLS 1.2" : ", TLS 1.3");
  }
};

// One connection, with the calls as bare as they can be: nothing of the caller's own is armed.
class bare_caller {
 public:
  explicit bare_caller(const life& of)
      : life_(of), peer_([&] {
          test::sspi::peer_options options = test::sspi::peer_for(of.side, of.version);
          options.tickets = 2;
          return options;
        }()) {}

  // The status of the first call that failed, or SEC_E_OK; then everything is released.
  status live() {
    status said = acquire();
    if (said == SEC_E_OK) said = converse();
    if (has_context_) {
      if (said.failed()) (void)close();
      DeleteSecurityContext(&context_);
    }
    if (has_credential_) FreeCredentialsHandle(&credential_);
    return said;
  }
  stage reached() const { return reached_; }

 private:
  status acquire() {
    TLS_PARAMETERS parameters{};
    const bool tls13 = life_.version == tls::v1_3;
    const DWORD wanted = tls13 ? SP_PROT_TLS1_3 : SP_PROT_TLS1_2;
    parameters.grbitDisabledProtocols = ~wanted;
    PCCERT_CONTEXT leaf = test::sspi::server_certificate().get();
    SCH_CREDENTIALS data{};
    data.dwVersion = SCH_CREDENTIALS_VERSION;
    data.dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS;
    data.cTlsParameters = 1;
    data.pTlsParameters = &parameters;
    if (life_.side == role::server) data.cCreds = 1, data.paCred = &leaf;
    char package[] = UNISP_NAME_A;
    const ULONG use = life_.side == role::client ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND;
    const status said = armed([&] {
      return AcquireCredentialsHandleA(nullptr, package, use, nullptr, &data, nullptr, nullptr, &credential_, nullptr);
    });
    has_credential_ = said == SEC_E_OK;
    if (has_credential_) reached_ = stage::shaking_hands;
    return said;
  }

  // One ISC / ASC with what has arrived; the token goes to the peer.
  status step() {
    SecBuffer in[2] = {{static_cast<ULONG>(inbox_.size()), SECBUFFER_TOKEN, inbox_.data()},
                       {0, SECBUFFER_EMPTY, nullptr}};
    SecBuffer out[1] = {{0, SECBUFFER_TOKEN, nullptr}};
    SecBufferDesc input{SECBUFFER_VERSION, 2, in}, output{SECBUFFER_VERSION, 1, out};
    char target[] = "a.test";
    ULONG attributes = 0;
    CtxtHandle made = context_;
    PCtxtHandle existing = has_context_ ? &context_ : nullptr;
    const status said = armed([&] {
      return life_.side == role::client
                 ? InitializeSecurityContextA(&credential_, existing, target, test::sspi::usual_client_flags, 0, 0,
                                              inbox_.empty() ? nullptr : &input, 0, &made, &output, &attributes,
                                              nullptr)
                 : AcceptSecurityContext(&credential_, existing, inbox_.empty() ? nullptr : &input,
                                         test::sspi::usual_server_flags | ASC_REQ_SESSION_TICKET, 0, &made, &output,
                                         &attributes, nullptr);
    });
    const std::string token = out[0].pvBuffer == nullptr ? std::string() : test::sspi::bytes_of(out[0]);
    if (out[0].pvBuffer != nullptr) FreeContextBuffer(out[0].pvBuffer);
    if (!said.failed() && !has_context_) context_ = made, has_context_ = true;
    if (!(said == SEC_E_INCOMPLETE_MESSAGE))
      inbox_ = in[1].BufferType == SECBUFFER_EXTRA ? inbox_.substr(inbox_.size() - in[1].cbBuffer) : std::string();
    if (!token.empty()) peer_.give(token);
    return said;
  }

  status handshake() {
    if (life_.side == role::server) peer_.start();
    status said = SEC_I_CONTINUE_NEEDED;
    for (int round = 0; round < 20; ++round) {
      inbox_ += peer_.take();
      if (life_.side == role::server && inbox_.empty()) break;
      said = step();
      if (!(said == SEC_I_CONTINUE_NEEDED)) break;
    }
    return said;
  }

  status read() {
    inbox_ += peer_.take();
    while (!inbox_.empty()) {
      SecBuffer parts[4] = {{static_cast<ULONG>(inbox_.size()), SECBUFFER_DATA, inbox_.data()}, {}, {}, {}};
      SecBufferDesc list{SECBUFFER_VERSION, 4, parts};
      const status said = armed([&] { return DecryptMessage(&context_, &list, 0, nullptr); });
      std::string extra;
      for (const SecBuffer& part : parts) {
        if (part.BufferType == SECBUFFER_EXTRA) extra = inbox_.substr(inbox_.size() - part.cbBuffer);
        if (part.BufferType == SECBUFFER_DATA && said == SEC_E_OK) received_ += test::sspi::bytes_of(part);
      }
      inbox_ = extra;
      if (said == SEC_I_RENEGOTIATE) {
        if (const status crossed = step(); crossed.failed()) return crossed;
      } else if (!(said == SEC_E_OK)) {
        return said;
      }
    }
    return SEC_E_OK;
  }

  status write() {
    char room[200];
    SecPkgContext_StreamSizes sizes{};
    const status known = armed([&] { return QueryContextAttributesA(&context_, SECPKG_ATTR_STREAM_SIZES, &sizes); });
    if (known.failed()) return known;
    std::memcpy(room + sizes.cbHeader, "hello", 5);
    SecBuffer parts[4] = {{sizes.cbHeader, SECBUFFER_STREAM_HEADER, room},
                          {5, SECBUFFER_DATA, room + sizes.cbHeader},
                          {sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, room + sizes.cbHeader + 5},
                          {}};
    SecBufferDesc list{SECBUFFER_VERSION, 4, parts};
    const status said = armed([&] { return EncryptMessage(&context_, 0, &list, 0); });
    if (said == SEC_E_OK) peer_.give(std::string_view(room, parts[0].cbBuffer + 5 + parts[2].cbBuffer));
    return said;
  }

  status ask() {
    PCCERT_CONTEXT leaf = nullptr;
    SecPkgContext_ConnectionInfo info{};
    SecPkgContext_CipherInfo cipher{};
    cipher.dwVersion = 1;
    status said = armed([&] { return QueryContextAttributesA(&context_, SECPKG_ATTR_CONNECTION_INFO, &info); });
    if (!said.failed())
      said = armed([&] { return QueryContextAttributesA(&context_, SECPKG_ATTR_CIPHER_INFO, &cipher); });
    if (said.failed() || life_.side == role::server) return said;
    said = armed([&] { return QueryContextAttributesA(&context_, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &leaf); });
    if (leaf != nullptr) CertFreeCertificateContext(leaf);
    return said;
  }

  status close() {
    DWORD type = SCHANNEL_SHUTDOWN;
    SecBuffer parts[1] = {{sizeof type, SECBUFFER_TOKEN, &type}};
    SecBufferDesc list{SECBUFFER_VERSION, 1, parts};
    const status asked = armed([&] { return ApplyControlToken(&context_, &list); });
    inbox_.clear();
    return asked.failed() ? asked : step();
  }

  status converse() {
    status said = handshake();
    if (!(said == SEC_E_OK)) return said;
    reached_ = stage::established;
    if (said = ask(); said.failed()) return said;
    if (said = write(); said.failed()) return said;
    peer_.write("world");
    if (life_.version == tls::v1_3) peer_.update_keys(true);
    peer_.write("!");
    if (said = read(); said.failed()) return said;
    peer_.close();
    if (said = read(); said.failed()) return said;
    const bool closed = said == SEC_I_CONTEXT_EXPIRED;
    if (said = close(); said.failed()) return said;
    const bool whole = closed && received_ == "world!" && peer_.received() == "hello" && peer_.saw_close();
    return whole ? SEC_E_OK : SEC_E_INTERNAL_ERROR - 1000;  // no status: what came through is not what was sent
  }

  life life_;
  test::sspi::openssl_peer peer_;
  CredHandle credential_{};
  CtxtHandle context_{};
  stage reached_ = stage::acquiring;
  bool has_credential_ = false, has_context_ = false;
  std::string inbox_, received_;
};

// What a point came to, as the process that tried it tells.
struct told {
  SECURITY_STATUS said = SEC_E_OK, afterwards = SEC_E_OK;
  stage reached = stage::acquiring;
  std::size_t asked = 0;    // allocations of a life
  std::ptrdiff_t left = 0;  // blocks that each life with this failure leaves behind
};

// goes_on: all allocations from the given one on fail, as when memory is gone for good.
struct point {
  std::size_t at = 0;
  bool goes_on = false;
};

SECURITY_STATUS one_life(const life& of, point fails, stage* reached = nullptr) {
  heap.asked = 0;
  heap.fail_at = fails.at;
  heap.goes_on = fails.goes_on;
  bare_caller caller(of);
  const status said = caller.live();
  if (reached != nullptr) *reached = caller.reached();
  heap.fail_at = 0;
  return said.value();
}

// Blocks that live when nothing is going on. What OpenSSL keeps for the thread (its queue of errors) is made anew.
std::ptrdiff_t at_rest() {
  OPENSSL_thread_stop();
  return heap.live;
}

std::ptrdiff_t left_by(const life& of, point fails) {
  const std::ptrdiff_t before = at_rest();
  one_life(of, fails);
  one_life(of, {});
  return at_rest() - before;
}

// The second time nothing is made that stays, so that what is left then is lost. An untroubled life behind each makes
// anew what is kept for later ones.
told try_point(const life& of, point fails) {
  told seen;
  seen.said = one_life(of, fails, &seen.reached);
  seen.asked = heap.asked;
  seen.afterwards = one_life(of, {});
  seen.left = left_by(of, fails);
  if (seen.left > 0) seen.left = left_by(of, fails);  // a pool may grow in two steps; what is lost is lost each time
  return seen;
}

// In a process of its own. false: it died.
bool try_apart(const life& of, point fails, told& seen) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    seen = try_point(of, fails);
    _exit(write(ends[1], &seen, sizeof seen) == sizeof seen ? 0 : 1);
  }
  close(ends[1]);
  const bool whole = read(ends[0], &seen, sizeof seen) == sizeof seen;
  close(ends[0]);
  int how = 0;
  waitpid(child, &how, 0);
  return whole && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

struct tally {
  std::size_t points = 0, died = 0, leaky = 0, wrong = 0, spoilt = 0;
  std::map<std::string, std::size_t> said;
};

void note(const life& of, point fails, const std::string& what) {
  std::cerr << of.name() << ", allocation " << fails.at << (fails.goes_on ? " and all that follow: " : ": ") << what
            << std::endl;
}

void judge(const life& of, point fails, tally& all) {
  told seen;
  ++all.points;
  if (!try_apart(of, fails, seen)) {
    ++all.died;
    return note(of, fails, "died");
  }
  const std::string name = status(seen.said).name();
  ++all.said[name];
  if (seen.said != SEC_E_OK && !permitted.at(seen.reached).contains(seen.said) && ++all.wrong <= most_notes)
    note(of, fails, name);
  if (seen.left > 0 && ++all.leaky <= most_notes) note(of, fails, std::to_string(seen.left) + " blocks lost, " + name);
  if (seen.afterwards != SEC_E_OK && ++all.spoilt <= most_notes)
    note(of, fails, "the next connection says " + status(seen.afterwards).name());
}

void sweep(const life& of, report& to, tally& all) {
  if (one_life(of, {}) != SEC_E_OK)
    throw std::runtime_error(of.name() + ": no connection");  // what is made once is made
  told whole;
  if (!try_apart(of, {}, whole) || whole.said != SEC_E_OK || whole.left != 0)
    throw std::runtime_error(of.name() + ": an untroubled life leaves " + std::to_string(whole.left) + " blocks");
  const std::size_t stride = to.quick() ? 10 : 1;
  for (std::size_t at = 1 + to.seed() % stride; at <= whole.asked; at += stride) {
    to.progress(of.name() + ": allocations failed", at, whole.asked);
    judge(of, {at, false}, all);
    if (at / stride % 3 == 0) judge(of, {at, true}, all);
  }
}

void prove_allocations(report& to) {
  tally all;
  for (const tls version : {tls::v1_2, tls::v1_3})
    for (const role side : {role::client, role::server}) sweep({side, version}, to, all);
  for (const auto& [what, times] : all.said) std::cerr << times << " times " << what << std::endl;
  const std::size_t least = to.size_of(5000);
  to.tell("failed allocations: points", "at least " + std::to_string(least), std::to_string(all.points),
          all.points >= least);
  to.tell_none("failed allocations: crashes", all.died);
  to.tell_none("failed allocations: points that lose memory", all.leaky);
  to.tell_none("failed allocations: statuses that are not documented for them", all.wrong);
  to.tell_none("failed allocations: connections afterwards that fail", all.spoilt);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_allocations); }
