#include "CCurl.h"

int hb_curl_setopt_long(CURL *easy, int option, long value) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_setopt_string(CURL *easy, int option, const char *value) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_setopt_pointer(CURL *easy, int option, void *value) {
    return (int)curl_easy_setopt(easy, (CURLoption)option, value);
}

int hb_curl_getinfo_socket(CURL *easy, int info, int *value) {
    return (int)curl_easy_getinfo(easy, (CURLINFO)info, value);
}

int hb_curl_getinfo_long(CURL *easy, int info, long *value) {
    return (int)curl_easy_getinfo(easy, (CURLINFO)info, value);
}

int hb_curl_getinfo_pointer(CURL *easy, int info, void **value) {
    return (int)curl_easy_getinfo(easy, (CURLINFO)info, value);
}
