#include "fit/lawname.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int refuse(struct fault *why, const char *text, const char *what,
		  const char *remedy)
{
	fault_at(why, "--law", 0, 0);
	fault_what(why, "\"%s\" %s", text, what);
	return fault_remedy(why, "%s", remedy);
}

static int take_kind(struct lawname *l)
{
	for (int k = 0; k < WIRE_NR; k++) {
		if (strcmp(l->name, grammar_wire((enum wire_kind)k)))
			continue;
		l->kind = (enum wire_kind)k;
		return 0;
	}
	return -1;
}

static bool heads(const char *text, const char *head)
{
	return !strncmp(text, head, strlen(head));
}

int lawname_parse(struct lawname *l, const char *text, struct fault *why)
{
	const char *rest = text, *dot;

	assert(l && text);
	memset(l, 0, sizeof(*l));
	l->wired = heads(text, "wire.");
	if (l->wired || heads(text, "law."))
		rest = strchr(text, '.') + 1;
	dot = strchr(rest, '.');
	if (!dot || strlen(rest) >= KEY_CHARS / 2)
		return refuse(why, text, "is no law",
			      "write law.KERNEL.ARCH or wire.WIRE.ARCH");
	if (!dot[1] || strchr(dot + 1, '.'))
		return refuse(why, text, "has no architecture at its end",
			      "end it in one of the stack's sheet, as sm90, "
			      "or any");
	snprintf(l->arch, sizeof(l->arch), "%s", dot + 1);
	snprintf(l->name, sizeof(l->name), "%.*s", (int)(dot - rest), rest);
	snprintf(l->root, sizeof(l->root), "%s.%s",
		 l->wired ? "wire" : "law", rest);
	if (l->wired && take_kind(l))
		return refuse(why, text, "is no wire",
			      "see the keys wire. of hw/stacks/generic.csv");
	return 0;
}
