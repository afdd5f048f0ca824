#include "tests/tests.h"

#include <string.h>

#include "facts/service.h"
#include "sheet/sheet.h"
#include "read/sheet.h"
#include "serve/run.h"
#include "tests/toy_serve.h"

START_TEST(a_curve_bends_from_one_to_a_share_of_the_quota)
{
	struct service_curve c = { 3, 4, 2 };

	ck_rel(service_curve_s(&c, 0), 3, 1e-12);
	ck_rel(service_curve_s(&c, 1), 5, 1e-12);	/* 9 + 16 = 25 */
	ck_rel(service_curve_s(&c, 3), sqrt(153), 1e-12); /* 9 + 144 */
	c.bend = 1;
	ck_rel(service_curve_s(&c, 3), 15, 1e-12);	/* 3 + 3 x 4 */
}
END_TEST

START_TEST(the_sheets_that_are_there_are_fitted_and_say_so)
{
	static const char *const names[] = { "hw/services/token-api.csv",
					     "hw/services/provisioned.csv" };

	for (int i = 0; i < 2; i++) {
		struct facts f;
		struct service s;
		struct fault why = { 0 };

		ck_assert_msg(facts_load(&f, names[i], &why) == 0, "%s",
			      why.what);
		ck_assert_msg(service_take(&s, &f, &why) == 0, "%s",
			      why.what);
		for (int k = 0; k < f.nr; k++)
			ck_assert(f.fact[k].origin == ORIGIN_FITTED ||
				  f.fact[k].origin == ORIGIN_ASSUMED);
		facts_release(&f);
	}
}
END_TEST

START_TEST(a_sheet_without_a_curve_is_refused_by_its_key)
{
	static const char text[] =
		"key,value,err,unit,origin,source,note\n"
		"rtt,20,,ms,assumed,x,\n";
	struct table t;
	struct facts f;
	struct service s;
	struct fault why = { 0 };

	ck_assert_int_eq(table_parse(&t, "s.csv", text, strlen(text), &why),
			 0);
	ck_assert_int_eq(facts_from_table(&f, &t, &why), 0);
	ck_assert_int_eq(service_take(&s, &f, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "first"));
	facts_release(&f);
	table_release(&t);
}
END_TEST

static double waits(const void *of, int inside)
{
	const double *s = of;

	return *s * inside;
}

/* Two at once: the first waits 1 s, the second 2 s, with bad luck 2.5. */
START_TEST(a_wait_counts_who_is_inside_and_the_luck_of_each)
{
	static const struct toy_price free_steps = { .1, 0, 0, .5, 0, 1 };
	double one_s = 1;
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	toy_load(&l, 2, &(struct toy_lengths){ 100, 1, 1, 1 });
	l.client = SERVE_OPEN;
	l.request[1].luck = 1.25f;
	l.door.wait_s = waits;
	l.door.of = &one_s;
	s = toy_spec(&l, &e, &free_steps);
	serve_run(&log, &s);
	/* 1 + .5; 2 x 1.25 + .5 */
	ck_rel(ticks_to_s(log.of[0].first), 1.5, 1e-9);
	ck_rel(ticks_to_s(log.of[1].first), 3, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

Suite *suite_service(void)
{
	Suite *s = suite_create("service");
	TCase *tc = tcase_create("service");

	tcase_add_test(tc, a_curve_bends_from_one_to_a_share_of_the_quota);
	tcase_add_test(tc, the_sheets_that_are_there_are_fitted_and_say_so);
	tcase_add_test(tc, a_sheet_without_a_curve_is_refused_by_its_key);
	tcase_add_test(tc,
		a_wait_counts_who_is_inside_and_the_luck_of_each);
	suite_add_tcase(s, tc);
	return s;
}
