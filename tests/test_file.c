#include "tests/tests.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/file.h"
#include "read/sheet.h"

/* The fault is this sentence. */
static void ck_fault(const struct fault *why, const char *want)
{
	char out[800];

	fault_print(why, out, sizeof(out));
	ck_assert_str_eq(out, want);
}

/* Each test has a folder of its own, in $TMPDIR or else in build/. */
static char folder[200];

static void make_folder(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/test-XXXXXX",
		 tmp ? tmp : "build");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	file_forget();
}

/* Nothing else was left in it, or rmdir fails. */
static void remove_folder(void)
{
	ck_assert_int_eq(rmdir(folder), 0);
}

static const char *in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int write_word(const char *path, const char *word, struct fault *why)
{
	struct text t = TEXT_INIT;
	int rc;

	text_add(&t, word);
	rc = file_write(path, &t, why);
	text_release(&t);
	return rc;
}

/* The file holds this. */
static void ck_holds(const char *path, const char *want)
{
	struct text t = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(file_read(path, &t, &why), 0);
	ck_assert_str_eq(t.buf, want);
	text_release(&t);
	file_forget();
}

START_TEST(what_is_written_is_read)
{
	const char *path = in_folder("a");
	struct fault why;

	ck_assert_int_eq(write_word(path, "one", &why), 0);
	ck_holds(path, "one");
	ck_assert_int_eq(write_word(path, "", &why), 0);
	ck_holds(path, "");
	unlink(path);
}
END_TEST

START_TEST(a_file_larger_than_a_chunk_is_read_whole)
{
	const char *path = in_folder("a");
	struct text t = TEXT_INIT, again = TEXT_INIT;
	struct fault why;

	for (int i = 0; i < 100000; i++)
		text_addf(&t, "%d\n", i);
	ck_assert_int_eq(file_write(path, &t, &why), 0);
	text_add(&again, "+");
	ck_assert_int_eq(file_read(path, &again, &why), 0);
	ck_assert_uint_eq(again.len, t.len + 1);
	ck_assert_int_eq(memcmp(again.buf + 1, t.buf, t.len + 1), 0);
	unlink(path);
	text_release(&t);
	text_release(&again);
}
END_TEST

START_TEST(a_draft_leaves_the_file_alone_until_it_is_kept)
{
	const char *path = in_folder("a");
	struct text t = TEXT_INIT;
	struct fault why;
	struct draft d;

	text_add(&t, "two");
	ck_assert_int_eq(write_word(path, "one", &why), 0);
	ck_assert_int_eq(draft_make(&d, path, &t, &why), 0);
	ck_holds(path, "one");
	draft_drop(&d);
	ck_holds(path, "one");
	ck_assert_int_eq(draft_make(&d, path, &t, &why), 0);
	ck_assert_int_eq(draft_keep(&d, &why), 0);
	ck_holds(path, "two");
	unlink(path);
	text_release(&t);
}
END_TEST

START_TEST(a_file_keeps_its_permissions)
{
	const char *path = in_folder("a");
	struct fault why;
	struct stat st;

	ck_assert_int_eq(write_word(path, "one", &why), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(write_word(path, "two", &why), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq((int)(st.st_mode & 0777), 0600);
	unlink(path);
}
END_TEST

START_TEST(a_link_is_written_through)
{
	char link[256];
	const char *path;
	struct fault why;

	strcpy(link, in_folder("link"));
	path = in_folder("a");
	ck_assert_int_eq(write_word(path, "longer", &why), 0);
	ck_assert_int_eq(symlink("a", link), 0);
	ck_assert_int_eq(write_word(link, "two", &why), 0);
	ck_holds(path, "two");
	ck_assert_int_eq(unlink(link), 0);
	unlink(path);
}
END_TEST

START_TEST(a_pipe_is_written_in_place)
{
	const char *path = in_folder("pipe");
	char got[8] = "";
	struct fault why;
	int fd;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_word(path, "one", &why), 0);
	ck_assert_int_eq((int)read(fd, got, sizeof(got) - 1), 3);
	ck_assert_str_eq(got, "one");
	close(fd);
	unlink(path);
}
END_TEST

START_TEST(a_full_device_is_a_fault)
{
	struct fault why;

	ck_assert_int_eq(write_word("/dev/full", "one", &why), -1);
	ck_fault(&why, "/dev/full: cannot write: No space left on device");
}
END_TEST

/* As a disk that fills up: no file may be larger than 4 bytes. */
/* By its own name, or through a link. */
START_TEST(a_write_that_fails_leaves_what_was_there)
{
	char path[256], link[256], want[320];
	const char *name = _i ? link : path;
	struct rlimit old, tight;
	struct fault why;
	int rc;

	strcpy(path, in_folder("a"));
	strcpy(link, in_folder("link"));
	ck_assert_int_eq(write_word(path, "one", &why), 0);
	ck_assert_int_eq(symlink("a", link), 0);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	tight = old;
	tight.rlim_cur = 4;
	setrlimit(RLIMIT_FSIZE, &tight);
	rc = write_word(name, "more than four", &why);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(rc, -1);
	snprintf(want, sizeof(want), "%s: cannot write: File too large", name);
	ck_fault(&why, want);
	ck_holds(path, "one");
	unlink(link);
	unlink(path);	/* and remove_folder finds no temporary */
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_a_fault)
{
	const char *path = in_folder("none/a");
	char want[320];
	struct text t = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(write_word(path, "one", &why), -1);
	snprintf(want, sizeof(want), "%s: cannot write: No such file or "
		 "directory", path);
	ck_fault(&why, want);
	ck_assert_int_eq(file_read(path, &t, &why), -1);
	snprintf(want, sizeof(want), "%s: cannot read: No such file or "
		 "directory", path);
	ck_fault(&why, want);
	text_release(&t);
}
END_TEST

START_TEST(a_folder_is_no_file)
{
	char want[320];
	struct text t = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(write_word(folder, "one", &why), -1);
	snprintf(want, sizeof(want), "%s: cannot write: Is a directory",
		 folder);
	ck_fault(&why, want);
	ck_assert_int_eq(file_read(folder, &t, &why), -1);
	snprintf(want, sizeof(want), "%s: cannot read: Is a directory",
		 folder);
	ck_fault(&why, want);
	text_release(&t);
}
END_TEST

START_TEST(tables_and_facts_load_from_a_path)
{
	const char *path = in_folder("toy.csv");
	struct facts fs;
	struct table t;
	struct fault why;

	ck_assert_int_eq(write_word(path, "key,value,err,unit,origin,source,"
				    "note\nk,2,,s,spec,s,\n", &why), 0);
	ck_assert_int_eq(table_load(&t, path, &why), 0);
	ck_assert_int_eq(t.rows, 1);
	ck_assert_str_eq(t.name, path);
	table_release(&t);
	ck_assert_int_eq(facts_load(&fs, path, &why), 0);
	ck_assert_str_eq(fs.name, "toy");
	ck_assert_double_eq(fs.fact[0].value, 2);
	facts_release(&fs);
	unlink(path);
}
END_TEST

/* Its first fact stands where the columns' names should: whatever else is
   wrong with that line, what is missing is the header. */
START_TEST(a_sheet_without_a_header_is_told_what_it_is)
{
	static const char *const first[] = { "arch,sm90,,name,spec,s,\n",
		"sms,1,1,count,spec,s,n\n", "sms,1,2,count,spec,s,n\n" };
	const char *path = in_folder("toy.csv");
	struct fault why;
	struct facts fs;
	char want[400];

	ck_assert_int_eq(write_word(path, first[_i], &why), 0);
	ck_assert_int_eq(facts_load(&fs, path, &why), -1);
	snprintf(want, sizeof(want), "%s: no column \"key\"; the header of a "
		 "sheet is key,value,err,unit,origin,source,note", path);
	ck_fault(&why, want);
	facts_release(&fs);
	unlink(path);
}
END_TEST

START_TEST(what_cannot_be_loaded_is_empty_and_a_fault)
{
	struct facts fs;
	struct table t;
	struct fault why;

	ck_assert_int_eq(table_load(&t, in_folder("no.csv"), &why), -1);
	ck_assert_int_eq(t.rows, 0);
	table_release(&t);
	ck_assert_int_eq(facts_load(&fs, in_folder("no.csv"), &why), -1);
	ck_assert_int_eq(fs.nr, 0);
	ck_assert_str_eq(fs.name, "no");
	facts_release(&fs);
}
END_TEST

/* A device may be a terminal; one that goes on and on is no sheet. */
START_TEST(a_device_without_an_end_is_refused)
{
	struct fault why = { .row = 0 };
	struct text got = TEXT_INIT;

	ck_assert_int_eq(file_read("/dev/zero", &got, &why), -1);
	ck_fault(&why, "/dev/zero: this is a device, and has no end; "
		 "name a file");
	text_release(&got);
	ck_assert_int_eq(file_read("/dev/null", &got, &why), 0);
	ck_assert_uint_eq(got.len, 0);
	text_release(&got);
}
END_TEST

Suite *suite_file(void)
{
	Suite *s = suite_create("file");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, make_folder, remove_folder);
	tcase_add_test(tc, what_is_written_is_read);
	tcase_add_test(tc, a_file_larger_than_a_chunk_is_read_whole);
	tcase_add_test(tc, a_draft_leaves_the_file_alone_until_it_is_kept);
	tcase_add_test(tc, a_file_keeps_its_permissions);
	tcase_add_test(tc, a_link_is_written_through);
	tcase_add_test(tc, a_pipe_is_written_in_place);
	tcase_add_test(tc, a_full_device_is_a_fault);
	tcase_add_loop_test(tc, a_write_that_fails_leaves_what_was_there, 0, 2);
	tcase_add_test(tc, a_folder_that_is_not_there_is_a_fault);
	tcase_add_test(tc, a_folder_is_no_file);
	tcase_add_test(tc, tables_and_facts_load_from_a_path);
	tcase_add_loop_test(tc, a_sheet_without_a_header_is_told_what_it_is, 0,
			    3);
	tcase_add_test(tc, what_cannot_be_loaded_is_empty_and_a_fault);
	tcase_add_test(tc, a_device_without_an_end_is_refused);
	suite_add_tcase(s, tc);
	return s;
}
