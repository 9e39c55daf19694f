#include "CPosix.h"

extern char **environ;

const char *const *hb_environment(void) { return (const char *const *)environ; }
