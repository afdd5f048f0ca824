#!/bin/sh
# Of experiments/16-outside/predicted.csv as Markdown: errors by who measured
# what. table.sh rows: each row.
set -eu
at=experiments/16-outside/predicted.csv
awk -F, -v how="${1:-}" '
function group(id) {
	if (id ~ /^(ix|sgl-15025|bh)/) return 1
	if (id ~ /^(gps|vllm)/) return 2
	return 3
}
function keep(k, e, inside,    a, i) {
	a = e < 0 ? -e : e
	for (i = ++n[k]; i > 1 && all[k, i - 1] > a; i--)
		all[k, i] = all[k, i - 1]
	all[k, i] = a
	sum[k] += a
	bias[k] += e
	within[k] += a <= 20
	band[k] += inside == "yes"
}
BEGIN {
	name[1] = "careful clients, software of 2026"
	name[2] = "bursts, engines as they come, late 2025"
	name[3] = "software from before July 2025"
	split("ttft_ms tpot_ms tok_s_gpu", metric, " ")
}
NR == 1 {
	for (i = NF; i; i--)
		at[$i] = i
	if (how == "rows") {
		print "| row | GPU | stack | metric | measured | predicted | error | 80 % |"
		print "|---|---|---|---|---:|---:|---:|---:|"
	}
	next
}
{
	n_of = 0
	line = $0
	while (match(line, /"[^"]*"/)) {	# a quoted note may hold a comma
		quoted = substr(line, RSTART, RLENGTH)
		gsub(/[",]/, ";", quoted)
		line = substr(line, 1, RSTART - 1) quoted substr(line, RSTART + RLENGTH)
	}
	$0 = line
	if (how == "rows") {
		printf "| %s | %s | %s | %s | %.4g | %.4g | %+.0f %% | %.4g to %.4g |\n",
			$at["id"], $at["hw"], $at["stack"], $at["metric"],
			$at["value"], $at["predicted"], $at["error_pct"],
			$at["low"], $at["high"]
		next
	}
	keep(group($at["id"]) SUBSEP $at["metric"], $at["error_pct"], $at["inside"])
}
END {
	if (how == "rows") exit
	print "| measured by | metric | rows | MAPE | median | bias | within 20 % | in the band |"
	print "|---|---|---:|---:|---:|---:|---:|---:|"
	for (g = 1; g <= 3; g++)
		for (m = 1; m <= 3; m++) {
			k = g SUBSEP metric[m]
			if (!n[k]) continue
			mid = (all[k, int((n[k] + 1) / 2)] + all[k, int(n[k] / 2) + 1]) / 2
			printf "| %s | %s | %d | %.0f %% | %.0f %% | %+.0f %% | %.0f %% | %.0f %% |\n",
				name[g], metric[m], n[k], sum[k] / n[k], mid, bias[k] / n[k],
				100 * within[k] / n[k], 100 * band[k] / n[k]
		}
}' "$at"
