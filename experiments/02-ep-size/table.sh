#!/bin/sh
# Tokens per second and GPU by EP size, from result.csv; what TP and EP send,
# from traffic-result.csv; every size at its best, from best.csv, and what the
# facts' errors do to the choice, from flips.csv:
#
#	table.sh ep | traffic | best | lines | plateau | flips
set -eu
dir=experiments/02-ep-size
case $1 in
ep)	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["metric"] != "" { next }
	{	hw = $at["hw"]; ep = $at["ep"] + 0
		star = $at["overlap"] == "none" ? "" : "*"
		cell[hw, ep] = sprintf("%.0f%s", $at["tok_s_gpu"], star)
		if ($at["fits"] == "no") cell[hw, ep] = "does not fit"
		if (!(ep in seen)) { seen[ep] = 1; size[++n] = ep } }
	END {	print "| EP | H20 | H800 | H200 | B200 |"
		print "|---:|---:|---:|---:|---:|"
		for (i = 1; i <= n; i++)
			printf "| %d | %s | %s | %s | %s |\n", size[i],
				cell["h20-96g", size[i]],
				cell["h800-sxm", size[i]],
				cell["h200-sxm", size[i]],
				cell["b200-sxm", size[i]] }' $dir/result.csv ;;
traffic) awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i
		print "| layout | NVLink, MB a token | RDMA, MB a token |"
		print "|---|---:|---:|"; next }
	{ printf "| %s | %.1f | %.1f |\n", $at["label"],
		$at["nvlink_bytes_per_token"] / 1e6,
		$at["rdma_bytes_per_token"] / 1e6 }' $dir/traffic-result.csv ;;
best)	awk -F, 'NR == 1 { next }
	{	cell[$1, $2, $3] = $12 == "yes" ? sprintf("%.0f%s", $8,
			$6 == "none" ? "" : "*") : "-"
		if (!($2 in seen)) { seen[$2] = 1; size[++n] = $2 } }
	END {	split("h20-96g h800-sxm h200-sxm b200-sxm", hw, " ")
		print "| EP | H20 pair | node | H800 pair | node | H200 pair | node | B200 pair | node |"
		print "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
		for (i = 1; i <= n; i++) {
			printf "| %d |", size[i]
			for (h = 1; h <= 4; h++)
				printf " %s | %s |", cell[hw[h], size[i],
					"pair"], cell[hw[h], size[i], "node"]
			print "" } }' $dir/best.csv ;;
lines)	awk -F, 'NR == 1 {
		print "series,x,y,x_label,y_label,x_scale,x_notches"
		tail = ",Expert parallel degree,Output tokens/s per GPU,log,doublings"
		next }
	$12 == "yes" && $1 != "h20-96g" {
		printf "\"%s, a copy a %s\",%d,%.0f%s\n",
			toupper(substr($1, 1, index($1, "-") - 1)), $3, $2, $8,
			tail
		tail = ",,,," }' $dir/best.csv ;;
plateau) awk -F, 'NR == 1 {
		print "| GPU | exchange | best EP | any EP from | to | tok/s/GPU |"
		print "|---|---|---:|---:|---:|---:|"; next }
	$1 == "as_it_is" {
		printf "| %s | by %s | %d | %d | %d | %.0f |\n", $2, $3, $4,
			$5, $6, $7 }' $dir/flips.csv ;;
flips)	awk -F, 'NR == 1 {
		print "| fact | GPU | exchange | best EP | any EP from | to | lost by staying |"
		print "|---|---|---|---:|---:|---:|---:|"; next }
	$1 != "as_it_is" && $9 >= 2 {
		printf "| `%s` | %s | by %s | %d to %d | %d | %d | %.0f %% |\n",
			$1, $2, $3, $8, $4, $5, $6, $9 }' $dir/flips.csv ;;
esac
