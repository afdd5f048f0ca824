#include "work/op.h"

#include <assert.h>

void op_set_load(struct op *op, const struct load *load)
{
	assert(!(load->touched < 0) && !(load->rows < 0));
	op->load = *load;
	op->m = load->rows;
	op->groups = load->touched;
	op->weight_B = load->touched * op->expert_B;
	op->act_B = load->rows * op->row_act_B;
	op->flop = load->rows * op->flop_row;
	if (op->row_nvlink_B > 0)
		op->nvlink_B = load->rows * op->row_nvlink_B;
}

const char *stage_name(enum stage s)
{
	static const char *const name[STAGE_NR] = {
		"attn0", "queries", "attn1", "merge", "attn_sum", "gate",
		"dispatch", "shared", "experts", "combine", "ffn", "ffn_sum",
		"send", "head" };

	assert(s >= 0 && s < STAGE_NR);
	return name[s];
}

const char *op_kind_name(enum op_kind k)
{
	static const char *const name[] = { "kernel", "allreduce", "halves",
		"half", "send", "gather", "scatter", "dispatch", "combine",
		"meeting", "fixed" };

	assert(k >= 0 && k <= OP_FIXED);
	return name[k];
}
