/* What a record peer offers to bench/records: a table of C functions, so that peers can be written in any language and
 * be loaded into a namespace of their own (BoringSSL and OpenSSL share their symbols' names).
 *
 * Every peer is one module with the function schannix_bench_peer. A pair is a client and a server of one library, with
 * the handshake done in memory; the client seals, the server opens. Functions return 0, or -1 when something failed.
 * Only seal and open are timed. All payloads are bench_pattern's.
 */
#ifndef SCHANNIX_BENCH_PEER_H
#define SCHANNIX_BENCH_PEER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum bench_suite { BENCH_AES_128_GCM, BENCH_AES_256_GCM, BENCH_CHACHA20 };

struct bench_wanted {
  int minor;               /* 3: TLS 1.3; 2: TLS 1.2 */
  int suite;               /* bench_suite */
  const char* certificate; /* of the server, self-signed, PEM; its key is P-256 */
  const char* key;         /* PKCS#8, PEM */
  const char* variant;     /* one module may hold several peers */
};

struct bench_peer {
  /* NULL: the reason is written to why. */
  void* (*establish)(const struct bench_wanted* wanted, char* why, size_t why_size);
  int (*prepare)(void* pair, size_t size, size_t count); /* lays the plaintext where this peer takes it from */
  int (*seal)(void* pair, size_t size, size_t count);    /* count records of size bytes each, ready to be sent */
  int (*open)(void* pair, size_t size, size_t count);    /* what seal made, received in one piece */
  const unsigned char* (*opened)(void* pair);            /* payload of the record opened last */
  void (*close)(void* pair);
};

/* Byte i of every payload. */
static inline unsigned char bench_pattern(size_t i) { return (unsigned char)(i * 7 + (i >> 8) + 3); }

#ifdef __cplusplus
}
#endif

#endif
