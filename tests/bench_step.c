/*
 * How many steps a second does the closed form time, and how long does it
 * take to play one? DeepSeek-V3 on the toy device, two micro-batches. Of CPU
 * time, which others on the machine do not lengthen.
 */
#include <stdio.h>
#include <time.h>

#include "tests/ratio.h"
#include "tests/toy.h"
#include "play/play.h"

enum { STEPS = 1000000, BATCHES = 512, PLAYS = 10, CONTEXTS = 5 };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* An H800's peaks, and kernels with the terms that measured ones have. */
static void realistic(struct toy *t)
{
	t->gpu.flops[MATH_BF16] = 989e12;
	t->gpu.flops[MATH_FP8] = 1979e12;
	t->gpu.hbm_Bps = 3.35e12;
	t->gpu.sms = 132;
	t->gpu.clock_Hz = 1.83e9;
	t->gpu.nvlink_Bps = 200e9;
	t->gpu.nic_Bps = 50e9;
	for (int r = 0; r < ROLE_NR; r++) {
		struct law *law = &t->stack.law[r];

		law->p = r <= ROLE_BMM ? 1.5 : r < ROLE_MOE_BF16 ||
			 r == ROLE_STREAM ? 0 : 3;
		law->pad = 64;
		law->kappa_s = 1e-6;
		law->rho_flops = 5.9e15;
	}
	for (int w = 0; w < WIRE_NR; w++)
		t->stack.wire[w].droop = 0.06;
}

static void make(struct toy *t, int gpus)
{
	toy_init(t);
	toy_v3(&t->model);
	t->stack.dispatch_B = 1;
	realistic(t);
	toy_plan(t, &(struct toy_plan){ .gpus = gpus, .two_batch = true,
		.balance = BALANCE_EPLB, .sigma = 1, .batch = 128,
		.ctx_tok = 4096 });
}

/* A thread of a sweep keeps how tokens fall, by batch. */
static void make_kept(struct toy *t, int gpus)
{
	make(t, gpus);
	t->ask.ctx_cv = 0.3;
	t->skew.id = 1;
	t->ask.spreads = spreads_new();
}

static void bench_step(void)
{
	struct toy t;
	struct step st;
	double sum = 0, start;

	make_kept(&t, 32);
	step_time(&st, &t.ask);
	start = seconds();
	for (int i = 0; i < STEPS; i++) {
		t.ask.batch.seqs = 1 + i % BATCHES;
		step_retime(&st, &t.ask);
		sum += st.s;
	}
	start = seconds() - start;
	ratio_say("step_time of V3 at EP32, each of another batch",
		  STEPS / start, "steps a second of a core");
	ratio_say("their mean", 1e3 * sum / STEPS, "ms");
}

/* A sweep's usual next row: five contexts a batch. */
static void bench_contexts(void)
{
	struct toy t;
	struct step st;
	double sum = 0, start;

	make_kept(&t, 32);
	step_time(&st, &t.ask);
	start = seconds();
	for (int i = 0; i < STEPS; i++) {
		t.ask.batch.seqs = 1 + i / CONTEXTS % BATCHES;
		t.ask.batch.ctx_tok = 1000 * (1 + i % CONTEXTS);
		step_retime(&st, &t.ask);
		sum += st.s;
	}
	start = seconds() - start;
	ratio_say("the same, five contexts a batch", STEPS / start,
		  "steps a second of a core");
	ratio_say("and their mean", 1e3 * sum / STEPS, "ms");
}

static void bench_play(void)
{
	struct toy t;
	struct step st;
	struct loads loads;
	struct played played;
	double start;

	make(&t, 320);
	step_time(&st, &t.ask);
	loads_init(&loads, &t.on, 2);
	loads_even(&loads, &st.graph, &t.ask.batch);
	start = seconds();
	for (int i = 0; i < PLAYS; i++)
		play_step(&played, &t.ask, &st, &loads);
	start = (seconds() - start) / PLAYS;
	ratio_say("play_step of V3 at EP320, two micro-batches of 64",
		  1e3 * start, "ms");
	ratio_say("its events", 1e-6 * (double)played.events / start,
		  "million a second");
	loads_release(&loads);
}

int main(void)
{
	bench_step();
	bench_contexts();
	bench_play();
	return 0;
}
