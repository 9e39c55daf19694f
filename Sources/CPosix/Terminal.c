#include "CPosix.h"

#include <sys/ioctl.h>

/* ioctl is variadic. */
int hb_terminal_columns(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
