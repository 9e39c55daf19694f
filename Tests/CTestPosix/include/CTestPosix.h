#pragma once

#include <spawn.h>

// What the tests need of POSIX and the Swift overlay of the C library lacks. Each returns what the
// call behind it returns, and leaves its errno.

/// A pipe whose ends are closed in children. `pipe2` is declared for GNU sources alone.
int test_pipe_cloexec(int ends[2]);

/// The next connection of a listener, closed in children and not blocking. As above, `accept4`.
int test_accept_cloexec(int listener);

/// The child's working directory. As above, and the name differs without the suffix.
int test_spawn_addchdir(posix_spawn_file_actions_t *actions, const char *path);
