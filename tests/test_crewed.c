/* Rows shared out among threads, and handed on in order, each once. */
#include "tests/tests.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crew/crew.h"
#include "crew/lend.h"
#include "crew/progress.h"
#include "library/shelf.h"

/* ---- hands ---- */

struct hands_seen {
	pthread_mutex_t lock;
	int times[100];
};

static void count(void *arg, int i)
{
	struct hands_seen *c = arg;

	pthread_mutex_lock(&c->lock);
	c->times[i]++;
	pthread_mutex_unlock(&c->lock);
}

static const struct {
	int jobs, parts;
} shares[] = { { 1, 0 }, { 1, 1 }, { 1, 100 }, { 3, 1 }, { 3, 2 }, { 3, 99 },
	       { 64, 7 }, { 0, 20 } };

START_TEST(each_part_is_done_once)
{
	struct hands_seen c = { .lock = PTHREAD_MUTEX_INITIALIZER };
	int jobs = shares[_i].jobs;

	lend_hands(jobs ? &jobs : NULL, shares[_i].parts, count, &c);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(c.times[i], i < shares[_i].parts);
}
END_TEST

/* ---- pieces ---- */

static const struct {
	bool play;
	int64_t left;
	int rows;
} pieces[] = {
	{ false, 0, 0 }, { false, 1, 1 }, { false, 255, 255 },
	{ false, 256, 256 }, { false, 257, 256 },
	{ false, (int64_t)1 << 40, 256 }, { true, 3, 3 }, { true, 4, 4 },
	{ true, 5, 4 }, { true, 1000, 4 },
};

START_TEST(a_piece_has_256_rows_or_4_that_are_played)
{
	struct crew_spec spec = { .sweep = { .play = pieces[_i].play } };

	ck_assert_int_eq(crew_rows(&spec, pieces[_i].left), pieces[_i].rows);
}
END_TEST

/* The others take as long each: 700 of 1000 at 3 s for 300 are 7 s. */
static const struct {
	int64_t done, of;
	double took_s;
	const char *says;
} told[] = {
	{ 300, 1000, 3, "300 of 1000, 7 s left" },
	{ 0, 1000, 3, "0 of 1000" },
	{ 1, 2, 119.5, "1 of 2, 120 s left" },
	{ 1, 2, 120, "1 of 2, 2 min left" },
	{ 1, 2, 7141, "1 of 2, 120 min left" },		/* 119.02, begun */
	{ 1, 3, 3600, "1 of 3, 2 h left" },
	{ (int64_t)1 << 39, (int64_t)1 << 40, 1,
	  "549755813888 of 1099511627776, 1 s left" },
};

START_TEST(what_is_left_takes_as_long_each)
{
	struct text says = TEXT_INIT;

	progress_words(told[_i].done, told[_i].of, told[_i].took_s, &says);
	ck_assert_str_eq(says.buf, told[_i].says);
	text_release(&says);
}
END_TEST

START_TEST(a_piece_begins_empty)
{
	struct crew_piece p = { .malformed = 3, .unfit = 4, .kept = 5 };

	text_add(&p.text, "old");
	text_add(&p.notes, "older");
	crew_piece_begin(&p, 512, 256);
	ck_assert_int_eq(p.from, 512);
	ck_assert_int_eq(p.rows, 256);
	ck_assert_int_eq(p.malformed + p.unfit + p.kept, 0);
	ck_assert_uint_eq(p.text.len + p.notes.len, 0);
	crew_piece_release(&p);
	ck_assert_ptr_null(p.text.buf);
	ck_assert_ptr_null(p.notes.buf);
}
END_TEST

/* ---- rows ---- */

/*
 * Rows of a grid: every third has a layout that is none, every fifth no room,
 * the rest an answer.
 */
struct rows {
	int64_t next;		/* that is to be handed on */
	int malformed, unfit, kept, pieces, stop;
	struct text all;
};

static void read_row(const void *of, int64_t row, struct swept *s)
{
	(void)of;
	memset(s, 0, sizeof(*s));
	scenario_init(&s->scenario);
	strcpy(s->scenario.hw, "h200-sxm");
	strcpy(s->scenario.model, "deepseek-v3");
	s->scenario.gpus = row % 3 == 0 ? 7 : row % 5 == 0 ? 1 : 8;
	s->scenario.tp = row % 3 == 0 ? 2 : 1;	/* 2 divides no 7 */
	s->scenario.batch = 1 + (double)(row % 4);
	s->scenario.ctx = 1000;
}

static void each_row(void *of, int64_t row, const struct swept *s,
		     struct crew_piece *p)
{
	(void)of;
	text_addf(&p->text, "%d %d %.6g\n", (int)row, s->malformed,
		  s->malformed || !s->answer.fits ? 0 : s->answer.tok_s_gpu);
	p->kept += !s->malformed;
}

static int take_rows(void *of, struct crew_piece *p)
{
	struct rows *r = of;

	ck_assert_int_eq(p->from, r->next);	/* in order, none left out */
	r->next += p->rows;
	r->malformed += p->malformed;
	r->unfit += p->unfit;
	r->kept += p->kept;
	text_addn(&r->all, p->text.buf ? p->text.buf : "", p->text.len);
	return ++r->pieces == r->stop ? 7 : 0;
}

static int64_t shown, shown_of;

static void show(int64_t done, int64_t of)
{
	shown = done;
	shown_of = of;
}

static int run(struct rows *r, int64_t from, int64_t rows, int jobs)
{
	struct shelf *shelf = shelf_open();
	struct crew_spec spec = { .jobs = jobs, .progress = show,
				  .library = shelf_library(shelf) };
	struct crew_work work = { .from = from, .rows = rows,
		.read = read_row, .each = each_row, .take = take_rows,
		.of = r };
	int got;

	r->next = from;
	got = crew_run(&work, &spec);
	shelf_free(shelf);
	return got;
}

/* Of 600 rows 200 are malformed; of the 400 left 80 have one GPU. */
START_TEST(rows_come_in_order_whoever_answers_them)
{
	struct rows one = { .stop = 0 }, three = { .stop = 0 };

	ck_assert_int_eq(run(&one, 0, 600, 1), 0);
	ck_assert_int_eq(run(&three, 0, 600, 3), 0);
	ck_assert_str_eq(one.all.buf, three.all.buf);
	ck_assert_int_eq(one.next, 600);
	ck_assert_int_eq(one.pieces, 3);	/* 256, 256, 88 */
	ck_assert_int_eq(three.pieces, 3);
	ck_assert_int_eq(one.malformed, 200);
	ck_assert_int_eq(three.malformed, 200);
	ck_assert_int_eq(one.kept, 400);
	ck_assert_int_eq(one.unfit, 80);
	ck_assert_int_eq(three.unfit, 80);
	text_release(&one.all);
	text_release(&three.all);
}
END_TEST

/* From row 100 to row 110: ten, and none before, as progress is told. */
START_TEST(a_part_of_the_rows_is_those_rows)
{
	struct rows r = { .stop = 0 };

	ck_assert_int_eq(run(&r, 100, 110, 2), 0);
	ck_assert_int_eq(r.next, 110);
	ck_assert_int_eq(strncmp(r.all.buf, "100 0 ", 6), 0);
	ck_assert_int_eq(shown, 10);
	ck_assert_int_eq(shown_of, 10);
	text_release(&r.all);
}
END_TEST

/* What take returns ends the work: the second of three pieces. */
START_TEST(who_takes_may_end_the_work)
{
	struct rows r = { .stop = 2 };

	ck_assert_int_eq(run(&r, 0, 600, 1 + _i), 7);
	ck_assert_int_eq(r.pieces, 2);
	ck_assert_int_eq(r.next, 512);
	text_release(&r.all);
}
END_TEST

Suite *suite_crewed(void)
{
	Suite *s = suite_create("crewed");
	TCase *tc = tcase_create("crewed");

	tcase_add_loop_test(tc, each_part_is_done_once, 0,
			    (int)(sizeof(shares) / sizeof(*shares)));
	tcase_add_loop_test(tc, a_piece_has_256_rows_or_4_that_are_played, 0,
			    (int)(sizeof(pieces) / sizeof(*pieces)));
	tcase_add_loop_test(tc, what_is_left_takes_as_long_each, 0,
			    (int)(sizeof(told) / sizeof(*told)));
	tcase_add_test(tc, a_piece_begins_empty);
	tcase_add_test(tc, rows_come_in_order_whoever_answers_them);
	tcase_add_test(tc, a_part_of_the_rows_is_those_rows);
	tcase_add_loop_test(tc, who_takes_may_end_the_work, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}
