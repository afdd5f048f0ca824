#!/bin/sh
# Published prefill rates beside the predicted ones, as Markdown.
set -eu
rate() {	# rate NAME MEASURED OPTION...
	name=$1 measured=$2
	shift 2
	./deeproof prefill "$@" --csv | awk -F, -v name="$name" \
		-v measured="$measured" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR == 2 { got = $at["tok_s_gpu"]
			printf "| %s | %d | %.0f | %+.1f %% |\n", name,
				measured, got, 100 * (got / measured - 1) }'
}

echo "| prefill | tok/s a GPU, measured | predicted | error |"
echo "|---|---:|---:|---:|"
rate "DeepSeek-V3, 32 H800 EP32, prompts of 4,096" 7839 --hw h800-sxm \
	--stack deepseek --model deepseek-v3 --gpus 32 --redundant 32 \
	--overlap two-batch --balance uniform --isl 4096 --chunk 16384
for row in 1024:7209 2048:6818 4096:6288; do
	rate "DeepSeek-V3, 32 H100 EP32, SGLang, prompts of ${row%:*}" \
		"${row#*:}" --hw h100-sxm --stack sglang --model deepseek-v3 \
		--gpus 32 --redundant 32 --overlap two-batch \
		--isl "${row%:*}" --chunk 16384
done
rate "DeepSeek-R1 NVFP4, 4 GB200 EP4, TensorRT-LLM, 32,768 tokens a rank" \
	24800 --hw gb200-nvl72 --stack trtllm --model deepseek-r1 \
	--weights nvfp4 --kv fp8 --gpus 4 --isl 8192 --chunk 32768
