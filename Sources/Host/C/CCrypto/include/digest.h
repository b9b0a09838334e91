// Digests and ciphers that RADIUS is made of: MD5, HMAC-MD5 with kept pads, MD4, SHA-1, DES, crypt(3).
// All are libcrypto's low-level calls: EVP allocates at every use, and MD4 and DES sit in its legacy provider.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// A running MD5; large enough for libcrypto's MD5_CTX. Copying it forks the digest.
typedef struct {
    uint64_t words[12];
} tk_md5;

/// A running SHA-1; large enough for libcrypto's SHA_CTX.
typedef struct {
    uint64_t words[12];
} tk_sha1;

/// A shared secret, digested once: MD5 after the secret, and HMAC-MD5 after its inner and outer pads.
typedef struct {
    tk_md5 prefix;
    tk_md5 inner;
    tk_md5 outer;
} tk_secret;

void tk_md5_begin(tk_md5 *state);
void tk_md5_update(tk_md5 *state, const void *bytes, size_t count);
void tk_md5_end(tk_md5 *state, void *digest16);

void tk_sha1_begin(tk_sha1 *state);
void tk_sha1_update(tk_sha1 *state, const void *bytes, size_t count);
void tk_sha1_end(tk_sha1 *state, void *digest20);

/// Digests the secret; a key longer than a block is hashed first (RFC 2104 section 2).
void tk_secret_begin(tk_secret *state, const void *secret, size_t count);

void tk_md4(const void *bytes, size_t count, void *digest16);

/// One DES block under a 56-bit key given as 7 bytes (RFC 2759 section 8.6).
void tk_des(const void *key7, const void *clear8, void *cipher8);

/// crypt(3) of a NUL-terminated password; `result` takes up to `room` bytes with the NUL.
/// 0 when done, -1 when the setting is not known or the result does not fit.
int tk_crypt(const char *password, const char *setting, char *result, size_t room);

/// Whether the bytes are the same, in a time that depends on `count` only.
int tk_equal(const void *left, const void *right, size_t count);

/// Fills with random bytes; 0, or -1 when the system has none to give.
int tk_random(void *bytes, size_t count);

/// Overwrites in a way that the compiler keeps.
void tk_wipe(void *bytes, size_t count);
