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
		if ! make -s build/test >/dev/null 2>&1 ||
				! timeout 300 build/test >/dev/null 2>&1; then
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
sim/ask/answer.c|s/return hypot(overhead, far)/return overhead + far/
sim/ask/answer.c|s/exp(-Z80 \* log_sd)/exp(Z80 * log_sd)/
sim/ask/answer.c|s/a->tpot_s = a->step_s \/ q->tokens_per_step/a->tpot_s = a->step_s/
sim/ask/answer.c|s/a->tok_s_user = 1 \/ a->tpot_s/a->tok_s_user = 1 \/ a->step_s/
sim/time/cost.c|s/ceil(rows \/ pad) \* pad : rows/rows : rows/
sim/work/exchange.c|s/return (n - 1) \* payload_B;/return n * payload_B;/
sim/work/exchange.c|s/return 2.0 \* (n - 1) \/ n \* payload_B;/return (n - 1) \/ n * payload_B;/
sim/work/exchange.c|s/(floor(from \/ group) + 1) \* group/floor(from \/ group) * group/
sim/work/exchange.c|s/l->nodes_hit \* (l->nodes - 1) \/ l->nodes/l->nodes_hit/
sim/work/hold.c|s/floor(left_B(h) \/ h->kv_tok_B)/left_B(h)/
sim/time/step.c|s/fmax(1, a->batch.seqs \/ a->batch.micro)/a->batch.seqs/
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
END
echo "mutate: $nr mutations, $died died, $stale stale"
[ "$stale" -eq 0 ] && { [ "${1-}" = apply ] || [ "$died" -eq "$nr" ]; }
