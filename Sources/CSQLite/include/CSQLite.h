// The part of SQLite's stable ABI that the store uses, declared here so that the build needs no
// `-dev` package.
//
// The library is loaded when a store is first used: a send to the API, a check and a report do
// without it. Functions are declared with SQLite's own names, and called with the prefix `csqlite_`.
// Constants have the prefix `CSQLITE_`, so that this header and the real one can be in one file:
// `ABICheck.c` compares them.
#pragma once

#include <stdint.h>

/// What the declarations and the SQL of the store need: 3.31.0.
#define CSQLITE_MINIMUM_VERSION 3031000

// Result codes. <https://www.sqlite.org/rescode.html>
#define CSQLITE_OK 0
#define CSQLITE_ERROR 1
#define CSQLITE_BUSY 5
#define CSQLITE_LOCKED 6
#define CSQLITE_NOMEM 7
#define CSQLITE_READONLY 8
#define CSQLITE_IOERR 10
#define CSQLITE_CORRUPT 11
#define CSQLITE_FULL 13
#define CSQLITE_CANTOPEN 14
#define CSQLITE_NOTADB 26
#define CSQLITE_ROW 100
#define CSQLITE_DONE 101

// Flags of `sqlite3_open_v2` and `sqlite3_prepare_v3`.
#define CSQLITE_OPEN_READWRITE 0x00000002
#define CSQLITE_OPEN_NOMUTEX 0x00008000
#define CSQLITE_OPEN_NOFOLLOW 0x01000000
#define CSQLITE_PREPARE_PERSISTENT 0x01

// Column types, text encodings, limits.
#define CSQLITE_NULL 5
#define CSQLITE_UTF8 1
#define CSQLITE_LIMIT_LENGTH 0

// Options of the two variadic functions.
#define CSQLITE_CONFIG_MEMSTATUS 9
#define CSQLITE_DBCONFIG_DEFENSIVE 1010
#define CSQLITE_DBCONFIG_DQS_DML 1013
#define CSQLITE_DBCONFIG_DQS_DDL 1014
#define CSQLITE_DBCONFIG_TRUSTED_SCHEMA 1017

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef long long int sqlite3_int64;
typedef unsigned long long int sqlite3_uint64;
typedef void (*sqlite3_destructor_type)(void *);

typedef struct sqlite3_vfs sqlite3_vfs;
typedef void (*sqlite3_syscall_ptr)(void);

int sqlite3_libversion_number(void);
const char *sqlite3_libversion(void);
sqlite3_vfs *sqlite3_vfs_find(const char *name);
int sqlite3_config(int option, ...);

int sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int sqlite3_close_v2(sqlite3 *db);
int sqlite3_db_config(sqlite3 *db, int option, ...);
int sqlite3_extended_result_codes(sqlite3 *db, int on);
int sqlite3_busy_timeout(sqlite3 *db, int milliseconds);
int sqlite3_limit(sqlite3 *db, int id, int value);
int sqlite3_exec(sqlite3 *db, const char *sql,
                 int (*callback)(void *, int, char **, char **), void *context, char **message);
int sqlite3_get_autocommit(sqlite3 *db);
int sqlite3_changes(sqlite3 *db);
int sqlite3_sleep(int milliseconds);

int sqlite3_extended_errcode(sqlite3 *db);
const char *sqlite3_errmsg(sqlite3 *db);
const char *sqlite3_errstr(int code);

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int bytes, unsigned int flags,
                       sqlite3_stmt **statement, const char **tail);
int sqlite3_step(sqlite3_stmt *statement);
int sqlite3_reset(sqlite3_stmt *statement);
int sqlite3_finalize(sqlite3_stmt *statement);

int sqlite3_bind_null(sqlite3_stmt *statement, int index);
int sqlite3_bind_text64(sqlite3_stmt *statement, int index, const char *text,
                        sqlite3_uint64 bytes, sqlite3_destructor_type destructor,
                        unsigned char encoding);

int sqlite3_column_type(sqlite3_stmt *statement, int column);
sqlite3_int64 sqlite3_column_int64(sqlite3_stmt *statement, int column);
const unsigned char *sqlite3_column_text(sqlite3_stmt *statement, int column);
int sqlite3_column_bytes(sqlite3_stmt *statement, int column);

/// Each function once: for the table, and for finding it.
#define CSQLITE_FUNCTIONS(each)                                                                    \
    each(libversion_number)                                                                        \
    each(libversion)                                                                               \
    each(vfs_find)                                                                                 \
    each(config)                                                                                   \
    each(open_v2)                                                                                  \
    each(close_v2)                                                                                 \
    each(db_config)                                                                                \
    each(extended_result_codes)                                                                    \
    each(busy_timeout)                                                                             \
    each(limit)                                                                                    \
    each(exec)                                                                                     \
    each(get_autocommit)                                                                           \
    each(changes)                                                                                  \
    each(sleep)                                                                                    \
    each(extended_errcode)                                                                         \
    each(errmsg)                                                                                   \
    each(errstr)                                                                                   \
    each(prepare_v3)                                                                               \
    each(step)                                                                                     \
    each(reset)                                                                                    \
    each(finalize)                                                                                 \
    each(bind_null)                                                                                \
    each(bind_text64)                                                                              \
    each(column_type)                                                                              \
    each(column_int64)                                                                             \
    each(column_text)                                                                              \
    each(column_bytes)

#define CSQLITE_POINTER(name) __typeof__(sqlite3_##name) *name;

/// The functions of the loaded library.
struct csqlite_functions {
    CSQLITE_FUNCTIONS(CSQLITE_POINTER)
};
extern struct csqlite_functions csqlite __attribute__((visibility("hidden")));

/// Loads SQLite and finds these functions in it: NULL, or why it can't be used. Call it once,
/// before all others.
const char *csqlite_load(void);

// The calls. Each is a jump through the table: SQLite's names above are only declared.

static inline int csqlite_libversion_number(void) {
    return csqlite.libversion_number();
}

static inline const char *csqlite_libversion(void) {
    return csqlite.libversion();
}

static inline sqlite3_vfs *csqlite_vfs_find(const char *name) {
    return csqlite.vfs_find(name);
}

static inline int csqlite_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs) {
    return csqlite.open_v2(path, db, flags, vfs);
}

static inline int csqlite_close_v2(sqlite3 *db) {
    return csqlite.close_v2(db);
}

static inline int csqlite_extended_result_codes(sqlite3 *db, int on) {
    return csqlite.extended_result_codes(db, on);
}

static inline int csqlite_busy_timeout(sqlite3 *db, int milliseconds) {
    return csqlite.busy_timeout(db, milliseconds);
}

static inline int csqlite_limit(sqlite3 *db, int id, int value) {
    return csqlite.limit(db, id, value);
}

static inline int csqlite_exec(
    sqlite3 *db, const char *sql, int (*callback)(void *, int, char **, char **), void *context,
    char **message) {
    return csqlite.exec(db, sql, callback, context, message);
}

static inline int csqlite_get_autocommit(sqlite3 *db) {
    return csqlite.get_autocommit(db);
}

static inline int csqlite_changes(sqlite3 *db) {
    return csqlite.changes(db);
}

static inline int csqlite_sleep(int milliseconds) {
    return csqlite.sleep(milliseconds);
}

static inline int csqlite_extended_errcode(sqlite3 *db) {
    return csqlite.extended_errcode(db);
}

static inline const char *csqlite_errmsg(sqlite3 *db) {
    return csqlite.errmsg(db);
}

static inline const char *csqlite_errstr(int code) {
    return csqlite.errstr(code);
}

static inline int csqlite_prepare_v3(
    sqlite3 *db, const char *sql, int bytes, unsigned int flags, sqlite3_stmt **statement,
    const char **tail) {
    return csqlite.prepare_v3(db, sql, bytes, flags, statement, tail);
}

static inline int csqlite_step(sqlite3_stmt *statement) {
    return csqlite.step(statement);
}

static inline int csqlite_reset(sqlite3_stmt *statement) {
    return csqlite.reset(statement);
}

static inline int csqlite_finalize(sqlite3_stmt *statement) {
    return csqlite.finalize(statement);
}

static inline int csqlite_bind_null(sqlite3_stmt *statement, int index) {
    return csqlite.bind_null(statement, index);
}

static inline int csqlite_bind_text64(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 bytes,
    sqlite3_destructor_type destructor, unsigned char encoding) {
    return csqlite.bind_text64(statement, index, text, bytes, destructor, encoding);
}

static inline int csqlite_column_type(sqlite3_stmt *statement, int column) {
    return csqlite.column_type(statement, column);
}

static inline sqlite3_int64 csqlite_column_int64(sqlite3_stmt *statement, int column) {
    return csqlite.column_int64(statement, column);
}

static inline const unsigned char *csqlite_column_text(sqlite3_stmt *statement, int column) {
    return csqlite.column_text(statement, column);
}

static inline int csqlite_column_bytes(sqlite3_stmt *statement, int column) {
    return csqlite.column_bytes(statement, column);
}

/// `SQLITE_STATIC`: the text stays where it is until it is bound again. The macro is a cast of an
/// integer to a function pointer, which Swift does not import.
static inline sqlite3_destructor_type csqlite_static(void) {
    return (sqlite3_destructor_type)0;
}

/// `SQLITE_TRANSIENT`: SQLite copies the text before it returns. A cast like `SQLITE_STATIC`, and
/// of a value (-1) that no Swift function pointer can hold.
static inline sqlite3_destructor_type csqlite_transient(void) {
    return (sqlite3_destructor_type)(intptr_t)-1;
}

/// `sqlite3_config` is variadic, which Swift does not import. Turns off the allocation statistics
/// of the whole process, and so a mutex at each allocation.
static inline int csqlite_disable_memory_statistics(void) {
    return csqlite.config(CSQLITE_CONFIG_MEMSTATUS, 0);
}

/// `sqlite3_db_config` is variadic, which Swift does not import. Sets one of the options that take
/// a flag; the third argument, where the new value would be stored, may be null.
static inline int csqlite_set_option(sqlite3 *db, int option, int on) {
    return csqlite.db_config(db, option, on, (int *)0);
}

/// Whether SQLite may use an open file of a database: 1, or 0 to refuse it. `owner` is the user id
/// that was given for the database, `mode` the permission bits of the database file.
typedef int (*csqlite_judge)(int descriptor, uint32_t owner, uint32_t mode);

/// Lets `judge` decide about each file that SQLite opens from now on for the database at `path`: the
/// database, `-wal`, `-shm` and `-journal`. `path` is absolute and has no symbolic links. A refused
/// file is closed before SQLite reads, changes or truncates it, and its open fails with EPERM. There
/// is one `judge` in the process. Returns a result code; safe on any thread.
int csqlite_guard(const char *path, uint32_t owner, csqlite_judge judge);

/// Whether SQLite has opened the database at `path` since it is guarded. If not, this SQLite opens
/// files in another way, and the guard is void.
int csqlite_is_guarded(const char *path);
