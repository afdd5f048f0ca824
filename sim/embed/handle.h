/*
 * handle: what a deeproof is made of. Not installed.
 */
#ifndef EMBED_HANDLE_H
#define EMBED_HANDLE_H

#include "ask/answer.h"
#include "ask/memo.h"
#include "ask/serving_job.h"
#include "embed/bundle.h"
#include "embed/deeproof.h"

/* Requests that were played. */
struct handle_served {
	struct question question;
	struct serving_job job;		/* owned */
	struct serving_answer answer;
	struct serve_log log;		/* owned */
};

struct deeproof {
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

/* What was answered is of another question. */
void handle_changed(deeproof *);

/* ---- serve.c ---- */

void handle_serve_clear(deeproof *);	/* nothing asked */
void handle_serve_end(deeproof *);	/* nothing played */

/* Fill a table of the requests played; false: there is none of this name. */
bool handle_serve_table(deeproof *, const char *what, struct table *);

#endif
