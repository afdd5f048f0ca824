#include "tests/claims.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/report.h"
#include "read/file.h"
#include "tests/tests.h"

const char *claims_kind(const struct claim *c)
{
	if (c->malformed)
		return "malformed";
	if (c->worst->verdict == VERDICT_UNKNOWN)
		return "unknown";
	return c->worst->verdict < VERDICT_UNKNOWN ? "stands" : "fails";
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

bool claims_moves(const struct table *t, int row)
{
	for (size_t i = 0; i < sizeof(moving) / sizeof(*moving); i++)
		if (strstr(cell(t, row, "reason"), moving[i]) ||
				strstr(cell(t, row, "arithmetic"), moving[i]) ||
				strstr(cell(t, row, "limit"), moving[i]) ||
				strstr(cell(t, row, "taken"), moving[i]))
			return true;
	return false;
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

void ck_claims(const char *path, const struct claims *all,
	       const struct table *in)
{
	struct text now = TEXT_INIT, was = TEXT_INIT;
	struct fault why = { 0 };
	struct table is;
	int heard = table_column(in, "heard");

	table_init(&is, "");
	claims_table(all, in, &is);
	ck_assert_msg(!file_read(path, &was, &why), "%s", why.what);
	for (int r = 0; r < is.rows; r++) {
		size_t at = now.len;

		add_row(&now, &is, r, heard >= 0);
		if (heard >= 0)
			text_addf(&now, "\theard: %s\n",
				  table_get(in, r, heard));
		ck_assert_msg(getenv("GOLDEN") || !strncmp(was.buf + at,
			now.buf + at, now.len - at), "now:\n%swas:\n%.400s",
			now.buf + at, was.buf + at);
	}
	if (getenv("GOLDEN"))
		rewrite(path, &now);
	else
		ck_assert_uint_eq(now.len, was.len);
	text_release(&now);
	text_release(&was);
	table_release(&is);
}
