#include "CPosix.h"

#include <unistd.h>

extern char **environ;

const char *hb_environment(size_t place) {
    if (environ == NULL) return NULL;
    for (size_t i = 0; i < place; i++) {
        if (environ[i] == NULL) return NULL;
    }
    return environ[place];
}
