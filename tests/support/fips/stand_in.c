/* A provider that stands in for OpenSSL's FIPS module, which Debian does not build: the default provider's algorithms under
 * the property fips=yes, without those that such a module does not have. Nothing about it is validated. It shows that a
 * process whose OpenSSL configuration is bound to FIPS gets its algorithms from there and nowhere else. */
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <stdlib.h>
#include <string.h>

#define MOST_ALGORITHMS 256

static OSSL_PROVIDER *real;                          /* loaded once, for as long as the process lives */
static OSSL_ALGORITHM *tables[OSSL_OP_ENCODER];      /* made at the first query, and kept */

static int is_left_out(const char *names) {
    static const char *const left_out[] = {"CHACHA20", "POLY1305", "X25519", "X448", "ED25519", "ED448", "MD5", "SM2", "SM3", "SM4"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; ++i)
        if (strncmp(names, left_out[i], strlen(left_out[i])) == 0 || strncmp(names, "ChaCha20", 8) == 0) return 1;
    return 0;
}

static OSSL_ALGORITHM *make_table(const OSSL_ALGORITHM *all) {
    OSSL_ALGORITHM *made = calloc(MOST_ALGORITHMS, sizeof *made);
    size_t count = 0;
    for (; made != NULL && all != NULL && all->algorithm_names != NULL && count + 1 < MOST_ALGORITHMS; ++all) {
        if (is_left_out(all->algorithm_names)) continue;
        made[count] = *all;
        made[count++].property_definition = "provider=fips-stand-in,fips=yes";
    }
    return made;
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache) {
    int dont_store = 0;
    (void)context;
    *no_cache = 0;
    if (operation < 0 || operation >= OSSL_OP_ENCODER) return NULL; /* files are the base provider's to read */
    if (tables[operation] == NULL) tables[operation] = make_table(OSSL_PROVIDER_query_operation(real, operation, &dont_store));
    return tables[operation];
}

static int capabilities(void *context, const char *capability, OSSL_CALLBACK *tell, void *argument) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(real, capability, tell, argument);
}

static void teardown(void *context) { (void)context; }

static const OSSL_DISPATCH functions[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
                                          {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities},
                                          {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
                                          {0, NULL}};

/* The algorithms are the default provider's, and so is the context that they are given. */
OSSL_provider_init_fn OSSL_provider_init;
int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out, void **context) {
    (void)handle;
    (void)in;
    if (real == NULL) {
        OSSL_LIB_CTX *inner = OSSL_LIB_CTX_new();
        real = inner == NULL ? NULL : OSSL_PROVIDER_load(inner, "default");
    }
    if (real == NULL) return 0;
    *out = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(real);
    return 1;
}
