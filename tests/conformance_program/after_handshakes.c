/* T25 to T29 and T37: renegotiation in TLS 1.2; tickets, key updates and certificates asked for late in TLS 1.3. */
#include "facts.h"
#include <string.h>

/* T25: a server asks with ASC without input, and its HelloRequest comes to DecryptMessage. */
static void hello_request(void) {
    static struct pair pair;
    static struct opened found;
    static struct bytes record;
    if (!pair_open(&pair, TLS12)) {
        fact_missing(25, "a HelloRequest", why_not());
        return;
    }
    fact_status(25, PAGE, "ASC without input, established", side_step_without_input(&pair.server), SEC_E_OK);
    open_bytes(&found, &pair.client, pair.server.token.data, pair.server.token.size);
    fact_status(25, CHECKED, "DecryptMessage of the HelloRequest", found.status, SEC_I_RENEGOTIATE);
    fact_number(25, CHECKED, "size of DATA", found.buffers[1].cbBuffer, 0);
    fact_status(25, CALLER, "EncryptMessage now", seal_text(&pair.client, "x", &record), SEC_E_CONTEXT_EXPIRED);
    fact_status(25, CHECKED, "ISC without input", side_step_without_input(&pair.client), SEC_I_CONTINUE_NEEDED);
    pair_free(&pair);
}

/* T29: the documented way, through DecryptMessage, and the one of programs that give records straight to ASC. */
static void renegotiation(BOOL raw) {
    static struct pair pair;
    const char *how = raw ? "records straight to ISC and ASC" : "by way of DecryptMessage";
    if (!pair_open(&pair, TLS12)) {
        fact_missing(29, text_of("renegotiation, %s", how), why_not());
        return;
    }
    fact_status(29, PAGE, text_of("ASC without input, %s", how), side_step_without_input(&pair.server), SEC_E_OK);
    if (raw) {
        pair.client.established = pair.server.established = FALSE;
        fact_holds(29, CALLER, text_of("renegotiated, %s", how), pair_shake(&pair));
    } else {
        for (int round = 0; round < 8; ++round) {
            read_inbox(&pair.client, NULL, 0);
            read_inbox(&pair.server, NULL, 0);
        }
        fact_holds(29, PAGE, text_of("renegotiated, %s", how),
                   pair.client.last == SEC_E_OK && pair.server.last == SEC_E_OK);
    }
    fact_holds(29, PAGE, text_of("data afterwards, %s", how), works_both_ways(&pair));
    pair_free(&pair);
}

/* T26: what follows the handshake: tickets, and data in the same buffer. */
static void tickets(void) {
    static struct pair pair;
    static struct bytes record;
    static struct opened found;
    char text[32] = "";
    memset(&pair, 0, sizeof pair);
    if (can_try(TLS13)) pair_init(&pair, usual_credential(FALSE, TLS13), usual_credential(TRUE, TLS13));
    pair.server.flags |= ASC_REQ_SESSION_TICKET;
    if (!can_try(TLS13) || !pair_shake(&pair)) {
        fact_missing(26, "TLS 1.3: tickets and data in one buffer", "no connection of TLS 1.3");
    } else if (pair.client.inbox.size == 0) {
        fact_missing(26, "TLS 1.3: tickets and data in one buffer", "the server sent no ticket");
    } else {
        open_bytes(&found, &pair.client, pair.client.inbox.data, 0);
        fact_status(26, OURS, "TLS 1.3: DecryptMessage of nothing", found.status, SEC_E_INCOMPLETE_MESSAGE);
        seal_text(&pair.server, "behind it", &record);
        memcpy(pair.client.inbox.data + pair.client.inbox.size, record.data, record.size);
        pair.client.inbox.size += record.size;
        fact_status(26, CALLER, "TLS 1.3: tickets and data, read to the end",
                    read_inbox(&pair.client, text, sizeof text), SEC_E_OK);
        fact_text(26, CALLER, "TLS 1.3: the data behind the tickets", text, "behind it");
        fact_holds(26, CALLER, "TLS 1.3: data both ways afterwards", works_both_ways(&pair));
    }
    pair_free(&pair);
}

/* T28: a server of TLS 1.3 asks for a certificate on an established connection, and gives ASC the record that answers. The
 * client has none, and says so. */
static void certificate_asked_late(void) {
    static struct pair pair;
    if (!pair_open(&pair, TLS13)) {
        fact_missing(28, "TLS 1.3: a certificate asked for late", why_not());
        return;
    }
    pair.server.flags |= ASC_REQ_MUTUAL_AUTH;
    pair.client.flags |= ISC_REQ_USE_SUPPLIED_CREDS;
    if (side_step_without_input(&pair.server) == SEC_I_NO_RENEGOTIATION) {
        fact_missing(28, "TLS 1.3: a certificate asked for late", "SEC_I_NO_RENEGOTIATION: not offered");
    } else {
        fact_status(28, CALLER, "TLS 1.3: ASC without input, MUTUAL_AUTH", pair.server.last, SEC_E_OK);
        fact_status(28, CALLER, "TLS 1.3: the client reads the request", read_inbox(&pair.client, NULL, 0), SEC_E_OK);
        fact_status(28, CALLER, "TLS 1.3: ASC with the record that answers",
                    side_step(&pair.server, pair.server.inbox.data, pair.server.inbox.size), SEC_E_OK);
        pair.server.inbox.size = 0;
        fact_holds(28, CALLER, "TLS 1.3: data both ways afterwards", works_both_ways(&pair));
    }
    pair_free(&pair);
}

void facts_after_handshakes(void) {
    hello_request();
    tickets();
    fact_missing(27, "TLS 1.3: KeyUpdate", "no call makes a peer of this program ask for one");
    certificate_asked_late();
    renegotiation(FALSE);
    renegotiation(TRUE);
    fact_missing(37, "EncryptMessage beside DecryptMessage", "this program has one thread");
}
