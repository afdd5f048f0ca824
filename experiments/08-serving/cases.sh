# The four runs that are taken apart and swept. A line a case: its name; the id
# of its run in experiments/measured/served.csv, and that run's clients; how it
# is called, in short and in full; facts without what the stack adds to a
# prompt's kernels, without launches one by one, without waits of attention DP
# for each other; and the options of deeproof.
# shellcheck shell=sh
case_lines() {
	cat <<'END'
sglang-h200|ifx-0465|64|SGLang, H200|H200, SGLang, R1 FP8, TP8|prefill_overhead.any=1|eager.sm90=0|host_seq=0us|--hw h200-sxm --stack sglang --model deepseek-r1 --weights fp8 --kv bf16 --gpus 8 --tp 8 --ep 1 --date 2026-05-17
sglang-b200|ifx-0095|8|SGLang, B200|B200, SGLang, R1 NVFP4, TP8|prefill_overhead.sm100=1|eager_fp4.sm100=0|host_seq=0us|--hw b200-sxm --stack sglang --model deepseek-r1 --weights nvfp4 --kv fp8 --gpus 8 --tp 8 --ep 8 --date 2026-05-22
trtllm-b200|ifx-0163|128|TRT-LLM, B200|B200, TensorRT-LLM, R1 NVFP4, DP8|prefill_overhead.sm100=1|eager_fp4.sm100=0|serve_adp.any=0|--hw b200-sxm --stack trtllm --model deepseek-r1 --weights nvfp4 --kv fp8 --gpus 8 --tp 1 --ep 8 --date 2026-05-19
vllm-b200|ifxp-440985|256|V4-Pro, vLLM|B200, vLLM, V4-Pro, TP8 EP8|prefill_overhead.sm100=1|host=0us|host_seq=0us|--hw b200-sxm --stack vllm --model deepseek-v4-pro --gpus 8 --tp 8 --ep 8 --date 2026-09-03
END
}

# case_cell NAME N: the N-th cell of a case.
case_cell() {
	case_lines | grep "^$1|" | cut -d'|' -f"$2"
}
id_of() { case_cell "$1" 2; }
clients_of() { case_cell "$1" 3; }
short_of() { case_cell "$1" 4; }
name_of() { case_cell "$1" 5; }
bare_of() { case_cell "$1" 6; }
graphs_of() { case_cell "$1" 7; }
apart_of() { case_cell "$1" 8; }
case_of() { case_cell "$1" 9; }
# shellcheck disable=SC2034
cases=$(case_lines | cut -d'|' -f1)
