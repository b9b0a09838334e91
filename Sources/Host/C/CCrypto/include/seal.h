#pragma once
#include <stddef.h>
#include <stdint.h>

/// SHA-256 of `length` bytes into 32. 1 on success.
int tk_sha256(const uint8_t *bytes, size_t length, uint8_t digest[32]);

/// AES-256-GCM: writes `length` bytes of cipher text and a tag of 16. 1 on success.
int tk_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                const uint8_t *plain, size_t length, uint8_t *sealed, uint8_t tag[16]);

/// The reverse. 1 when the tag is right; else 0 and `plain` is cleared.
int tk_gcm_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                const uint8_t *sealed, size_t length, const uint8_t tag[16], uint8_t *plain);

/// HKDF with SHA-256 (RFC 5869): `length` bytes from a key of 32. 1 on success.
int tk_hkdf(const uint8_t key[32], const uint8_t *salt, size_t salt_length, const uint8_t *info, size_t info_length,
            uint8_t *derived, size_t length);

/// scrypt (RFC 7914) with cost 2^log_n. 1 on success.
int tk_scrypt(const uint8_t *password, size_t password_length, const uint8_t *salt, size_t salt_length, int log_n,
              uint32_t r, uint32_t p, uint8_t *key, size_t key_length);
