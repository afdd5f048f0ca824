#include "tests/says.h"

#include <stdio.h>
#include <string.h>

#include "read/sheet.h"
#include "tests/folder.h"
#include "tests/tests.h"

struct said said;
struct table told;

void says_open(void)
{
	folder_make();
	table_init(&told, "");
}

void says_close(void)
{
	table_release(&told);
	said_release(&said);
	folder_remove();
}

void asks(int (*verb)(int, char **), const char *line)
{
	char full[1024];
	size_t n = 0;

	said_release(&said);
	for (const char *p = line; *p; p++)
		if (*p == '@')
			n += (size_t)snprintf(full + n, sizeof(full) - n,
					      "%s/", folder());
		else
			full[n++] = *p;
	full[n] = '\0';
	verb_run(&said, verb, full);
}

void says(int status, const char *out, const char *err)
{
	ck_assert_msg(said.status == status, "%d: %s%s", said.status,
		      said.out.buf, said.err.buf);
	if (out)
		ck_assert_msg(strstr(said.out.buf, out) != NULL, "%s",
			      said.out.buf);
	if (err)
		ck_assert_msg(strstr(said.err.buf, err) != NULL, "%s",
			      said.err.buf);
}

void told_rows(void)
{
	struct fault why = { 0 };

	table_release(&told);
	ck_assert_msg(!table_parse(&told, "out", said.out.buf,
				   said.out.len, &why), "%s: %s", why.what,
		      said.out.buf);
}

double told_at(int row, const char *column)
{
	int c = table_column(&told, column);

	ck_assert_msg(c >= 0, "no column %s", column);
	return table_number(&told, row, c);
}
