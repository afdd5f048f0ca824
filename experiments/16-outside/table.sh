#!/bin/sh
# Of a file of experiments/16-outside as Markdown: errors by how a row was
# measured (table.sh FILE); or each row beside what was predicted first
# (table.sh rows FILE FIRST).
set -eu
how=
if [ "$1" = rows ]; then how=rows; shift; fi
awk -F, -v how="$how" '
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
	name[3] = "software of July 2025 and before"
	split("ttft_ms tpot_ms tok_s_gpu", metric, " ")
	if (how == "rows") {
		print "| row | GPU | metric | measured | band at first | error at first | now |"
		print "|---|---|---|---:|---:|---:|---:|"
	}
}
FNR == 1 {
	for (i = NF; i; i--)
		at[$i] = i
	files++
	next
}
{
	line = $0
	while (match(line, /"[^"]*"/)) {	# a quoted note may hold a comma
		quoted = substr(line, RSTART, RLENGTH)
		gsub(/[",]/, ";", quoted)
		line = substr(line, 1, RSTART - 1) quoted substr(line, RSTART + RLENGTH)
	}
	$0 = line
	if (how == "rows" && files == 1)
		now[$at["id"]] = $at["error_pct"]
	else if (how == "rows")
		printf "| %s | %s | %s | %.4g | %.4g to %.4g | %+.0f %% | %+.0f %% |\n",
			$at["id"], $at["hw"], $at["metric"], $at["value"],
			$at["low"], $at["high"], $at["error_pct"], now[$at["id"]]
	if (how == "rows")
		next
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
}' "$@"
