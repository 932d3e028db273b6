// Clients: the server asks for a certificate. One of the credential's that fits is shown at once; else the caller is
// asked, once, and its next call goes on: with another credential, or without a certificate. spec 4.4, A-8, A-9
#include "context/connection.hpp"
#include "credential/personal_store.hpp"

namespace schannix::context {

// A CertificateRequest stops OpenSSL in the middle of the flight: where it is answered at once, it goes on.
base::result<engine::progress> connection::advance(base::bytes_view records, base::bytes& flight,
                                                   const step_input& in) {
  SCHANNIX_TRY(engine::progress reached, ssl_->advance(records, flight));
  if (reached.what != engine::progress::kind::wants_certificate) return reached;
  const std::size_t before = reached.consumed;
  request_.emplace(records.first(before));
  wanted_issuers_ = ssl_->wanted_issuers();
  SCHANNIX_TRY(const bool answered, answer_at_once(in));
  if (!answered) return reached;
  request_.reset();
  SCHANNIX_TRY(reached, ssl_->advance(records.subspan(before), flight));
  reached.consumed += before;
  return reached;
}

// False: none fits, and the caller has to be asked.
base::result<bool> connection::answer_at_once(const step_input& in) {
  const bool any_issuer = in.only_supplied || !setup_.from->rules().matches_issuers;
  const credential::credential& from = answers_with_ ? *answers_with_ : *setup_.from;
  SCHANNIX_TRY(bool shown, show_one_of(from.identities(), any_issuer));
  if (!shown && !in.only_supplied && !answers_with_) {
    SCHANNIX_TRY(shown, show_own());
  }
  if (!shown && in.only_supplied) go_on_without_certificate();
  return shown || in.only_supplied;
}

void connection::go_on_without_certificate() noexcept {
  ssl_->show_no_certificate();
  lacked_certificate_ = true;
}

// False: none fits, and the request still waits.
base::result<bool> connection::show_one_of(const std::vector<engine::local_identity>& from, bool any_issuer) {
  for (const engine::local_identity& one : from) {
    if (!ssl_->suits_request(one, any_issuer)) continue;
    SCHANNIX_TRY(const bool shown, ssl_->show_certificate(one));
    if (shown) return true;
  }
  return false;
}

// Nobody is told who the user is without having named an issuer: a server that takes anybody asks the program. spec 3.6
base::result<bool> connection::show_own() {
  const bool may_search = setup_.from->rules().searches_own && setup_.from->identities().empty();
  if (!may_search || wanted_issuers_.empty()) return false;
  return show_one_of(credential::personal_identities(env_, credential::personal_folder()), false);
}

// Whoever brings another credential, or says now what to use, has seen which issuers the server names. How much of the
// token was consumed by the call before and comes again, is told.
base::result<std::size_t> connection::answer_request(const step_input& in) {
  bool shown = false;
  if (in.another || in.only_supplied) {
    SCHANNIX_TRY(shown, show_one_of((in.another ? *in.another : *setup_.from).identities(), true));
  }
  if (!shown) go_on_without_certificate();
  if (in.another) {  // its session would bring back that one's certificate under this credential's name
    keeps_session_ = false;
    ssl_->keep_no_session();
  }
  const record_mark consumed = *std::exchange(request_, std::nullopt);
  return consumed.begins(in.token) ? consumed.size() : 0;
}

}  // namespace schannix::context
