#pragma once

#include "CSQLite.h"

/// The layout of `sqlite3_vfs` up to the member that we use. It has a name of its own because a
/// structure can't be declared twice; `ABICheck.c` compares the two.
struct csqlite_vfs {
    int iVersion;
    int szOsFile;
    int mxPathname;
    void *pNext;
    const char *zName;
    void *pAppData;
    /// From `xOpen` to `xCurrentTimeInt64`.
    void (*methods[13])(void);
    /// Of version 3 and later; NULL if the VFS has no replaceable system calls.
    int (*xSetSystemCall)(sqlite3_vfs *vfs, const char *name, sqlite3_syscall_ptr call);
};
