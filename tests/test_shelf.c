#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/shelf.h"
#include "tests/folder.h"
#include "tests/tests.h"

#define HEAD "key,value,err,unit,origin,source,note\n"
#define ROW(key, value, unit) key "," value ",," unit ",assumed,toy,\n"

/* Everything a stack needs but host and base. */
#define REST \
	ROW("dispatch", "1", "B") ROW("row_header", "16", "B") \
	ROW("pack.share", "0.5", "1") ROW("pack.time", "2", "us") \
	ROW("forward.time", "1", "us") ROW("forward.sms", "0.1", "1") \
	ROW("host_seq", "3", "us") ROW("head", "50", "us") \
	ROW("mem_share", "0.9", "1") ROW("buffers", "2", "GB") \
	ROW("prefill.tokens", "4096", "tok") ROW("prefill.sms", "0.8", "1") \
	ROW("exchange.tokens", "128", "tok") ROW("band.tp", "0.2", "1") \
	ROW("band.tp_net", "0.2", "1") \
	ROW("band.tp_ep", "0.2", "1") \
	ROW("band.node", "0.2", "1") ROW("band.rack", "0.2", "1") \
	ROW("band.net", "0.3", "1") \
	ROW("ideal", "0", "count") ROW("exchange.node", "gather", "name") \
	ROW("exchange.rack", "rank", "name") \
	ROW("exchange.net", "pair", "name") ROW("launch.any", "1", "1") \
	ROW("overhead.any", "1", "1")
#define BASE(name) ROW("base", name, "name")
#define HOST(ms) ROW("host", ms, "ms")

/* Each test has a folder of its own, in $TMPDIR or else in build/. */
static char root[200];

static void inner(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void put_gpu(void)
{
	put("hw/toy.csv", HEAD ROW("arch", "sm90", "name")
	    ROW("bf16", "100", "TFLOP/s") ROW("fp8", "200", "TFLOP/s")
	    ROW("fp4", "0", "FLOP/s") ROW("hbm.capacity", "80", "GB")
	    ROW("hbm.bandwidth", "1", "TB/s")
	    ROW("sms", "10", "count") ROW("clock", "1", "GHz")
	    ROW("nvlink.bandwidth", "100", "GB/s")
	    ROW("nvlink.gpus", "8", "count")
	    ROW("nvlink.in_switch", "1", "count")
	    ROW("nic.bandwidth", "50", "GB/s")
	    ROW("pcie.bandwidth", "64", "GB/s") ROW("tdp", "700", "W"));
}

static const struct stack *stack_of(struct shelf *s, const char *name,
				    const char *date, struct fault *why)
{
	return shelf_stack(s, &(struct stack_spec){ name, date, "sm90" }, why);
}

static const char config[] =
	"{\"model_type\": \"kimi_k2\", \"hidden_size\": 10,"
	"\"num_hidden_layers\": 2, \"first_k_dense_replace\": 1,"
	"\"intermediate_size\": 20, \"moe_intermediate_size\": 5,"
	"\"num_attention_heads\": 1, \"kv_lora_rank\": 4,"
	"\"qk_nope_head_dim\": 2, \"qk_rope_head_dim\": 1,"
	"\"v_head_dim\": 3, \"n_routed_experts\": 8,"
	"\"num_experts_per_tok\": 2, \"n_shared_experts\": 1,"
	"\"n_group\": 1, \"topk_group\": 1, \"vocab_size\": 100,"
	"\"q_lora_rank\": null, \"max_position_embeddings\": 4096}";

#define SIGMA(value) ROW("routing.sigma", value, "1") \
	ROW("routing.drift", "0.1", "1")

/* A data folder of toys, in a fresh folder for every test. */
static void setup(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/shelf-XXXXXX", tmp ? tmp : "build");
	ck_assert_ptr_nonnull(mkdtemp(root));
	inner("hw");
	inner("hw/stacks");
	inner("models");
	put_gpu();
	put("hw/stacks/plain.csv", HEAD REST HOST("1"));
	put("models/own.json", config);
	put("models/own.csv", HEAD SIGMA("0.5")
	    ROW("tokens_per_step.1", "1.8", "1"));
	put("models/orphan.json", config);
	put("models/kimi-k2.csv", HEAD SIGMA("0.7")
	    ROW("recipe.nvfp4", "all=bf16 experts=nvfp4", "name")
	    ROW("tokens_per_step.1", "1.9", "1")
	    ROW("params.published", "671", "Bparams"));
	ck_assert_int_eq(setenv("DEEPROOF_DATA", root, 1), 0);
}

static void teardown(void)
{
	folder_delete(root);
}

START_TEST(a_sheet_is_read_once)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };
	const struct gpu *gpu = shelf_gpu(s, "toy", &why);

	ck_assert_ptr_nonnull(gpu);
	ck_assert_str_eq(gpu->name, "toy");
	ck_rel(gpu->hbm_Bps, 1e12, 1e-12);
	put("hw/toy.csv", "spoilt");
	ck_assert_ptr_eq(shelf_gpu(s, "toy", &why), gpu);
	ck_assert_ptr_nonnull(facts_find(shelf_gpu_facts(s, "toy"), "tdp"));
	ck_assert_ptr_null(shelf_gpu_facts(s, "unread"));
	shelf_free(s);
}
END_TEST

START_TEST(what_was_read_stays_where_it_is)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };
	const struct gpu *gpu = shelf_gpu(s, "toy", &why);

	/* forty more, each by a path of its own */
	for (int i = 1; i <= 40; i++) {
		char path[320];

		snprintf(path, sizeof(path), "%s/hw/%.*stoy.csv", root, 2 * i,
			 "././././././././././././././././././././././././"
			 "././././././././././././././././");
		ck_assert_ptr_nonnull(shelf_gpu(s, path, &why));
	}
	ck_assert_ptr_eq(shelf_gpu(s, "toy", &why), gpu);
	ck_rel(gpu->hbm_Bps, 1e12, 1e-12);
	shelf_free(s);
}
END_TEST

START_TEST(an_unknown_name_is_refused_with_its_nearest)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };

	ck_assert_ptr_null(shelf_gpu(s, "tox", &why));
	ck_assert_str_eq(why.remedy, "did you mean \"toy\"?");
	ck_assert_ptr_null(stack_of(s, "plane", "", &why));
	ck_assert_str_eq(why.remedy, "did you mean \"plain\"?");
	ck_assert_ptr_null(shelf_model(s, "orphans", &why));
	ck_assert_str_eq(why.remedy, "did you mean \"orphan\"?");
	ck_assert_ptr_null(shelf_gpu(s, "", &why));
	ck_assert_ptr_null(shelf_gpu(s, "/no/such.csv", &why));
	ck_assert_str_eq(why.file, "/no/such.csv");
	shelf_free(s);
}
END_TEST

START_TEST(a_shelf_says_what_it_has)
{
	struct shelf *s = shelf_open();

	ck_assert(shelf_has(s, "hw", "toy"));
	ck_assert(shelf_has(s, "hw/stacks", "plain"));
	ck_assert(shelf_has(s, "models", "own"));
	ck_assert(!shelf_has(s, "hw", "plain"));
	ck_assert(!shelf_has(s, "hw", ""));
	shelf_free(s);
}
END_TEST

static const double none = -1;

/* The stack "child" over what else is written; its host in ms, or a fault. */
static double host_ms(const char *child, const char *date, struct fault *why)
{
	struct shelf *s = shelf_open();
	const struct stack *stack;
	double ms = none;

	put("hw/stacks/child.csv", child);
	stack = stack_of(s, "child", date, why);
	if (stack) {
		ck_assert_str_eq(stack->name, "child");
		ck_assert_ptr_nonnull(shelf_stack_facts(s, "child", date));
		ms = stack->host_s * 1e3;
	}
	shelf_free(s);
	return ms;
}

static const struct {
	const char *child;
	const char *date;
	double ms;
} hosts[] = {
	{ HEAD REST HOST("2"), "", 2 },
	{ HEAD BASE("plain"), "", 1 },
	{ HEAD BASE("plain") HOST("2"), "", 2 },
	{ HEAD BASE("./plain.csv") HOST("2"), "", 2 },
	{ HEAD BASE("grand"), "", 1 },
	/* of dated rows the newest not after the day, else the undated */
#define DATED HEAD BASE("plain") HOST("9") ROW("host@2025-03-01", "3", "ms") \
	      ROW("host@2025-06-01", "6", "ms")
	{ DATED, "", 6 },
	{ DATED, "2025-07-01", 6 },
	{ DATED, "2025-06-01", 6 },
	{ DATED, "2025-05-31", 3 },
	{ DATED, "2025-02-28", 9 },
	/* the order of the rows does not matter */
	{ HEAD BASE("plain") ROW("host@2025-06-01", "6", "ms")
	  ROW("host@2025-03-01", "3", "ms"), "", 6 },
	/* before its first day the sheet says nothing, so its base does */
	{ HEAD BASE("plain") ROW("host@2025-06-01", "6", "ms"), "2025-01-01",
	  1 },
	/* an older row of the sheet wins over a newer of its base */
	{ HEAD BASE("dated") ROW("host@2025-03-01", "3", "ms"), "", 3 },
	{ HEAD BASE("dated") HOST("2"), "", 2 },
	{ HEAD BASE("dated"), "", 8 },
	{ HEAD BASE("dated"), "2025-01-01", 1 },
};

START_TEST(a_row_of_the_sheet_and_the_day_wins)
{
	struct fault why = { .what = "" };
	double ms;

	put("hw/stacks/grand.csv", HEAD BASE("plain"));
	put("hw/stacks/dated.csv", HEAD BASE("plain")
	    ROW("host@2025-09-01", "8", "ms"));
	ms = host_ms(hosts[_i].child, hosts[_i].date, &why);
	ck_assert_msg(ms != none, "%s", why.what);
	ck_rel(ms, hosts[_i].ms, 1e-12);
}
END_TEST

START_TEST(days_are_kept_apart)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };
	const struct stack *newest, *old;

	put("hw/stacks/child.csv", DATED);
	newest = stack_of(s, "child", "", &why);
	old = stack_of(s, "child", "2025-03-01", &why);
	ck_rel(newest->host_s, 6e-3, 1e-12);
	ck_rel(old->host_s, 3e-3, 1e-12);
	shelf_free(s);
}
END_TEST

static const struct {
	const char *child;
	const char *what;
	int row;
} bad[] = {
	{ HEAD REST, "missing key \"host\"", 0 },
	{ HEAD BASE("child"), "base \"child\" leads back to itself", 2 },
	{ HEAD HOST("1") BASE("loop"), "base \"child\" leads back to itself",
	  2 },
	{ HEAD HOST("1") BASE("./././child.csv"),
	  "base \"./././child.csv\" leads back to itself", 3 },
	{ HEAD HOST("1") BASE("/none.csv"),
	  "/none.csv: cannot read: No such file or directory", 3 },
	{ HEAD ROW("base", "1", "count"), "base is no name", 2 },
	{ HEAD BASE("plain") ROW("host@2025-6-1", "6", "ms"),
	  "\"host@2025-6-1\" has no date after its @", 3 },
	{ HEAD BASE("plain") ROW("host@", "6", "ms"),
	  "\"host@\" has no date after its @", 3 },
	{ HEAD BASE("plain") ROW("hosts@2025-06-01", "6", "ms"),
	  "nobody asks for key \"hosts\"", 3 },
	{ HEAD BASE("plain") ROW("base@2025-06-01", "plain", "name"),
	  "nobody asks for key \"base\"", 3 },
};

START_TEST(a_base_that_leads_nowhere_is_refused)
{
	struct fault why = { .row = 0 };

	put("hw/stacks/loop.csv", HEAD BASE("child"));
	ck_assert(host_ms(bad[_i].child, "", &why) == none);
	ck_assert_str_eq(why.what, bad[_i].what);
	ck_assert_int_eq(why.row, bad[_i].row);
}
END_TEST

START_TEST(an_unknown_base_is_refused_at_its_line)
{
	struct fault why = { .row = 0 };

	ck_assert(host_ms(HEAD HOST("1") BASE("plan"), "", &why) == none);
	ck_assert_int_eq(why.row, 3);
	ck_assert_ptr_nonnull(strstr(why.file, "hw/stacks/child.csv"));
	ck_assert_str_eq(why.remedy, "did you mean \"plain\"?");
}
END_TEST

START_TEST(a_model_has_its_config_and_its_sheet)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };
	const struct model *m = shelf_model(s, "own", &why);

	ck_assert_ptr_nonnull(m);
	ck_assert_str_eq(m->name, "own");
	ck_assert_int_eq(m->hidden_size, 10);
	ck_rel(m->routing_sigma, 0.5, 1e-12);
	ck_rel(m->tokens_per_step[1], 1.8, 1e-12);
	ck_assert(!m->routing_borrowed);
	ck_assert_ptr_nonnull(shelf_model_facts(s, "own"));
	shelf_free(s);
}
END_TEST

START_TEST(a_model_without_a_sheet_borrows_routing_and_recipes)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };
	char path[256];
	const struct model *m;

	snprintf(path, sizeof(path), "%s/models/orphan.json", root);
	m = shelf_model(s, path, &why);
	ck_assert_msg(m != NULL, "%s", why.what);
	ck_assert_str_eq(m->name, "orphan");
	ck_assert(m->routing_borrowed);
	ck_rel(m->routing_sigma, 0.7, 1e-12);
	ck_rel(m->tokens_per_step[1], 0, 0);
	ck_rel(m->published_params, 0, 0);
	ck_assert_int_eq(m->recipes, 1);
	ck_assert_str_eq(m->recipe[0].name, "nvfp4");
	shelf_free(s);
}
END_TEST

START_TEST(a_fault_in_either_half_of_a_model_is_told)
{
	struct shelf *s = shelf_open();
	struct fault why = { .row = 0 };

	put("models/own.csv", HEAD SIGMA("-1"));
	ck_assert_ptr_null(shelf_model(s, "own", &why));
	ck_assert_ptr_nonnull(strstr(why.file, "own.csv"));
	put("models/own.json", "{");
	/* A fault is remembered, with its file: a sweep asks once a row. */
	memset(&why, 0, sizeof(why));
	ck_assert_ptr_null(shelf_model(s, "own", &why));
	ck_assert_ptr_nonnull(strstr(why.file, "own.csv"));
	ck_assert_int_eq(why.row, 2);
	ck_assert_ptr_null(shelf_model_facts(s, "own"));
	shelf_free(s);
	s = shelf_open();
	ck_assert_ptr_null(shelf_model(s, "own", &why));
	ck_assert_ptr_nonnull(strstr(why.file, "own.json"));
	shelf_free(s);
}
END_TEST

/* ---- what the repository ships: read from the working folder ---- */

static const struct {
	const char *name;
	double params, published, sigma, one_draft;
	double checkpoint_B;
	int layers_mtp;
} models[] = {
	/* 15706484224 on Hugging Face; we count 26 x 64 biases too many */
	{ "deepseek-v2-lite", 15706484224 + 1664, 15.7e9, 0.985, 0, 31.413e9,
	  0 },
	{ "deepseek-v3", 671026419200, 671e9, 0.985, 1.85, 684.9e9, 1 },
	{ "deepseek-r1", 671026419200, 671e9, 0.985, 1.92, 684.9e9, 1 },
	/*
	 * Its files hold 1026470731056 numbers in 958.49 GiB. Of these, 56 a
	 * layer are rope frequencies, and there are 62495192 scales of blocks
	 * of 128 x 128: an expert has 3 x 16 x 56, 60 x 385 of them 62092800;
	 * the rest is of attention, 6200 a layer, and of the dense FFN, 3 x
	 * 144 x 56.
	 */
	{ "kimi-k2", 1026470731056 - 61 * 56 - 62495192, 1e12, 0.985, 0,
	  958.49 * 0x1p30, 0 },
};

START_TEST(the_shipped_models_are_the_published_ones)
{
	struct shelf *s;
	struct fault why = { .row = 0 };
	const struct model *m;

	unsetenv("DEEPROOF_DATA");
	s = shelf_open();
	m = shelf_model(s, models[_i].name, &why);
	ck_assert_msg(m != NULL, "%s:%d %s", why.file, why.row, why.what);
	ck_rel(model_params(m), models[_i].params, 0);
	ck_rel(m->published_params, models[_i].published, 1e-12);
	ck_rel(m->routing_sigma, models[_i].sigma, 1e-12);
	ck_rel(m->tokens_per_step[1], models[_i].one_draft, 1e-12);
	ck_rel(model_checkpoint_B(m), models[_i].checkpoint_B, 1e-4);
	ck_assert_int_eq(m->num_nextn_predict_layers, models[_i].layers_mtp);
	ck_assert(!m->routing_borrowed);
	shelf_free(s);
}
END_TEST

static const char *const gpus[] = {
	"a100-80g", "b200-sxm", "b300-sxm", "gb200-nvl72", "gb300-nvl72",
	"h100-sxm", "h20-141g", "h20-96g", "h200-sxm", "h800-sxm",
	"rtx6000-ada",
};

START_TEST(the_shipped_gpus_are_read)
{
	struct shelf *s;
	struct fault why = { .row = 0 };

	unsetenv("DEEPROOF_DATA");
	s = shelf_open();
	ck_assert_msg(shelf_gpu(s, gpus[_i], &why) != NULL, "%s:%d %s; %s",
		      why.file, why.row, why.what, why.remedy);
	shelf_free(s);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_shelf(void)
{
	Suite *s = suite_create("shelf");
	TCase *t = tcase_create("shelf");
	TCase *shipped = tcase_create("shipped");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_sheet_is_read_once);
	tcase_add_test(t, what_was_read_stays_where_it_is);
	tcase_add_test(t, an_unknown_name_is_refused_with_its_nearest);
	tcase_add_test(t, a_shelf_says_what_it_has);
	tcase_add_loop_test(t, a_row_of_the_sheet_and_the_day_wins, 0,
			    NR(hosts));
	tcase_add_test(t, days_are_kept_apart);
	tcase_add_loop_test(t, a_base_that_leads_nowhere_is_refused, 0,
			    NR(bad));
	tcase_add_test(t, an_unknown_base_is_refused_at_its_line);
	tcase_add_test(t, a_model_has_its_config_and_its_sheet);
	tcase_add_test(t, a_model_without_a_sheet_borrows_routing_and_recipes);
	tcase_add_test(t, a_fault_in_either_half_of_a_model_is_told);
	suite_add_tcase(s, t);
	tcase_add_loop_test(shipped, the_shipped_models_are_the_published_ones,
			    0, NR(models));
	tcase_add_loop_test(shipped, the_shipped_gpus_are_read, 0, NR(gpus));
	suite_add_tcase(s, shipped);
	return s;
}
