// How connections end: the numbers of schannix::close_report and SCHANNIX_CLOSE_REPORT. docs/closing has a page for
// each.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto report = "The close report: schannix connect and serve, close_report, SCHANNIX_ATTR_CLOSE_REPORT.";

// clang-format off
constexpr entry rows[] = {
    {0, "CLOSE-000", "the connection has not ended", report,
     "It is in use; or TCP has ended and nobody told the report.",
     "Go on. A program of the C API says that TCP has ended by SCHANNIX_ATTR_TRANSPORT_END."},
    {1, "CLOSE-001", "we closed first, and the peer answered", report,
     "close_notify went both ways.", "Nothing: all data arrived, both ways."},
    {2, "CLOSE-002", "the peer closed first, and we answered", report,
     "close_notify went both ways.", "Nothing: all data arrived, both ways."},
    {3, "CLOSE-003", "one side said close_notify, and the other did not answer", report,
     "We awaited nothing more and the peer ended TCP; or the peer closed and we ended TCP without an answer.",
     "Nothing when the peer closed. When we did: what the peer still sent was not waited for."},
    {4, "CLOSE-004", "TCP ended without the peer's close_notify", report,
     "A peer that just closes its socket, a crash, a middlebox; or an attacker who cut the connection.",
     "Treat the data as incomplete, unless their format says by itself where they end (a length, a last chunk)."},
    {5, "CLOSE-005", "TCP was reset without the peer's close_notify", report,
     "A peer that crashed or closed its socket with unread data in it, a firewall, an attacker.",
     "Treat the data as incomplete: what was on its way may be lost too."},
    {6, "CLOSE-006", "the peer's close_notify did not come in time", report,
     "A peer that waits for something, a lost connection, too short a limit.",
     "Treat the data as incomplete; wait longer (schannix connect --timeout)."},
    {7, "CLOSE-007", "an established connection failed", report,
     "A damaged record, a broken rule of TLS, or an alert of the peer; the sentence says which.",
     "What arrived is authentic, but incomplete. schannix explain the status or the alert in the sentence."},
    {8, "CLOSE-008", "the handshake did not finish", report,
     "No common parameters, a certificate that was refused, a peer that is not TLS, a TCP end; the sentence says which.",
     "schannix explain the status or the alert in the sentence; schannix connect --sspi shows the call that failed."},
    {9, "CLOSE-009", "we gave the connection up with a fatal alert", report,
     "The program called abort(), gave a fatal SCHANNEL_ALERT token, or was interrupted.",
     "Nothing, if it was meant. What arrived is authentic, but incomplete."},
};
// clang-format on

}  // namespace

const std::span<const entry> verdicts = rows;

}  // namespace schannix::abi::catalogue
