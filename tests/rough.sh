#!/bin/sh
# Rough use: what a person does who is in a hurry. Run from the root of the
# repository against ./deeproof: sh tests/rough.sh
#
# Words of an option list are meant to be split.
# shellcheck disable=SC2086
set -u
. tests/said.inc

v3="--hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --ctx 4096"
ada="--hw rtx6000-ada --gpus 64 --batch 1 --ctx 4096"

# ---- what no format can run is a no ----

for model in deepseek-v3.2 deepseek-v4-flash; do
	for verb in step run explain 'prefill --isl 100'; do
		answers 1 "$verb: no law for any format of $model is a no" \
			$verb $ada --model $model
		grep -q '^fits  *no: stack generic has no law for' "$dir/out"
		say $? "and $verb says which law"
	done
	run sweep $ada --model $model,deepseek-v3
	equal "in a sweep it is a row that does not fit" "$(cell fits)" no
	equal "and the next is answered" "$(cell fits 2)" yes
	equal "and nothing is malformed" "$rc" 0
done

# ---- what does not fit has no speed ----

run sweep $v3 --batch 8,100000
equal "a row that fits has its speed" "$(cell tok_s_gpu | grep -c .)" 1
equal "a row that does not fit says no" "$(cell fits 2)" no
for column in step_ms tpot_ms tok_s_gpu tok_s_user tok_s_total mfu \
		tok_s_gpu_low tok_s_gpu_high usd_per_mtok rdma_util; do
	equal "and has no $column" "$(cell $column 2)" ""
done
equal "but how much would fit" "$(cell max_batch 2)" "$(cell max_batch)"
equal "and what stops it" "$(cell bound 2)" capacity

# 64 H800 take some tens of ms for one token; a microsecond is out of reach.
run sweep $v3 --batch '' --tpot 0.001
equal "a target out of reach is not met" "$(cell fits)" no
equal "and that is no lack of memory" "$(cell bound)" tpot
cell refusal | grep -q 'takes .* ms a token, above the 0.001 ms asked for'
say $? "the reason says what one sequence takes, and what was asked for"
run sweep --hw h800-sxm --model deepseek-v3 --gpus 8 --ctx 4096 --tpot 50
equal "weights that do not fit are another reason" "$(cell bound)" capacity

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
