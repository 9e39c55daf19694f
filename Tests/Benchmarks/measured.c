// Runs a command and writes its cost: measured RESULT SECONDS COMMAND [ARGUMENT...]
//
// RESULT gets one line: wall microseconds, CPU microseconds, peak KiB, exit status (128 + the
// signal's number if one ended it). CPU is that of the command and of every process it waited for;
// the peak is that of the largest single one of them. After SECONDS the command is killed. SIGTERM
// is passed on to the command and ends the wall time.
//
// A separate program, because in Linux a process's peak includes its memory before its exec: the
// child of a Python driver would never have less than that driver's 20 MB.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child;
static struct timespec ended;
static volatile sig_atomic_t has_ended;

static void pass_on(int number) {
    (void)number;
    if (!has_ended) {
        clock_gettime(CLOCK_MONOTONIC, &ended);
        has_ended = 1;
    }
    if (child > 0) kill(child, SIGTERM);
}

static void give_up(int number) {
    (void)number;
    // The whole process group: a shell or GNU parallel has its own children.
    if (child > 0) kill(-child, SIGKILL);
}

static long long microseconds(struct timeval time) {
    return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "measured: RESULT SECONDS COMMAND [ARGUMENT...]\n");
        return 2;
    }
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    // Blocked until there is a child that can receive the signal.
    sigprocmask(SIG_BLOCK, &stop, &before);
    signal(SIGTERM, pass_on);
    signal(SIGALRM, give_up);

    struct timespec began;
    clock_gettime(CLOCK_MONOTONIC, &began);
    pid_t pid = fork();
    if (pid < 0) {
        perror("measured: fork");
        return 2;
    }
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        execvp(arguments[3], arguments + 3);
        perror(arguments[3]);
        _exit(127);
    }
    setpgid(pid, pid);
    child = pid;
    alarm((unsigned)atoi(arguments[2]));
    sigprocmask(SIG_SETMASK, &before, NULL);

    int status;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            perror("measured: wait4");
            return 2;
        }
    }
    child = 0;
    if (!has_ended) clock_gettime(CLOCK_MONOTONIC, &ended);

    FILE *result = fopen(arguments[1], "w");
    if (!result) {
        perror(arguments[1]);
        return 2;
    }
    long long wall = (ended.tv_sec - began.tv_sec) * 1000000LL
        + (ended.tv_nsec - began.tv_nsec) / 1000;
    fprintf(result, "%lld %lld %ld %d\n", wall,
        microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss,
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(result) == 0 ? 0 : 2;
}
