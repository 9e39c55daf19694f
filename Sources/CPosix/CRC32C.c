#include "CPosix.h"

#if defined(__x86_64__)

#include <string.h>

#define CRC32C_TARGET __attribute__((target("sse4.2")))
#define CRC32C_WORD __builtin_ia32_crc32di
#define CRC32C_BYTE __builtin_ia32_crc32qi

int hb_has_crc32c(void) { return __builtin_cpu_supports("sse4.2") != 0; }

#elif defined(__aarch64__) && !defined(__AARCH64EB__)

#include <string.h>
#include <sys/auxv.h>

#define CRC32C_TARGET __attribute__((target("+crc")))
#define CRC32C_WORD __builtin_arm_crc32cd
#define CRC32C_BYTE __builtin_arm_crc32cb

/* The instruction is optional in ARMv8.0 and mandatory from ARMv8.1 on. */
int hb_has_crc32c(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

#endif

#ifdef CRC32C_TARGET

CRC32C_TARGET
uint32_t hb_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const unsigned char *next = bytes;
    for (; count >= 8; next += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = (uint32_t)CRC32C_WORD(crc, word);
    }
    for (; count > 0; next++, count--) crc = (uint32_t)CRC32C_BYTE(crc, *next);
    return crc;
}

#else

int hb_has_crc32c(void) { return 0; }

uint32_t hb_crc32c(uint32_t crc, const void *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;
}

#endif
