// TLS alerts: RFC 8446 §6, RFC 5246 §7.2, RFC 6066 §9, RFC 7301 §3.2, RFC 7507 §3 and the registry of IANA.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto receiver = "The side that received something it cannot accept, to the side that sent it.";
constexpr auto old = "Old stacks only (SSL 3 to TLS 1.1); never this library.";
constexpr auto server = "A server, to a client.";
constexpr auto client = "A client, to a server.";

// clang-format off
constexpr entry rows[] = {
    {0, "close_notify", "this side has nothing more to send", "Either side, as its last record.",
     "The connection is being closed properly. Before it, everything was sent.",
     "Nothing: this is not a failure. docs/closing tells the ways in which a connection can end."},
    {10, "unexpected_message", "a message came that does not belong here", receiver,
     "Something between the two ends, a server of another protocol, or a bug.", "Record the traffic, and look at the message before the alert."},
    {20, "bad_record_mac", "a record does not authenticate", receiver,
     "Bytes were changed, lost or repeated on the way, or encrypted under another key.",
     "Look for a program that hands over the wrong part of a buffer; then for a middlebox."},
    {21, "decryption_failed", "a record could not be decrypted", old, "As bad_record_mac.", "As bad_record_mac; get the peer a newer TLS."},
    {22, "record_overflow", "a record is longer than allowed", receiver,
     "The peer does not speak TLS, or made a record of more than 16384 bytes of data.", "Check port and protocol."},
    {30, "decompression_failure", "a record could not be decompressed", old, "TLS compression, which is long gone.", "Turn compression off."},
    {40, "handshake_failure", "no acceptable set of parameters", receiver,
     "No cipher suite, group or signature in common; a server without a fitting certificate; a client certificate that was not shown (TLS 1.2).",
     "Compare what both sides allow; ask whether the server wants a client certificate."},
    {41, "no_certificate", "the client has no certificate to show", old, "SSL 3 only.", "Get the peer a newer TLS."},
    {42, "bad_certificate", "the certificate is damaged or its signature is wrong", receiver,
     "A broken certificate, or one whose signature does not verify.", "Check the chain that the other side sends: openssl verify."},
    {43, "unsupported_certificate", "the certificate is of a type that is not supported", receiver,
     "The key's type or the certificate's use is not what the receiver takes.", "Show a certificate with an RSA or ECDSA key for the right use."},
    {44, "certificate_revoked", "the certificate was revoked", receiver,
     "The issuer has taken the certificate back.", "Get a new certificate."},
    {45, "certificate_expired", "the certificate has expired or is not valid yet", receiver,
     "The dates of a certificate, or a wrong clock.", "Renew the certificate; compare the clocks."},
    {46, "certificate_unknown", "the certificate is not acceptable for another reason", receiver,
     "Often a name that does not match, or a rule of the receiver.", "Look into the receiver's log; connect by a name of the certificate."},
    {47, "illegal_parameter", "a field of a handshake message contradicts the others", receiver,
     "A bug in one of the two stacks, or a middlebox.", "Record the traffic; update the older of the two."},
    {48, "unknown_ca", "the certificate's issuer is not known or not trusted", receiver,
     "The receiver does not trust the root; or an intermediate certificate was not sent.",
     "Let the other side send its whole chain; give the receiver the root."},
    {49, "access_denied", "the certificate is valid, but its owner may not come in", receiver,
     "Access control at the receiver.", "Ask who manages the receiver."},
    {50, "decode_error", "a message could not be decoded", receiver,
     "A length does not fit: a bug, a cut message, or another protocol.", "Record the traffic and look at the message before the alert."},
    {51, "decrypt_error", "a cryptographic check of the handshake failed", receiver,
     "A signature or Finished does not verify: a key that does not belong to its certificate, or changed bytes.",
     "Check that certificate and key belong together on the sender's side."},
    {60, "export_restriction", "export rules were broken", old, "Export ciphers, which are long gone.", "Get the peer a newer TLS."},
    {70, "protocol_version", "the protocol version is not supported", receiver,
     "No version in common: TLS 1.0 or 1.1 against a stack that has them off.", "Allow TLS 1.2 or 1.3 on both sides."},
    {71, "insufficient_security", "the parameters are too weak for the receiver", receiver,
     "The receiver wants stronger cipher suites or keys.", "Offer stronger suites, larger keys."},
    {80, "internal_error", "something failed that is not the other side's fault", "Either side, about itself.",
     "Out of memory, a lost key, a bug.", "Look into the sender's log."},
    {86, "inappropriate_fallback", "the client tried again with an older version, which was not needed", server,
     "A client that falls back by hand after a failed try, or a middlebox that makes the first try fail.",
     "Do not fall back; find out why the first try failed."},
    {90, "user_canceled", "somebody cancelled the handshake", "Either side.",
     "A person or a program stopped it; some stacks say so before every close_notify.",
     "When close_notify follows, it is an ordinary end. Otherwise ask at the other end."},
    {100, "no_renegotiation", "renegotiation is refused", "Either side, in TLS 1.2 and older.",
     "One side wanted to renegotiate.", "Do without it: make a new connection."},
    {109, "missing_extension", "a necessary extension is missing", receiver, "A TLS 1.3 stack with a bug, or a middlebox.", "Update the sender's TLS."},
    {110, "unsupported_extension", "an extension came that was not asked for", client, "A server with a bug, or a middlebox.", "Update the server's TLS."},
    {111, "certificate_unobtainable", "the certificate could not be fetched", server, "Client certificate URLs, which hardly anybody uses.", "Send the certificate itself."},
    {112, "unrecognized_name", "the server does not serve that name", server,
     "The name that the client asks for (SNI) is not set up at the server.", "Connect by another name, or set the name up."},
    {113, "bad_certificate_status_response", "the stapled OCSP answer is not acceptable", client, "The server staples an old or wrong answer.", "Let the server fetch a new one."},
    {114, "bad_certificate_hash_value", "the certificate's hash does not fit", server, "Client certificate URLs, which hardly anybody uses.", "Send the certificate itself."},
    {115, "unknown_psk_identity", "the pre-shared key is not known", server, "PSK suites; a client that the server does not know.", "Check the key's name on both sides."},
    {116, "certificate_required", "a client certificate is required", server,
     "The server demands one (TLS 1.3) and the client showed none.", "Give the client a certificate with its key."},
    {120, "no_application_protocol", "no application protocol (ALPN) in common", server,
     "The client names protocols of which the server has none.", "Offer one that the server has, for example h2 or http/1.1, or none."},
};
// clang-format on

}  // namespace

const std::span<const entry> alerts = rows;

}  // namespace schannix::abi::catalogue
