#include "CCurl.h"

#include <dlfcn.h>
#include <stdio.h>

#include "Loaded.h"

// Each function once: for the table, and for finding it.
#define FUNCTIONS(each)                                                                            \
    each(global_init)                                                                              \
    each(version_info)                                                                             \
    each(easy_init)                                                                                \
    each(easy_cleanup)                                                                             \
    each(easy_setopt)                                                                              \
    each(easy_getinfo)                                                                             \
    each(easy_send)                                                                                \
    each(easy_recv)                                                                                \
    each(multi_init)                                                                               \
    each(multi_cleanup)                                                                            \
    each(multi_add_handle)                                                                         \
    each(multi_remove_handle)                                                                      \
    each(multi_perform)                                                                            \
    each(multi_poll)                                                                               \
    each(multi_info_read)                                                                          \
    each(multi_setopt)

#define POINTER(name) __typeof__(curl_##name) *name;
static struct {
    FUNCTIONS(POINTER)
} curl;

#define FIND(name)                                                                                \
    curl.name = (__typeof__(curl_##name) *)dlsym(hb_curl_library, "curl_" #name);                \
    if (!curl.name) return "it has no curl_" #name;

void *hb_curl_library;

const char *hb_curl_load(void) {
    static char reason[256];
    hb_curl_library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!hb_curl_library) {
        // The next call frees the text.
        snprintf(reason, sizeof reason, "%s", dlerror());
        hb_curl_library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
    }
    if (!hb_curl_library) return reason;
    FUNCTIONS(FIND)
    return NULL;
}

CURLcode hb_curl_global_init(long flags) {
    return curl.global_init(flags);
}

curl_version_info_data *hb_curl_version_info(CURLversion age) {
    return curl.version_info(age);
}

CURL *hb_curl_easy_init(void) {
    return curl.easy_init();
}

void hb_curl_easy_cleanup(CURL *easy) {
    curl.easy_cleanup(easy);
}

CURLcode hb_curl_easy_send(CURL *easy, const void *buffer, size_t count, size_t *sent) {
    return curl.easy_send(easy, buffer, count, sent);
}

CURLcode hb_curl_easy_recv(CURL *easy, void *buffer, size_t count, size_t *received) {
    return curl.easy_recv(easy, buffer, count, received);
}

CURLM *hb_curl_multi_init(void) {
    return curl.multi_init();
}

CURLMcode hb_curl_multi_cleanup(CURLM *multi) {
    return curl.multi_cleanup(multi);
}

CURLMcode hb_curl_multi_add_handle(CURLM *multi, CURL *easy) {
    return curl.multi_add_handle(multi, easy);
}

CURLMcode hb_curl_multi_remove_handle(CURLM *multi, CURL *easy) {
    return curl.multi_remove_handle(multi, easy);
}

CURLMcode hb_curl_multi_perform(CURLM *multi, int *running) {
    return curl.multi_perform(multi, running);
}

CURLMcode hb_curl_multi_poll(
     CURLM *multi, struct curl_waitfd *extra, unsigned int extra_count, int timeout_ms, int *ready) {
    return curl.multi_poll(multi, extra, extra_count, timeout_ms, ready);
}

CURLMsg *hb_curl_multi_info_read(CURLM *multi, int *queued) {
    return curl.multi_info_read(multi, queued);
}

int hb_curl_setopt_long(CURL *easy, int option, long value) {
    return (int)curl.easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_setopt_string(CURL *easy, int option, const char *value) {
    return (int)curl.easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_setopt_pointer(CURL *easy, int option, void *value) {
    return (int)curl.easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_getinfo_socket(CURL *easy, int info, int *value) {
    return (int)curl.easy_getinfo(easy, (CURLINFO)info, value);
}

int hb_curl_getinfo_long(CURL *easy, int info, long *value) {
    return (int)curl.easy_getinfo(easy, (CURLINFO)info, value);
}

int hb_curl_getinfo_offset(CURL *easy, int info, int64_t *value) {
    return (int)curl.easy_getinfo(easy, (CURLINFO)info, value);
}

int hb_curl_multi_setopt_long(CURLM *multi, int option, long value) {
    return (int)curl.multi_setopt(multi, (CURLMoption)option, value);
}

int hb_curl_getinfo_pointer(CURL *easy, int info, void **value) {
    return (int)curl.easy_getinfo(easy, (CURLINFO)info, value);
}
