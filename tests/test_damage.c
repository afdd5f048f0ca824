/* The accidents themselves: repeatable, bounded, and of every kind. */
#include <string.h>

#include "tests/damage.h"
#include "tests/tests.h"

enum { SEEDS = 400 };

static const char intact[] = "key,value\nhbm,4.8\nclock,1.98\n";

struct ruin {
	char bytes[64];
	struct damage d;
};

static void ruin(struct ruin *r, uint64_t seed)
{
	memcpy(r->bytes, intact, sizeof(intact));
	r->d = (struct damage){ r->bytes, sizeof(intact) - 1,
				sizeof(r->bytes) - 8, seed };
	memset(r->bytes + r->d.room, '!', 8);
	damage_do(&r->d);
}

START_TEST(same_seed_same_bytes)
{
	struct ruin a, b;

	ruin(&a, (uint64_t)_i);
	ruin(&b, (uint64_t)_i);
	ck_assert_uint_eq(a.d.len, b.d.len);
	ck_assert_mem_eq(a.bytes, b.bytes, a.d.len);
}
END_TEST

START_TEST(stays_in_its_room)
{
	struct ruin r;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		ruin(&r, seed);
		ck_assert_uint_le(r.d.len, r.d.room);
		ck_assert_mem_eq(r.bytes + r.d.room, "!!!!!!!!", 8);
	}
}
END_TEST

/* Of 400 seeds some cut, some lengthen, some keep the length. */
START_TEST(every_kind)
{
	int shorter = 0, longer = 0, as_long = 0;
	struct ruin r;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		ruin(&r, seed);
		shorter += r.d.len < sizeof(intact) - 1;
		longer += r.d.len > sizeof(intact) - 1;
		as_long += r.d.len == sizeof(intact) - 1 &&
			memcmp(r.bytes, intact, r.d.len) != 0;
	}
	ck_assert_int_gt(shorter, SEEDS / 10);
	ck_assert_int_gt(longer, SEEDS / 10);
	ck_assert_int_gt(as_long, SEEDS / 40);
}
END_TEST

START_TEST(nothing_is_left_alone)
{
	char none[1] = "";
	struct damage d = { none, 0, sizeof(none), 1 };

	damage_do(&d);
	ck_assert_uint_eq(d.len, 0);
}
END_TEST

/* splitmix64 of seed 0: its first number, 0xe220a8397b1dcdaf (Vigna). */
START_TEST(draws_are_splitmix)
{
	struct damage d = { 0 };

	ck_assert_uint_eq(damage_draw(&d, UINT64_MAX), 0xe220a8397b1dcdafu);
	ck_assert_uint_eq(damage_draw(&d, 1), 0);
}
END_TEST

Suite *suite_damage(void)
{
	Suite *suite = suite_create("damage");
	TCase *tcase = tcase_create("damage");

	tcase_add_loop_test(tcase, same_seed_same_bytes, 0, 20);
	tcase_add_test(tcase, stays_in_its_room);
	tcase_add_test(tcase, every_kind);
	tcase_add_test(tcase, nothing_is_left_alone);
	tcase_add_test(tcase, draws_are_splitmix);
	suite_add_tcase(suite, tcase);
	return suite;
}
