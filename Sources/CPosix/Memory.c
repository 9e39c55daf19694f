#include "CPosix.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void hb_return_large_memory(void) {
#ifdef __GLIBC__
    // Setting it also keeps it: else the first large block that is freed raises it to its size, and
    // later ones stay in a heap that gives nothing back.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}
