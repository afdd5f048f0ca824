#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "read/checksum.h"
#include "read/file.h"
#include "tests/folder.h"
#include "tests/rows.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct fault why;
static char path[FOLDER_PATH], part[FOLDER_PATH], id[FOLDER_PATH],
	    lock[FOLDER_PATH];

static void setup(void)
{
	folder_make();
	memset(&why, 0, sizeof(why));
	folder_path(path, "out.csv");
	folder_path(part, "out.csv.part");
	folder_path(id, "out.csv.part.id");
	folder_path(lock, "out.csv.part.lock");
}

/* The file holds this; NULL: there is none. Not read by file_read. */
static void holds(const char *name, const char *want)
{
	FILE *f = fopen(name, "rb");
	char got[512];
	size_t nr;

	if (!want) {
		ck_assert_msg(!f, "%s is there", name);
		return;
	}
	ck_assert_msg(f != NULL, "%s is not there", name);
	nr = fread(got, 1, sizeof(got) - 1, f);
	got[nr] = '\0';
	fclose(f);
	ck_assert_str_eq(got, want);
}

static void add(struct flow *f, const char *words)
{
	struct text t = TEXT_INIT;

	text_add(&t, words);
	ck_assert_msg(!flow_add(f, &t, &why), "%s", why.what);
	text_release(&t);
}

/* Bytes of the records told, and how many they are. */
static size_t told_bytes;

static void tell(void *of, const struct text *record)
{
	ck_assert_uint_gt(record->len, 0);
	ck_assert_int_eq(record->buf[record->len - 1], '\n');
	told_bytes += record->len;
	++*(int64_t *)of;
}

static int resume(struct flow *f, const char *name, const char *who,
		  int64_t *records)
{
	const struct flow_part p = { name, who, tell, records };

	*records = 0;
	told_bytes = 0;
	return flow_resume(f, &p, &why);
}

/* The fault is FILE and this. */
static void refused(const char *file, const char *says)
{
	char want[640];

	snprintf(want, sizeof(want), "%s: %s", file, says);
	rows_said(&why, want);
}

/* ---- as it goes ---- */

START_TEST(what_flows_stands_beside_until_it_is_kept)
{
	struct text nothing = TEXT_INIT;
	struct flow f;
	char beside[FOLDER_PATH];

	folder_put("out.csv", "before");
	ck_assert_int_eq(flow_open(&f, path, &why), 0);
	add(&f, "one\n");
	ck_assert_int_eq(flow_add(&f, &nothing, &why), 0);
	add(&f, "two\n");
	holds(path, "before");
	snprintf(beside, sizeof(beside), "%s", f.beside.buf);
	ck_assert_int_eq(flow_keep(&f, &why), 0);
	holds(path, "one\ntwo\n");
	holds(beside, NULL);
}
END_TEST

START_TEST(what_is_dropped_leaves_nothing)
{
	struct flow f;
	char beside[FOLDER_PATH];

	folder_put("out.csv", "before");
	ck_assert_int_eq(flow_open(&f, path, &why), 0);
	add(&f, "one\n");
	snprintf(beside, sizeof(beside), "%s", f.beside.buf);
	flow_drop(&f);
	holds(path, "before");
	holds(beside, NULL);
}
END_TEST

START_TEST(a_flow_keeps_the_permissions_of_what_it_replaces)
{
	struct flow f;
	struct stat st;

	folder_put("out.csv", "before");
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(flow_open(&f, path, &why), 0);
	ck_assert_int_eq(flow_keep(&f, &why), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq((int)(st.st_mode & 0777), 0640);
	holds(path, "");
}
END_TEST

START_TEST(what_was_read_is_not_written_over)
{
	struct text t = TEXT_INIT;
	struct flow f;
	int64_t records;
	char link[FOLDER_PATH];

	folder_put("out.csv", "before");
	ck_assert_int_eq(file_read(path, &t, &why), 0);
	ck_assert_str_eq(t.buf, "before");
	text_release(&t);
	ck_assert_int_eq(flow_open(&f, path, &why), -1);
	refused(path, "this file was read, and would be written over; write to "
		"another");
	ck_assert_int_eq(resume(&f, path, "a", &records), -1);
	/* by another name as well */
	ck_assert_int_eq(symlink("out.csv", folder_path(link, "link")), 0);
	ck_assert_int_eq(flow_open(&f, link, &why), -1);
	holds(path, "before");
	holds(part, NULL);
	file_forget();
	ck_assert_int_eq(flow_open(&f, path, &why), 0);
	flow_drop(&f);
	holds(path, "before");
}
END_TEST

/* A sweep reads the sheet that a row names when it comes to that row. */
START_TEST(what_was_read_meanwhile_is_not_written_over)
{
	struct text t = TEXT_INIT;
	struct flow f;
	char link[FOLDER_PATH];

	folder_put("out.csv", "before");
	ck_assert_int_eq(symlink("out.csv", folder_path(link, "link")), 0);
	ck_assert_int_eq(flow_open(&f, _i ? link : path, &why), 0);
	ck_assert_int_eq(file_read(path, &t, &why), 0);
	text_release(&t);
	add(&f, "after");
	ck_assert_int_eq(flow_keep(&f, &why), -1);
	refused(_i ? link : path, "this file was read, and would be written "
		"over; write to another");
	file_forget();
	holds(path, "before");
	unlink(link);
	unlink(path);
	ck_assert_msg(!rmdir(folder()), "something lies beside it");
	ck_assert_int_eq(mkdir(folder(), 0700), 0);
}
END_TEST

START_TEST(a_device_takes_the_pieces_as_they_come)
{
	struct text t = TEXT_INIT;
	struct flow f;

	ck_assert_int_eq(flow_open(&f, "/dev/null", &why), 0);
	ck_assert_ptr_null(f.beside.buf);
	add(&f, "one");
	ck_assert_int_eq(flow_keep(&f, &why), 0);
	/* and a full one says so at the end, where not before */
	ck_assert_int_eq(flow_open(&f, "/dev/full", &why), 0);
	text_add(&t, "one");
	ck_assert_int_eq(flow_add(&f, &t, &why) || flow_keep(&f, &why), 1);
	refused("/dev/full", "cannot write: No space left on device");
	text_release(&t);
}
END_TEST

START_TEST(a_folder_that_is_not_there_takes_no_flow)
{
	struct flow f;
	int64_t records;
	char none[FOLDER_PATH], beside[FOLDER_PATH];

	folder_path(none, "none/out.csv");
	folder_path(beside, "none/out.csv.part.lock");
	ck_assert_int_eq(flow_open(&f, none, &why), -1);
	refused(none, "cannot write: No such file or directory");
	ck_assert_int_eq(flow_open(&f, folder(), &why), -1);
	refused(folder(), "cannot write: Is a directory");
	ck_assert_int_eq(resume(&f, none, "a", &records), -1);
	refused(none, "cannot write: No such file or directory");
}
END_TEST

/* ---- taken up again ---- */

/* What an earlier program left, its whole records, and their bytes. */
static const struct {
	const char *left;
	int64_t records;
	size_t bytes;
} left[] = {
	{ "", 0, 0 },
	{ "a,b\n", 1, 4 },
	{ "a,b\n1,2\n", 2, 8 },
	{ "a,b\n1,2", 1, 4 },		/* cut in the middle of a row */
	{ "a,b\n1,2\n3,", 2, 8 },
	{ "a", 0, 0 },
	{ "\n\n", 2, 2 },
	/* a line's end within quotes is none: 'x<LF>y',2 is one record */
	{ "a,b\n'x\ny',2\n", 2, 12 },
	{ "a,b\n'x\n", 1, 4 },
	{ "a,b\n'x''\n',2\n9", 2, 13 },	/* a quote twice is a quote */
	{ "a,b\n'x'\n'y'\n", 3, 12 },
};

START_TEST(whole_records_are_taken_up_and_a_piece_of_one_is_not)
{
	struct flow f;
	int64_t records = -1;
	char want[64];
	size_t n = left[_i].bytes;

	folder_put("out.csv.part", left[_i].left);
	folder_put("out.csv.part.id", "mine\n");
	ck_assert_msg(!resume(&f, path, "mine", &records), "%s",
		      why.what);
	ck_assert_int_eq(records, left[_i].records);
	ck_assert_uint_eq(told_bytes, n);
	add(&f, "Z\n");
	for (size_t i = 0; i < n; i++)
		want[i] = (char)(left[_i].left[i] == '\'' ? '"' :
				 left[_i].left[i]);
	strcpy(want + n, "Z\n");
	holds(part, want);	/* it is there at once, for the next program */
	holds(path, NULL);
	ck_assert_int_eq(flow_keep(&f, &why), 0);
	holds(path, want);
	holds(part, NULL);
	holds(id, NULL);
	holds(lock, NULL);
}
END_TEST

START_TEST(the_first_to_write_says_whose_it_is)
{
	struct flow f;
	int64_t records = -1;

	folder_put("out.csv.part.id", "of another, whose part is gone\n");
	ck_assert_int_eq(resume(&f, path, "mine", &records), 0);
	ck_assert_int_eq(records, 0);
	holds(id, "mine\n");
	holds(part, "");
	add(&f, "a\n");
	flow_drop(&f);
	holds(part, "a\n");	/* a drop leaves what was written */
	holds(id, "mine\n");
	ck_assert_int_eq(resume(&f, path, "mine", &records), 0);
	ck_assert_int_eq(records, 1);
	add(&f, "b\n");
	ck_assert_int_eq(flow_keep(&f, &why), 0);
	holds(path, "a\nb\n");
}
END_TEST

/* Another's id, one that only begins alike, and none at all. */
static const char *const others[] = { "other\n", "mine2\n", "mine",
				      "mine\nmine\n", "", NULL };

START_TEST(another_sweeps_part_is_left_alone)
{
	struct flow f;
	int64_t records;

	folder_put("out.csv.part", "a\nb");
	folder_put("out.csv.part.id", others[_i]);
	ck_assert_int_eq(resume(&f, path, "mine", &records), -1);
	refused(part, "it is of another sweep; give the options of that one, "
		"or remove it and its .id");
	holds(part, "a\nb");
	holds(id, others[_i]);
}
END_TEST

/* Another program at it: a child that has it and waits. */
START_TEST(two_programs_do_not_go_on_with_one_part)
{
	int up[2], down[2];
	struct flow f;
	int64_t records;
	char c = 0;
	pid_t child;

	ck_assert(!pipe(up) && !pipe(down));
	child = fork();
	if (!child) {
		c = (char)(resume(&f, path, "mine", &records) ?
			   'n' : 'y');
		if (write(up[1], &c, 1) == 1 && read(down[0], &c, 1) == 1)
			flow_drop(&f);
		_exit(0);
	}
	ck_assert_int_eq((int)read(up[0], &c, 1), 1);
	ck_assert_int_eq(c, 'y');
	ck_assert_int_eq(resume(&f, path, "mine", &records), -1);
	refused(part, "another program is writing it; wait for that one, or "
		"give another -o");
	ck_assert_int_eq((int)write(down[1], &c, 1), 1);
	waitpid(child, NULL, 0);
	ck_assert_int_eq(resume(&f, path, "mine", &records), 0);
	flow_drop(&f);
}
END_TEST

/* ---- drafts ---- */

START_TEST(a_draft_of_a_device_is_written_when_it_is_kept)
{
	struct text t = TEXT_INIT;
	struct draft d;

	text_add(&t, "one");
	ck_assert_int_eq(draft_make(&d, "/dev/null", &t, &why), 0);
	ck_assert_ptr_null(d.beside.buf);
	draft_drop(&d);
	ck_assert_int_eq(draft_make(&d, "/dev/full", &t, &why), 0);
	ck_assert_int_eq(draft_keep(&d, &why), -1);
	refused("/dev/full", "cannot write: No space left on device");
	text_release(&t);
}
END_TEST

/* Its folder goes between the two steps. */
START_TEST(a_draft_that_cannot_be_kept_is_a_fault)
{
	struct text t = TEXT_INIT;
	struct draft d;
	char in[FOLDER_PATH], at[FOLDER_PATH];

	text_add(&t, "one");
	ck_assert_int_eq(mkdir(folder_path(in, "in"), 0777), 0);
	folder_path(at, "in/out.csv");
	ck_assert_int_eq(draft_make(&d, at, &t, &why), 0);
	ck_assert_int_eq(unlink(d.beside.buf), 0);
	ck_assert_int_eq(draft_keep(&d, &why), -1);
	refused(at, "cannot write: No such file or directory");
	holds(at, NULL);
	text_release(&t);
}
END_TEST

/* ---- checksums ---- */

/*
 * What cksum of GNU coreutils prints. Of no byte: all ones. Of one NUL byte
 * the register is 0 until the length, 1, goes in: the table's entry of 1 is the
 * generator 0x04C11DB7, whose complement is 0xFB3EE248 = 4215202376.
 */
static const struct { const char *bytes; uint64_t size; uint32_t crc; }
sums[] = {
	{ "", 0, 4294967295u }, { "", 1, 4215202376u },
	{ "123456789", 9, 930766865u },
};

START_TEST(a_file_has_the_checksum_that_cksum_prints)
{
	uint32_t crc = 1;
	uint64_t size = 1;
	FILE *f = fopen(path, "wb");

	ck_assert_uint_eq(fwrite(sums[_i].bytes, 1, sums[_i].size, f),
			  sums[_i].size);
	fclose(f);
	ck_assert_int_eq(checksum_file(path, &crc, &size, &why), 0);
	ck_assert_uint_eq(crc, sums[_i].crc);
	ck_assert_uint_eq(size, sums[_i].size);
}
END_TEST

/*
 * More than the 65,536 bytes that are read at a time: the sum of the pieces in
 * any cut. The size of 70,000 goes in byte by byte, 0x011170 lowest first.
 */
START_TEST(a_large_file_is_summed_in_pieces)
{
	enum { SIZE = 70000 };
	static char bytes[SIZE];
	uint32_t crc, want;
	uint64_t size;
	FILE *f = fopen(path, "wb");

	for (int i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * i);
	ck_assert_uint_eq(fwrite(bytes, 1, SIZE, f), SIZE);
	fclose(f);
	want = checksum_add(0, bytes, 1);
	want = checksum_add(want, bytes + 1, SIZE - 1);
	ck_assert_uint_eq(checksum_end(want, SIZE), ~checksum_add(want,
		"\x70\x11\x01", 3));
	ck_assert_int_eq(checksum_file(path, &crc, &size, &why), 0);
	ck_assert_uint_eq(crc, checksum_end(want, SIZE));
	ck_assert_uint_eq(size, SIZE);
}
END_TEST

START_TEST(what_cannot_be_read_has_no_checksum)
{
	uint32_t crc = 1;
	uint64_t size = 1;

	ck_assert_int_eq(checksum_file(path, &crc, &size, &why), -1);
	refused(path, "cannot read: No such file or directory");
	ck_assert_int_eq(checksum_file(folder(), &crc, &size, &why), -1);
	refused(folder(), "cannot read: Is a directory");
	ck_assert_uint_eq(crc, 0);
	ck_assert_uint_eq(size, 0);
}
END_TEST

Suite *suite_flow(void)
{
	Suite *s = suite_create("flow");
	TCase *t = tcase_create("flow");

	tcase_add_checked_fixture(t, setup, folder_remove);
	tcase_add_test(t, what_flows_stands_beside_until_it_is_kept);
	tcase_add_test(t, what_is_dropped_leaves_nothing);
	tcase_add_test(t, a_flow_keeps_the_permissions_of_what_it_replaces);
	tcase_add_test(t, what_was_read_is_not_written_over);
	tcase_add_loop_test(t, what_was_read_meanwhile_is_not_written_over, 0,
			    2);
	tcase_add_test(t, a_device_takes_the_pieces_as_they_come);
	tcase_add_test(t, a_folder_that_is_not_there_takes_no_flow);
	tcase_add_loop_test(t,
		whole_records_are_taken_up_and_a_piece_of_one_is_not, 0,
		NR(left));
	tcase_add_test(t, the_first_to_write_says_whose_it_is);
	tcase_add_loop_test(t, another_sweeps_part_is_left_alone, 0,
			    NR(others));
	tcase_add_test(t, two_programs_do_not_go_on_with_one_part);
	tcase_add_test(t, a_draft_of_a_device_is_written_when_it_is_kept);
	tcase_add_test(t, a_draft_that_cannot_be_kept_is_a_fault);
	tcase_add_loop_test(t, a_file_has_the_checksum_that_cksum_prints, 0,
			    NR(sums));
	tcase_add_test(t, a_large_file_is_summed_in_pieces);
	tcase_add_test(t, what_cannot_be_read_has_no_checksum);
	suite_add_tcase(s, t);
	return s;
}
