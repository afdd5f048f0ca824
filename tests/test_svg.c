/* The document that libplot's output becomes, and what a text may hold. */
#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "plots/svg.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

START_TEST(a_document_has_its_size_title_and_description)
{
	struct heading h = { "A <b> & \"c\"", "d", "" };
	struct canvas *c = canvas_open(123, 45.5);
	struct text out = TEXT_INIT;

	canvas_heading(c, &h);
	canvas_close(c, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "width=\"123\" height=\"45.5\" "
		"viewBox=\"0 0 123 45.5\""));
	ck_assert_ptr_nonnull(strstr(out.buf, "<title>A &lt;b&gt; &amp; "));
	ck_assert_ptr_nonnull(strstr(out.buf, "<desc>d</desc>"));
	ck_assert_ptr_nonnull(strstr(out.buf, "<rect width=\"123\" "
		"height=\"45.5\" fill=\"white\"/>"));
	ck_assert_ptr_nonnull(strstr(out.buf,
		"translate(0,45.5) scale(1,-1)\" font-family=\"Arial,"));
	ck_assert_int_eq(occurs(out.buf, "font-family"), 1);
	text_release(&out);
}
END_TEST

/* Bytes that are no UTF-8, or no XML, become '?'; controls a blank. */
static const struct {
	const char *in, *out;
} sounds[] = {
	{ "plain", "plain" }, { "a\tb\nc\x7f", "a b c " },
	{ "\x01\x1f ", "   " },
	{ "\xc3\xa9", "\xc3\xa9" },		/* U+00E9 */
	{ "\xc2\x80", "\xc2\x80" },		/* the first of two bytes */
	{ "\xc1\xbf", "??" }, { "\xc0\x80", "??" },	/* longer than need */
	{ "\xdf\xbf", "\xdf\xbf" },
	{ "\xe0\xa0\x80", "\xe0\xa0\x80" },	/* U+0800 */
	{ "\xe0\x9f\xbf", "???" },
	{ "\xed\x9f\xbf", "\xed\x9f\xbf" },	/* U+D7FF */
	{ "\xed\xa0\x80", "???" },		/* a surrogate */
	{ "\xee\x80\x80", "\xee\x80\x80" },
	{ "\xef\xbf\xbd", "\xef\xbf\xbd" },	/* U+FFFD */
	{ "\xef\xbf\xbe", "???" }, { "\xef\xbf\xbf", "???" },
	{ "\xee\xbf\xbf", "\xee\xbf\xbf" },	/* not U+FFFF's like */
	{ "\xef\xbe\xbf", "\xef\xbe\xbf" },
	{ "\xf0\x90\x80\x80", "\xf0\x90\x80\x80" },	/* U+10000 */
	{ "\xf0\x8f\xbf\xbf", "????" },
	{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },	/* U+10FFFF */
	{ "\xf4\x90\x80\x80", "????" }, { "\xf5\x80\x80\x80", "????" },
	{ "\xff", "?" }, { "\x80", "?" }, { "\xbf", "?" },
	{ "\xc3", "?" }, { "\xc3(", "?(" }, { "\xe2\x86", "??" },
	{ "\xe2\x86(", "??" "(" }, { "\xf0\x9f\x98", "???" },
};

START_TEST(a_text_is_xml_whatever_its_bytes)
{
	struct svg s = { 0 };
	struct svg_key key;

	key = svg_keep(&s, sounds[_i].in, "start");
	ck_assert_str_eq(s.word[0].text, sounds[_i].out);
	ck_assert_str_eq(key.text, "#0");
	key = svg_keep(&s, "b", "end");
	ck_assert_str_eq(key.text, "#1");
	ck_assert_str_eq(s.word[1].anchor, "end");
	svg_describe(&s, "first", "first");
	svg_describe(&s, sounds[_i].in, "d");
	ck_assert_str_eq(s.title, sounds[_i].out);
	ck_assert_str_eq(s.desc, "d");
	svg_release(&s);
	ck_assert(!s.word && !s.title && s.words == 0);
}
END_TEST

static const struct {
	const char *utf8, *latin1;
} latins[] = {
	{ "abc", "abc" }, { "a\\b", "a/b" }, { "a-b", "a(b" },
	{ "\xc2\xb5s", "\xb5s" },	/* micro is U+00B5 */
	{ "\xc2\xa0", "\xa0" }, { "\xc2\x9f", "n" },
	{ "\xc3\x80\xc3\xbf", "\xc0\xff" }, { "\xc4\x80", "n" },
	{ "\xe2\x88\x92" "5", "n5" }, { "\xf0\x9f\x98\x80!", "n!" },
	{ "\xff", "?" }, { "~", "~" }, { "\x7f", " " },
};

START_TEST(what_libplot_measures_is_latin_1)
{
	char *s = svg_latin1(latins[_i].utf8);

	ck_assert_str_eq(s, latins[_i].latin1);
	free(s);
}
END_TEST

Suite *suite_svg(void)
{
	Suite *s = suite_create("svg");
	TCase *tc = tcase_create("svg");

	tcase_add_test(tc, a_document_has_its_size_title_and_description);
	tcase_add_loop_test(tc, a_text_is_xml_whatever_its_bytes, 0,
			    NR(sounds));
	tcase_add_loop_test(tc, what_libplot_measures_is_latin_1, 0,
			    NR(latins));
	suite_add_tcase(s, tc);
	return s;
}
