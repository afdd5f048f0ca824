#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library/shelf.h"
#include "read/place.h"
#include "tests/folder.h"
#include "tests/rows.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct fault why;

static void make(const char *name)
{
	char path[FOLDER_PATH];

	ck_assert_int_eq(mkdir(folder_path(path, name), 0777), 0);
}

/* A data folder of two GPUs, two stacks and what is none, and a model. */
static void setup(void)
{
	folder_make();
	make("hw");
	make("hw/stacks");
	make("models");
	folder_put("hw/b200.csv", "");
	folder_put("hw/a100.csv", "");
	folder_put("hw/README.md", "");
	folder_put("hw/.csv", "");
	folder_put("hw/stacks/sglang.csv", "");
	folder_put("hw/stacks/prior.csv", "");
	folder_put("hw/stacks/prior2.csv", "");
	folder_put("models/r1.json", "");
	folder_put("models/r1.csv", "");
	folder_put("models/v3.json", "");
	memset(&why, 0, sizeof(why));
}

static const struct { const char *name; bool path; } paths[] = {
	{ "h200", false }, { "h200.csv", true }, { "./h200", true },
	{ "a/b", true }, { "/", true }, { "", false }, { "x.json", true },
	{ "x.jsonl", false }, { "x.csv.bak", false }, { "csv", false },
	{ "json", false }, { "x.CSV", false },
	/* an ending alone names nothing */
	{ ".csv", false }, { ".json", false }, { "a.csv", true },
};

START_TEST(a_slash_or_an_ending_makes_a_path)
{
	ck_assert_msg(place_is_path(paths[_i].name) == paths[_i].path, "%s",
		      paths[_i].name);
}
END_TEST

START_TEST(a_folder_is_one_that_is_there)
{
	char path[FOLDER_PATH];

	ck_assert(place_is_folder(folder()));
	ck_assert(place_is_folder(folder_path(path, "hw")));
	ck_assert(!place_is_folder(folder_path(path, "hw/b200.csv")));
	ck_assert(!place_is_folder(folder_path(path, "none")));
}
END_TEST

/* What a place has, a line a name: sorted, without endings, prior left out. */
static const struct { const struct place *of; const char *lines; } held[] = {
	{ &place_gpus, "a100\nb200\n" },
	{ &place_stacks, "prior2\nsglang\n" },
	{ &place_models, "r1\nv3\n" },
	{ &place_sheets, "r1\n" },
};

START_TEST(a_place_has_the_names_of_its_ending_sorted)
{
	struct text out = TEXT_INIT;

	text_add(&out, "+");		/* appended */
	place_lines(folder(), held[_i].of, &out);
	ck_assert_str_eq(out.buf + 1, held[_i].lines);
	text_release(&out);
}
END_TEST

START_TEST(names_of_several_places_stand_one_behind_the_other)
{
	struct place_names n = { 0 };

	place_names(&n, folder(), &place_models);
	place_names(&n, folder(), &place_gpus);
	place_names(&n, "/nowhere", &place_gpus);
	place_names(&n, NULL, &place_gpus);
	ck_assert_int_eq(n.nr, 4);
	ck_assert_str_eq(n.name[0], "r1");
	ck_assert_str_eq(n.name[1], "v3");
	ck_assert_str_eq(n.name[2], "a100");	/* each sorted by itself */
	ck_assert_str_eq(n.name[3], "b200");
	place_names_release(&n);
	ck_assert_int_eq(n.nr, 0);
	ck_assert_ptr_null(n.name);
}
END_TEST

START_TEST(without_a_data_folder_there_is_no_name)
{
	struct text out = TEXT_INIT;

	place_lines(NULL, &place_gpus, &out);
	ck_assert_uint_eq(out.len, 0);
	ck_assert(!place_has(NULL, "models", "r1"));
	ck_assert_int_eq(place_find(&out, NULL, &place_gpus, "h200", &why),
			 -1);
	rows_said(&why, "there is no data folder to look up GPU \"h200\"; set "
		  "DEEPROOF_DATA to the folder that has hw/ and models/");
	ck_assert_int_eq(place_find(&out, NULL, &place_gpus, "h200.csv",
				    &why), 0);
	ck_assert_str_eq(out.buf, "h200.csv");	/* a path needs none */
	text_release(&out);
}
END_TEST

/* DIR stands for the folder. NULL: refused. */
static const struct {
	const struct place *of;
	const char *name, *path;
} found[] = {
	{ &place_gpus, "b200", "DIR/hw/b200.csv" },
	{ &place_gpus, "b200.csv", "b200.csv" },
	{ &place_gpus, "./b200", "./b200" },
	{ &place_models, "r1", "DIR/models/r1.json" },
	{ &place_sheets, "r1", "DIR/models/r1.csv" },
	{ &place_sheets, "v3", NULL },
	{ &place_stacks, "sglang", "DIR/hw/stacks/sglang.csv" },
	{ &place_stacks, "prior2", "DIR/hw/stacks/prior2.csv" },
	{ &place_stacks, "prior", NULL },
	{ &place_gpus, "sglang", NULL },
};

START_TEST(a_name_is_a_file_of_its_place_and_a_path_is_itself)
{
	struct text out = TEXT_INIT, want = TEXT_INIT;
	const char *path = found[_i].path;
	int rc;

	text_add(&out, "+");
	rc = place_find(&out, folder(), found[_i].of, found[_i].name, &why);
	ck_assert_int_eq(rc, path ? 0 : -1);
	if (path && !strncmp(path, "DIR", 3))
		text_addf(&want, "+%s%s", folder(), path + 3);
	else
		text_addf(&want, "+%s", path ? path : "");
	ck_assert_str_eq(out.buf, want.buf);
	text_release(&out);
	text_release(&want);
}
END_TEST

static const struct {
	const struct place *of;
	const char *name, *says;
} nearest[] = {
	{ &place_gpus, "a10", "there is no GPU \"a10\" in DIR/hw; did you mean "
	  "\"a100\"?" },
	{ &place_stacks, "sglng", "there is no stack \"sglng\" in "
	  "DIR/hw/stacks; did you mean \"sglang\"?" },
	{ &place_models, "deepseek-ai/V3", "there is no model \"deepseek-ai/V3"
	  "\" in DIR/models; did you mean \"v3\"?" },
	{ &place_models, "gpt", "there is no model \"gpt\" in DIR/models; "
	  "write a name of that folder or the path of a .json file" },
	{ &place_sheets, "gpt", "there is no model sheet \"gpt\" in DIR/"
	  "models; write a name of that folder or the path of a .csv file" },
};

START_TEST(a_name_that_is_none_is_told_the_nearest)
{
	struct text out = TEXT_INIT, want = TEXT_INIT;
	const char *at = strstr(nearest[_i].says, "DIR");

	ck_assert_int_eq(place_find(&out, folder(), nearest[_i].of,
				    nearest[_i].name, &why), -1);
	text_addf(&want, "%.*s%s%s", (int)(at - nearest[_i].says),
		  nearest[_i].says, folder(), at + 3);
	rows_said(&why, want.buf);
	ck_assert_uint_eq(out.len, 0);
	text_release(&want);
}
END_TEST

static const struct { const char *in, *name; bool has; } having[] = {
	{ "hw", "b200", true }, { "hw", "b20", false }, { "hw", "", false },
	{ "hw", "README", false }, { "models", "v3", true },
	{ "models", "r1", true }, { "models", "v4", false },
	{ "hw/stacks", "prior", true }, { "none", "b200", false },
};

START_TEST(a_folder_has_a_name_by_either_ending)
{
	ck_assert_int_eq(place_has(folder(), having[_i].in, having[_i].name),
			 having[_i].has);
}
END_TEST

/* Where the program looks, in this order. */
START_TEST(the_data_folder_is_the_one_given_then_the_one_worked_in)
{
	struct text out = TEXT_INIT;

	ck_assert_int_eq(setenv("DEEPROOF_DATA", "/any/where", 1), 0);
	place_root(&out);	/* it is not looked at */
	ck_assert_str_eq(out.buf, "/any/where");
	text_release(&out);
	ck_assert_int_eq(setenv("DEEPROOF_DATA", "", 1), 0);
	ck_assert_int_eq(chdir(folder()), 0);
	place_root(&out);
	ck_assert_str_eq(out.buf, ".");
	text_release(&out);
	ck_assert_int_eq(unsetenv("DEEPROOF_DATA"), 0);
	ck_assert_int_eq(chdir("/"), 0);	/* no hw/ there or by us */
	place_root(&out);
	ck_assert_uint_eq(out.len, 0);
	text_release(&out);
}
END_TEST

/* A whole file is told where it is named; a line, an option, no file is not. */
START_TEST(a_file_that_is_named_is_told_by_line)
{
	static const struct { const char *file; int row; const char *want; }
	t[] = {
		{ "my.csv", 0, "rows.csv:7: my.csv: bad; mend it" },
		{ "my.csv", 3, "my.csv:3: bad; mend it" },
		{ "--hw", 0, "--hw: bad; mend it" },
		{ "", 0, "bad; mend it" },
	};

	for (int i = 0; i < NR(t); i++) {
		struct fault f;
		char out[80];

		fault_at(&f, t[i].file, t[i].row, 0);
		fault_what(&f, "bad");
		fault_remedy(&f, "mend it");
		fault_named(&f, "rows.csv", 7);
		fault_print(&f, out, sizeof(out));
		ck_assert_str_eq(out, t[i].want);
	}
}
END_TEST

/* A program by itself: each kind of name is a sentence, and no path is. */
START_TEST(a_program_without_its_data_says_what_to_set)
{
	static const char says[] = "there is no data folder to look up %s "
		"\"%s\"; set DEEPROOF_DATA to the folder that has hw/ and "
		"models/";
	struct stack_spec spec = { "sglang", "", "sm90" };
	struct facts facts = { 0 };
	struct shelf *s;
	char want[256];

	unsetenv("DEEPROOF_DATA");
	ck_assert_int_eq(chdir("/"), 0);
	s = shelf_open();
	ck_assert_ptr_null(shelf_gpu(s, "h200", &why));
	snprintf(want, sizeof(want), says, "GPU", "h200");
	rows_said(&why, want);
	ck_assert_ptr_null(shelf_stack(s, &spec, &why));
	snprintf(want, sizeof(want), says, "stack", "sglang");
	rows_said(&why, want);
	ck_assert_ptr_null(shelf_model(s, "r1", &why));
	snprintf(want, sizeof(want), says, "model", "r1");
	rows_said(&why, want);
	ck_assert_ptr_null(shelf_gpu(s, "./h200.csv", &why));
	rows_said(&why, "./h200.csv: cannot read: No such file or directory");
	ck_assert(!shelf_has(s, "hw", "h200"));
	ck_assert_int_eq(shelf_sheet(s, "hw/stacks", "prior", &facts, &why),
			 -1);
	rows_said(&why, "./hw/stacks/prior.csv: cannot read: No such file or "
		  "directory");
	facts_release(&facts);
	shelf_free(s);
}
END_TEST

/* What it packs is a head and no more. */
START_TEST(a_bundle_of_no_data_is_its_head)
{
	struct text out = TEXT_INIT;
	struct shelf *s;

	unsetenv("DEEPROOF_DATA");
	ck_assert_int_eq(chdir("/"), 0);
	s = shelf_open();
	ck_assert_int_eq(shelf_bundle(s, &out, &why), 0);
	ck_assert(out.len > 0);
	ck_assert_ptr_null(strstr(out.buf, "[gpu"));
	shelf_free(s);
	text_release(&out);
}
END_TEST

static char home[4096];

/* The folder is known from here; tests go elsewhere. */
static void leave(void)
{
	ck_assert_int_eq(chdir(home), 0);
	folder_remove();
}

static void enter(void)
{
	ck_assert_ptr_nonnull(getcwd(home, sizeof(home)));
	setup();
}

Suite *suite_place(void)
{
	Suite *s = suite_create("place");
	TCase *t = tcase_create("places");

	tcase_add_checked_fixture(t, enter, leave);
	tcase_add_loop_test(t, a_slash_or_an_ending_makes_a_path, 0,
			    NR(paths));
	tcase_add_test(t, a_folder_is_one_that_is_there);
	tcase_add_loop_test(t, a_place_has_the_names_of_its_ending_sorted, 0,
			    NR(held));
	tcase_add_test(t,
		names_of_several_places_stand_one_behind_the_other);
	tcase_add_test(t, without_a_data_folder_there_is_no_name);
	tcase_add_loop_test(t,
		a_name_is_a_file_of_its_place_and_a_path_is_itself, 0,
		NR(found));
	tcase_add_loop_test(t, a_name_that_is_none_is_told_the_nearest, 0,
			    NR(nearest));
	tcase_add_loop_test(t, a_folder_has_a_name_by_either_ending, 0,
			    NR(having));
	tcase_add_test(t,
		the_data_folder_is_the_one_given_then_the_one_worked_in);
	tcase_add_test(t, a_program_without_its_data_says_what_to_set);
	tcase_add_test(t, a_bundle_of_no_data_is_its_head);
	tcase_add_test(t, a_file_that_is_named_is_told_by_line);
	suite_add_tcase(s, t);
	return s;
}
