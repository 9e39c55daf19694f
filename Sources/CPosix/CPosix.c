#define _GNU_SOURCE
#include "CPosix.h"

#include <fcntl.h>
#include <sys/prctl.h>

int hb_close_on_exec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

int hb_set_blocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
}

long hb_parse_time(const char *text, const char *pattern, struct tm *fields) {
    const char *end = strptime(text, pattern, fields);
    return end == NULL ? -1 : end - text;
}

int hb_open_unnamed(const char *folder) {
    return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int hb_reserve(int descriptor, long long offset, long long count) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count);
}

int hb_hide_memory(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
