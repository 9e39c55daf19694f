#pragma once
// The part of libcurl's stable ABI that makes connections, declared here because only its shared
// object is certain to be installed, not its header.
//
// The library is loaded when it is first needed: with all that it brings along it takes 6 MB and
// most of the time of a start, which a run into a store, a check or a report need not pay. Where the
// usual build is missing, the one with GnuTLS is loaded. Its functions are called by the names that
// begin with hb_.
//
// With HOOKBATCH_ABI_CHECK the real header is read first: each function below is then declared a
// second time, which compiles only if both agree, and CurlABI.c holds the numbers and layouts to it.

#include <stddef.h>
#include <stdint.h>

#ifdef HOOKBATCH_ABI_CHECK
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#endif

/// What `curl_multi_info_read` returns (`CURLMsg`); libcurl owns it until the next call.
struct hb_curl_message {
    int kind;
    void *easy;
    union {
        void *whatever;
        int32_t result;
    } data;
};

/// A descriptor of ours for `curl_multi_poll` (`struct curl_waitfd`).
struct hb_curl_waitfd {
    int fd;
    short events;
    short revents;
};

/// The first members of `curl_version_info_data`, the same since its first version.
struct hb_curl_version {
    int age;
    const char *version;
    unsigned int version_num;
    const char *host;
    int features;
    /// Such as `OpenSSL/3.0.16`; NULL without TLS.
    const char *ssl_version;
};

#ifndef HOOKBATCH_ABI_CHECK
typedef struct hb_curl_easy CURL;
typedef struct hb_curl_multi CURLM;
typedef int CURLcode;
typedef int CURLMcode;
typedef int CURLversion;
typedef int CURLoption;
typedef int CURLINFO;
typedef int CURLMoption;
typedef struct hb_curl_message CURLMsg;
typedef struct hb_curl_version curl_version_info_data;
#define curl_waitfd hb_curl_waitfd
#endif

CURLcode curl_global_init(long flags);
curl_version_info_data *curl_version_info(CURLversion age);

CURL *curl_easy_init(void);
void curl_easy_cleanup(CURL *easy);
CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode curl_easy_send(CURL *easy, const void *buffer, size_t count, size_t *sent);
CURLcode curl_easy_recv(CURL *easy, void *buffer, size_t count, size_t *received);

CURLM *curl_multi_init(void);
CURLMcode curl_multi_cleanup(CURLM *multi);
CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode curl_multi_perform(CURLM *multi, int *running);
CURLMcode curl_multi_poll(
    CURLM *multi, struct curl_waitfd *extra, unsigned int extra_count, int timeout_ms, int *ready);
CURLMsg *curl_multi_info_read(CURLM *multi, int *queued);
CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...);

/// Loads libcurl and finds these functions in it, once: NULL, or why it can't be used. Nothing else
/// of this header may be called before, nor after a failure.
const char *hb_curl_load(void);

CURLcode hb_curl_global_init(long flags);
curl_version_info_data *hb_curl_version_info(CURLversion age);
CURL *hb_curl_easy_init(void);
void hb_curl_easy_cleanup(CURL *easy);
CURLcode hb_curl_easy_send(CURL *easy, const void *buffer, size_t count, size_t *sent);
CURLcode hb_curl_easy_recv(CURL *easy, void *buffer, size_t count, size_t *received);
CURLM *hb_curl_multi_init(void);
CURLMcode hb_curl_multi_cleanup(CURLM *multi);
CURLMcode hb_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode hb_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode hb_curl_multi_perform(CURLM *multi, int *running);
CURLMcode hb_curl_multi_poll(
     CURLM *multi, struct curl_waitfd *extra, unsigned int extra_count, int timeout_ms, int *ready);
CURLMsg *hb_curl_multi_info_read(CURLM *multi, int *queued);

// Variadic functions can't be called from Swift, and Apple's arm64 passes variadic arguments in
// another place than fixed ones: each type of argument has a shim of its own.

int hb_curl_setopt_long(CURL *easy, int option, long value);
/// Strings are copied by libcurl; NULL sets an option back.
int hb_curl_setopt_string(CURL *easy, int option, const char *value);
int hb_curl_setopt_pointer(CURL *easy, int option, void *value);
/// For infos that write a `curl_socket_t`, which is an int.
int hb_curl_getinfo_socket(CURL *easy, int info, int *value);
int hb_curl_getinfo_long(CURL *easy, int info, long *value);
int hb_curl_getinfo_offset(CURL *easy, int info, int64_t *value);
int hb_curl_multi_setopt_long(CURLM *multi, int option, long value);
int hb_curl_getinfo_pointer(CURL *easy, int info, void **value);

/// Trusted certificates that the first TLS connection reads and all later ones use. libcurl shares
/// them itself from 7.87 on.
typedef struct hb_curl_trust hb_curl_trust;

/// Returns NULL without memory, and if the OpenSSL that this libcurl uses is not known for certain.
hb_curl_trust *hb_curl_trust_create(void);
/// Frees it. No handle that it was added to may be driven afterwards.
void hb_curl_trust_free(hb_curl_trust *trust);
/// Lets a handle use the certificates, or read them if none has: a code, `HB_CURLE_OK` if it does.
/// Not with a proxy over TLS, whose certificates are other ones.
int hb_curl_trust_add(hb_curl_trust *trust, CURL *easy);
/// Whether a connection has read the certificates: handles may then have no CAINFO.
int hb_curl_trust_is_read(const hb_curl_trust *trust);

/// Decides whether a connection to an address may be opened; returns 0 if not. `family` is AF_INET or
/// AF_INET6, and `address` has 4 or 16 bytes in network order.
typedef int (*hb_curl_judge)(int scope, int family, const unsigned char *address);
/// The check of the addresses of a handle's connects. It must outlive the handle.
struct hb_curl_guard {
    hb_curl_judge judge;
    /// Passed to `judge`.
    int scope;
    /// Set to 1 when an address is refused.
    int refused;
};
/// Lets a handle ask the guard before it opens a socket. Returns libcurl's code.
int hb_curl_setopt_guard(CURL *easy, struct hb_curl_guard *guard);

#define HB_CURL_GLOBAL_ALL 3
#define HB_CURL_VERSION_7_76_1 0x074c01
#define HB_CURL_VERSION_7_85 0x075500
#define HB_CURL_VERSION_7_87 0x075700
#define HB_CURL_FEATURE_SSL 4

#define HB_CURLOPT_URL 10002
#define HB_CURLOPT_PROXY 10004
#define HB_CURLOPT_SSLCERT 10025
#define HB_CURLOPT_HTTPPROXYTUNNEL 61
#define HB_CURLOPT_CAINFO 10065
#define HB_CURLOPT_HTTP_VERSION 84
#define HB_CURLOPT_SSLKEY 10087
#define HB_CURLOPT_DNS_CACHE_TIMEOUT 92
#define HB_CURLOPT_CAPATH 10097
#define HB_CURLOPT_NOSIGNAL 99
#define HB_CURLOPT_PRIVATE 10103
#define HB_CURLOPT_CONNECT_ONLY 141
#define HB_CURLOPT_CONNECTTIMEOUT_MS 156
#define HB_CURLOPT_SSL_CTX_DATA 10109
#define HB_CURLOPT_SSL_CTX_FUNCTION 20108
#define HB_CURLOPT_TCP_KEEPALIVE 213
#define HB_CURLOPT_DNS_SHUFFLE_ADDRESSES 275
#define HB_CURLOPT_OPENSOCKETFUNCTION 20163
#define HB_CURLOPT_OPENSOCKETDATA 10164
#define HB_CURLOPT_QUICK_EXIT 322

#define HB_CURL_HTTP_VERSION_1_1 2

#define HB_CURLMOPT_MAX_HOST_CONNECTIONS 7

#define HB_CURLINFO_ACTIVESOCKET 5242924
#define HB_CURLINFO_NAMELOOKUP_TIME_T 6291507
#define HB_CURLINFO_PRIVATE 1048597
#define HB_CURLINFO_OS_ERRNO 2097177
#define HB_CURLINFO_HTTP_CONNECTCODE 2097174
#define HB_CURLINFO_SSL_VERIFYRESULT 2097165

#define HB_CURLMSG_DONE 1
#define HB_CURLM_OK 0
#define HB_CURL_WAIT_POLLIN 1

#define HB_CURLE_OK 0
#define HB_CURLE_UNSUPPORTED_PROTOCOL 1
#define HB_CURLE_FAILED_INIT 2
#define HB_CURLE_URL_MALFORMAT 3
#define HB_CURLE_COULDNT_RESOLVE_PROXY 5
#define HB_CURLE_COULDNT_RESOLVE_HOST 6
#define HB_CURLE_WEIRD_SERVER_REPLY 8
#define HB_CURLE_OUT_OF_MEMORY 27
#define HB_CURLE_OPERATION_TIMEDOUT 28
#define HB_CURLE_SSL_CONNECT_ERROR 35
#define HB_CURLE_GOT_NOTHING 52
#define HB_CURLE_SEND_ERROR 55
#define HB_CURLE_RECV_ERROR 56
#define HB_CURLE_SSL_CERTPROBLEM 58
#define HB_CURLE_SSL_CIPHER 59
#define HB_CURLE_PEER_FAILED_VERIFICATION 60
#define HB_CURLE_SSL_CACERT_BADFILE 77
#define HB_CURLE_AGAIN 81
#define HB_CURLE_SSL_ISSUER_ERROR 83
#define HB_CURLE_PROXY 97
#define HB_CURLE_SSL_CLIENTCERT 98
