/* What a verb refuses of its options, each by one sentence and status 2. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options/emit.h"
#include "options/needs.h"
#include "options/options.h"
#include "options/verb.h"
#include "tests/verbs.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static int (*verb_of(const char *line))(int, char **)
{
	static const struct { const char *name; int (*run)(int, char **); }
	verbs[] = {
		{ "step", cmd_step }, { "run", cmd_run }, { "plan", cmd_plan },
		{ "prefill", cmd_prefill }, { "explain", cmd_explain },
		{ "sweep", cmd_sweep }, { "validate", cmd_validate },
		{ "check", cmd_check }, { "cost", cmd_cost },
		{ "fit", cmd_fit }, { "calibrate", cmd_calibrate },
		{ "measure", cmd_measure }, { "plot", cmd_plot },
		{ "show", cmd_show }, { "bundle", cmd_bundle },
	};
	size_t len = strcspn(line, " ");

	for (int i = 0; i < NR(verbs); i++)
		if (strlen(verbs[i].name) == len &&
		    !strncmp(verbs[i].name, line, len))
			return verbs[i].run;
	ck_abort_msg("no verb in %s", line);
	return NULL;
}

/* ---- values that are none: argp's sentence, and where to look ---- */

static const struct {
	const char *line, *says;
} none[] = {
	{ "sweep --engine x", "--engine is \"x\"; write step or run" },
	{ "plan --ttft 0", "--ttft is \"0\"; write a number above 0, to "
	  "1000000000" },
	{ "plan --ttft 1.1e9", "--ttft is \"1.1e9\"; write a number above 0, "
	  "to 1000000000" },
	{ "plan --ttft -5", "--ttft is \"-5\"; write a number above 0, to "
	  "1000000000" },
	{ "plan --tpot 0x5", "--tpot is \"0x5\"; write a number above 0, to "
	  "1000000000" },
	{ "plan --rate nan", "--rate is \"nan\"; write a number above 0, to "
	  "1000000000" },
	{ "plan --kwh 0", "--kwh is \"0\"; write a number above 0, to "
	  "1000000000" },
	{ "plan --users 0.5", "--users is \"0.5\"; write a number from 1 to "
	  "1000000000" },
	{ "plan --tokens-day 0", "--tokens-day is \"0\"; write a number from "
	  "1 up" },
	{ "plan --hit 1", "--hit is \"1\"; write a number from 0 to 0.99" },
	{ "plan --hit -0.1", "--hit is \"-0.1\"; write a number from 0 to "
	  "0.99" },
	{ "plan --percentile 0.9", "--percentile is \"0.9\"; write a number "
	  "from 1 to 99.9" },
	{ "plan --percentile 99.95", "--percentile is \"99.95\"; write a "
	  "number from 1 to 99.9" },
	{ "plan --top 0", "--top is \"0\"; write a whole number from 1 to "
	  "100000" },
	{ "plan --top 1.5", "--top is \"1.5\"; write a whole number from 1 to "
	  "100000" },
	{ "plan --top 100001", "--top is \"100001\"; write a whole number "
	  "from 1 to 100000" },
	{ "plan --draws -1", "--draws is \"-1\"; write a number from 0 to "
	  "100000" },
	{ "plan --verify=0", "--verify is \"0\"; write a whole number from 1 "
	  "to 100000" },
	{ "plan --replay=x", "--replay is \"x\"; write a whole number from 1 "
	  "to 100000" },
	{ "plan --budget 5", "--budget is \"5\"; write 500/h or "
	  "300000/month" },
	{ "plan --budget 5/day", "--budget is \"5/day\"; write 500/h or "
	  "300000/month" },
	{ "plan --budget 0/h", "--budget is \"0/h\"; write 500/h or "
	  "300000/month" },
	{ "plan --budget x/month", "--budget is \"x/month\"; write 500/h or "
	  "300000/month" },
	{ "sweep --shard 9/8", "--shard is \"9/8\"; write 3/8, the third of "
	  "eight parts" },
	{ "sweep --shard 0/8", "--shard is \"0/8\"; write 3/8, the third of "
	  "eight parts" },
	{ "sweep --shard 3", "--shard is \"3\"; write 3/8, the third of eight "
	  "parts" },
	{ "sweep --shard 1.5/8", "--shard is \"1.5/8\"; write 3/8, the third "
	  "of eight parts" },
	{ "sweep --shard 1/8.5", "--shard is \"1/8.5\"; write 3/8, the third "
	  "of eight parts" },
	{ "sweep --shard /8", "--shard is \"/8\"; write 3/8, the third of "
	  "eight parts" },
	{ "sweep --shard 1/", "--shard is \"1/\"; write 3/8, the third of "
	  "eight parts" },
	{ "sweep --shard 1/100001", "--shard is \"1/100001\"; write 3/8, the "
	  "third of eight parts" },
	{ "sweep --best 0", "--best is \"0\"; write a whole number from 1 to "
	  "100000" },
	{ "sweep --jobs 0", "--jobs is \"0\"; write a whole number from 1 to "
	  "100000" },
	{ "sweep --jobs many", "--jobs is \"many\"; write a whole number from "
	  "1 to 100000" },
	{ "run --seed -1", "--seed is \"-1\"; write a number from 0 to "
	  "4294967295" },
	{ "run --steps 0", "--steps is \"0\"; write a whole number from 1 to "
	  "100000" },
	{ "run --ranks 0", "--ranks is \"0\"; write all or a whole number "
	  "from 1 to 100000" },
	{ "prefill --chunk 0", "--chunk is \"0\"; write a number from 1 to "
	  "1000000000" },
	{ "prefill --cached -1", "--cached is \"-1\"; write a number from 0 "
	  "to 1000000000" },
	{ "explain --measured 0", "--measured is \"0\"; write a number from "
	  "0.001 to 1000000000" },
	{ "validate --leave-out x", "--leave-out is \"x\"; write layout, hw, "
	  "model or stack" },
	{ "cost --isl x", "--isl is \"x\"" },
	{ "step a.csv", "\"a.csv\" is one argument too many" },
	{ "check a.csv b.csv", "\"b.csv\" is one argument too many" },
	{ "check \"\"", "an argument is empty; write a file's name, or leave "
	  "it out" },
	{ "plan --verify 3", "\"3\" is one argument too many; write "
	  "--verify=3" },
	{ "plan --verify=3 4", "\"4\" is one argument too many\n" },
	{ "plan --tp", "option '--tp' requires an argument" },
	{ "sweep --m decode", "option '--m' is ambiguous" },
	{ "step --hw", "option '--hw' requires an argument" },
};

START_TEST(a_value_that_is_none_is_refused)
{
	struct said s;
	char want[256];

	verb_run(&s, verb_of(none[_i].line), none[_i].line);
	snprintf(want, sizeof(want), "deeproof %.*s: %s",
		 (int)strcspn(none[_i].line, " "), none[_i].line,
		 none[_i].says);
	ck_assert_msg(!strncmp(s.err.buf, want, strlen(want)), "%s",
		      s.err.buf);
	ck_assert_ptr_nonnull(strstr(s.err.buf, "\nTry `deeproof "));
	ck_assert_int_eq(s.status, EXIT_MALFORMED);
	ck_assert_uint_eq(s.out.len, 0);
	said_release(&s);
}
END_TEST

/* ---- options that can have no effect ---- */

static const struct {
	const char *line, *says;
} idle[] = {
	{ "plan --percentile 95", "--percentile: it is the share of requests "
	  "that keep to --ttft, and in a replay to --tpot; give --ttft or "
	  "--replay or --verify" },
	{ "plan --ttft 500", "--ttft: it is about prompts, and nothing says "
	  "how long they are; give --isl" },
	{ "plan --mix", "--mix: it is about prompts, and nothing says how "
	  "long they are; give --isl" },
	{ "plan --isl 100", "--isl: it is a request's prompt, and nothing "
	  "says how long its answer is; give --osl" },
	{ "plan --csv --kwh 1", "--kwh: it is said in words, and CSV has no "
	  "column for it; leave out --kwh, or --csv" },
	{ "plan --front --against x", "--against: it is said in words, and "
	  "CSV has no column for it; leave out --against, or --front" },
	{ "plan --csv --draws 5", "--draws: it is said in words, and CSV has "
	  "no column for it; leave out --draws, or --csv" },
	{ "plan --front --verify", "--verify: the front is CSV of many "
	  "layouts, each by itself; leave out --verify, or --front" },
	{ "plan --front --top 5", "--top: the front has a row for each pace; "
	  "leave out --top, or --front" },
	{ "plan --mode decode", "--mode: a plan asks how layouts serve, "
	  "colocated or not, in closed form; leave it out" },
	{ "plan --shard 1/2", "--shard: layouts are ranked against each "
	  "other, and no part of them is a part of the answer; a plan takes "
	  "seconds; leave it out" },
	{ "sweep --seed 5", "--seed: the closed form draws nothing and plays "
	  "no step; give --engine=run" },
	{ "sweep --engine step --steps 5", "--steps: the closed form draws "
	  "nothing and plays no step; give --engine=run" },
	{ "sweep --tpot 5 --batch 4", "--tpot: it finds a batch where none is "
	  "given; leave out --tpot, or --batch" },
	{ "sweep --tpot 5 --concurrency 4", "--tpot: it finds a batch where "
	  "none is given; leave out --tpot, or --concurrency" },
	{ "sweep --yes a.csv", "--yes: a file has the rows it has; leave out "
	  "--yes, or a file" },
	{ "run --requests 5", "--requests: steps are played, and no requests; "
	  "give requests (as --mode colocated)" },
	{ "run --mode collocated --requests 5", "--mode: \"collocated\" is no "
	  "word of it; did you mean colocated?" },
	{ "run --mode decode --requests 5", "--requests: steps are played, and "
	  "no requests; give requests (as --mode colocated)" },
	{ "run --arrivals poison --rate 1", "--arrivals: \"poison\" is no word "
	  "of it; did you mean poisson?" },
	{ "run --arrivals Poisson --rate 1", "--arrivals: \"Poisson\" is no "
	  "word of it; did you mean poisson?" },
	{ "run --arrivals poisson --steps 5", "--steps: requests are played "
	  "one by one, and no layer of a step (a --trace has each); leave "
	  "out --steps, or requests (as --mode colocated)" },
	{ "run --ranks 4", "--ranks: it says how much of a trace is written; "
	  "give --trace or --timeline or requests (as --mode colocated)" },
	{ "run --csv --format vllm", "--format: these are two formats; leave "
	  "out --format, or --csv" },
	{ "run --rate 5", "--rate: clients that wait for their answer send at "
	  "their own pace; give --arrivals=poisson or --arrivals=constant or "
	  "--arrivals=bursty or --arrivals=day" },
	{ "run --burstiness 5 --arrivals poisson", "--burstiness: it is the "
	  "shape of bursts; give --arrivals=bursty" },
	{ "run --swing 0.5", "--swing: it is the shape of a day; give "
	  "--arrivals=day" },
	{ "run --think 5", "--think: it is the time between turns; give "
	  "--turns" },
	{ "run --speedup 2", "--speedup: it divides the times of a file; give "
	  "--workload" },
	{ "run --hit 0.5 --workload a", "--hit: its requests have lengths and "
	  "turns of their own; leave out --hit, or --workload" },
	{ "plan --serving spread=1", "--serving: a plan asks how layouts "
	  "serve, colocated or not, in closed form; leave it out" },
	{ "prefill --serving spread=1", "--serving: the first token of one "
	  "prompt does not depend on it; leave it out" },
	{ "explain --serving spread=1", "--serving: one step is explained, "
	  "which does not depend on it; leave it out" },
	{ "run --charge 5", "--charge: it is of a quota before the engines; "
	  "give --bucket" },
	{ "run --scale_at 5", "--scale_at: engines do not come and go; give "
	  "--scale" },
	{ "run --scale 1:2 --replicas 2", "--scale: these are two numbers of "
	  "engines; leave out --scale, or --replicas" },
	{ "run --overflow x", "--overflow: engines on GPUs do not send on "
	  "whom they refuse; give --service" },
	{ "run --route least", "--route: one engine needs no router; give "
	  "--replicas or --pools or --scale or --service" },
	{ "run --host_rate 5", "--host_rate: nothing is kept in host memory; "
	  "give --host_room" },
	{ "run --service x --serving count=chunks", "--serving: how its "
	  "requests come is said by an option each; leave out --serving, or "
	  "--service" },
	{ "run --serving spread=1 --ctx_cv 1", "--ctx_cv: requests have the "
	  "lengths of isl, osl and their spread; leave out --ctx_cv, or "
	  "requests (as --mode colocated)" },
	{ "run --service x --tp 8", "--tp: of a service no GPU, engine or "
	  "layout is known; leave out --tp, or --service" },
	{ "cost --hours", "--hours: hours are columns; give --csv" },
	{ "calibrate --next hw=a a.csv", "--next: it is a question, and reads "
	  "no file; leave out --next, or a file" },
	{ "check --rules --vocabulary", "--vocabulary: these are two tables; "
	  "leave out --vocabulary, or --rules" },
	{ "check --rules a.csv", "--rules: it is a table of what deeproof "
	  "knows, and reads no file; leave out --rules, or a file" },
	{ "check --rules --html a", "--html: no claim is judged; leave out "
	  "--html, or --rules" },
	{ "prefill --price 2", "--price: the first token of one prompt does "
	  "not depend on it; leave it out" },
	{ "step --requests 2", "--requests: one step is answered; deeproof run "
	  "plays requests; leave it out" },
	{ "step --serving spread=1", "--serving: one step is answered; "
	  "deeproof run plays requests; leave it out" },
	{ "explain --requests 2", "--requests: one step is explained, which "
	  "does not depend on it; leave it out" },
	/* taken one by one, and then of no use */
	{ "plan --users 5 --tokens-day 5 --hit 0.5 --spare --launch d --front "
	  "--isl 9 --osl 9", "--launch: the front is CSV of many layouts" },
	{ "plan --budget 5/month --rate 3 --resume", "--resume: layouts are "
	  "ranked against each other" },
	{ "sweep --shard 2/3 --resume --manifest --best 3 --where a=1 --jobs "
	  "2 --engine run --seed 4294967295 --steps 100000 --yes a.csv",
	  "--yes: a file has the rows it has" },
	/* files that would be one */
	{ "step --ops a.csv -o a.csv", "-o and --ops would write over each "
	  "other; name another file" },
	{ "run --trace - --timeline -", "-o and --trace would write over each "
	  "other" },
	{ "step --ops a.png", "a.png: what is written here is no .png; only "
	  "deeproof plot draws, to .svg, .png or .pdf" },
	{ "step -o A.PDF", "A.PDF: what is written here is no .pdf" },
	{ "measure a.csv ./a.csv", "the file is named twice; name it once: "
	  "twice would count twice" },
	/* numbers of columns */
	{ "step --mtp a", "--mtp: mtp is \"a\", which is no number; write a "
	  "plain decimal number" },
	{ "run --turns x", "--turns: " },
};

START_TEST(an_option_without_effect_is_refused)
{
	struct said s;

	verb_run(&s, verb_of(idle[_i].line), idle[_i].line);
	ck_assert_msg(!strncmp(s.err.buf, "deeproof: ", 10) &&
		      strstr(s.err.buf, idle[_i].says), "%s: %s",
		      idle[_i].line, s.err.buf);
	ck_assert_int_eq(s.status, EXIT_MALFORMED);
	ck_assert_uint_eq(s.out.len, 0);
	said_release(&s);
}
END_TEST

/* ---- needs, of a list of our own ---- */

enum { A_PERCENTILE, A_TTFT, A_ISL, A_OSL, A_DRAWS, A_CSV, A_REQUESTS, A_SEED,
       A_ENGINE, ALL };

static const struct argp_option own[] = {
	[A_PERCENTILE] = { "percentile", 1, "P", 0, "the share", 1 },
	[A_TTFT] = { "ttft", 2, "MS", 0, "the first token", 1 },
	[A_ISL] = { "isl", 3, "N", 0, "prompt", 1 },
	[A_OSL] = { "osl", 4, "N", 0, "answer", 1 },
	[A_DRAWS] = { "draws", 5, "N", 0, "of facts", 1 },
	[A_CSV] = { "csv", 6, NULL, 0, "rows", 1 },
	[A_REQUESTS] = { "requests", 7, "N", 0, "how many", 1 },
	[A_SEED] = { "seed", 8, "N", 0, "of draws", 1 },
	[A_ENGINE] = { "engine", 9, "WHICH", 0, "step or run", 1 },
	[ALL] = { 0 },
};

static const struct {
	const char *arg[ALL];
	const char *refused;	/* NULL: all can have their effect */
} met[] = {
	{ { NULL }, NULL },
	{ { [A_PERCENTILE] = "95" }, "--percentile" },
	{ { [A_TTFT] = "5" }, "--ttft" },
	{ { [A_TTFT] = "5", [A_ISL] = "9" }, "--isl" },
	{ { [A_TTFT] = "5", [A_ISL] = "9", [A_OSL] = "9" }, NULL },
	{ { [A_PERCENTILE] = "95", [A_TTFT] = "5", [A_ISL] = "9",
	    [A_OSL] = "9" }, NULL },
	{ { [A_OSL] = "9" }, NULL },
	{ { [A_DRAWS] = "5" }, NULL },
	{ { [A_DRAWS] = "5", [A_CSV] = "" }, "--draws" },
	{ { [A_DRAWS] = "0", [A_CSV] = "" }, NULL },	/* none asked for */
	{ { [A_REQUESTS] = "5" }, "--requests" },
	/* a value of another option */
	{ { [A_SEED] = "5" }, "--seed" },
	{ { [A_SEED] = "5", [A_ENGINE] = "step" }, "--seed" },
	{ { [A_SEED] = "5", [A_ENGINE] = "run" }, NULL },
};

START_TEST(needs_are_met_or_named)
{
	struct needs_given g = { own, met[_i].arg, OPTION_PLAN | OPTION_GRID,
				 false };
	struct fault why = { 0 };
	int got = needs_met(&g, &why);

	ck_assert_int_eq(got, met[_i].refused ? -1 : 0);
	if (met[_i].refused)
		ck_assert_str_eq(why.file, met[_i].refused);
	g.takes = 0;		/* a verb that takes none of it */
	ck_assert_int_eq(needs_met(&g, &why), 0);
}
END_TEST

START_TEST(help_says_what_an_option_needs)
{
	struct argp_option list[ALL + 1];
	char doc[NEEDS_MOST][NEEDS_DOC];

	memcpy(list, own, sizeof(own));
	needs_help(list, OPTION_PLAN, doc);
	ck_assert_str_eq(list[A_PERCENTILE].doc, "the share; needs --ttft or "
			 "--replay or --verify");
	ck_assert_str_eq(list[A_TTFT].doc, "the first token; needs --isl");
	ck_assert_str_eq(list[A_DRAWS].doc, "of facts; not with --csv or "
			 "--front");
	ck_assert_str_eq(list[A_CSV].doc, "rows");
	ck_assert_int_eq(list[A_REQUESTS].flags, OPTION_HIDDEN);
	ck_assert_int_eq(list[A_OSL].flags, 0);
	memcpy(list, own, sizeof(own));
	needs_help(list, 0, doc);
	for (int i = 0; i < ALL; i++) {
		ck_assert_str_eq(list[i].doc, own[i].doc);
		ck_assert_int_eq(list[i].flags, 0);
	}
}
END_TEST

/* ---- names of files ---- */

static const struct {
	const char *path, *ending;
	bool is;
} endings[] = {
	{ "a.png", ".png", true }, { "a.PNG", ".png", true },
	{ ".png", ".png", false }, { "a.pngx", ".png", false },
	{ "apng", ".png", false }, { "dir/b.png", ".png", true },
};

START_TEST(a_name_ends_whatever_its_case)
{
	ck_assert_int_eq(emit_ends_in(endings[_i].path, endings[_i].ending),
			 endings[_i].is);
	ck_assert(emit_is_stdout(NULL) && emit_is_stdout("-"));
	ck_assert(!emit_is_stdout("--") && !emit_is_stdout(""));
}
END_TEST

static const struct {
	const char *first, *second;
	bool clash;
} pairs[] = {
	{ "a.csv", "b.csv", false }, { "a.csv", "a.csv", true },
	{ "a.csv", "./a.csv", true }, { "sim/../a.csv", "a.csv", true },
	{ "sim/a.csv", "a.csv", false }, { NULL, "-", true },
	{ NULL, "a.csv", false }, { "-", "-", true },
	{ "a.csv", "nowhere-here/a.csv", false },
	{ "Makefile", "./Makefile", true }, { "Makefile", "STYLE.md", false },
	{ "/dev/null", "/dev/null", false },	/* not a file to lose */
};

START_TEST(two_outputs_are_two_files)
{
	const struct emit_name out[] = { { "-o", pairs[_i].first },
					 { "--ops", pairs[_i].second } };
	struct fault why = { 0 };

	ck_assert_int_eq(emit_allowed(out, 2, &why),
			 pairs[_i].clash ? -1 : 0);
	ck_assert_int_eq(emit_allowed(out, 1, &why), 0);
	if (pairs[_i].clash)
		ck_assert_str_eq(why.what, "-o and --ops would write over "
				 "each other");
}
END_TEST

Suite *suite_options(void)
{
	Suite *s = suite_create("options");
	TCase *tc = tcase_create("options");

	tcase_add_loop_test(tc, a_value_that_is_none_is_refused, 0, NR(none));
	tcase_add_loop_test(tc, an_option_without_effect_is_refused, 0,
			    NR(idle));
	tcase_add_loop_test(tc, needs_are_met_or_named, 0, NR(met));
	tcase_add_test(tc, help_says_what_an_option_needs);
	tcase_add_loop_test(tc, a_name_ends_whatever_its_case, 0,
			    NR(endings));
	tcase_add_loop_test(tc, two_outputs_are_two_files, 0, NR(pairs));
	suite_add_tcase(s, tc);
	return s;
}
