/*
 * What the fuzzers call, without clang: each reader is given what ships, whole
 * and in pieces, and the same damaged, from a fixed seed. A reader that is
 * wrong aborts. `make fuzz` looks for inputs that reach new code.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/damage.h"
#include "tests/tests.h"

enum { ROOM = 1 << 16, PIECE = 2000, DAMAGED = 600 };

typedef int reader(const uint8_t *data, size_t size);

reader fuzz_claim, fuzz_config, fuzz_csv, fuzz_embed, fuzz_measure,
       fuzz_options, fuzz_sheet, fuzz_tool;

static reader *const readers[] = {
	fuzz_claim, fuzz_config, fuzz_csv, fuzz_embed, fuzz_measure,
	fuzz_options, fuzz_sheet, fuzz_tool,
};

enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static glob_t shipped;
static char whole[ROOM];

static void list_shipped(void)
{
	static const char *const where[] = {
		"hw/*.csv", "hw/stacks/*.csv", "models/*.json",
		"models/*.csv", "tests/golden/*.out", "tests/wild.csv",
		"experiments/calibrate/*.*", "experiments/kernels/*.csv",
	};

	for (size_t i = 0; i < sizeof(where) / sizeof(*where); i++)
		glob(where[i], i ? GLOB_APPEND : 0, NULL, &shipped);
	ck_assert_uint_gt(shipped.gl_pathc, READERS);
}

static void forget_shipped(void)
{
	globfree(&shipped);
}

static size_t load(const char *path)
{
	FILE *in = fopen(path, "rb");
	size_t len;

	ck_assert_ptr_nonnull(in);
	len = fread(whole, 1, ROOM / 2, in);
	fclose(in);
	return len;
}

/* A reader may look past what it is given: a block of its own shows that. */
static void give(reader *read, const char *bytes, size_t len)
{
	uint8_t *own = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(own);
	memcpy(own, bytes, len);
	ck_assert_int_eq(read(own, len), 0);
	free(own);
}

/* From some byte on, a piece; the first byte is any. */
static void cut(struct damage *d)
{
	size_t from = damage_draw(d, d->len), most = d->len - from;
	size_t len = 1 + damage_draw(d, most < PIECE ? most : PIECE);

	memmove(d->bytes, d->bytes + from, len);
	d->bytes[0] = (char)damage_draw(d, UINT8_MAX + 1);
	d->len = len;
}

START_TEST(nothing_at_all)
{
	give(readers[_i], "", 0);
	give(readers[_i], "\n", 1);
}
END_TEST

START_TEST(what_ships)
{
	for (size_t i = (size_t)_i; i < shipped.gl_pathc; i += READERS) {
		size_t len = load(shipped.gl_pathv[i]);

		for (int r = 0; r < READERS; r++)
			give(readers[r], whole, len);
	}
}
END_TEST

START_TEST(damaged)
{
	struct damage d = { .bytes = whole, .room = ROOM,
			    .state = (uint64_t)_i };

	for (int i = 0; i < DAMAGED; i++) {
		size_t file = damage_draw(&d, shipped.gl_pathc);

		d.len = load(shipped.gl_pathv[file]);
		if (!d.len)
			continue;
		if (i % 4)
			cut(&d);
		damage_do(&d);
		give(readers[_i], whole, d.len);
	}
}
END_TEST

Suite *suite_fuzzers(void)
{
	Suite *suite = suite_create("fuzzers");
	TCase *tcase = tcase_create("fuzzers");

	tcase_add_unchecked_fixture(tcase, list_shipped, forget_shipped);
	tcase_add_loop_test(tcase, nothing_at_all, 0, READERS);
	tcase_add_loop_test(tcase, what_ships, 0, READERS);
	tcase_add_loop_test(tcase, damaged, 0, READERS);
	suite_add_tcase(suite, tcase);
	return suite;
}
