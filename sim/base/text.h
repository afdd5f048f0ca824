/*
 * text: a string that grows. All output is written here first and leaves the
 * program in one piece, so nothing half-written is ever seen.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *buf;	/* never NULL after the first add; NUL-terminated */
	size_t len;
	size_t cap;
};

#define TEXT_INIT { NULL, 0, 0 }

enum { TEXT_DIGITS = 20 /* size: of 2^64 */ };

/*
 * Room for so many more characters and a NUL: where the next one goes. Who
 * writes there says how many they were; what is behind them is then the NUL.
 */
void text_grow(struct text *, size_t more);

static inline char *text_room(struct text *t, size_t more)
{
	if (t->len + more >= t->cap)
		text_grow(t, more);
	return t->buf + t->len;
}

static inline void text_wrote(struct text *t, size_t len)
{
	t->len += len;
	t->buf[t->len] = '\0';
}

static inline void text_char(struct text *t, char c)
{
	*text_room(t, 1) = c;
	text_wrote(t, 1);
}

void text_add(struct text *, const char *s);
void text_addn(struct text *, const char *s, size_t len);
void text_addf(struct text *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void text_addv(struct text *, const char *fmt, va_list)
	__attribute__((format(printf, 2, 0)));

/*
 * A number as printf's %.{digits}g has it, to the byte, several times sooner.
 * digits: 1 to 15. x is finite.
 */
void text_number(struct text *, double x, int digits);

/*
 * The same into a buffer of TEXT_SPELT bytes, without a NUL: returns where it
 * ends. What is behind that may be written over.
 */
enum { TEXT_SPELT = 48 /* size: more than any number has */ };

char *text_spell(char *out, double x, int digits);

/*
 * Once more: a number that stands in line after line is spelt once. What is
 * kept is of one number and as many digits as ever; all zero, of none.
 */
struct text_spelt {
	double x;
	int len;	/* 0: nothing is kept */
	char text[TEXT_SPELT];
};

char *text_respell(struct text_spelt *, char *out, double x, int digits);

/* Likewise printf's %.{decimals}f; decimals: 0 to 6. */
void text_fixed(struct text *, double x, int decimals);

/* The decimal digits of n, and no NUL: returns where they end. */
char *text_digits(char *out, uint64_t n);

/* One CSV cell, quoted (RFC 4180) only if it must be. No comma is added. */
void text_cell(struct text *, const char *s);

/* s with & < > " escaped for XML and HTML. */
void text_xml(struct text *, const char *s);

/* s for a terminal: control bytes but line ends and tabs as \x1b. */
void text_shown(struct text *, const char *s);

void text_release(struct text *);

/* s without the blanks and tabs around it; its end is cut in place. */
char *text_bare(char *s);

/*
 * Words one behind the other up to a NULL, into a buffer of that size, cut
 * where it ends: what snprintf would do, many times sooner.
 */
void text_join(char *out, size_t size, const char *const *words);

/* One item more of a list in a buffer of that size, cut where it ends. */
void text_list(char *list, size_t size, const char *between,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Of a name, for a table of names: FNV-1a. */
uint32_t text_hash(const char *);

/* "name=value" pairs with commas or semicolons between: is this name one of
   those in front of here? */
bool text_said(const char *pairs, const char *here, const char *name);

#endif
