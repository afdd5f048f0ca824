#!/bin/sh
# Of experiments/08-serving/predicted.csv and waits.csv as Markdown:
#	table.sh errors		by metric, stack and GPU
#	table.sh errors all h200-sxm	the same, of these groups alone
#	table.sh left-out	the same of left_out.csv
#	table.sh runs		each run, measured and predicted
#	table.sh p99		the 99th percentile of the time to first token
#	table.sh waits		what each mechanism adds to its median
set -eu
. experiments/08-serving/cases.sh
here=experiments/08-serving
from=$here/predicted.csv
if [ "$1" = left-out ]; then
	from=$here/left_out.csv
	shift
	set -- errors "$@"
fi
case $1 in
errors)	shift
	awk -F, -v "shown=${*:-all sglang trtllm vllm h200-sxm b200-sxm}" '
	function group(metric, name, e,    k) {
		k = metric SUBSEP name
		if (!(k in n)) { list[++groups] = k }
		n[k]++
		all[k, n[k]] = e < 0 ? -e : e
		sum[k] += e < 0 ? -e : e
		bias[k] += e
		inside[k] += $at["inside"] == "yes"
	}
	function median(k,    i, j, x) {
		for (i = 2; i <= n[k]; i++) {
			x = all[k, i]
			for (j = i - 1; j > 0 && all[k, j] > x; j--)
				all[k, j + 1] = all[k, j]
			all[k, j + 1] = x
		}
		x = all[k, int((n[k] + 1) / 2)]
		return (x + all[k, int(n[k] / 2) + 1]) / 2
	}
	NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
	$at["error_pct"] != "" && $at["metric"] != "ttft_p99_ms" {
		group($at["metric"], "all", $at["error_pct"])
		group($at["metric"], $at["stack"], $at["error_pct"])
		group($at["metric"], $at["hw"], $at["error_pct"]) }
	END {
		print "| metric | group | runs | MAPE | median | bias |" \
			" in the band |"
		print "|---|---|---:|---:|---:|---:|---:|"
		split("ttft_ms tpot_ms tok_s_gpu", metric, " ")
		nr = split(shown, name, " ")
		for (m = 1; m <= 3; m++) for (g = 1; g <= nr; g++) {
			k = metric[m] SUBSEP name[g]
			if (!(k in n)) continue
			printf "| %s | %s | %d | %.1f %% | %.1f %% |" \
				" %+.1f %% | %.0f %% |\n", metric[m], name[g],
				n[k], sum[k] / n[k], median(k),
				bias[k] / n[k], 100 * inside[k] / n[k]
		} }' "$from" ;;
runs) awk -F, '
	NR == 1 { for (i = NF; i; i--) at[$i] = i
		print "| run | GPU | stack | model | layout | clients |" \
			" in, out | TTFT ms | TPOT ms | tok/s/GPU |"
		print "|---|---|---|---|---|---:|---|---:|---:|---:|"
		next }
	{	split($1, id, ".")
		if (!(id[1] in row)) {
			order[++runs] = id[1]
			row[id[1]] = sprintf("| %s | %s | %s | %s %s | tp %s" \
				" ep %s | %s | %sk, %sk |", id[1], $at["hw"],
				$at["stack"], $at["model"], $at["weights"],
				$at["tp"], $at["ep"], $at["concurrency"],
				int($at["isl"] / 1024), int($at["osl"] / 1024))
		}
		cell[id[1], $at["metric"]] = sprintf("%.4g / %.4g",
			$at["value"], $at["predicted"]) }
	END { for (i = 1; i <= runs; i++) printf "%s %s | %s | %s |\n",
		row[order[i]], cell[order[i], "ttft_ms"],
		cell[order[i], "tpot_ms"], cell[order[i], "tok_s_gpu"] }' \
	$here/predicted.csv ;;
p99) awk -F, '
	NR == 1 { for (i = NF; i; i--) at[$i] = i
		print "| run | clients | measured ms | predicted | factor |"
		print "|---|---:|---:|---:|---:|"; next }
	$at["metric"] == "ttft_p99_ms" {
		f = $at["value"] / $at["predicted"]
		if (f < 1) f = 1 / f
		n++; good += f <= 1.5
		printf "| %s | %s | %.0f | %.0f | %.2f |\n", $1,
			$at["concurrency"], $at["value"], $at["predicted"], f }
	END { printf "\n%d of %d within a factor of 1.5.\n", good, n }' \
	$here/predicted.csv ;;
waits)	head="| mechanism |" line="|---|" list=
	for c in $cases; do
		head="$head $(name_of "$c"); $(clients_of "$c") clients |"
		line="$line---:|" list="$list $c"
	done
	echo "$head"
	echo "$line"
	awk -F, -v "list=$list" '
	NR == 1 { nr = split(list, name, " "); next }
	{	if (!($2 in seen)) { seen[$2] = 1; order[++rows] = $2 }
		added[$2, $1] = $4; total[$1] = $5; measured[$1] = $6 }
	function out(label, of,    i) {
		printf "| %s |", label
		for (i = 1; i <= nr; i++) printf " %.0f |", of[name[i]]
		print "" }
	END {	for (r = 1; r <= rows; r++) {
			for (i = 1; i <= nr; i++)
				x[name[i]] = added[order[r], name[i]]
			out(order[r], x) }
		out("predicted, ms", total)
		out("measured, ms", measured) }' $here/waits.csv ;;
esac
