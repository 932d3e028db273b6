/* T23 and T24: DecryptMessage, its lists and its missing bytes. */
#include "facts.h"
#include <string.h>

static SECURITY_STATUS decrypt(struct side *side, SecBuffer *buffers, ULONG count) {
    SecBufferDesc list = {SECBUFFER_VERSION, count, buffers};
    return DecryptMessage(&side->context, &list, 0, NULL);
}

static void refused_lists(struct side *side, struct bytes *record, const char *name) {
    const SecBuffer data = {record->size, SECBUFFER_DATA, record->data}, empty = {0, SECBUFFER_EMPTY, NULL};
    SecBuffer three[] = {data, empty, empty}, no_data[] = {empty, empty, empty, empty};
    SecBuffer two_data[] = {data, data, empty, empty},
              two_empty[] = {data, empty, empty, {record->size, SECBUFFER_TOKEN, record->data}};
    fact_status(23, CHECKED, text_of("%s: three buffers", name), decrypt(side, three, 3), SEC_E_INVALID_TOKEN);
    fact_status(23, CHECKED, text_of("%s: no DATA", name), decrypt(side, no_data, 4), SEC_E_INVALID_TOKEN);
    fact_status(23, CHECKED, text_of("%s: DATA twice", name), decrypt(side, two_data, 4), SEC_E_INVALID_TOKEN);
    fact_status(23, CHECKED, text_of("%s: only two EMPTY", name), decrypt(side, two_empty, 4), SEC_E_INVALID_TOKEN);
}

static void missing_bytes(struct side *side, const struct bytes *record, const char *name) {
    static struct opened found;
    open_bytes(&found, side, record->data, record->size - 5);
    fact_status(24, CHECKED, text_of("%s: a record without its last 5 bytes", name), found.status,
                SEC_E_INCOMPLETE_MESSAGE);
    fact_number(24, CHECKED, text_of("%s: type of the first buffer", name), found.buffers[0].BufferType,
                SECBUFFER_MISSING);
    fact_number(24, CHECKED, text_of("%s: its count", name), found.buffers[0].cbBuffer, 5);
    fact_holds(24, CHECKED, text_of("%s: the whole record is opened", name), opens_as(side, record, "a message"));
}

void facts_of_records(void) {
    static struct pair pair;
    static struct bytes record;
    for (enum version version = TLS12; version <= TLS13; ++version) {
        const char *name = version_names[version];
        if (!pair_open(&pair, version)) {
            fact_missing(23, text_of("%s: lists of DecryptMessage", name), why_not());
            fact_missing(24, text_of("%s: missing bytes of a record", name), why_not());
            continue;
        }
        read_inbox(&pair.client, NULL, 0);
        seal_text(&pair.server, "a message", &record);
        refused_lists(&pair.client, &record, name);
        missing_bytes(&pair.client, &record, name);
        pair_free(&pair);
    }
}
