#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/apart.h"
#include "read/sheet.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- tables ---- */

/* Parsed and written again, the table is this. */
static const struct {
	const char *csv, *want;
} good[] = {
	{ "a,b\n1,2\n", "a,b\n1,2\n" },
	{ "a,b\n1,2", "a,b\n1,2\n" },			/* no last newline */
	{ "a,b\r\n1,2\r\n", "a,b\n1,2\n" },
	{ "a,b\r1,2\r", "a,b\n1,2\n" },
	{ "\xef\xbb\xbf" "a,b\n1,2\n", "a,b\n1,2\n" },	/* a BOM */
	{ "\xef\xbb\xbf\"a\",b\n1,2\n", "a,b\n1,2\n" },
	{ "\n\na,b\n\n   \n1,2\n\n", "a,b\n1,2\n" },	/* blank lines */
	{ "# note \"\na,b\n# x,y,z\n1,2\n#", "a,b\n1,2\n" },
	{ "a,b\n \"1\" , 2 \n", "a,b\n1,2\n" },
	{ "a,b\n,\n", "a,b\n,\n" },
	{ "a\n\"\"\n", "a\n\"\"\n" },
	{ "a,b\n", "a,b\n" },
	{ "a,b\n\"1,5\",\"say \"\"so\"\"\"\n",
	  "a,b\n\"1,5\",\"say \"\"so\"\"\"\n" },
	{ "a,b\n\"1\n# no comment\n\",2\n", "a,b\n\"1\n# no comment\n\",2\n" },
	{ "a,b\n\"1\r\n\r\n2\",2\n", "a,b\n\"1\r\n\r\n2\",2\n" },
	{ "a,b\n\"#1\",2#\n", "a,b\n\"#1\",2#\n" },
	{ "a,b\n\xc3\xa9,2\n", "a,b\n\xc3\xa9,2\n" },
};

START_TEST(a_good_table_is_read)
{
	struct table t;
	struct fault why;
	struct text out = TEXT_INIT;

	ck_assert_int_eq(table_parse(&t, "x.csv", good[_i].csv,
				     strlen(good[_i].csv), &why), 0);
	table_write(&t, &out);
	ck_assert_str_eq(out.buf, good[_i].want);
	text_release(&out);
	table_release(&t);
}
END_TEST

START_TEST(a_row_knows_the_line_it_begins_on)
{
	static const char csv[] =
		"# comment\n"		/* 1 */
		"a,b\r\n"		/* 2 */
		"\n"			/* 3 */
		"1,\"two\n"		/* 4 */
		"\n"			/* 5 */
		"# lines\"\n"		/* 6 */
		"# comment\n"		/* 7 */
		"2,x\n"			/* 8 */
		"3,y";			/* 9 */
	static const int want[] = { 4, 8, 9 };
	struct table t;
	struct fault why;

	ck_assert_int_eq(table_parse(&t, "x.csv", csv, strlen(csv), &why), 0);
	ck_assert_int_eq(t.rows, 3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(t.line[i], want[i]);
	ck_assert_str_eq(table_get(&t, 0, 1), "two\n\n# lines");
	ck_assert_str_eq(t.name, "x.csv");
	table_release(&t);
}
END_TEST

START_TEST(what_a_table_writes_it_reads)
{
	static const char *const nasty[] = {
		"", " ", "\"", "\"\"", ",", "\n", "\r\n", "# x", "a b", "\t",
		"a\"b", "\\", "'", "1e5", ",,\"\n\",",
	};
	struct table t, again;
	struct fault why;
	struct text out = TEXT_INIT;

	table_init(&t, "t");
	for (int i = 0; i < NR(nasty); i++)
		table_need(&t, i ? nasty[i] : "id");
	for (int row = 0; row < NR(nasty); row++) {
		table_add_row(&t, 0);
		for (int i = 0; i < t.columns; i++)
			table_set(&t, row, i, nasty[(row + i) % NR(nasty)]);
	}
	table_write(&t, &out);
	ck_assert_int_eq(table_parse(&again, "t", out.buf, out.len, &why), 0);
	ck_assert_int_eq(again.rows, t.rows);
	ck_assert_int_eq(again.columns, t.columns);
	for (int i = 0; i < t.columns; i++)
		ck_assert_str_eq(again.head[i], t.head[i]);
	for (int i = 0; i < t.rows * t.columns; i++)
		ck_assert_str_eq(table_get(&again, i / t.columns,
					   i % t.columns),
				 table_get(&t, i / t.columns,
					   i % t.columns));
	text_release(&out);
	table_release(&t);
	table_release(&again);
}
END_TEST

#define BARE "a quote inside a bare cell, or text after a closing quote; " \
	     "put the whole cell in quotes and double each quote inside it"
#define OPEN "a quote is opened and never closed; close it, or remove it"

static const struct {
	const char *csv;
	size_t len;		/* 0: up to the NUL */
	const char *want;
} bad[] = {
	{ "a,b\n1,2\"3\n", 0, "x.csv:2:4: " BARE },
	{ "a,b\n1,2\n\"3\"x,4\n", 0, "x.csv:3:4: " BARE },
	{ "a,b\n1,\"x\n\"y\n", 0, "x.csv:3:2: " BARE },
	{ "a,b\n1,\"2\n3,4\n", 0, "x.csv:2:3: " OPEN },
	{ "a,b\n\"1\",\"2\n\"\"3,4\n\n", 0, "x.csv:3:2: " OPEN },
	{ "a,\"b", 0, "x.csv:1:3: " OPEN },
	{ "a,b\n1,2\n1\n", 0, "x.csv:3: 1 cell where the header has 2; "
	  "write a comma for each blank cell" },
	{ "a,b\n1,2,3", 0, "x.csv:2: 3 cells where the header has 2; "
	  "put a cell that holds a comma in quotes" },
	{ "a,b\n1,\"\n\n\",3\n", 0, "x.csv:2: 3 cells where the header has 2; "
	  "put a cell that holds a comma in quotes" },
	{ "Prose\n\nOne, two.\n", 0, "x.csv:3: 2 cells where the "
	  "header has 1; begin with a line of column names, apart by "
	  "commas" },
	{ "# x\na,b,a\n", 0, "x.csv:2: column \"a\" stands twice, in cells 1 "
	  "and 3; keep one of them; if this line is no header, write one "
	  "above it" },
	{ "a,b,\n", 0, "x.csv:1: column 3 has no name; name it, or remove "
	  "the comma and what is below it; if this line is no header, write "
	  "one above it" },
	{ "a,b\n1,\0002\n", 9, "x.csv:2:3: a NUL byte; save the file as "
	  "UTF-8 text" },
	{ "# \0\n", 4, "x.csv:1:3: a NUL byte; save the file as UTF-8 text" },
	{ "", 0, "x.csv: no header line; begin with a line of column names" },
	{ "# x\n\n", 0, "x.csv: no header line; begin with a line of column "
	  "names" },
	{ "\xef\xbb\xbf", 0, "x.csv: no header line; begin with a line of "
	  "column names" },
	/* cells that stand apart by another sign */
	{ "a;b\n1\n", 0, "x.csv:2: 1 cell where the header has 2; write a "
	  "semicolon for each blank cell" },
	{ "a\tb\n1\t2\t3\n", 0, "x.csv:2: 3 cells where the header has 2; "
	  "put a cell that holds a tab in quotes" },
	{ "| a | b |\n|---|---|\n| 1 |\n", 0, "x.csv:3: 1 cell where the "
	  "header has 2; write a bar for each blank cell" },
	{ "|a|b|\n|1|2|3|\n", 0, "x.csv:2: 3 cells where the header has 2; "
	  "write no bar inside a cell" },
	{ "a;b\n1,2\n", 0, "x.csv:2: the header's cells are apart by "
	  "semicolons, these by commas; write semicolons in every line" },
	{ "a,b\n1;2\n", 0, "x.csv:2: the header's cells are apart by commas, "
	  "these by semicolons; write commas in every line" },
	{ "a;b\tc\n", 0, "x.csv:1: the cells are apart by semicolons and by "
	  "tabs; write one of them, or commas, between all cells" },
	{ "a;b\n1.000;2,49\n", 0, "x.csv:2:2: \"2,49\" has a decimal comma; "
	  "write points in decimals, as 2.49, and nothing between thousands" },
	{ "a\tb\n13.132,80 EUR\t2\n", 0, "x.csv:2:1: \"13.132,80 EUR\" has "
	  "a decimal comma; write points in decimals, as 2.49, and nothing "
	  "between thousands" },
	/* a table of markdown among text */
	{ "Ours:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", 0, "x.csv:3: a table "
	  "begins here, below a line that is no row of it; remove what is no "
	  "row of the table, or write # before it" },
	{ "| a |\n|---|\n| 1 |\n\nThat is all.\n", 0, "x.csv:5: no bar, "
	  "where the header begins with one; remove what is no row of the "
	  "table, or write # before it" },
	{ "sep=,\na;b\n1,2\n", 0, "x.csv:3: 2 cells where the header has 1; "
	  "begin with a line of column names, apart by commas" },
	{ "a;b;\n", 0, "x.csv:1: column 3 has no name; name it, or remove "
	  "the semicolon and what is below it; if this line is no header, "
	  "write one above it" },
};

/* Each is a table of a and b, with one row of 1,024 and "x y". */
static const char *const apart[] = {
	"a,b\n\"1,024\",x y\n", "a;b\n1,024;x y\n", "a\tb\n1,024\tx y\n",
	"a ; b\r\n\r\n1,024 ; \"x y\"\r\n", "a|b\n1,024|x y\n",
	"# a note\n| a | b |\n|---|--:|\n| `1,024` | **x y** |\n\n",
	"|a|b|\n|1,024|x y|", "sep=;\r\na;b\r\n1,024;x y\r\n",
	"sep=\t\na\tb\n1,024\tx y\n",
};

START_TEST(cells_stand_apart_by_the_sign_of_their_header)
{
	struct table t;
	struct fault why;
	const char *csv = apart[_i];

	ck_assert_msg(!table_parse(&t, "x.csv", csv, strlen(csv), &why), "%s",
		      why.what);
	ck_assert_int_eq(t.columns, 2);
	ck_assert_int_eq(t.rows, 1);
	ck_assert_str_eq(t.head[0], "a");
	ck_assert_str_eq(t.head[1], "b");
	ck_assert_str_eq(table_get(&t, 0, 0), "1,024");
	ck_assert_str_eq(table_get(&t, 0, 1), "x y");
	table_release(&t);
}
END_TEST

/* A comma that three digits stand behind parts thousands; "H200,8" and a list
   are no numbers. */
START_TEST(a_decimal_comma_is_told_from_thousands)
{
	static const struct { const char *cell; bool is; } cells[] = {
		{ "2,49", true }, { "$0,5", true }, { "13.132,80", true },
		{ "0,1234", true }, { "1,234", false }, { "1,234,567", false },
		{ "8,16,32", false }, { "H200,8", false }, { "a, b", false },
		{ "2.49", false } };

	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		ck_assert_msg(apart_has_decimal(cells[i].cell) == cells[i].is,
			      "%s", cells[i].cell);
}
END_TEST

/* The fault is this sentence. */
static void ck_fault(const struct fault *why, const char *want)
{
	char out[800];

	fault_print(why, out, sizeof(out));
	ck_assert_str_eq(out, want);
}

START_TEST(a_bad_table_is_a_fault_at_its_place)
{
	struct table t;
	struct fault why;
	size_t len = bad[_i].len ? bad[_i].len : strlen(bad[_i].csv);

	ck_assert_int_eq(table_parse(&t, "x.csv", bad[_i].csv, len, &why),
			 -1);
	ck_fault(&why, bad[_i].want);
	table_release(&t);
}
END_TEST

/* A header, and a line of len bytes and its newline. */
static int parse_long(size_t len, struct fault *why)
{
	char *csv = mem_zeroed(len + 3, 1);
	struct table t;
	int rc;

	memset(csv, 'x', len + 2);
	csv[1] = csv[len + 2] = '\n';
	rc = table_parse(&t, "x.csv", csv, len + 3, why);
	table_release(&t);
	free(csv);
	return rc;
}

START_TEST(a_line_over_a_mebibyte_is_refused)
{
	struct fault why;

	ck_assert_int_eq(parse_long(1048575, &why), 0);	/* and newline */
	ck_assert_int_eq(parse_long(1048576, &why), -1);
	ck_fault(&why, "x.csv:2:1048577: the line is over 1 MiB; check that "
		 "this is a CSV file");
}
END_TEST

/* ---- facts ---- */

#define HEAD "key,value,err,unit,origin,source,note\n"

static int parse_facts(struct facts *fs, const char *csv, struct fault *why)
{
	struct table t;
	int rc;

	ck_assert_int_eq(table_parse(&t, "hw/toy.v1.csv", csv, strlen(csv),
				     why), 0);
	rc = facts_from_table(fs, &t, why);
	table_release(&t);
	return rc;
}

static const struct {
	const char *row;
	double value, err;
	enum dim dim;
} numbers[] = {
	{ "k,2,,TB/s,spec,s,", 2e12, 0, DIM_BPS },
	{ "k,2,0.5,TB/s,spec,s,", 2e12, 0.5e12, DIM_BPS },
	{ "k,2,3%,TB/s,measured,s,", 2e12, 0.06e12, DIM_BPS },
	{ "k,-2,50%,us,fitted,s,n", -2e-6, 1e-6, DIM_S },
	{ "k,57,2,%,reported,s,", 0.57, 0.02, DIM_RATIO },
	{ "k,57,10%,%,reported,s,", 0.57, 0.057, DIM_RATIO },
	{ "k,80,0,GiB,assumed,s,", 85899345920, 0, DIM_B },
	{ "k,1e1,,count,spec,s,", 10, 0, DIM_COUNT },
	{ "k,sm90,,name,spec,s,", 0, 0, DIM_NAME },
};

START_TEST(a_fact_is_converted_to_base_units_and_its_error_too)
{
	struct facts fs;
	struct fault why;
	char csv[200];

	snprintf(csv, sizeof(csv), HEAD "\n%s\n", numbers[_i].row);
	ck_assert_int_eq(parse_facts(&fs, csv, &why), 0);
	ck_assert_int_eq(fs.nr, 1);
	ck_assert_str_eq(fs.fact[0].key, "k");
	ck_assert_int_eq(fs.fact[0].dim, numbers[_i].dim);
	ck_rel(fs.fact[0].value, numbers[_i].value, 1e-15);
	ck_rel(fs.fact[0].err, numbers[_i].err, 1e-15);
	ck_assert_int_eq(fs.fact[0].line, 3);
	facts_release(&fs);
}
END_TEST

START_TEST(a_fact_keeps_what_its_row_says)
{
	struct facts fs;
	struct fault why;
	const struct fact *f;

	/* the columns in another order */
	ck_assert_int_eq(parse_facts(&fs, "note,source,origin,unit,err,value,"
				     "key\nn,s,fitted,name,,sm90,arch\n",
				     &why), 0);
	ck_assert_str_eq(fs.name, "toy.v1");
	f = &fs.fact[0];
	ck_assert_str_eq(f->key, "arch");
	ck_assert_str_eq(f->text, "sm90");
	ck_assert_str_eq(f->unit, "name");
	ck_assert_int_eq(f->origin, ORIGIN_FITTED);
	ck_assert_str_eq(f->source, "s");
	ck_assert_str_eq(f->note, "n");
	ck_assert_str_eq(f->file, "hw/toy.v1.csv");
	ck_assert(!f->taken);
	facts_release(&fs);
}
END_TEST

#define UNITS "write one of 1 or %, count, B, GB or GiB, B/s, GB/s, TB/s or " \
	      "Gb/s, FLOP/s, TFLOP/s or PFLOP/s, s, ms, us or ns, Hz, MHz " \
	      "or GHz, W or kW, $/h or $/month, $/tok or $/Mtok, tok/s, " \
	      "tok/min or tok/day, tok, params, Mparams or Bparams, name"
#define ERRS "write a number >= 0 in the value's unit, a share of it such " \
	     "as 3%, or nothing"
#define DECIMAL "write a decimal number, or the unit \"name\" if it is a word"
#define ORIGINS "write spec, measured, reported, fitted or assumed"
#define WHOLE "the header of a sheet is key,value,err,unit,origin,source,note"

static const struct {
	const char *csv, *want;
} refused[] = {
	{ HEAD ",2,,s,spec,s,\n",
	  ":2: \"\" has no key; write what it is about" },
	{ HEAD "k,,,s,spec,s,\n",
	  ":2: \"k\" has no value; write a number or a word" },
	{ HEAD "k,2,,,spec,s,\n",
	  ":2: \"k\" has no unit; write a unit, \"name\" for a word" },
	{ HEAD "k,2,,s,,s,\n",
	  ":2: \"k\" has no origin; write an origin: spec, measured, reported, "
	  "fitted or assumed" },
	{ HEAD "k,2,,s,spec,,\n",
	  ":2: \"k\" has no source; write a source: who says so" },
	{ HEAD "k,2,,,,,\n",	/* what it lacks is told once */
	  ":2: \"k\" has no unit, origin, source; write a unit, \"name\" for a "
	  "word; an origin: spec, measured, reported, fitted or assumed; a "
	  "source: who says so" },
	{ HEAD "k,2,,s,spec,s,\nj,2,,s,spec,s,\n\nk,3,,s,spec,s,\n",
	  ":5: key \"k\" stands twice; line 2 has it; remove one of them" },
	{ HEAD "k,2,,GBps,spec,s,\n",
	  ":2: \"k\": \"GBps\" is no unit; " UNITS },
	{ HEAD "k,2,,s,guess,s,\n",
	  ":2: \"k\": \"guess\" is no origin of a row; " ORIGINS },
	{ HEAD "k,2,,s,derived,s,\n",
	  ":2: \"k\": \"derived\" is no origin of a row; " ORIGINS },
	{ HEAD "k,fast,,s,spec,s,\n",
	  ":2: \"k\": value \"fast\" is no number; " DECIMAL },
	{ HEAD "k,0x10,,s,spec,s,\n",
	  ":2: \"k\": value \"0x10\" is no number; " DECIMAL },
	{ HEAD "k,1e300,,TB,spec,s,\n",	/* 1e312 is over a double's 1.8e308 */
	  ":2: \"k\": value \"1e300\" is no number; " DECIMAL },
	{ HEAD "k,2,-1,s,spec,s,\n",
	  ":2: \"k\": err \"-1\" is no standard error; " ERRS },
	{ HEAD "k,2,-1%,s,spec,s,\n",
	  ":2: \"k\": err \"-1%\" is no standard error; " ERRS },
	{ HEAD "k,2,%,s,spec,s,\n",
	  ":2: \"k\": err \"%\" is no standard error; " ERRS },
	{ HEAD "k,2,few,s,spec,s,\n",
	  ":2: \"k\": err \"few\" is no standard error; " ERRS },
	{ HEAD "k,2,201,s,spec,s,\n",		/* over 100 x 2 */
	  ":2: \"k\": err \"201\" is no standard error; " ERRS },
	{ HEAD "k,2,1e300,TB,spec,s,\n",
	  ":2: \"k\": err \"1e300\" is no standard error; " ERRS },
	{ HEAD "k,sm90,1,name,spec,s,\n",
	  ":2: \"k\": err \"1\" is no standard error; leave err blank: a word "
	  "has none" },
	{ "key,value,err,unit,origin,note\n",
	  ": no column \"source\"; " WHOLE },
	{ "key,value,err,unit,origin,source,note,by\n",
	  ": a sheet has no column \"by\"; put what it says in note" },
};

START_TEST(a_bad_fact_is_a_fault_on_its_line)
{
	struct facts fs;
	struct fault why;
	char want[800];

	ck_assert_int_eq(parse_facts(&fs, refused[_i].csv, &why), -1);
	snprintf(want, sizeof(want), "hw/toy.v1.csv%s", refused[_i].want);
	ck_fault(&why, want);
	facts_release(&fs);
}
END_TEST

Suite *suite_sheet(void)
{
	Suite *s = suite_create("sheet");
	TCase *tc = tcase_create("sheets");

	tcase_add_loop_test(tc, a_good_table_is_read, 0, NR(good));
	tcase_add_test(tc, a_row_knows_the_line_it_begins_on);
	tcase_add_test(tc, what_a_table_writes_it_reads);
	tcase_add_loop_test(tc, a_bad_table_is_a_fault_at_its_place, 0,
			    NR(bad));
	tcase_add_loop_test(tc, cells_stand_apart_by_the_sign_of_their_header,
			    0, NR(apart));
	tcase_add_test(tc, a_decimal_comma_is_told_from_thousands);
	tcase_add_test(tc, a_line_over_a_mebibyte_is_refused);
	tcase_add_loop_test(tc,
			    a_fact_is_converted_to_base_units_and_its_error_too,
			    0, NR(numbers));
	tcase_add_test(tc, a_fact_keeps_what_its_row_says);
	tcase_add_loop_test(tc, a_bad_fact_is_a_fault_on_its_line, 0,
			    NR(refused));
	suite_add_tcase(s, tc);
	return s;
}
