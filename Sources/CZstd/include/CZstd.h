// The part of zstd's stable API (since 1.4.0) that decompresses a stream, declared here so that the
// build needs no `-dev` package.
//
// The library is loaded when it is first needed: most inputs are not zstd, and it may be missing. Its
// functions are called by the names that begin with hb_.
//
// With HOOKBATCH_ABI_CHECK the real header is read first: each function below is then declared a
// second time, which compiles only if both agree, and ZstdABI.c compares the numbers and layouts.
#pragma once

#include <stddef.h>

#ifdef HOOKBATCH_ABI_CHECK
#include <zstd.h>
#include <zstd_errors.h>
#endif

/// `ZSTD_inBuffer`.
struct hb_zstd_in {
    const void *src;
    size_t size;
    size_t pos;
};

/// `ZSTD_outBuffer`.
struct hb_zstd_out {
    void *dst;
    size_t size;
    size_t pos;
};

#ifndef HOOKBATCH_ABI_CHECK
typedef struct hb_zstd_stream ZSTD_DStream;
typedef struct hb_zstd_in ZSTD_inBuffer;
typedef struct hb_zstd_out ZSTD_outBuffer;
typedef int ZSTD_dParameter;
typedef int ZSTD_ErrorCode;
#endif

/// `ZSTD_d_windowLogMax`.
#define HB_ZSTD_WINDOW_LOG_MAX 100
/// `ZSTD_error_prefix_unknown`: no frame begins here.
#define HB_ZSTD_PREFIX_UNKNOWN 10
/// `ZSTD_error_frameParameter_windowTooLarge`.
#define HB_ZSTD_WINDOW_TOO_LARGE 16
/// `ZSTD_error_memory_allocation`.
#define HB_ZSTD_MEMORY_ALLOCATION 64

const char *ZSTD_versionString(void);
ZSTD_DStream *ZSTD_createDStream(void);
size_t ZSTD_freeDStream(ZSTD_DStream *stream);
size_t ZSTD_DCtx_setParameter(ZSTD_DStream *stream, ZSTD_dParameter parameter, int value);
size_t ZSTD_decompressStream(ZSTD_DStream *stream, ZSTD_outBuffer *output, ZSTD_inBuffer *input);
unsigned ZSTD_isError(size_t code);
const char *ZSTD_getErrorName(size_t code);
ZSTD_ErrorCode ZSTD_getErrorCode(size_t result);

/// Loads the library. Returns NULL, or why it can't be used. Call it once, before all others.
const char *hb_zstd_load(void);

/// The version of the library, such as `1.5.4`.
const char *hb_zstd_version(void);
/// Returns a new decoder that accepts windows of up to 2^`window_log` bytes; NULL without memory.
ZSTD_DStream *hb_zstd_create(int window_log);
void hb_zstd_free(ZSTD_DStream *stream);
size_t hb_zstd_decompress(ZSTD_DStream *stream, ZSTD_outBuffer *output, ZSTD_inBuffer *input);
/// Returns the code of an error; 0 for any other result.
int hb_zstd_error(size_t result);
const char *hb_zstd_error_name(size_t result);
