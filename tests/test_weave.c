#include <string.h>

#include "checkpoint/weave.h"
#include "tests/tests.h"

/* Single quotes stand for double ones, to spare the eye. */
static json_t *json(const char *text)
{
	char given[512];
	json_t *j;

	ck_assert_uint_lt(strlen(text), sizeof(given));
	strcpy(given, text);
	for (char *p = given; *p; p++)
		if (*p == '\'')
			*p = '"';
	j = json_loads(given, 0, NULL);
	ck_assert_msg(j != NULL, "%s", text);
	return j;
}

#define INT(bits, rest) "{'weights': {'type': 'int', 'num_bits': " bits rest
#define REAL(bits, rest) "{'weights': {'type': 'float', 'num_bits': " bits rest
#define ACT8 ", 'input_activations': {'type': 'float', 'num_bits': 8}}"

/* What each pair of weights and activations is stored as; -1: none of ours. */
static const struct {
	const char *text;
	int format;
} schemes[] = {
	{ INT("4", ", 'group_size': 32}}"), FORMAT_INT4 },
	{ INT("4", ", 'group_size': 64}}"), FORMAT_INT4_64 },
	{ INT("4", ", 'group_size': 128}}"), FORMAT_INT4_128 },
	{ INT("4", ", 'group_size': 32, 'symmetric': true}}"), FORMAT_INT4 },
	{ INT("4", ", 'group_size': 32, 'symmetric': false}}"),
	  FORMAT_INT4Z_32 },
	{ INT("4", ", 'group_size': 64, 'symmetric': false}}"),
	  FORMAT_INT4Z_64 },
	{ INT("4", ", 'group_size': 128, 'symmetric': false}}"),
	  FORMAT_INT4Z_128 },
	/* four bits times fp8 have a kernel of their own, for one group */
	{ INT("4", ", 'group_size': 128}") ACT8, FORMAT_W4AFP8 },
	{ INT("4", ", 'group_size': 64}") ACT8, -1 },
	{ INT("4", ", 'group_size': 128}, 'input_activations': {'type': "
	  "'int', 'num_bits': 8}}"), FORMAT_INT4_128 },
	{ INT("4", ", 'group_size': 128}, 'input_activations': {'type': "
	  "'float', 'num_bits': 16}}"), FORMAT_INT4_128 },
	{ INT("4", ", 'group_size': 16}}"), -1 },
	{ INT("3", ", 'group_size': 128}}"), -1 },
	{ INT("8", ", 'strategy': 'channel', 'group_size': 128}}"),
	  FORMAT_INT8 },
	{ INT("8", ", 'strategy': 'tensor'}}"), FORMAT_INT8 },
	{ INT("8", ", 'strategy': 'channel'}") ACT8, FORMAT_INT8 },
	{ INT("8", ", 'strategy': 'block', 'block_structure': [64, 128]}}"),
	  FORMAT_INT8_BLOCK },
	{ INT("8", ", 'strategy': 'block', 'block_structure': [128, 64]}}"),
	  -1 },
	{ INT("8", ", 'strategy': 'block'}}"), -1 },
	{ INT("8", ", 'group_size': 128}}"), -1 },
	{ INT("8", ", 'strategy': 'channel', 'symmetric': false}}"), -1 },
	{ REAL("8", ", 'strategy': 'channel'}}"), FORMAT_FP8_CHANNEL },
	{ REAL("8", ", 'strategy': 'tensor'}") ACT8, FORMAT_FP8_CHANNEL },
	{ REAL("8", ", 'strategy': 'block', 'block_structure': [128, 128]}}"),
	  FORMAT_FP8 },
	{ REAL("8", ", 'group_size': 32}}"), FORMAT_MXFP8 },
	{ REAL("4", ", 'group_size': 16}}"), FORMAT_NVFP4 },
	{ REAL("4", ", 'group_size': 16}") ACT8, FORMAT_NVFP4 },
	{ REAL("4", ", 'group_size': 32}}"), FORMAT_MXFP4 },
	{ REAL("4", ", 'group_size': 64}}"), -1 },
	{ REAL("4", ", 'group_size': -16}}"), -1 },
	{ REAL("16", "}}"), -1 },
	{ "{'weights': {'num_bits': 8}}", FORMAT_INT8 },
	{ "{'weights': null}", -1 }, { "{}", -1 }, { "{'weights': 8}", -1 },
};

START_TEST(a_scheme_is_a_format_of_ours_or_none)
{
	json_t *j = json(schemes[_i].text);

	ck_assert_int_eq(weave_scheme(j), schemes[_i].format);
	json_decref(j);
}
END_TEST

static const struct {
	const char *algo;
	int group, format;
} algos[] = {
	{ "NVFP4", 16, FORMAT_NVFP4 }, { "NVFP4_AWQ", 16, FORMAT_NVFP4 },
	{ "W4A16_NVFP4", 128, FORMAT_NVFP4 },
	{ "W4A8_NVFP4_FP8", 128, FORMAT_NVFP4 },
	{ "FP8", 128, FORMAT_FP8_CHANNEL },
	{ "FP8_PB_WO", 128, FORMAT_FP8 },
	{ "FP8_BLOCK_SCALES", 128, FORMAT_FP8 },
	{ "FP8_PER_CHANNEL_PER_TOKEN", 128, FORMAT_FP8_CHANNEL },
	{ "MXFP4", 32, FORMAT_MXFP4 }, { "W4A8_MXFP4_FP8", 32, FORMAT_MXFP4 },
	{ "W4A16_MXFP4", 32, FORMAT_MXFP4 }, { "MXFP8", 32, FORMAT_MXFP8 },
	{ "W4A8_AWQ", 128, FORMAT_W4AFP8 },
	{ "W4A16_AWQ", 128, FORMAT_INT4_128 },
	{ "W4A16", 64, FORMAT_INT4_64 }, { "INT4_AWQ", 32, FORMAT_INT4 },
	{ "INT4_AWQ", 16, -1 }, { "W8A8_SQ_PER_CHANNEL", 128, FORMAT_INT8 },
	{ "W8A16", 128, FORMAT_INT8 }, { "FP7", 128, -1 }, { NULL, 128, -1 },
};

START_TEST(an_algorithm_is_a_format_of_ours_or_none)
{
	int format = weave_algo(algos[_i].algo, algos[_i].group);

	ck_assert_int_eq(format < 0 ? -1 : format, algos[_i].format);
}
END_TEST

static const struct {
	const char *text;
	int format;
} quarks[] = {
	{ "{'dtype': 'fp4', 'group_size': 32}", FORMAT_MXFP4 },
	{ "{'dtype': 'fp4', 'group_size': 16}", FORMAT_NVFP4 },
	{ "{'dtype': 'fp8_e4m3', 'qscheme': 'per_tensor',"
	  "'group_size': 32}", FORMAT_FP8_CHANNEL },
	{ "{'dtype': 'fp8_e4m3', 'qscheme': 'per_channel',"
	  "'group_size': 32}", FORMAT_FP8_CHANNEL },
	{ "{'dtype': 'fp8_e4m3', 'group_size': 32}", FORMAT_MXFP8 },
	{ "{'dtype': 'int4', 'group_size': 128}", FORMAT_INT4_128 },
	{ "{'dtype': 'int8', 'qscheme': 'per_channel'}", FORMAT_INT8 },
	{ "{'dtype': 'int8', 'group_size': 32}", -1 },
	{ "{'dtype': 'fp6'}", -1 }, { "{}", -1 },
};

START_TEST(quarks_weight_is_a_format_of_ours_or_none)
{
	json_t *j = json(quarks[_i].text);

	ck_assert_int_eq(weave_quark(j), quarks[_i].format);
	json_decref(j);
}
END_TEST

/* Packed as AutoGPTQ packs there are zero points; as llm-compressor, none. */
static const struct {
	const char *block, *packing;
	int format;
} rounded[] = {
	{ "{'bits': 4, 'group_size': 128}", "'auto_round:auto_gptq'",
	  FORMAT_INT4Z_128 },
	{ "{'bits': 4, 'group_size': 64}", "null", FORMAT_INT4Z_64 },
	{ "{'bits': 4, 'group_size': 32, 'data_type': 'int'}",
	  "'auto_round:llm_compressor'", FORMAT_INT4 },
	{ "{'bits': 4, 'group_size': 32, 'data_type': 'mx_fp4e2m1'}", "null",
	  FORMAT_MXFP4 },
	{ "{'bits': 8, 'group_size': 32, 'data_type': 'mx_fp'}", "null",
	  FORMAT_MXFP8 },
	{ "{'bits': 4, 'group_size': 16, 'data_type': 'nv_fp'}",
	  "'auto_round:llm_compressor'", FORMAT_NVFP4 },
	{ "{'bits': 4, 'group_size': 16, 'data_type': 'fp'}", "null", -1 },
	{ "{'bits': 3, 'group_size': 32, 'data_type': 'mx_fp'}", "null", -1 },
	{ "{'bits': 4, 'group_size': 65536}", "null", -1 },
};

START_TEST(what_was_rounded_is_a_format_of_ours_or_none)
{
	json_t *block = json(rounded[_i].block), *list;
	char packing[64] = "[";

	strcat(strcat(packing, rounded[_i].packing), "]");
	list = json(packing);
	ck_assert_int_eq(weave_rounded(block, json_array_get(list, 0)),
			 rounded[_i].format);
	json_decref(block);
	json_decref(list);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_weave(void)
{
	Suite *s = suite_create("weave");
	TCase *t = tcase_create("weave");

	tcase_add_loop_test(t, a_scheme_is_a_format_of_ours_or_none, 0,
			    NR(schemes));
	tcase_add_loop_test(t, an_algorithm_is_a_format_of_ours_or_none, 0,
			    NR(algos));
	tcase_add_loop_test(t, quarks_weight_is_a_format_of_ours_or_none, 0,
			    NR(quarks));
	tcase_add_loop_test(t, what_was_rounded_is_a_format_of_ours_or_none,
			    0, NR(rounded));
	suite_add_tcase(s, t);
	return s;
}
