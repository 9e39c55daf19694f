#define _GNU_SOURCE
#include "CPosix.h"

#include <fcntl.h>

int hb_close_on_exec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }
