// Holds our declarations to zlib's own header. In a build of the program this file is empty, since
// the header need not be there. Where it is:
//
//     cd Sources/CZlib
//     cc -fsyntax-only -Wall -Werror -DHOOKBATCH_ABI_CHECK -I include ABICheck.c
//
// Functions: C lets a declaration be repeated only if it is compatible, so that any difference
// between the two headers is an error here. Constants and members: one assertion each.

#ifdef HOOKBATCH_ABI_CHECK

#include <stddef.h>
#include <zlib.h>

#define CZLIB_STREAM z_stream
#include "CZlib.h"

#define HOLDS(name) _Static_assert(CZLIB_##name == Z_##name, "Z_" #name)

HOLDS(OK);
HOLDS(STREAM_END);
HOLDS(DATA_ERROR);
HOLDS(MEM_ERROR);
HOLDS(BUF_ERROR);
HOLDS(NO_FLUSH);
_Static_assert(CZLIB_GZIP_WINDOW == MAX_WBITS + 16, "MAX_WBITS");

#define HAS(member)                                                                       \
    _Static_assert(offsetof(czlib_stream, member) == offsetof(z_stream, member), #member); \
    _Static_assert(sizeof(((czlib_stream *)0)->member) == sizeof(((z_stream *)0)->member), #member)

HAS(next_in);
HAS(avail_in);
HAS(total_in);
HAS(next_out);
HAS(avail_out);
HAS(total_out);
HAS(msg);
HAS(state);
HAS(zalloc);
HAS(zfree);
HAS(opaque);
HAS(data_type);
HAS(adler);
HAS(reserved);
_Static_assert(sizeof(czlib_stream) == sizeof(z_stream), "z_stream");

#else

// A file without a declaration is not C.
typedef int czlib_abi_is_checked_elsewhere;

#endif
