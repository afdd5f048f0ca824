/*
 * checksum: the CRC that POSIX `cksum` prints, so that anyone can check it.
 */
#ifndef READ_CHECKSUM_H
#define READ_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Start with 0; bytes in pieces of any size. */
uint32_t checksum_add(uint32_t crc, const void *bytes, size_t len);

/* What cksum prints of all those bytes, `size` of them. */
uint32_t checksum_end(uint32_t crc, uint64_t size);

/* Of a whole file, and its size. 0, or -1 and the fault. */
int checksum_file(const char *path, uint32_t *crc, uint64_t *size,
		  struct fault *);

#endif
