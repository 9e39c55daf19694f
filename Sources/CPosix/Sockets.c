#ifdef __linux__
#define _GNU_SOURCE
#include "CPosix.h"

#include <sys/socket.h>

/* SOCK_STREAM and its flags are an enumeration that Swift can't join, and accept4 is hidden
   behind _GNU_SOURCE. */
int hb_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int hb_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
#endif
