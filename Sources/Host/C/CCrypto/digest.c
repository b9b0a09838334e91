// OpenSSL 3 calls these deprecated; RADIUS is built on them (RFC 2865, RFC 2759), and EVP costs allocations.
#define OPENSSL_SUPPRESS_DEPRECATED
#define _GNU_SOURCE
#include "digest.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/md4.h>
#include <openssl/md5.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(MD5_CTX) <= sizeof(tk_md5), "tk_md5 is too small");
_Static_assert(sizeof(SHA_CTX) <= sizeof(tk_sha1), "tk_sha1 is too small");

void tk_md5_begin(tk_md5 *state) { MD5_Init((MD5_CTX *)state); }
void tk_md5_update(tk_md5 *state, const void *bytes, size_t count) { MD5_Update((MD5_CTX *)state, bytes, count); }
void tk_md5_end(tk_md5 *state, void *digest16) { MD5_Final(digest16, (MD5_CTX *)state); }

void tk_sha1_begin(tk_sha1 *state) { SHA1_Init((SHA_CTX *)state); }
void tk_sha1_update(tk_sha1 *state, const void *bytes, size_t count) { SHA1_Update((SHA_CTX *)state, bytes, count); }
void tk_sha1_end(tk_sha1 *state, void *digest20) { SHA1_Final(digest20, (SHA_CTX *)state); }

void tk_secret_begin(tk_secret *state, const void *secret, size_t count) {
    unsigned char key[MD5_CBLOCK] = {0}, pad[MD5_CBLOCK];
    tk_md5_begin(&state->prefix);
    tk_md5_update(&state->prefix, secret, count);
    if (count > sizeof key) {
        tk_md5 whole = state->prefix;
        tk_md5_end(&whole, key);
        tk_wipe(&whole, sizeof whole);
    } else if (count > 0) {
        memcpy(key, secret, count);
    }
    for (size_t i = 0; i < sizeof pad; i++) pad[i] = key[i] ^ 0x36;
    tk_md5_begin(&state->inner);
    tk_md5_update(&state->inner, pad, sizeof pad);
    for (size_t i = 0; i < sizeof pad; i++) pad[i] = key[i] ^ 0x5c;
    tk_md5_begin(&state->outer);
    tk_md5_update(&state->outer, pad, sizeof pad);
    tk_wipe(key, sizeof key);
    tk_wipe(pad, sizeof pad);
}

void tk_md4(const void *bytes, size_t count, void *digest16) { MD4(bytes, count, digest16); }

void tk_des(const void *key7, const void *clear8, void *cipher8) {
    const unsigned char *k = key7;
    DES_cblock key = {
        k[0],
        (unsigned char)(k[0] << 7 | k[1] >> 1),
        (unsigned char)(k[1] << 6 | k[2] >> 2),
        (unsigned char)(k[2] << 5 | k[3] >> 3),
        (unsigned char)(k[3] << 4 | k[4] >> 4),
        (unsigned char)(k[4] << 3 | k[5] >> 5),
        (unsigned char)(k[5] << 2 | k[6] >> 6),
        (unsigned char)(k[6] << 1),
    };
    DES_key_schedule schedule;
    // Parity bits are not looked at, so they are not set.
    DES_set_key_unchecked(&key, &schedule);
    DES_cblock in, out;
    memcpy(in, clear8, sizeof in);
    DES_ecb_encrypt(&in, &out, &schedule, DES_ENCRYPT);
    memcpy(cipher8, out, sizeof out);
}

int tk_crypt(const char *password, const char *setting, char *result, size_t room) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data) return -1;
    const char *hash = crypt_r(password, setting, data);
    // A failure is a null pointer or a token that starts with an asterisk (crypt(5)).
    int status = -1;
    if (hash && hash[0] != '*' && strlen(hash) < room) {
        strcpy(result, hash);
        status = 0;
    }
    tk_wipe(data, sizeof *data);
    free(data);
    return status;
}

int tk_equal(const void *left, const void *right, size_t count) { return CRYPTO_memcmp(left, right, count) == 0; }
int tk_random(void *bytes, size_t count) { return RAND_bytes(bytes, (int)count) == 1 ? 0 : -1; }
void tk_wipe(void *bytes, size_t count) { OPENSSL_cleanse(bytes, count); }
