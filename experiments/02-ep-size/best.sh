#!/bin/sh
# DeepSeek-V3 at every EP from 8 to 320, each at its best: placed by load or
# not, with spares or none, one micro-batch or two, the largest batch that
# fits and keeps 50 ms a token; the exchange by pair and by node.
#
#	best.sh [SET]	facts of the sheets that are other (--set)
set -eu
sizes='8 16 24 32 40 48 64 72 96 128 144 160 192 256 320'
[ $# -eq 0 ] || set -- ";$1"
{
	echo hw,stack,model,gpus,ep,ctx,balance,redundant,overlap,set
	for hw in ${GPUS:-h20-96g h800-sxm h200-sxm b200-sxm}; do
	for ep in $sizes; do
	for way in pair node; do
	for overlap in none two-batch; do
	for how in skewed,0 eplb,0 eplb,32; do
		spare=${how#*,}
		# whole slots a rank
		spare=$(((256 + spare + ep - 1) / ep * ep - 256))
		echo "$hw,deepseek,deepseek-v3,$ep,$ep,4989,${how%,*},$spare,$overlap,exchange.net=$way${1-}"
	done; done; done; done; done
} | ./deeproof sweep /dev/stdin --tpot 50 2>/dev/null | awk -F, '
	NR == 1 { for (i = NF; i; i--) at[$i] = i
		print "hw,ep,exchange,balance,redundant,overlap,batch,tok_s_gpu,tok_s_gpu_low,tok_s_gpu_high,bound,fits"; next }
	{ way = $at["set"]; sub(/;.*/, "", way); sub(/.*=/, "", way)
	key = $at["hw"] "," $at["ep"] "," way
	if (!(key in best)) { order[++n] = key; best[key] = 0
		row[key] = key ",,,,,,,,,no" }
	if ($at["fits"] == "yes" && $at["tok_s_gpu"] > best[key]) {
		best[key] = $at["tok_s_gpu"] + 0
		row[key] = key "," $at["balance"] "," $at["redundant"] "," \
			$at["overlap"] "," $at["batch"] "," \
			$at["tok_s_gpu"] "," $at["tok_s_gpu_low"] "," \
			$at["tok_s_gpu_high"] "," $at["bound"] ",yes" } }
	END { for (i = 1; i <= n; i++) print row[order[i]] }'
