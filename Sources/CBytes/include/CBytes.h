#pragma once
// Searches in 16 or 64 bytes at once, inlined into Swift callers. Swift's vectors lack the
// instruction that collects the results of a comparison in an integer.
//
// Each function has an equivalent in plain C, `_plain`, and reads exactly the number of bytes in
// its name.

#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define HB_INLINE static inline __attribute__((always_inline))

/// A mask of 64 bytes, the first the lowest: set bits mark bytes equal to `byte`.
HB_INLINE uint64_t hb_equal64_plain(const uint8_t *_Nonnull bytes, uint8_t byte) {
    const uint64_t lows = 0x7F7F7F7F7F7F7F7F;
    uint64_t bits = 0;
    for (int at = 0; at < 64; at += 8) {
        uint64_t word = 0;
        for (int k = 0; k < 8; k++) word |= (uint64_t)bytes[at + k] << (8 * k);
        word ^= 0x0101010101010101 * byte;
        // Marks the highest bit of each zero byte, then packs these bits.
        uint64_t zeros = ~(((word & lows) + lows) | word | lows) >> 7;
        bits |= ((zeros * 0x0102040810204080) >> 56) << at;
    }
    return bits;
}

/// A mask of 64 bytes, the first the lowest: set bits mark non-ASCII bytes.
HB_INLINE uint64_t hb_high64_plain(const uint8_t *_Nonnull bytes) {
    uint64_t bits = 0;
    for (int at = 0; at < 64; at++) bits |= (uint64_t)(bytes[at] >> 7) << at;
    return bits;
}

/// The index of the first `a`, `b` or `c` in 16 bytes; 16 without one.
HB_INLINE size_t hb_first_equal16_plain(
    const uint8_t *_Nonnull bytes, uint8_t a, uint8_t b, uint8_t c) {
    size_t i = 0;
    while (i < 16 && bytes[i] != a && bytes[i] != b && bytes[i] != c) i++;
    return i;
}

/// The index of the first byte that ends a plain run of a JSON string; 16 without one.
///
/// Such bytes are the quote, the backslash, bytes below 0x20 and non-ASCII bytes.
HB_INLINE size_t hb_first_special16_plain(const uint8_t *_Nonnull bytes) {
    size_t i = 0;
    while (i < 16 && bytes[i] != '"' && bytes[i] != '\\' && bytes[i] >= 0x20 && bytes[i] < 0x80) i++;
    return i;
}

/// The index of the first quote, backslash or byte below 0x20 in 16 bytes; 16 without one.
HB_INLINE size_t hb_first_string_special16_plain(const uint8_t *_Nonnull bytes) {
    size_t i = 0;
    while (i < 16 && bytes[i] != '"' && bytes[i] != '\\' && bytes[i] >= 0x20) i++;
    return i;
}

/// The index of the first quote, bracket or brace in 16 bytes; 16 without one.
HB_INLINE size_t hb_first_bracket16_plain(const uint8_t *_Nonnull bytes) {
    size_t i = 0;
    // A bracket and its brace differ in one bit.
    while (i < 16 && bytes[i] != '"' && (bytes[i] | 0x20) != '{' && (bytes[i] | 0x20) != '}') i++;
    return i;
}

#if defined(__SSE2__)

HB_INLINE __m128i hb_load16(const uint8_t *_Nonnull bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

HB_INLINE uint64_t hb_gathered64(__m128i a, __m128i b, __m128i c, __m128i d) {
    uint64_t low = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
    uint64_t high = (uint32_t)_mm_movemask_epi8(c) | (uint32_t)_mm_movemask_epi8(d) << 16;
    return low | high << 32;
}

/// The index of the first marked byte; 16 without one.
HB_INLINE size_t hb_first16(__m128i marks) {
    return (size_t)__builtin_ctz((uint32_t)_mm_movemask_epi8(marks) | 1u << 16);
}

HB_INLINE uint64_t hb_equal64(const uint8_t *_Nonnull bytes, uint8_t byte) {
    const __m128i wanted = _mm_set1_epi8((char)byte);
    return hb_gathered64(
        _mm_cmpeq_epi8(hb_load16(bytes), wanted), _mm_cmpeq_epi8(hb_load16(bytes + 16), wanted),
        _mm_cmpeq_epi8(hb_load16(bytes + 32), wanted),
        _mm_cmpeq_epi8(hb_load16(bytes + 48), wanted));
}

HB_INLINE uint64_t hb_high64(const uint8_t *_Nonnull bytes) {
    return hb_gathered64(
        hb_load16(bytes), hb_load16(bytes + 16), hb_load16(bytes + 32), hb_load16(bytes + 48));
}

HB_INLINE size_t hb_first_equal16(const uint8_t *_Nonnull bytes, uint8_t a, uint8_t b, uint8_t c) {
    const __m128i found = hb_load16(bytes);
    const __m128i ab = _mm_or_si128(
        _mm_cmpeq_epi8(found, _mm_set1_epi8((char)a)), _mm_cmpeq_epi8(found, _mm_set1_epi8((char)b)));
    return hb_first16(_mm_or_si128(ab, _mm_cmpeq_epi8(found, _mm_set1_epi8((char)c))));
}

HB_INLINE size_t hb_first_special16(const uint8_t *_Nonnull bytes) {
    const __m128i found = hb_load16(bytes);
    const __m128i named = _mm_or_si128(
        _mm_cmpeq_epi8(found, _mm_set1_epi8('"')), _mm_cmpeq_epi8(found, _mm_set1_epi8('\\')));
    // In a signed comparison non-ASCII bytes are below 0x20 too.
    return hb_first16(_mm_or_si128(named, _mm_cmplt_epi8(found, _mm_set1_epi8(0x20))));
}

HB_INLINE size_t hb_first_string_special16(const uint8_t *_Nonnull bytes) {
    const __m128i found = hb_load16(bytes);
    const __m128i named = _mm_or_si128(
        _mm_cmpeq_epi8(found, _mm_set1_epi8('"')), _mm_cmpeq_epi8(found, _mm_set1_epi8('\\')));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(found, _mm_set1_epi8(0x1F)), found);
    return hb_first16(_mm_or_si128(named, controls));
}

HB_INLINE size_t hb_first_bracket16(const uint8_t *_Nonnull bytes) {
    const __m128i found = hb_load16(bytes);
    const __m128i braces = _mm_or_si128(found, _mm_set1_epi8(0x20));
    const __m128i named = _mm_or_si128(
        _mm_cmpeq_epi8(braces, _mm_set1_epi8('{')), _mm_cmpeq_epi8(braces, _mm_set1_epi8('}')));
    return hb_first16(_mm_or_si128(named, _mm_cmpeq_epi8(found, _mm_set1_epi8('"'))));
}

#else

HB_INLINE uint64_t hb_equal64(const uint8_t *_Nonnull bytes, uint8_t byte) {
    return hb_equal64_plain(bytes, byte);
}

HB_INLINE uint64_t hb_high64(const uint8_t *_Nonnull bytes) { return hb_high64_plain(bytes); }

HB_INLINE size_t hb_first_equal16(const uint8_t *_Nonnull bytes, uint8_t a, uint8_t b, uint8_t c) {
    return hb_first_equal16_plain(bytes, a, b, c);
}

HB_INLINE size_t hb_first_special16(const uint8_t *_Nonnull bytes) {
    return hb_first_special16_plain(bytes);
}

HB_INLINE size_t hb_first_string_special16(const uint8_t *_Nonnull bytes) {
    return hb_first_string_special16_plain(bytes);
}

HB_INLINE size_t hb_first_bracket16(const uint8_t *_Nonnull bytes) {
    return hb_first_bracket16_plain(bytes);
}

#endif
