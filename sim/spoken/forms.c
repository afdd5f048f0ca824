#include "spoken/forms.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/near.h"
#include "claims/known.h"
#include "spoken/reworded.h"
#include "words/item.h"
#include "words/money.h"
#include "words/worded.h"

enum {
	TAKEN = 12,	/* size: of a form */
	LONGEST = 40	/* size: a word */
};

/*
 * A form is read letter by letter, capitals or not: # is a number, ~ a length,
 * @ hardware, & any words without a figure or a comma, {a|b|} one of these
 * words, ^ a clause's end, which is looked at and not taken. What #, ~, @, &
 * and {} met stands in `is` as \1 and on, in octal.
 */
struct form {
	const char *said, *is;
	const char *where;	/* it is read only where the sentence has one
				   of these words; NULL: anywhere */
};

/* Words that the others are read with. */
static const struct form wordings[] = {
	{ "for a {30-day |}{month|year}", "per \2", NULL },
	{ "in {a|an} {hour|day|month}", "per \2", NULL },
	{ "{requests |}in flight", "concurrent requests", NULL },
	{ "{a single|one} draft", "1 draft", NULL },
	{ "{for|to} {every single|each and every|every|each} user",
	  "per user", NULL },
	{ "for {every|each} request", "per user", NULL },
	/* when it was, rules/dated looks for itself */
	{ "{in |since |by |of |}{January|February|March|April|May|June|July|"
	  "August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
	  "Aug|Sep|Sept|Oct|Nov|Dec} {#, |}20#", "", NULL },
	{ "one and a half ", "1.5 ", NULL },
	{ "two and a half ", "2.5 ", NULL },
	{ "three and a half ", "3.5 ", NULL },
	{ "four and a half ", "4.5 ", NULL },
};

static const struct form forms[] = {
#include "spoken/forms.inc"
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* What a form met. */
struct met {
	const char *text;	/* of which a part is met */
	const char *at[TAKEN];
	size_t letters[TAKEN];
	int nr;
};

static const char *form_at(const char *f, const char *s, struct met *);

/* Digits and words of one number: where it ends; s: none. */
static const char *number_end(const char *s)
{
	const char *end = s + strspn(s, "~");
	struct worded w;
	const char *word;
	int n;

	if (!isdigit((unsigned char)*end)) {
		word = worded_read(&w, s);
		if (!word || w.part != PART_NONE)
			return s;
		while ((n = near_any(word, " hundred| thousand| million| "
				     "billion")) > 0)
			word += n;
		return word;
	}
	end += strspn(end, "0123456789.,");
	while (strchr(".,", end[-1]))
		end--;
	if (strchr("kKMBT", *end) && *end && !isalnum((unsigned char)end[1]))
		end++;
	return end;
}

/* A length of thousands, or of three digits: no rate has it unsaid. */
static const char *length_end(const char *s)
{
	const char *end = number_end(s);
	const int few = 3;		/* size: digits */

	if (end == s || !isdigit((unsigned char)*s))
		return s;
	return isdigit((unsigned char)end[-1]) && end - s < few ? s : end;
}

static const char *word_of(const char *s)
{
	while (isalnum((unsigned char)*s) || *s == '-')
		s++;
	return s;
}

static const char *hardware_end(const char *s)
{
	const char *end = word_of(s);
	char word[LONGEST];
	enum name_kind kind;

	if (end - s >= LONGEST)
		return s;
	said_copy(word, sizeof(word), s, (size_t)(end - s));
	kind = known_kind(word);
	return kind == NAME_HW || kind == NAME_STRANGER ? end : s;
}

static bool is_end(const char *s)
{
	return !*s || strchr(",.;)(", *s) ||
	       near_any(s, " with| on | at | for | and | in |: | -");
}

/* The rest of the form behind what was met from s to end; NULL: it does not. */
static const char *took(const char *f, const char *s, const char *end,
			struct met *m)
{
	if (m->nr == TAKEN)
		return NULL;
	m->at[m->nr] = s;
	m->letters[m->nr++] = (size_t)(end - s);
	return form_at(f, end, m);
}

static const char *one_of(const char *f, const char *s, struct met *m)
{
	const char *shut = strchr(f, '}'), *end;

	for (const char *w = f + 1; w <= shut; w += strcspn(w, "|}") + 1) {
		size_t n = strcspn(w, "|}"), i = 0;
		struct met was = *m;
		const char *from = s;

		if (*w == '@' && n == 1) {
			end = hardware_end(s);
			end = end > s ? took(shut + 1, s, end, m) : NULL;
		} else {
			while (i < n && tolower((unsigned char)w[i]) ==
			       tolower((unsigned char)*from))
				i++, from++;
			end = i == n ? took(shut + 1, s, from, m) : NULL;
		}
		if (end)
			return end;
		*m = was;
	}
	return NULL;
}

/* As few words as lead on. */
static const char *words(const char *f, const char *s, struct met *m)
{
	for (const char *to = s; ; to++) {
		struct met was = *m;
		const char *end = took(f + 1, s, to, m);

		if (end)
			return end;
		*m = was;
		if (!*to || strchr(",;:()$", *to) ||
		    (isdigit((unsigned char)*to) &&
		     !(to > s && isalnum((unsigned char)to[-1]))))
			return NULL;
	}
}

/* What stands before s; nothing, where the text begins there. */
static int before(const struct met *m, const char *s)
{
	assert(m->text && s >= m->text);
	return s > m->text ? (unsigned char)s[-1] : 0;
}

static const char *form_at(const char *f, const char *s, struct met *m)
{
	for (; *f; f++, s++) {
		const char *end;

		switch (*f) {
		case '#':
			end = number_end(s);
			return end > s ? took(f + 1, s, end, m) : NULL;
		case '~':
			end = length_end(s);
			return end > s ? took(f + 1, s, end, m) : NULL;
		case '@':
			end = hardware_end(s);
			return end > s ? took(f + 1, s, end, m) : NULL;
		case '&':
			return words(f, s, m);
		case '{':
			return one_of(f, s, m);
		case '^':
			return is_end(s) ? s : NULL;
		case '$':
			end = s + money_sign(s);
			if (end == s)
				return NULL;
			s = end - 1;
			break;
		case ' ':	/* "400ms" */
			if (isdigit(before(m, s)) &&
			    isalpha((unsigned char)*s)) {
				s--;
				break;
			}
			/* fall through */
		default:
			if (tolower((unsigned char)*f) !=
			    tolower((unsigned char)*s))
				return NULL;
		}
	}
	return isalnum((unsigned char)*s) && isalnum(before(m, s)) ? NULL : s;
}

static void write_is(const char *is, const struct met *m, struct out *o)
{
	for (; *is; is++)
		if (*is > 0 && *is <= m->nr)
			out_put(o, m->at[*is - 1], m->letters[*is - 1]);
		else
			out_put(o, is, 1);
}

struct table_of { const struct form *form; int nr; };

/* Behind the first form that s begins with, what it says into out. */
static const char *plain_at(const struct table_of *t, const char *s,
			    const char *text, struct out *o)
{
	for (int i = 0; i < t->nr; i++) {
		struct met m = { .text = text, .nr = 0 };
		const char *end = form_at(t->form[i].said, s, &m);

		if (!end || (t->form[i].where &&
			     !near_has(text, t->form[i].where)))
			continue;
		write_is(t->form[i].is, &m, o);
		return end;
	}
	return NULL;
}

/* Forms begin with a word, or a sign. */
static void replace(const struct table_of *t, const char *text, struct out *o)
{
	bool begin = true;

	for (const char *s = text; *s;) {
		bool sign = !isalnum((unsigned char)*s) &&
			!strchr(" .$", *s);
		const char *end = begin || sign ? plain_at(t, s, text, o) :
			NULL;

		begin = !isalnum((unsigned char)*s) && *s != '.' && *s != '$';
		if (end) {
			s = end;
			begin = false;
		} else {
			out_put(o, s++, 1);
		}
	}
}

void forms_plain(const char *text, char *out, size_t size)
{
	const struct table_of first = { wordings, NR(wordings) };
	const struct table_of then = { forms, NR(forms) };
	char words[SAID_LONG];
	struct out w = { words, 0, sizeof(words) }, o = { out, 0, size };

	assert(text && out && size > 0);
	*words = *out = '\0';
	replace(&first, text, &w);
	replace(&then, words, &o);
}
