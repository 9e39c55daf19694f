// The part of zlib's stable ABI that unpacking gzip takes, declared here so that the build needs no
// `-dev` package: only the shared object, which the Swift toolchain itself links.
//
// Functions bear zlib's own names. The struct and the constants bear a prefix, so that this header
// and the real one can stand in one file: `ABICheck.c` holds each to the other.
#pragma once

// Results. <https://www.zlib.net/manual.html#Constants>
#define CZLIB_OK 0
#define CZLIB_STREAM_END 1
#define CZLIB_DATA_ERROR (-3)
#define CZLIB_MEM_ERROR (-4)
#define CZLIB_BUF_ERROR (-5)

#define CZLIB_NO_FLUSH 0

/// `windowBits` of `inflateInit2`: the largest window, 15, and 16 for a gzip head and tail alone.
#define CZLIB_GZIP_WINDOW (15 + 16)

/// zlib's `z_stream`. It must stay where it is as long as it is in use.
typedef struct czlib_stream {
    const unsigned char *next_in;
    unsigned int avail_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned int avail_out;
    unsigned long total_out;
    const char *msg;
    void *state;
    void *(*zalloc)(void *opaque, unsigned int items, unsigned int size);
    void (*zfree)(void *opaque, void *address);
    void *opaque;
    int data_type;
    unsigned long adler;
    unsigned long reserved;
} czlib_stream;

// `ABICheck.c` puts the real struct in its place.
#ifndef CZLIB_STREAM
#define CZLIB_STREAM czlib_stream
#endif

const char *zlibVersion(void);
int inflateInit2_(CZLIB_STREAM *stream, int window_bits, const char *version, int stream_size);
int inflate(CZLIB_STREAM *stream, int flush);
int inflateReset(CZLIB_STREAM *stream);
int inflateEnd(CZLIB_STREAM *stream);

/// `inflateInit2` is a macro, which Swift does not import. Of the version only the first digit
/// counts.
static inline int czlib_begin_gzip(CZLIB_STREAM *stream) {
    return inflateInit2_(stream, CZLIB_GZIP_WINDOW, "1", (int)sizeof(CZLIB_STREAM));
}
