// Holds the declarations of CZstd.h to the real header. Compiled to nothing in a build; where the
// header is installed:
//     cc -fsyntax-only -DHOOKBATCH_ABI_CHECK -Wall -Werror -ISources/CZstd/include ZstdABI.c
#ifdef HOOKBATCH_ABI_CHECK
#include "CZstd.h"

#define SAME(ours, theirs) _Static_assert((long)(ours) == (long)(theirs), #theirs)
#define SAME_OFFSET(our_type, their_type, member)                                                  \
    _Static_assert(offsetof(our_type, member) == offsetof(their_type, member), #member)

// The enumerations that we declare as int.
_Static_assert(sizeof(ZSTD_dParameter) == sizeof(int), "ZSTD_dParameter");
_Static_assert(sizeof(ZSTD_ErrorCode) == sizeof(int), "ZSTD_ErrorCode");

_Static_assert(sizeof(struct hb_zstd_in) == sizeof(ZSTD_inBuffer), "ZSTD_inBuffer");
SAME_OFFSET(struct hb_zstd_in, ZSTD_inBuffer, src);
SAME_OFFSET(struct hb_zstd_in, ZSTD_inBuffer, size);
SAME_OFFSET(struct hb_zstd_in, ZSTD_inBuffer, pos);
_Static_assert(sizeof(struct hb_zstd_out) == sizeof(ZSTD_outBuffer), "ZSTD_outBuffer");
SAME_OFFSET(struct hb_zstd_out, ZSTD_outBuffer, dst);
SAME_OFFSET(struct hb_zstd_out, ZSTD_outBuffer, size);
SAME_OFFSET(struct hb_zstd_out, ZSTD_outBuffer, pos);

SAME(HB_ZSTD_WINDOW_LOG_MAX, ZSTD_d_windowLogMax);
SAME(HB_ZSTD_PREFIX_UNKNOWN, ZSTD_error_prefix_unknown);
SAME(HB_ZSTD_WINDOW_TOO_LARGE, ZSTD_error_frameParameter_windowTooLarge);
SAME(HB_ZSTD_MEMORY_ALLOCATION, ZSTD_error_memory_allocation);
#endif
