// A slow resolver, to be loaded with LD_PRELOAD: looking up slow.test takes SLOW_LOOKUP seconds,
// and its address is 127.0.0.1.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(
    const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        (__typeof__(real))dlsym(RTLD_NEXT, "getaddrinfo");
    if (!name || strcmp(name, "slow.test") != 0) return real(name, service, hints, result);
    const char *seconds = getenv("SLOW_LOOKUP");
    unsigned int left = seconds ? (unsigned int)atoi(seconds) : 0;
    while (left > 0) left = sleep(left);
    return real("127.0.0.1", service, hints, result);
}
