#!/bin/sh
# --solve INPUT --until CONDITION: what would have to be true, found by asking
# the verb. Run from the root of the repository: sh tests/solve.sh
#
# Words of an option list are meant to be split.
# shellcheck disable=SC2086
set -u
. tests/said.inc

flash="--hw h20-141g --stack sglang --model deepseek-v4-flash --gpus 4 --tp 4
	--isl 2048 --osl 1024"

# What is found meets the condition; its neighbour, asked by itself, does not.
answers 0 "a batch is solved for" step $flash --concurrency 64 --csv \
	--solve concurrency --until 'tok_s_user>=79.3'
equal "it says so" "$(cell solved)" yes
found=$(cell concurrency)
equal "the row is of what was found" "$(cell solved_input)" "$found"
run step $flash --concurrency "$found" --csv
awk "BEGIN { exit !($(cell tok_s_user) >= 79.3) }"
say $? "asked by itself it meets the condition"
run step $flash --concurrency $((found + 1)) --csv
awk "BEGIN { exit !($(cell tok_s_user) < 79.3) }"
say $? "one more does not"

answers 0 "a fact of --set is solved for, in its unit" step $flash \
	--concurrency 8 --set 'nic.bandwidth=50GB/s;hbm.bandwidth=4TB/s' \
	--solve hbm.bandwidth --until 'tok_s_user=79.3'
grep -q '^solved     hbm.bandwidth = [0-9.]*TB/s, from 4TB/s: tok_s_user 79.3' \
	"$dir/out"
say $? "and named with its unit"

answers 0 "GPUs until the weights fit" step --hw h100-sxm --stack vllm \
	--model deepseek-v3 --gpus 4 --tp 4 --batch 1 --ctx 512 \
	--solve gpus+tp --until fits=yes --csv
# 671 GB in 80 GB GPUs need 9 or more, and 16 is the first that divides
equal "sixteen H100 hold what four do not" "$(cell gpus)" 16

# Prompts take the longer the longer they are: attention is quadratic.
answers 0 "prompts are solved for" prefill --hw h800-sxm --stack deepseek \
	--model deepseek-v3 --gpus 32 --isl 4384 --csv \
	--solve isl --until 'tok_s_gpu<=3000'
found=$(cell isl)
awk "BEGIN { exit !($found > 4384 && $(cell tok_s_gpu) <= 3000) }"
say $? "longer ones meet the condition"

answers 0 "a run of requests is solved for" run $flash --concurrency 2 \
	--requests 4 --spread 1 --arrivals waves --in 1 \
	--solve in --until 'mean_ttft_ms=900' --csv
equal "its wait is what was asked" "$(cell mean_ttft_ms)" 900

answers 1 "what nothing meets is a no" step $flash --concurrency 64 \
	--solve gpus+tp --until 'tok_s_user>=1e6'
grep -q '^solved     gpus+tp not: nearest at .* nothing from 1 to' "$dir/out"
say $? "with the nearest"
answers 0 "what is so already is not sought" step $flash --concurrency 1 \
	--solve gpus+tp --until 'tok_s_user>=1'
grep -q 'solved     gpus+tp = 4: .* as it is$' "$dir/out"
say $? "and it says so"

refuses "a condition alone is refused" '--until' step $flash \
	--concurrency 1 --until 'tok_s_user>=1'
refuses "an input alone is refused" 'until when' step $flash \
	--concurrency 1 --solve gpus
refuses "a condition that is none is refused" 'no condition' step $flash \
	--concurrency 1 --solve gpus --until tok_s_user
refuses "a column that the answer lacks is refused" 'no such column' step \
	$flash --concurrency 1 --solve gpus --until 'speed>=1'
refuses "a column that is a word is refused" 'is a word' step $flash \
	--concurrency 1 --solve hw --until 'tok_s_user>=1'
refuses "a fact that is not set is refused" 'no fact' step $flash \
	--concurrency 1 --solve nic.bandwidth --until 'tok_s_user>=1'
refuses "a serving input without a start is refused" 'where to start' run \
	$flash --concurrency 1 --arrivals waves --solve in \
	--until 'mean_ttft_ms=9'
refuses "a scenario that is wrong by itself says why" 'no GPU' step \
	--hw nosuch --model deepseek-v3 --batch 1 --ctx 1 --gpus 8 \
	--solve gpus --until 'tok_s_user>=1'

# ---- a service of which no GPU is known ----

answers 0 "a service answers requests" run --service token-api \
	--concurrency 8 --isl 375 --osl 1024 --arrivals waves --duration 60 --csv
# a quota of 312 tokens a second and no more, whoever asks
answers 0 "and however many ask" run --service token-api \
	--concurrency 64 --isl 375 --osl 1024 --arrivals waves \
	--spread 1 --duration 60 --csv
awk "BEGIN { exit !($(cell answered) * 1024 / $(cell duration_s) < 1 / .0032) }"
say $? "they share its quota"
refuses "a service takes no GPU" 'no GPU, stack or model' run \
	--service token-api --concurrency 8 --isl 375 --osl 1024 \
	--hw h200-sxm
refuses "an unknown service is refused" 'nosuch' run --service nosuch \
	--concurrency 8 --isl 375 --osl 1024
refuses "a service needs lengths" 'no length' run --service token-api \
	--concurrency 8

# ---- a client that stops by its clock has requests enough until then ----

for c in 1 64; do
	answers 0 "$c at once ask for 60 s" run $flash --concurrency $c \
		--arrivals waves --duration 60 --csv
	awk "BEGIN { exit !($(cell duration_s) >= 60) }"
	say $? "and do not run out of requests"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
