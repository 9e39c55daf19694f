#include "CCurl.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

// libcurl's `struct curl_sockaddr`.
struct address {
    int family;
    int socket_type;
    int protocol;
    unsigned int length;
    struct sockaddr sockaddr;
};

static int open_socket(void *data, int purpose, struct address *address) {
    struct hb_curl_guard *guard = data;
    (void)purpose;
    const unsigned char *bytes = NULL;
    if (address->family == AF_INET)
        bytes = (const unsigned char *)&((struct sockaddr_in *)&address->sockaddr)->sin_addr;
    else if (address->family == AF_INET6)
        bytes = (const unsigned char *)&((struct sockaddr_in6 *)&address->sockaddr)->sin6_addr;
    if (!bytes || !guard->judge(guard->scope, address->family, bytes)) {
        guard->refused = 1;
        return -1;
    }
    return socket(address->family, address->socket_type | SOCK_CLOEXEC, address->protocol);
}

int hb_curl_setopt_guard(CURL *easy, struct hb_curl_guard *guard) {
    int code = hb_curl_setopt_pointer(easy, HB_CURLOPT_OPENSOCKETDATA, guard);
    if (code != HB_CURLE_OK) return code;
    return hb_curl_setopt_pointer(easy, HB_CURLOPT_OPENSOCKETFUNCTION, (void *)open_socket);
}
