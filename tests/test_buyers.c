/*
 * Laws of a plan, over questions drawn at random: what one buyer has more of
 * never makes the answer worse. A question that breaks a law is made simpler
 * as long as it still does, and said as a command.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/chance.h"
#include "tests/fleets.h"
#include "tests/tests.h"

struct buyer {
	const char *hw[2], *model, *stack, *ep;
	double ctx, isl, osl;		/* isl 0: a context alone */
	double tpot_s, ttft_s, gpus, usd_h, load_tok_s, price, most_W;
	bool spare;
};

/* ---- drawing ---- */

#define ONE_OF(c, list) \
	(list)[chance_below(c, sizeof(list) / sizeof(*(list)))]

/* Statements, as initializers have no order. */
static void buyer_draw(struct buyer *b, uint64_t seed)
{
	static const char *const hw[] = { "h200-sxm", "h800-sxm", "b200-sxm",
		"gb200-nvl72" };
	static const char *const model[] = { "deepseek-v3",
		"deepseek-v4-flash", "kimi-k2", "deepseek-v2-lite" };
	static const char *const stack[] = { "sglang", "generic" };
	static const char *const ep[] = { "1", "8", "16", "32", "72", "144" };
	static const double ctx[] = { 1024, 4096, 32768 };
	static const double isl[] = { 0, 0, 0, 0, 512, 4096, 16384 };
	static const double tpot[] = { 0.01, 0.03, 0.05, 0.2, INFINITY };
	static const double ttft[] = { 0.3, 1, 5, INFINITY };
	static const double gpus[] = { 8, 20, 64, 151, 512 };
	static const double usd[] = { 40, 150, 1000, 5000 };
	static const double load[] = { 100, 4000, 1e5 };
	struct chance c;

	chance_fill(&c, seed);
	*b = (struct buyer){ .osl = 512, .price = 4 };
	b->hw[0] = ONE_OF(&c, hw);
	b->model = ONE_OF(&c, model);
	b->stack = ONE_OF(&c, stack);
	b->ep = ONE_OF(&c, ep);
	b->ctx = ONE_OF(&c, ctx);
	b->isl = ONE_OF(&c, isl);
	b->tpot_s = ONE_OF(&c, tpot);
	b->ttft_s = ONE_OF(&c, ttft);
	b->gpus = ONE_OF(&c, gpus);
	b->usd_h = ONE_OF(&c, usd);
	b->load_tok_s = ONE_OF(&c, load);
	if (!(b->isl > 0))
		b->ttft_s = INFINITY;
	if (!chance_below(&c, 4))
		b->hw[1] = !strcmp(b->hw[0], hw[0]) ? hw[1] : hw[0];
}

/* ---- asking ---- */

struct got {
	double tok_s, tok_s_gpu, usd_mtok, gpus, spare_gpus;
	int nr;
};

static double all_gpus(const struct choice *c)
{
	return c->decode_gpus + c->prefill_gpus + c->spare_gpus;
}

/* The most tokens, in all and a GPU; the least money and GPUs. */
static void got_of(struct got *g, const struct fleet *p)
{
	*g = (struct got){ 0, 0, INFINITY, INFINITY, 0, p->nr };
	for (int i = 0; i < p->nr; i++) {
		const struct choice *c = &p->choice[i];
		double in = c->usd_mtok_in > 0 ? c->usd_mtok_in *
			    c->scenario.isl / c->scenario.osl : 0;

		g->tok_s = fmax(g->tok_s, c->tok_s);
		g->tok_s_gpu = fmax(g->tok_s_gpu, c->tok_s_gpu);
		g->usd_mtok = fmin(g->usd_mtok, c->usd_mtok_out + in);
		g->gpus = fmin(g->gpus, all_gpus(c));
		g->spare_gpus = fmax(g->spare_gpus, c->spare_gpus);
	}
}

static int answered;	/* questions with an answer */

static void ask(struct got *g, const struct buyer *b)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;
	struct fault why;

	strcpy(a.base.model, b->model);
	strcpy(a.base.stack, b->stack);
	a.base.price = b->price;
	a.base.ctx = b->isl > 0 ? (double)NAN : b->ctx;
	a.base.isl = b->isl > 0 ? b->isl : (double)NAN;
	a.base.osl = b->isl > 0 ? b->osl : (double)NAN;
	a.tpot_s = b->tpot_s;
	a.ttft_s = b->ttft_s;
	a.gpus = b->gpus;
	a.usd_h = b->usd_h;
	a.load_tok_s = b->load_tok_s;
	a.most_W = b->most_W;
	a.spare_node = b->spare;
	a.word[FLEET_HW][0] = b->hw[0];
	a.word[FLEET_HW][1] = b->hw[1];
	a.word[FLEET_EP][0] = b->ep;
	a.word[FLEET_TP][0] = "8";
	a.word[FLEET_TP][1] = strcmp(b->ep, "1") ? "1" : NULL;
	*g = (struct got){ 0, 0, INFINITY, INFINITY, 0, 0 };
	if (!fleet_make(&p, &a, &why))
		got_of(g, &p);
	answered += g->nr > 0;
	fleet_release(&p);
}

/* ---- laws ---- */

static const double near = 1e-9;	/* rounding */

static bool more_budget(const struct buyer *of)
{
	struct buyer b = *of;
	struct got less, more;

	b.gpus = INFINITY;
	b.load_tok_s = 0;
	ask(&less, &b);
	b.usd_h *= 1.7;
	ask(&more, &b);
	return more.tok_s >= less.tok_s * (1 - near);
}

static bool more_power(const struct buyer *of)
{
	struct buyer b = *of;
	struct got less, more;

	b.most_W = 800 * b.gpus;
	b.gpus = b.usd_h = INFINITY;
	b.load_tok_s = 0;
	ask(&less, &b);
	b.most_W *= 1.7;
	ask(&more, &b);
	return more.tok_s >= less.tok_s * (1 - near);
}

static bool looser_time(const struct buyer *of)
{
	struct buyer b = *of;
	struct got tight, loose;

	b.usd_h = INFINITY;
	b.load_tok_s = 0;
	b.gpus = INFINITY;
	ask(&tight, &b);
	b.tpot_s *= 4;
	ask(&loose, &b);
	return loose.tok_s_gpu >= tight.tok_s_gpu * (1 - near);
}

static bool cheaper_gpu(const struct buyer *of)
{
	struct buyer b = *of;
	struct got dear, cheap;

	b.usd_h = INFINITY;
	b.load_tok_s = 0;
	ask(&dear, &b);
	b.price *= 0.6;
	ask(&cheap, &b);
	return cheap.usd_mtok <= dear.usd_mtok * (1 + near);
}

static bool more_gpus(const struct buyer *of)
{
	struct buyer b = *of;
	struct got few, many;

	b.usd_h = INFINITY;
	b.load_tok_s = 0;
	ask(&few, &b);
	b.gpus += 13;
	ask(&many, &b);
	return many.tok_s >= few.tok_s * (1 - near) &&
	       many.tok_s_gpu >= few.tok_s_gpu * (1 - near) &&
	       many.nr >= few.nr;
}

/* A node of 8, or a rack of 72, is taken off the offer, and nothing else. */
static bool spare_node(const struct buyer *of)
{
	struct buyer b = *of;
	struct got none, spare, left;
	double node = strstr(b.hw[0], "nvl72") ? 72 : 8;

	b.usd_h = INFINITY;
	b.load_tok_s = 0;
	b.hw[1] = NULL;
	b.gpus += node;
	ask(&none, &b);
	b.spare = true;
	ask(&spare, &b);
	b.spare = false;
	b.gpus -= node;
	ask(&left, &b);
	return spare.tok_s <= none.tok_s * (1 + near) &&
	       spare.nr == left.nr && (!spare.nr ||
		(fabs(spare.spare_gpus - node) < near &&
		 fabs(spare.tok_s - left.tok_s) <= near * left.tok_s));
}

static bool more_load(const struct buyer *of)
{
	struct buyer b = *of;
	struct got little, much;

	b.usd_h = b.gpus = INFINITY;
	ask(&little, &b);
	b.load_tok_s *= 1.9;
	ask(&much, &b);
	return much.gpus >= little.gpus * (1 - near) && much.nr == little.nr;
}

static const struct { bool (*holds)(const struct buyer *); const char *says; }
laws[] = { { more_budget, "more budget never carries less" },
	{ more_power, "more power never carries less" },
	{ looser_time, "more time never gives fewer tokens a GPU" },
	{ cheaper_gpu, "a cheaper GPU never makes dearer tokens" },
	{ more_gpus, "more GPUs on offer are never worse" },
	{ spare_node, "a spare node is a node off the offer" },
	{ more_load, "more load never takes fewer GPUs" } };

/* ---- the simplest that breaks it ---- */

static bool simpler(struct buyer *b, int way)
{
	struct buyer was = *b;

	if (way == 0)
		b->hw[1] = NULL;
	else if (way == 1)
		b->ttft_s = INFINITY;
	else if (way == 2 && !isfinite(b->ttft_s))
		b->isl = 0;
	else if (way == 3)
		b->tpot_s = 0.05;
	else if (way == 4)
		b->model = "deepseek-v3";
	else if (way == 5)
		b->stack = "generic";
	else if (way == 6)
		b->hw[0] = "h200-sxm";
	else if (way == 7)
		b->ep = "8";
	return memcmp(&was, b, sizeof(was)) != 0;
}

static void shrink(struct buyer *b, bool (*holds)(const struct buyer *))
{
	for (int way = 0; way < 8; way++) {
		struct buyer try = *b;

		if (simpler(&try, way) && !holds(&try))
			*b = try;
	}
}

static void said(const struct buyer *b, char *out, size_t size)
{
	snprintf(out, size, "plan --hw %s%s%s --model %s --stack %s --ep %s "
		 "--tp 8,1 --mtp 0 --price %g --ctx %g or --isl %g --osl %g "
		 "--tpot %g --ttft %g --gpus %g --budget %g/h, %g tokens/s",
		 b->hw[0], b->hw[1] ? "," : "", b->hw[1] ? b->hw[1] : "",
		 b->model, b->stack, b->ep, b->price, b->ctx, b->isl, b->osl,
		 1e3 * b->tpot_s, 1e3 * b->ttft_s, b->gpus, b->usd_h,
		 b->load_tok_s);
}

START_TEST(what_a_buyer_has_more_of_is_never_worse)
{
	enum { EACH = 4 };
	char text[1000];

	answered = 0;
	for (uint64_t i = 0; i < EACH; i++) {
		struct buyer b;

		buyer_draw(&b, i + (uint64_t)_i * EACH);
		if (laws[_i].holds(&b))
			continue;
		shrink(&b, laws[_i].holds);
		said(&b, text, sizeof(text));
		ck_abort_msg("%s, but: %s", laws[_i].says, text);
	}
	ck_assert_int_gt(answered, EACH / 2);
}
END_TEST

Suite *suite_buyers(void)
{
	Suite *s = suite_create("buyers");
	TCase *tc = tcase_create("laws");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, fleet_setup, fleet_teardown);
	tcase_add_loop_test(tc, what_a_buyer_has_more_of_is_never_worse, 0,
			    (int)(sizeof(laws) / sizeof(*laws)));
	suite_add_tcase(s, tc);
	return s;
}
