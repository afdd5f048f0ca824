#!/bin/sh
# tok/s/GPU of the best layout of every EP from 4 to 320 at 4,096 tokens and 50
# ms, for `plot ep`; with what was measured at 4,096 to 5,105 tokens. The H100
# differs from the H800 within a node only, and would lie under it.
set -eu
echo hw,ep,tok_s_gpu,tok_s_gpu_low,tok_s_gpu_high,fits,metric,value,id,model
for pair in h20-96g/deepseek h800-sxm/deepseek h200-sxm/deepseek \
	b200-sxm/sglang gb200-nvl72/sglang; do
	./deeproof plan --csv --top 2000 --draws 0 --hw "${pair%/*}" \
		--stack "${pair#*/}" --model deepseek-v3 --ctx 4096 --tpot 50 |
	awk -F, 'NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
	{ ep = $at["ep"] > 1 ? $at["ep"] : $at["gpus"] }
	ep >= 4 && ep <= 320 && !(ep in seen) { seen[ep] = 1
		printf "%s,%d,%d,%d,%d,yes,,,,%s\n", $at["hw"], ep,
			$at["tok_s_gpu"], $at["tok_s_gpu_low"],
			$at["tok_s_gpu_high"], $at["model"] }' | sort -t, -k2n
done
echo 'h800-sxm,144,,,,yes,tok_s_gpu,1850,"DeepSeek, day 6",'
echo 'h800-sxm,128,,,,yes,tok_s_gpu,2324,"DeepSeek, profile",'
echo 'h20-96g,16,,,,yes,tok_s_gpu,674,"Ant Group",'
