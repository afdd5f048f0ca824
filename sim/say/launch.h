/*
 * launch: a chosen layout as an engine is told it. A template is a text of the
 * data folder with blanks:
 *
 *	@word@		the word's value
 *	@@		an @
 *	@?word@REST	at the start of a line: kept where the word is set
 *	@!word@REST	likewise, where it is not
 *	@-word@WHY	where it is set the engine cannot run it, for WHY
 *	@~word@		where it is set the text is not wanted
 *
 * A word is set unless it is "" or "0". Conditions may follow one another.
 */
#ifndef SAY_LAUNCH_H
#define SAY_LAUNCH_H

#include "plan/fleet.h"

struct launch_word {
	char name[24];		/* size: of a word */
	char value[SCENARIO_WORD];
};

enum { LAUNCH_WORDS = 96 /* size: that templates may use */ };

struct launch {
	struct launch_word word[LAUNCH_WORDS];
	int nr;
};

/* Of a GPU's host, of a model's weights: tables of the data folder. */
struct launch_host {
	int gpus;		/* of one host */
	const char *type;	/* "h800", as srt-slurm calls it; not owned */
};

struct launch_spec {
	const struct choice *choice;
	const struct pool *pool;	/* its prompts'; NULL: none */
	const struct question *decode;	/* of the choice, made anew */
	const struct question *prefill;	/* of the pool; NULL likewise */
	struct launch_host host, prefill_host;
	const char *checkpoint;		/* not owned; "": none is known */
	double cached_share;
};

/* All words of a choice. */
void launch_words(struct launch *, const struct launch_spec *);

/* The word's value, or NULL: there is no such word. */
const char *launch_word(const struct launch *, const char *name);

void launch_set(struct launch *, const char *name, const char *value);

enum launched { LAUNCH_MADE, LAUNCH_REFUSED, LAUNCH_UNWANTED, LAUNCH_FAULT };

/*
 * A template filled in, appended to out. LAUNCH_REFUSED: out is the sentence
 * instead. LAUNCH_FAULT: the fault names the line of a word that is none, or
 * of a blank that does not end.
 */
enum launched launch_fill(const struct launch *, const char *path,
			  const char *template, struct text *out,
			  struct fault *);

#endif
