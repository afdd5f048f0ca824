#!/bin/sh
# The rows of a million scenarios, from stdin, to the tables that are kept of
# them: roofs.csv, plateau.csv, pareto.csv in the folder named.
set -eu
export LC_ALL=C
dir=$1
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT
awk -F, -v OFS=, -v dir="$dir" '
NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
{
	hw = $at["hw"]; ctx = $at["ctx"]; bound = $at["bound"]
	x = $at["tok_s_user"] + 0; y = $at["tok_s_gpu"] + 0; ep = $at["ep"]
	long = ctx < 4096 ? "below 4k" : ctx < 32768 ? "4k to 24k" : "32k up"
	fit[hw]++; roof[hw, long, bound]++; seen[hw, long]++
	if (ctx == 4096 || ctx == 32768)
		if (x >= 20 && y > best[hw, ctx, ep])
			best[hw, ctx, ep] = y
	if (ctx == 4096)
		print hw, x, y, $at["gpus"], $at["tp"], ep, $at["dcp"],
			$at["weights"], $at["kv"], $at["batch"], bound
}
END {
	n = split("h20-141g h800-sxm h200-sxm b200-sxm gb200-nvl72 " \
		"gb300-nvl72", hws, " ")
	m = split("hbm compute nvlink rdma latency host", bounds, " ")
	w = split("below 4k,4k to 24k,32k up", longs, ",")
	out = dir "/roofs.csv"
	printf "hw,context,rows" >out
	for (b = 1; b <= m; b++) printf ",%s", bounds[b] >out
	print "" >out
	for (h = 1; h <= n; h++) for (l = 1; l <= w; l++) {
		hw = hws[h]; long = longs[l]
		printf "%s,%s,%d", hw, long, seen[hw, long] >out
		for (b = 1; b <= m; b++)
			printf ",%.4f", seen[hw, long] ? \
				roof[hw, long, bounds[b]] / seen[hw, long] : 0 >out
		print "" >out
	}
	e = split("1 2 4 8 16 32 48 64 72 96 128 144 160 192 256 320", eps, " ")
	c = split("4096 32768", ctxs, " ")
	out = dir "/plateau.csv"
	print "hw,ctx,ep,tok_s_gpu,of_best" >out
	for (h = 1; h <= n; h++) for (k = 1; k <= c; k++) {
		top = 0
		for (i = 1; i <= e; i++)
			if (best[hws[h], ctxs[k], eps[i]] > top)
				top = best[hws[h], ctxs[k], eps[i]]
		for (i = 1; i <= e; i++) {
			y = best[hws[h], ctxs[k], eps[i]]
			if (y > 0)
				printf "%s,%s,%s,%.6g,%.4f\n", hws[h], ctxs[k],
					eps[i], y, y / top >out
		}
	}
}' >"$tmp"
{	# the fastest first: on the front is who has more tokens a GPU
	echo "hw,tok_s_user,tok_s_gpu,gpus,tp,ep,dcp,weights,kv,batch,bound"
	sort -t, -k1,1 -k2,2gr -k3,3gr "$tmp" |
		awk -F, '$1 != hw { hw = $1; top = 0 } $3 > top * 1.01 { top = $3; print }'
} >"$dir/pareto.csv"
