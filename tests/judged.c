#include "tests/judged.h"

#include <string.h>

#include "judge/verdict.h"
#include "read/sheet.h"
#include "tests/tests.h"

void judged_make(struct judged *j, const char *csv)
{
	struct fault why = { 0 };

	j->shelf = shelf_open();
	ck_assert_msg(table_parse(&j->table, "judged", csv, strlen(csv),
				  &why) == 0, "%s", why.what);
	ck_assert_int_eq(claims_judge(&j->all, &j->table,
				      shelf_library(j->shelf), &why), 0);
	for (int i = 0; i < j->all.nr; i++)
		ck_assert_msg(!j->all.claim[i].malformed, "%s: %s",
			      j->all.claim[i].id, j->all.claim[i].fault.what);
}

void judged_release(struct judged *j)
{
	claims_release(&j->all);
	table_release(&j->table);
	shelf_free(j->shelf);
}

const struct claim *judged_last(const struct judged *j)
{
	return &j->all.claim[j->all.nr - 1];
}

const struct finding *judged_by(const struct claim *c, const char *rule)
{
	for (int i = 0; i < c->findings; i++)
		if (strcmp(c->finding[i].rule, rule) == 0)
			return &c->finding[i];
	ck_abort_msg("%s says nothing to %s", rule, c->id);
	return NULL;
}
