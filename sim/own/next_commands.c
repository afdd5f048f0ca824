#include "own/next.h"

#include <assert.h>
#include <math.h>

enum {
	OUT_TOK = 1024,		/* size: outputs, so that a batch holds */
	ROUNDS = 4		/* size: prompts a client */
};

/* What the three command lines are made of. */
struct words {
	const char *model;
	double gpus, tp, dp, ep, clients, prompt_tok;
	int drafts;
};

static struct words words_of(const struct candidate *c)
{
	const struct scenario *s = &c->question.scenario;
	double dp = s->gpus / s->tp;

	return (struct words){ s->model, s->gpus, s->tp, dp, s->ep,
		ceil(s->batch * dp), fmax(c->question.batch.ctx_tok -
		OUT_TOK / 2, 1), (int)s->mtp };
}

static void sglang(const struct words *w, struct text *out)
{
	text_addf(out, "# SGLang\npython3 -m sglang.launch_server "
		  "--model-path %s --tp-size %g", w->model, w->gpus);
	if (w->dp > 1)
		text_addf(out, " --dp-size %g --enable-dp-attention", w->dp);
	if (w->ep > 1)
		text_addf(out, " --ep-size %g", w->ep);
	if (w->drafts)
		text_addf(out, " --speculative-algorithm EAGLE "
			  "--speculative-num-steps %d --speculative-eagle-topk "
			  "1 --speculative-num-draft-tokens %d", w->drafts,
			  w->drafts + 1);
	text_addf(out, " --max-running-requests %g --disable-radix-cache "
		  "2>sglang.log\n", w->clients);
}

static void vllm(const struct words *w, struct text *out)
{
	text_addf(out, "# vLLM\nvllm serve %s --tensor-parallel-size %g",
		  w->model, w->tp);
	if (w->dp > 1)
		text_addf(out, " --data-parallel-size %g", w->dp);
	if (w->ep > 1)
		text_add(out, " --enable-expert-parallel");
	if (w->drafts)
		text_addf(out, " --speculative-config '{\"method\":\"mtp\","
			  "\"num_speculative_tokens\":%d}'", w->drafts);
	text_addf(out, " --max-num-seqs %g --no-enable-prefix-caching "
		  "2>vllm.log\n", ceil(w->clients / w->dp));
}

static void trtllm(const struct words *w, struct text *out)
{
	text_addf(out, "# TensorRT-LLM\nprintf 'tensor_parallel_size: %g\\n"
		  "moe_expert_parallel_size: %g\\nenable_attention_dp: %s\\n"
		  "max_batch_size: %g\\nprint_iter_log: true\\n", w->gpus,
		  w->ep, w->dp > 1 ? "true" : "false",
		  ceil(w->clients / w->dp));
	if (w->drafts)
		text_addf(out, "speculative_config: {decoding_type: MTP, "
			  "max_draft_len: %d}\\n", w->drafts);
	text_addf(out, "' >trtllm.yaml\ntrtllm-serve %s "
		  "--extra_llm_api_options trtllm.yaml 2>trtllm.log\n",
		  w->model);
}

void next_commands(const struct candidate *c, struct text *out)
{
	struct words w = words_of(c);

	assert(out);
	sglang(&w, out);
	vllm(&w, out);
	trtllm(&w, out);
	text_addf(out, "# the load, for any of them\nvllm bench serve --model "
		  "%s --dataset-name random --random-input-len %.0f "
		  "--random-output-len %d --ignore-eos --max-concurrency %g "
		  "--num-prompts %g --save-result --save-detailed\n",
		  w.model, w.prompt_tok, OUT_TOK, w.clients,
		  ROUNDS * w.clients);
	text_addf(out, "deeproof calibrate sglang.log --hw %s --model %s "
		  "--gpus %g --tp %g --ep %g --ctx %.0f",
		  c->question.on.machine.gpu->name, w.model, w.gpus, w.tp,
		  w.ep, c->question.batch.ctx_tok);
	if (w.drafts)
		text_addf(out, " --mtp %d", w.drafts);
	text_add(out, " -o own.csv\n");
}
