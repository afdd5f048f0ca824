/*
 * deeproof: how fast can these GPUs decode this model in this layout? The
 * simulator as a library.
 *
 * A handle belongs to one thread at a time; any number may be open, and they
 * share nothing. Nothing is printed, read from files or kept between handles.
 * All numbers have the digits of the command line.
 *
 * Strings in and out are UTF-8, NUL-terminated. A string that is returned
 * belongs to the handle and is valid until the next call with it.
 */
#ifndef DEEPROOF_H
#define DEEPROOF_H

#ifdef __cplusplus
extern "C" {
#endif

/* The interface: a change that a caller would notice has another number. */
#define DEEPROOF_VERSION 1

typedef struct deeproof deeproof;

/* DEEPROOF_VERSION of the library, which may not be the header's. */
int deeproof_version(void);

/*
 * NULL without memory. Close accepts NULL. Where memory ends later the call
 * fails as if its input were malformed, the error says so, all that the handle
 * held is given back, and every further call fails; close it.
 */
deeproof *deeproof_open(void);
void deeproof_close(deeproof *);

/* The sentence of the last call that returned a failure; "" before one. */
const char *deeproof_error(const deeproof *);

/*
 * Add descriptors: what `deeproof bundle` prints, or a part of it, or
 * a sheet of one's own in that form. A name that is there already is replaced.
 * 0; or -1 and the error with the line, and then nothing was added.
 */
int deeproof_load(deeproof *, const char *bundle);

/* Names held, one a line: of "gpu", "stack" or "model"; NULL: no such kind. */
const char *deeproof_names(deeproof *, const char *kind);

/* ---- a question ---- */

/* Every column blank again. */
void deeproof_clear(deeproof *);

/*
 * Set a scenario's column, as the CSV has it; "" makes it blank. 0; or -1 and
 * the error: no such column, a value that is none.
 */
int deeproof_set(deeproof *, const char *column, const char *value);

/*
 * Answer in closed form. 0: yes; 1: the answer is no, and the column refusal
 * says why; 2: malformed, and the error says why.
 */
int deeproof_answer(deeproof *);

/* ---- requests, one by one: deeproof run with arrivals ---- */

/*
 * Set what is asked of them beside the columns: an option of `deeproof run` by
 * its name (arrivals, rate, slo, ...); seed (1); or band, where 0 does without
 * the replays by slower and faster steps, a tenth of the time, whose columns
 * say then what the run itself does (1). "" takes it back. 0; or -1 and the
 * error.
 */
int deeproof_serving(deeproof *, const char *name, const char *value);

/*
 * Play the requests of the question (concurrency, requests, isl, osl) as
 * asked; the same seed gives the same bytes. 0: the tables "served" (run
 * --csv), "requests" and "occupancy" (its options of these names) are there
 * until the question changes; 1: no request can be served, and where that is
 * known before the column refusal says why; 2: malformed, and the error says
 * why. A workload of a file and what GSL draws (bursty arrivals, lognormal
 * lengths) are the command line's.
 */
int deeproof_serve(deeproof *);

/* ---- what was answered; after a 2 all of it is blank ---- */

/* A column's number, of scenario (defaults filled in) or answer; else NaN. */
double deeproof_number(const deeproof *, const char *column);

/* A column's cell as the CSV has it, without quotes; "" where it is blank. */
const char *deeproof_text(deeproof *, const char *column);

/* The names of all columns with a comma between, and the row of cells. */
const char *deeproof_head(deeproof *);
const char *deeproof_row(deeproof *);

/*
 * Tables, as CSV with a header: "ops" (--ops of step), "ladder" (explain),
 * "timeline" (one layer, every rank's load the mean), "memory" (name,bytes of
 * the fullest GPU), "facts" (key,value,unit,origin,source of what is named).
 * NULL and the error: no such table, or no answer to make it of.
 */
const char *deeproof_table(deeproof *, const char *what);

/*
 * The ladders of two answered questions side by side, from the first; each with
 * the batch that it was asked with.
 */
const char *deeproof_versus(deeproof *, const deeproof *other);

#ifdef __cplusplus
}
#endif

#endif
