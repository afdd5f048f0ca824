#include "time/spreads.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define GOLDEN 0x9e3779b97f4a7c15u	/* math: 2^64 / golden ratio */

enum { HIGH = 64 - 12 /* size: the bits of SPREADS are the highest */ };

struct spreads *spreads_new(void)
{
	return mem_zeroed(1, sizeof(struct spreads));
}

static unsigned slot_of(unsigned id, double tok)
{
	uint64_t bits;

	memcpy(&bits, &tok, sizeof(bits));
	return (unsigned)((bits * GOLDEN + id * (GOLDEN >> 1)) * GOLDEN >>
			  HIGH);
}

void spreads_get(struct spreads *kept, const struct skew *s, double tok,
		 double pad, struct spread *out)
{
	unsigned at;

	assert(tok > 0 && pad >= 1);
	if (!kept || s->id == 0) {
		skew_spread(s, tok, pad, out);
		return;
	}
	at = slot_of(s->id, tok);
	if (kept->kept[at].of != s->id || kept->kept[at].tok != tok ||
	    kept->kept[at].pad != pad) {
		skew_spread(s, tok, pad, &kept->kept[at].spread);
		kept->kept[at].of = s->id;
		kept->kept[at].tok = tok;
		kept->kept[at].pad = pad;
	}
	*out = kept->kept[at].spread;
}
