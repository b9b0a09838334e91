#include <curl/curl.h>
#include <string.h>

/// What became of a request: the answer's status, or libcurl's words for why there is none.
typedef struct {
    long status;
    char error[CURL_ERROR_SIZE];
} tk_http_result;

static size_t tk_http_discard(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

/// POSTs `length` bytes to an http or https URL and throws the answer's body away; 0 when a status came. Redirects are
/// not followed: a signed message goes to whom it was meant for. curl_easy_setopt takes a variable list of arguments,
/// which Swift can't call. `pinned` names the addresses of the URL's host ("host:port:address,…"), so that those are
/// asked that were looked at, and no proxy; none leaves both to libcurl.
static inline int tk_http_post(const char *url, struct curl_slist *headers, struct curl_slist *pinned,
                               const void *body, size_t length, long timeout_ms, tk_http_result *result) {
    memset(result, 0, sizeof *result);
    CURL *curl = curl_easy_init();
    if (!curl) return -1;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms / 2);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (pinned) {
        curl_easy_setopt(curl, CURLOPT_RESOLVE, pinned);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    }
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, tk_http_discard);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, result->error);
    CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &result->status);
    if (code != CURLE_OK && !result->error[0]) strncpy(result->error, curl_easy_strerror(code), CURL_ERROR_SIZE - 1);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ? 0 : -1;
}

/// Once a process, before its first request.
static inline int tk_http_begin(void) { return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1; }
