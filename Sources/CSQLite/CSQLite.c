#include "CSQLite.h"

#include <dlfcn.h>
#include <stddef.h>

struct csqlite_functions csqlite;

#define FIND(name)                                                                                 \
    csqlite.name = (__typeof__(sqlite3_##name) *)dlsym(library, "sqlite3_" #name);                 \
    if (!csqlite.name) return "it has no sqlite3_" #name;

const char *csqlite_load(void) {
    void *library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    CSQLITE_FUNCTIONS(FIND)
    return NULL;
}
