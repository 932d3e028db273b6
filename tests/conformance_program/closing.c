/* T10 to T12: the shutdown call in each form that programs give it, and what both ends can still do afterwards. */
#include "facts.h"
#include <stdio.h>
#include <string.h>

enum function { BY_ROLE, ISC, ASC };
enum input { NO_INPUT, TOKEN_AND_EMPTY, LEFTOVER_AND_EMPTY, SAME_AS_OUTPUT, EMPTY_LIST };
enum output { TOKEN, EMPTY, TOKEN_ALERT, TOKEN_ALERT_EMPTY, OWN_MEMORY, CONTROL_TOKEN };
enum handle { OWN, NOTHING };

/* How known programs close. */
static const struct form {
    const char *who;
    enum function function;
    enum input input;
    enum output output;
    enum handle handle;
} forms[] = {
    {"Microsoft's sample", BY_ROLE, NO_INPUT, TOKEN, OWN},
    {"curl, aws-c-io", ISC, NO_INPUT, EMPTY, OWN},
    {"aria2", BY_ROLE, NO_INPUT, EMPTY, OWN},
    {"Qt", BY_ROLE, NO_INPUT, TOKEN_ALERT_EMPTY, NOTHING},
    {"boost-wintls", ISC, NO_INPUT, CONTROL_TOKEN, OWN},
    {"schannel-rs", BY_ROLE, LEFTOVER_AND_EMPTY, TOKEN_ALERT_EMPTY, NOTHING},
    {"libgit2", ISC, SAME_AS_OUTPUT, TOKEN, NOTHING},
    {"pjsip", ISC, SAME_AS_OUTPUT, OWN_MEMORY, NOTHING},
    {"CUPS", ASC, NO_INPUT, TOKEN, NOTHING},
    {"StreamSSL", BY_ROLE, NO_INPUT, TOKEN, NOTHING},
    {"msspi", BY_ROLE, NO_INPUT, TOKEN_ALERT, OWN},
    {".NET", BY_ROLE, TOKEN_AND_EMPTY, TOKEN, OWN},
    {"twapi", BY_ROLE, EMPTY_LIST, TOKEN, OWN},
    {"caller's memory", BY_ROLE, NO_INPUT, OWN_MEMORY, OWN},
};

static BYTE own[2048];
static char leftover[] = "bytes that nobody has read";
static DWORD shutdown_token;

static ULONG lay_out_output(const struct form *form, SecBuffer *out) {
    out[0] = (SecBuffer){0, form->output == EMPTY ? SECBUFFER_EMPTY : SECBUFFER_TOKEN, NULL};
    out[1] = (SecBuffer){0, SECBUFFER_ALERT, NULL};
    out[2] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    if (form->output == OWN_MEMORY) out[0] = (SecBuffer){sizeof own, SECBUFFER_TOKEN, own};
    if (form->output == CONTROL_TOKEN) out[0] = (SecBuffer){sizeof shutdown_token, SECBUFFER_TOKEN, &shutdown_token};
    return form->output == TOKEN_ALERT ? 2 : form->output == TOKEN_ALERT_EMPTY ? 3 : 1;
}

static SecBufferDesc *lay_out_input(const struct form *form, SecBufferDesc *in, SecBufferDesc *out) {
    in->pBuffers[0] = (SecBuffer){0, SECBUFFER_TOKEN, NULL};
    in->pBuffers[1] = (SecBuffer){0, SECBUFFER_EMPTY, NULL};
    if (form->input == LEFTOVER_AND_EMPTY)
        in->pBuffers[0] = (SecBuffer){sizeof leftover - 1, SECBUFFER_TOKEN, leftover};
    if (form->input == EMPTY_LIST) in->cBuffers = 0;
    return form->input == NO_INPUT ? NULL : form->input == SAME_AS_OUTPUT ? out : in;
}

static SECURITY_STATUS call(const struct form *form, struct side *of, SecBufferDesc *in, SecBufferDesc *out) {
    BOOL as_server = form->function == ASC || (form->function == BY_ROLE && of->is_server);
    ULONG flags = form->output == OWN_MEMORY ? 0 : as_server ? SERVER_FLAGS : CLIENT_FLAGS;
    CtxtHandle same = of->context, *handle = form->handle == OWN ? &same : NULL;
    ULONG attributes;
    TimeStamp expiry;
    if (as_server)
        return AcceptSecurityContext(of->credential, &of->context, in, flags, SECURITY_NATIVE_DREP, handle, out,
                                     &attributes, &expiry);
    return InitializeSecurityContextA(of->credential, &of->context, NULL, flags, 0, SECURITY_NATIVE_DREP, in, 0, handle,
                                      out, &attributes, &expiry);
}

/* The two steps of closing; the token goes to `made`. */
static SECURITY_STATUS close_by(const struct form *form, struct side *of, struct bytes *made) {
    SecBuffer out[3], in[2];
    SecBufferDesc output = {SECBUFFER_VERSION, lay_out_output(form, out), out}, input = {SECBUFFER_VERSION, 2, in};
    SECURITY_STATUS status = apply_dword(of, SCHANNEL_SHUTDOWN);
    shutdown_token = SCHANNEL_SHUTDOWN;
    made->size = 0;
    if (status != SEC_E_OK) return status;
    status = call(form, of, lay_out_input(form, &input, &output), &output);
    if (status == SEC_E_OK && out[0].pvBuffer != NULL && out[0].cbBuffer <= sizeof made->data) {
        made->size = out[0].cbBuffer;
        memcpy(made->data, out[0].pvBuffer, made->size);
    }
    if (out[0].pvBuffer != own && out[0].pvBuffer != &shutdown_token && out[0].pvBuffer != NULL)
        FreeContextBuffer(out[0].pvBuffer);
    return status;
}

static void form_of_closing(const struct form *form, enum version version, BOOL server_closes) {
    static struct pair pair;
    static struct bytes token;
    struct side *closer, *other;
    char what[96];
    snprintf(what, sizeof what, "%s, %s, as %s does", version_names[version], server_closes ? "server" : "client",
             form->who);
    if (!pair_open(&pair, version)) {
        fact_missing(10, what, why_not());
        return;
    }
    closer = server_closes ? &pair.server : &pair.client;
    other = closer->peer;
    read_inbox(&pair.client, NULL, 0); /* tickets of TLS 1.3 */
    fact_status(10, CALLER, text_of("%s, ISC or ASC", what), close_by(form, closer, &token), SEC_E_OK);
    fact_status(10, CALLER, text_of("%s, the peer's DecryptMessage", what), open_status(other, &token),
                SEC_I_CONTEXT_EXPIRED);
    pair_free(&pair);
}

/* AES-GCM only: what else could be negotiated has other sizes. */
static void length_of_the_token(enum version version) {
    static struct pair pair;
    SecPkgContext_ConnectionInfo info = {0};
    const char *name = version_names[version];
    if (!pair_open(&pair, version)) {
        fact_missing(10, text_of("%s: length of close_notify", name), why_not());
        return;
    }
    QueryContextAttributesA(&pair.client.context, SECPKG_ATTR_CONNECTION_INFO, &info);
    if (version == TLS12 && info.dwHashStrength != 0) {
        fact_missing(10, text_of("%s: length of close_notify", name), "no suite of AES-GCM was chosen");
    } else if (apply_dword(&pair.client, SCHANNEL_SHUTDOWN) == SEC_E_OK) {
        side_step_without_input(&pair.client);
        fact_number(10, RFC, text_of("%s: length of close_notify", name), pair.client.token.size,
                    version == TLS10   ? 37
                    : version == TLS12 ? 31
                                       : 24);
    }
    pair_free(&pair);
}

static void after_our_close(enum version version) {
    static struct pair pair;
    static struct bytes record;
    const char *name = version_names[version];
    if (!pair_open(&pair, version)) {
        fact_missing(11, text_of("%s: reading after our close", name), why_not());
        fact_missing(12, text_of("%s: sealing after our close", name), why_not());
        return;
    }
    read_inbox(&pair.client, NULL, 0);
    apply_dword(&pair.client, SCHANNEL_SHUTDOWN);
    side_step_without_input(&pair.client);
    seal_text(&pair.server, "still here", &record);
    fact_holds(11, CALLER, text_of("%s: data of the peer is opened after our close", name),
               opens_as(&pair.client, &record, "still here"));
    fact_status(12, PAGE, text_of("%s: EncryptMessage after our close", name), seal_text(&pair.client, "x", &record),
                SEC_E_CONTEXT_EXPIRED);
    apply_dword(&pair.server, SCHANNEL_SHUTDOWN);
    side_step_without_input(&pair.server);
    fact_status(11, CALLER, text_of("%s: then the peer's close", name), open_status(&pair.client, &pair.server.token),
                SEC_I_CONTEXT_EXPIRED);
    pair_free(&pair);
}

void facts_of_closing(void) {
    for (enum version version = TLS12; version <= TLS13; ++version)
        for (int server_closes = 0; server_closes < 2; ++server_closes)
            for (size_t i = 0; i < sizeof forms / sizeof *forms; ++i)
                form_of_closing(&forms[i], version, server_closes);
    for (enum version version = TLS10; version <= TLS13; ++version) length_of_the_token(version);
    for (enum version version = TLS12; version <= TLS13; ++version) after_our_close(version);
}
