// The events of source "Schannel" in Windows' system log. Microsoft: "How to enable Schannel event logging", and the
// pages of its TLS troubleshooting guides.
#include "abi/catalogue/catalogue.hpp"

namespace schannix::abi::catalogue {
namespace {

constexpr auto log =
    "Windows' Schannel, in the system event log; this library, to a program that listens (docs/howto/events.md).";
constexpr auto information = "Nothing: it informs.";
constexpr auto client_side = "Windows' Schannel as a client, in the system event log.";
constexpr auto server_side = "Windows' Schannel as a server, in the system event log.";

// clang-format off
constexpr entry rows[] = {
    {36864, "event 36864", "Schannel was loaded", log, "The system started it.", information},
    {36865, "event 36865", "a module of the system's cryptography could not be opened", log,
     "A damaged installation, or settings of the cryptography that forbid what Schannel needs.", "Look at the error code in the event and at the events around it."},
    {36866, "event 36866", "Schannel could not be loaded", log,
     "The event before it says why, mostly 36865.", "Mend what the event before it names; then restart the system."},
    {36867, "event 36867", "a credential is being made", log, "A program called AcquireCredentialsHandle.", information},
    {36868, "event 36868", "the credential's private key, with its container and provider", log, "A credential with a certificate was made.", information},
    {36869, "event 36869", "a server's certificate has no private key attached", server_side,
     "The certificate was imported without its key.", "Import certificate and key together, as PKCS#12."},
    {36870, "event 36870", "the certificate's private key could not be used", server_side,
     "The account of the service may not read the key, or the key is gone.",
     "Give the account rights to the private key; import the PKCS#12 file again."},
    {36871, "event 36871", "a credential could not be made", log,
     "No protocol or suite is left by the settings (internal error state 10013 is the usual one), or the certificate's key cannot be used.",
     "Compare the program's protocol versions with the system's settings: it often asks for TLS 1.0, which is off."},
    {36872, "event 36872", "the chain of a credential's certificate could not be put together", log,
     "Intermediate certificates are missing on this machine; older Windows: a server found no certificate to use by default.",
     "Import the whole chain; name a certificate in the server's settings."},
    {36873, "event 36873", "the client has no cipher suite to offer", client_side,
     "The settings leave no suite for the allowed versions.", "Widen the cipher suites or the versions."},
    {36874, "event 36874", "client and server have no cipher suite in common", server_side,
     "The client offers none of the server's suites; or the server's certificate has a key of another kind than they need.",
     "Compare the suites of both; allow TLS 1.2 or 1.3 suites on the older side. The alert that goes with it is handshake_failure (40)."},
    {36875, "event 36875", "the server asked for a client certificate, and none was found", client_side,
     "The client has no certificate that the server's list of issuers allows.", "Give the client one. Where it is optional the connection goes on."},
    {36876, "event 36876", "the server's certificate was not accepted", client_side,
     "The chain has a problem; the error code in the event says which.", "schannix explain the code in the event, for example 0x80090325."},
    {36877, "event 36877", "the client's certificate was not accepted", server_side,
     "The chain has a problem; the error code in the event says which.", "schannix explain the code in the event."},
    {36878, "event 36878", "the client's certificate cannot be mapped to an account directly", server_side,
     "It bears no user principal name.", "Map it by hand, or issue another."},
    {36879, "event 36879", "the client's certificate was not mapped to an account", server_side,
     "The directory knows no such account, or is not reachable.", "Set up the mapping; where it is not wanted, nothing."},
    {36880, "event 36880", "a handshake succeeded; the event lists what was negotiated", log,
     "Every handshake, when logging is set to say so.", information},
    {36881, "event 36881", "the server's certificate has expired or is not valid yet", client_side,
     "Its dates, or a wrong clock.", "Renew the certificate; compare the clocks."},
    {36882, "event 36882", "the server's certificate comes from an issuer that is not trusted", client_side,
     "A private root, or a missing intermediate certificate.", "Trust the root, or let the server send its whole chain."},
    {36883, "event 36883", "the server's certificate was revoked", client_side,
     "The issuer has taken it back.", "Let the server get a new one."},
    {36884, "event 36884", "the server's certificate does not bear the expected name", client_side,
     "The client connected by another name, by an address, or to another machine.", "Connect by a name that the certificate bears."},
    {36885, "event 36885", "the list of issuers for client certificates was too long and was cut", server_side,
     "The server trusts so many roots that they do not fit into the message.", "Trust fewer roots, or do not send the list."},
    {36886, "event 36886", "there is no default certificate for a server on this machine", server_side,
     "A server that needs one, such as a directory, cannot offer TLS.", "Give the machine a certificate; where no TLS is wanted, nothing."},
    {36887, "event 36887", "a fatal alert was received from the peer",
     "The peer; Windows only writes it down. The event has the alert's number.",
     "The peer refused something: our certificate, our versions, our suites.",
     "schannix explain the alert's number, for example alert 48; the peer's log says more."},
    {36888, "event 36888", "a fatal alert was made and sent to the peer",
     "Windows' Schannel, about what the peer sent. The event has the alert's number.",
     "The peer's bytes or its offer were not acceptable; port scanners and plain HTTP cause many of them.",
     "schannix explain the alert's number; single ones from unknown addresses can be ignored."},
};
// clang-format on

}  // namespace

const std::span<const entry> events = rows;

}  // namespace schannix::abi::catalogue
