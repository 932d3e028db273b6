/* T40: each alert, received by DecryptMessage, fatal and as a warning. */
#include "facts.h"
#include <string.h>

static const struct {
    DWORD number;
    SECURITY_STATUS status;
} rows[] = {
    {TLS1_ALERT_UNEXPECTED_MESSAGE, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_BAD_RECORD_MAC, SEC_E_MESSAGE_ALTERED},
    {TLS1_ALERT_DECRYPTION_FAILED, SEC_E_DECRYPT_FAILURE},
    {TLS1_ALERT_RECORD_OVERFLOW, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_DECOMPRESSION_FAIL, SEC_E_MESSAGE_ALTERED},
    {TLS1_ALERT_HANDSHAKE_FAILURE, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_BAD_CERTIFICATE, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_UNSUPPORTED_CERT, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_CERTIFICATE_REVOKED, CRYPT_E_REVOKED},
    {TLS1_ALERT_CERTIFICATE_EXPIRED, SEC_E_CERT_EXPIRED},
    {TLS1_ALERT_CERTIFICATE_UNKNOWN, SEC_E_CERT_UNKNOWN},
    {TLS1_ALERT_ILLEGAL_PARAMETER, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNKNOWN_CA, SEC_E_UNTRUSTED_ROOT},
    {TLS1_ALERT_ACCESS_DENIED, SEC_E_LOGON_DENIED},
    {TLS1_ALERT_DECODE_ERROR, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_DECRYPT_ERROR, SEC_E_DECRYPT_FAILURE},
    {TLS1_ALERT_EXPORT_RESTRICTION, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_PROTOCOL_VERSION, SEC_E_UNSUPPORTED_FUNCTION},
    {TLS1_ALERT_INSUFFIENT_SECURITY, SEC_E_ALGORITHM_MISMATCH},
    {TLS1_ALERT_INTERNAL_ERROR, SEC_E_INTERNAL_ERROR},
    {TLS1_ALERT_USER_CANCELED, SEC_E_UNFINISHED_CONTEXT_DELETED},
    {TLS1_ALERT_NO_RENEGOTIATION, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNSUPPORTED_EXT, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_UNKNOWN_PSK_IDENTITY, SEC_E_ILLEGAL_MESSAGE},
    {TLS1_ALERT_NO_APP_PROTOCOL, SEC_E_APPLICATION_PROTOCOL_MISMATCH},
    {255, SEC_E_ILLEGAL_MESSAGE},
};

/* TLS 1.2 passes warnings over; TLS 1.3 knows no levels, and reads on after user_canceled. RFC 5246 §7.2, RFC 8446 §6
 */
static BOOL is_passed_over(enum version version, DWORD level, DWORD number) {
    return version == TLS12 ? level == TLS1_ALERT_WARNING : number == TLS1_ALERT_USER_CANCELED;
}

static void alert(enum version version, DWORD level, DWORD number, SECURITY_STATUS mapped) {
    static struct pair pair;
    static struct bytes record;
    BOOL passed_over = is_passed_over(version, level, number);
    const char *what = text_of("%s: %s alert %lu", version_names[version],
                               level == TLS1_ALERT_FATAL ? "fatal" : "warning", (unsigned long)number);
    if (!pair_open(&pair, version)) {
        fact_missing(40, what, why_not());
        return;
    }
    read_inbox(&pair.client, NULL, 0);
    if (apply_alert(&pair.server, level, number) != SEC_E_OK || side_step_without_input(&pair.server) != SEC_E_OK) {
        fact_missing(40, what, "cannot be sent");
    } else {
        fact_status(40, passed_over || level == TLS1_ALERT_WARNING ? RFC : PAGE, what,
                    open_status(&pair.client, &pair.server.token), passed_over ? SEC_E_OK : mapped);
        fact_status(40, passed_over ? RFC : OURS, text_of("%s, EncryptMessage afterwards", what),
                    seal_text(&pair.client, "x", &record), passed_over ? SEC_E_OK : SEC_E_CONTEXT_EXPIRED);
    }
    pair_free(&pair);
}

void facts_of_alerts(void) {
    for (enum version version = TLS12; version <= TLS13; ++version)
        for (DWORD level = TLS1_ALERT_WARNING; level <= TLS1_ALERT_FATAL; ++level) {
            for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
                alert(version, level, rows[i].number, rows[i].status);
        }
}
