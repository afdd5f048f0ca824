#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "checkpoint/index.h"
#include "library/shelf.h"
#include "read/json.h"
#include "tests/rows.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* DeepSeek-V3: layers 0 to 60, and 61 is its MTP block. */
static struct shelf *shelf;
static struct model v3;
static double ours_B;
static struct fault why;

static void open_shelf(void)
{
	shelf = shelf_open();
	v3 = *shelf_model(shelf, "deepseek-v3", &why);
	ours_B = model_checkpoint_B(&v3);
}

static void close_shelf(void)
{
	shelf_free(shelf);
}

static void setup(void)
{
	v3 = *shelf_model(shelf, "deepseek-v3", &why);
	memset(&why, 0, sizeof(why));
}

/* Names parted by spaces, and a size of so many times ours; 0: none said. */
static int check(const char *names, double size)
{
	json_t *map = json_object(), *index = json_object();
	char list[1024];
	int rc;

	snprintf(list, sizeof(list), "%s", names);
	for (char *p = strtok(list, " "); p; p = strtok(NULL, " "))
		json_object_set_new(map, p, json_string("a.safetensors"));
	json_object_set_new(index, "weight_map", map);
	if (size > 0)
		json_object_set_new(index, "metadata", json_pack("{s:f}",
			"total_size", size * ours_B));
	rc = index_check(index, &v3, &why);
	json_decref(index);
	return rc;
}

#define LAST "model.layers.60.mlp.gate.weight"
#define MTP "model.layers.61.eh_proj.weight"

/*
 * How many layers an index names. Other digits, other words before them, and a
 * tower that has layers of its own name none of ours.
 */
static const struct {
	const char *names;
	int mtp;	/* -1: refused as of another model */
	int layers;	/* that it names, then */
} named[] = {
	{ LAST, 0, 0 },
	{ LAST " " MTP, 1, 0 },
	{ MTP, 1, 0 },
	{ "layers.60.ffn.gate.weight", 0, 0 },
	{ "language_model.model.layers.60.x.weight", 0, 0 },
	{ "model.layers.59.x.weight", -1, 60 },
	{ LAST " model.layers.62.x.weight", -1, 63 },
	{ "model.embed_tokens.weight", -1, 0 },
	/* no layer of ours */
	{ LAST " model.layers.999999.x", 0, 0 },
	{ LAST " model.layers.61", 0, 0 },
	{ LAST " model.layers.x61.y", 0, 0 },
	{ LAST " model.sublayers.61.y", 0, 0 },
	{ LAST " encoder.layers.70.y", 0, 0 },
	{ LAST " vision_tower.encoder.layers.61.y", 0, 0 },
	{ "encoder.layers.60.y", -1, 0 },
};

START_TEST(an_index_names_the_layers_of_its_model)
{
	char want[256];
	int rc = check(named[_i].names, 0);

	if (named[_i].mtp >= 0) {
		ck_assert_msg(!rc, "%s", why.what);
		ck_assert_int_eq(v3.num_nextn_predict_layers, named[_i].mtp);
		ck_assert_str_eq(v3.left_out, "");	/* it says no size */
		return;
	}
	ck_assert_int_eq(rc, -1);
	snprintf(want, sizeof(want), "model.safetensors.index.json is of "
		 "another model: it names %d layers, and this one has 61",
		 named[_i].layers);
	ck_assert_str_eq(why.what, want);
	ck_assert_str_eq(why.remedy, "take the index that belongs to this "
			 "config, or remove it");
}
END_TEST

/* V4's own names: layers 0 to 42, and mtp.0 where its block is stored. */
static const struct { const char *names; int mtp; } v4_named[] = {
	{ "layers.42.ffn.gate.weight", 0 },
	{ "layers.42.ffn.gate.weight mtp.0.e_proj.weight", 1 },
	{ "mtp.0.e_proj.weight layers.42.ffn.gate.weight", 1 },
	{ "layers.42.ffn.gate.weight smtp.0.e_proj.weight", 0 },
};

START_TEST(a_block_that_v4_s_index_names_is_there)
{
	v3 = *shelf_model(shelf, "deepseek-v4-flash", &why);
	ck_assert_int_eq(v3.num_hidden_layers, 43);
	ck_assert_int_eq(v3.num_nextn_predict_layers, 1);
	ck_assert_msg(!check(v4_named[_i].names, 0), "%s", why.what);
	ck_assert_int_eq(v3.num_nextn_predict_layers, v4_named[_i].mtp);
}
END_TEST

/* One per cent of what we count is as good as it. */
static const struct { double size; bool agrees; } sizes[] = {
	{ 1, true }, { 1.0099, true }, { 0.9901, true }, { 1.0101, false },
	{ 0.9899, false }, { 1.5, false }, { 0.5, false },
};

START_TEST(a_size_agrees_to_one_percent)
{
	char want[200];

	ck_assert_msg(!check(LAST " " MTP, sizes[_i].size), "%s", why.what);
	snprintf(want, sizeof(want), "the index is of %.1f GB, counted are "
		 "%.1f: a format is not as this config says",
		 sizes[_i].size * ours_B / 1e9, ours_B / 1e9);
	ck_assert_str_eq(v3.left_out, sizes[_i].agrees ? "" : want);
}
END_TEST

/*
 * Above our count, tensors of none of our modules are what it is; below, they
 * are not. The first of them is named, and all are counted.
 */
START_TEST(what_is_more_is_what_we_do_not_count)
{
	static const char towers[] = LAST " " MTP
		" vision_tower.a.weight encoder.layers.70.b";
	char want[200];

	ck_assert_int_eq(check(towers, 1.2), 0);
	snprintf(want, sizeof(want), "the index is of %.1f GB, counted are "
		 "%.1f: not 2 tensors as ", 1.2 * ours_B / 1e9, ours_B / 1e9);
	ck_assert_msg(!strncmp(v3.left_out, want, strlen(want)), "%s",
		      v3.left_out);
	setup();
	ck_assert_int_eq(check(towers, 0.8), 0);
	ck_assert_ptr_nonnull(strstr(v3.left_out, "a format is not as"));
}
END_TEST

/*
 * The MTP block's own embedding and head are 2 x 129,280 x 7,168 x 2 B more:
 * 3.707 GB of some 688, half a per cent. A size without them is ours less.
 */
START_TEST(an_embedding_again_is_counted_again)
{
	static const char again[] = LAST " model.layers.61.embed_tokens.weight"
		" model.layers.61.shared_head.head.weight";
	double more = 2 * 129280.0 * 7168 * 2 / ours_B;

	ck_assert_int_eq(check(again, (1 + more) * 1.0099), 0);
	ck_assert_str_eq(v3.left_out, "");
	setup();
	ck_assert_int_eq(check(again, (1 + more) * 0.9901), 0);
	ck_assert_str_eq(v3.left_out, "");
	setup();
	ck_assert_int_eq(check(again, (1 + more) * 0.9899), 0);
	ck_assert_str_ne(v3.left_out, "");
	setup();	/* of another layer they are not the block's */
	ck_assert_int_eq(check(LAST " " MTP " model.layers.5.embed_tokens.x",
			       1.0101), 0);
	ck_assert_str_ne(v3.left_out, "");
}
END_TEST

/* DeepSeek's own index of FP8 files says what bf16 would take. */
START_TEST(a_size_as_if_all_were_bf16_is_no_other_format)
{
	double bf16 = 2 * (model_params(&v3) + model_params_mtp(&v3)) / ours_B;

	ck_assert_int_eq(check(LAST " " MTP, bf16), 0);
	ck_assert_str_eq(v3.left_out, "");
	setup();
	ck_assert_int_eq(check(LAST " " MTP, bf16 * 1.02), 0);
	ck_assert_str_ne(v3.left_out, "");
	/* but for a matrix that is in FP8 here and has no scale there */
	setup();
	ck_assert_int_eq(check(LAST " " MTP
		" model.layers.0.self_attn.o_proj.weight", bf16), 0);
	ck_assert_str_eq(v3.left_out, "the index stores o of the dense "
			 "layers without a scale, counted here in fp8");
}
END_TEST

/* Whatever a writer calls a scale, and whatever stands before a layer. */
static const struct { const char *name; bool scale; } scales[] = {
	{ "model.layers.0.self_attn.o_proj.weight_scale_inv", true },
	{ "model.layers.0.self_attn.o_proj.weight_scale", true },
	{ "model.layers.0.self_attn.o_proj.scale", true },
	{ "model.layers.0.self_attn.o_proj.scales", true },
	{ "model.layers.0.self_attn.o_proj.weight_packed", true },
	{ "language_model.model.layers.0.self_attn.o_proj.weight_scale",
	  true },
	{ "layers.0.self_attn.o_proj.scale", true },
	{ "model.layers.0.self_attn.o_proj.zeros", false },
	{ "vision.layers.0.self_attn.o_proj.scale", false },
};

START_TEST(a_scale_is_known_by_any_writer_s_name)
{
	char names[256];

	/* counted in FP8: with a scale it agrees, and no other module is
	   named; half the size is then something else */
	snprintf(names, sizeof(names), LAST " " MTP " %s", scales[_i].name);
	ck_assert_int_eq(check(names, 0.5), 0);
	ck_assert_ptr_nonnull(strstr(v3.left_out, "a format is not as"));
	/* and without one, where only its weight is there */
	setup();
	snprintf(names, sizeof(names), LAST " " MTP " %s "
		 "model.layers.0.self_attn.o_proj.weight", scales[_i].name);
	ck_assert_int_eq(check(names, 0.5), 0);
	ck_assert_int_eq(strstr(v3.left_out, "without a scale") == NULL,
			 scales[_i].scale && !strncmp(scales[_i].name,
						      "model.", 6));
}
END_TEST

static const struct { const char *json, *what; } broken[] = {
	{ "{}", "model.safetensors.index.json lacks weight_map" },
	{ "{\"weight_map\": {}}",
	  "model.safetensors.index.json lacks weight_map" },
	{ "{\"weight_map\": [1]}",
	  "model.safetensors.index.json lacks weight_map" },
	{ "{\"weight_map\": {\"" LAST "\": \"a\"}, \"metadata\": "
	  "{\"total_size\": \"much\"}}", "model.safetensors.index.json has a "
	  "metadata.total_size that is no size" },
	{ "{\"weight_map\": {\"" LAST "\": \"a\"}, \"metadata\": "
	  "{\"total_size\": 0}}", "model.safetensors.index.json has a "
	  "metadata.total_size that is no size" },
	{ "{\"weight_map\": {\"" LAST "\": \"a\"}, \"metadata\": "
	  "{\"total_size\": -5}}", "model.safetensors.index.json has a "
	  "metadata.total_size that is no size" },
	/* sound: no size, or none said */
	{ "{\"weight_map\": {\"" LAST "\": \"a\"}, \"metadata\": "
	  "{\"total_size\": null}}", NULL },
	{ "{\"weight_map\": {\"" LAST "\": \"a\"}, \"metadata\": 5}", NULL },
};

START_TEST(an_index_that_is_none_is_refused)
{
	json_error_t err;
	json_t *j = json_parse(broken[_i].json, strlen(broken[_i].json), 0,
			       &err);
	int rc = index_check(j, &v3, &why);

	ck_assert_int_eq(rc, broken[_i].what ? -1 : 0);
	if (broken[_i].what) {
		ck_assert_str_eq(why.what, broken[_i].what);
		ck_assert_str_eq(why.remedy, "take the checkpoint's own, or "
				 "remove it");
	}
	json_decref(j);
}
END_TEST

Suite *suite_index(void)
{
	Suite *s = suite_create("index");
	TCase *t = tcase_create("index");

	tcase_add_unchecked_fixture(t, open_shelf, close_shelf);
	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_loop_test(t, an_index_names_the_layers_of_its_model, 0,
			    NR(named));
	tcase_add_loop_test(t, a_block_that_v4_s_index_names_is_there, 0,
			    NR(v4_named));
	tcase_add_loop_test(t, a_size_agrees_to_one_percent, 0, NR(sizes));
	tcase_add_test(t, what_is_more_is_what_we_do_not_count);
	tcase_add_test(t, an_embedding_again_is_counted_again);
	tcase_add_test(t, a_size_as_if_all_were_bf16_is_no_other_format);
	tcase_add_loop_test(t, a_scale_is_known_by_any_writer_s_name, 0,
			    NR(scales));
	tcase_add_loop_test(t, an_index_that_is_none_is_refused, 0,
			    NR(broken));
	suite_add_tcase(s, t);
	return s;
}
