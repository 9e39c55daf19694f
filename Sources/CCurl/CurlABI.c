// Holds the declarations of CCurl.h to the real header. Compiled to nothing in a build; where the
// header is installed:
//     cc -fsyntax-only -DHOOKBATCH_ABI_CHECK -Wall -Werror -ISources/CCurl/include CurlABI.c
#ifdef HOOKBATCH_ABI_CHECK
#include "CCurl.h"

#define SAME(ours, theirs) _Static_assert((long)(ours) == (long)(theirs), #theirs)
#define SAME_OFFSET(our_type, our_member, their_type, their_member)                               \
    _Static_assert(                                                                               \
        offsetof(our_type, our_member) == offsetof(their_type, their_member)                      \
            && sizeof(((our_type *)0)->our_member) == sizeof(((their_type *)0)->their_member),    \
        #their_type "." #their_member)

// The enumerations that we declare as int.
_Static_assert(sizeof(CURLcode) == sizeof(int), "CURLcode");
_Static_assert(sizeof(CURLMcode) == sizeof(int), "CURLMcode");
_Static_assert(sizeof(CURLversion) == sizeof(int), "CURLversion");
_Static_assert(sizeof(CURLoption) == sizeof(int), "CURLoption");
_Static_assert(sizeof(CURLINFO) == sizeof(int), "CURLINFO");
_Static_assert(sizeof(CURLMoption) == sizeof(int), "CURLMoption");
_Static_assert(sizeof(curl_off_t) == sizeof(int64_t), "curl_off_t");
_Static_assert(
    __builtin_types_compatible_p(
        curl_ssl_ctx_callback, CURLcode (*)(CURL *easy, void *context, void *data)),
    "curl_ssl_ctx_callback");
_Static_assert(sizeof(curl_socket_t) == sizeof(int), "curl_socket_t");
_Static_assert(CURLVERSION_FIRST == 0, "CURLVERSION_FIRST");

_Static_assert(sizeof(struct hb_curl_message) == sizeof(CURLMsg), "CURLMsg");
SAME_OFFSET(struct hb_curl_message, kind, CURLMsg, msg);
SAME_OFFSET(struct hb_curl_message, easy, CURLMsg, easy_handle);
SAME_OFFSET(struct hb_curl_message, data.result, CURLMsg, data.result);

_Static_assert(sizeof(struct hb_curl_waitfd) == sizeof(struct curl_waitfd), "curl_waitfd");
SAME_OFFSET(struct hb_curl_waitfd, fd, struct curl_waitfd, fd);
SAME_OFFSET(struct hb_curl_waitfd, events, struct curl_waitfd, events);
SAME_OFFSET(struct hb_curl_waitfd, revents, struct curl_waitfd, revents);

SAME_OFFSET(struct hb_curl_version, age, curl_version_info_data, age);
SAME_OFFSET(struct hb_curl_version, version, curl_version_info_data, version);
SAME_OFFSET(struct hb_curl_version, version_num, curl_version_info_data, version_num);
SAME_OFFSET(struct hb_curl_version, host, curl_version_info_data, host);
SAME_OFFSET(struct hb_curl_version, features, curl_version_info_data, features);
SAME_OFFSET(struct hb_curl_version, ssl_version, curl_version_info_data, ssl_version);

SAME(HB_CURL_GLOBAL_ALL, CURL_GLOBAL_ALL);
SAME(HB_CURL_VERSION_7_76_1, CURL_VERSION_BITS(7, 76, 1));
SAME(HB_CURL_VERSION_7_85, CURL_VERSION_BITS(7, 85, 0));
SAME(HB_CURL_VERSION_7_87, CURL_VERSION_BITS(7, 87, 0));
SAME(HB_CURL_FEATURE_SSL, CURL_VERSION_SSL);

SAME(HB_CURLOPT_URL, CURLOPT_URL);
SAME(HB_CURLOPT_PROXY, CURLOPT_PROXY);
SAME(HB_CURLOPT_SSLCERT, CURLOPT_SSLCERT);
SAME(HB_CURLOPT_HTTPPROXYTUNNEL, CURLOPT_HTTPPROXYTUNNEL);
SAME(HB_CURLOPT_CAINFO, CURLOPT_CAINFO);
SAME(HB_CURLOPT_HTTP_VERSION, CURLOPT_HTTP_VERSION);
SAME(HB_CURLOPT_SSLKEY, CURLOPT_SSLKEY);
SAME(HB_CURLOPT_CAPATH, CURLOPT_CAPATH);
SAME(HB_CURLOPT_NOSIGNAL, CURLOPT_NOSIGNAL);
SAME(HB_CURLOPT_PRIVATE, CURLOPT_PRIVATE);
SAME(HB_CURLOPT_CONNECT_ONLY, CURLOPT_CONNECT_ONLY);
SAME(HB_CURLOPT_CONNECTTIMEOUT_MS, CURLOPT_CONNECTTIMEOUT_MS);
SAME(HB_CURLOPT_SSL_CTX_DATA, CURLOPT_SSL_CTX_DATA);
SAME(HB_CURLOPT_SSL_CTX_FUNCTION, CURLOPT_SSL_CTX_FUNCTION);
SAME(HB_CURLOPT_OPENSOCKETFUNCTION, CURLOPT_OPENSOCKETFUNCTION);
SAME(HB_CURLOPT_OPENSOCKETDATA, CURLOPT_OPENSOCKETDATA);
SAME(HB_CURLOPT_TCP_KEEPALIVE, CURLOPT_TCP_KEEPALIVE);
SAME(HB_CURLOPT_DNS_CACHE_TIMEOUT, CURLOPT_DNS_CACHE_TIMEOUT);
SAME(HB_CURLOPT_DNS_SHUFFLE_ADDRESSES, CURLOPT_DNS_SHUFFLE_ADDRESSES);
SAME(HB_CURL_HTTP_VERSION_1_1, CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x075700
SAME(HB_CURLOPT_QUICK_EXIT, CURLOPT_QUICK_EXIT);
#endif

SAME(HB_CURLMOPT_MAX_HOST_CONNECTIONS, CURLMOPT_MAX_HOST_CONNECTIONS);

SAME(HB_CURLINFO_ACTIVESOCKET, CURLINFO_ACTIVESOCKET);
SAME(HB_CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_NAMELOOKUP_TIME_T);
SAME(HB_CURLINFO_PRIVATE, CURLINFO_PRIVATE);
SAME(HB_CURLINFO_OS_ERRNO, CURLINFO_OS_ERRNO);
SAME(HB_CURLINFO_HTTP_CONNECTCODE, CURLINFO_HTTP_CONNECTCODE);
SAME(HB_CURLINFO_SSL_VERIFYRESULT, CURLINFO_SSL_VERIFYRESULT);

SAME(HB_CURLMSG_DONE, CURLMSG_DONE);
SAME(HB_CURLM_OK, CURLM_OK);
SAME(HB_CURL_WAIT_POLLIN, CURL_WAIT_POLLIN);

SAME(HB_CURLE_OK, CURLE_OK);
SAME(HB_CURLE_UNSUPPORTED_PROTOCOL, CURLE_UNSUPPORTED_PROTOCOL);
SAME(HB_CURLE_FAILED_INIT, CURLE_FAILED_INIT);
SAME(HB_CURLE_URL_MALFORMAT, CURLE_URL_MALFORMAT);
SAME(HB_CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_PROXY);
SAME(HB_CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_HOST);
SAME(HB_CURLE_WEIRD_SERVER_REPLY, CURLE_WEIRD_SERVER_REPLY);
SAME(HB_CURLE_GOT_NOTHING, CURLE_GOT_NOTHING);
SAME(HB_CURLE_SEND_ERROR, CURLE_SEND_ERROR);
SAME(HB_CURLE_RECV_ERROR, CURLE_RECV_ERROR);
SAME(HB_CURLE_OUT_OF_MEMORY, CURLE_OUT_OF_MEMORY);
SAME(HB_CURLE_OPERATION_TIMEDOUT, CURLE_OPERATION_TIMEDOUT);
SAME(HB_CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CONNECT_ERROR);
SAME(HB_CURLE_SSL_CERTPROBLEM, CURLE_SSL_CERTPROBLEM);
SAME(HB_CURLE_SSL_CIPHER, CURLE_SSL_CIPHER);
SAME(HB_CURLE_PEER_FAILED_VERIFICATION, CURLE_PEER_FAILED_VERIFICATION);
SAME(HB_CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CACERT_BADFILE);
SAME(HB_CURLE_AGAIN, CURLE_AGAIN);
SAME(HB_CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ISSUER_ERROR);
SAME(HB_CURLE_PROXY, CURLE_PROXY);
SAME(HB_CURLE_SSL_CLIENTCERT, CURLE_SSL_CLIENTCERT);
#endif
