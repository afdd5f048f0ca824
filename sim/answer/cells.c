#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "answer/answer.h"

enum { DIGITS = 6 /* size: that an answer's numbers are printed with */ };

/* In the order in which they are printed. To add one: a row here. */
static const struct column {
	const char *name;
	size_t offset;		/* of a double in struct answer */
	double unit;		/* base units in one printed; 0: no number */
	bool always;		/* also of what does not fit: how far it is */
	enum answer_stage stage;	/* that fills it in */
} columns[] = {
#define SPEED(name, field, unit) \
	{ name, offsetof(struct answer, field), unit, false, ANSWER_SPEED }
#define SUM(name, field, unit) \
	{ name, offsetof(struct answer, field), unit, false, ANSWER_SUMS }
#define LATE(name, field, unit) \
	{ name, offsetof(struct answer, field), unit, false, ANSWER_REST }
#define MEMORY(name, field, unit) \
	{ name, offsetof(struct answer, field), unit, true, ANSWER_SPEED }
#define ROOM(name, field, unit) \
	{ name, offsetof(struct answer, field), unit, true, ANSWER_REST }
	{ "fits", 0, 0, true, ANSWER_SPEED },
	{ "refusal", 0, 0, true, ANSWER_SPEED },
	MEMORY("weights_gb", held.weights_B, 1e9),	/* units: GB */
	MEMORY("kv_gb", held.kv_B, 1e9),		/* units: GB */
	ROOM("kv_room_tokens", room_tok, 1),
	ROOM("max_batch", max_batch, 1),
	SPEED("step_ms", step_s, 1e-3),		/* units: ms */
	SPEED("tpot_ms", tpot_s, 1e-3),		/* units: ms */
	SPEED("tok_s_gpu", tok_s_gpu, 1),
	SPEED("tok_s_user", tok_s_user, 1),
	SPEED("tok_s_total", tok_s_total, 1),
	LATE("tok_s_gpu_low", low, 1),
	LATE("tok_s_gpu_high", high, 1),
	LATE("sol_tok_s_gpu", sol_tok_s_gpu, 1),
	{ "bound", 0, 0, true, ANSWER_SUMS },
	SUM("mfu", mfu, 1),
	SUM("mbu", mbu, 1),
	SUM("nvlink_bytes_per_token", nvlink_B_tok, 1),
	SUM("rdma_bytes_per_token", rdma_B_tok, 1),
	SUM("nvlink_util", nvlink_util, 1),
	SUM("rdma_util", rdma_util, 1),
	SUM("exposed_comm_share", exposed_share, 1),
	SUM("imbalance", imbalance, 1),
	SPEED("usd_per_mtok", usd_mtok, 1),
	ROOM("max_context", max_context, 1),
	MEMORY("weights_gb_low", held.weights_B, 1e9),	/* units: GB */
	MEMORY("weights_gb_high", held.weights_high_B, 1e9),	/* units: GB */
	ROOM("kv_room_tokens_low", room_low_tok, 1),
	ROOM("kv_room_tokens_high", room_high_tok, 1),
	ROOM("max_batch_low", max_batch_low, 1),
	ROOM("max_batch_high", max_batch_high, 1),
	SUM("watt_gpu", watt_gpu, 1),
	SUM("j_per_tok", j_per_tok, 1),
#undef SPEED
#undef SUM
#undef LATE
#undef MEMORY
#undef ROOM
};

const int answer_columns_nr = sizeof(columns) / sizeof(*columns);

const char *answer_column(int i)
{
	assert(i >= 0 && i < answer_columns_nr);
	return columns[i].name;
}

int answer_column_find(const char *name)
{
	for (int i = 0; i < answer_columns_nr; i++)
		if (strcmp(columns[i].name, name) == 0)
			return i;
	return -1;
}

bool answer_is_number(int i)
{
	assert(i >= 0 && i < answer_columns_nr);
	return columns[i].unit > 0;
}

bool answer_always(int i)
{
	assert(i >= 0 && i < answer_columns_nr);
	return columns[i].always;
}

enum answer_stage answer_stage(int i)
{
	assert(i >= 0 && i < answer_columns_nr);
	return columns[i].stage;
}

const char *answer_word(const struct answer *a, int i)
{
	const struct column *c = &columns[i];

	assert(i >= 0 && i < answer_columns_nr && !answer_is_number(i));
	if (strcmp(c->name, "fits") == 0)
		return a->fits ? "yes" : "no";
	if (strcmp(c->name, "refusal") == 0)
		return a->refusal;
	return a->late ? "tpot" : bound_name(a->bound);
}

double answer_number(const struct answer *a, int i)
{
	const struct column *c = &columns[i];
	double x;

	assert(i >= 0 && i < answer_columns_nr && answer_is_number(i));
	memcpy(&x, (const char *)a + c->offset, sizeof(x));
	if (!isfinite(x) || !(a->fits || c->always))
		return (double)NAN;
	if (c->unit == 1)
		return x;
	return c->unit < 1 ? x * (1 / c->unit) : x / c->unit;
}

void answer_cell(const struct answer *a, int i, struct text *out)
{
	double x;

	if (!answer_is_number(i)) {
		text_cell(out, answer_word(a, i));
		return;
	}
	x = answer_number(a, i);
	if (!isnan(x))
		text_number(out, x, DIGITS);
}

static char *number_cell(const struct answer *a, struct answer_cells *kept,
			 int i, char *out)
{
	double x = answer_number(a, i);

	*out++ = ',';
	return isnan(x) ? out :
		text_respell(&kept->number[i], out, x, DIGITS);
}

void answer_line(const struct answer *a, struct answer_cells *kept,
		 struct text *out)
{
	assert(answer_columns_nr <= ANSWER_MOST);
	for (int i = 0; i < answer_columns_nr;) {
		char *start, *end;

		for (; i < answer_columns_nr && !answer_is_number(i); i++) {
			text_char(out, ',');
			text_cell(out, answer_word(a, i));
		}
		start = end = text_room(out, ANSWER_MOST * (TEXT_SPELT + 1));
		for (; i < answer_columns_nr && answer_is_number(i); i++)
			end = number_cell(a, kept, i, end);
		text_wrote(out, (size_t)(end - start));
	}
}
