// TLS 1.3: a client's certificate after the handshake. A server asks, and gets the answer by way of DecryptMessage or
// in records that ASC is given as they came; a client answers as in the handshake. spec 4.4, 4.7, RFC 8446 §4.6.2
#include "context/connection.hpp"
#include "record/framing.hpp"

namespace schannix::context {

namespace {

using kind = step_output::kind;

base::failure unexpected() {
  return base::peer_fault(base::reason::illegal_message, engine::alert::unexpected_message);
}

}  // namespace

bool connection::may_request_certificate() const noexcept {
  return post_ && ssl_ && setup_.later_certificates && side() == engine::role::server &&
         ssl_->may_request_certificate();
}

// ASC without input, with ASC_REQ_MUTUAL_AUTH. While a request is not answered there is no second one.
step_output connection::request_certificate() {
  step_output made;
  auto token = post_->request_certificate(halves_, *ssl_);
  if (!token) return failed(token.error());
  auto due = take_pending(true, nullptr);
  if (!due) return failed(due.error());
  made.token = std::move(*token);
  made.token.insert(made.token.end(), due->begin(), due->end());
  return made;
}

// Records that DecryptMessage never saw.
step_output connection::take_answer_alone(const step_input& in) {
  step_output made = take_answer(in, {});
  if (made.what == kind::go_on && made.consumed == 0) made.what = kind::incomplete;
  return made;
}

// Servers. The records behind what made has consumed, until the answer is whole. Data before it is left for
// DecryptMessage, and the answer behind it as well.
step_output connection::take_answer(const step_input& in, step_output made) {
  while (post_->awaits_answer() && made.what == kind::finished) {
    const base::bytes_view rest = in.token.subspan(made.consumed);
    const auto seen = record::look(rest, record::max_tls13_length);
    if (std::holds_alternative<record::malformed>(seen)) return failed(unexpected());
    const auto* const header = std::get_if<record::header>(&seen);
    const std::size_t size = header == nullptr ? 0 : header->record_size();
    if (header == nullptr || rest.size() < size) {
      made.what = kind::go_on;
      made.missing = header == nullptr ? std::get<record::incomplete>(seen).missing : size - rest.size();
      return made;
    }
    const auto taken = take_answer_record(rest.first(size), made.token);
    if (!taken) return failed(taken.error());
    if (*taken == kind::no_renegotiation) return made;  // data
    made.what = *taken;
    made.consumed += size;
  }
  return made;
}

// The caller's bytes stay as they are: a token may be given twice. no_renegotiation: it is data, and stays unopened.
base::result<kind> connection::take_answer_record(base::bytes_view record, base::bytes& token) {
  if (!post_->in_answer()) {
    const auto type = post_->peek(record, halves_);
    if (!type) return fail(type.error());
    if (*type == engine::content_type::application_data) return kind::no_renegotiation;
  }
  base::bytes copy(record.begin(), record.end());
  SCHANNIX_TRY(const read_output found, take_or_fail(copy));
  if (found.what == read_output::kind::closed) return kind::closed;
  if (found.what != read_output::kind::renegotiate) return kind::finished;
  pending_mark_ = {};
  SCHANNIX_TRY(const base::bytes said, take_pending(true, nullptr));
  token.insert(token.end(), said.begin(), said.end());
  return kind::finished;
}

// Clients: OpenSSL waits with a request. False: the caller has to be asked. in: null where nobody will be.
base::result<bool> connection::answer_later_request(const step_input* in) {
  wanted_issuers_ = ssl_->wanted_issuers();
  if (in == nullptr) {
    go_on_without_certificate();
    return true;
  }
  return answer_at_once(*in);
}

}  // namespace schannix::context
