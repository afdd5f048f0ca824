/* A plan in words and as a table: each sentence from figures set by hand. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say/plan_text.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Columns 3, 12, 4, 3, 3, 5, 4, 6 and 7 wide: "tok/s" from the 51st on. */
#define HEAD \
	"                                                  tok/s tok/s" \
	"                   GPUs     $ a       $ a  \n" \
	"    hw           gpus  tp  ep slots  mtp  batch   a GPU  user" \
	"            80 % in all    Mtok     month  binds; else\n"

/* ---- a plan ---- */

struct planned {
	struct fleet plan;
	struct choice choice[4];
	struct pool pool[2];
	struct fleet_refusal refusal[10];
	struct fleet_spec spec;
};

/* 16 GPUs at $2.5: 1000 tok/s each, 800 to 1200; 900 with what prompts take. */
static struct choice choice_of(const char *hw)
{
	struct choice c = { .pool = -1, .colocated = true, .spares = 16,
		.replicas = 2, .decode_gpus = 32, .spare_gpus = 8,
		.tok_s = 32000, .tok_s_gpu = 900, .ttft_s = 0.35,
		.first_s = INFINITY,
		.usd_mtok_out = 0.69449, .usd_mtok_in = (double)NAN,
		.usd_month = 58400, .prefill_tok_s_gpu = (double)NAN,
		.log_sd = 0.2 };
	struct scenario *s = &c.scenario;

	scenario_init(s);
	snprintf(s->hw, sizeof(s->hw), "%s", hw);
	strcpy(s->balance, "eplb");
	strcpy(s->overlap, "two-batch");
	strcpy(s->weights, "native");
	strcpy(s->kv, "fp8");
	s->gpus = s->ep = 16;
	s->tp = s->mtp = s->pp = s->dcp = 1;
	s->batch = 64;
	s->ctx = 5000;
	s->price = 2.5;
	c.answer = (struct answer){ .tok_s_gpu = 1000, .low = 800,
		.high = 1200, .tok_s_user = 50.04, .tpot_s = 0.02,
		.bound = BOUND_HBM, .watt_gpu = (double)NAN };
	return c;
}

static void plan_make(struct planned *p, int nr)
{
	static const char *const hw[] = { "h200-sxm", "h200-sxm", "b200-sxm",
					  "a-gpu-of-a-long-name" };

	memset(p, 0, sizeof(*p));
	for (int i = 0; i < 4; i++)
		p->choice[i] = choice_of(hw[i]);
	p->plan = (struct fleet){ .choice = p->choice, .nr = nr,
		.pool = p->pool, .pools = 2, .asked = 100, .served = nr,
		.refusal = p->refusal };
	scenario_init(&p->pool[0].scenario);
	strcpy(p->pool[0].scenario.hw, "h800-sxm");
	p->pool[0].scenario.gpus = 32;
	p->pool[0].scenario.tp = 4;
	p->pool[0].scenario.ep = 32;
	p->pool[1] = p->pool[0];
	strcpy(p->pool[1].scenario.hw, "h200-sxm");
	p->spec = (struct fleet_spec){ .tpot_s = 0.05, .ttft_s = INFINITY,
		.first_rank = 0.9 };
}

static void has(const struct text *out, const char *words)
{
	ck_assert_msg(strstr(out->buf, words) != NULL, "\"%s\" is not in:\n%s",
		      words, out->buf);
}

static void lacks(const struct text *out, const char *words)
{
	ck_assert_msg(!strstr(out->buf, words), "\"%s\" is in:\n%s", words,
		      out->buf);
}

/* 32 + 8 GPUs; the band of 1000 tok/s, 0.9 of it. */
START_TEST(a_plan_has_a_line_a_layout)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 1);
	plan_text(&p.plan, &p.spec, 5, &out);
	has(&out, "100 layouts asked, 1 serve it.\n\n" HEAD
	    "1   h200-sxm      16*   1  16    16    1     64     900  50.0"
	    "     720 to 1080     40   0.694     58400  hbm; two-batch\n"
	    "*  reads its prompts itself, which its $ a Mtok pays for\n"
	    "\nThe best: 2 replicas of 16 h200-sxm, attention TP1 x DP16, "
	    "experts EP16, 16 spare slots, balance eplb, overlap two-batch, "
	    "weights native, KV fp8, 1 draft;\n64 sequences a group at 5000 "
	    "tokens: 20.00 ms a token, 32000 tok/s in all.\n"
	    "Prompts: read by the same GPUs, which is in the time a token; "
	    "one alone waits 350 ms for its first token.\n");
	lacks(&out, "price");
	lacks(&out, "million prompt");
	lacks(&out, "free");
	text_release(&out);
}
END_TEST

/* Of a plan without layouts there is nothing but the count. */
START_TEST(a_plan_without_layouts_is_a_count)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 0);
	plan_text(&p.plan, &p.spec, 5, &out);
	ck_assert_str_eq(out.buf, "100 layouts asked, 0 serve it.\n");
	text_release(&out);
}
END_TEST

/* 96 prompt GPUs are three servers of 32, TP4 x DP8. */
START_TEST(a_pool_is_said_with_its_servers)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 2);
	p.choice[0].colocated = false;
	p.choice[0].pool = 0;
	p.choice[0].prefill_gpus = 96;
	p.choice[0].prefill_tok_s_gpu = 1234.4;
	p.choice[0].usd_mtok_in = 0.0554;
	p.choice[0].spare_share = 0.126;
	p.choice[0].first_s = 1.2344;
	p.choice[1].colocated = false;
	p.choice[1].pool = 1;
	p.choice[1].prefill_gpus = 32;
	p.spec.load_tok_s = 1000;
	plan_text(&p.plan, &p.spec, 5, &out);
	has(&out, "1   h200-sxm      16+ ");
	has(&out, " 720 to 1080    136 ");
	has(&out, "2   h200-sxm       16 ");	/* prompts to its like */
	has(&out, "+  prompts go to another kind of GPU\n");
	lacks(&out, "*");
	has(&out, "Prompts: 3 servers of 32 h800-sxm, TP4 x DP8 EP32, at most "
	    "1234 tok/s a GPU; one alone waits 350 ms for its first token, "
	    "P90 of all 1234 ms.\n"
	    "$0.055 a million prompt tokens, $0.694 a million output "
	    "tokens.\nThe load leaves 13 % of it free.\n");
	text_release(&out);
	p.choice[0].prefill_gpus = 32;
	plan_text(&p.plan, &p.spec, 5, &out);
	has(&out, "Prompts: 1 server of 32");
	text_release(&out);
}
END_TEST

/* What most layouts have not. */
START_TEST(pipelines_and_shared_kv_are_said)
{
	struct planned p;
	struct text out = TEXT_INIT;
	struct scenario *s;

	plan_make(&p, 1);
	s = &p.choice[0].scenario;
	s->pp = 2;
	s->tp = 8;
	s->dcp = 4;
	s->mtp = 2;
	p.choice[0].replicas = 1;
	p.choice[0].pool = -1;
	p.choice[0].colocated = false;
	plan_text(&p.plan, &p.spec, 1, &out);
	has(&out, "The best: 1 replica of 16 h200-sxm, attention TP8 x DP1, "
	    "experts EP16, pipeline of 2, KV over 4 GPUs, 16 spare slots");
	has(&out, "2 drafts;\n");
	has(&out, "  hbm; two-batch, pp 2, dcp 4\n");
	lacks(&out, "Prompts:");
	text_release(&out);
	s->mtp = 0;
	strcpy(s->overlap, "none");
	s->pp = s->dcp = 1;
	plan_text(&p.plan, &p.spec, 1, &out);
	has(&out, "0 drafts;\n");
	has(&out, "  hbm\n");
	text_release(&out);
}
END_TEST

/* The first three, and the first of each kind of GPU whatever its place. */
START_TEST(each_kind_of_gpu_is_shown_once_at_least)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 4);
	plan_text(&p.plan, &p.spec, 1, &out);
	has(&out, "\n1   h200-sxm ");
	lacks(&out, "\n2   h200-sxm ");
	has(&out, "\n3   b200-sxm ");
	has(&out, "\n4   a-gpu-of-a-l ");	/* in twelve columns */
	text_release(&out);
	strcpy(p.choice[1].scenario.weights, "fp8");	/* unlike the first */
	strcpy(p.choice[1].scenario.kv, "bf16");
	p.choice[1].pool = 0;
	p.choice[1].colocated = false;
	plan_text(&p.plan, &p.spec, 2, &out);
	has(&out, "\n2   h200-sxm ");
	has(&out, "  hbm; two-batch, weights fp8, KV bf16\n");
	has(&out, "tok/s a GPU is over those that read the prompts too; $ a "
	    "Mtok of output is without them\n");
	text_release(&out);
	plan_text(&p.plan, &p.spec, 0, &out);	/* no mark without its line */
	lacks(&out, "*  reads");
	text_release(&out);
}
END_TEST

/* ---- prices that are not known ---- */

static const struct {
	int nr, without;
	enum fleet_order order;
	const char *says;
} unpriced[] = {
	{ 1, 1, FLEET_BY_RATE, "No price is known of h200-sxm: cost is not "
	  "said; --price gives one.\n" },
	{ 3, 3, FLEET_BY_RATE, "No price is known of h200-sxm, b200-sxm: "
	  "ranked by tokens a GPU and not by cost; --price gives one to each "
	  "--hw, as 2.5,4.\n" },
	{ 3, 1, FLEET_BY_GPUS, "No price is known of h200-sxm: ranked by GPUs "
	  "and not by cost; --price gives one to each --hw, as 2.5,4.\n" },
};

START_TEST(what_has_no_price_is_named)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, unpriced[_i].nr);
	for (int i = 0; i < unpriced[_i].without; i++) {
		p.choice[i].scenario.price = i ? 0 : (double)NAN;
		p.choice[i].usd_mtok_out = (double)NAN;
		p.choice[i].usd_month = (double)NAN;
	}
	p.plan.order = unpriced[_i].order;
	plan_text(&p.plan, &p.spec, 5, &out);
	has(&out, unpriced[_i].says);
	has(&out, "     40       -         -  hbm; two-batch\n");
	text_release(&out);
}
END_TEST

/* ---- how sure ---- */

static void sure_of(struct planned *p, struct confidence *c)
{
	plan_make(p, 4);
	p->choice[1].scenario.gpus = p->choice[1].scenario.ep = 32;
	p->choice[2].scenario.gpus = p->choice[2].scenario.ep = 64;
	p->plan.order = FLEET_BY_RATE;
	*c = (struct confidence){ .nr = 3, .share = { 0.004, 0.9, 0.0044 } };
}

START_TEST(shares_are_said_of_those_that_have_one)
{
	const int choice[] = { 0, 1, 2 };
	struct text out = TEXT_INIT;
	struct confidence c;
	struct planned p;

	sure_of(&p, &c);
	strcpy(p.choice[2].scenario.hw, "h200-sxm");
	plan_confidence(&p.plan, &c, choice, &out);
	/* the first whatever its share; the others from half a per cent on */
	has(&out, "\nBest, when the facts move within their errors: EP16 0 %,"
	    " EP32 90 %.\n");
	text_release(&out);
	strcpy(p.choice[2].scenario.hw, "b200-sxm");	/* kinds are named */
	c.share[2] = 0.006;
	plan_confidence(&p.plan, &c, choice, &out);
	has(&out, ": h200-sxm EP16 0 %, h200-sxm EP32 90 %, b200-sxm EP64 "
	    "1 %.\n");
	text_release(&out);
	c.nr = 1;			/* one alone is compared, too */
	c.share[0] = 1;
	plan_confidence(&p.plan, &c, choice, &out);
	ck_assert_str_eq(out.buf, "\nBest, when the facts move within their "
			 "errors: EP16 100 %.\n");
	text_release(&out);
	c.nr = 0;
	plan_confidence(&p.plan, &c, choice, &out);
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

/*
 * Half an error of 0.2 is 10 % of the logarithm: 900 and 820 (-9.3 %) are
 * level, 900 and 810 (-10.5 %) are not; nor is another kind of GPU.
 */
static const struct {
	double second, third;
	const char *third_hw, *says;
	double share;
} level[] = {
	{ 820, 810, "h200-sxm", "Level with EP16: EP32, predicted within half "
	  "of one standard error of 20 %.\n", 0.9 },
	{ 810, 820, "h200-sxm", "Level with EP16: EP64, predicted", 0.9 },
	{ 820, 820, "h200-sxm", "Level with EP16: EP32, EP64, predicted "
	  "within half of one standard error of 20 %.\n", 0.994 },
	{ 810, 810, "h200-sxm", NULL, 0.9 },
	{ 990, 900, "b200-sxm", "Level with EP16: EP32, predicted", 0.9 },
	{ 1000, 1000, "h200-sxm", NULL, 0.9 },
	{ 900, 820, "h200-sxm", "Level with EP16: EP32, EP64, predicted "
	  "within half of one standard error of 20 %; what is uncertain moves "
	  "all alike, so EP16 stays ahead.\n", 0.996 },
	{ 820, 890, "b200-sxm", "Level with EP16: EP32, predicted", 0.9 },
};

START_TEST(sizes_within_half_an_error_are_level)
{
	const int choice[] = { 0, 1, 2 };
	struct text out = TEXT_INIT;
	struct confidence c;
	struct planned p;

	sure_of(&p, &c);
	p.choice[1].tok_s_gpu = level[_i].second;
	p.choice[2].tok_s_gpu = level[_i].third;
	strcpy(p.choice[2].scenario.hw, level[_i].third_hw);
	c.share[0] = level[_i].share;
	plan_confidence(&p.plan, &c, choice, &out);
	if (level[_i].says)
		has(&out, level[_i].says);
	else
		lacks(&out, "Level with");
	text_release(&out);
}
END_TEST

/* A fact that would turn the choice, and what to measure of the worst. */
static const struct {
	const char *key, *how;
} worst[] = {
	{ "wire.gather.sm100.alpha",
	  "time DeepEP's or NCCL's own test, then `deeproof fit`" },
	{ "nic.bandwidth",
	  "time DeepEP's or NCCL's own test, then `deeproof fit`" },
	{ "nvlink.bandwidth",
	  "time DeepEP's or NCCL's own test, then `deeproof fit`" },
	{ "law.gemm.sm90.e_b",
	  "time that kernel at a few sizes, then `deeproof fit`" },
	{ "hbm.bandwidth",
	  "serve one layout and give its steps to `deeproof validate`" },
	{ "wired", "serve one layout and give its steps to `deeproof "
	  "validate`" },
};

START_TEST(what_would_turn_the_choice_is_said)
{
	static char text[] = "4.8", key[] = "hbm.bandwidth", two[] = "0.5";
	struct fact fact = { .key = key, .text = text, .dim = DIM_BPS,
			     .unit = "TB/s" };
	struct fact bare = { .key = key, .text = two, .dim = DIM_RATIO,
			     .unit = "1" };
	const int choice[] = { 0, 1, 2 };
	struct text out = TEXT_INIT;
	struct confidence c;
	struct planned p;
	char worst_key[64], line[256];
	struct fact most = { .key = worst_key };

	sure_of(&p, &c);
	strcpy(p.choice[2].scenario.hw, "h200-sxm");
	snprintf(worst_key, sizeof(worst_key), "%s", worst[_i].key);
	for (int i = 0; i < 7; i++)
		c.flip[c.flips++] = (struct flip){ "h200-sxm", &fact, 1, 1.54,
						   5.3e12 };
	c.flip[1] = (struct flip){ "vllm", &bare, 2, -0.25, 0.375 };
	c.worst = &most;
	c.worst_sheet = "vllm";
	plan_confidence(&p.plan, &c, choice, &out);
	has(&out, "\nIt would be another (`deeproof show` of a sheet says what "
	    "its facts are):\nEP32 if hbm.bandwidth of h200-sxm is above 5.3 "
	    "TB/s (1.5 standard errors; it says 4.8 TB/s)\n"
	    "EP64 if hbm.bandwidth of vllm is below 0.375 (0.2 "
	    "standard errors; it says 0.5)\n");
	snprintf(line, sizeof(line), "it says 4.8 TB/s)\nMeasure %s of vllm "
		 "first: its error decides most between them; %s.\n",
		 worst[_i].key, worst[_i].how);
	has(&out, line);
	ck_assert_int_eq(occurs(out.buf, "it says"), 5);	/* of seven */
	text_release(&out);
}
END_TEST

/* ---- what was not taken ---- */

START_TEST(refusals_are_counted_and_the_nearest_named)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 0);
	p.plan.refusals = 10;
	for (int i = 0; i < 10; i++) {
		p.refusal[i] = (struct fleet_refusal){ .nr = 20 - i,
			.tpot_s = i == 3 ? 0.0712 : i == 7 ? 0.0634 :
			(double)NAN };
		snprintf(p.refusal[i].why, sizeof(p.refusal[i].why),
			 "reason %d", i);
	}
	p.plan.least_gpus = 48;
	p.plan.first_s = 2.5;
	p.spec.ttft_s = 2;
	plan_refusals(&p.plan, &p.spec, &out);
	ck_assert_str_eq(out.buf, "\nNot taken:\n   20  reason 0\n"
		"   19  reason 1\n   18  reason 2\n   17  reason 3\n"
		"   16  reason 4\n   15  reason 5\n   14  reason 6\n"
		"   13  reason 7\nNone serves below 63.40 ms a token.\n"
		"The smallest that serves takes 48 GPUs.\n"
		"No first token comes before 2500 ms.\n");
	text_release(&out);
}
END_TEST

START_TEST(of_what_serves_the_next_is_named)
{
	struct planned p;
	struct text out = TEXT_INIT;

	plan_make(&p, 1);
	p.plan.refusals = 1;
	p.refusal[0] = (struct fleet_refusal){ "late", 3, 0.0634 };
	p.plan.least_gpus = 48;
	p.plan.first_s = 2.5;
	p.spec.ttft_s = 2;
	plan_refusals(&p.plan, &p.spec, &out);
	ck_assert_str_eq(out.buf, "\nNot taken:\n    3  late\n"
		"From --tpot 63.40 on one of these would serve too.\n");
	text_release(&out);
	plan_make(&p, 0);		/* no reason, no target */
	p.plan.first_s = 2;
	p.spec.ttft_s = 2;
	plan_refusals(&p.plan, &p.spec, &out);
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

static TCase *sure_case(void)
{
	TCase *tc = tcase_create("sure");

	tcase_add_test(tc, shares_are_said_of_those_that_have_one);
	tcase_add_loop_test(tc, sizes_within_half_an_error_are_level, 0,
			    NR(level));
	tcase_add_loop_test(tc, what_would_turn_the_choice_is_said, 0,
			    NR(worst));
	tcase_add_test(tc, refusals_are_counted_and_the_nearest_named);
	tcase_add_test(tc, of_what_serves_the_next_is_named);
	return tc;
}

Suite *suite_sayplan(void)
{
	Suite *s = suite_create("sayplan");
	TCase *tc = tcase_create("plan");

	tcase_add_test(tc, a_plan_has_a_line_a_layout);
	tcase_add_test(tc, a_plan_without_layouts_is_a_count);
	tcase_add_test(tc, a_pool_is_said_with_its_servers);
	tcase_add_test(tc, pipelines_and_shared_kv_are_said);
	tcase_add_test(tc, each_kind_of_gpu_is_shown_once_at_least);
	tcase_add_loop_test(tc, what_has_no_price_is_named, 0, NR(unpriced));
	suite_add_tcase(s, tc);
	suite_add_tcase(s, sure_case());
	return s;
}
