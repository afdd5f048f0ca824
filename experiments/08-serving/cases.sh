# The four runs that are taken apart and swept, by name: options of deeproof.
# shellcheck shell=sh
case_of() {
	case $1 in
	sglang-h200) echo --hw h200-sxm --stack sglang --model deepseek-r1 \
		--weights fp8 --kv bf16 --gpus 8 --tp 8 --ep 1 \
		--date 2026-05-17 ;;
	sglang-b200) echo --hw b200-sxm --stack sglang --model deepseek-r1 \
		--weights nvfp4 --kv fp8 --gpus 8 --tp 8 --ep 8 \
		--date 2026-05-22 ;;
	trtllm-b200) echo --hw b200-sxm --stack trtllm --model deepseek-r1 \
		--weights nvfp4 --kv fp8 --gpus 8 --tp 1 --ep 8 \
		--date 2026-05-19 ;;
	vllm-b200) echo --hw b200-sxm --stack vllm --model deepseek-v4-pro \
		--gpus 8 --tp 8 --ep 8 --date 2026-09-03 ;;
	esac
}
clients_of() {
	case $1 in
	sglang-h200) echo 64 ;;
	sglang-b200) echo 8 ;;
	trtllm-b200) echo 128 ;;
	vllm-b200) echo 256 ;;
	esac
}
name_of() {
	case $1 in
	sglang-h200) echo "H200, SGLang, R1 FP8, TP8" ;;
	sglang-b200) echo "B200, SGLang, R1 NVFP4, TP8" ;;
	trtllm-b200) echo "B200, TensorRT-LLM, R1 NVFP4, DP8" ;;
	vllm-b200) echo "B200, vLLM, V4-Pro, TP8 EP8" ;;
	esac
}
short_of() {
	case $1 in
	sglang-h200) echo "SGLang, H200" ;;
	sglang-b200) echo "SGLang, B200" ;;
	trtllm-b200) echo "TRT-LLM, B200" ;;
	vllm-b200) echo "V4-Pro, vLLM" ;;
	esac
}
# The id in experiments/measured/served.csv of those clients' run.
id_of() {
	case $1 in
	sglang-h200) echo ifx-0465 ;;
	sglang-b200) echo ifx-0095 ;;
	trtllm-b200) echo ifx-0163 ;;
	vllm-b200) echo ifxp-440985 ;;
	esac
}
# Facts without what a stack adds to a prompt's kernels, without launches one
# by one, without waits of attention DP for each other.
bare_of() {
	case $1 in
	sglang-h200) echo "prefill_overhead.any=1" ;;
	sglang-b200) echo "prefill_overhead.sm100=1" ;;
	vllm-b200) echo "prefill_overhead.any=1" ;;
	*) echo "prefill_overhead.sm100=1" ;;
	esac
}
graphs_of() {
	case $1 in
	sglang-h200) echo "eager.sm90=0" ;;
	sglang-b200|trtllm-b200) echo "eager_fp4.sm100=0" ;;
	*) echo "host=0us" ;;
	esac
}
apart_of() {
	case $1 in
	trtllm-b200) echo "serve_adp.any=0" ;;
	*) echo "host_seq=0us" ;;
	esac
}
# shellcheck disable=SC2034
cases="sglang-h200 sglang-b200 trtllm-b200 vllm-b200"
