/* One line for each fact: row, verdict, how the expectation is known, what was looked at, what was seen. */
#include "facts.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fitting, differing, absent;

const char *text_of(const char *format, ...) {
    static char texts[16][256];
    static unsigned next;
    char *text = texts[next++ % 16];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof texts[0], format, arguments);
    va_end(arguments);
    return text;
}

void quit(const char *why) {
    printf("# ended: %s\n", why);
    exit(2);
}

const char *status_name(SECURITY_STATUS status) {
    static const struct {
        SECURITY_STATUS status;
        const char *name;
    } names[] = {
#define NAMED(status) {status, #status}
        NAMED(SEC_E_OK),
        NAMED(SEC_I_CONTINUE_NEEDED),
        NAMED(SEC_I_CONTEXT_EXPIRED),
        NAMED(SEC_I_RENEGOTIATE),
        NAMED(SEC_I_INCOMPLETE_CREDENTIALS),
        NAMED(SEC_I_NO_RENEGOTIATION),
        NAMED(SEC_E_INCOMPLETE_MESSAGE),
        NAMED(SEC_E_INVALID_TOKEN),
        NAMED(SEC_E_INVALID_HANDLE),
        NAMED(SEC_E_INTERNAL_ERROR),
        NAMED(SEC_E_UNSUPPORTED_FUNCTION),
        NAMED(SEC_E_INSUFFICIENT_MEMORY),
        NAMED(SEC_E_INVALID_PARAMETER),
        NAMED(SEC_E_NO_CREDENTIALS),
        NAMED(SEC_E_UNKNOWN_CREDENTIALS),
        NAMED(SEC_E_SECPKG_NOT_FOUND),
        NAMED(SEC_E_ALGORITHM_MISMATCH),
        NAMED(SEC_E_CONTEXT_EXPIRED),
        NAMED(SEC_E_ILLEGAL_MESSAGE),
        NAMED(SEC_E_MESSAGE_ALTERED),
        NAMED(SEC_E_DECRYPT_FAILURE),
        NAMED(SEC_E_CERT_UNKNOWN),
        NAMED(SEC_E_CERT_EXPIRED),
        NAMED(SEC_E_UNTRUSTED_ROOT),
        NAMED(SEC_E_LOGON_DENIED),
        NAMED(SEC_E_BUFFER_TOO_SMALL),
        NAMED(SEC_E_UNFINISHED_CONTEXT_DELETED),
        NAMED(SEC_E_APPLICATION_PROTOCOL_MISMATCH),
        NAMED(SEC_E_WRONG_PRINCIPAL),
        NAMED(SEC_E_ENCRYPT_FAILURE),
        NAMED(SEC_E_OUT_OF_SEQUENCE),
        NAMED(SEC_E_NO_AUTHENTICATING_AUTHORITY),
        NAMED(SEC_E_NOT_OWNER),
        NAMED(SEC_E_CRYPTO_SYSTEM_INVALID),
        NAMED(SEC_I_MESSAGE_FRAGMENT),
        NAMED(CRYPT_E_REVOKED),
#undef NAMED
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i)
        if (names[i].status == status) return names[i].name;
    return text_of("0x%08lX", (unsigned long)(DWORD)status);
}

static void line(int row, const char *verdict, const char *known_by, const char *what, const char *seen,
                 const char *expected) {
    printf("T%02d %-7s %-7s  %s: %s", row, verdict, known_by, what, seen);
    if (expected != NULL) printf(", expected %s", expected);
    printf("\n");
    fflush(stdout); /* a call that crashes is the one after the last line */
}

static void judge(int row, const char *known_by, const char *what, BOOL fits, const char *seen, const char *expected) {
    *(fits ? &fitting : &differing) += 1;
    line(row, fits ? "ok" : "differs", known_by, what, seen, fits ? NULL : expected);
}

void fact_status(int row, const char *known_by, const char *what, SECURITY_STATUS seen, SECURITY_STATUS expected) {
    judge(row, known_by, what, seen == expected, status_name(seen), status_name(expected));
}

void fact_either(int row, const char *known_by, const char *what, SECURITY_STATUS seen, SECURITY_STATUS one,
                 SECURITY_STATUS other) {
    judge(row, known_by, what, seen == one || seen == other, status_name(seen),
          text_of("%s or %s", status_name(one), status_name(other)));
}

void fact_number(int row, const char *known_by, const char *what, unsigned long seen, unsigned long expected) {
    judge(row, known_by, what, seen == expected, text_of("%lu (0x%lX)", seen, seen),
          text_of("%lu (0x%lX)", expected, expected));
}

void fact_bytes(int row, const char *known_by, const char *what, const void *seen, size_t size,
                const char *expected_in_hex) {
    char text[3 * 16 + 4] = "";
    for (size_t i = 0; i < size && i < 16; ++i) sprintf(text + 3 * i, "%02X ", ((const BYTE *)seen)[i]);
    if (size > 16) strcat(text, "...");
    if (size > 0 && size <= 16) text[3 * size - 1] = '\0';
    judge(row, known_by, what, strcmp(text, expected_in_hex) == 0, size > 0 ? text : "nothing", expected_in_hex);
}

void fact_text(int row, const char *known_by, const char *what, const char *seen, const char *expected) {
    judge(row, known_by, what, strcmp(seen, expected) == 0, text_of("\"%s\"", seen), text_of("\"%s\"", expected));
}

void fact_holds(int row, const char *known_by, const char *what, BOOL holds) {
    judge(row, known_by, what, holds, holds ? "yes" : "no", "yes");
}

void fact_missing(int row, const char *what, const char *why) {
    ++absent;
    line(row, "n/a", "-", what, why, NULL);
}

int facts_that_differ(void) { return differing; }

void print_sum(void) { printf("# %d ok, %d differ, %d n/a\n", fitting, differing, absent); }
