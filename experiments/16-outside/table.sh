#!/bin/sh
# Of files of experiments/16-outside as they were first and are now, as
# Markdown: errors by how a row was measured (table.sh FIRST NOW), each row
# (table.sh rows FIRST NOW), or each row of all sets (table.sh every). Or a
# number of the rows whose id is LIKE this (table.sh WHAT LIKE FILE): figures,
# predicted (of them), runs, deployments, inside (the band), mape, bias or
# within (20 %).
set -eu
here=experiments/16-outside
case $1 in
every)
	echo '# Every figure of the four sets, as it was predicted first and is now'
	for set in 'The first:first.csv:predicted.csv' \
	    'The second:second-first.csv:second-predicted.csv' \
	    'The third:third-first.csv:third-predicted.csv' \
	    'The fourth:fourth-first.csv:fourth-predicted.csv'; do
		files=${set#*:}
		printf '\n## %s\n\n' "${set%%:*}"
		sh $here/table.sh rows "$here/${files%:*}" "$here/${files#*:}"
	done
	exit ;;
rows)	how=rows like='' ; shift ;;
*.csv)	how=groups like='' ;;
*)	how=$1 like=$2 ; shift 2 ;;
esac
awk -F, -v how="$how" -v like="$like" '
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
function keep(k, e, inside,    a) {
	a = e < 0 ? -e : e
	n[k]++
	size[k] += a
	bias[k] += e
	within[k] += a <= 20
	band[k] += inside == "yes"
}
# Of a group at first and now; one number where both are the same.
function pair(form, sum, k, part,    i, x) {
	for (i = 1; i <= 2; i++)
		x[i] = n[i, k] ? sprintf(form, part * sum[i, k] / n[i, k]) : "-"
	return x[1] == x[2] ? x[2] " %" : x[1] ", now " x[2] " %"
}
BEGIN {
	named("^(ix-|sgl-15025|bh|vu)", "careful clients, software of 2026")
	named("^ixd", "R1 on TensorRT-LLM, decode pools with drafts")
	named("^lc", "V4 on SGLang, one client, drafts")
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
	named("^da", "V3.2 and GLM-5, drafts of a printed acceptance")
	named("^cb", "engines as they come, a cookbook")
	named("^pw", "watts of a GPU")
	named("^gx", "R1 in GB300 racks, decode pools")
	named("^(ah|vd)", "attention DP of autumn 2025")
	named("^gh.*fa3", "GLM-5.1 on vLLM, 8 H20")
	named("^gh", "the same before its kernel of July 2026")
	named("^g2.*-ll", "GLM-5.2 on SGLang, TP, drafts of a printed acceptance")
	named("^g2", "GLM-5.2 on SGLang, attention DP, DeepEP")
	named("^kb", "Kimi-K2.5 on vLLM, March 2026")
	named("^bx", "R1 on SGLang, B300, experts by TEP")
	named("^bd", "R1 on SGLang, B200, drafts of a counted acceptance")
	named("^lm", "GLM-5 on SGLang, a cloud\047s page")
	named("^tv", "V3.2 on TensorRT-LLM, drafts of an acceptance not published")
	named("^rv", "recipes of vLLM, 2025")
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
	id = $at["id"]
	e = "error_pct" in at ? $at["error_pct"] : ""
	error = e == "" ? "refused" : sprintf("%+.0f %%", e)
	if (how == "rows" && files == 1) {
		row[++rows] = id
		range = e == "" ? "" : sprintf("%.4g to %.4g", $at["low"], $at["high"])
		said[id] = sprintf("| %s | %s | %s | %.4g | %s | %s |", id,
			$at["hw"], $at["metric"], $at["value"], range, error)
	} else if (how == "rows") {
		now[id] = error
	} else if (how == "groups" && e != "") {
		keep(files SUBSEP group(id) SUBSEP $at["metric"], e, $at["inside"])
	} else if (id ~ like) {
		figures++
		run = id
		sub(/\.[a-z]*$/, "", run)
		runs += !ran[run]++
		deployments += !known[$at["hw"], $at["stack"], $at["model"],
			$at["weights"], $at["gpus"], $at["tp"], $at["ep"],
			$at["mtp"] > 0, $at["date"]]++
		if (e != "")
			keep("", e, $at["inside"])
	}
}
END {
	if (how == "rows") {
		for (r = 1; r <= rows; r++)
			print said[row[r]] " " now[row[r]] " |"
	} else if (how == "groups") {
		print "| measured by | metric | figures | MAPE | bias | within 20 % | in the band |"
		print "|---|---|---:|---:|---:|---:|---:|"
		for (g = 1; g <= groups; g++)
			for (m = 1; m <= 4; m++) {
				k = g SUBSEP metric[m]
				if (!n[2, k]) continue
				printf "| %s | %s | %d | %s | %s | %s | %s |\n", name[g],
					metric[m], n[2, k], pair("%.0f", size, k, 1),
					pair("%+.0f", bias, k, 1),
					pair("%.0f", within, k, 100),
					pair("%.0f", band, k, 100)
			}
	} else if (how == "figures") print figures
	else if (how == "runs") print runs
	else if (how == "deployments") print deployments
	else if (how == "predicted") print n[""] + 0
	else if (how == "inside") print band[""] + 0
	else if (how == "mape") printf "%.0f\n", size[""] / n[""]
	else if (how == "bias") printf "%.0f\n", bias[""] / n[""]
	else if (how == "within") printf "%.0f\n", 100 * within[""] / n[""]
	else exit 2
}' "$@"
