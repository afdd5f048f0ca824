#!/bin/sh
# Tokens per second and GPU by EP size, from result.csv; and what TP and EP
# send, from traffic-result.csv: table.sh ep | traffic
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
esac
