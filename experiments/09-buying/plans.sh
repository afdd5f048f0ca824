#!/bin/sh
# The best plan for each GPU, context and time target, a CSV row each. DeepSeek's
# own stack on Hopper, which it was measured on; SGLang on Blackwell.
set -eu
head=hw,stack,ctx,tpot_ms,ep,weights,batch,tok_s_gpu,lo,hi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
plans() {
	for ctx in 1024 2048 4096 8192 16384 32768 65536 131072; do
		case $ctx in
		1024|4096|32768|131072) tpots="15 30 50 100" ;;
		*) tpots=50 ;;
		esac
		for tpot in $tpots; do
			./deeproof plan --csv --top 1 --draws 0 --hw "$1" \
				--stack "$2" --model deepseek-v3 \
				--ctx $ctx --tpot $tpot 2>/dev/null |
			awk -F, -v "id=$1,$2,$ctx,$tpot" '
			NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
			{ ok = 1; printf "%s,%s,%s,%s,%.0f,%.0f,%.0f\n", id,
				$at["ep"], $at["weights"], $at["batch"],
				$at["tok_s_gpu"], $at["tok_s_gpu_low"],
				$at["tok_s_gpu_high"] }
			END { if (!ok) print id ",,,,,," }'
		done
	done
}
for hw in h20-96g h100-sxm h800-sxm h200-sxm; do
	plans $hw deepseek
done >"$dir/1" &
for hw in b200-sxm gb200-nvl72; do
	plans $hw sglang
done >"$dir/2" &
wait
echo $head
cat "$dir/1" "$dir/2"
