#!/bin/sh
# Of a file of experiments/16-outside as Markdown: errors by how a row was
# measured (table.sh FILE); or each row beside what was predicted first
# (table.sh rows FILE FIRST).
set -eu
how=
if [ "$1" = rows ]; then how=rows; shift; fi
awk -F, -v how="$how" '
function group(id,    g) {
	for (g = 1; g < groups; g++)
		if (id ~ ids[g])
			return g
	return groups
}
function named(like, what) {
	ids[++groups] = like
	name[groups] = what
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
	named("^(ix-|sgl-15025|bh|vu)", "careful clients, software of 2026")
	named("^ixd", "decode pools, drafts of an acceptance not published")
	named("^lc", "V4 on SGLang, one client, such drafts")
	named("^dp", "V4-Flash on SGLang, one stream")
	named("^ds", "V4-Flash on SGLang, drafts of a known acceptance")
	named("^ck", "V4 on SGLang, 1,024 and 4,096 clients")
	named("^me", "V4 on vLLM, one mega MoE kernel under TP")
	named("^hd", "V4-Flash on vLLM, H20, experts in 4 bits or 8")
	named("^tr", "R1 on TensorRT-LLM of July 2025")
	named("^vt", "V4-Pro on TensorRT-LLM, decode pools")
	named("^vm", "the same with drafts of an acceptance not published")
	named("^vv", "V4-Pro on vLLM in racks, decode pools")
	named("^we", "wide expert parallelism, long contexts, a pipeline")
	named("^kk", "Kimi-K2.5 on vLLM")
	named("^gl", "GLM-5 on SGLang")
	named("^gm", "the same with drafts of an acceptance not published")
	named("^da", "V3.2 and GLM-5, drafts of a printed acceptance")
	named("^cb", "engines as they come, a cookbook of 2025 and 2026")
	named("^pw", "watts of a GPU")
	named("^(gps|vllm)", "bursts, engines as they come, late 2025")
	named("^", "software of July 2025 and before")
	split("ttft_ms tpot_ms tok_s_gpu power_w", metric, " ")
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
	e = $at["error_pct"]
	error = e == "" ? "refused" : sprintf("%+.0f %%", e)
	if (how == "rows" && files == 1)
		now[$at["id"]] = error
	else if (how == "rows") {
		range = sprintf("%.4g to %.4g", $at["low"], $at["high"])
		printf "| %s | %s | %s | %.4g | %s | %s | %s |\n", $at["id"],
			$at["hw"], $at["metric"], $at["value"],
			(e == "" ? "" : range), error, now[$at["id"]]
	}
	if (how == "rows" || e == "")
		next
	keep(group($at["id"]) SUBSEP $at["metric"], $at["error_pct"], $at["inside"])
}
END {
	if (how == "rows") exit
	print "| measured by | metric | rows | MAPE | median | bias | within 20 % | in the band |"
	print "|---|---|---:|---:|---:|---:|---:|---:|"
	for (g = 1; g <= groups; g++)
		for (m = 1; m <= 4; m++) {
			k = g SUBSEP metric[m]
			if (!n[k]) continue
			mid = (all[k, int((n[k] + 1) / 2)] + all[k, int(n[k] / 2) + 1]) / 2
			printf "| %s | %s | %d | %.0f %% | %.0f %% | %+.0f %% | %.0f %% | %.0f %% |\n",
				name[g], metric[m], n[k], sum[k] / n[k], mid, bias[k] / n[k],
				100 * within[k] / n[k], 100 * band[k] / n[k]
		}
}' "$@"
