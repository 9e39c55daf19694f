#ifdef __linux__
#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int hb_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static struct epoll_event event_of(uint32_t bits, uint64_t token) {
    struct epoll_event event = {.data = {.u64 = token}};
    if (bits & HB_EPOLL_READABLE) event.events |= EPOLLIN;
    if (bits & HB_EPOLL_WRITABLE) event.events |= EPOLLOUT;
    if (bits & HB_EPOLL_CLOSED) event.events |= EPOLLRDHUP;
    if (bits & HB_EPOLL_EDGE) event.events |= EPOLLET;
    return event;
}

int hb_epoll_add(int epoll, int descriptor, uint32_t bits, uint64_t token) {
    struct epoll_event event = event_of(bits, token);
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int hb_epoll_modify(int epoll, int descriptor, uint32_t bits, uint64_t token) {
    struct epoll_event event = event_of(bits, token);
    return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event);
}

int hb_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, 0);
}

static int wait_milliseconds(
    int epoll, struct epoll_event *events, int capacity, int64_t nanoseconds) {
    int64_t milliseconds = nanoseconds < 0 ? -1 : nanoseconds / 1000000;
    // Rounded up: waking early would only mean waiting again for nothing.
    if (nanoseconds > 0 && nanoseconds % 1000000 != 0) milliseconds += 1;
    if (milliseconds > INT_MAX) milliseconds = INT_MAX;
    return epoll_wait(epoll, events, capacity, (int)milliseconds);
}

static int wait_nanoseconds(
    int epoll, struct epoll_event *events, int capacity, int64_t nanoseconds) {
#ifdef SYS_epoll_pwait2
    // By number: the C library's own wrapper is younger than the kernel's call. Racing threads
    // would only find out twice that it is missing.
    static volatile int missing = 0;
    // A zero or endless wait needs no precision.
    if (nanoseconds > 0 && !missing) {
        struct timespec time = {
            .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
        int count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, &time, (void *)0, 0);
        // Old container filters answer EPERM for calls that they do not know.
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
        missing = 1;
    }
#endif
    return wait_milliseconds(epoll, events, capacity, nanoseconds);
}

int hb_epoll_wait(int epoll, struct hb_epoll_ready *ready, int capacity, int64_t nanoseconds) {
    struct epoll_event events[256];
    int count = wait_nanoseconds(epoll, events, capacity < 256 ? capacity : 256, nanoseconds);
    for (int i = 0; i < count; i++) {
        uint32_t found = events[i].events;
        uint32_t bits = 0;
        if (found & EPOLLIN) bits |= HB_EPOLL_READABLE;
        if (found & EPOLLOUT) bits |= HB_EPOLL_WRITABLE;
        if (found & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) bits |= HB_EPOLL_CLOSED | HB_EPOLL_READABLE;
        ready[i].token = events[i].data.u64;
        ready[i].bits = bits;
    }
    return count;
}

int hb_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
#endif
