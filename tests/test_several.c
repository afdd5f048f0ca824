#include "claims/several.h"
#include "words/quantity.h"
#include "tests/tests.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Cells of several figures; "name value unit|..." of what they say. */
static const struct {
	const char *metric, *value, *unit, *says;
} cells[] = {
	{ "Parameters", "671B total / 37B active", "",
	  "Parameters 671B |Parameters 37B active" },
	{ "Parameters (total/active)", "671B/37B", "",
	  "total Parameters 671B |active Parameters 37B " },
	{ "Total / active parameters", "1T / 32B", "",
	  "Total parameters 1T |active parameters 32B " },
	{ "Throughput (input/output)", "20,000/2,000 tok/s", "",
	  "input Throughput 20,000 tok/s|output Throughput 2,000 tok/s" },
	{ "TTFT / TPOT", "350 ms / 20 ms", "", "TTFT 350 ms|TPOT 20 ms" },
	{ "TTFT P50/P90/P99", "210/480/350 ms", "",
	  "TTFT P50 210 ms|TTFT P90 480 ms|TTFT P99 350 ms" },
	{ "ISL/OSL", "1k/1k", "", "ISL 1k |OSL 1k " },
	{ "memory", "80 GB / 3.35 TB/s", "",
	  "memory 80 GB|memory 3.35 TB/s" },
	{ "throughput", "1,500 tok/s at 64 concurrent users", "",
	  "throughput 1,500 tok/s|concurrency 64 " },
};

START_TEST(each_figure_of_a_cell_has_its_name)
{
	struct text out = TEXT_INIT;
	struct several all;

	ck_assert_msg(several_read(&all, cells[_i].metric, cells[_i].value,
				   cells[_i].unit), "%s", cells[_i].value);
	for (int k = 0; k < all.nr; k++)
		text_addf(&out, "%s%s %s %s", k ? "|" : "",
			  all.said[k].metric, all.said[k].value,
			  all.said[k].unit);
	ck_assert_str_eq(out.buf, cells[_i].says);
	text_release(&out);
}
END_TEST

static const char *const ones[] = { "250 tok/s", "1,024", "$0.55/1M tokens",
	"30-40", "fast", "", "3 apples / 4 pears", "14.8k tokens/s" };

START_TEST(one_figure_is_not_several)
{
	struct several all;

	ck_assert(!several_read(&all, "throughput", ones[_i], ""));
}
END_TEST

static const struct {
	const char *given;
	enum quantity q;
	double first, again;	/* 0: not known */
	const char *unread;
} stated[] = {
	{ "ISL/OSL=8k/1k", Q_ISL, 8000, 0, "" },
	{ "ISL/OSL=8k/1k", Q_OSL, 1000, 0, "" },
	{ "throughput=2000; throughput=3000", Q_TOK_S_TOTAL, 2000, 3000, "" },
	{ "favourite colour=3; gpus=8", Q_GPUS, 8, 0,
	  "favourite colour=3" },
	{ "electricity price=$0.07/kWh", Q_USD_PER_KWH, 0.07, 0, "" },
	{ "input length / output length: 2048/512", Q_OSL, 512, 0, "" },
};

START_TEST(what_is_given_twice_or_to_no_name_is_kept)
{
	struct stated s = { .unread = "" };
	struct fault why = { 0 };

	ck_assert_msg(!quantity_given(stated[_i].given, &s, &why), "%s",
		      why.what);
	ck_rel(s.first.of[stated[_i].q].value, stated[_i].first, 1e-12);
	ck_assert_int_eq(s.again.of[stated[_i].q].known,
			 stated[_i].again > 0);
	if (stated[_i].again > 0)
		ck_rel(s.again.of[stated[_i].q].value, stated[_i].again,
		       1e-12);
	ck_assert_str_eq(s.unread, stated[_i].unread);
}
END_TEST

Suite *suite_several(void)
{
	Suite *s = suite_create("several");
	TCase *t = tcase_create("several");

	tcase_add_loop_test(t, each_figure_of_a_cell_has_its_name, 0,
			    NR(cells));
	tcase_add_loop_test(t, one_figure_is_not_several, 0, NR(ones));
	tcase_add_loop_test(t, what_is_given_twice_or_to_no_name_is_kept, 0,
			    NR(stated));
	suite_add_tcase(s, t);
	return s;
}
