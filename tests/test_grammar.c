#include <stdio.h>
#include <string.h>

#include "facts/grammar.h"
#include "read/sheet.h"
#include "tests/tests.h"

#define HEAD "key,value,err,unit,origin,source,note\n"
#define WORD(key, value) key "," value ",,name,assumed,toy,\n"
#define NUMBER(key, value, unit) key "," value ",," unit ",assumed,toy,\n"
#define KNOWN \
	WORD("arch.sm90", "any") WORD("arch.sm100", "any") \
	WORD("arch.sm103", "sm100")

static void sheet(struct facts *facts, const char *rows)
{
	char text[1024];
	struct fault why = { .row = 0 };
	struct table t;

	snprintf(text, sizeof(text), "%s%s", HEAD, rows);
	ck_assert_int_eq(table_parse(&t, "toy.csv", text, strlen(text), &why),
			 0);
	ck_assert_msg(!facts_from_table(facts, &t, &why), "%s", why.what);
	table_release(&t);
}

/* A chain must end; a key must be of an architecture that there is. */
static const struct { const char *rows, *what, *remedy; } bad[] = {
	{ KNOWN WORD("arch.sm110", "sm120"),
	  "\"sm120\" is unknown in \"arch.sm110\"", "sm1" },
	{ KNOWN WORD("arch.sm110", "sm110"),
	  "\"arch.sm110\" leads back to itself", "any" },
	{ KNOWN WORD("arch.a", "b") WORD("arch.b", "a"),
	  "\"arch.a\" leads back to itself", "any" },
	{ KNOWN WORD("arch.a.b", "any"),
	  "\"arch.a.b\" has not the form arch.WORD", "arch.WORD" },
	{ KNOWN WORD("math.mxfp4.sm90", "fp16"),
	  "\"math.mxfp4.sm90\" is \"fp16\"", "math.FORMAT" },
	{ KNOWN WORD("math.mxfp6.sm90", "fp8"),
	  "\"math.mxfp6.sm90\" is \"fp8\"", "math.FORMAT" },
	{ KNOWN WORD("math.mxfp4.gfx942", "fp8"),
	  "\"gfx942\" is unknown in \"math.mxfp4.gfx942\"",
	  "arch.gfx942,any" },
};

START_TEST(an_architecture_is_one_of_the_sheets)
{
	struct facts facts;
	struct fault why = { .row = 0 };
	int failed = 0;

	sheet(&facts, bad[_i].rows);
	for (int i = 0; i < facts.nr && !failed; i++)
		failed = grammar_check(&facts, i, &why);
	ck_assert_int_eq(failed, -1);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_msg(strstr(why.remedy, bad[_i].remedy) != NULL, "%s",
		      why.remedy);
	ck_assert_str_eq(why.file, "toy.csv");
	ck_assert_int_eq(why.row, 5);	/* after a head and what is known */
	facts_release(&facts);
}
END_TEST

START_TEST(a_law_is_looked_for_under_ones_own_word_first)
{
	struct facts facts;
	struct places at;

	sheet(&facts, KNOWN);
	grammar_places(&at, &facts, "sm103");
	ck_assert_int_eq(at.nr, 3);
	ck_assert_str_eq(at.word[0], "sm103");
	ck_assert_str_eq(at.word[1], "sm100");
	ck_assert_str_eq(at.word[2], "any");
	grammar_places(&at, &facts, "gfx942");
	ck_assert_int_eq(at.nr, 1);
	ck_assert_str_eq(at.word[0], "any");
	ck_assert(grammar_knows(&facts, "sm90"));
	ck_assert(grammar_knows(&facts, "any"));
	ck_assert(!grammar_knows(&facts, "gfx942"));
	facts_release(&facts);
}
END_TEST

START_TEST(the_architecture_of_a_key_is_where_its_form_has_it)
{
	static const struct { const char *key, *word; int at; } keys[] = {
		{ "law.plain.sm90.t0", "sm90", 10 },
		{ "use.bmm.any", "any", 8 },
		{ "wire.gather.gfx942.alpha", "gfx942", 12 },
		{ "overhead.sm100", "sm100", 9 },
		{ "pack.time", NULL, -1 },
		{ "host", NULL, -1 },
	};

	for (unsigned i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		char word[KEY_CHARS];

		ck_assert_int_eq(grammar_arch_of(keys[i].key, word),
				 keys[i].at);
		if (keys[i].word)
			ck_assert_str_eq(word, keys[i].word);
	}
}
END_TEST

/*
 * A law or a wire is whole or none: its first row alone asks for the rest, any
 * other for the first. What is whole is taken, all of it.
 */
START_TEST(a_law_that_is_there_in_part_is_named)
{
	static const struct { const char *rows, *what; } of[] = {
		{ NUMBER("law.k.any.t0", "1", "us"),
		  "missing key \"law.k.any.e_b\"" },
		{ NUMBER("law.k.any.pad", "1", "count"),
		  "missing key \"law.k.any.t0\"" },
		{ NUMBER("wire.gather.any.alpha", "1", "us"),
		  "missing key \"wire.gather.any.alpha_peer\"" },
		{ NUMBER("wire.gather.any.e_rdma", "1", "1"),
		  "missing key \"wire.gather.any.alpha\"" },
		{ NUMBER("law.k.any.t0", "1", "us")
		  NUMBER("law.k.any.e_b", "1", "1")
		  NUMBER("law.k.any.e_f", "1", "1")
		  NUMBER("law.k.any.p", "0", "count")
		  NUMBER("law.k.any.pad", "1", "count"), NULL },
		{ NUMBER("wire.dispatch_node.any.alpha", "1", "us")
		  NUMBER("wire.dispatch_node.any.e_nvlink", "1", "1"), NULL },
	};

	for (unsigned i = 0; i < sizeof(of) / sizeof(*of); i++) {
		struct facts facts;
		struct fault why;
		int failed = 0;

		sheet(&facts, of[i].rows);
		for (int k = 0; k < facts.nr && !failed; k++)
			failed = grammar_check(&facts, k, &why);
		ck_assert_int_eq(failed, of[i].what ? -1 : 0);
		if (failed)
			ck_assert_str_eq(why.what, of[i].what);
		else
			ck_assert_int_eq(facts_all_taken(&facts, &why), 0);
		facts_release(&facts);
	}
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_grammar(void)
{
	Suite *s = suite_create("grammar");
	TCase *tc = tcase_create("grammar");

	tcase_add_loop_test(tc, an_architecture_is_one_of_the_sheets, 0,
			    NR(bad));
	tcase_add_test(tc, a_law_is_looked_for_under_ones_own_word_first);
	tcase_add_test(tc,
		       the_architecture_of_a_key_is_where_its_form_has_it);
	tcase_add_test(tc, a_law_that_is_there_in_part_is_named);
	suite_add_tcase(s, tc);
	return s;
}
