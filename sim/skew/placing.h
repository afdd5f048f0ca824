/*
 * placing: which experts get copies, and which slots a rank holds.
 */
#ifndef SKEW_PLACING_H
#define SKEW_PLACING_H

/*
 * Replicate the hottest experts into slots - experts copies and pack slots
 * on ranks, both greedily. popularity[experts] in; slot_expert[slots] out,
 * slots in rank order.
 */
struct placing {
	int experts, slots, ranks;
	const double *popularity;
	int *slot_expert;	/* owned by the caller, slots long */
	int *copies;		/* owned by the caller, experts long */
};

void placing_pack(const struct placing *);

#endif
