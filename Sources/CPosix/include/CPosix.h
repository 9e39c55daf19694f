#pragma once

#include <stddef.h>
#include <stdint.h>

/* The processor's own CRC-32C, three to six times as fast as tables. Only to be called where
   hb_has_crc32c() is not 0. Takes and returns the inner state: the complement of a checksum. */
int hb_has_crc32c(void);
uint32_t hb_crc32c(uint32_t crc, const void *bytes, size_t count);
