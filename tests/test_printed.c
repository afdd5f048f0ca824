#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "options/verb.h"
#include "read/file.h"
#include "tests/verbs.h"

/*
 * What stands in a README below its command, and in tests/golden, is what the
 * command prints: here of those that are one command without a shell, and take
 * a moment. `make results golden` writes them anew; review the difference as
 * code.
 */

/* As main.c has it, for --version. */
extern const char *argp_program_version;
const char *argp_program_version = VERSION;

static const struct verb verbs[] = {
	{ "show", "", cmd_show }, { "step", "", cmd_step },
	{ "run", "", cmd_run }, { "explain", "", cmd_explain },
	{ "prefill", "", cmd_prefill }, { "sweep", "", cmd_sweep },
	{ "validate", "", cmd_validate }, { "measure", "", cmd_measure },
	{ "calibrate", "", cmd_calibrate }, { "fit", "", cmd_fit },
	{ "check", "", cmd_check }, { "plan", "", cmd_plan },
	{ "cost", "", cmd_cost }, { "plot", "", cmd_plot },
	{ "bundle", "", cmd_bundle },
};

enum { VERBS = sizeof(verbs) / sizeof(*verbs) };

static const char program[] = "./deeproof ";

static const struct verb *verb_of(const char *line)
{
	for (int i = 0; i < VERBS; i++) {
		size_t n = strlen(verbs[i].name);

		if (!strncmp(line, verbs[i].name, n) &&
				(!line[n] || line[n] == ' '))
			return &verbs[i];
	}
	ck_abort_msg("%s: no verb", line);
	return NULL;
}

static void load(struct text *t, const char *path)
{
	struct fault why = { 0 };

	*t = (struct text)TEXT_INIT;
	ck_assert_msg(!file_read(path, t, &why), "%s", why.what);
}

/* What it prints and notes. */
static void print(struct text *to, const char *line)
{
	struct said s;

	verb_run_in_one(&s, verb_of(line)->run, line);
	ck_assert_msg(s.status >= 0, "%s died: %s", line, s.out.buf);
	text_add(to, s.out.buf);
	said_release(&s);
}

/* The line where they part is shown. */
static void ck_same(const char *line, const struct text *is, const char *want,
		    size_t n)
{
	for (size_t i = 0, from = 0; i < n || i < is->len; i++) {
		if (i < n && i < is->len && want[i] == is->buf[i]) {
			from = want[i] == '\n' ? i + 1 : from;
			continue;
		}
		ck_abort_msg("%s\nnow: %.200s\nwas: %.*s", line,
			     from < is->len ? is->buf + from : "",
			     (int)(n - from < 200 ? n - from : 200),
			     want + from);
	}
}

static void ck_prints(const char *line, const char *want, size_t n)
{
	struct text is = TEXT_INIT;

	print(&is, line);
	ck_same(line, &is, want, n);
	text_release(&is);
}

/* ---- READMEs ---- */

static const char *const readmes[] = { "experiments/04-ladder/README.md",
	"experiments/09-buying/README.md" };

/* Played for half a second and more. */
static const char *const slow[] = { "--users 5000", "--tokens-day" };

static bool is_plain(const char *line)
{
	for (size_t i = 0; i < sizeof(slow) / sizeof(*slow); i++)
		if (strstr(line, slow[i]))
			return false;
	return !strncmp(line, program, strlen(program)) &&
	       !strpbrk(line, "|$;<>");
}

START_TEST(a_readme_shows_what_is_printed)
{
	static const char run[] = "<!-- run: ", end[] = "```\n<!-- end -->";
	struct text page;
	int nr = 0;

	load(&page, readmes[_i]);
	for (char *s = strstr(page.buf, run); s; s = strstr(s, run)) {
		char line[1024];
		size_t n;

		s += strlen(run);
		n = strcspn(s, "\n") - strlen(" -->");
		snprintf(line, sizeof(line), "%.*s", (int)n, s);
		s = strstr(s, "\n$ ") + 1;
		s += strcspn(s, "\n") + 1;
		if (!is_plain(line))
			continue;
		ck_assert_ptr_nonnull(strstr(s, end));
		ck_prints(line + strlen(program), s,
			  (size_t)(strstr(s, end) - s));
		nr++;
	}
	ck_assert_int_gt(nr, 0);
	text_release(&page);
}
END_TEST

/* ---- golden files ---- */

static const char *const golden[] = { "faults", "ideal", "plot-traffic",
	"run-day6", "served", "show-gpu", "show-model", "shown",
	"step-h800-ep128", "sweep-tp-ep" };

/* The command at the start of the text in one line; what is behind it. */
static const char *command_in(const char *text, char *line, size_t size)
{
	size_t at = 0;

	ck_assert_msg(!strncmp(text, program, strlen(program)), "%s", text);
	for (text += strlen(program); *text && *text != '\n'; text++) {
		if (*text == '\\')
			text += strspn(text, "\\\n\t");
		ck_assert_uint_lt(at + 1, size);
		line[at++] = *text;
	}
	line[at] = '\0';
	return text + strspn(text, "\n");
}

START_TEST(a_golden_file_is_what_is_printed)
{
	struct text commands, out, is = TEXT_INIT;
	char path[64], line[512];

	snprintf(path, sizeof(path), "tests/golden/%s.cmd", golden[_i]);
	load(&commands, path);
	snprintf(path, sizeof(path), "tests/golden/%s.out", golden[_i]);
	load(&out, path);
	for (const char *s = commands.buf; *s;) {
		if (*s == '#') {
			s += strcspn(s, "\n") + 1;
			continue;
		}
		s = command_in(s, line, sizeof(line));
		print(&is, line);
	}
	ck_same(path, &is, out.buf, out.len);
	text_release(&commands);
	text_release(&out);
	text_release(&is);
}
END_TEST

/* All verbs, one after the other. */
START_TEST(help_names_every_option)
{
	struct text out;
	size_t at = 0;

	load(&out, "tests/golden/help.out");
	for (int i = 0; i < VERBS; i++) {
		const char *next;
		char line[64], usage[64];

		snprintf(line, sizeof(line), "%s --help", verbs[i].name);
		snprintf(usage, sizeof(usage), "Usage: deeproof %s ",
			 i + 1 < VERBS ? verbs[i + 1].name : "?");
		next = strstr(out.buf + at, usage);
		ck_prints(line, out.buf + at, next ? (size_t)(next - out.buf) -
			  at : out.len - at);
		at = next ? (size_t)(next - out.buf) : out.len;
	}
	ck_assert_uint_eq(at, out.len);
	text_release(&out);
}
END_TEST

#define NR(list) ((int)(sizeof(list) / sizeof((list)[0])))

Suite *suite_printed(void)
{
	Suite *s = suite_create("printed");
	TCase *t = tcase_create("printed");

	tcase_add_loop_test(t, a_readme_shows_what_is_printed, 0, NR(readmes));
	tcase_add_loop_test(t, a_golden_file_is_what_is_printed, 0, NR(golden));
	suite_add_tcase(s, t);
	t = tcase_create("help");
	tcase_add_test(t, help_names_every_option);
	suite_add_tcase(s, t);
	return s;
}
