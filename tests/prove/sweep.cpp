// Byte sweep: at every byte that reaches us in a connection (handshake, data, close; both roles, TLS 1.2 and 1.3,
// OpenSSL on the other side) the transport ends, is reset, is split there, or brings a flipped byte. Each run ends with
// exactly the status that is written down here, with the data that arrived whole before the harm, and clean only when
// an unharmed close_notify arrived.
#include <iostream>
#include <map>
#include <set>

#include "prove/figure.hpp"
#include "prove/harm.hpp"

namespace schannix::prove {
namespace {

using statuses = std::set<SECURITY_STATUS>;

constexpr std::size_t least_runs = 30'000;
constexpr unsigned char masks[] = {0x01, 0x02, 0x04, 0x10, 0x40, 0x80, 0xFF};

constexpr std::size_t header_size = 5, max_tls13 = 16384 + 256, max_tls12 = 16384 + 2048, max_clear = 16384;
constexpr bool is_content_type(unsigned char type) { return type >= 20 && type <= 23; }

// What a handshake may say of harmed bytes, by the alert that they lead to (ours, or the peer's when it is the one who
// sees the difference); docs/compat.md maps alerts to statuses.
const statuses handshake_failures{
    SEC_E_ILLEGAL_MESSAGE,       // 10, 47, 50: cannot be parsed, or out of place
    SEC_E_MESSAGE_ALTERED,       // 20: a protected record
    SEC_E_DECRYPT_FAILURE,       // 51: a signature, Finished
    SEC_E_CERT_UNKNOWN,          // 42, 43, 46: a certificate
    SEC_E_ALGORITHM_MISMATCH,    // 40, 71: nothing in common is left
    SEC_E_UNSUPPORTED_FUNCTION,  // 70: another version
    SEC_E_INTERNAL_ERROR,        // 80: OpenSSL says so of some damaged keys
};

std::size_t length_at(std::string_view record) {
  return static_cast<std::size_t>(static_cast<unsigned char>(record[3])) << 8 | static_cast<unsigned char>(record[4]);
}

// DecryptMessage of a record with one other byte.
statuses expected_of_open(tls version, const hit& at) {
  const bool tls13 = version == tls::v1_3;
  const auto now = static_cast<unsigned char>(at.harmed[at.offset]);
  switch (at.offset) {
    case 0:  // the content type: authenticated in 1.2 when it is one, always 23 in 1.3
      return {!tls13 && is_content_type(now) ? SEC_E_MESSAGE_ALTERED : SEC_E_ILLEGAL_MESSAGE};
    case 1:  // the major version
      return {SEC_E_ILLEGAL_MESSAGE};
    case 2:  // the minor version: judged in 1.2, authenticated in 1.3
      return {tls13 ? SEC_E_MESSAGE_ALTERED : SEC_E_ILLEGAL_MESSAGE};
    case 3:
    case 4:  // the length
      if (length_at(at.harmed) > (tls13 ? max_tls13 : max_tls12)) return {SEC_E_ILLEGAL_MESSAGE};
      if (length_at(at.harmed) + header_size > at.bytes_from_record) return {SEC_E_INCOMPLETE_MESSAGE};
      return {SEC_E_MESSAGE_ALTERED};
    default:
      return {SEC_E_MESSAGE_ALTERED};
  }
}

// The message at the front of a handshake record in the clear announces more than can have come: it is waited for.
bool announces_more(const hit& at) {
  constexpr std::size_t message_header = 4, records_to_come = 3;
  if (at.sealed || at.harmed[0] != 22 || at.offset <= header_size || at.offset >= header_size + message_header)
    return false;
  std::size_t announced = 0;
  for (std::size_t i = 1; i < message_header; ++i)
    announced = announced << 8 | static_cast<unsigned char>(at.harmed[header_size + i]);
  return announced + message_header + (1 + records_to_come) * header_size > at.bytes_from_record;
}

// InitializeSecurityContext or AcceptSecurityContext of a record with one other byte.
statuses expected_of_step(const connection_kind& kind, const hit& at) {
  const auto now = static_cast<unsigned char>(at.harmed[at.offset]);
  if (at.offset == 0 && !is_content_type(now)) return {SEC_E_INVALID_TOKEN};
  if (at.offset == 1) return {SEC_E_INVALID_TOKEN};
  const bool of_length = at.offset == 3 || at.offset == 4;
  if (of_length && length_at(at.harmed) > (at.first && kind.side == role::server ? max_clear : max_tls12))
    return {SEC_E_INVALID_TOKEN};
  if (at.offset >= header_size && at.sealed) return {SEC_E_MESSAGE_ALTERED};
  statuses all = handshake_failures;
  if (of_length) all.insert({SEC_I_CONTINUE_NEEDED, SEC_E_INCOMPLETE_MESSAGE, SEC_E_INVALID_TOKEN});
  if (announces_more(at)) all.insert(SEC_I_CONTINUE_NEEDED);
  if (at.offset == 2) all.insert(SEC_I_CONTEXT_EXPIRED);  // OpenSSL does not judge the record version everywhere
  return all;
}

// The end of the bytes: of the handshake, of the data, in a record or between two.
statuses expected_of_end(const connection_kind& kind, const harm& what, const hit& at) {
  if (at.first && kind.side == role::server && what.at < 2) return {SEC_E_OK, SEC_E_INCOMPLETE_MESSAGE};  // no call
  const SECURITY_STATUS between = at.established ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
  if (what.kind == harm_kind::reset) return {between, SEC_E_INCOMPLETE_MESSAGE};
  return {at.offset == 0 ? between : SEC_E_INCOMPLETE_MESSAGE};
}

statuses expected(const connection_kind& kind, const harm& what, const outcome& seen) {
  switch (what.kind) {
    case harm_kind::cut:
    case harm_kind::reset:
      return expected_of_end(kind, what, seen.at);
    case harm_kind::split:
      return {SEC_I_CONTEXT_EXPIRED};
    case harm_kind::flip:
      return seen.at.established ? expected_of_open(kind.version, seen.at) : expected_of_step(kind, seen.at);
  }
  return {};
}

struct sweep_counts {
  std::size_t runs = 0, wrong_status = 0, wrong_data = 0, wrong_end = 0;
  std::map<std::string, std::size_t> said;
};

constexpr std::size_t most_complaints = 20;

void complain(const connection_kind& kind, const harm& what, const outcome& seen, const char* which) {
  std::cerr << which << ": " << kind.name() << ", " << names[static_cast<int>(what.kind)] << " at byte " << what.at
            << ", mask " << int{what.mask} << ", byte " << seen.at.offset << " of a record of type "
            << int{static_cast<unsigned char>(seen.at.harmed[0])} << (seen.at.established ? ", " : ", not ")
            << "established: " << seen.said.name() << (seen.clean ? ", clean" : "")
            << (seen.answered ? ", answered" : "") << ", received " << seen.received.size() << " bytes; "
            << seen.before.size() << " had come before, all are " << seen.all.size() << std::endl;
}

void judge(const connection_kind& kind, const harm& what, const outcome& seen, sweep_counts& counts) {
  ++counts.runs;
  ++counts.said[std::string(names[static_cast<int>(what.kind)]) + ": " + seen.said.name()];
  const bool survived = seen.said == SEC_I_CONTEXT_EXPIRED;
  if (!expected(kind, what, seen).contains(seen.said.value()) && ++counts.wrong_status <= most_complaints)
    complain(kind, what, seen, "wrong status");
  if (seen.received != (survived ? seen.all : seen.before) && ++counts.wrong_data <= most_complaints)
    complain(kind, what, seen, "wrong data");
  if ((seen.clean != survived || (survived && !seen.answered)) && ++counts.wrong_end <= most_complaints)
    complain(kind, what, seen, "wrong end");
}

// Every byte of one kind of connection, as long as there are bytes.
void sweep(const connection_kind& kind, report& to, sweep_counts& counts) {
  const std::size_t stride = to.quick() ? 10 : 1;
  for (std::size_t at = to.seed() % stride;; at += stride) {
    for (const harm_kind each : {harm_kind::cut, harm_kind::reset, harm_kind::split}) {
      const outcome seen = suffer(kind, {each, at, 0});
      if (!seen.reached) return;
      judge(kind, {each, at, 0}, seen, counts);
    }
    for (const unsigned char mask : masks) {
      const outcome seen = suffer(kind, {harm_kind::flip, at, mask});
      if (seen.reached) judge(kind, {harm_kind::flip, at, mask}, seen, counts);
    }
    if (at % 200 == to.seed() % stride) std::cerr << kind.name() << ": byte " << at << std::endl;
  }
}

void prove_sweep(report& to) {
  sweep_counts counts;
  for (const tls version : {tls::v1_2, tls::v1_3})
    for (const role side : {role::client, role::server}) sweep({side, version}, to, counts);
  for (const auto& [what, times] : counts.said) std::cerr << times << " times " << what << std::endl;
  const std::size_t least = to.size_of(least_runs);
  to.tell("byte sweep: runs without a crash", "at least " + std::to_string(least), std::to_string(counts.runs),
          counts.runs >= least);
  to.tell_none("byte sweep: runs with another status than written down", counts.wrong_status);
  to.tell_none("byte sweep: runs with plaintext of a bad record, or without that of a good one", counts.wrong_data);
  to.tell_none("byte sweep: runs clean without a whole close_notify, or not clean with one", counts.wrong_end);
}

}  // namespace
}  // namespace schannix::prove

int main(int argc, char** argv) { return schannix::prove::run(argc, argv, schannix::prove::prove_sweep); }
