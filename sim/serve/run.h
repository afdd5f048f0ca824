/*
 * run: a workload played against engines, request by request.
 *
 * A replica takes one engine step after the other, and a pipeline as many at
 * once as it has stages (serve/replica). Before each, its scheduler
 * looks at what has arrived and chooses the prompts that join (struct
 * serve_engine says how); the pricer says how long the step takes. With
 * `overlap` a step is planned while the one before it runs, so what arrives
 * during step k is in step k + 2 at the earliest, while an end is known when
 * its step ends (SGLang's event_loop_overlap; TRT-LLM's overlap scheduler).
 *
 * The client's clock runs from sending to the first and last token's arrival.
 */
#ifndef SERVE_RUN_H
#define SERVE_RUN_H

#include "base/ticks.h"
#include "serve/pricer.h"
#include "traffic/workload.h"

enum serve_route {
	SERVE_ROUND_ROBIN,
	SERVE_LEAST_LOADED,	/* fewest requests sent and not answered */
	SERVE_PREFIX		/* the longest prefix in its pools, then the
				   least loaded */
};

/* Like replicas, and what they run. */
struct serve_fleet {
	const struct serve_engine *engine;	/* not owned */
	struct serve_pricer price;
	int replicas;
	int groups;		/* attention groups of a replica */
	int stages, layers;	/* of a pipeline, the first ones with a layer
				   more where those do not come out even;
				   stages 0 or 1: none; layers 0: all alike */
};

enum serve_scale_by { SERVE_BY_PRESENT, SERVE_BY_REQUESTS };

/*
 * Engines that come and go (serve/scale); zeroed: the fleet's are always
 * there, else they are the most that there can be.
 */
struct serve_scale {
	double look_s;		/* from one look to the next */
	enum serve_scale_by by;	/* requests in the system; sent a second, */
	double target;		/* of an engine */
	int least;		/* engines, at the start too */
	double start_s;		/* until a called one takes requests */
	double hold_s;		/* none goes that was wanted so lately */
};

struct serve_spec {
	const struct serve_load *load;	/* not owned */
	struct serve_fleet fleet;	/* decodes; prompts too unless */
	struct serve_fleet prefill;	/* has replicas: pools=P:D */
	struct serve_scale scale;	/* of fleet; without a prefill pool */
	/* where those go whom the load's door refuses, past a door of its
	   own; no replicas: they are refused */
	struct serve_fleet beside;
	struct serve_door beside_door;
	enum serve_route route;
	/* NULL, or told now and then how many requests have ended */
	void (*progress)(int64_t done, int64_t of);
};

enum serve_fate {
	SERVE_PENDING,	/* the run was cut before its end */
	SERVE_DONE,
	SERVE_NEVER,	/* longer than the KV or the token budget can hold */
	SERVE_REFUSED,	/* at the door: no quota left */
	SERVE_UNSENT	/* the client had stopped by its clock */
};

/* What became of a request, in ticks since the run began. */
struct serve_outcome {
	ticks sent;
	ticks joined;		/* its prompt entered a step; -1: never */
	ticks first, last;	/* tokens, at the client */
	int32_t hit_tok;	/* of the prompt, not computed again */
	int32_t preempted;	/* times */
	int16_t replica;
	int16_t group;
	int32_t fate;		/* enum serve_fate */
};

/* The gap before a token, and how many sequences saw it. */
struct serve_gap {
	double s;
	double seqs;
};

/* The state at the end of a step, all replicas together. */
struct serve_sample {
	ticks at;
	int running;
	int waiting;
	double kv_tok;		/* held by running sequences */
	int replicas;		/* called, there or leaving */
};

enum { SERVE_SAMPLES = 2048 /* size: kept of a run, evenly by steps */ };

struct serve_log {
	struct serve_outcome *of;	/* [load->nr]; owned */
	int nr;
	struct serve_gap *gap;		/* owned */
	int gaps, gap_cap;
	struct serve_sample *sample;	/* owned */
	int samples;
	int64_t stride;			/* steps from one sample to the next */
	ticks end;			/* the last token, at its client */
	int64_t steps;			/* of all replicas */
	int64_t eager;			/* of them, without a CUDA graph */
	int64_t prompt_steps;		/* of them, with a prompt */
	double computed_tok;		/* prompt tokens, recomputed ones too */
	double hit_tok;			/* found in the pool */
	double host_tok;		/* of them, on the host */
	double output_tok;		/* tokens that clients got */
	double busy_s;			/* in steps, all replicas */
	double prefill_busy_s;		/* the prefill pool's */
	double beside_busy_s;		/* of those beside */
	double present_s;		/* integral of requests in the system */
	double running_s, waiting_s, kv_tok_s;	/* integrals over time */
	double kv_most_tok;
	int running_most, waiting_most;
	double replica_s;		/* replicas of fleet, by time */
	int preemptions;
	int overflowed;			/* let in beside */
	int never, done, refused, unsent;
	bool cut;			/* beyond what ticks reach */
	struct {			/* while it goes on */
		ticks at;
		int present, running, waiting, replicas;
		double kv_tok;
		int64_t samples;
	} now;
};

/* Play it; log is initialised here and released by the caller. */
void serve_run(struct serve_log *, const struct serve_spec *);
void serve_log_release(struct serve_log *);

#endif
