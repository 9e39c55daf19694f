// Runs a program and writes its peak memory in KiB: peak FILE PROGRAM ARGUMENT...
//
// A child's peak starts with that of its parent process. The parent must therefore be small, and a
// test runner is not.

#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
    if (count < 3) return 125;
    pid_t child = fork();
    if (child < 0) return 125;
    if (child == 0) {
        execv(words[2], words + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) return 125;
    FILE *file = fopen(words[1], "w");
    if (!file || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 || fclose(file) != 0) return 125;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
