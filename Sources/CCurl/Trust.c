// Before 7.87 libcurl parses the file of trusted certificates for each TLS connection: 23 ms and
// 0.8 MB each with the bundle of a distribution. Here the first connection keeps its parsed
// certificates for the later ones, with OpenSSL's own reference counts.

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "CCurl.h"
#include "Loaded.h"

// The functions of OpenSSL 1.1.0 and later, whose types are opaque.
struct hb_curl_trust {
    /// NULL until the first connection has read it.
    void *store;
    void *(*get)(const void *context);
    void (*set)(void *context, void *store);
    int (*up_ref)(void *store);
    void (*free)(void *store);
};

/// Whether the functions that were found belong to the OpenSSL that libcurl calls. A libcurl that
/// contains one may still have loaded another one through a further library.
static int is_own(const char *(*version)(int type)) {
    static const char digits[] = "0123456789.abcdefghijklmnopqrstuvwxyz";
    static const char theirs[] = "OpenSSL/", ours[] = "OpenSSL ";
    const char *used = ((struct hb_curl_version *)hb_curl_version_info(0))->ssl_version;
    const char *found = version(0);
    if (!used || strncmp(used, theirs, sizeof theirs - 1) != 0) return 0;
    if (!found || strncmp(found, ours, sizeof ours - 1) != 0) return 0;
    used += sizeof theirs - 1;
    found += sizeof ours - 1;
    size_t length = strspn(used, digits);
    return length > 0 && strspn(found, digits) == length && memcmp(used, found, length) == 0;
}

#define FIND(member, name)                                                                         \
    trust->member = (__typeof__(trust->member))dlsym(hb_curl_library, name);                       \
    isWhole = isWhole && trust->member

hb_curl_trust *hb_curl_trust_create(void) {
    const char *(*version)(int) =
        (const char *(*)(int))dlsym(hb_curl_library, "OpenSSL_version");
    if (!version || !is_own(version)) return NULL;
    hb_curl_trust *trust = calloc(1, sizeof *trust);
    int isWhole = trust != NULL;
    if (!isWhole) return NULL;
    FIND(get, "SSL_CTX_get_cert_store");
    FIND(set, "SSL_CTX_set_cert_store");
    FIND(up_ref, "X509_STORE_up_ref");
    FIND(free, "X509_STORE_free");
    if (isWhole) return trust;
    free(trust);
    return NULL;
}

void hb_curl_trust_free(hb_curl_trust *trust) {
    if (trust->store) trust->free(trust->store);
    free(trust);
}

/// Called by libcurl with each new context, after it has read the handle's certificates into it.
static CURLcode share(CURL *easy, void *context, void *data) {
    (void)easy;
    hb_curl_trust *trust = data;
    void *store = trust->store ? trust->store : trust->get(context);
    if (!store || !trust->up_ref(store)) return (CURLcode)HB_CURLE_OUT_OF_MEMORY;
    // The context takes the reference, or else we do.
    if (trust->store) trust->set(context, store);
    trust->store = store;
    return (CURLcode)HB_CURLE_OK;
}

int hb_curl_trust_add(hb_curl_trust *trust, CURL *easy) {
    int code = hb_curl_setopt_pointer(easy, HB_CURLOPT_SSL_CTX_DATA, trust);
    if (code != HB_CURLE_OK) return code;
    return hb_curl_setopt_pointer(easy, HB_CURLOPT_SSL_CTX_FUNCTION, (void *)share);
}

int hb_curl_trust_is_read(const hb_curl_trust *trust) {
    return trust->store != NULL;
}
