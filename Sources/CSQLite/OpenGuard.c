// SQLite creates and opens its side files by name, at any time, and uses whatever it finds there. In
// a folder that others can write, a check of the names before that is a race. So the check is made
// on the open descriptor, in the place of the `open` that SQLite's own VFS calls.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CSQLite.h"
#include "VFS.h"

/// A guarded database. The list only grows, so that it is read without a lock.
struct guarded {
    struct guarded *next;
    uint32_t owner;
    atomic_int is_opened;
    size_t length;
    char path[];
};

static struct guarded *_Atomic databases;
static _Atomic(csqlite_judge) judge_file;

/// The database to which the file at `path` belongs; NULL for a path of no guarded database.
static struct guarded *database_of(const char *path) {
    for (struct guarded *each = atomic_load(&databases); each; each = each->next) {
        if (strncmp(path, each->path, each->length) != 0) continue;
        const char *suffix = path + each->length;
        if (!*suffix || !strcmp(suffix, "-wal") || !strcmp(suffix, "-shm")
            || !strcmp(suffix, "-journal"))
            return each;
    }
    return NULL;
}

static int guarded_open(const char *path, int flags, int mode) {
    struct guarded *database = database_of(path);
    if (!database) return open(path, flags, mode);
    // A FIFO must not block, and a terminal must not become ours.
    int safe = flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int descriptor = open(path, safe, mode);
    if (descriptor < 0) return descriptor;
    struct stat main;
    if (lstat(database->path, &main) == 0
        && atomic_load(&judge_file)(descriptor, database->owner, main.st_mode & 0777)) {
        if (!path[database->length]) atomic_store(&database->is_opened, 1);
        return descriptor;
    }
    close(descriptor);
    errno = EPERM;
    return -1;
}

/// Replaces `open` in the VFS. May run twice, with the same effect.
static int replace_open(void) {
    sqlite3_vfs *vfs = csqlite_vfs_find(NULL);
    struct csqlite_vfs *members = (struct csqlite_vfs *)vfs;
    if (!vfs || members->iVersion < 3 || !members->xSetSystemCall) return CSQLITE_ERROR;
    return members->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)guarded_open);
}

int csqlite_guard(const char *path, uint32_t owner, csqlite_judge judge) {
    atomic_store(&judge_file, judge);
    struct guarded *known = database_of(path);
    if (known && !path[known->length] && known->owner == owner) return CSQLITE_OK;
    size_t length = strlen(path);
    struct guarded *added = malloc(sizeof *added + length + 1);
    if (!added) return CSQLITE_NOMEM;
    added->owner = owner;
    atomic_init(&added->is_opened, 0);
    added->length = length;
    memcpy(added->path, path, length + 1);
    added->next = atomic_load(&databases);
    while (!atomic_compare_exchange_weak(&databases, &added->next, added)) continue;
    return replace_open();
}

int csqlite_is_guarded(const char *path) {
    struct guarded *database = database_of(path);
    return database && !path[database->length] && atomic_load(&database->is_opened);
}
