// Holds our declarations to SQLite's own header. In a build of the program this file is empty,
// since the header need not be there. Where it is:
//
//     cd Sources/CSQLite
//     cc -fsyntax-only -Wall -Werror -DHOOKBATCH_ABI_CHECK -I include ABICheck.c
//
// Functions and types: C lets a declaration be repeated only if it is compatible, so that any
// difference between the two headers is an error here. Constants: one assertion each.

#ifdef HOOKBATCH_ABI_CHECK

#include <sqlite3.h>

#include <stddef.h>

#include "CSQLite.h"
#include "VFS.h"

#define HOLDS(name) _Static_assert(CSQLITE_##name == SQLITE_##name, "SQLITE_" #name)

HOLDS(OK);
HOLDS(ERROR);
HOLDS(BUSY);
HOLDS(LOCKED);
HOLDS(NOMEM);
HOLDS(READONLY);
HOLDS(IOERR);
HOLDS(CORRUPT);
HOLDS(FULL);
HOLDS(CANTOPEN);
HOLDS(NOTADB);
HOLDS(ROW);
HOLDS(DONE);

HOLDS(OPEN_READWRITE);
HOLDS(OPEN_NOMUTEX);
HOLDS(OPEN_NOFOLLOW);
HOLDS(PREPARE_PERSISTENT);

HOLDS(NULL);
HOLDS(UTF8);
HOLDS(LIMIT_LENGTH);

HOLDS(CONFIG_MEMSTATUS);
HOLDS(DBCONFIG_DEFENSIVE);
HOLDS(DBCONFIG_DQS_DML);
HOLDS(DBCONFIG_DQS_DDL);
HOLDS(DBCONFIG_TRUSTED_SCHEMA);

_Static_assert(offsetof(struct csqlite_vfs, iVersion) == offsetof(sqlite3_vfs, iVersion), "VFS");
_Static_assert(offsetof(struct csqlite_vfs, xSetSystemCall)
                   == offsetof(sqlite3_vfs, xSetSystemCall),
               "VFS");

_Static_assert(SQLITE_VERSION_NUMBER >= CSQLITE_MINIMUM_VERSION, "SQLite is too old");

// `SQLITE_STATIC` and `SQLITE_TRANSIENT` are casts to a function pointer, which C does not count
// among its constant expressions; compilers do, if the result is cast to an integer.
_Static_assert(__builtin_constant_p((intptr_t)SQLITE_STATIC) && (intptr_t)SQLITE_STATIC == 0,
               "SQLITE_STATIC");
_Static_assert(__builtin_constant_p((intptr_t)SQLITE_TRANSIENT)
                   && (intptr_t)SQLITE_TRANSIENT == -1,
               "SQLITE_TRANSIENT");

#else

// A file without a declaration is not C.
typedef int csqlite_abi_is_checked_elsewhere;

#endif
