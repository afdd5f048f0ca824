#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sheet/fact.h"
#include "sheet/format.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A row of a sheet, already in base units. */
static void add(struct facts *fs, const char *key, const char *text,
		const char *unit)
{
	struct fact *f = facts_add(fs, key);
	double factor = 1;

	f->text = mem_copy(text);
	f->file = mem_copy("hw/toy.csv");
	f->line = fs->nr + 1;
	ck_assert_int_eq(units_parse(unit, &f->dim, &factor), 0);
	strcpy(f->unit, unit);
	if (f->dim != DIM_NAME) {
		ck_assert_int_eq(units_number(text, &f->value), 0);
		f->value *= factor;
	}
}

/* Lines 2 to 5 of hw/toy.csv. */
static void toy(struct facts *fs)
{
	facts_init(fs, "toy");
	add(fs, "arch", "sm90", "name");
	add(fs, "hbm.bandwith", "2", "TB/s");
	add(fs, "hbm.capacity", "100", "GB/s");
	add(fs, "sms", "10", "count");
}

/* The fault is this sentence. */
static void ck_fault(const struct fault *why, const char *want)
{
	char out[800];

	fault_print(why, out, sizeof(out));
	ck_assert_str_eq(out, want);
}

START_TEST(a_fact_that_is_there_is_taken)
{
	struct facts fs;
	struct fault why;
	const char *arch;
	double sms, Bps;

	toy(&fs);
	ck_assert_str_eq(fs.name, "toy");
	ck_assert_int_eq(facts_number(&fs, "sms", DIM_COUNT, &sms, &why), 0);
	ck_assert_double_eq(sms, 10);
	ck_assert(facts_find(&fs, "sms")->taken);
	ck_assert_int_eq(facts_number(&fs, "hbm.bandwith", DIM_BPS, &Bps,
				      &why), 0);
	ck_assert_double_eq(Bps, 2e12);
	ck_assert_int_eq(facts_word(&fs, "arch", &arch, &why), 0);
	ck_assert_str_eq(arch, "sm90");
	facts_release(&fs);
}
END_TEST

START_TEST(looking_takes_nothing)
{
	struct facts fs;

	toy(&fs);
	ck_assert(facts_have(&fs, "sms"));
	ck_assert(!facts_have(&fs, "sm"));
	ck_assert_ptr_null(facts_find(&fs, "sm"));
	ck_assert_int_eq(facts_find(&fs, "sms")->line, 5);
	ck_assert(!facts_find(&fs, "sms")->taken);
	facts_release(&fs);
}
END_TEST

START_TEST(a_missing_key_names_the_misspelt_one)
{
	struct facts fs;
	struct fault why;
	double x = 7;

	toy(&fs);
	ck_assert_int_eq(facts_number(&fs, "hbm.bandwidth", DIM_BPS, &x,
				      &why), -1);
	ck_fault(&why, "hw/toy.csv: missing key \"hbm.bandwidth\"; line 3 has "
		 "\"hbm.bandwith\": write \"hbm.bandwidth\"");
	ck_assert_double_eq(x, 7);
	facts_release(&fs);
}
END_TEST

START_TEST(a_missing_key_unlike_any_other_asks_for_a_row)
{
	struct facts fs;
	struct fault why;
	const char *word = NULL;
	double x;

	toy(&fs);
	ck_assert_int_eq(facts_word(&fs, "price", &word, &why), -1);
	ck_fault(&why, "hw/toy.csv: missing key \"price\"; add a row "
		 "price,VALUE,ERR,UNIT,ORIGIN,SOURCE,NOTE with the unit name");
	ck_assert_ptr_null(word);
	/* "sms" is taken, so it is not a misspelt "smz" */
	facts_number(&fs, "sms", DIM_COUNT, &x, &why);
	facts_number(&fs, "smz", DIM_COUNT, &x, &why);
	ck_assert_str_eq(why.remedy,
			 "add a row smz,VALUE,ERR,UNIT,ORIGIN,SOURCE,NOTE "
			 "with the unit count");
	facts_release(&fs);
}
END_TEST

START_TEST(another_dimension_is_a_fault_that_names_units)
{
	struct facts fs;
	struct fault why;
	double x = 7;

	toy(&fs);
	ck_assert_int_eq(facts_number(&fs, "hbm.capacity", DIM_B, &x, &why),
			 -1);
	ck_fault(&why, "hw/toy.csv:4: \"hbm.capacity\" is a rate in bytes "
		 "per second (GB/s), but must be a size in bytes; "
		 "write it in B, GB or GiB");
	ck_assert_double_eq(x, 7);
	facts_release(&fs);
}
END_TEST

START_TEST(a_word_is_no_number_and_a_number_no_word)
{
	struct facts fs;
	struct fault why;
	const char *word = NULL;
	double x;

	toy(&fs);
	ck_assert_int_eq(facts_number(&fs, "arch", DIM_COUNT, &x, &why), -1);
	ck_fault(&why, "hw/toy.csv:2: \"arch\" is a word (name), but must be "
		 "a count; write it in count");
	ck_assert_int_eq(facts_word(&fs, "sms", &word, &why), -1);
	ck_fault(&why, "hw/toy.csv:5: \"sms\" is a count (count), but must "
		 "be a word; write it in name");
	facts_release(&fs);
}
END_TEST

START_TEST(a_fact_that_may_be_missing_leaves_the_value_alone)
{
	struct facts fs;
	struct fault why;
	double x = 7;

	toy(&fs);
	ck_assert_int_eq(facts_maybe(&fs, "price", DIM_USD_H, &x, &why), 0);
	ck_assert_double_eq(x, 7);
	ck_assert_int_eq(facts_maybe(&fs, "sms", DIM_COUNT, &x, &why), 0);
	ck_assert_double_eq(x, 10);
	ck_assert_int_eq(facts_maybe(&fs, "sms", DIM_W, &x, &why), -1);
	ck_assert_double_eq(x, 10);
	facts_release(&fs);
}
END_TEST

START_TEST(a_key_that_nobody_takes_is_a_fault)
{
	struct facts fs;
	struct fault why;
	const char *arch;
	double x;

	toy(&fs);
	facts_word(&fs, "arch", &arch, &why);
	add(&fs, "hbm.bandwidth", "2", "TB/s");
	facts_number(&fs, "hbm.bandwidth", DIM_BPS, &x, &why);
	ck_assert_int_eq(facts_all_taken(&fs, &why), -1);
	ck_fault(&why, "hw/toy.csv:3: nobody asks for key \"hbm.bandwith\"; "
		 "\"hbm.bandwidth\" is a key that is asked for; correct this "
		 "one or remove the row");
	facts_number(&fs, "hbm.bandwith", DIM_BPS, &x, &why);
	facts_number(&fs, "hbm.capacity", DIM_BPS, &x, &why);
	ck_assert_int_eq(facts_all_taken(&fs, &why), -1);
	ck_fault(&why, "hw/toy.csv:5: nobody asks for key \"sms\"; "
		 "remove the row");
	facts_number(&fs, "sms", DIM_COUNT, &x, &why);
	ck_assert_int_eq(facts_all_taken(&fs, &why), 0);
	facts_release(&fs);
}
END_TEST

START_TEST(no_facts_are_all_taken)
{
	struct facts fs;
	struct fault why;
	double x;

	facts_init(&fs, "empty");
	ck_assert_int_eq(facts_all_taken(&fs, &why), 0);
	ck_assert_int_eq(facts_number(&fs, "sms", DIM_COUNT, &x, &why), -1);
	facts_release(&fs);
}
END_TEST

/* A hash of doubling size: 100 keys, 64 slots when the 33rd comes. */
START_TEST(a_key_is_found_among_many)
{
	struct facts fs;
	char key[16];

	facts_init(&fs, "many");
	ck_assert_ptr_null(facts_find(&fs, "k0"));
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		facts_add(&fs, key)->line = i;
	}
	facts_add(&fs, "k7")->line = 100;	/* the first is found */
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		ck_assert_int_eq(facts_find(&fs, key)->line, i);
	}
	ck_assert_ptr_null(facts_find(&fs, "k100"));
	facts_release(&fs);
}
END_TEST

/* As snprintf: seven bytes and a NUL of "law.gemm.t0". */
START_TEST(words_join_and_are_cut_to_fit)
{
	const char *const words[] = { "law.", "gemm", "", ".t0", NULL };
	char room[8], all[16], none[1] = "x";

	text_join(room, sizeof(room), words);
	ck_assert_str_eq(room, "law.gem");
	text_join(all, sizeof(all), words);
	ck_assert_str_eq(all, "law.gemm.t0");
	text_join(none, sizeof(none), words);
	ck_assert_str_eq(none, "");
}
END_TEST

START_TEST(every_origin_has_a_name_that_reads_back)
{
	enum origin origin;

	ck_assert_int_eq(origin_parse(origin_name((enum origin)_i), &origin),
			 0);
	ck_assert_int_eq((int)origin, _i);
}
END_TEST

START_TEST(what_is_no_origin_is_refused)
{
	static const char *const no_origin[] = { "", "Spec", "guess", "spec " };
	enum origin origin;

	for (int i = 0; i < NR(no_origin); i++)
		ck_assert_int_eq(origin_parse(no_origin[i], &origin), -1);
}
END_TEST

static const struct {
	const char *name;
	double bytes;
} formats[FORMAT_NR] = {
	[FORMAT_BF16] = { "bf16", 2 },
	[FORMAT_FP8] = { "fp8", 1.000244140625 },	/* 1 + 4/16384 */
	[FORMAT_NVFP4] = { "nvfp4", 0.5625 },		/* 1/2 + 1/16 */
	[FORMAT_MXFP4] = { "mxfp4", 0.53125 },		/* 1/2 + 1/32 */
	[FORMAT_INT4] = { "int4", 0.5625 },		/* 1/2 + 2/32 */
	[FORMAT_FP32] = { "fp32", 4 },
	[FORMAT_FP8_CHANNEL] = { "fp8-channel", 1.0009765625 }, /* 4/4096 */
	[FORMAT_MXFP8] = { "mxfp8", 1.03125 },		/* 1 + 1/32 */
	[FORMAT_INT4_64] = { "int4-64", 0.53125 },	/* 1/2 + 2/64 */
	[FORMAT_INT4_128] = { "int4-128", 0.515625 },	/* 1/2 + 2/128 */
	[FORMAT_INT4Z_32] = { "int4z-32", 0.578125 },	/* 1/2 + 2.5/32 */
	[FORMAT_INT4Z_64] = { "int4z-64", 0.5390625 },	/* 1/2 + 2.5/64 */
	[FORMAT_INT4Z_128] = { "int4z-128", 0.51953125 }, /* + 2.5/128 */
	[FORMAT_W4AFP8] = { "w4afp8", 0.515625 },	/* 1/2 + 2/128 */
	[FORMAT_INT8] = { "int8", 1.0009765625 },	/* 1 + 4/4096 */
	[FORMAT_INT8_BLOCK] = { "int8-block", 1.000244140625 },
};

START_TEST(a_parameter_takes_its_bytes_and_a_share_of_scale)
{
	enum format format;

	ck_assert_int_eq(format_parse(formats[_i].name, &format), 0);
	ck_assert_int_eq((int)format, _i);
	ck_assert_str_eq(format_name(format), formats[_i].name);
	ck_assert_double_eq(format_bytes(format), formats[_i].bytes);
}
END_TEST

START_TEST(a_format_has_its_name_in_any_case_and_with_hyphens)
{
	static const char *const said[] = { "FP8", "fp-8", "Fp_8", "fp 8" };
	enum format format;

	for (int i = 0; i < NR(said); i++) {
		ck_assert_int_eq(format_parse(said[i], &format), 0);
		ck_assert_int_eq((int)format, FORMAT_FP8);
	}
}
END_TEST

START_TEST(what_is_no_format_is_refused)
{
	static const char *const no_format[] = { "", "f8", "fp4", "native" };
	enum format format;

	for (int i = 0; i < NR(no_format); i++)
		ck_assert_int_eq(format_parse(no_format[i], &format), -1);
}
END_TEST

START_TEST(tensor_core_rates_have_names)
{
	ck_assert_str_eq(math_name(MATH_BF16), "bf16");
	ck_assert_str_eq(math_name(MATH_FP8), "fp8");
	ck_assert_str_eq(math_name(MATH_FP4), "fp4");
}
END_TEST

Suite *suite_fact(void)
{
	Suite *s = suite_create("fact");
	TCase *tc = tcase_create("facts");

	tcase_add_test(tc, a_fact_that_is_there_is_taken);
	tcase_add_test(tc, looking_takes_nothing);
	tcase_add_test(tc, a_missing_key_names_the_misspelt_one);
	tcase_add_test(tc, a_missing_key_unlike_any_other_asks_for_a_row);
	tcase_add_test(tc, another_dimension_is_a_fault_that_names_units);
	tcase_add_test(tc, a_word_is_no_number_and_a_number_no_word);
	tcase_add_test(tc, a_fact_that_may_be_missing_leaves_the_value_alone);
	tcase_add_test(tc, a_key_that_nobody_takes_is_a_fault);
	tcase_add_test(tc, no_facts_are_all_taken);
	tcase_add_test(tc, a_key_is_found_among_many);
	tcase_add_test(tc, words_join_and_are_cut_to_fit);
	tcase_add_loop_test(tc, every_origin_has_a_name_that_reads_back, 0,
			    ORIGIN_NR);
	tcase_add_test(tc, what_is_no_origin_is_refused);
	tcase_add_loop_test(tc,
			    a_parameter_takes_its_bytes_and_a_share_of_scale,
			    0, FORMAT_NR);
	tcase_add_test(tc, what_is_no_format_is_refused);
	tcase_add_test(tc,
		a_format_has_its_name_in_any_case_and_with_hyphens);
	tcase_add_test(tc, tensor_core_rates_have_names);
	suite_add_tcase(s, tc);
	return s;
}
