// DecryptMessage of an established connection, with an attacker between it and a genuine peer who flips, cuts, repeats,
// drops and adds bytes. Whatever is accepted must be, byte for byte, what the peer sent next; the data what it said;
// and the end of data is told only when its close_notify arrived unharmed.
#include <schannix_ext.h>

#include "credentials.hpp"
#include "fuzz.hpp"
#include "support/sspi_party.hpp"

using namespace schannix;
using namespace schannix::test::sspi;

namespace {

class attacked_connection {
 public:
  attacked_connection(role side, tls version)
      : version_(version), with_(fuzz::uncached(side, version), peer_for(side, version), {.side = side}) {
    with_.peer.take();
  }

  void act(fuzz::input& from) {
    switch (from.u8() % 10) {
      case 0:
        return say(from.u8());
      case 1:
        return say(from.u16() % 20'000);
      case 2:
        return renew_keys(from.u8() % 2 == 1);
      case 3:
        return send_ticket();
      case 4:
        return close();
      case 5:
        return harm(from);
      case 6:
        pipe_ += std::string(pipe_, 0, from.u16());  // again
        return;
      case 7:
        if (from.u8() % 8 == 0) (void)with_.ours.shut();
        return;
      default:
        return deliver(from.u16());
    }
  }

  void deliver(std::size_t size) {
    inbox_ += pipe_.substr(0, size);
    pipe_.erase(0, size);
    while (!inbox_.empty() && open_one()) {
    }
    check_report();
  }

 private:
  void harm(fuzz::input& from) {
    const unsigned kind = from.u8() % 3;
    const std::size_t at = from.below(pipe_.size() + 1);
    if (kind == 0 && at < pipe_.size()) pipe_[at] = fuzz::flipped(pipe_[at], from.u8());
    if (kind == 1) pipe_.insert(at, from.text(from.u8()));
    if (kind == 2) pipe_.erase(at, from.u8());
  }

  void say(std::size_t size) {
    if (close_at_ != 0) return;
    const std::string text(size, static_cast<char>('a' + said_.size() % 26));
    with_.peer.write(text);
    said_ += text;
    send();
  }

  void renew_keys(bool asks_for_ours) {
    if (version_ != tls::v1_3 || close_at_ != 0) return;
    with_.peer.update_keys(asks_for_ours);
    send();
  }

  void send_ticket() {
    if (version_ != tls::v1_3 || close_at_ != 0 || SSL_is_server(with_.peer.native()) == 0) return;
    with_.peer.send_ticket();
    send();
  }

  void close() {
    if (close_at_ != 0) return;
    with_.peer.close();
    send();
    close_at_ = genuine_.size();
  }

  void send() {
    const std::string bytes = with_.peer.take();
    genuine_ += bytes;
    pipe_ += bytes;
  }

  // In memory of exactly the size, where a byte too far is seen. False: no more can be read now.
  bool open_one() {
    std::vector<char> memory(inbox_.begin(), inbox_.end());
    buffer_list list{buffer(SECBUFFER_DATA, memory.data(), memory.size()), empty(), empty(), empty()};
    const status said = DecryptMessage(&with_.ours.handle(), list.get(), 0, nullptr);
    if (said == SEC_E_INCOMPLETE_MESSAGE) return false;
    if (over_) fuzz::demand(said.failed(), "after its end a connection reads no more");
    over_ = over_ || said.failed() || said == SEC_I_CONTEXT_EXPIRED;
    if (said.failed()) return false;
    fuzz::demand(said == SEC_E_OK || said == SEC_I_RENEGOTIATE || said == SEC_I_CONTEXT_EXPIRED, "a documented status");
    accept(said, list);
    return !over_;
  }

  void accept(status said, const buffer_list& list) {
    const SecBuffer* const data = list.first(SECBUFFER_DATA);
    const SecBuffer* const extra = list.first(SECBUFFER_EXTRA);
    std::size_t left = extra != nullptr ? extra->cbBuffer : 0;
    if (said == SEC_E_OK) received_ += bytes_of(*data);
    if (said == SEC_I_RENEGOTIATE) left -= records_of(inbox_).at(0).size();
    const std::size_t taken = inbox_.size() - left;
    fuzz::demand(genuine_.compare(accepted_, taken, inbox_, 0, taken) == 0, "only what the peer sent is accepted");
    fuzz::demand(said_.starts_with(received_), "the data is what the peer said");
    accepted_ += taken;
    if (said == SEC_I_CONTEXT_EXPIRED)
      fuzz::demand(accepted_ == close_at_, "the end of data is the peer's close_notify");
    inbox_.erase(0, taken);
    if (said == SEC_I_RENEGOTIATE) hand_on(bytes_of(*extra));
  }

  void hand_on(const std::string& message) {
    over_ = over_ || with_.ours.step(message).failed();
    if (!over_) fuzz::demand(with_.ours.leftover() == inbox_, "a message after the handshake takes its own record");
    with_.ours.take();
  }

  void check_report() {
    SCHANNIX_CLOSE_REPORT told{};
    told.cbSize = sizeof told;
    const status said = QueryContextAttributesA(&with_.ours.handle(), SCHANNIX_ATTR_CLOSE_REPORT, &told);
    fuzz::demand(said == SEC_E_OK, "a report can be had at any time");
    const bool clean = (told.dwFlags & SCHANNIX_CLOSE_RECEIVED) != 0;
    fuzz::demand(clean == (close_at_ != 0 && accepted_ == close_at_), "the report is clean after close_notify only");
  }

  tls version_;
  test::sspi::link with_;
  std::string genuine_, said_;  // what the peer sent, and the data in it
  std::string pipe_, inbox_;    // what is on its way, and what arrived
  std::string received_;
  std::size_t accepted_ = 0, close_at_ = 0;
  bool over_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr int most_acts = 200;
  fuzz::begin_random_numbers_anew();
  fuzz::input from(data, size);
  const unsigned kind = from.u8();
  attacked_connection one(kind % 2 == 0 ? role::client : role::server, kind / 2 % 2 == 0 ? tls::v1_2 : tls::v1_3);
  for (int i = 0; i < most_acts && !from.ended(); ++i) one.act(from);
  one.deliver(std::string::npos);
  return 0;
}
