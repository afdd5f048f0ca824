#!/bin/sh
# The guide's four result tables (claimed.csv: Alibaba Cloud community blog,
# DeepSeek V4-Flash at Scale, part 7) beside its own load generator, played:
# a row a system, load and metric.
set -eu
dir=experiments/06-deployments
script="--isl 375 --osl 1024 --spread 1 --arrivals waves --duration 300
	--tpot_by n"
flash="--stack sglang --model deepseek-v4-flash --prompts same"

echo "system,x,metric,claimed,predicted,low,high"
tail -n +2 $dir/claimed.csv | while IFS=, read -r name c ttft p99 tps tpm; do
	case $name in
	'Token API') on="--service token-api" ;;
	PTU) on="--service provisioned" ;;
	'Model Unit') on="--hw h20-141g --gpus 4 --tp 4 $flash" ;;
	*) on="--hw h200-sxm --gpus 8 --tp 8 $flash" ;;
	esac
	# shellcheck disable=SC2086
	./deeproof run $on --concurrency "$c" $script --csv |
	awk -F, -v head="$name,$c" -v said="$ttft,$p99,$tps,$tpm" '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	{	split("mean_ttft_ms p99_ttft_ms mean_tps tpm", metric, " ")
		split(said, claimed, ",")
		for (i = 1; i <= 4; i++) {
			m = metric[i]; low = m "_low"; high = m "_high"
			if (sub(/_ms/, "", low)) low = low "_ms"
			if (sub(/_ms/, "", high)) high = high "_ms"
			print head "," m "," claimed[i] "," $at[m] "," \
				$at[low] "," $at[high]
		} }'
done
