#include "tests/tests.h"

#include <string.h>

#include "base/text.h"
#include "rules/measured.h"
#include "rules/rule.h"

#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

/*
 * A sentence's figures as they are read by their units: its words, each way to
 * read it in base units with what its digits allow, and what it is of.
 */
static const struct { const char *text, *says; } lines[] = {
	/* a number of things is exact; 3,000 is 2,950 to 3,050, and 2M 1.95
	   to 2.05 */
	{ "on 8 GPUs", "8 GPUs: 8 8..8" },
	{ "3,000 tok/s", "3,000 tok/s: 3000 2950..3050 tok s-1" },
	{ "2M tokens", "2M tokens: 2e+06 1.95e+06..2.05e+06 tok" },
	/* 2.50 / 3600, 2.495 / 3600, 2.505 / 3600 */
	{ "$2.50 per GPU-hour", "$2.50 per GPU-hour: 0.000694444 "
	  "0.000693056..0.000695833 s-1 $" },
	/* 2.65 / 1e6 */
	{ "$2.65 per million tokens", "$2.65 per million tokens: 2.65e-06 "
	  "2.645e-06..2.655e-06 tok-1 $" },
	/* 864,000 / 86,400 = 10; its last digit that counts is 1,000 */
	{ "864,000 requests per day", "864,000 requests per day: 10 "
	  "9.99421..10.0058 s-1" },
	/* a time may be of a token; one of a token is none else */
	{ "TPOT 25.0 ms", "25.0 ms: 0.025 0.02495..0.02505 s or 0.025 "
	  "0.02495..0.02505 tok-1 s" },
	{ "25.0 ms/token", "25.0 ms/token: 0.025 0.02495..0.02505 tok-1 s" },
	{ "25.0 ms per token", "25.0 ms per token: 0.025 0.02495..0.02505 "
	  "tok-1 s" },
	{ "70.0 KB per token", "70.0 KB per token: 70000 69950..70050 "
	  "tok-1 B" },
	{ "70.0 KB/token", "70.0 KB/token: 70000 69950..70050 tok-1 B" },
	{ "70.0 KB a token", "70.0 KB a token: 70000 69950..70050 tok-1 B" },
	{ "7.70 GB", "7.70 GB: 7.7e+09 7.695e+09..7.705e+09 B" },
	{ "4.80 TB/s", "4.80 TB/s: 4.8e+12 4.795e+12..4.805e+12 s-1 B" },
	/* 12 x 3.6e6 J, by themselves; 0.190 x 3.6e6 / 1e6 of a token */
	{ "12.0 kWh", "12.0 kWh: 4.32e+07 4.302e+07..4.338e+07 J" },
	{ "2.00 MWh", "2.00 MWh: 7.2e+09 7.182e+09..7.218e+09 J" },
	{ "5.00 Wh", "5.00 Wh: 18000 17982..18018 J" },
	{ "5.00 kJ", "5.00 kJ: 5000 4995..5005 J" },
	{ "5.00 MJ", "5.00 MJ: 5e+06 4.995e+06..5.005e+06 J" },
	{ "0.190 kWh per million tokens", "0.190 kWh per million tokens: "
	  "0.684 0.6822..0.6858 tok-1 J" },
	{ "1.20 kW", "1.20 kW: 1200 1195..1205 s-1 J" },
	{ "2.00 hours", "2.00 hours: 7200 7182..7218 s or 7200 7182..7218 "
	  "tok-1 s" },
	/* of one: as it is, what is left, and all with it */
	{ "15.0% of it", "15.0%: 0.15 0.1495..0.1505 share 0.15" },
	{ "15.0% less", "15.0% less: 0.85 0.8495..0.8505 share 0.15" },
	{ "a discount of 15.0%", "15.0%: 0.85 0.8495..0.8505 share 0.15" },
	{ "15.0% more", "15.0% more: 1.15 1.1495..1.1505 share 0.15" },
	{ "by -15.0%", "15.0%: 0.85 0.8495..0.8505 share 0.15" },
	{ "by +15.0%", "15.0%: 1.15 1.1495..1.1505 share 0.15" },
	/* tokens that are not said to be any */
	{ "219,111 input", "219,111: 219111 219110..219112 tok" },
	/* money of nothing is in the unit of the money before, 16.0 / 3600 */
	{ "$2.00 an hour, so $16.0", "$2.00 an hour: 0.000555556 "
	  "0.000554167..0.000556944 s-1 $; $16.0: 16 15.95..16.05 $ or "
	  "0.00444444 0.00443056..0.00445833 s-1 $" },
	/* and a bare figure in that of the one that has one, but no money */
	{ "40.0 tok/s, then 60.0", "40.0 tok/s: 40 39.95..40.05 tok s-1; "
	  "60.0: 60 59.95..60.05 or 60 59.95..60.05 tok s-1" },
	{ "$2.00 an hour, then 60.0", "$2.00 an hour: 0.000555556 "
	  "0.000554167..0.000556944 s-1 $; 60.0: 60 59.95..60.05" },
	/* as three things at most, of which it is one already */
	{ "9.00, 1.00 W, 2.00 GB, 3.00 J", "9.00: 9 8.995..9.005 or 9 "
	  "8.995..9.005 s-1 J or 9e+09 8.995e+09..9.005e+09 B; 1.00 W: 1 "
	  "0.995..1.005 s-1 J; 2.00 GB: 2e+09 1.995e+09..2.005e+09 B; "
	  "3.00 J: 3 2.995..3.005 tok-1 J" },
	/* no figure: part of a name, a range, none at all */
	{ "an H100, v3.5, x-8 and 5-7 users", "" },
	{ "-15.0 W", "15.0 W: 15 14.95..15.05 s-1 J" },
	/* one in words, and more than there is room for */
	{ "twice as fast", "worded" },
	{ "1.00 W, 2.00 W, 3.00 W, 4.00 W, 5.00 W", "more" },
};

static void add_reading(struct text *to, const struct reading *r)
{
	static const char *const of[DIMS] = { [TOK] = "tok", [SEC] = "s",
		[USD] = "$", [BYTE] = "B", [JOULE] = "J" };

	text_addf(to, "%.6g %.6g..%.6g", r->value, r->low, r->high);
	for (int i = 0; i < DIMS; i++)
		if (r->dim[i] == 1)
			text_addf(to, " %s", of[i]);
		else if (r->dim[i] != 0)
			text_addf(to, " %s%d", of[i], r->dim[i]);
}

START_TEST(a_figure_is_read_by_its_unit)
{
	struct text is = TEXT_INIT;
	struct sentence s;

	measured_read(&s, lines[_i].text);
	text_add(&is, s.more ? "more" : s.worded ? "worded" : "");
	for (int i = 0; i < s.nr && !s.more; i++) {
		const struct measured *m = &s.of[i];

		text_addf(&is, "%s%s: ", i == 0 ? "" : "; ", m->words);
		for (int k = 0; k < m->nr; k++) {
			text_add(&is, k == 0 ? "" : " or ");
			add_reading(&is, &m->as[k]);
		}
		if (m->share > 0)
			text_addf(&is, " share %g", m->share);
	}
	ck_assert_str_eq(is.buf, lines[_i].says);
	text_release(&is);
}
END_TEST

#define COST "8 GPUs at $2.00 an hour each cost "

/*
 * By units alone: what closes, to 2 % of cut digits; what says that it follows
 * and does not, from a tenth to ten thousand times; and what is left alone.
 */
static const struct { const char *text, *arithmetic, *reason; } sums[] = {
	/* 8 x 2 / 16 = 1, 20 is 1.25 of 16, and 16 of 12.80 */
	{ COST "$16.00 an hour", "8 GPUs x $2.00 an hour / $16.00 an hour = 1",
	  "By their units its figures follow from one another" },
	{ COST "$20.00 an hour", "= 0.8", "and is 1.25 "
	  "times what they make" },
	{ COST "$12.80 an hour", "= 1.25", "and is 1.25"
	  " times what they make" },
	/* 16 / 16.35 = 0.979, and 1.995 to 2.005 are a quarter per cent more;
	   1.065 is a rounding, 1.1125 none */
	{ COST "$16.35 an hour", "= 0.9786", "follow" },
	{ COST "$15.65 an hour", "= 1.022", "follow" },
	{ COST "$17.04 an hour", NULL, NULL },
	{ COST "$17.80 an hour", NULL, "1.113 times" },
	/* 6,250 times is a slip, 12,500 times are figures of two things */
	{ COST "$100,000 an hour", NULL, "6250 times" },
	{ COST "$200,000 an hour", NULL, NULL },
	/* none is said to follow; it is of one of them, or of another thing */
	{ "32 users, 30.0 tok/s, another makes 1,500 tok/s", NULL, NULL },
	{ "32 users, 30.0 tok/s each, that makes 1,500 tok/s", "= 0.64",
	  "1.562 times" },
	{ "8 GPUs, $2.00 an hour each, $20.00 an hour", NULL, NULL },
	/* numbers of things alone, unless one follows or is a share */
	{ "8 nodes, 64 GPUs", NULL, NULL },
	{ "8 nodes of 8 GPUs are 64 GPUs", "8 nodes x 8 GPUs / 64 GPUs = 1",
	  "follow" },
	{ "16 GPUs, 50.0% of 32 GPUs", "16 GPUs / 50.0% / 32 GPUs = 1",
	  "follow" },
	/* the half-ulps of 40.0 and 60.0 reach 99.9 and 100.1 */
	{ "40.0 kW plus 60.0 kW, 100.0 kW", "40.0 kW, 60.0 kW, 100.0 kW: one "
	  "is the sum of the others", "One of its figures is the sum" },
	{ "100.0 kW, 40.0 kW plus 60.0 kW", NULL, "is the sum" },
	{ "40.0 kW, 100.0 kW less 60.0 kW", NULL, "is the sum" },
	{ "40.0 kW plus 60.0 kW, 100.1 kW", NULL, "is the sum" },
	{ "40.0 kW plus 60.0 kW, 100.2 kW", NULL, NULL },
	{ "40.0 kW plus 60.0 kW, 99.9 kW", NULL, "is the sum" },
	{ "40.0 kW plus 60.0 kW, 99.8 kW", NULL, NULL },
	{ "40.0 kW plus 60.0 kW, 100.0 GB", NULL, NULL },
	{ "40.0 kW plus 60.0 GB, 100.0 kW", NULL, NULL },
	/* (1 + 2) x 10 = 30 */
	{ "$1.00 an hour plus $2.00 an hour for 10.0 hours, $30.0",
	  "$1.00 an hour x 10.0 hours / $30.0 = 1", "$1.00 an hour and $2.00 "
	  "an hour together" },
	{ "for 10.0 hours $1.00 an hour plus $2.00 an hour, $30.0", NULL,
	  "$1.00 an hour and $2.00 an hour together" },
	{ "$1.00 an hour plus $2.00 an hour for 10.0 hours, $40.0", NULL,
	  NULL },
	/* 1 - 0.75 / 1.20 = 37.5 %: a margin; 1.20 is 1.6 of 0.75 */
	{ "costs of $0.75 at $1.20 are 37.5%", NULL, NULL },
	{ "costs of $0.75 at $1.20 are 62.5%", NULL, "follow" },
	{ "costs of $0.75 at $1.20 are 60.0% more", NULL, "follow" },
	/* a figure in words is not read: nor is what it makes */
	{ "twice the " COST "$32.00 an hour", NULL, NULL },
	{ "$2.00 an hour is $3.00 an hour", NULL, NULL },
	{ "$2.00 an hour is $2.00 an hour", "= 1", "follow" },
	{ "$2.00 an hour", NULL, NULL },
};

START_TEST(figures_of_a_sentence_make_one_by_their_units)
{
	struct claim c = { .said = true };
	struct finding f = { .reason = "" };
	bool told;

	c.quote = sums[_i].text;
	told = rule_units(&c, &f);
	ck_assert_msg(told == (sums[_i].reason != NULL), "%s: %s", f.reason,
		      f.arithmetic);
	if (told)
		ck_assert_msg(strstr(f.reason, sums[_i].reason) != NULL, "%s",
			      f.reason);
	if (sums[_i].arithmetic)
		ck_assert_msg(strstr(f.arithmetic, sums[_i].arithmetic) != NULL,
			      "%s", f.arithmetic);
	if (told)
		ck_assert_int_eq(f.verdict, strstr(f.reason, "times") ?
				 VERDICT_INCONSISTENT : VERDICT_HOLDS);
}
END_TEST

/*
 * A limit is as good as the sheets, here a tenth. Below it: 81.0 to 99 are
 * inside and at it, of 90 on; what no digit brings below, beyond. And above it.
 */
static const struct {
	double low, value, high;
	enum side side;
	enum standing is;
} standings[] = {
	{ 80, 89.9, 99, SIDE_BELOW, STANDS_INSIDE },
	{ 80, 90.1, 99, SIDE_BELOW, STANDS_AT },
	{ 95, 100, 105, SIDE_BELOW, STANDS_AT },
	{ 101, 111, 121, SIDE_BELOW, STANDS_AT },	/* 111 x 0.9 < 100 */
	{ 101, 112, 121, SIDE_BELOW, STANDS_BEYOND },
	{ 99, 112, 121, SIDE_BELOW, STANDS_AT },
	{ 105, 110.1, 115, SIDE_ABOVE, STANDS_INSIDE },
	{ 105, 109.9, 115, SIDE_ABOVE, STANDS_AT },
	{ 85, 90.95, 99, SIDE_ABOVE, STANDS_AT },	/* x 1.1 > 100 */
	{ 85, 90.85, 99, SIDE_ABOVE, STANDS_BEYOND },
	{ 85, 90.85, 101, SIDE_ABOVE, STANDS_AT },
};

START_TEST(a_limit_is_as_good_as_the_sheets)
{
	const struct granted granted = { .sheets = 0.1 };
	const struct limits limits = { .granted = &granted };
	const struct claim c = { .limits = &limits };
	const struct amount a = { standings[_i].value, standings[_i].low,
				  standings[_i].high, SAID_PLAIN, true };

	ck_assert_int_eq(standing_of(&c, &a, 100, standings[_i].side),
			 standings[_i].is);
}
END_TEST

Suite *suite_measured(void);

Suite *suite_measured(void)
{
	Suite *s = suite_create("measured");
	TCase *t = tcase_create("measured");

	tcase_add_loop_test(t, a_figure_is_read_by_its_unit, 0, NR(lines));
	tcase_add_loop_test(t, figures_of_a_sentence_make_one_by_their_units,
			    0, NR(sums));
	tcase_add_loop_test(t, a_limit_is_as_good_as_the_sheets,
			    0, NR(standings));
	suite_add_tcase(s, t);
	return s;
}
