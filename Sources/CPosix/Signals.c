#include "CPosix.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* signalfd's header is not in Glibc's module, and sigset_t's macros need C. */
static const int stops[] = {SIGHUP, SIGINT, SIGTERM};

static void end_process(int number) { _exit(128 + number); }

void hb_signals_end_first_process(void) {
    if (getpid() != 1) return;
    for (unsigned i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct sigaction action;
        if (sigaction(stops[i], NULL, &action) != 0 || action.sa_handler != SIG_DFL) continue;
        action.sa_handler = end_process;
        sigaction(stops[i], &action, NULL);
    }
}

int hb_signals_open(int extra) {
    sigset_t set;
    sigemptyset(&set);
    for (unsigned i = 0; i < sizeof stops / sizeof *stops; i++) {
        struct sigaction action;
        /* A blocked signal is delivered to a signalfd even if it is ignored. */
        if (sigaction(stops[i], NULL, &action) == 0 && action.sa_handler == SIG_IGN) continue;
        sigaddset(&set, stops[i]);
    }
    if (extra != 0) sigaddset(&set, extra);
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int hb_signals_read(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count;
    do {
        count = read(descriptor, &info, sizeof info);
    } while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void hb_signals_release(int extra) {
    sigset_t set;
    sigemptyset(&set);
    for (unsigned i = 0; i < sizeof stops / sizeof *stops; i++) sigaddset(&set, stops[i]);
    if (extra != 0) {
        /* Its default would end the program. */
        signal(extra, SIG_IGN);
        sigaddset(&set, extra);
    }
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}
