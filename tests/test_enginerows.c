#include <stdio.h>
#include <string.h>

#include "facts/stack.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define AT(field) offsetof(struct stack, field)

/*
 * The rows of an engine, no two values alike but of flags: what each is worth
 * in base units, where it lands, and the nearest value that is none (NULL: no
 * number is).
 */
static const struct {
	const char *key, *value, *unit;
	double want;
	size_t at;
	bool needed;
	const char *bad, *says;
} rows[] = {
	{ "dispatch", "1.5", "B", 1.5, AT(dispatch_B), true, "0",
	  "more than 0" },
	{ "row_header", "17", "B", 17, AT(row_header_B), true, "-1",
	  "0 or more" },
	{ "pack.share", "51", "%", 0.51, AT(pack_share), true, "101",
	  "more than 0 and at most 1" },
	{ "pack.time", "2", "us", 2e-6, AT(pack_s), true, "-1", "0 or more" },
	{ "forward.time", "3", "us", 3e-6, AT(forward_s), true, "-1",
	  "0 or more" },
	{ "forward.sms", "11", "%", 0.11, AT(forward_sms), true, "101",
	  "between 0 and 1" },
	{ "rank.sms", "12", "%", 0.12, AT(rank_sms), false, "-1",
	  "between 0 and 1" },
	{ "gather.sms", "13", "%", 0.13, AT(gather_sms), false, "101",
	  "between 0 and 1" },
	{ "host", "4", "us", 4e-6, AT(host_s), true, "-1", "0 or more" },
	{ "host_seq", "5", "ns", 5e-9, AT(host_seq_s), true, "-1",
	  "0 or more" },
	{ "host.launch", "6", "us", 6e-6, AT(launch_s), false, "-1",
	  "0 or more" },
	{ "drafts.ahead", "1", "count", 1, AT(drafting.ahead), false, "2",
	  "0 or 1" },
	{ "host.ahead", "7", "us", 7e-6, AT(drafting.turn_s[TURN_AHEAD]),
	  false, "-1", "0 or more" },
	{ "host.turn", "8", "us", 8e-6, AT(drafting.turn_s[TURN_NEAR]),
	  false, "-1", "0 or more" },
	{ "host.turn_net", "9", "us", 9e-6, AT(drafting.turn_s[TURN_NET]),
	  false, "-1", "0 or more" },
	{ "host.launch.tp", "40", "%", 0.4, AT(launch_tp), false, "101",
	  "between 0 and 1" },
	{ "host.norm", "3.5", "count", 3.5, AT(launch_norm), false, "0.9",
	  "1 or more" },
	{ "band.before", "14", "%", 0.14, AT(band_before), false, "101",
	  "between 0 and 1" },
	{ "head", "8", "us", 8e-6, AT(head_s), true, "-1", "0 or more" },
	{ "mem_share", "91", "%", 0.91, AT(mem_share), true, "0",
	  "more than 0 and at most 1" },
	{ "buffers", "2", "GB", 2e9, AT(buffer_B), true, "-1", "0 or more" },
	{ "buffers.dp", "3", "GB", 3e9, AT(buffer_dp_B), false, "-1",
	  "0 or more" },
	{ "buffers.net", "4", "GB", 4e9, AT(buffer_net_B), false, "-1",
	  "0 or more" },
	{ "index.gemms", "2", "count", 2, AT(index_gemms), false, "0",
	  "a whole number, 1 or more" },
	{ "index.streams", "9", "count", 9, AT(index_streams), false, "0",
	  "a whole number, 1 or more" },
	{ "window.share", "15", "%", 0.15, AT(paging.window_share), false,
	  "101", "between 0 and 1" },
	{ "window.hca", "1", "count", 1, AT(paging.window_hca), false, "2",
	  "0 or 1" },
	{ "page", "256", "tok", 256, AT(paging.page_tok), false, "-1",
	  "0 or more" },
	{ "page.align", "576", "B", 576, AT(paging.align_B), false, "-1",
	  "0 or more" },
	{ "page.window", "65", "tok", 65, AT(paging.window_tok), false, "0.5",
	  "a whole number, 1 or more" },
	{ "page.csa", "9", "count", 9, AT(paging.csa_block), false, "0.5",
	  "a whole number, 1 or more" },
	{ "page.hca", "10", "count", 10, AT(paging.hca_block), false, "0.5",
	  "a whole number, 1 or more" },
	{ "state.number", "2.5", "B", 2.5, AT(paging.number_B), false, "-1",
	  "0 or more" },
	{ "state.hca", "1.75", "count", 1.75, AT(paging.hca_rows), false, "-1",
	  "0 or more" },
	{ "state.drafts", "2.25", "count", 2.25, AT(paging.rings), false,
	  "-1", "0 or more" },
	{ "exchange.tokens", "129", "tok", 129, AT(exchange_tok), true, "0",
	  "more than 0" },
	{ "band.tp", "21", "%", 0.21, AT(band[CLASS_TP]), true, "101",
	  "between 0 and 1" },
	{ "band.tp_ep", "22", "%", 0.22, AT(band[CLASS_TP_EP]), true, "101",
	  "between 0 and 1" },
	{ "band.tp_net", "23", "%", 0.23, AT(band[CLASS_TP_NET]), true, "101",
	  "between 0 and 1" },
	{ "band.node", "24", "%", 0.24, AT(band[CLASS_NODE]), true, "101",
	  "between 0 and 1" },
	{ "band.rack", "25", "%", 0.25, AT(band[CLASS_RACK]), true, "101",
	  "between 0 and 1" },
	{ "band.net", "26", "%", 0.26, AT(band[CLASS_NET]), true, "101",
	  "between 0 and 1" },
	{ "prefill.tokens", "4097", "tok", 4097, AT(prefill_tok), true, "0",
	  "more than 0" },
	{ "prefill.sms", "83", "%", 0.83, AT(prefill_sms), true, "0",
	  "more than 0 and at most 1" },
	{ "shared.beside", "1", "count", 1, AT(shared_beside), false, "2",
	  "0 or 1" },
	{ "shared.exchange", "1", "count", 1, AT(shared_exchange), false,
	  "0.5", "0 or 1" },
	{ "shared.gathered", "1", "count", 1, AT(shared_gathered), false,
	  "2", "0 or 1" },
	{ "shared.whole", "1", "count", 1, AT(shared_whole), false,
	  "2", "0 or 1" },
	{ "kv.dsa_bf16", "1", "count", 1, AT(kv_dsa_bf16), false, "2",
	  "0 or 1" },
	{ "graph.pad", "1", "count", 1, AT(padding.pads), false, "2",
	  "0 or 1" },
	{ "graph.tokens", "1", "count", 1, AT(padding.tokens), false, "2",
	  "0 or 1" },
	{ "graph.ranks", "1", "count", 1, AT(padding.ranks), false, "2",
	  "0 or 1" },
	{ "graph.routed", "1", "count", 1, AT(padding.routed), false, "2",
	  "0 or 1" },
	{ "graph.routed_ep", "1", "count", 1, AT(padding.routed_ep), false,
	  "2", "0 or 1" },
	{ "ideal", "1", "count", 1, AT(ideal), true, "2", "0 or 1" },
	{ "band.facts", "31", "%", 0.31, AT(beyond.facts), false, "101",
	  "between 0 and 1" },
	{ "band.facts.from", "32", "%", 0.32, AT(beyond.seen_facts), false,
	  "-1", "0 or more" },
	{ "band.drafts", "33", "%", 0.33, AT(beyond.drafts), false, "101",
	  "between 0 and 1" },
	{ "band.ctx", "35", "%", 0.35, AT(beyond.ctx), false, "101",
	  "between 0 and 1" },
	{ "band.ctx.from", "36", "tok", 36, AT(beyond.seen_ctx), false, "0",
	  "more than 0" },
	{ "group.fused", "1", "count", 1, AT(group_fused), false,
	  "2", "0 or 1" },
	{ "group.own", "1", "count", 1, AT(group_own), false, "2", "0 or 1" },
	{ "practice.eplb.node", "1", "count", 1,
	  AT(practice.eplb[SCOPE_NODE]), false, "2", "0 or 1" },
	{ "practice.eplb.rack", "1", "count", 1,
	  AT(practice.eplb[SCOPE_RACK]), false, "2", "0 or 1" },
	{ "practice.eplb.net", "1", "count", 1, AT(practice.eplb[SCOPE_NET]),
	  false, "2", "0 or 1" },
	{ "practice.spares", "37", "count", 37, AT(practice.spares), false,
	  "-1", "0 or more" },
	{ "practice.spares.from", "38", "count", 38, AT(practice.from_ep),
	  false, "0.5", "a whole number, 1 or more" },
	{ "practice.two_batch.node", "1", "count", 1,
	  AT(practice.two_batch[SCOPE_NODE]), false, "2", "0 or 1" },
	{ "practice.two_batch.rack", "1", "count", 1,
	  AT(practice.two_batch[SCOPE_RACK]), false, "2", "0 or 1" },
	{ "practice.two_batch.net", "1", "count", 1,
	  AT(practice.two_batch[SCOPE_NET]), false, "2", "0 or 1" },
};

#define ALWAYS \
	ROW("exchange.node", "gather", "name") \
	ROW("exchange.rack", "rank", "name") \
	ROW("exchange.net", "pair", "name") \
	ROW("launch.any", "1", "1") ROW("overhead.any", "1", "1") \
	ROW("arch.sm90", "any", "name") ROW("arch.sm100", "any", "name")

/* The rows that are needed, but `out`, and more; for sm90. */
static int take(struct stack *s, struct facts *f, int out, const char *more,
		struct fault *why)
{
	char text[8192] = ALWAYS;

	for (int i = 0; i < NR(rows); i++)
		if (rows[i].needed && i != out) {
			size_t len = strlen(text);

			snprintf(text + len, sizeof(text) - len,
				 "%s,%s,,%s,assumed,toy,\n", rows[i].key,
				 rows[i].value, rows[i].unit);
		}
	strncat(text, more, sizeof(text) - strlen(text) - 1);
	rows_facts(f, text);
	return stack_take(s, f, "sm90", why);
}

static double field(const struct stack *s, size_t at)
{
	return *(const double *)(const void *)((const char *)s + at);
}

/* It lands in its field and no other moves; without it that is 0, or 1. */
START_TEST(a_row_lands_in_its_field_and_in_no_other)
{
	static struct stack with, without;
	struct facts f, g;
	struct fault why = { .row = 0 };
	char row[100];

	snprintf(row, sizeof(row), "%s,%s,,%s,assumed,toy,\n", rows[_i].key,
		 rows[_i].value, rows[_i].unit);
	ck_assert_msg(!take(&with, &f, _i, row, &why), "%s", why.what);
	ck_rel(field(&with, rows[_i].at), rows[_i].want, 1e-12);
	if (rows[_i].needed) {
		ck_assert_int_eq(take(&without, &g, _i, "", &why), -1);
		snprintf(row, sizeof(row), "missing key \"%s\"",
			 rows[_i].key);
		ck_assert_str_eq(why.what, row);
	} else {
		bool one = rows[_i].at == AT(launch_norm) ||
			   rows[_i].at == AT(launch_tp) ||
			   rows[_i].at == AT(beyond.facts);

		ck_assert_msg(!take(&without, &g, -1, "", &why), "%s",
			      why.what);
		ck_assert(field(&without, rows[_i].at) == one);
		for (int k = 0; k < NR(rows); k++)
			ck_assert_msg(k == _i ||
				field(&with, rows[k].at) ==
				field(&without, rows[k].at), "%s",
				rows[k].key);
	}
	facts_release(&f);
	facts_release(&g);
}
END_TEST

START_TEST(a_row_beyond_its_limit_is_refused)
{
	static struct stack s;
	struct facts f;
	struct fault why = { .row = 0 };
	char row[100], what[100], remedy[100];

	snprintf(row, sizeof(row), "%s,%s,,%s,assumed,toy,\n", rows[_i].key,
		 rows[_i].bad, rows[_i].unit);
	ck_assert_int_eq(take(&s, &f, _i, row, &why), -1);
	snprintf(what, sizeof(what), "\"%s\" is %s", rows[_i].key,
		 rows[_i].bad);
	snprintf(remedy, sizeof(remedy), "write %s", rows[_i].says);
	ck_assert_str_eq(why.what, what);
	ck_assert_str_eq(why.remedy, remedy);
	ck_assert_str_eq(why.file, "toy.csv");
	ck_assert_int_gt(why.row, 1);
	facts_release(&f);
}
END_TEST

/* ---- rows of an architecture ---- */

/* Its own before that for any; where nobody says, what does nothing. */
static const struct {
	const char *key, *unit;
	size_t at;
	double none;
} ratios[] = {
	{ "prefill_overhead", "1", AT(overhead_prefill), 1 },
	{ "prefill_overhead_fp8", "1", AT(overhead_prefill_fp8), 1 },
	{ "prefill_overhead_fused", "1", AT(overhead_prefill_fused), 1 },
	{ "eager", "s", AT(eager_s), 0 },
	{ "streams", "tok", AT(streams_tok), 0 },
	{ "eager_fp4", "s", AT(eager_fp4_s), 0 },
	{ "eager_kernels", "count", AT(eager_kernels), 0 },
	{ "prefill_overhead_v4", "1", AT(prefill_times[FAMILY_V4]), 1 },
	{ "eager_v4", "1", AT(eager_times[FAMILY_V4]), 1 },
	{ "band_arch", "1", AT(beyond.arch[FAMILY_V4]), 0 },
	{ "band_arch_mla", "1", AT(beyond.arch[FAMILY_MLA]), 0 },
	{ "band_arch_v4", "1", AT(beyond.arch[FAMILY_V4]), 0 },
	{ "serve_in", "s", AT(serve.in_s), 0 },
	{ "serve_reserve", "1", AT(serve.reserve), 0 },
	{ "serve_reserve", "1", AT(serve_v4.reserve), 0 },
	{ "serve_v4_reserve", "1", AT(serve_v4.reserve), 0 },
	{ "serve_reserve", "1", AT(serve_dsa.reserve), 0 },
	{ "serve_dsa_reserve", "1", AT(serve_dsa.reserve), 0 },
};

START_TEST(an_architectures_row_is_before_that_for_any)
{
	static struct stack s;
	const char *key = ratios[_i].key, *unit = ratios[_i].unit;
	struct facts f;
	struct fault why = { .row = 0 };
	char all[300], any[100];

	snprintf(any, sizeof(any), "%s.any,0.25,,%s,assumed,toy,\n", key,
		 unit);
	snprintf(all, sizeof(all), "%s%s.sm90,0.5,,%s,assumed,toy,\n"
		 "%s.sm100,0.75,,%s,assumed,toy,\n", any, key, unit, key,
		 unit);
	ck_assert_msg(!take(&s, &f, -1, all, &why), "%s", why.what);
	ck_rel(field(&s, ratios[_i].at), 0.5, 0);
	facts_release(&f);
	ck_assert_msg(!take(&s, &f, -1, any, &why), "%s", why.what);
	ck_rel(field(&s, ratios[_i].at), 0.25, 0);
	facts_release(&f);
	ck_assert_msg(!take(&s, &f, -1, "", &why), "%s", why.what);
	ck_rel(field(&s, ratios[_i].at), ratios[_i].none, 0);
	facts_release(&f);
}
END_TEST

/* A family's row, even for any, is before what is said of all of them. */
START_TEST(a_family_has_its_own_architectures)
{
	static struct stack s;
	struct facts f;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(take(&s, &f, -1, ROW("band_arch.any", "0.1", "1")
		ROW("band_arch.sm90", "0", "1")
		ROW("band_arch_v4.any", "0.2", "1")
		ROW("band_arch_dsa.sm90", "0.3", "1"), &why), 0);
	ck_rel(s.beyond.arch[FAMILY_MLA], 0, 0);
	ck_rel(s.beyond.arch[FAMILY_DSA], 0.3, 1e-12);
	ck_rel(s.beyond.arch[FAMILY_V4], 0.2, 1e-12);
	facts_release(&f);
}
END_TEST

/* Experts of four bits are launched as all are, unless a row says else. */
START_TEST(four_bits_are_launched_as_others_unless_said)
{
	static struct stack s;
	struct facts f;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(take(&s, &f, -1, ROW_ERR("eager.any", "40", "4",
			 "us"), &why), 0);
	ck_rel(s.eager_s, 40e-6, 1e-12);
	ck_rel(s.eager_fp4_s, 40e-6, 1e-12);
	ck_rel(s.eager_err_s, 4e-6, 1e-12);
	facts_release(&f);
}
END_TEST

/* One standard error, of a time relative to it where that is asked. */
START_TEST(errors_are_those_of_the_rows)
{
	static struct stack s;
	struct facts f;
	struct fault why = { .row = 0 };

	ck_assert_msg(!take(&s, &f, -1,
		ROW_ERR("buffers.dp", "3", "0.3", "GB")
		ROW_ERR("buffers.net", "4", "0.5", "GB")
		ROW_ERR("host.launch", "8", "2", "us")
		ROW_ERR("host.launch.tp", "0.5", "0.05", "1")
		ROW_ERR("host.ahead", "10", "1", "us")
		ROW_ERR("host.turn", "10", "2", "us")
		ROW_ERR("host.turn_net", "10", "3", "us")
		ROW_ERR("prefill_overhead.any", "1.5", "0.2", "1")
		ROW_ERR("overhead.sm90", "1.25", "0.1", "1")
		ROW_ERR("launch.sm90", "0.5", "0.05", "1")
		ROW_ERR("serve_overhead.any", "1.5", "0.4", "1")
		ROW_ERR("serve_taken.any", "5", "0.6", "GB"), &why), "%s",
		why.what);
	ck_assert(s.buffer_err_B[0] == 0);
	ck_rel(s.buffer_err_B[1], 0.3e9, 1e-12);
	ck_rel(s.buffer_err_B[2], 0.5e9, 1e-12);
	ck_rel(s.each_err, 0.25, 1e-12);
	ck_rel(s.launch_tp_err, 0.05, 1e-12);
	ck_rel(s.drafting.turn_err_s[TURN_AHEAD], 1e-6, 1e-12);
	ck_rel(s.drafting.turn_err_s[TURN_NEAR], 2e-6, 1e-12);
	ck_rel(s.drafting.turn_err_s[TURN_NET], 3e-6, 1e-12);
	ck_rel(s.overhead_prefill_err, 0.2, 1e-12);
	ck_rel(s.overhead, 1.25, 1e-12);
	ck_rel(s.overhead_err, 0.1, 1e-12);
	ck_rel(s.launch, 0.5, 1e-12);
	ck_rel(s.launch_err, 0.05, 1e-12);
	ck_rel(s.serve.overhead_err, 0.4, 1e-12);
	ck_rel(s.serve.taken_err_B, 0.6e9, 1e-12);
	facts_release(&f);
}
END_TEST

/* Sentences of rows that say nothing known. */
static const struct { const char *row, *what, *remedy; } none[] = {
	{ ROW("band_arch.sm90", "2", "1"), "\"band_arch.sm90\" is 2",
	  "write between 0 and 1" },
	{ ROW("band_arch_dsa.sm90", "2", "1"), "\"band_arch_dsa.sm90\" is 2",
	  "write between 0 and 1" },
	{ ROW("eager.sm90", "-1", "us"), "\"eager.sm90\" is -1",
	  "write 0 or more" },
	{ ROW("eager_v4.any", "0", "1"), "\"eager_v4.any\" is 0",
	  "write more than 0" },
	{ ROW("prefill_overhead.sm90", "0", "1"),
	  "\"prefill_overhead.sm90\" is 0", "write more than 0" },
	{ ROW("prefill_overhead", "1", "1"),
	  "\"prefill_overhead\" has not the form KEY.ARCH",
	  "write KEY.ARCH" },
	{ ROW("eager.sm90.fp8", "1", "us"),
	  "\"eager.sm90.fp8\" has not the form KEY.ARCH", "write KEY.ARCH" },
	{ ROW("serve_reserve.sm90", "2", "1"), "\"serve_reserve.sm90\" is 2",
	  "write between 0 and 1" },
	{ ROW("serve_alone.any", "2", "count"), "\"serve_alone.any\" is 2",
	  "write 0 or 1" },
	{ ROW("graph.sizes", "4 2", "name"),
	  "graph.sizes is \"4 2\", no list of rising batch sizes",
	  "write sizes and ranges, as 1 2 4 8..256+8" },
	{ ROW("graph.drafted", "x", "name"),
	  "graph.drafted is \"x\", no list of rising batch sizes",
	  "write sizes and ranges, as 1 2 4 8..256+8" },
	{ ROW("since.sm91x", "2025-01-01", "name"),
	  "\"sm91x\" is no architecture",
	  "give since.ARCH, as since.sm90" },
	{ ROW("own.sm90.tp9", "1:1", "name"),
	  "\"own.sm90.tp9\" ends in no class of layouts",
	  "write own.ARCH. and tp, tp_ep, tp_net, node, rack or net" },
	{ ROW("own.sm90.tp", "1:0", "name"), "\"1:0\" is no list of "
	  "BATCH:TIMES above 0, up to 14 of them, by rising batch",
	  "write as 1:1.02;16:0.97;128:1.01" },
	{ ROW("page", "256", "tok") ROW("page.window", "64", "tok")
	  ROW("page.csa", "4", "count") ROW("page.shared", "1", "count"),
	  "a shared pool has blocks of pages, of windows and of state",
	  "add rows page, page.window, page.csa and page.hca, or leave "
	  "page.shared out" },
	{ ROW("use.bmm.any", "fast", "name"),
	  "\"use.bmm.any\" names kernel \"fast\", which has no law",
	  "add rows law.fast.ARCH.PARAM" },
};

START_TEST(a_row_that_says_nothing_known_is_named)
{
	static struct stack s;
	struct facts f;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(take(&s, &f, -1, none[_i].row, &why), -1);
	ck_assert_str_eq(why.what, none[_i].what);
	ck_assert_str_eq(why.remedy, none[_i].remedy);
	ck_assert_str_eq(why.file, "toy.csv");
	ck_assert_int_eq(why.row, f.fact[f.nr - 1].line);
	facts_release(&f);
}
END_TEST

Suite *suite_enginerows(void)
{
	Suite *s = suite_create("enginerows");
	TCase *t = tcase_create("enginerows");

	tcase_add_loop_test(t, a_row_lands_in_its_field_and_in_no_other, 0,
			    NR(rows));
	tcase_add_loop_test(t, a_row_beyond_its_limit_is_refused, 0,
			    NR(rows));
	tcase_add_loop_test(t, an_architectures_row_is_before_that_for_any, 0,
			    NR(ratios));
	tcase_add_test(t, four_bits_are_launched_as_others_unless_said);
	tcase_add_test(t, a_family_has_its_own_architectures);
	tcase_add_test(t, errors_are_those_of_the_rows);
	tcase_add_loop_test(t, a_row_that_says_nothing_known_is_named, 0,
			    NR(none));
	suite_add_tcase(s, t);
	return s;
}
