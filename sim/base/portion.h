/*
 * portion: what is cut into parts that follow each other.
 */
#ifndef BASE_PORTION_H
#define BASE_PORTION_H

#include <assert.h>
#include <stdint.h>

struct portion {
	int64_t from, to;	/* not to itself */
};

/* Number `part` of them, from 0; the first ones have one more if it must be. */
static inline struct portion portion_of(int64_t nr, int64_t part,
					int64_t parts)
{
	int64_t each, more;

	assert(nr >= 0 && part >= 0 && part < parts);
	each = nr / parts;
	more = nr % parts;
	return (struct portion){
		part * each + (part < more ? part : more),
		(part + 1) * each + (part + 1 < more ? part + 1 : more) };
}

#endif
