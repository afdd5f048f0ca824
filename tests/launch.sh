#!/bin/sh
# What `plan --launch` writes: shell that parses, YAML that parses, no flag but
# those that the table of known flags has, none of them dead, and the layout
# that was planned. Without python3-yaml it is skipped.
set -u
. tests/said.inc
if ! python3 -c 'import yaml' 2>/dev/null; then
	echo "launch: no python3-yaml (make deps), skipped"
	exit 0
fi

v3="--model deepseek-v3 --tpot 50 --top 1 --draws 0 --csv"

# written NAME PLAN-ARGS...: into $dir/NAME, and checked.
written() {
	name=$1
	shift
	# shellcheck disable=SC2086
	run plan $v3 "$@" --launch "$dir/$name"
	say "$rc" "launch files are written: $name"
	[ "$rc" -eq 0 ] || why
	for file in "$dir/$name"/*.sh; do
		sh -n "$file"
		say $? "$name: $(basename "$file") is shell"
	done
	python3 tests/launch.py "$dir/$name" "$(cell gpus)" "$(cell batch)"
	say $? "$name: every flag is known, every number as planned"
}

# Wide with pools and spares; a node, colocated with nothing; 4-bit weights on
# hosts of four; attention all TP.
written wide --hw h800-sxm --stack deepseek --tokens-day 168e9 --isl 4383 \
	--osl 1211
written node --hw h200-sxm --stack sglang --gpus 8 --ctx 4096
written rack --hw gb200-nvl72 --stack trtllm --gpus 72 --ctx 4096 \
	--overlap none --kv fp8
written tp --hw h200-sxm --stack sglang --gpus 8 --ctx 4096 --tp 8 --mtp 3

equal "an engine that decodes one batch at a time has no file for two" \
	"$(find "$dir/wide" -name 'trtllm*' | wc -l)" 0

# shellcheck disable=SC2086
run plan --hw h200-sxm --model deepseek-v3 --stack vllm --gpus 16 --ctx 131072 \
	--tp 8 --dcp 8 --draws 0 --launch "$dir/dcp"
grep -q 'Not written: sglang.sh. SGLang shares out no KV' "$dir/out" &&
	grep -q -- '--decode-context-parallel-size 8' "$dir/dcp/vllm.sh"
say $? "dcp is vLLM's alone, and the others say so"

# TensorRT-LLM's is of one of four micro-batches, rounded up; vLLM's of all.
# shellcheck disable=SC2086
run plan --hw h200-sxm --stack trtllm --gpus 32 --pp 4 --tp 8 --ctx 4096 $v3 \
	--launch "$dir/pp"
batch=$(cell batch)
grep -qx "max_batch_size: $(((batch + 3) / 4))" "$dir/pp/trtllm.yaml" &&
	grep -q -- "--max-num-seqs $batch " "$dir/pp/vllm.sh"
say $? "a micro-batch of a pipeline has its share of a batch"

mkdir "$dir/full" && echo mine >"$dir/full/notes"
for where in full full/notes none/such; do
	# shellcheck disable=SC2086
	refuses "a folder that is none, or holds more: $where" 'name a folder' \
		plan --hw h200-sxm --gpus 8 --ctx 4096 $v3 \
		--launch "$dir/$where"
done
equal "nothing is written beside what was there" "$(ls "$dir/full")" notes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
