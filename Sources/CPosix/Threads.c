#include "CPosix.h"

#include <signal.h>

int hb_thread_start(pthread_t *thread, void *(*run)(void *), void *context) {
    // A thread inherits its mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(thread, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}
