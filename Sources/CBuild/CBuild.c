#include "CBuild.h"

#include <string.h>

// Git's own files, read by the compiler: a commit compiles this file again and no other. The head is
// either a commit or the name of a branch, whose commit is in a file of its own.

static const unsigned char head[] = {
#if __has_embed("../../.git/HEAD")
#embed "../../.git/HEAD" limit(40) suffix(, )
#endif
    0};

static const unsigned char main_branch[] = {
#if __has_embed("../../.git/refs/heads/main")
#embed "../../.git/refs/heads/main" limit(40) suffix(, )
#endif
    0};

static int is_commit(const unsigned char *text) {
    return strspn((const char *)text, "0123456789abcdef") == 40;
}

const char *hb_build_commit(void) {
    const unsigned char *commit =
        strcmp((const char *)head, "ref: refs/heads/main\n") == 0 ? main_branch : head;
    return is_commit(commit) ? (const char *)commit : NULL;
}

const char *hb_build_compiler(void) {
    return __VERSION__;
}
