#include "seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

int tk_sha256(const uint8_t *bytes, size_t length, uint8_t digest[32]) {
    return EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) == 1;
}

int tk_gcm_seal(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                const uint8_t *plain, size_t length, uint8_t *sealed, uint8_t tag[16]) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    uint8_t rest[16];
    int ok = context != NULL && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
             EVP_EncryptUpdate(context, NULL, &written, aad, (int)aad_length) == 1 &&
             (length == 0 || EVP_EncryptUpdate(context, sealed, &written, plain, (int)length) == 1) &&
             EVP_EncryptFinal_ex(context, rest, &written) == 1 &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

// A thread's context for opening: to make one and to find the cipher costs several times what a short value does.
typedef struct {
    EVP_CIPHER_CTX *context;
    uint8_t key[32];
    int has_key;
} tk_opener;

static pthread_key_t opener_key;
static pthread_once_t opener_once = PTHREAD_ONCE_INIT;
static int opener_is_ready;

static void opener_free(void *pointer) {
    tk_opener *opener = pointer;
    EVP_CIPHER_CTX_free(opener->context);
    OPENSSL_cleanse(opener, sizeof *opener);
    free(opener);
}

static void opener_begin(void) { opener_is_ready = pthread_key_create(&opener_key, opener_free) == 0; }

static tk_opener *opener_make(void) {
    tk_opener *opener = calloc(1, sizeof *opener);
    if (opener == NULL) return NULL;
    opener->context = EVP_CIPHER_CTX_new();
    if (opener->context == NULL ||
        EVP_DecryptInit_ex(opener->context, EVP_aes_256_gcm(), NULL, NULL, NULL) != 1 ||
        pthread_setspecific(opener_key, opener) != 0) {
        opener_free(opener);
        return NULL;
    }
    return opener;
}

static tk_opener *opener_of_thread(void) {
    pthread_once(&opener_once, opener_begin);
    if (!opener_is_ready) return NULL;
    tk_opener *opener = pthread_getspecific(opener_key);
    return opener != NULL ? opener : opener_make();
}

// The key's schedule stays from one value to the next under the same key.
static int opener_start(tk_opener *opener, const uint8_t key[32], const uint8_t nonce[12]) {
    if (opener->has_key && CRYPTO_memcmp(opener->key, key, 32) == 0)
        return EVP_DecryptInit_ex(opener->context, NULL, NULL, NULL, nonce) == 1;
    opener->has_key = EVP_DecryptInit_ex(opener->context, NULL, NULL, key, nonce) == 1;
    memcpy(opener->key, key, 32);
    return opener->has_key;
}

int tk_gcm_open(const uint8_t key[32], const uint8_t nonce[12], const uint8_t *aad, size_t aad_length,
                const uint8_t *sealed, size_t length, const uint8_t tag[16], uint8_t *plain) {
    tk_opener *opener = opener_of_thread();
    int written = 0;
    uint8_t rest[16];
    int ok = opener != NULL && opener_start(opener, key, nonce) &&
             EVP_DecryptUpdate(opener->context, NULL, &written, aad, (int)aad_length) == 1 &&
             (length == 0 || EVP_DecryptUpdate(opener->context, plain, &written, sealed, (int)length) == 1) &&
             EVP_CIPHER_CTX_ctrl(opener->context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)tag) == 1 &&
             EVP_DecryptFinal_ex(opener->context, rest, &written) == 1;
    if (!ok && length > 0) OPENSSL_cleanse(plain, length);
    return ok;
}

int tk_hkdf(const uint8_t key[32], const uint8_t *salt, size_t salt_length, const uint8_t *info, size_t info_length,
            uint8_t *derived, size_t length) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    int ok = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
             EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set1_hkdf_salt(context, salt, (int)salt_length) == 1 &&
             EVP_PKEY_CTX_set1_hkdf_key(context, key, 32) == 1 &&
             EVP_PKEY_CTX_add1_hkdf_info(context, info, (int)info_length) == 1 &&
             EVP_PKEY_derive(context, derived, &length) == 1;
    EVP_PKEY_CTX_free(context);
    return ok;
}

int tk_scrypt(const uint8_t *password, size_t password_length, const uint8_t *salt, size_t salt_length, int log_n,
              uint32_t r, uint32_t p, uint8_t *key, size_t key_length) {
    // OpenSSL's own memory limit is 32 MiB, just below what N=2^15, r=8 takes.
    const uint64_t memory = 128 * 1024 * 1024;
    return EVP_PBE_scrypt((const char *)password, password_length, salt, salt_length, (uint64_t)1 << log_n, r, p,
                          memory, key, key_length) == 1;
}

