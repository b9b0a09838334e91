#include "include/certificate.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static char *text_of(BIO *bio) {
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    char *text = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (!text) return NULL;
    memcpy(text, data, (size_t)length);
    text[length] = 0;
    return text;
}

static int extend(X509 *certificate, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    if (!extension) return 0;
    int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

static int fill(X509 *certificate, EVP_PKEY *key, const char *name, const char *alternatives, int days) {
    unsigned char serial[16];
    if (RAND_bytes(serial, sizeof serial) != 1) return 0;
    // Positive, and of full length.
    serial[0] = (serial[0] & 0x7f) | 0x40;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    if (!number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate))) {
        BN_free(number);
        return 0;
    }
    BN_free(number);
    X509_NAME *subject = X509_get_subject_name(certificate);
    return X509_set_version(certificate, 2) &&
           // A clock that is a little behind shall not refuse it.
           X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), (long)days * 86400) &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) &&
           X509_set_issuer_name(certificate, subject) && X509_set_pubkey(certificate, key) &&
           extend(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           extend(certificate, NID_key_usage, "critical,digitalSignature") &&
           extend(certificate, NID_ext_key_usage, "serverAuth") &&
           extend(certificate, NID_subject_alt_name, alternatives) && X509_sign(certificate, key, EVP_sha256());
}

int tk_certificate_make(const char *name, const char *alternatives, int days, char **certificate, char **key) {
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    BIO *first = BIO_new(BIO_s_mem()), *second = BIO_new(BIO_s_mem());
    *certificate = *key = NULL;
    if (pair && made && first && second && fill(made, pair, name, alternatives, days) &&
        PEM_write_bio_X509(first, made) && PEM_write_bio_PKCS8PrivateKey(second, pair, NULL, NULL, 0, NULL, NULL)) {
        *certificate = text_of(first);
        *key = text_of(second);
    }
    BIO_free(first);
    BIO_free(second);
    X509_free(made);
    EVP_PKEY_free(pair);
    return *certificate && *key;
}

void tk_certificate_release(char *text) {
    if (text) OPENSSL_cleanse(text, strlen(text));
    free(text);
}

// A key with a password is none that a server can read: it must not ask on the terminal.
static int no_password(char *buffer, int size, int writing, void *context) {
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

int tk_certificate_judge(const char *certificate, const char *key, int64_t *not_after) {
    BIO *first = BIO_new_mem_buf(certificate, -1), *second = BIO_new_mem_buf(key, -1);
    X509 *read = first ? PEM_read_bio_X509(first, NULL, no_password, NULL) : NULL;
    EVP_PKEY *pair = second ? PEM_read_bio_PrivateKey(second, NULL, no_password, NULL) : NULL;
    int result = TK_CERTIFICATE_GOOD;
    struct tm time;
    if (!read || !ASN1_TIME_to_tm(X509_get0_notAfter(read), &time)) {
        result = TK_CERTIFICATE_UNREADABLE;
    } else if (!pair) {
        result = TK_CERTIFICATE_KEY_UNREADABLE;
    } else if (X509_check_private_key(read, pair) != 1) {
        result = TK_CERTIFICATE_NO_PAIR;
    } else {
        *not_after = timegm(&time);
    }
    X509_free(read);
    EVP_PKEY_free(pair);
    BIO_free(first);
    BIO_free(second);
    return result;
}

int tk_sha256_text(const void *bytes, size_t length, char text[65]) {
    unsigned char digest[32];
    if (EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL) != 1) return 0;
    static const char digits[] = "0123456789abcdef";
    for (size_t index = 0; index < 32; index++) {
        text[2 * index] = digits[digest[index] >> 4];
        text[2 * index + 1] = digits[digest[index] & 15];
    }
    text[64] = 0;
    return 1;
}
