#include <stdio.h>
#include <string.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* What a refusal says to do is done here, and must lead to an answer. */

static const char base[] = "model=deepseek-r1,batch=1,ctx=1000,";

/* -1 and the fault; else whether it fits. */
static int ask(struct answer *a, struct shelf *shelf, const char *columns,
	       struct fault *why)
{
	static struct question q;
	struct scenario s;

	memset(&q, 0, sizeof(q));
	scenario_init(&s);
	fault_at(why, "", 0, 0);
	ck_assert_int_eq(scenario_override(&s, base, why), 0);
	ck_assert_msg(!scenario_override(&s, columns, why), "%s", why->what);
	if (question_make(&q, &s, shelf_library(shelf), why))
		return -1;
	answer_step(a, &q, NULL);
	return a->fits;
}

/* The next word of "int4, awq or w4afp8 ..."; NULL at the end. */
static const char *next_name(const char *p, char *name, size_t size)
{
	size_t len = strcspn(p, ", ");

	snprintf(name, size, "%.*s", (int)len, p);
	p += len;
	if (!strncmp(p, ", ", 2))
		return p + 2;
	return strncmp(p, " or ", 4) ? NULL : p + 4;
}

/* A100s have no fp8 for KV, and 8 of them do not hold fp8 weights. */
static const struct { const char *columns; int least; } formats[] = {
	{ "hw=a100-80g,stack=sglang,kv=fp8,gpus=8,tp=8", 3 },
	{ "hw=a100-80g,stack=sglang,kv=fp8,weights=bf16,gpus=8,tp=8", 3 },
};

START_TEST(formats_that_are_said_to_run_do_and_fit)
{
	struct shelf *shelf = shelf_open();
	struct answer a, other;
	struct fault why;
	char name[32], columns[256];
	const char *p;
	int nr = 0;

	ck_assert_int_eq(ask(&a, shelf, formats[_i].columns, &why), 0);
	p = strstr(a.refusal, "; weights=");
	ck_assert_msg(p && strstr(p, " with kv=bf16 would run"), "%s",
		      a.refusal);
	for (p += strlen("; weights="); p; nr++) {
		p = next_name(p, name, sizeof(name));
		snprintf(columns, sizeof(columns), "%s,weights=%s,kv=bf16",
			 formats[_i].columns, name);
		ck_assert_msg(ask(&other, shelf, columns, &why) == 1, "%s: %s",
			      name, other.refusal);
		ck_assert(other.step_s > 0);
	}
	ck_assert_int_ge(nr, formats[_i].least);
	shelf_free(shelf);
}
END_TEST

START_TEST(weights_that_a_fault_lists_are_weights)
{
	struct shelf *shelf = shelf_open();
	struct answer a;
	struct fault why, other;
	char name[32], columns[256];
	const char *p;
	int nr = 0;

	ck_assert_int_eq(ask(&a, shelf, "hw=b200-sxm,gpus=8,weights=int3",
			     &why), -1);
	ck_assert_int_eq(strncmp(why.remedy, "write ", 6), 0);
	for (p = why.remedy + 6; p; nr++) {
		p = next_name(p, name, sizeof(name));
		snprintf(columns, sizeof(columns), "hw=b200-sxm,gpus=16,"
			 "weights=%s", name);
		ck_assert_msg(ask(&a, shelf, columns, &other) >= 0, "%s: %s",
			      name, other.what);
	}
	ck_assert_int_ge(nr, 10);	/* native, 5 formats, 5 recipes */
	shelf_free(shelf);
}
END_TEST

static const struct { const char *refused, *done; } steps[] = {
	/* "more GPUs or fewer bits would" */
	{ "hw=h100-sxm,stack=sglang,gpus=8,tp=8",
	  "hw=h100-sxm,stack=sglang,gpus=16,tp=16" },
	{ "hw=h100-sxm,stack=sglang,gpus=8,tp=8",
	  "hw=h100-sxm,stack=sglang,gpus=8,tp=8,weights=int4" },
};

START_TEST(what_would_hold_the_weights_does)
{
	struct shelf *shelf = shelf_open();
	struct answer a;
	struct fault why;

	ck_assert_int_eq(ask(&a, shelf, steps[_i].refused, &why), 0);
	ck_assert_ptr_nonnull(strstr(a.refusal, "more GPUs or fewer bits"));
	ck_assert_msg(ask(&a, shelf, steps[_i].done, &why) == 1, "%s",
		      a.refusal);
	shelf_free(shelf);
}
END_TEST

/* ---- every kind: what it says is done until there is an answer ---- */

static const char *const no[] = {
	"hw=h100-sxm,stack=vllm,gpus=4,tp=4",
	"hw=h100-sxm,stack=sglang,gpus=8,tp=8",
	"hw=h20-96g,stack=sglang,gpus=8,tp=8",
	"hw=h200-sxm,stack=sglang,gpus=8,tp=8,batch=5000,ctx=8192",
	"hw=h200-sxm,stack=sglang,gpus=8,ctx=500000",
	"hw=h200-sxm,stack=vllm,gpus=8,ctx=160000,batch=900",
	"hw=h800-sxm,stack=deepseek,gpus=8,batch=64,ctx=100000",
	"hw=h200-sxm,stack=sglang,gpus=8,tp=8,dcp=8,model=deepseek-v3.2",
	"hw=b200-sxm,stack=sglang,gpus=8,tp=8,dcp=2,model=deepseek-v4-pro",
	"hw=h100-sxm,stack=sglang,gpus=8,tp=8,ep=1,model=kimi-k2",
	"hw=h100-sxm,stack=sglang,gpus=16,ep=8,model=kimi-k2",
	"hw=h200-sxm,stack=sglang,gpus=64,tp=64,ep=1",
	"hw=a100-80g,stack=sglang,gpus=16,tp=16,kv=fp8",
	"hw=a100-80g,stack=vllm,gpus=8,tp=8,weights=nvfp4,kv=fp8",
	"hw=rtx6000-ada,stack=generic,gpus=8,tp=8",
	"hw=h20-96g,stack=sglang,gpus=8,tp=8,mem_share=0.9,ctx=160000",
	"hw=gb300-nvl72,stack=trtllm,gpus=4,tp=4,weights=bf16",
};

static bool number_after(const char *text, const char *words, double *x)
{
	const char *at = strstr(text, words);

	return at && sscanf(at + strlen(words), "%lf", x) == 1;
}

/* Do what a refusal says. false: it says nothing that can be done. */
static bool follow(const char *says, struct scenario *s)
{
	double x;
	char name[32];
	const char *list = strstr(says, "weights=");

	if (number_after(says, "mem_share=", &x)) {
		s->mem_share = x;
	} else if (number_after(says, "a batch of ", &x)) {
		s->batch = x;
	} else if (number_after(says, "; one of ", &x)) {
		s->ctx = x;
		s->batch = 1;
	} else if (number_after(says, "is above the ", &x)) {
		s->ctx = x;
	} else if (strstr(says, "dcp=1 would run")) {
		s->dcp = 1;
	} else if (strstr(says, "a larger ep")) {
		s->ep = s->ep * 2;
		if (strstr(says, "with a smaller tp"))
			s->tp /= 2;
	} else if (strstr(says, "a smaller tp")) {
		s->tp /= 2;
	} else if (strstr(says, "more GPUs")) {
		s->tp = s->tp == s->gpus ? 2 * s->gpus : s->tp;
		s->gpus *= 2;
	} else if (list) {
		next_name(list + strlen("weights="), name, sizeof(name));
		snprintf(s->weights, sizeof(s->weights), "%s", name);
		if (strstr(says, "kv=bf16"))
			snprintf(s->kv, sizeof(s->kv), "bf16");
	} else if (strstr(says, "kv=bf16 would run")) {
		snprintf(s->kv, sizeof(s->kv), "bf16");
	} else {
		return false;
	}
	return true;
}

START_TEST(what_a_refusal_says_leads_to_an_answer)
{
	static struct question q;
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct answer a;
	struct fault why;
	int done = 0;

	scenario_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert_int_eq(scenario_override(&s, base, &why), 0);
	ck_assert_int_eq(scenario_override(&s, no[_i], &why), 0);
	for (;; done++) {
		ck_assert_int_lt(done, 5);
		memset(&q, 0, sizeof(q));
		ck_assert_msg(!question_make(&q, &s, shelf_library(shelf),
					     &why), "%s: %s", no[_i],
			      why.what);
		answer_step(&a, &q, NULL);
		if (a.fits)
			break;
		ck_assert_msg(follow(a.refusal, &s), "%s: %s", no[_i],
			      a.refusal);
	}
	ck_assert_msg(done > 0, "%s: it fits", no[_i]);
	ck_assert(a.step_s > 0);
	shelf_free(shelf);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_remedies(void)
{
	Suite *s = suite_create("remedies");
	TCase *t = tcase_create("remedies");

	tcase_add_loop_test(t, formats_that_are_said_to_run_do_and_fit, 0,
			    NR(formats));
	tcase_add_test(t, weights_that_a_fault_lists_are_weights);
	tcase_add_loop_test(t, what_would_hold_the_weights_does, 0,
			    NR(steps));
	tcase_add_loop_test(t, what_a_refusal_says_leads_to_an_answer, 0,
			    NR(no));
	suite_add_tcase(s, t);
	return s;
}
