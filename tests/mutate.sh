#!/bin/sh
# Mutations: one line of the physics or the logic is made wrong, build/test is
# built, and some test must fail: first those that include from its folder. Not
# run by make check: each is a build.
set -u
usage="sh tests/mutate.sh		all, in the tree as it stands
sh tests/mutate.sh 1 40		the first forty
sh tests/mutate.sh apply	only: does each still change its file?"
from=1 to=99999 line=0 nr=0 died=0 wrong=0
case "${1-} ${2-}" in
' ' | 'apply ') ;;
*[!0-9\ ]* | *' '*' '* | ' '*)
	echo "$usage"
	[ "$*" = --help ]
	exit $(($? * 2)) ;;
*) from=$1 to=${2:-$1} ;;
esac
[ -z "$(git status --porcelain sim plots)" ] || {
	echo "mutate: commit or stash what is in sim/ and plots/ first" >&2
	exit 2
}
trap 'git checkout -q -- sim plots' EXIT
trap 'exit 2' HUP INT PIPE TERM

survives() {
	folder=${file#sim/}
	export FAIL_FAST=1 CK_TIMEOUT_MULTIPLIER=10
	for suite in $(grep -l "\"${folder%%/*}/" tests/test_*.c); do
		suite=${suite#tests/test_}
		CK_RUN_SUITE=${suite%.c} timeout 600 build/test || return 1
	done >/dev/null 2>&1
	timeout 1200 build/test >/dev/null 2>&1
}

while IFS='|' read -r file change; do
	line=$((line + 1))
	[ "$line" -ge "$from" ] && [ "$line" -le "$to" ] || continue
	sed -i "$change" "$file"
	nr=$((nr + 1))
	if git diff --quiet -- "$file"; then
		echo "stale: $file: $change"
		wrong=$((wrong + 1))
	elif [ "${1-}" = apply ]; then
		:
	elif ! make -s build/test >/dev/null 2>&1; then
		echo "builds not: $file: $change"
		wrong=$((wrong + 1))
	elif survives; then
		echo "lives: $file: $change"
	else
		died=$((died + 1))
	fi
	git checkout -q -- "$file"
done <<'END'
sim/learn/refit.c|s/fmax(0, without . without - with . with)/0/
sim/ask/question.c|s/s->isl + osl \/ 2;/s->isl + osl;/
sim/cost/rate.h|s/ceil(ctas \/ g->sms)/1/
sim/time/price.c|s/p->alike ? s->seqs : n/n/
sim/time/price.c|s/n + fmin(p->copies, g - n)/n/
sim/ask/question.c|s/s->concurrency = s->batch \* groups;/s->concurrency = s->batch;/
sim/ask/mixture.c|s/s->osl \/ SQRT_12/s->osl/
sim/answer/answer.c|s/both_sd(both_sd(overhead, b->arch\(.*\)), far)/hypot(overhead, b->arch\1) + far/
sim/answer/answer.c|s/exp(-Z80 \* log_sd)/exp(Z80 * log_sd)/
sim/answer/answer.c|s/a->tpot_s = a->step_s \/ q->tokens_per_step/a->tpot_s = a->step_s/
sim/answer/answer.c|s/a->tok_s_user = 1 \/ a->tpot_s/a->tok_s_user = 1 \/ a->step_s/
sim/cost/rate.h|s/ceil(rows \/ pad) \* pad : rows/rows : rows/
sim/work/exchange.c|s/return (n - 1) \* payload_B;/return n * payload_B;/
sim/work/exchange.c|s/return 2.0 \* (n - 1) \/ n \* payload_B;/return (n - 1) \/ n * payload_B;/
sim/work/exchange.c|s/(floor(from \/ group) + 1) \* group/floor(from \/ group) * group/
sim/work/exchange.c|s/l->nodes_hit \* (l->nodes - 1) \/ l->nodes/l->nodes_hit/
sim/work/hold.c|s/a->mem_share == s->mem_share ?/a->mem_share != s->mem_share ?/
sim/work/hold.c|s/floor(left_B(h) \/ h->kv_tok_B)/left_B(h)/
sim/time/late.c|s/fullest_even(b->seqs \/ micro, m)/fullest_even(b->seqs, m)/
sim/time/paired.c|s/larger(of\[OF_FIRST\], of\[OF_SEND\]);/of[OF_FIRST];/
sim/time/paired.c|s/h->group = group_lag_s(t, h->group_slack)/h->group = group_lag_s(t, h->slack)/
sim/time/paired.c|s/(late + 2 \*/(late +/
sim/time/paired.c|s/2 \* h->same \* x \* e/x * e/
sim/time/paired.c|s/x = h->experts \* larger(0, 1 + z \* h->sd)/x = h->experts/
sim/time/paired.c|s/of\[OF_BACK\] + z \* of\[SD_BACK\]/of[OF_BACK]/
sim/time/paired.c|s/h->group = larger(0, of\[LATE_GROUP\] - h->ahead)/h->group = of[LATE_GROUP]/
sim/time/late.c|s/sp->busiest + z \* sp->busiest_sd/sp->busiest/
sim/time/late.c|s/- (1 - st->stays) \* (1 - tail)/- (1 - tail)/
sim/play/group.c|s/if (rows > g->all)/if (rows < g->all)/
sim/time/paired.c|s/slack \* ((1 + r) \* l/slack * (r * l/
sim/time/price.c|s/prompts_s(p, s) + price_host_s/prompts_s(p, s) - price_host_s/
sim/time/price.c|s/int i = 0; i < BELOW_ONE/int i = 1; i < BELOW_ONE/
sim/work/sparse.c|s/both = 0, square = 0/both = 0, square = 1/
sim/plan/queue.c|s/(l->rank + 1), root \* root/(l->rank + 1), root/
sim/plan/confidence.c|s/sqrt(fmax(0, all \* all - facts))/all/
sim/claims/sums.c|s/r->nothing |= over \&\& !(y > 0);/;/
sim/claims/bounds.c|s/^\tout\[nr++\] = domain;.*/\t;/
sim/judge/verdict.c|s/than->caps || f->caps ? f->caps/than->caps ? f->caps/
sim/judge/report.c|s/^\t\tclear(out, to);/\t\t;/
sim/rules/cross.c|s/return fmax(g->flops\[MATH_BF16\], fmax/return fmin(g->flops[MATH_BF16], fmax/
sim/rules/prompt.c|s/isnan(c->scenario.isl) || isnan(c->scenario.osl)/isnan(c->scenario.osl)/
sim/time/late.c|s/larger(0, send + st->z\[i\] \* send_sd)/send/
sim/time/late.c|s/tail = 1 - all \/ .*/tail = 0;/
sim/skew/skew.c|s/rare \* (most_of(s, q, q \* (1 - q)) - k \* q - most)/0/
sim/skew/skew.c|s/{ by->pad, sqrt(clumped(by)) }/{ by->pad, 1 }/
sim/skew/unplaced.c|s/kind\[i\].draws \*/1 */
sim/skew/unplaced.c|s/draws + own \* (ranks - draws)/draws/
sim/skew/unplaced.c|s/s->alike - own \* (s->alike - 1)/1/
sim/skew/unplaced.c|s/return s->together ? 1 :/return s->together ||/
sim/skew/hottest.c|s/copies\[most\] + 1);/copies[most] + 2);/
sim/skew/hottest.c|s/, 1.0 \/ left) :/, 1.0 \/ a->experts * 2) :/
sim/skew/hottest.c|s/sd > 0 \&\& i < nr/sd < 0 \&\& i < nr/
sim/skew/hottest.c|s/larger(1 + LEVEL, squares)/1 + LEVEL/
sim/skew/largest.c|s/share) \/ out->sd;/share);/
sim/skew/largest.c|s/fill(&f, l->chance\[i\], most);/fill(\&f, l->chance[LARGEST_NODES - 1 - i], most);/
sim/time/late.c|s/\*sd \/= squares;//
sim/skew/packed.c|s/s->always = fmax(.*/s->always = 1;/
sim/skew/skew.c|s/most \* most - told/most * most/
sim/time/late.c|s/(1 - st->chance) \* rows, tiles/(1 - st->chance) * st->late_s[i], tiles/
sim/skew/skew.c|s/(first - out->mean.padded) \/ most/0/
sim/skew/skew.c|s/lesser(1, (touched \* touched + tiles \* tiles) \/ var)/1/
sim/time/paired.c|s/slack \* ((1 + r) \* l + t->a \* r \* slack)/slack * (2 * l + t->a * slack)/
sim/skew/skew.c|s/lesser(most, k \* sqrt(t->room))/most/
sim/skew/skew.c|s/if (rare < 0)/if (rare < -1)/
sim/skew/skew.c|s/by->pad > 1 \&\& slots > 1/by->pad > 1/
sim/read/sample.c|s/(int)(some + gsl_rng_uniform(rng(d, STREAM_HITS)))/(int)ceil(some)/
sim/skew/skew.c|s/ + (by->tok - by->apart) \/ by->tok;/;/
sim/skew/skew.c|s/most += 1 - pow(fmin(1, below), s->ranks)/most += 1 - below/
sim/time/fullest.c|s/1 - pow(below(&c, from), groups)/1 - below(\&c, from)/
sim/time/fullest.c|s/kv += r \* alike_kv/kv += alike_kv/
sim/time/fullest.c|s/lesser(1, with) \* larger(0, kv - less)/larger(0, kv - less)/
sim/ask/question.c|s/less \* flight, (less + 1) \* flight/less, less + 1/
sim/read/sample.c|s/ - a->step % flight) / - 0 * flight) /
sim/answer/run.c|s/(steps + flight - 1) \/ flight \* flight/steps/
sim/limits/ceiling.c|s/r->kv_B \* MUCH > r->weights_B/r->kv_B > MUCH * r->weights_B/
sim/work/exchange.c|s/(l->domain_least \* (l->nodes - 1)) - 1/(l->domain * (l->nodes - 1)) - 1/
sim/work/shard.c|s/s.both = by_tp.of != NULL;/s.both = 0;/
sim/sheet/want.c|s/!w\[i\].optional && //
sim/time/paired.c|s/larger(sh, d) + c;/larger(sh, d);/
sim/play/play.c|s/fmin(0, startup_s(p, ph))/0 * startup_s(p, ph)/
sim/ask/practice.c|s/batch.seqs >= 2;/batch.seqs >= 1;/
sim/time/price.c|s/if (seqs < 2) {/if (seqs < 0) {/
sim/time/floor.c|s/op->ranks + g->nvlink_gpus - 1/op->ranks + g->nvlink_gpus/
sim/rules/limit.c|s/(n - 1) \* (1 - pow(1 - 1 \/ n, k))/n * (1 - pow(1 - 1 \/ n, k))/
sim/rules/load.c|s/if (n >= ENOUGH)/if (n > ENOUGH)/
sim/inside/ladder.c|s/s->overhead = 1/s->overhead *= 1/
sim/base/table.c|s/if (2 \* t->columns > t->slots)/if (t->columns > t->slots)/
sim/base/near.c|s/(!at\[i\] || at\[i\] == '-')/1/
sim/facts/gpu.c|s/f->value <= s->most/true/
sim/ask/grid.c|s/!\*item \&\& strchr(text, ',')/false/
sim/options/describe.c|s/doc\[len\] == ';'/0/
sim/facts/gpu.c|s/f->value >= s->least/true/
sim/work/exchange.c|s/return n > 1 ? payload_B : 0;/return payload_B;/
sim/work/exchange.c|s/return 2.0 \* m->hidden_size;/return m->hidden_size;/
sim/work/hold.c|s/h->grow_B \* fmax(0, seqs - h->grow_seqs)/h->grow_B * seqs/
sim/work/hold.c|s/(1.0 + d->layout.drafts) \/ d->layout.tp \/ micro/1.0 \/ d->layout.tp \/ micro/
sim/work/layout.c|s/(m->num_hidden_layers + l->pp - 1) \/ l->pp/m->num_hidden_layers \/ l->pp/
sim/work/pass.h|s/num_attention_heads \/ p->on->layout.tp/num_attention_heads/
sim/time/power.c|s/fmin(g->tdp_W, g->idle_W + moved_J \/ s)/g->idle_W + moved_J \/ s/
sim/time/prefill.c|s/larger(compute \/ sms, wire)/larger(compute, wire)/
sim/skew/largest.c|s/erfc(-x \/ sqrt(2)) \/ 2/erfc(-x) \/ 2/
sim/time/price.c|s/fmax(0, 2 \* a - b) \/ PRIOR_TOK/fmax(0, 2 * a - b)/
sim/cost/rate.h|s/return 1 \/ (share \* g->hbm_Bps)/return 1 \/ g->hbm_Bps/
sim/model/attention.c|s/rest + rest \/ ENTRY_BLOCK + 1 + rope/rest + rest \/ ENTRY_BLOCK + rope/
sim/model/attention.c|s/return window + (compressed/return (compressed/
sim/sheet/format.c|s/(bytes) + (scale_B) \/ (double)(block)/(bytes)/
sim/model/lengths.c|s/sqrt(var) \/ mean/var \/ mean/
sim/words/figure.c|s/f->low < f->high ? 0 : 1/0/
sim/limits/roofs.c|s/(s\[1\] - s\[0\]) \/ r->user.light_tokens/(s[1] - s[0])/
sim/rules/prompt.c|s/fmax(some, 1 - hit->high)/1 - hit->high/
sim/rules/prompt.c|s/ceil(0.9 \* n)/ceil(0.95 * n)/
sim/rules/pace.c|s/p->ms.high >= low && p->ms.low <= high/p->ms.high >= low/
sim/serve/room.c|s/taken + needs - held_already_tok <= /taken + needs <= /
sim/serve/room.c|s/runs \* (k->engine->block_tok - 1) \/ 2/0/
sim/skew/skew.c|s/(n - BLOM) \/ (n + 1 - 2 \* BLOM)/(n - BLOM) \/ (n + 1)/
sim/time/late.c|s/return late_both(d1, larger(0, d2));/return larger(d1, d2);/
sim/time/floor.c|s/op->payload_B) \/ 2;/op->payload_B);/
sim/time/host.c|s/drafting.ahead > 0)/drafting.ahead > 1)/
sim/time/host.c|s/on->layout.nodes > 1 ?/on->layout.nodes > 2 ?/
sim/time/host.c|s/on->layout.drafts > 0 ?/on->layout.drafts >= 0 ?/
sim/time/price.c|s/s->all_seqs > 0 ? p->turn_s : 0/0/
sim/time/doubt.c|s/= host_turn_err_s(d->ask->on)/= 0/
sim/time/prefill.c|s/b->layers \* rate \* (attn.late + ffn.late)/b->layers * (attn.late + ffn.late)/
sim/work/sparse.c|s/c ? 0 : sqrt(met)/0/
sim/work/sparse.c|s/op->role == ROLE_PICK ? keys : 0/0/
sim/work/sparse.c|s/pass_heads(p) <= FEW_HEADS/pass_heads(p) < FEW_HEADS/
sim/work/sparse.c|s/storage.kv == FORMAT_BF16/storage.kv != FORMAT_BF16/
sim/work/sparse.c|s/op->m > CTA_HEADS ? 2 : 1/op->m >= CTA_HEADS ? 2 : 1/
sim/work/sparse.c|s/op->act_B = q + keys \* FP32_B/op->act_B = q + keys/
sim/work/layout.c|s/FAMILY_DSA \&\& !fp4/FAMILY_DSA/
sim/work/layout.c|s/spec->stack->shared_whole > 0 ? 1/spec->stack->shared_whole > 0 ? l->tp/
sim/work/ffn.c|s/(out + back) \* (l->gpus - 1) \/ l->gpus/(out + back)/
sim/work/ffn.c|s/return p->on->layout.dp == 1 ? p->on->layout.tp : 1;/return p->on->layout.tp;/
sim/plan/size.c|s/tok_s \/ c->scenario.osl \* c->scenario.isl/tok_s \/ c->scenario.isl * c->scenario.osl/
sim/plan/size.c|s/(own + others) \* MONTH_H/own * MONTH_H/
sim/plan/size.c|s/own \* s->question.on.machine.gpu->tdp_W +/own * s->question.on.machine.gpu->tdp_W -/
sim/plan/unasked.c|s/is > 0 ? is \/ was : was \/ is/is > 0 ? was \/ is : is \/ was/
sim/base/text.c|s/pairs += strcspn(pairs, ";,");/pairs += strlen(pairs);/
sim/plan/unasked.c|s/c->word == FLEET_DCP \&\& !divides/c->word == FLEET_DCP \&\& divides/
sim/plan/size.c|s/load > 0 ? 1 - load \/ c->tok_s : 0/load > 0 ? load \/ c->tok_s : 0/
sim/plan/batch.c|s/b->bad.batch - b->good.batch > 1/b->bad.batch - b->good.batch > 2/
sim/plan/prompts.c|s/sqrt(z \* z + 4 \* b) - z/sqrt(z * z + 4 * b)/
sim/plan/verify.c|s/sqrt(1 + room) - 1/sqrt(room)/
sim/plan/batch.c|s/a->step_s <= s->step_most_s/true/
sim/plan/batch.c|s/DEVIATIONS \* sqrt(batch)/sqrt(batch)/
sim/plan/batch.c|s/t->serves \&= !t->late/t->serves = true/
sim/plan/crossover.c|s/floor(a.max_batch) \* q->on.layout.dp/floor(a.max_batch)/
sim/plan/rank.c|s/own \/ faster + (1 \/ c->tok_s_gpu - own)/1 \/ c->tok_s_gpu \/ faster/
sim/plan/confidence.c|s/fmax(0, all \* all - facts)/all * all + facts/
sim/plan/confidence.c|s/rest_sd(c, k) \/ sqrt(2)/rest_sd(c, k)/
sim/plan/queue.c|s/(1 - 1 \/ l->groups) \/ 2)/0)/
sim/serve/rank.c|s/k->live\[id\].need_tok - 1;/k->live[id].need_tok;/
sim/serve/room.c|s/return ceil(tok \/ k->engine->block_tok)/return floor(tok \/ k->engine->block_tok)/
sim/serve/rank.c|s/tok \* (prior + tok \/ 2.0)/tok * prior/
sim/serve/room.c|s/fmax(e->reserve_least, first - steps/fmin(e->reserve_least, first - steps/
sim/serve/tally.c|s/(by->by_n ? tok : tok - 1)/tok/
sim/serve/dist.c|s/serve_percents\[k\] \* (d->nr - 1)/serve_percents[k] * d->nr/
sim/traffic/arrive.c|s/2 \* PI \* t/PI * t/
sim/learn/summary.c|s/s->scenario.batch \/ s->scenario.tp/s->scenario.batch/
sim/learn/summary.c|s/bias += error;/bias += fabs(error);/
sim/learn/solve.c|s/return 1 \/ (1 + off \* off)/return 1 \/ (1 + fabs(off))/
sim/own/steady.c|s/return a <= b \* by \&\& b <= a \* by/return a <= b * by/
sim/own/steady.c|s/s->prompts != r->prompts/false/
sim/limits/look.c|s/hypot(log(s->a->tok_s_gpu \/ s->a->low) \/ Z80,/fmax(log(s->a->tok_s_gpu \/ s->a->low) \/ Z80,/
sim/rules/money.c|s/days \* MONTH_LONG/days/
sim/rules/fit.c|s/hbm + c->value.high >= bytes/c->value.high >= bytes/
sim/rules/fit.c|s/fmax(bytes - hbm, 1)/bytes/
sim/rules/money.c|s/amount_of(1 \/ r->value, 1 \/ r->high, 1 \/ r->low)/amount_of(1 \/ r->value, 1 \/ r->low, 1 \/ r->high)/
sim/learn/gate.c|s/error <= had + POINTS ||/error < 0 ||/
sim/learn/gate.c|s/had \* (1 + TENTH)/had/
sim/learn/gate.c|s/if (rows < number/if (rows > number/
sim/rules/money.c|s/ceil(want->value \/ have->value)/floor(want->value \/ have->value)/
sim/rules/prompt.c|s/return (n + 1) \/ 2;/return n \/ 2;/
sim/rules/load.c|s/MS + (osl->value - 1) \/ user/MS + osl->value \/ 2 \/ user/
sim/rules/load.c|s/2 \* least \* c->value.value/least * c->value.value/
sim/rules/fit.c|s/units_giga(bytes) \/ rate->value/units_giga(bytes) * rate->value/
sim/serve/route.c|s/o->how == SERVE_ROUND_ROBIN/o->how != SERVE_ROUND_ROBIN/
sim/ask/grid.c|s/floor(slack + /floor(/
sim/serve/sample.c|s/l->stride \*= 2;/;/
sim/traffic/arrive.c|s/said = (double)p->prompt_tok + p->output_tok/said = (double)p->prompt_tok/
sim/serve/rank.c|s/v->need_tok += there + 1;/v->need_tok += there;/
sim/base/number.c|s/memcmp(&kept->x, &x, sizeof(x))/kept->x != x/
sim/ask/warm.c|s/if (!keeps_name(r, a))/if (false)/
sim/time/doubt.c|s/if (other || d->touch\[i\].weight != d->st->weight\[i\])/if (other)/
sim/time/costs.c|s/kernels_time_lane(k, k->lane\[i\] + 1);//
sim/work/rows.c|s/op->kv_B = nr \* r->kv_B;/op->kv_B = r->kv_B;/
sim/work/rows.c|s/r->useful\[ROWS_LOAD\] = useful_load(p);//
sim/time/step.c|s/if (!same_context(st, &a->batch))/if (same_context(st, \&a->batch))/
sim/time/step.c|s/was->seqs == is->seqs && was->fullest/was->fullest/
sim/cost/cost.c|s/op->row_nvlink_B > 0 || op->beside/op->row_nvlink_B > 0/
sim/cost/cost.c|s/op->count \* cost_overhead(m, op);/cost_overhead(m, op);/
sim/cost/wire.c|s/c->pack_s = lesser(c->pack_s, c->s);/;/
sim/time/doubt.c|/d->gpu.nic_Bps, d->gpu.nic_err/d
sim/time/spreads.c|s/(is + 2) \/ (was + 2)/(is - 2) \/ (was + 2)/
sim/skew/largest.c|s/t.s + t.s \/ 2/t.s - t.s \/ 2/
sim/play/play.c|s/p->moe_layers += b->layers;/;/
sim/time/pipeline.c|s/st->s - st->host_s - once - sends/st->s + st->host_s - once - sends/
sim/time/host.c|s/bound_s\[BOUND_HOST\] += st->launch_s/bound_s[BOUND_HOST] = st->launch_s/
sim/time/host.c|s/joined(a->on) ? m->stack->launch_tp : 1/m->stack->launch_tp/
sim/work/exchange.c|s/f.copies \* row/f.copies \/ row/
sim/work/exchange.c|s/return a->on->layout.nodes > 1/return a->on->layout.nodes >= 1/
sim/work/hold.c|s/(seq_B + h->grow_B)/seq_B/
sim/model/params.c|s/mix_head_params(m) \* format_bytes(FORMAT_FP32) +/mix_head_params(m) +/
sim/model/attention.c|s/return s.rows \* (s.entry + s.key)/return s.rows * s.entry/
sim/model/model_fields.c|s/if (!\*end)/if (*end)/
sim/model/model.c|s/"write at most %d", n + 1/"write at most %d", n/
sim/serve/room.h|s/(k->first->part >= 0);/(k->first->part > 0);/
sim/serve/room.c|s/return f->whole_tok - shared_tok(k);/return f->whole_tok + shared_tok(k);/
sim/serve/pool.c|s/p->block\[b\].tok > p->host_room_tok) {/p->block[b].tok >= p->host_room_tok) {/
sim/serve/run.c|s/log->never += fate/log->never = fate/
sim/requests/client.c|s/at_once < MOST ? (int)at_once : 0/0/
sim/requests/serving.c|s/a->tok_s_gpu \* MILLION;/a->tok_s_gpu \/ MILLION;/
sim/logs/enginelog.c|s/p \&\& p < end/p/
sim/logs/enginelog.c|s/l->at\[l->nr - 1\].accept = accept/l->at[0].accept = accept/
sim/logs/enginelog.c|s/!\*log->date \&\& \*p/*p/
sim/logs/bench.c|s/r->tp = dp ? 1 : tp;/r->tp = tp;/
sim/logs/bench.c|s/to->out_tok > 1 \&\&/to->out_tok > 0 \&\&/
sim/logs/requests.c|s/y -= m <= 2;/y -= m < 2;/
sim/logs/requests.c|s/of_era \/ 100 + of_year/of_year/
sim/logs/requests.c|s/if ((double)nr > blocks)/if (false)/
sim/logs/requests.c|s/delay \* MS \/ r->speedup/delay * MS/
sim/logs/tool.c|s/other <= ms \&\& r < row/other <= ms/
sim/checkpoint/plan.c|s/return left ? base : f;/return f;/
sim/checkpoint/plan.c|s/if (expert_of(r.text) > 0)/if (expert_of(r.text) >= 0)/
sim/checkpoint/plan.c|s/= s != SITE_MTP \&\&/= true \&\&/
sim/checkpoint/weave.c|s/w->group == k->group \&\&/true \&\&/
sim/checkpoint/weave.c|s/(!acts || w->act8 == k->act8)/true/
sim/answer/sweep.c|s/memset(own.id, 0, sizeof(own.id));//
sim/answer/sweep.c|s/question_batch(q, most > 0 ? most : 1);//
sim/answer/prefill.c|s/fmax(1, p->together - 1)/p->together/
sim/answer/run.c|s/sum->busy_s\[i\] += one/sum->busy_s[i] = one/
sim/answer/cells.c|s/"weights_gb_high", held.weights_high_B/"weights_gb_high", held.weights_B/
sim/answer/sweep_sheet.c|s/if (i == refusal)/if (i == 0)/
sim/checkpoint/restate.c|s/(layer + 1 - from) % every == 0/(layer - from) % every == 0/
sim/checkpoint/keys.c|s/n < s->least || n > s->most/n < s->least/
sim/model/model_fields.c|s/AS(kv_fp8, FIELD_BOOL),//
sim/model/model_fields.c|s/x < 0 || x > INT_MAX/x > INT_MAX/
sim/facts/set.c|s/!isfinite(value \* factor)/false/
sim/facts/service.c|s/pow(c->one_s \/ most, c->bend)/pow(c->one_s, c->bend)/
sim/facts/terms.c|s/may \& BIT(E_SWITCH)/need \& BIT(E_SWITCH)/
sim/facts/grammar.c|s/if (!strcmp(param, list\[0\]))/if (strcmp(param, list[0]))/
sim/model/lengths.c|s/fault_about(why, "ctx");/;/
sim/model/kept.c|s/p = mtp ? SITE_MTP : 0/p = 0/
sim/sheet/merge.c|s/strcmp(day(f), date) > 0/strcmp(day(f), date) >= 0/
sim/ask/question.c|s/fmax(1, s->pp)/s->pp/
sim/ask/scenario.c|s/if (equals\[1\])/if (true)/
sim/requests/columns.c|s/x != floor(x)/false/
sim/requests/engine.c|s/held.buffer_B + held.kv_B > held/held.buffer_B - held.kv_B > held/
sim/serve/pool.c|s/if (b >= 0) {/if (b > 0) {/
sim/base/goal.c|s/^\t\t\treturn true;/\t\t\treturn false;/
sim/base/chance.c|s/while (k >= n);/while (k > n);/
sim/work/hold.c|s/sum += format_bytes(kept_in(k, SITE_MTP, MODULE_EXPERTS));/;/
sim/answer/sweep_sheet.c|s/answer_column_find(name) < 0;/answer_column_find(name) <= 0;/
sim/answer/answer.c|s/a->high = fmax(a->tok_s_gpu, a->sol_tok_s_gpu)/a->high = a->sol_tok_s_gpu/
plots/palette.c|s/share \* (of_a - of_b)/share * (of_a + of_b)/
plots/chart.c|s/width = fmax(width, canvas_text_width/width = fmin(width, canvas_text_width/
plots/clip.c|s/dy = q->y - p->y;/dy = q->y + p->y;/
plots/ends.c|s/i < nr - 1 ? y\[i + 1\]/i < nr + 1 ? y[i + 1]/
plots/lines.c|s/last\[i\] < near/last[i] < 0/
plots/spots.c|s/^\tmark_best(all);/\t;/
plots/ladder.c|s/f->colour = f->to > f->from ? VERMILION : GREEN;/;/
sim/say/cost_text.c|s/c->load_tok_s > 0 ? c->load_tok_s/c->load_tok_s >= 0 ? c->load_tok_s/
sim/say/plan_text.c|s/c->replicas > 1 ? "s"/c->replicas >= 1 ? "s"/
sim/say/serving_json.c|s/(t->prompt_tok + t->output_tok) \/ t->s/(t->prompt_tok + t->output_tok) * t->s/
sim/say/verify_text.c|s/int i = 0; i < VERIFY_RANKS/int i = 1; i < VERIFY_RANKS/
sim/plan/size.c|s/own \/ HOUR_S \/ served_tok_s \* MILLION/own \/ HOUR_S \/ served_tok_s \/ MILLION/
sim/options/needs.c|s/unsigned i = 0; i < sizeof(idle)/unsigned i = 1; i < sizeof(idle)/
sim/options/options_plan.c|s/!(x > 0) || x > MOST_RATE/!(x > 1) || x > MOST_RATE/
sim/options/emit.c|s/for (int j = 0; j < i; j++) {/for (int j = 1; j < i; j++) {/
sim/own/own.c|s/w->far = COUNTS_NOTHING/w->far = COUNTS_ALIKE/
sim/own/own_bend.c|s/a->class == b->class \&\&/1 \&\&/
sim/own/own_bend.c|s/!strcmp(a->image, b->image)/1/
sim/own/own_bend.c|s/v->level \* v->level +/v->level +/
sim/own/gather.c|s/fmax(0, sd \* sd - err \* err)/sd * sd/
sim/own/gather.c|s/sqrt(1 - o->share)/sqrt(o->share)/
sim/own/next_commands.c|s/OUT_TOK \/ 2, 1)/OUT_TOK, 1)/
sim/learn/moved.c|s/c->parameter\[i\].line == f->line/1/
sim/learn/parameter.c|s/to->prior_err = p->err \/ p->value/to->prior_err = p->err/
sim/learn/validate.c|s/v->measured \* tokens \/ units_ms(1)/v->measured \/ units_ms(1)/
sim/learn/summary.c|s/return nr % 2 ? x\[nr \/ 2\]/return nr % 2 ? x[0]/
sim/fit/lawterms.c|s/t->value = x \* lawterm_factor/t->value = x \/ lawterm_factor/
sim/fit/choice.c|s/len == strlen(cell) \&\& //
sim/read/flow.c|s/quoted ^= c == '"';/;/
sim/read/place.c|s/len > tail \&\& //
sim/checkpoint/index.c|s/fabs(x \/ of - 1) <= NEAR/fabs(x \/ of - 1) <= 2 * NEAR/
sim/checkpoint/index.c|s/"mtp.") >= 0/"mtp.") > 0/
sim/own/own_report.c|s/fmax(sd \* sd/fmin(sd * sd/
sim/logs/tool_stdout.c|s/!(r->batch > 0) || /!(r->batch > 0) \&\& /
sim/fit/lawauto.c|s/c) || lawterms_take(/c) \&\& lawterms_take(/
sim/library/shelf.c|s/while (len > 0 \&\&/if (len > 0 \&\&/
sim/requests/serving.c|s/fmax(0, off)/fmin(0, off)/
sim/inside/ladder.c|s/e_short > 0/e_short >= 0/
sim/answer/answer.c|s/memset(a, 0, sizeof(\*a));//
sim/cmd/cmd_validate.c|s/a->leave_out != REFIT_NOTHING || o->calibrate/a->leave_out != REFIT_NOTHING/
sim/cmd/cmd_sweep.c|s/!rc \&\& j->options->manifest/rc \&\& j->options->manifest/
sim/cmd/cmd_fit.c|s/else if (tool || o->told.nr)/else if (tool \&\& o->told.nr)/
sim/cmd/cmd_plan.c|s/= p->list\[w\].value\[i\].text;/= NULL;/
sim/rules/line.c|s/if (s\[n\] == '.'/if (s[n] != '.'/
sim/rules/money.c|s/most = c->stated.of\[Q_TOKENS_PER_DAY\];/;/
sim/claims/sums.c|s/"(1 - @ \/ 100)", { Q_SAVINGS_PCT }/"(1 + @ \/ 100)", { Q_SAVINGS_PCT }/
sim/claims/amount.c|s/a->high \/ b->low)/a->high * b->low)/
sim/claims/names.c|s/eight \&= isnan(s->gpus);/;/
sim/plan/verify.c|s/v->tpot_over > 0 \&\& !(r->choice->load_tok_s/v->tpot_over > 0 \&\& (r->choice->load_tok_s/
sim/ask/question.c|s/own->ctx = s->ctx;/;/
sim/ask/question.c|s/own->requests = s->requests;/;/
sim/ask/warm.c|s/r->step->batch.micro == a->batch.micro/1/
sim/serve/scale.c|s/r->is != REPLICA_LEAVING || r->outstanding > 0/r->is != REPLICA_LEAVING/
sim/serve/scale.c|s/answers ? REPLICA_LEAVING : REPLICA_AWAY/REPLICA_AWAY/
sim/serve/route.c|s/if (r\[i\].is != REPLICA_THERE)/if (0)/
sim/serve/run.c|s/ticks_to_s(begins) + s < LONGEST/s < LONGEST/
sim/serve/room.c|s/return there - shared_tok(k)/return there/
sim/requests/serving.c|s/log->kv_most_tok < FULL \* room/0/
sim/requests/serving.c|s/sign \* log(other->s \/ x->s)/0/
sim/requests/client.c|s/ || \*s->over == 'w'//
sim/requests/engine.c|s/q->scenario.isl + q->scenario.osl/q->scenario.isl/
sim/requests/engine.c|s/off_tok = of->free \* Z80/off_tok = Z80/
sim/requests/job.c|s/l->client = SERVE_CLOSED;/;/
sim/sheet/want.c|s/	fault_at_fact(why, f);/;/
sim/facts/grammar.c|s/	fault_at_fact(why, f);/;/
sim/answer/answer.c|s/best = (enum bound)i;/;/
sim/answer/answer.c|s/q->batch.micro > q->batch.seqs)/q->batch.micro > 2 * q->batch.seqs)/
sim/answer/run.c|s/a->step_s < LONGEST_S/1/
sim/answer/sweep.c|s/s->unwanted = !is_wanted(s, w, ANSWER_SUMS);/;/
sim/work/ffn.c|s/if (l->pp == 1)/if (l->pp == 0)/
sim/base/near.c|s/if (strlen(word) < least)/if (strlen(word) >= least)/
sim/requests/columns.c|s/x != 0 \&\& x != 1)/x < 0)/
sim/requests/columns.c|s/if (text_said(all, here, pair))/if (text_said(all, all, pair))/
sim/limits/look.c|s/	h->kv_B \*= fmin(1, part);/;/
sim/requests/engine.c|s/floor(\*room\[i\] - tok \* r->flight_tok)/floor(*room[i])/
sim/work/cache.c|s/p->window_share \* kept/kept/
sim/work/cache.c|s/ceil(of\[i\].blocks \/ block_B)/of[i].blocks \/ block_B/
sim/work/cache.c|s/of\[i\].block_tok) + 1)/of[i].block_tok))/
sim/work/cache.c|s/double step = 1 + d->layout.drafts/double step = 1/
sim/work/cache.c|s/of\[i\].blocks \/ of\[i\].block_tok/of[i].blocks/
sim/serve/rank.c|s/k->running \* e->step_tok/k->running/
sim/serve/room.c|s/^\t\t\t k->engine->seq_tok;/\t\t\t 0;/
sim/work/hold.c|s/l->pp > 2 ? more \* moe : 0/0/
sim/time/prefill.c|s/var += pow(s->overhead_prefill_fp8_err/var -= pow(s->overhead_prefill_fp8_err/
sim/answer/prefill.c|s/full.s > 0 || deployment_lacks(&q->on)/full.s > 0/
sim/work/op.h|s/op->kind != OP_KERNEL \&\& op->kind != OP_FIXED/1/
sim/work/ffn.c|s/bool out = kind == OP_GATHER/bool out = kind != OP_GATHER/
sim/work/ffn.c|s/	sample(g);/;/
sim/work/ffn.c|s/h \* (streams + 1) \* BF16_B/h * (streams + 2) * BF16_B/
sim/work/graph.c|s/g->part\[part\].place = place;/;/
sim/work/graph.c|s/p->drafted.nr > 0/p->drafted.nr > 1/
sim/work/exchange.c|s/		k = pairs(a);/		k = ranks(a);/
sim/answer/prefill.c|s/gpus = layout_gpus(l)/gpus = l->gpus/
sim/requests/power.c|s/(alone ? prompts : 0)/0/
sim/requests/serving.c|s/hypot(fmax(0, sign \* log(to \/ x))/hypot(fmax(1, sign * log(to \/ x))/
sim/words/measure.c|s/{ "perf", "perf" },//
sim/spoken/forms.inc|s/TTFT \\1 \\2/TPOT \\1 \\2/
sim/spoken/forms.c|s/isalpha((unsigned char)\*s)) {/0) {/
sim/rules/units.c|s/if (dim.k. != 0)/if (dim[k] > 2)/
sim/rules/own.c|s/kind != K_MONEY && kind != K_MTOK/true/
sim/claims/identity.c|s/a->value = hours->value/;/
sim/claims/beside.c|s/c->metric = Q_WEIGHTS_GB;/;/
sim/words/units.inc|s/"GPU-days", K_COUNT, DAY_H/"GPU-days", K_COUNT, 1/
sim/claims/identity.c|s/MONTH_SHORT \* MONTH_H/MONTH_H/
sim/claims/amount.c|s/a->high \/= MONTH_SHORT/a->high \/= 1/
sim/words/concept.c|s/"p99", Q_TTFT_P99_MS/"p99", Q_TTFT_P95_MS/
sim/words/figure.c|s/|no more than|not more than|/|not more than|/
sim/claims/equations.c|s/{ Q_GPU_HOURS, -1 }, { Q_GPUS, 1 }/{ Q_GPU_HOURS, -1 }, { Q_GPUS, -1 }/
sim/spoken/forms.inc|s/|session|/|meeting|/
sim/base/text.c|s/bool high = \*s == \*c1/bool high = *s != *c1/
sim/read/apart.c|s/n == group || strchr/strchr/
sim/claims/sums.c|s/is->high = fmax(is->high, at)/is->high = is->value/
sim/claims/names.c|s/if (!is || strcmp(is, s->hw))/if (is && strcmp(is, s->hw))/
sim/read/apart.c|s/if (!quoted \&\& line\[i\] == /if (line[i] == /
sim/claims/degrees.c|s/(ep > 0 ? ep : stage)/stage/
sim/judge/verdict.c|s/!c->mixed || !is_of_money(c)/!c->mixed/
sim/limits/look.c|s/h.weights_B - h.buffer_B - h.kv_B;/h.weights_B - h.kv_B;/
sim/limits/ceiling.c|s/r->lawless = i/r->lawless = 0/
sim/claims/claim.c|s/known_kind(c->system) == NAME_HW/!c->system/
sim/claims/degrees.c|s/dp_attention ? -1/dp_attention ? d->of[DEGREE_TP]/
sim/claims/names.c|s/if (number || strncmp/if (strncmp/
sim/limits/choice.c|s/fmod(each, fmax(s->ep, 1)) > 0/!isnan(s->ep)/
sim/judge/verdict.c|s/c->names.either \&\&/0 \&\&/
sim/judge/verdict.c|s/left += second.i. .. fails_by_one(&other.claim.i.);//
sim/rules/money.c|s/in = miss ? miss : in;//
sim/rules/money.c|s/c->gpu || .c->names.missing/*c->names.missing/
sim/claims/wide.c|s/ \&\& !is_beside(all.c..q)//
sim/spoken/clause.c|s/"uncached|miss|write"/"uncached|miss"/
sim/options/needs.c|s/!near_word(said, &meant, 1)/near_word(said, &meant, 1)/
sim/read/cells.c|s/ || take_sign(r, s, len)//
sim/base/near.c|s/word, AS_BEGIN, out)/word, AS_SLIP, out)/
sim/read/cells.c|s/!r->table->rows \&\& bars_is_rule/bars_is_rule/
sim/read/cells.c|s/table == r->barred ||/true ||/
sim/plan/layouts.c|s/scenario_ranges_given(&a, why)/false/
sim/rules/draft.c|s/a->low > known + slack/a->low > known - slack/
sim/rules/fact.c|s/1.5 \/\* math: midway/3.5 \/* math: midway/
sim/rules/limit.c|s/^\tf->by = l;/\t;/
sim/rules/limit.c|s/isfinite(a.high) \&\& a.low > 0/true/
sim/rules/fact.c|s/^\tf->side = SIDE_BELOW;/\t;/
sim/rules/prompt.c|s/known \/ g->prompt_sooner/known * g->prompt_sooner/
sim/work/layout.c|s/(l->drafts == 0 ||/(true ||/
sim/cmd/cmd_show.c|s/{ "ctx", KEY_CTX/{ "ctxs", KEY_CTX/
sim/inside/ladder.c|s/s->overhead = 1/s->overhead = 2/
sim/requests/engine.c|s/from(of->piece_fp4, s->concurrency)/from(s->concurrency, of->piece_fp4)/
sim/requests/power.c|s/(double)f->replicas \* f->groups/(double)f->replicas \/ f->groups/
sim/requests/power.c|s/a.batch.lengths = NULL;/;/
sim/requests/serving.c|s/(a->engines \* gpus)/(a->engines \/ gpus)/
sim/requests/serving.c|s/hypot(prefill_rate_sd(on), prefill_launch_sd(on)/hypot(0, prefill_launch_sd(on)/
sim/ask/question.c|s/serves = colocated ? all/serves = !colocated ? all/
sim/requests/engine.c|s/return &s->serve_dsa/return &s->serve/
sim/cost/cost.c|s/? &m->stack->serve_dsa/? &m->stack->serve/
sim/facts/gpu.c|s/for (int i = 0; i < facts->nr; i++) {/for (int i = 1; i < facts->nr; i++) {/
sim/model/model.c|s/m->routing_borrowed = false;/m->routing_borrowed = true;/
sim/play/program.c|s/if (!m->now.items \&\& m->now.wire < 0)/if (0)/
sim/ask/laws.c|s/bool any = true;/bool any = false;/
sim/serve/room.c|s/f->part = f->cut;/;/
sim/plan/beside.c|s/others \* pow(1 - c->share, others) \*/others */
sim/plan/prompts.c|s/b->step_s = a->step_s \/ stages;/b->step_s = a->step_s;/
sim/answer/prefill.c|s/alone.last_s \* (1 - share)/alone.s * (1 - share)/
sim/serve/room.c|s/(most + k->slots - 1 - k->slot) \/ k->slots/most/
sim/serve/room.c|s/!k->engine->greedy \&\& own/own/
sim/plan/beside.c|s/longer = -expm1(gaps(b, c)/longer = -expm1(1/
sim/plan/beside.c|s/!(b->look_steps > steps))/1)/
sim/plan/prompts.c|s/1 - in_pieces \* (1 - of->piece_share)/1/
sim/requests/engine.c|s/= (int)of->reserve_decay/= 0/
sim/answer/prefill.c|s/c->seqs \* c->new_tok > a->piece_tok/c->new_tok > a->piece_tok/
sim/serve/run.c|s/places -= u->coming;/;/
sim/serve/steps.c|s/if (turn_s > 0/if (turn_s > 1/
sim/plan/batch.c|s/(p - 1) \* (with_s/(p - 2) * (with_s/
sim/serve/room.c|s/all->prompt_tok += v->need_tok/all->prompt_tok += 0/
sim/serve/rank.c|s/v->state == LIVE_RUNNING \&\& v->slot == k->slot;/v->state == LIVE_RUNNING;/
sim/serve/rank.c|s/k->live\[part\].sent_tok);/k->live[part].done_tok);/
sim/serve/replica.c|s/(stage == r->stages - 1 ? p->parts.once_s : 0)/p->parts.once_s \/ r->stages/
sim/serve/replica.c|s/(stage < layers % r->stages)/0/
sim/serve/replica.c|s/r->steps \/ r->stages % every/r->steps % every/
sim/serve/steps.c|s/now = r->free_at\[i\] > now ? r->free_at\[i\] : now;/;/
sim/serve/steps.c|s/p.s \/ r->stages;/p.s;/
sim/requests/engine.c|s/given(s->overlap, q->on.layout.pp < 2)/given(s->overlap, 1)/
sim/serve/room.c|s/k->others.step - f->ratio_step/k->others.step + f->ratio_step/
sim/rules/load.c|s/c->metric != Q_CONCURRENCY || !of\[Q_REFILL/c->metric != Q_CONCURRENCY \&\& !of[Q_REFILL/
sim/rules/played.c|s/exp(Z80 \* c->limits->granted->versions)/1/
sim/claims/filled.c|s/bool of_node = c->metric == Q_TOK_S_NODE ||/bool of_node = c->metric == Q_TOK_S_NODE \&\&/
sim/claims/claim.c|s/c->gpu \&\& s->gpus > 1/c->gpu \&\& s->gpus > 2/
sim/claims/identity.c|s/e->term\[0\].q == Q_USD_PER_DAY \&\&/e->term[0].q == Q_USD_PER_DAY ||/
sim/spoken/reworded.c|s/end\[-letters - 1\]/end[-letters - 2]/
sim/tasks/launch.c|s/s->model) \&\&/s->model) ||/
sim/say/page.c|s/LINE, LINE + 2 \* EDGE/LINE, LINE + 1 * EDGE/
sim/rules/load.c|s/(e2e->high - e2e->low) \/ e2e->value/(e2e->high - e2e->high) \/ e2e->value/
sim/spoken/sides.c|s/more |= s->found\[k\].way;/;/
sim/base/text.c|s/at = strlen(list);$/at = 0;/
sim/spoken/sides.c|s/ \&\& !near_same(words, "on"))/)/
sim/words/compared.c|s/return unit_is_times(unit) ? Q_RATIO/return 0 ? Q_RATIO/
sim/requests/engine.c|s/given(s->prefill_delay, e->delay_passes)/given(NAN, e->delay_passes)/
sim/answer/answer.c|s/overhead = both_sd(overhead, both_sd(b->drafts,/overhead = both_sd(overhead, fmin(b->drafts,/
sim/model/model.c|s/^	       drafts \/ known;/	       1;/
sim/read/stream.c|s/(uint32_t)chance_next(state)/chance_next(state)/
sim/read/stream.c|s/chance_fill(&s->chance, chance_seed(seed, step, use))/gsl_rng_set(\&s->rng, (uint32_t)chance_seed(seed, step, use))/
sim/requests/job.c|s/if (!\*v->pools && !\*s->mode)/if (!*s->mode)/
sim/read/flow.c|s/if (file_was_read(f->path, why))/if (0 * file_was_read(f->path, why))/
sim/claims/wide.c|s/MOST_COLUMNS 1000/MOST_COLUMNS 2000/
sim/base/near.c|s/if (longer > best)/if (longer >= best)/
sim/time/nodes.h|s/if (x < node\[nr - 1\])/if (x < 0)/
sim/words/concept.c|s/if (c->kind != kind)/if (kind == K_NR)/
sim/time/prefill.c|s/on->machine.gpu->host_slower \* launched/launched/
sim/time/prefill.c|s/= 3 + s->index_gemms + s->index_streams/= 3 + s->index_gemms/
sim/time/prefill.c|s/model_attn_layers(on->model, ATTN_DSA) \* kernels/on->model->num_hidden_layers * kernels/
sim/time/prefill.c|s/hypot(hypot(err_s \/ layer_s, share)/hypot(hypot(err_s \/ layer_s, 0)/
sim/time/host.c|s/hypot(s->each_err, slow)/s->each_err/
sim/requests/serving.c|s/pow(launch_s \/ price_s(p->of, \&s), 3)/pow(launch_s \/ price_s(p->of, \&s), 2)/
sim/facts/stack.c|s/"band_arch_", family_name((enum family)i)/"band_arch_", family_name(FAMILY_V4)/
sim/own/own_bend.c|s/    o->knot\[i\].family == family)/    1)/
sim/work/rows.c|s/nr <= r->beside/nr < r->beside/
sim/work/sparse.c|s/p->chunk ? 0 : p->on/p->on/
sim/work/sparse.c|s/made + (apart ? 0 : heads)/made + heads/
sim/work/sparse.c|s/stack->index_streams > 1 \&\& !p->chunk/stack->index_streams > 1/
sim/work/sparse.c|s/(p->chunk ? 2 : 1) \* streams/streams/
sim/work/layout.c|s/spec->stack->group_fused > 0 \&\&/true \&\&/
sim/work/layout.c|s/return l->own ? 1 : l->tp/return l->tp/
sim/work/graph.c|s/ \* d->layout.copies;/;/
sim/work/rows.c|s/	l->copies;/	1;/
sim/work/ffn.c|s/l->dp == 1 \&\& !l->own ?/l->dp == 1 ?/
sim/read/sample.c|s/tok \*= d->ask->on->layout.copies;/;/
sim/limits/choice.c|s/^\treturn alone;/\treturn alone + 2;/
sim/sheet/sheet.c|s/if (row->cell\[i\]\[0\] || !write\[i\])/if (row->cell[i][0] || !write[i] || lacks.len)/
sim/facts/gpu.c|s/g->in_switch = r->in_switch == 1;/g->in_switch = r->filled == 1;/
sim/say/plan_text.c|s/if (strcmp(s->kv, first->kv))/if (false)/
sim/serve/replica.c|s/e->max_seqs - most < r->widest/e->max_seqs - most <= r->widest/
sim/serve/replica.c|s/all \&\& e->delay_slots >= 1 \&\& crowded(r)/false/
sim/serve/replica.c|s/(!all || crowded(r)) \&\&/!all \&\&/
sim/serve/replica.c|s/r->widest \*= r->fleet->engine->delay_slots;/;/
sim/serve/replica.c|s/r->widest = larger(r->widest, k->takes);/;/
sim/serve/replica.c|s/e->delay_passes > 0 \&\& crowded(r) ? MAY_GO_ON/false ? MAY_GO_ON/
sim/plan/verify.c|s/r->job.engine.delay_slots = 0;/;/
sim/requests/engine.c|s/e->delay_slots = of->delay_slots;/;/
sim/claims/sums.c|s/is->low = fmin(is->low, at)/is->low = is->value/
sim/claims/sums.c|s/ends >> first_of(s, i) \& 1/ends >> i \& 1/
sim/claims/sums.c|s/k->by\[s->is\] = KNOWN_BY_SUM + (int)(s - sums)/k->by[s->is] = KNOWN_BY_SUM/
sim/claims/sums.c|s/of\[Q_USD_PER_MTOK_MISS\].known/false/
sim/rules/shared.c|s/c->over.gpus > 0/c->over.gpus > 1e9/
sim/rules/shared.c|s/, c->names.holds);$/, 0);/
sim/claims/degrees.c|s/fmod(tp, dp) > 0 ? tp \* dp : tp/tp/
sim/claims/degrees.c|s/fmod(tp, dp) > 0 ? tp \* dp : tp/tp * dp/
sim/claims/names.c|s/rack \&\& spelt->many > 1/rack \&\& spelt->many > 0/
sim/rules/dated.c|s/strcmp(is, day) > 0/strcmp(is, day) < 0/
sim/rules/dated.c|s/of\[k\].day, day) <= 0/of[k].day, day) < 0/
sim/rules/limit.c|s/a->low \* times > a->value \* 2/a->low * times > a->value * 3/
sim/rules/limit.c|s/a->low \* times > a->value \* 2/a->low * times > a->value/
sim/spoken/foreign.c|s/behind != 3/behind != 4/
sim/spoken/foreign.c|s/? myriad : 1/? 1 : 1/
sim/spoken/naming.c|s/" tok| t\/s| user/" tik| t\/s| user/
sim/spoken/phrase.c|s/!(\*p->model || \*p->layout)/!*p->model/
sim/words/compared.c|s/ || unit_of_what(unit) == OF_GPU//
sim/time/prefill.c|s/s->eager_times\[on->model->family\] \*/1 */
sim/time/prefill.c|s/s->eager_times_err\[family\] \/ s->eager_times\[family\]/s->eager_times_err[family]/
sim/requests/engine.c|s/(told ? held.kv_beside_B : 0)/0/
sim/work/cache.c|s/return way_of(d) == APART ? request_B(d) : 0/return request_B(d)/
sim/time/prefill.c|s/s->overhead_prefill \* s->prefill_times\[on->model->family\]/s->overhead_prefill/
sim/time/prefill.c|s/pow(s->prefill_times_err\[family\] \//0 * pow(s->prefill_times_err[family] \//
sim/facts/grammar.c|s/!strcmp(kernel, nobody) ||/false ||/
END
echo "mutate: $nr mutations, $died died, $wrong stale"
[ "$wrong" -eq 0 ] && { [ "${1-}" = apply ] || [ "$died" -eq "$nr" ]; }
