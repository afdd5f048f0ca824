/* What-ifs by name, sensitivities and slices as tables, a trace's JSON. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside/derived.h"
#include "inside/oplist.h"
#include "inside/sensitivity.h"
#include "inside/trace.h"
#include "inside/whatif.h"
#include "tests/drawing.h"
#include "tests/toy.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *cell(const struct table *t, int row, const char *column)
{
	int c = table_column(t, column);

	ck_assert_msg(c >= 0, "no column %s", column);
	return table_get(t, row, c);
}

static void is(const struct table *t, int row, const char *column,
	       const char *want)
{
	ck_assert_msg(!strcmp(cell(t, row, column), want), "%s of %d is %s, "
		      "not %s", column, row, cell(t, row, column), want);
}

/* ---- what-ifs ---- */

#define BIT(rung) RUNG_BIT(RUNG_##rung)

static const struct {
	const char *text;
	int nr;
	unsigned off[3];
} ifs[] = {
	{ "free-network", 1, { BIT(ALLREDUCE) | BIT(WIRE) | BIT(STARTUP) |
			       BIT(PACK) } },
	{ "infinite-bandwidth", 1, { LADDER_BANDWIDTH } },
	{ "perfect-balance", 1, { BIT(IMBALANCE) | BIT(STRAGGLER) } },
	{ "zero-launch", 1, { BIT(LAUNCH) } },
	{ "weights", 1, { BIT(WEIGHTS) } }, { "host", 1, { BIT(HOST) } },
	{ "again", 1, { BIT(AGAIN) } },
	{ "overhead", 1, { BIT(GAIN) } },
	{ "start-up", 1, { BIT(STARTUP) } },
	{ "host,zero-launch,small", 3, { BIT(HOST), BIT(LAUNCH),
					 BIT(SMALL) } },
	{ "host,host", 2, { BIT(HOST), BIT(HOST) } },
};

START_TEST(a_what_if_leaves_out_its_rungs)
{
	struct whatif w;
	struct fault why;

	ck_assert_int_eq(whatif_parse(&w, ifs[_i].text, &why), 0);
	ck_assert_int_eq(w.nr, ifs[_i].nr);
	for (int i = 0; i < w.nr; i++)
		ck_assert_uint_eq(w.off[i], ifs[_i].off[i]);
}
END_TEST

/* The first rung is the floor: nothing is left without it. */
static const struct {
	const char *text, *what, *remedy;
} no_ifs[] = {
	{ "kv", "there is no what-if \"kv\"", "write one of: " },
	{ "hots", "there is no what-if \"hots\"", "did you mean host?" },
	{ "host,wieghts", "there is no what-if \"wieghts\"",
	  "did you mean weights?" },
	{ "", "there is no what-if \"\"", "write one of: free-network "
	  "infinite-bandwidth perfect-balance zero-launch weights " },
	{ "host,", "there is no what-if \"\"", "write one of: " },
	{ "host,host,host,host,host,host,host,host,host,host,host,host,host,"
	  "host,host,host,host", "there are over 16 what-ifs",
	  "write fewer" },
};

START_TEST(a_what_if_that_is_none_is_named)
{
	struct whatif w;
	struct fault why = { 0 };

	ck_assert_int_eq(whatif_parse(&w, no_ifs[_i].text, &why), -1);
	ck_assert_str_eq(why.what, no_ifs[_i].what);
	ck_assert_int_eq(strncmp(why.remedy, no_ifs[_i].remedy,
				 strlen(no_ifs[_i].remedy)), 0);
}
END_TEST

START_TEST(every_name_of_a_what_if_is_one)
{
	struct text names = TEXT_INIT, one = TEXT_INIT;
	struct whatif w;
	struct fault why;
	int nr = 0;

	whatif_names(&names);
	for (const char *s = names.buf; *s; s += *s == ' ') {
		size_t len = strcspn(s, " ");

		text_addn(&one, s, len);
		ck_assert_int_eq(whatif_parse(&w, one.buf, &why), 0);
		ck_assert_str_eq(w.name[0], one.buf);
		text_release(&one);
		s += len;
		nr++;
	}
	ck_assert_int_eq(nr, 4 + RUNG_NR - 1);
	text_release(&names);
}
END_TEST

/* ---- ladders as tables ---- */

/* Rungs of 1, 2, 3, ... us for one token: 210 us and more; 1e6 / that. */
START_TEST(a_ladder_is_a_table_of_its_rungs)
{
	struct ladder l = { .tok = 2 };
	struct table t;
	double s = 0;

	for (int i = 0; i < RUNG_NR; i++)
		l.s[i] = s += (i + 1) * 2e-6;
	table_init(&t, "t");
	ladder_table(&l, 5000, &t);
	ck_assert_int_eq(t.rows, RUNG_NR);
	is(&t, 0, "rung", "1");
	is(&t, 0, "name", "kv");
	is(&t, 0, "us_added", "1");
	is(&t, 0, "us_per_token", "1");
	is(&t, 0, "tok_s_gpu", "1000000");
	is(&t, 4, "us_added", "5");
	is(&t, 4, "us_per_token", "15");	/* 1 + 2 + 3 + 4 + 5 */
	is(&t, 4, "mechanism", "tensor roof");
	is(&t, 4, "group", "kernels");
	is(&t, 20, "us_per_token", "231");	/* 21 x 22 / 2 */
	is(&t, 20, "measured_us_per_token", "200");
	is(&t, 20, "measured_tok_s_gpu", "5000");
	table_release(&t);
	table_init(&t, "t");
	ladder_table(&l, (double)NAN, &t);
	ck_assert_int_lt(table_column(&t, "measured_tok_s_gpu"), 0);
	table_release(&t);
}
END_TEST

START_TEST(two_ladders_are_a_table_of_differences)
{
	struct ladder a = { .tok = 1 }, b = { .tok = 2 };
	struct table t;
	double s = 0;

	for (int i = 0; i < RUNG_NR; i++) {
		a.s[i] = s += (i + 1) * 1e-6;
		b.s[i] = 6 * s;		/* of two tokens: three times */
	}
	table_init(&t, "t");
	ladder_versus(&a, &b, &t);
	is(&t, 1, "us_added", "2");
	is(&t, 1, "us_added_versus", "6");
	is(&t, 1, "us_difference", "4");
	is(&t, 1, "us_per_token", "3");
	is(&t, 1, "us_per_token_versus", "9");
	is(&t, 0, "tok_s_gpu_versus", "333333.333");
	is(&t, 0, "tok_s_gpu", "1000000");
	table_release(&t);
}
END_TEST

/* ---- sensitivities as a table ---- */

/* 1000 tok/s; an error moves it to 990 and 1020, a tenth to 950 alone. */
START_TEST(a_sensitivity_is_a_row)
{
	static char key[] = "hbm.bandwidth", text[] = "4.8", none[] = "name";
	struct fact f = { .key = key, .text = text, .value = 4.8e12,
			  .err = 0.12e12, .unit = "TB/s",
			  .origin = ORIGIN_MEASURED };
	struct fact bare = { .key = none, .text = text, .value = 4.8,
			     .unit = "1" };
	struct influence m[] = {
		{ "GPU", &f, { 990, 1020, 950, (double)NAN }, 0.05 },
		{ "stack", &bare, { (double)NAN, (double)NAN, 1100, 1010 },
		  0.1 } };
	struct sensitivity s = { .tok_s_gpu = 1000, .moved = m, .nr = 2 };
	struct table t;

	table_init(&t, "t");
	sensitivity_table(&s, &t);
	ck_assert_int_eq(t.rows, 2);
	is(&t, 0, "sheet", "GPU");
	is(&t, 0, "key", "hbm.bandwidth");
	is(&t, 0, "value", "4.8");
	is(&t, 0, "err", "0.12");		/* in the value's unit */
	is(&t, 0, "unit", "TB/s");
	is(&t, 0, "origin", "measured");
	is(&t, 0, "tok_s_gpu", "1000");
	is(&t, 0, "err_down", "990");
	is(&t, 0, "err_up", "1020");
	is(&t, 0, "err_pct", "2");		/* the larger of 1 and 2 */
	is(&t, 0, "tenth_down", "950");
	is(&t, 0, "tenth_up", "");
	is(&t, 0, "tenth_pct", "5");
	is(&t, 1, "err", "");
	is(&t, 1, "err_pct", "");
	is(&t, 1, "tenth_pct", "10");
	table_release(&t);
}
END_TEST

/* ---- slices as JSON and as a timeline ---- */

#define US ((ticks)1000000)

/* Two ranks; layers 0 and 1, of which 1 is the middle. */
static struct slice slices_list[] = {
	{ "attend", SLICE_OP, STAGE_ATTN0, 0, LANE_COMPUTE, 0, 0, 0, 5 * US },
	{ "attend", SLICE_OP, STAGE_ATTN0, 0, LANE_COMPUTE, 0, 1, 10 * US,
	  12 * US },
	{ "norm", SLICE_OP, STAGE_ATTN0, 0, LANE_COMPUTE, 0, 1, 12 * US,
	  13 * US + 500000 },
	{ "gate", SLICE_OP, STAGE_GATE, 0, LANE_COMPUTE, 0, 1, 14 * US,
	  15 * US },
	{ "dispatch", SLICE_WAIT, STAGE_DISPATCH, 0, LANE_COMPUTE + 1, 0, 1,
	  15 * US, 16 * US },
	{ "dispatch", SLICE_STARTUP, STAGE_DISPATCH, 0, LANE_COMPUTE + 1, 0,
	  1, 16 * US, 18 * US },
	{ "", SLICE_COPIES, STAGE_EXPERTS, 0, LANE_COMPUTE, 0, 1, 18 * US,
	  20 * US },
	{ "attend", SLICE_OP, STAGE_ATTN0, 1, LANE_COMPUTE, 0, 1, 10 * US,
	  11 * US },
	{ "", SLICE_HOST, STAGE_HEAD, 0, LANE_NR, 0, -1, 25 * US, 26 * US },
};

static struct slices slices_of(void)
{
	return (struct slices){ .ranks = 2, .slice = slices_list,
		.nr = NR(slices_list), .moe_layers = 3, .end = 25 * US };
}

START_TEST(a_trace_names_what_each_lane_does)
{
	struct slices s = slices_of();
	struct toy *toy = malloc(sizeof(*toy));
	struct question *q = calloc(1, sizeof(*q));
	struct text out = TEXT_INIT;

	toy_make(toy, &(struct toy_plan){ .gpus = 2, .batch = 1 });
	toy->model.name = "a\"b\\c\n";
	q->on = toy->on;
	trace_json(&s, q, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "{\"displayTimeUnit\":\"ns\",\n"
		"\"otherData\":{\"model\":\"a\\\"b\\\\c\\u000a\",\"hw\":"));
	ck_assert_ptr_nonnull(strstr(out.buf, ",\"gpus\":\"2\"},\n"
		"\"traceEvents\":[\n{\"ph\":\"M\",\"name\":\"process_name\","
		"\"pid\":0,\"args\":{\"name\":\"rank 0\"}},\n{\"ph\":\"M\","
		"\"name\":\"process_sort_index\",\"pid\":0,\"args\":{"
		"\"sort_index\":0}},\n{\"ph\":\"M\",\"name\":\"thread_name\","
		"\"pid\":0,\"tid\":0,\"args\":{\"name\":\"compute\"}},"));
	ck_assert_ptr_nonnull(strstr(out.buf, "{\"ph\":\"X\",\"name\":\"norm\","
		"\"cat\":\"attn0\",\"pid\":0,\"tid\":0,\"ts\":12.000000,"
		"\"dur\":1.500000,\"args\":{\"micro-batch\":0,\"MoE layer\":1}"
		"}"));
	ck_assert_ptr_nonnull(strstr(out.buf, "\"name\":\"dispatch wait\""));
	ck_assert_ptr_nonnull(strstr(out.buf,
		"\"name\":\"dispatch start-up\""));
	ck_assert_ptr_nonnull(strstr(out.buf, "\"name\":\"exchange copies\""));
	ck_assert_ptr_nonnull(strstr(out.buf, "\"name\":\"host\",\"cat\":"
		"\"head\",\"pid\":0,\"tid\":3,\"ts\":25.000000,\"dur\":"
		"1.000000,\"args\":{\"micro-batch\":0}}"));
	ck_assert_int_eq(occurs(out.buf, "\"MoE layer\":0}"), 1);
	ck_assert_int_eq(occurs(out.buf, "\"ph\":\"X\""), NR(slices_list));
	/* of two ranks and four lanes each, a name and a place */
	ck_assert_int_eq(occurs(out.buf, "\"ph\":\"M\""), 2 * 2 * (1 + 4));
	ck_assert_str_eq(out.buf + out.len - 6, "}}\n]}\n");
	text_release(&out);
	free(q);
	free(toy);
}
END_TEST

/* Layer 1 of 0, 1, 2: of rank 0, from its first projection on. */
START_TEST(a_timeline_is_the_middle_layer)
{
	static const char *const want[][6] = {
		{ "compute", "attn0", "busy", "0.000000", "3.500000", "0" },
		{ "compute", "gate", "busy", "4.000000", "5.000000", "0" },
		{ "NVLink", "dispatch", "wait", "5.000000", "6.000000", "0" },
		{ "NVLink", "dispatch", "start-up", "6.000000", "8.000000",
		  "0" },
		{ "compute", "experts", "copies", "8.000000", "10.000000",
		  "0" },
	};
	struct slices s = slices_of();
	struct table t;

	table_init(&t, "t");
	trace_timeline(&s, &t);
	ck_assert_int_eq(t.rows, NR(want));
	for (int i = 0; i < t.rows; i++) {
		is(&t, i, "lane", want[i][0]);
		is(&t, i, "stage", want[i][1]);
		is(&t, i, "kind", want[i][2]);
		is(&t, i, "from_us", want[i][3]);
		is(&t, i, "to_us", want[i][4]);
		is(&t, i, "micro", want[i][5]);
		is(&t, i, "layer", "1");
	}
	table_release(&t);
}
END_TEST

/* ---- ops ---- */

/* A toy step: time, bytes and FLOPs of each op as its cost has them. */
START_TEST(an_op_is_a_row_of_its_counts_and_times)
{
	struct toy *toy = malloc(sizeof(*toy));
	struct question *q = calloc(1, sizeof(*q));
	struct step *st = step_room();
	struct text out = TEXT_INIT;
	struct table t;
	double share = 0;

	toy_make(toy, &(struct toy_plan){ .gpus = 8, .batch = 4,
					  .ctx_tok = 1000 });
	q->on = toy->on;
	step_time(st, &toy->ask);
	table_init(&t, "t");
	oplist_table(q, st, &t);
	ck_assert_int_eq(t.rows, st->graph.ops);
	for (int i = 0; i < t.rows; i++) {
		const struct op *op = &st->graph.op[i];
		double hbm = op_hbm_B(op) * op->count;
		double flop = op->flop * op->count;
		double s = st->cost[i].s + st->late_s[i];

		is(&t, i, "op", op->name);
		ck_rel(strtod(cell(&t, i, "hbm_B"), NULL), hbm, 1e-5);
		ck_rel(strtod(cell(&t, i, "flop"), NULL), flop, 1e-5);
		ck_rel(strtod(cell(&t, i, "kv_B"), NULL), op->kv_B *
		       op->count, 1e-5);
		ck_rel(strtod(cell(&t, i, "weight_B"), NULL), op->weight_B *
		       op->count, 1e-5);
		ck_rel(strtod(cell(&t, i, "nvlink_B"), NULL),
		       st->cost[i].nvlink_B, 1e-5);
		ck_rel(strtod(cell(&t, i, "rdma_B"), NULL),
		       st->cost[i].rdma_B, 1e-5);
		ck_rel(strtod(cell(&t, i, "m"), NULL), op->m, 1e-5);
		ck_rel(strtod(cell(&t, i, "n"), NULL), op->n, 1e-5);
		ck_rel(strtod(cell(&t, i, "k"), NULL), op->k, 1e-5);
		ck_rel(strtod(cell(&t, i, "count"), NULL), op->count, 1e-5);
		ck_rel(strtod(cell(&t, i, "fixed_us"), NULL),
		       st->cost[i].fixed_s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "nvlink_us"), NULL),
		       st->cost[i].nvlink_s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "time_us"), NULL), s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "hbm_us"), NULL),
		       st->cost[i].hbm_s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "compute_us"), NULL),
		       st->cost[i].flop_s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "serial_us"), NULL),
		       st->cost[i].serial_s * 1e6, 1e-5);
		ck_rel(strtod(cell(&t, i, "intensity"), NULL),
		       hbm > 0 ? flop / hbm : 0, 1e-5);
		if (s > 0)
			ck_rel(strtod(cell(&t, i, "flops"), NULL), flop / s,
			       1e-5);
		ck_rel(strtod(cell(&t, i, "peak_flops"), NULL),
		       toy->gpu.flops[op->math], 1e-9);
		ck_rel(strtod(cell(&t, i, "hbm_Bps"), NULL),
		       toy->gpu.hbm_Bps, 1e-9);
		share += strtod(cell(&t, i, "time_share"), NULL);
		/* a collective has no kernel and no math */
		if (op->kind != OP_KERNEL) {
			is(&t, i, "kernel", "");
			is(&t, i, "math", "");
		}
	}
	ck_rel(share, 1, 1e-5);
	table_release(&t);
	oplist_text(q, st, &out);	/* a head, and a line each */
	ck_assert_int_eq(occurs(out.buf, "\n"), 1 + st->graph.ops);
	text_release(&out);
	free(st);
	free(q);
	free(toy);
}
END_TEST

/* ---- the map of layers ---- */

static const struct {
	const char *ratios;	/* a letter a layer: s, c, h */
	int dense, hash, mtp;
	const char *map;
} maps[] = {
	{ "ss", 0, 0, 0, "swa x2" }, { "s", 0, 0, 0, "swa" },
	{ "sschchch", 0, 0, 0, "swa x2, (csa hca) x3" },
	{ "sschchc", 0, 0, 0, "swa x2, (csa hca) x2, csa" },
	{ "chch", 1, 0, 0, "(csa hca) x2; the first 1 with a dense FFN" },
	{ "ch", 0, 3, 0, "csa, hca; the first 3 routed by hash" },
	{ "ccch", 0, 0, 0, "csa x3, hca" },
};

START_TEST(layers_are_mapped_by_what_repeats)
{
	struct model m;
	struct facts fs;
	const struct fact *f;
	int n = (int)strlen(maps[_i].ratios);

	toy_v4_flash(&m);
	m.num_hidden_layers = n;
	for (int l = 0; l < n; l++)
		m.compress[l] = maps[_i].ratios[l] == 's' ? ATTN_SWA :
			maps[_i].ratios[l] == 'c' ? ATTN_CSA : ATTN_HCA;
	m.first_k_dense_replace = maps[_i].dense;
	m.num_hash_layers = maps[_i].hash;
	m.num_nextn_predict_layers = maps[_i].mtp;
	facts_init(&fs, "t");
	derived_model(&m, &fs);
	f = facts_find(&fs, "layer_map");
	ck_assert_ptr_nonnull(f);
	ck_assert_str_eq(f->text, maps[_i].map);
	facts_release(&fs);
}
END_TEST

static TCase *tables_case(void)
{
	TCase *tc = tcase_create("tables");

	tcase_add_test(tc, a_ladder_is_a_table_of_its_rungs);
	tcase_add_test(tc, two_ladders_are_a_table_of_differences);
	tcase_add_test(tc, a_sensitivity_is_a_row);
	tcase_add_test(tc, a_trace_names_what_each_lane_does);
	tcase_add_test(tc, a_timeline_is_the_middle_layer);
	tcase_add_test(tc, an_op_is_a_row_of_its_counts_and_times);
	tcase_add_loop_test(tc, layers_are_mapped_by_what_repeats, 0,
			    NR(maps));
	return tc;
}

Suite *suite_insides(void)
{
	Suite *s = suite_create("insides");
	TCase *tc = tcase_create("what-if");

	tcase_add_loop_test(tc, a_what_if_leaves_out_its_rungs, 0, NR(ifs));
	tcase_add_loop_test(tc, a_what_if_that_is_none_is_named, 0,
			    NR(no_ifs));
	tcase_add_test(tc, every_name_of_a_what_if_is_one);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, tables_case());
	return s;
}
