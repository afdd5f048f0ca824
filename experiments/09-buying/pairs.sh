#!/bin/sh
# Published runs of one model and context on equally many GPUs of a kind, with
# loads within 30 % of each other and another layout, engine, format or draft:
# of the pairs whose tok/s/GPU differ by over 15 %, how many are ranked as
# measured? pairs.sh [FILE of deeproof validate]
set -eu
awk "$(cat experiments/csv.awk)"'
NR == 1 { nr = cells($0, head)
	for (i = 1; i <= nr; i++) at[head[i]] = i
	next }
{
	cells($0, v)
	tp = v[at["tp"]] ? v[at["tp"]] : 1
	load = v[at["concurrency"]] ? v[at["concurrency"]] : \
		v[at["batch"]] * v[at["gpus"]] / tp
	if (!(v[at["measured_step_ms"]] > 0 && v[at["predicted_step_ms"]] > 0))
		next
	ctx = v[at["ctx"]] ? v[at["ctx"]] : \
		v[at["isl"]] + v[at["osl"]] / 2
	tokens = v[at["mtp"]] > 0 ? v[at["tokens_per_step"]] : 1
	n++
	same[n] = v[at["hw"]] " " v[at["gpus"]] " " v[at["model"]] " " ctx
	way[n] = v[at["stack"]] " " v[at["weights"]] " " tp " " \
		v[at["ep"]] " " v[at["mtp"]]
	of[n] = load
	is[n] = load * tokens / v[at["measured_step_ms"]]
	says[n] = load * tokens / v[at["predicted_step_ms"]]
}
END {
	for (a = 1; a <= n; a++)
		for (b = a + 1; b <= n; b++) {
			if (same[a] != same[b] || way[a] == way[b] ||
			    of[a] > 1.3 * of[b] || of[b] > 1.3 * of[a] ||
			    (is[a] < 1.15 * is[b] && is[b] < 1.15 * is[a]))
				continue
			pairs++
			good += (is[a] > is[b]) == (says[a] > says[b])
		}
	printf "%d of %d pairs are ranked as measured, %.0f %%\n", good, pairs,
		pairs ? 100 * good / pairs : 0
	exit !(pairs >= 10 && good >= 0.85 * pairs)
}' "${1:-experiments/01-measured/predicted.csv}"
