#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "options/verb.h"
#include "read/sheet.h"
#include "tests/folder.h"
#include "tests/verbs.h"

/*
 * Commands given files of their own: what they print of it, where, and their
 * status.
 */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Names the files of the folder: @x is x in it. */
static void run(struct said *s, int (*verb)(int, char **), const char *line)
{
	char full[1024];
	size_t n = 0;

	for (const char *p = line; *p; p++)
		if (*p == '@')
			n += (size_t)snprintf(full + n, sizeof(full) - n,
					      "%s/", folder());
		else
			full[n++] = *p;
	full[n] = '\0';
	verb_run(s, verb, full);
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

#define HEAD "hw,stack,model,gpus,tp,ep,batch,ctx,metric,value,unit\n"
#define ROW(batch, ms) "h200-sxm,sglang,deepseek-r1,8,8,1," batch \
	",4096,step_ms," ms ",ms\n"

/* ---- validate ---- */

/* A fit is a sheet of parameters alone; what is not fitted is rows. */
START_TEST(a_calibration_is_a_sheet_and_no_rows)
{
	struct said s;

	folder_put("m.csv", HEAD ROW("4", "20") ROW("16", "25"));
	run(&s, cmd_validate, "validate @m.csv --calibrate");
	ck_assert_msg(s.status == EXIT_YES, "%s", s.err.buf);
	ck_assert_msg(starts(s.out.buf, "key,value,err,unit,origin,source,"
			     "note\n"), "%s", s.out.buf);
	ck_assert_ptr_nonnull(strstr(s.out.buf, " on 2 rows\n"));
	ck_assert_ptr_nonnull(strstr(s.err.buf, " of the stacks fitted to 2 "
				     "rows\n"));
	said_release(&s);
	run(&s, cmd_validate, "validate @m.csv");
	ck_assert_msg(s.status == EXIT_YES, "%s", s.err.buf);
	ck_assert_msg(starts(s.out.buf, "hw,stack,"), "%s", s.out.buf);
	ck_assert_ptr_null(strstr(s.err.buf, "fitted to"));
	said_release(&s);
}
END_TEST

Suite *suite_commands(void);

Suite *suite_commands(void)
{
	Suite *s = suite_create("commands");
	TCase *t = tcase_create("commands");

	tcase_add_checked_fixture(t, folder_make, folder_remove);
	tcase_add_test(t, a_calibration_is_a_sheet_and_no_rows);
	suite_add_tcase(s, t);
	return s;
}
