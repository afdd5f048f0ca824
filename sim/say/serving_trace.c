#include "say/serving_text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "inside/trace.h"

/*
 * A lane is a slot of an attention group: the first that is free when a
 * request is sent, until its last token is read.
 */
struct lanes {
	const struct serve_log *log;	/* not owned */
	ticks *free_at;		/* [cap] by lane; owned */
	int *pid, *tid;		/* [cap] whose it is; owned */
	int nr;
};

static int slot_of(struct lanes *l, const struct serve_outcome *o)
{
	int slot = 0, i;

	for (i = 0; i < l->nr; i++) {
		if (l->pid[i] != o->replica || l->tid[i] != o->group)
			continue;
		slot++;
		if (l->free_at[i] <= o->sent)
			break;
	}
	if (i == l->nr) {
		l->pid[l->nr] = o->replica;
		l->tid[l->nr++] = o->group;
		slot++;
	}
	l->free_at[i] = o->last;
	return slot - 1;
}

struct stay {
	const char *name;
	ticks from, to;
};

static void put_stay(struct text *out, const struct serve_outcome *o, int tid,
		     const struct stay *s)
{
	if (s->to <= s->from)
		return;
	text_addf(out, ",\n{\"ph\":\"X\",\"name\":\"%s\",\"pid\":%d,"
		  "\"tid\":%d", s->name, o->replica, tid);
	trace_us(out, "ts", s->from);
	trace_us(out, "dur", s->to - s->from);
	text_add(out, "}");
}

static void put_request(struct text *out, const struct served *s, int id,
			int tid)
{
	const struct serve_outcome *o = &s->log->of[id];
	const struct serve_request *r = &s->run->serve.load->request[id];
	const struct stay parts[] = { { "wait", o->sent, o->joined },
		{ "prompt", o->joined, o->first },
		{ "decode", o->first, o->last } };

	text_addf(out, ",\n{\"ph\":\"X\",\"name\":\"request %d\",\"pid\":%d,"
		  "\"tid\":%d", id, o->replica, tid);
	trace_us(out, "ts", o->sent);
	trace_us(out, "dur", o->last - o->sent);
	text_addf(out, ",\"args\":{\"prompt\":%d,\"output\":%d,\"cached\":%d,"
		  "\"preempted\":%d}}", r->prompt_tok, r->output_tok,
		  o->hit_tok, o->preempted);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		put_stay(out, o, tid, &parts[i]);
}

/* By the clock, so that a lane's slices do not overlap. */
static int by_sending(const void *a, const void *b)
{
	const struct serve_outcome *x = *(const struct serve_outcome *const *)a;
	const struct serve_outcome *y = *(const struct serve_outcome *const *)b;

	if (x->sent != y->sent)
		return x->sent < y->sent ? -1 : 1;
	return (x > y) - (x < y);
}

static void put_name(struct text *out, int pid, int tid, int group)
{
	text_addf(out, ",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%d,"
		  "\"tid\":%d,\"args\":{\"name\":\"group %d slot %d\"}}", pid,
		  tid, group, tid % SERVING_TRACE_SLOTS);
}

void serving_trace(const struct served *s, struct text *out)
{
	const struct serve_log *log = s->log;
	size_t nr = (size_t)log->nr;
	const struct serve_outcome **order = mem_zeroed(nr, sizeof(*order));
	struct lanes l = { log, mem_zeroed(nr, sizeof(ticks)),
		mem_zeroed(nr, sizeof(int)), mem_zeroed(nr, sizeof(int)), 0 };

	assert(log->nr >= 0);
	for (size_t i = 0; i < nr; i++)
		order[i] = &log->of[i];
	qsort(order, nr, sizeof(*order), by_sending);
	text_add(out, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
		 "{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":0,\"args\":{"
		 "\"name\":\"engine 0\"}}");
	for (size_t i = 0; i < nr; i++) {
		const struct serve_outcome *o = order[i];
		int before = l.nr, tid;

		if (o->fate != SERVE_DONE)
			continue;
		tid = o->group * SERVING_TRACE_SLOTS + slot_of(&l, o);
		if (l.nr > before)
			put_name(out, o->replica, tid, o->group);
		put_request(out, s, (int)(o - log->of), tid);
	}
	text_add(out, "\n]}\n");
	free(order);
	free(l.free_at);
	free(l.pid);
	free(l.tid);
}
