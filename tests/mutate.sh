#!/bin/sh
# Mutations: one line of the physics or the logic is made wrong, build/test is
# built, and some test must fail. Not run by make check: each is a build.
#
#	sh tests/mutate.sh		all, in the tree as it stands
#	sh tests/mutate.sh apply	only: does each still change its file?
set -u
[ -z "$(git status --porcelain sim)" ] || {
	echo "mutate: commit or stash what is in sim/ first" >&2
	exit 2
}
nr=0 died=0 stale=0
trap 'git checkout -q -- sim' EXIT
while IFS='|' read -r file change; do
	[ -n "$file" ] || continue
	sed -i "$change" "$file"
	if git diff --quiet -- "$file"; then
		echo "stale: $file: $change"
		stale=$((stale + 1))
		continue
	fi
	nr=$((nr + 1))
	if [ "${1-}" != apply ]; then
		if ! make -s build/test >/dev/null 2>&1; then
			echo "builds not: $file: $change"
			died=$((died + 1))
		elif ! FAIL_FAST=1 CK_TIMEOUT_MULTIPLIER=10 timeout 1200 \
				build/test >/dev/null 2>&1; then
			died=$((died + 1))
		else
			echo "lives: $file: $change"
		fi
	fi
	git checkout -q -- "$file"
done <<'END'
sim/ask/question.c|s/s->isl + osl \/ 2;/s->isl + osl;/
sim/ask/question.c|s/s->concurrency = s->batch \* groups;/s->concurrency = s->batch;/
sim/ask/mixture.c|s/s->osl \/ SQRT_12/s->osl/
sim/answer/answer.c|s/hypot(hypot(overhead, b->arch), far)/hypot(overhead, b->arch) + far/
sim/answer/answer.c|s/exp(-Z80 \* log_sd)/exp(Z80 * log_sd)/
sim/answer/answer.c|s/a->tpot_s = a->step_s \/ q->tokens_per_step/a->tpot_s = a->step_s/
sim/answer/answer.c|s/a->tok_s_user = 1 \/ a->tpot_s/a->tok_s_user = 1 \/ a->step_s/
sim/time/cost.c|s/ceil(rows \/ pad) \* pad : rows/rows : rows/
sim/work/exchange.c|s/return (n - 1) \* payload_B;/return n * payload_B;/
sim/work/exchange.c|s/return 2.0 \* (n - 1) \/ n \* payload_B;/return (n - 1) \/ n * payload_B;/
sim/work/exchange.c|s/(floor(from \/ group) + 1) \* group/floor(from \/ group) * group/
sim/work/exchange.c|s/l->nodes_hit \* (l->nodes - 1) \/ l->nodes/l->nodes_hit/
sim/work/hold.c|s/floor(left_B(h) \/ h->kv_tok_B)/left_B(h)/
sim/time/late.c|s/fmax(1, a->batch.seqs \/ a->batch.micro)/a->batch.seqs/
sim/time/step.c|s/fmax(sh + a0, d) + fmax(a1, c)/fmax(sh + a0, d)/
sim/time/step.c|s/fmax(sh, d) + c;/fmax(sh, d);/
sim/time/step.c|s/op->ranks + g->nvlink_gpus - 1/op->ranks + g->nvlink_gpus/
sim/judge/rules_limit.c|s/(n - 1) \* (1 - pow(1 - 1 \/ n, k))/n * (1 - pow(1 - 1 \/ n, k))/
sim/judge/rules_load.c|s/if (n >= ENOUGH)/if (n > ENOUGH)/
sim/inside/ladder.c|s/s->overhead = 1/s->overhead *= 1/
sim/base/table.c|s/if (2 \* t->columns > t->slots)/if (t->columns > t->slots)/
sim/base/near.c|s/if (i == len \&\& len \&\&/if (i == len \&\&/
sim/facts/gpu.c|s/f->value <= s->most/true/
sim/facts/gpu.c|s/f->value >= s->least/true/
sim/work/exchange.c|s/return n > 1 ? payload_B : 0;/return payload_B;/
sim/work/exchange.c|s/return 2.0 \* m->hidden_size;/return m->hidden_size;/
sim/work/hold.c|s/h->grow_B \* fmax(0, seqs - h->grow_seqs)/h->grow_B * seqs/
sim/work/hold.c|s/(1.0 + d->layout.drafts) \/ d->layout.tp \/ micro/1.0 \/ d->layout.tp \/ micro/
sim/work/layout.c|s/(m->num_hidden_layers + l->pp - 1) \/ l->pp/m->num_hidden_layers \/ l->pp/
sim/work/mla.c|s/num_attention_heads \/ p->on->layout.tp/num_attention_heads/
sim/time/power.c|s/fmin(g->tdp_W, g->idle_W + moved_J \/ s)/g->idle_W + moved_J \/ s/
sim/time/prefill.c|s/fmax(compute \/ sms, wire)/fmax(compute, wire)/
sim/time/largest.c|s/erfc(-x \/ sqrt(2)) \/ 2/erfc(-x) \/ 2/
sim/time/price.c|s/fmax(0, 2 \* a - b) \/ PRIOR_TOK/fmax(0, 2 * a - b)/
sim/time/rate.h|s/return 1 \/ (share \* g->hbm_Bps)/return 1 \/ g->hbm_Bps/
sim/facts/attention.c|s/rest + rest \/ ENTRY_BLOCK + 1 + rope/rest + rest \/ ENTRY_BLOCK + rope/
sim/facts/attention.c|s/return window + (compressed/return (compressed/
sim/facts/format.c|s/(bytes) + (scale_B) \/ (double)(block)/(bytes)/
sim/facts/lengths.c|s/sqrt(var) \/ mean/var \/ mean/
sim/claims/figure.c|s/f->low < f->high ? 0 : 1/0/
sim/claims/roofs.c|s/(s\[1\] - s\[0\]) \/ r->user.light_tokens/(s[1] - s[0])/
sim/judge/rules_prompt.c|s/fmax(some, 1 - hit->high)/1 - hit->high/
sim/judge/rules_prompt.c|s/ceil(0.9 \* n)/ceil(0.95 * n)/
sim/judge/rules_pace.c|s/p->ms.high >= low && p->ms.low <= high/p->ms.high >= low/
sim/serve/rank.c|s/taken + needs - held_already_tok <= /taken + needs <= /
sim/serve/rank.c|s/k->running \* (k->engine->block_tok - 1) \/ 2/0/
END
echo "mutate: $nr mutations, $died died, $stale stale"
[ "$stale" -eq 0 ] && { [ "${1-}" = apply ] || [ "$died" -eq "$nr" ]; }
