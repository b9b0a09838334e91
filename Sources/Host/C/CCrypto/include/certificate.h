// X.509 certificates: making one that signs itself, and judging one that is given. PEM in and out.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Makes a P-256 key and a certificate for it, signed by itself. `name` is its common name; `alternatives` are
/// `DNS:host` and `IP:address`, separated by commas. The texts are the caller's, to be given to
/// tk_certificate_release. 1 on success.
int tk_certificate_make(const char *name, const char *alternatives, int days, char **certificate, char **key);

void tk_certificate_release(char *text);

enum {
    TK_CERTIFICATE_GOOD = 0,
    TK_CERTIFICATE_UNREADABLE = 1,
    TK_CERTIFICATE_KEY_UNREADABLE = 2,
    TK_CERTIFICATE_NO_PAIR = 3,
};

/// Judges the first certificate of a chain and its key. `not_after` is the end of its validity, in seconds since 1970.
int tk_certificate_judge(const char *certificate, const char *key, int64_t *not_after);

/// SHA-256 of `length` bytes, as 64 lower-case hexadecimal digits and a NUL. 1 on success.
int tk_sha256_text(const void *bytes, size_t length, char text[65]);
