#include "CZstd.h"

#include <dlfcn.h>

#define LIBRARY "libzstd.so.1"

// Each function once: for the table, and for finding it.
#define FUNCTIONS(each)                                                                            \
    each(versionString)                                                                            \
    each(createDStream)                                                                            \
    each(freeDStream)                                                                              \
    each(DCtx_setParameter)                                                                        \
    each(decompressStream)                                                                         \
    each(isError)                                                                                  \
    each(getErrorName)                                                                             \
    each(getErrorCode)

#define POINTER(name) __typeof__(ZSTD_##name) *name;
static struct {
    FUNCTIONS(POINTER)
} zstd;

#define FIND(name)                                                                                 \
    zstd.name = (__typeof__(ZSTD_##name) *)dlsym(library, "ZSTD_" #name);                          \
    if (!zstd.name) return "it has no ZSTD_" #name;

const char *hb_zstd_load(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    FUNCTIONS(FIND)
    return NULL;
}

const char *hb_zstd_version(void) {
    return zstd.versionString();
}

ZSTD_DStream *hb_zstd_create(int window_log) {
    ZSTD_DStream *stream = zstd.createDStream();
    if (!stream) return NULL;
    size_t result =
        zstd.DCtx_setParameter(stream, (ZSTD_dParameter)HB_ZSTD_WINDOW_LOG_MAX, window_log);
    if (!zstd.isError(result)) return stream;
    zstd.freeDStream(stream);
    return NULL;
}

void hb_zstd_free(ZSTD_DStream *stream) {
    zstd.freeDStream(stream);
}

size_t hb_zstd_decompress(ZSTD_DStream *stream, ZSTD_outBuffer *output, ZSTD_inBuffer *input) {
    return zstd.decompressStream(stream, output, input);
}

int hb_zstd_error(size_t result) {
    return zstd.isError(result) ? (int)zstd.getErrorCode(result) : 0;
}

const char *hb_zstd_error_name(size_t result) {
    return zstd.getErrorName(result);
}
