/*
 * handle: what a deeproof is made of. Not installed.
 */
#ifndef EMBED_HANDLE_H
#define EMBED_HANDLE_H

#include "answer/answer.h"
#include "ask/memo.h"
#include "requests/job.h"
#include "embed/bundle.h"
#include "embed/deeproof.h"

/* Without a door.h of embed/, memory that ends stops the program. */
#ifndef HEAP_ENTER
#define HEAP_HANDLE(size) calloc(1, (size))
#define HEAP_DROP(d) free(d)
#define HEAP_OPEN(d) ((d)->heap = (d))
#define HEAP_CLOSE(d) ((void)0)
#define HEAP_ENTER(d, failed) ((void)0)
#define HEAP_REMEDY ""
#endif

/* Requests that were played. */
struct handle_served {
	struct question question;
	struct serving_job job;		/* owned */
	struct serving_answer answer;
	struct serve_log log;		/* owned */
};

struct deeproof {
	void *heap;		/* what the rest is allocated on */
	bool ended;		/* memory did: nothing else is there */
	struct bundle bundle;
	struct scenario scenario;	/* as it was set */
	struct serving_spec asked;	/* likewise */
	double seed, band;
	struct memo *memo;		/* owned */
	struct step *step;		/* owned: of the answer */
	struct question question;
	struct answer answer;
	bool answered;
	struct handle_served *served;	/* owned; NULL: nothing was */
	struct text out;		/* what was returned last */
	char error[1024];		/* size: a sentence */
};

/* The fault as the handle's error. Returns -1. */
int handle_failed(deeproof *, const struct fault *);

/* Memory ended, and all that was held has been given back. */
void handle_ended(deeproof *);

/* What was answered is of another question. */
void handle_changed(deeproof *);

/* ---- serve.c ---- */

void handle_serve_clear(deeproof *);	/* nothing asked */
void handle_serve_end(deeproof *);	/* nothing played */

/* Fill a table of the requests played; false: there is none of this name. */
bool handle_serve_table(deeproof *, const char *what, struct table *);

#endif
