#include <string.h>

#include "say/launch.h"
#include "tests/tests.h"

static struct launch words(void)
{
	struct launch l = { .nr = 0 };

	launch_set(&l, "gpus", "8");
	launch_set(&l, "on", "1");
	launch_set(&l, "off", "");
	launch_set(&l, "none", "0");
	return l;
}

static const struct { const char *template, *out; enum launched how; }
cases[] = {
	{ "a @gpus@ b\n", "a 8 b\n", LAUNCH_MADE },
	{ "@gpus@@gpus@", "88\n", LAUNCH_MADE },
	{ "a@@b\n", "a@b\n", LAUNCH_MADE },
	{ "@?on@x\n@!on@y\n", "x\n", LAUNCH_MADE },
	{ "@?off@x\n@!off@y\n@?none@z\n", "y\n", LAUNCH_MADE },
	{ "@?on@@?off@x\n@?on@@!off@@gpus@\n", "8\n", LAUNCH_MADE },
	{ "first\n@-on@cannot, @gpus@ times\nmore\n", "cannot, 8 times",
	  LAUNCH_REFUSED },
	{ "first\n@-off@cannot\nmore\n", "first\nmore\n", LAUNCH_MADE },
	{ "@~off@\nmore\n", "more\n", LAUNCH_MADE },
	{ "@~on@\nmore\n", "", LAUNCH_UNWANTED },
	{ "", "", LAUNCH_MADE },
	{ "a\n@gpus\n", NULL, LAUNCH_FAULT },
	{ "a\n@?nobody@b\n", NULL, LAUNCH_FAULT },
	{ "a\n@", NULL, LAUNCH_FAULT },
	{ "a\n@averyveryverylongwordindeed@\n", NULL, LAUNCH_FAULT } };

START_TEST(a_template_is_filled_as_its_header_says)
{
	struct launch l = words();
	struct text out = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(launch_fill(&l, "t", cases[_i].template, &out, &why),
			 cases[_i].how);
	if (cases[_i].out)
		ck_assert_str_eq(out.buf, cases[_i].out);
	else
		ck_assert_int_eq(why.row, 2);	/* the line of each fault */
	text_release(&out);
}
END_TEST

Suite *suite_launch(void)
{
	Suite *s = suite_create("launch");
	TCase *tc = tcase_create("fill");

	tcase_add_loop_test(tc, a_template_is_filled_as_its_header_says, 0,
			    (int)(sizeof(cases) / sizeof(*cases)));
	suite_add_tcase(s, tc);
	return s;
}
