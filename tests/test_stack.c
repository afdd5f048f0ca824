#include <stdio.h>
#include <string.h>

#include "facts/stack.h"
#include "read/sheet.h"
#include "tests/tests.h"

#define HEAD "key,value,err,unit,origin,source,note\n"
#define ROW(key, value, unit) key "," value ",," unit ",assumed,toy,\n"
#define LAW(root, t0) \
	ROW("law." root ".t0", t0, "us") ROW("law." root ".e_b", "0.5", "1") \
	ROW("law." root ".e_f", "1", "1") ROW("law." root ".p", "0", "count") \
	ROW("law." root ".pad", "16", "count")
#define WIRE(root, alpha) \
	ROW("wire." root ".alpha", alpha, "us") \
	ROW("wire." root ".e_nvlink", "0.5", "1")

/* What a test adds begins after these rows. */
static const char toy[] =
	HEAD
	ROW("dispatch", "1", "B") ROW("row_header", "16", "B")
	ROW("pack.share", "0.5", "1") ROW("pack.time", "2", "us")
	ROW("forward.time", "3", "us") ROW("forward.sms", "0.1", "1")
	ROW("host", "1", "ms") ROW("host_seq", "3", "us")
	ROW("head", "50", "us") ROW("mem_share", "90", "%")
	ROW("buffers", "2", "GB") ROW("exchange.tokens", "128", "tok")
	ROW("prefill.tokens", "4096", "tok") ROW("prefill.sms", "0.8", "1")
	ROW("band.tp", "0.2", "1") ROW("band.tp_net", "0.2", "1") \
	ROW("band.tp_ep", "0.2", "1") \
	ROW("band.node", "0.2", "1") ROW("band.rack", "0.2", "1") \
	ROW("band.net", "0.3", "1") ROW("ideal", "0", "count")
	ROW("exchange.node", "gather", "name")
	ROW("exchange.rack", "rank", "name")
	ROW("exchange.net", "pair", "name")
	ROW("launch.any", "1", "1") \
	ROW("overhead.any", "1", "1") ROW("overhead.sm90", "1.2", "1")
	ROW("arch.sm80", "any", "name") ROW("arch.sm89", "any", "name")
	ROW("arch.sm90", "any", "name") ROW("arch.sm100", "any", "name")
	ROW("arch.sm103", "sm100", "name")
	ROW("use.any.any", "plain", "name");

#define PLAIN LAW("plain.any", "5")

/* Whose laws the stack of a test is asked for. */
static const char *whose;

static void setup(void)
{
	whose = "sm90";
}

static int take(struct stack *s, const char *rows, struct facts *facts,
		struct fault *why)
{
	char text[8192];
	struct table t;

	snprintf(text, sizeof(text), "%s%s", toy, rows);
	ck_assert_int_eq(table_parse(&t, "toy.csv", text, strlen(text), why),
			 0);
	ck_assert_msg(!facts_from_table(facts, &t, why), "%s", why->what);
	table_release(&t);
	return stack_take(s, facts, whose, why);
}

static void good(struct stack *s, const char *rows, struct facts *facts)
{
	struct fault why = { .row = 0 };

	ck_assert_msg(!take(s, rows, facts, &why), "%d: %s; %s", why.row,
		      why.what, why.remedy);
}

START_TEST(the_engines_keys_land_in_base_units)
{
	struct facts facts;
	struct stack s;

	good(&s, PLAIN, &facts);
	ck_assert_str_eq(s.name, "toy");
	ck_rel(s.dispatch_B, 1, 0);
	ck_rel(s.row_header_B, 16, 0);
	ck_rel(s.pack_share, 0.5, 0);
	ck_rel(s.pack_s, 2e-6, 1e-12);
	ck_rel(s.host_s, 1e-3, 1e-12);
	ck_rel(s.host_seq_s, 3e-6, 1e-12);
	ck_rel(s.head_s, 50e-6, 1e-12);
	ck_rel(s.mem_share, 0.9, 1e-12);
	ck_rel(s.buffer_B, 2e9, 1e-12);
	ck_rel(s.exchange_tok, 128, 0);
	ck_rel(s.band[CLASS_TP], 0.2, 1e-12);
	ck_rel(s.band[CLASS_NET], 0.3, 1e-12);
	ck_rel(s.ideal, 0, 0);
	ck_assert_int_eq(s.exchange[SCOPE_NODE], EXCHANGE_GATHER);
	ck_assert_int_eq(s.exchange[SCOPE_RACK], EXCHANGE_RANK);
	ck_assert_int_eq(s.exchange[SCOPE_NET], EXCHANGE_PAIR);
	facts_release(&facts);
}
END_TEST

START_TEST(a_gain_for_an_architecture_wins_over_any)
{
	struct facts facts;
	struct stack s;

	good(&s, PLAIN, &facts);
	ck_rel(s.overhead, 1.2, 1e-12);
	facts_release(&facts);
	whose = "sm100";
	good(&s, PLAIN, &facts);
	ck_rel(s.overhead, 1, 0);
	facts_release(&facts);
}
END_TEST

START_TEST(a_law_lands_in_base_units)
{
	struct facts facts;
	struct stack s;
	const struct law *law = &s.law[ROLE_BMM];

	good(&s, PLAIN ROW("law.plain.any.kappa", "0.5", "us")
	     ROW("law.plain.any.rho", "40", "TFLOP/s")
	     ROW("law.plain.any.c", "250", "ns"), &facts);
	ck_assert_str_eq(law->kernel, "plain");
	ck_rel(law->t0_s, 5e-6, 1e-12);
	ck_rel(law->e_b, 0.5, 0);
	ck_rel(law->e_f, 1, 0);
	ck_rel(law->p, 0, 0);
	ck_rel(law->pad, 16, 0);
	ck_rel(law->kappa_s, 0.5e-6, 1e-12);
	ck_rel(law->rho_flops, 40e12, 1e-12);
	ck_rel(law->c_s, 250e-9, 1e-12);
	facts_release(&facts);
}
END_TEST

/* use.ROLE.ARCH, use.ROLE.any, use.any.ARCH, use.any.any, in this order. */
static const struct {
	enum role role;
	const char *arch;
	const char *kernel;	/* NULL: none */
	double t0_us;
} plays[] = {
	{ ROLE_BMM, "sm90", "a", 1 },	/* its role and place */
	{ ROLE_BMM, "sm80", "b", 2 },	/* its role anywhere */
	{ ROLE_STREAM, "sm90", "c", 4 },	/* any role, its place */
	{ ROLE_STREAM, "sm80", "plain", 5 },	/* any role anywhere */
	{ ROLE_STREAM, "sm89", "plain", 6 },	/* plain's own law there */
	{ ROLE_GEMM_FP8, "sm100", "d", 7 },
	{ ROLE_GEMM_FP8, "sm103", "d", 7 },	/* runs the laws of sm100 */
	{ ROLE_STREAM, "sm103", "plain", 8 },	/* but this is its own */
	{ ROLE_STREAM, "gfx942", "plain", 5 },	/* the sheet knows it not */
	{ ROLE_GEMM_FP8, "gfx942", NULL, 0 },
	{ ROLE_GEMM_FP8, "sm80", NULL, 0 },	/* d has no law there */
	{ ROLE_FUSED_FP8, "sm90", NULL, 0 },	/* c has no wire, */
	{ ROLE_FUSED_FP8, "sm80", "wired", 9 },	/* this has */
	{ ROLE_FUSED_NVFP4, "sm80", NULL, 0 },	/* a row says so */
};

START_TEST(the_closest_use_and_law_win)
{
	struct facts facts;
	struct stack s;
	const struct law *law = &s.law[plays[_i].role];

	whose = plays[_i].arch;
	good(&s, PLAIN LAW("a.any", "1") LAW("b.any", "2") LAW("c.sm90", "4")
	     LAW("plain.sm89", "6") LAW("d.sm100", "7") LAW("plain.sm103", "8")
	     LAW("wired.sm80", "9") ROW("law.wired.sm80.e_nvlink", "0.5", "1")
	     ROW("use.fused_fp8.sm80", "wired", "name")
	     ROW("use.fused_nvfp4.sm80", "none", "name")
	     ROW("use.bmm.sm90", "a", "name") ROW("use.bmm.any", "b", "name")
	     ROW("use.any.sm90", "c", "name")
	     ROW("use.gemm_fp8.any", "d", "name"), &facts);
	if (plays[_i].kernel)
		ck_assert_str_eq(law->kernel, plays[_i].kernel);
	else
		ck_assert_ptr_null(law->kernel);
	ck_rel(law->t0_s, plays[_i].t0_us * 1e-6, 1e-12);
	facts_release(&facts);
}
END_TEST

START_TEST(a_law_takes_no_term_from_the_law_for_any)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	good(&s, PLAIN ROW("law.plain.any.kappa", "0.5", "us")
	     LAW("plain.sm90", "6"), &facts);
	ck_rel(s.law[ROLE_BMM].kappa_s, 0, 0);
	ck_assert_int_eq(stack_take(&s, &facts, "sm80", &why), 0);
	ck_rel(s.law[ROLE_BMM].kappa_s, 0.5e-6, 1e-12);
	facts_release(&facts);
}
END_TEST

START_TEST(a_wire_is_known_where_a_row_says_so)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	good(&s, PLAIN WIRE("dispatch_node.sm90", "3")
	     WIRE("combine_rack.any", "4")
	     ROW("wire.combine_rack.any.alpha_rank", "1", "us")
	     WIRE("combine_rack.sm100", "5")
	     ROW("wire.combine_rack.sm100.alpha_rank", "2", "us"), &facts);
	ck_assert(s.wired[WIRE_DISPATCH_NODE]);
	ck_rel(s.wire[WIRE_DISPATCH_NODE].alpha_s, 3e-6, 1e-12);
	ck_rel(s.wire[WIRE_DISPATCH_NODE].e_nvlink, 0.5, 0);
	ck_assert(s.wired[WIRE_COMBINE_RACK]);
	ck_rel(s.wire[WIRE_COMBINE_RACK].alpha_s, 4e-6, 1e-12);
	ck_assert_int_eq(stack_take(&s, &facts, "sm100", &why), 0);
	ck_assert(!s.wired[WIRE_DISPATCH_NODE]);
	ck_rel(s.wire[WIRE_COMBINE_RACK].alpha_s, 5e-6, 1e-12);
	ck_rel(s.wire[WIRE_COMBINE_RACK].alpha_rank_s, 2e-6, 1e-12);
	facts_release(&facts);
}
END_TEST

#define ALLREDUCE WIRE("allreduce.any", "4") \
	ROW("wire.allreduce.any.alpha_peer", "0.1", "us") \
	ROW("wire.allreduce.any.two_shot", "1.5", "1") \
	ROW("wire.allreduce.any.e_two_shot", "0.6", "1") \
	ROW("wire.allreduce.any.e_rdma", "0.8", "1") \
	ROW("wire.allreduce.any.alpha_node", "9", "us")

START_TEST(an_allreduce_may_reduce_in_the_switch)
{
	struct facts facts;
	struct stack s;
	const struct wire *w = &s.wire[WIRE_ALLREDUCE];

	good(&s, PLAIN ALLREDUCE
	     ROW("wire.allreduce.any.alpha_switch", "7", "us")
	     ROW("wire.allreduce.any.e_switch", "0.9", "1"), &facts);
	ck_rel(w->alpha_peer_s, 0.1e-6, 1e-12);
	ck_rel(w->two_shot, 1.5, 0);
	ck_rel(w->e_two_shot, 0.6, 1e-12);
	ck_rel(w->e_rdma, 0.8, 1e-12);
	ck_rel(w->alpha_node_s, 9e-6, 1e-12);
	ck_rel(w->alpha_switch_s, 7e-6, 1e-12);
	ck_rel(w->e_switch, 0.9, 1e-12);
	facts_release(&facts);
}
END_TEST

static const struct {
	const char *rows;
	const char *what;
	int row;
	const char *remedy;	/* part of it */
} bad[] = {
	{ "", "\"use.any.any\" names kernel \"plain\", which has no law", 34,
	  "law.plain.ARCH.PARAM" },
	{ LAW("plains.any", "5"),
	  "\"use.any.any\" names kernel \"plain\", which has no law", 34,
	  "did you mean \"plains\"?" },
	{ PLAIN ROW("law.plain.sm900.t0", "5", "us"),
	  "\"sm900\" is unknown in \"law.plain.sm900.t0\"", 40, "sm90" },
	{ PLAIN ROW("law.plain.any.kapa", "5", "us"),
	  "\"kapa\" is unknown in \"law.plain.any.kapa\"", 40, "kappa" },
	{ PLAIN ROW("law.plain.any", "5", "us"),
	  "\"law.plain.any\" has not the form law.KERNEL.ARCH.PARAM", 40,
	  "law.KERNEL" },
	{ PLAIN ROW("law.plain.any.t0.x", "5", "us"),
	  "\"law.plain.any.t0.x\" has not the form law.KERNEL.ARCH.PARAM",
	  40, "law.KERNEL" },
	{ PLAIN ROW("law.plain.sm90.e_b", "1", "1"),
	  "missing key \"law.plain.sm90.t0\"", 0, "" },
	{ PLAIN ROW("law.plain.sm90.t0", "1", "us"),
	  "missing key \"law.plain.sm90.e_b\"", 0, "" },
	{ LAW("plain.any", "-1"), "\"law.plain.any.t0\" is -1", 35, "0 or" },
	{ PLAIN ROW("law.x.any.t0", "0", "us") ROW("law.x.any.e_b", "1.1", "1"),
	  "\"law.x.any.e_b\" is 1.1", 41, "at most 1" },
	{ PLAIN ROW("law.x.any.t0", "0", "us") ROW("law.x.any.e_b", "1", "1")
	  ROW("law.x.any.e_f", "0", "1"), "\"law.x.any.e_f\" is 0", 42,
	  "more than 0" },
	{ PLAIN ROW("law.x.any.t0", "0", "us") ROW("law.x.any.e_b", "1", "1")
	  ROW("law.x.any.e_f", "1", "1") ROW("law.x.any.p", "0.5", "count"),
	  "\"law.x.any.p\" is 0.5", 43, "1 or more" },
	{ PLAIN ROW("law.x.any.t0", "0", "us") ROW("law.x.any.e_b", "1", "1")
	  ROW("law.x.any.e_f", "1", "1") ROW("law.x.any.p", "1.5", "count")
	  ROW("law.x.any.pad", "0", "count"), "\"law.x.any.pad\" is 0", 44,
	  "whole" },
	{ PLAIN ROW("use.gem_fp8.any", "plain", "name"),
	  "\"gem_fp8\" is unknown in \"use.gem_fp8.any\"", 40, "gemm_fp8" },
	{ PLAIN ROW("use.bmm.hopper", "plain", "name"),
	  "\"hopper\" is unknown in \"use.bmm.hopper\"", 40,
	  "arch.hopper,any" },
	{ PLAIN ROW("use.fused_fp8.any", "plain", "name"),
	  "\"use.fused_fp8.any\" names kernel \"plain\", whose law has no "
	  "wire", 40, "law.plain.any.e_nvlink and law.plain.any.fill" },
	{ PLAIN ROW("use.bmm", "plain", "name"),
	  "\"use.bmm\" has not the form use.ROLE.ARCH", 40, "use.ROLE" },
	{ PLAIN ROW("use.bmm.any", "1", "us"), "\"use.bmm.any\" is a time (us)"
	  ", but must be a word", 40, "" },
	{ PLAIN ROW("wire.dispach.any.alpha", "1", "us"),
	  "\"dispach\" is unknown in \"wire.dispach.any.alpha\"", 40,
	  "did you mean \"dispatch\"?" },
	{ PLAIN WIRE("dispatch_node.any", "3")
	  ROW("wire.dispatch_node.any.droop", "0", "1"),
	  "\"droop\" is unknown in \"wire.dispatch_node.any.droop\"", 42,
	  "alpha alpha_rank e_nvlink" },
	{ PLAIN WIRE("gather.any", "3"),
	  "missing key \"wire.gather.any.alpha_peer\"", 0, "" },
	{ PLAIN ALLREDUCE ROW("wire.allreduce.any.e_switch", "0.9", "1"),
	  "missing key \"wire.allreduce.any.alpha_switch\"", 0, "" },
	{ PLAIN ROW("wire.gather.any.e_rdma", "0.9", "1"),
	  "missing key \"wire.gather.any.alpha\"", 0, "" },
	{ PLAIN ROW("own.sm90.tp", "1:1.02;1:1", "name"),
	  "\"1:1.02;1:1\" is no list of BATCH:TIMES above 0, up to 14 of "
	  "them, by rising batch", 40, "1:1.02;16:0.97" },
	{ PLAIN ROW("own.sm90.dp", "1:1.02", "name"),
	  "\"own.sm90.dp\" ends in no class of layouts", 40, "tp_ep" },
	{ PLAIN ROW("overhead.sm70", "1", "1"),
	  "\"sm70\" is unknown in \"overhead.sm70\"", 40, "sm" },
	{ PLAIN ROW("overhead.sm89", "0", "1"),
	  "\"overhead.sm89\" is 0", 40, "" },
	{ PLAIN ROW("exchange.nod", "pair", "name"),
	  "nobody asks for key \"exchange.nod\"", 40, "exchange.node" },
	{ PLAIN ROW("overtime", "1", "us"),
	  "nobody asks for key \"overtime\"", 40, "" },
};

/* Launch facts are by architecture; what is not said is 0. */
START_TEST(an_engine_is_launched_as_its_rows_say)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	ck_assert_msg(!take(&s, PLAIN ROW("serve_alone.any", "1", "count")
		ROW("serve_recv.sm90", "30", "count")
		ROW("serve_recv.sm100", "7", "count")
		ROW("serve_tokenize.any", "1.5", "us"), &facts, &why), "%s",
		why.what);
	ck_rel(s.serve.alone, 1, 0);
	ck_rel(s.serve.recv, 30, 0);
	ck_rel(s.serve.tokenize_s, 1.5e-6, 1e-12);
	ck_assert(!(s.serve.adp > 0));
	facts_release(&facts);
}
END_TEST

START_TEST(a_row_that_says_nothing_known_is_refused_with_its_line)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(take(&s, bad[_i].rows, &facts, &why), -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_int_eq(why.row, bad[_i].row);
	ck_assert_msg(strstr(why.remedy, bad[_i].remedy) != NULL, "%s",
		      why.remedy);
	facts_release(&facts);
}
END_TEST

/* The toy with one of its values changed. */
static const struct {
	const char *key;
	double value;
} odd[] = {
	{ "mem_share", 0 }, { "mem_share", 1.01 }, { "pack.share", 0 },
	{ "dispatch", 0 }, { "host", -1 }, { "exchange.tokens", 0 },
	{ "band.net", -0.1 }, { "ideal", 2 }, { "buffers", -1 },
};

START_TEST(an_engine_that_cannot_be_is_refused)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	good(&s, PLAIN, &facts);
	facts_find(&facts, odd[_i].key)->value = odd[_i].value;
	ck_assert_int_eq(stack_take(&s, &facts, whose, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, odd[_i].key));
	ck_assert_int_eq(why.row, facts_find(&facts, odd[_i].key)->line);
	facts_release(&facts);
}
END_TEST

static const char *const needed[] = {
	"dispatch", "row_header", "pack.share", "pack.time",
	"forward.time", "forward.sms", "host",
	"host_seq", "head", "mem_share", "buffers", "exchange.tokens",
	"prefill.tokens", "prefill.sms",
	"band.tp",
	"ideal", "exchange.node", "exchange.rack", "exchange.net",
};

START_TEST(every_key_of_the_engine_is_needed)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };
	char what[64];

	good(&s, PLAIN, &facts);
	facts_find(&facts, needed[_i])->key[0] = '#';
	ck_assert_int_eq(stack_take(&s, &facts, whose, &why), -1);
	snprintf(what, sizeof(what), "missing key \"%s\"", needed[_i]);
	ck_assert_str_eq(why.what, what);
	facts_release(&facts);
}
END_TEST

START_TEST(an_exchange_is_gather_pair_or_rank)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	good(&s, PLAIN, &facts);
	memcpy(facts_find(&facts, "exchange.net")->text, "none", 5);
	ck_assert_int_eq(stack_take(&s, &facts, whose, &why), -1);
	ck_assert_str_eq(why.what, "\"none\" is no exchange");
	ck_assert_int_eq(why.row, 25);
	facts_release(&facts);
}
END_TEST

START_TEST(every_architecture_needs_a_gain)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 9 };

	good(&s, PLAIN, &facts);
	facts_find(&facts, "overhead.any")->key[0] = '#';
	whose = "sm89";
	ck_assert_int_eq(stack_take(&s, &facts, whose, &why), -1);
	ck_assert_str_eq(why.what, "missing key \"overhead.sm89\"");
	ck_assert_int_eq(why.row, 0);	/* it is in none */
	facts_release(&facts);
}
END_TEST

START_TEST(a_format_is_multiplied_as_a_row_says)
{
	struct facts facts;
	struct stack s;
	struct fault why = { .row = 0 };

	good(&s, PLAIN ROW("math.mxfp4.sm90", "fp8", "name"), &facts);
	ck_assert_int_eq(s.math[FORMAT_MXFP4], MATH_FP8);
	ck_assert_int_eq(s.math[FORMAT_FP8], MATH_NR);
	ck_assert(s.knows);
	ck_assert_int_eq(stack_take(&s, &facts, "gfx942", &why), 0);
	ck_assert_int_eq(s.math[FORMAT_MXFP4], MATH_NR);
	ck_assert(!s.knows);
	facts_release(&facts);
}
END_TEST

START_TEST(every_role_has_a_name_of_its_own)
{
	ck_assert_str_ne(role_name((enum role)_i), "any");
	for (int i = 0; i < _i; i++)
		ck_assert_str_ne(role_name((enum role)_i),
				 role_name((enum role)i));
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_stack(void)
{
	Suite *s = suite_create("stack");
	TCase *t = tcase_create("stack");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, the_engines_keys_land_in_base_units);
	tcase_add_test(t, an_engine_is_launched_as_its_rows_say);
	tcase_add_test(t, a_gain_for_an_architecture_wins_over_any);
	tcase_add_test(t, a_law_lands_in_base_units);
	tcase_add_loop_test(t, the_closest_use_and_law_win, 0, NR(plays));
	tcase_add_test(t, a_law_takes_no_term_from_the_law_for_any);
	tcase_add_test(t, a_wire_is_known_where_a_row_says_so);
	tcase_add_test(t, an_allreduce_may_reduce_in_the_switch);
	tcase_add_loop_test(t,
		a_row_that_says_nothing_known_is_refused_with_its_line, 0,
		NR(bad));
	tcase_add_loop_test(t, an_engine_that_cannot_be_is_refused, 0,
			    NR(odd));
	tcase_add_loop_test(t, every_key_of_the_engine_is_needed, 0,
			    NR(needed));
	tcase_add_test(t, an_exchange_is_gather_pair_or_rank);
	tcase_add_test(t, every_architecture_needs_a_gain);
	tcase_add_test(t, a_format_is_multiplied_as_a_row_says);
	tcase_add_loop_test(t, every_role_has_a_name_of_its_own, 0, ROLE_NR);
	suite_add_tcase(s, t);
	return s;
}
