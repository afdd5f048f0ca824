#!/bin/sh
# How long prompts wait, as planned and as played request by request: CSV; or,
# first.sh table, the table of first.csv.
set -eu
here=experiments/09-buying

if [ "${1-}" = table ]; then
	awk -F, 'NR == 1 {
	print "| GPU, stack | prompt | limit | read by | ms a token | played |" \
	      " first token | played | |"
	print "|---|---:|---:|---|---:|---:|---:|---:|---:|"; next }
	{ printf "| %s, %s | %d | P%d %.1f s | %s | %.1f | %.1f | %.2f s |" \
		 " %.2f s | %+.0f %% |\n", $1, $2, $3, $4, $5 / 1000, $6, $7,
		 $8, $9 / 1000, $10 / 1000, 100 * ($9 / $10 - 1) }' $here/first.csv
	exit
fi

# GPU stack prompt answer what-for percentile limit
ask() {
	./deeproof plan --hw "$1" --model deepseek-v3 --stack "$2" --isl "$3" \
		--osl "$4" "--$5" --percentile "$6" --ttft "$7" \
		--tpot 50 --tp 1,2,4,8 --weights native --kv native --mtp 0 \
		--csv --top 1 --draws 0 --replay=1 | awk -F, -v "asked=$*" '
	BEGIN { split(asked, a, " ") }
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ servers = $at["prefill_gpus"] + 0
	  by = servers ? servers " GPUs beside " $at["decode_gpus"] : \
	       "all of " $at["decode_gpus"] " GPUs"
	  print a[1] "," a[2] "," a[3] "," a[6] "," a[7] "," by "," \
		$at["tpot_ms"] "," $at["replayed_tpot_ms"] "," \
		$at["first_ms"] "," $at["replayed_ttft_ms"] }'
}

echo "hw,stack,isl,percentile,limit_ms,by,tpot_ms,played_tpot_ms,first_ms,\
played_first_ms"
for of in 'h200-sxm sglang' 'h200-sxm trtllm' 'b200-sxm vllm'; do
	# shellcheck disable=SC2086
	{
		ask $of 1024 1024 rate=100 90 800
		ask $of 4096 1024 rate=50 50 1500
		ask $of 4096 1024 rate=50 90 1500
		ask $of 4096 1024 rate=50 99 1500
		ask $of 4096 1024 rate=50 90 4000
		ask $of 16384 1024 rate=20 90 8000
		ask $of 4096 1024 gpus=8 50 4000
		ask $of 4096 1024 gpus=8 90 4000
		ask $of 4096 1024 gpus=8 99 4000
	}
done
