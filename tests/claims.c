#include "tests/claims.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge/report.h"
#include "read/file.h"
#include "tests/tests.h"

static const char *kind_of(const struct finding *f)
{
	return f->verdict == VERDICT_UNKNOWN ? "unknown" :
	       f->verdict < VERDICT_UNKNOWN ? "stands" : "fails";
}

const char *claims_kind(const struct claim *c)
{
	return c->malformed ? "malformed" : kind_of(c->worst);
}

static const char *const moving[] = { "software", "predicted", "kernel",
	"best of" };

static const char *const said[] = { "verdict", "confidence", "also", "reason",
	"arithmetic", "limit", "needs", "taken" };

enum { SAID = sizeof(said) / sizeof(*said) };

static const char *cell(const struct table *t, int row, const char *column)
{
	return table_get(t, row, table_column(t, column));
}

static bool is_moving(const char *words)
{
	for (size_t i = 0; i < sizeof(moving) / sizeof(*moving); i++)
		if (strstr(words, moving[i]))
			return true;
	return false;
}

bool claims_moves(const struct table *t, int row)
{
	return is_moving(cell(t, row, "reason")) ||
	       is_moving(cell(t, row, "arithmetic")) ||
	       is_moving(cell(t, row, "limit")) ||
	       is_moving(cell(t, row, "taken"));
}

/* # for a number. */
static void add_blurred(struct text *to, const char *words)
{
	for (const char *p = words; *p; p++)
		if (!isdigit((unsigned char)*p)) {
			text_addn(to, p, 1);
		} else {
			p += strspn(p, "0123456789.,") - 1;
			text_add(to, "#");
		}
}

/* As tests/golden/claims.awk prints it, but for what moves of a sentence. */
static void add_row(struct text *to, const struct table *t, int row,
		    bool heard)
{
	bool blurred = claims_moves(t, row);

	text_addf(to, "%d %s: %s\n", row + 2, cell(t, row, "rule"),
		  cell(t, row, "read_as"));
	for (int i = 0; i < SAID && !(blurred && heard); i++) {
		const char *words = cell(t, row, said[i]);

		if (!*words)
			continue;
		text_addf(to, "\t%s: ", said[i]);
		if (blurred)
			add_blurred(to, words);
		else
			text_add(to, words);
		text_add(to, "\n");
	}
}

static void rewrite(const char *path, const struct text *is)
{
	FILE *to = fopen(path, "w");

	ck_assert(to && fwrite(is->buf, 1, is->len, to) == is->len);
	ck_assert_int_eq(fclose(to), 0);
}

/* The file, and what it would be now, of which a row begins at each. */
static void ck_same(const char *path, const struct text *now,
		    const size_t *at, int rows)
{
	struct text was = TEXT_INIT;
	struct fault why = { 0 };

	if (getenv("GOLDEN")) {
		rewrite(path, now);
		return;
	}
	ck_assert_msg(!file_read(path, &was, &why), "%s", why.what);
	for (int r = 0; r < rows; r++)
		ck_assert_msg(!strncmp(was.buf + at[r], now->buf + at[r],
				       at[r + 1] - at[r]),
			      "%s: now:\n%.*swas:\n%.400s", path,
			      (int)(at[r + 1] - at[r]), now->buf + at[r],
			      was.buf + at[r]);
	ck_assert_uint_eq(now->len, was.len);
	text_release(&was);
}

void ck_claims(const char *path, const struct claims *all,
	       const struct table *in)
{
	struct text now = TEXT_INIT;
	size_t *at = mem_zeroed((size_t)all->nr + 1, sizeof(*at));
	struct table is;
	int heard = table_column(in, "heard");

	table_init(&is, "");
	claims_table(all, in, &is);
	for (int r = 0; r < is.rows; r++) {
		add_row(&now, &is, r, heard >= 0);
		if (heard >= 0)
			text_addf(&now, "\theard: %s\n",
				  table_get(in, r, heard));
		at[r + 1] = now.len;
	}
	ck_same(path, &now, at, is.rows);
	free(at);
	text_release(&now);
	table_release(&is);
}

/* "identity:inconsistent<384": below what is claimed stands the limit. */
static void add_finding(struct text *to, const struct finding *f)
{
	static const char side[] = { [SIDE_EQUAL] = '=', [SIDE_BELOW] = '<',
		[SIDE_ABOVE] = '>' };
	bool moves = f->by || is_moving(f->reason) ||
		is_moving(f->arithmetic) || is_moving(f->limit);

	text_addf(to, " %s:%s", f->rule, moves ? kind_of(f) :
		  verdict_name(f->verdict));
	if (!moves)
		text_addf(to, "%c%.4g", side[f->side], f->at);
}

void ck_heard(const char *path, const struct claims *all,
	      const struct table *in)
{
	struct text now = TEXT_INIT;
	size_t *at = mem_zeroed((size_t)all->nr + 1, sizeof(*at));

	for (int r = 0; r < all->nr; r++) {
		text_addf(&now, "%d", in->line[r]);
		for (int k = 0; k < all->claim[r].findings; k++)
			add_finding(&now, &all->claim[r].finding[k]);
		text_add(&now, "\n");
		at[r + 1] = now.len;
	}
	ck_same(path, &now, at, all->nr);
	free(at);
	text_release(&now);
}
