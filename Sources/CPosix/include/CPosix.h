#pragma once
// What Swift's Glibc module does not offer.

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

// `struct epoll_event` is packed on x86-64, so it stays behind these functions.

#define HB_EPOLL_READABLE 1u
#define HB_EPOLL_WRITABLE 2u
#define HB_EPOLL_CLOSED 4u
#define HB_EPOLL_EDGE 8u

/// What one `hb_epoll_wait` found: `token` as it was registered, and HB_EPOLL_ bits. An error or
/// a hang-up sets HB_EPOLL_CLOSED and HB_EPOLL_READABLE.
struct hb_epoll_ready {
    uint64_t token;
    uint32_t bits;
};

/// A new epoll instance, closed on exec; -1 and errno.
int hb_epoll_create(void);
/// HB_EPOLL_ bits to wait for; HB_EPOLL_EDGE reports each change once. -1 and errno.
int hb_epoll_add(int epoll, int descriptor, uint32_t bits, uint64_t token);
int hb_epoll_modify(int epoll, int descriptor, uint32_t bits, uint64_t token);
int hb_epoll_remove(int epoll, int descriptor);
/// Waits for at most `nanoseconds` (negative: for ever) and fills up to `capacity` entries, at
/// most 256. Accurate to the kernel's timer slack where epoll_pwait2 exists (Linux 5.11), else the
/// time is rounded up to milliseconds. Returns the number of entries, or -1 and errno.
int hb_epoll_wait(int epoll, struct hb_epoll_ready *ready, int capacity, int64_t nanoseconds);

/// A non-blocking eventfd, closed on exec; -1 and errno.
int hb_eventfd(void);

/// A TCP socket of an address family, non-blocking and closed on exec; -1 and errno.
int hb_stream_socket(int family);
/// The next connection of a listening socket, non-blocking and closed on exec; -1 and errno.
int hb_accept(int listener);
/// The columns of the terminal at a descriptor; 0 if it is none, or has not said.
int hb_terminal_columns(int descriptor);

/// The variables of the environment as `NAME=value`, up to a NULL; NULL if there is no environment.
/// Swift does not let a mutable global be read.
const char *const *hb_environment(void);

/// `fcntl(F_SETFD, FD_CLOEXEC)`: fcntl is variadic.
int hb_close_on_exec(int descriptor);
/// Clears O_NONBLOCK; -1 and errno.
int hb_set_blocking(int descriptor);

/// `strptime`, which needs _XOPEN_SOURCE. Returns the number of parsed bytes of `text`; -1 if it does
/// not match.
long hb_parse_time(const char *text, const char *pattern, struct tm *fields);

/// A new file without a name in a folder, mode 0600, closed on exec; -1 and errno: some file systems
/// have none (EOPNOTSUPP, EISDIR, EINVAL).
int hb_open_unnamed(const char *folder);

/// Reserves disk space behind a file's end, which keeps its size (`fallocate`); -1 and errno: some file
/// systems can't.
int hb_reserve(int descriptor, long long offset, long long count);

/// `prctl(PR_SET_DUMPABLE, 0)`: prctl is variadic. -1 and errno.
int hb_hide_memory(void);

/// Makes SIGHUP, SIGINT and SIGTERM end the process if it is the first of a container: the kernel drops
/// signals to process 1 that have no handler. The exit code is 128 and the number, as in a shell.
void hb_signals_end_first_process(void);

/// Blocks SIGHUP, SIGINT and SIGTERM for this thread and those it will start, and returns a
/// non-blocking descriptor that they come over, closed on exec; -1 and errno. One that is ignored
/// stays so. `extra` is one signal more, or 0.
int hb_signals_open(int extra);
/// The number of the next signal that has come, 0 if none has.
int hb_signals_read(int descriptor);
/// Gives the signals of `hb_signals_open` their effect on this thread again. Pending ones act at once.
void hb_signals_release(int extra);

/// Starts a thread in which all signals are blocked: they are for others to take. Returns 0, or the
/// number of an error.
int hb_thread_start(pthread_t *thread, void *(*run)(void *), void *context);

/// Lets the allocator give blocks of 256 KiB and more back to the system as soon as they are freed,
/// so that memory stays flat after a large record. Before any other thread starts.
void hb_return_large_memory(void);

/* The processor's own CRC-32C, three to six times as fast as tables. Only to be called where
   hb_has_crc32c() is not 0. Takes and returns the inner state: the complement of a checksum. */
int hb_has_crc32c(void);
uint32_t hb_crc32c(uint32_t crc, const void *bytes, size_t count);
