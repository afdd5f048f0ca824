/*
 * job: all parts of a run of requests, made of a question and of what is asked
 * beside it.
 */
#ifndef REQUESTS_JOB_H
#define REQUESTS_JOB_H

#include "requests/serving.h"

/* Its parts point at one another: do not copy a job. */
struct serving_job {
	struct serving_price price;	/* owned */
	struct serve_engine engine;
	struct serve_load load;		/* owned */
	struct serving_run run;
	double shortest_s;	/* of a step; 0: the price says it */
};

/* What is asked beside the question. */
struct job_spec {
	const struct serving_spec *spec;	/* not owned */
	uint64_t seed;
};

/* Requests come by themselves: no client waits for an answer. */
bool serving_is_open(const struct serving_spec *);

/*
 * What a scenario may leave blank when requests are played: the mode, which is
 * colocated where no pool reads their prompts; a batch, where they come by
 * themselves; a context, where a file has its own. 0, or -1 and a fault: its
 * mode has no requests.
 */
int serving_scenario(struct scenario *, const struct serving_spec *,
		     struct fault *);

/*
 * The context of a file's requests, token by token of their outputs on
 * average, where that was left to the file: by it KV has more or less room, as
 * a token of a compressed cache takes more in a short context.
 */
void serving_met(struct question *, const struct serve_load *);

/*
 * Made to be played by serving_answer and released by serving_job_release,
 * whatever is returned. What stands in job->load (requests of a file) is played
 * and becomes the job's; with none there (nr is 0) requests are drawn. 0, or
 * -1 and a fault.
 */
int serving_job_make(struct serving_job *, const struct question *,
		     const struct job_spec *, struct fault *);
/*
 * Its requests alone: drawn, unless some are there, and how their client reads
 * and what its door is. 0, or -1 and a fault.
 */
int serving_job_load(struct serving_job *, const struct question *,
		     const struct job_spec *, struct fault *);
void serving_job_release(struct serving_job *);

#endif
