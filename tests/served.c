#include "tests/served.h"

#include <stdlib.h>

#include "tests/tests.h"

#define SECOND ((ticks)1000000000000)

/* A distribution whose percentiles are so many times its mean. */
static struct serve_dist dist_of(double mean)
{
	static const double times[] = { 0.5, 1, 1.5, 2, 3, 4, 5 };
	struct serve_dist d = { .nr = 10, .mean = mean, .sd = mean / 4,
				.least = mean / 8, .most = mean * 8 };

	for (int k = 0; k < SERVE_RANKS; k++)
		d.at[k] = mean * times[k];
	return d;
}

static void requests_of(struct served_toy *f)
{
	/* sent at 0, 1 and 2 s; the third was never admitted */
	for (int i = 0; i < 3; i++) {
		f->request[i] = (struct serve_request){ .prompt_tok = 100 + i,
			.output_tok = 11, .steps = 10, .after = -1 };
		f->of[i] = (struct serve_outcome){ .sent = i * SECOND,
			.joined = i * SECOND + SECOND / 4,
			.first = i * SECOND + SECOND / 2,
			.last = i * SECOND + 3 * SECOND / 2,
			.hit_tok = 7 * i, .preempted = i, .replica = (int16_t)
			(i % 2), .group = 0, .fate = SERVE_DONE };
	}
	f->of[2].fate = SERVE_NEVER;
	f->load = (struct serve_load){ .request = f->request, .nr = 3 };
}

struct served_toy *served_toy(void)
{
	struct served_toy *f = calloc(1, sizeof(*f));
	const double means[] = { 0.5, 0.02, 0.021, 2.5, 0.04 };

	ck_assert_ptr_nonnull(f);
	requests_of(f);
	scenario_init(&f->q.scenario);
	f->model.name = "toy";
	f->q.on.model = &f->model;
	f->sample[0] = (struct serve_sample){ SECOND / 2, 3, 1, 700, 2 };
	f->sample[1] = (struct serve_sample){ 2 * SECOND, 2, 0, 500, 3 };
	f->log = (struct serve_log){ .of = f->of, .nr = 3, .done = 2,
		.never = 1, .steps = 40, .prompt_steps = 5, .preemptions = 1,
		.running_most = 3, .waiting_most = 2, .kv_most_tok = 800,
		.sample = f->sample, .samples = 2 };
	for (int m = 0; m < SERVE_METRICS; m++) {
		f->a.as_is.of[m] = dist_of(means[m]);
		f->a.fast.of[m] = dist_of(means[m] / 2);
		f->a.slow.of[m] = dist_of(means[m] * 2);
	}
	f->a.as_is.s = 4;
	f->a.as_is.prompt_tok = 201;
	f->a.as_is.output_tok = 22;
	f->a.as_is.busy = 0.625;
	f->a.as_is.running = 2.25;
	f->a.as_is.waiting = 0.5;
	f->a.as_is.kv_tok = 640.4;
	f->a.tok_s_gpu = 12.34;
	f->a.tok_s_user = 50;
	f->a.gpus = 8;
	f->a.good = -1;
	f->a.spare = f->a.usd_mtok = f->a.watt_gpu = (double)NAN;
	f->stack.name = "soft";
	f->q.on.machine.stack = &f->stack;
	f->engine = serve_engine_plain;
	f->engine.budget_tok = 8192;
	f->run.serve.fleet.engine = &f->engine;
	f->run.serve.load = &f->load;
	f->run.price = &f->price;
	f->s = (struct served){ &f->q, &f->run, &f->a, &f->log,
				(double)NAN };
	return f;
}
