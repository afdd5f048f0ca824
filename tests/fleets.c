#include "tests/fleets.h"

#include <math.h>
#include <string.h>

#include "tests/tests.h"

struct shelf *fleet_shelf;

void fleet_setup(void)
{
	fleet_shelf = shelf_open();
}

void fleet_teardown(void)
{
	shelf_free(fleet_shelf);
}

/* DeepSeek's: V3 at 4,989 tokens, 50 ms, on H800 with its own stack. */
struct fleet_spec fleet_asked(void)
{
	struct fleet_spec a = { .tpot_s = 0.050, .ttft_s = INFINITY,
		.first_rank = 0.9,
		.gpus = 320, .usd_h = INFINITY,
		.library = shelf_library(fleet_shelf) };

	scenario_init(&a.base);
	strcpy(a.base.model, "deepseek-v3");
	strcpy(a.base.stack, "deepseek");
	a.base.ctx = 4989;
	a.word[FLEET_HW][0] = "h800-sxm";
	a.word[FLEET_MTP][0] = "0";
	a.word[FLEET_TP][0] = "1";	/* enough to choose from, and quick */
	a.word[FLEET_TP][1] = "8";
	return a;
}

void fleet_made(struct fleet *p, const struct fleet_spec *a)
{
	struct fault why;

	ck_assert_msg(!fleet_make(p, a, &why), "%s", why.what);
}

int fleet_sheets(void *of, const struct scenario *s, struct plan_sheets *out)
{
	struct fault why;

	(void)of;
	out->gpu = shelf_gpu_facts(fleet_shelf, s->hw);
	out->stack = shelf_stack_facts(fleet_shelf, s->stack, s->date);
	out->model = shelf_model_facts(fleet_shelf, s->model);
	out->config = shelf_model(fleet_shelf, s->model, &why);
	return 0;
}
