// A libcurl that is the installed one in all but its version, to test what the program does for
// older ones with any TLS library. It is linked to the installed one, whose other functions are
// found through it.
//
// LIBCURL_SHIM_VERSION is the version, such as 7.84.0, and LIBCURL_SHIM_TLS the name of the TLS
// library; each is the installed one's if it is not set. Below 7.87 there is no QUICK_EXIT, and the
// certificates of one connection are not kept for the next one.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// The program's own declarations: libcurl's header need not be there.
#include "CCurl.h"

#define CURLOPT_CA_CACHE_TIMEOUT 321
#define CURLE_UNKNOWN_OPTION 48

static unsigned int version_number(void) {
    unsigned int major, minor, patch;
    const char *text = getenv("LIBCURL_SHIM_VERSION");
    if (!text || sscanf(text, "%u.%u.%u", &major, &minor, &patch) != 3) return 0;
    return major << 16 | minor << 8 | patch;
}

static int is_before_7_87(void) {
    unsigned int number = version_number();
    return number && number < HB_CURL_VERSION_7_87;
}

curl_version_info_data *curl_version_info(CURLversion age) {
    static curl_version_info_data info;
    curl_version_info_data *(*real)(CURLversion) = dlsym(RTLD_NEXT, "curl_version_info");
    info = *real(age);
    if (version_number()) {
        info.version_num = version_number();
        info.version = getenv("LIBCURL_SHIM_VERSION");
    }
    if (getenv("LIBCURL_SHIM_TLS")) info.ssl_version = getenv("LIBCURL_SHIM_TLS");
    return &info;
}

CURL *curl_easy_init(void) {
    CURL *(*real)(void) = dlsym(RTLD_NEXT, "curl_easy_init");
    CURLcode (*set)(CURL *, CURLoption, ...) = dlsym(RTLD_NEXT, "curl_easy_setopt");
    CURL *easy = real();
    if (easy && is_before_7_87()) set(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    return easy;
}

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...) {
    CURLcode (*real)(CURL *, CURLoption, ...) = dlsym(RTLD_NEXT, "curl_easy_setopt");
    va_list values;
    va_start(values, option);
    // Numbers and pointers have the same size and place on all 64-bit Linux systems.
    void *value = va_arg(values, void *);
    va_end(values);
    if (option == HB_CURLOPT_QUICK_EXIT && is_before_7_87()) return CURLE_UNKNOWN_OPTION;
    return real(easy, option, value);
}
