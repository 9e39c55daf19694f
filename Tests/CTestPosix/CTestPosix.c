#define _GNU_SOURCE
#include "CTestPosix.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__

int test_pipe_cloexec(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int test_accept_cloexec(int listener) {
    return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

#else

int test_pipe_cloexec(int ends[2]) {
    int result = pipe(ends);
    if (result == 0) {
        fcntl(ends[0], F_SETFD, FD_CLOEXEC);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    }
    return result;
}

int test_accept_cloexec(int listener) {
    int descriptor = accept(listener, 0, 0);
    if (descriptor >= 0) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        fcntl(descriptor, F_SETFL, O_NONBLOCK);
    }
    return descriptor;
}

#endif

int test_spawn_addchdir(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}
