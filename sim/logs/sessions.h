/*
 * sessions: of each conversation in a trace the request that was its last so
 * far, found by its name.
 */
#ifndef LOGS_SESSIONS_H
#define LOGS_SESSIONS_H

struct session {
	char *name;		/* owned */
	int last;		/* request */
};

/* Zeroed: none yet. */
struct sessions {
	struct session *of;	/* owned */
	int nr, cap;
	int *slot;		/* [slots] index + 1 by hash, 0: free; owned */
	int slots;		/* a power of two, at least twice nr */
};

/* A request of that session comes: returns the one before it, or -1. */
int sessions_next(struct sessions *, const char *name, int request);
void sessions_release(struct sessions *);

#endif
