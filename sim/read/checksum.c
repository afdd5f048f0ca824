#include "read/checksum.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 65536 /* size: bytes read at a time */ };

/* POSIX.1-2017, cksum: generator 0x04C11DB7, the highest bit first. */
static uint32_t one(uint32_t crc, unsigned byte)
{
	crc ^= (uint32_t)byte << 24;			/* math: */
	for (int bit = 0; bit < 8; bit++)		/* math: */
		crc = crc & 0x80000000u ?		/* math: */
			crc << 1 ^ 0x04c11db7u : crc << 1; /* math: */
	return crc;
}

static void table_make(uint32_t *table)
{
	for (unsigned i = 0; i < 256; i++)		/* math: bytes */
		table[i] = one(0, i);
}

uint32_t checksum_add(uint32_t crc, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;
	uint32_t table[256];				/* math: bytes */

	assert(bytes || !len);
	table_make(table);
	for (size_t i = 0; i < len; i++)
		crc = crc << 8 ^ table[(crc >> 24 ^ b[i]) & 0xff]; /* math: */
	return crc;
}

uint32_t checksum_end(uint32_t crc, uint64_t size)
{
	for (; size; size >>= 8)			/* math: a byte */
		crc = one(crc, (unsigned)(size & 0xff));	/* math: */
	return ~crc;
}

int checksum_file(const char *path, uint32_t *crc, uint64_t *size,
		  struct fault *why)
{
	unsigned char chunk[CHUNK];
	FILE *in = fopen(path, "rb");
	size_t got;
	int err;

	*crc = 0;
	*size = 0;
	while (in && (got = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		*crc = checksum_add(*crc, chunk, got);
		*size += got;
	}
	err = errno;
	if (in && !ferror(in)) {
		*crc = checksum_end(*crc, *size);
		fclose(in);
		return 0;
	}
	if (in)
		fclose(in);
	fault_at(why, path, 0, 0);
	return fault_what(why, "cannot read: %s", strerror(err));
}
