#!/bin/sh
# A plan as a buyer meets it: several models, the front, what others ask for
# the same tokens, budgets.
set -u
. tests/said.inc

# Few layouts, quick.
few="--hw h200-sxm --stack sglang --tp 1,8 --mtp 0 --tpot 50 --draws 0"
load="--tokens-day 8e9 --isl 4096 --osl 1024"

# shellcheck disable=SC2086
total() { sed -n 's/^In all: \([0-9]*\) GPUs.*/\1/p' "$dir/out"; }

# shellcheck disable=SC2086
{
answers 0 "several models are planned, each by itself" \
	plan $few $load --model deepseek-v3,deepseek-v4-flash --top 1
sum=0
for model in deepseek-v3 deepseek-v4-flash; do
	"$deeproof" plan $few $load --model $model --top 1 --csv >"$dir/one"
	sum=$((sum + $(awk -F, 'NR == 2 { print $5 + $6 + $7 }' "$dir/one")))
done
number "and their GPUs are summed" "$(total)" "$sum"
refuses "several models do not share an offer" 'the load of each' \
	plan $few --model deepseek-v3,kimi-k2 --gpus 64 --ctx 4096
refuses "nor a launch" 'one model at a time' \
	plan $few $load --model deepseek-v3,kimi-k2 --launch "$dir/none"

answers 0 "without --hw every GPU with a price is asked" \
	plan --stack generic --model deepseek-v2-lite --ctx 4096 --tpot 50 \
	--gpus 8 --tp 1 --mtp 0 --draws 0 --top 1
priced=$(grep -l '^price,' hw/*.csv | wc -l)
number "and the best of each kind is shown" \
	"$(grep -c '^[0-9][0-9]*  *[a-z0-9-]*  *[0-9]' "$dir/out")" "$priced"
grep -q '^Of every GPU with a price: a100-80g,' "$dir/out"
say $? "which is said"

answers 0 "the front is a row a pace" \
	plan $few --model deepseek-v3 --ctx 4096 --gpus 64 --front
awk -F, 'NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
	NR > 2 && !($at["tpot_ms"] < ms && $at["tok_s_gpu"] <= rate) { bad++ }
	{ ms = $at["tpot_ms"]; rate = $at["tok_s_gpu"]; n++ }
	END { exit bad || n < 4 }' "$dir/out"
say $? "a quicker pace never has more tokens a GPU"
"$deeproof" plot pareto "$dir/out" -o "$dir/front.svg"
say $? "and the front can be drawn"

refuses "a budget below a node says the least that would do" \
	'give at least 32.00/h' \
	plan $few --model deepseek-v3 --ctx 4096 --budget 5/h
answers 1 "a budget of a node that does not hold the model is a no" \
	plan --hw h100-sxm --model deepseek-v3 --ctx 4096 --tpot 50 --tp 1 \
	--draws 0 --budget 24/h
# 730 hours of each GPU at the price of its kind, whichever is the first.
answers 0 "each kind of GPU has its price" plan $few $load --hw \
	h100-sxm,h200-sxm --model deepseek-v4-flash --price 1.5,7 --top 400 --csv
at() { head -n 1 "$dir/out" | tr , '\n' | grep -n -x "$1" | cut -d: -f1; }
awk -F, -v d="$(at decode_gpus)" -v p="$(at prefill_gpus)" -v m="$(at usd_month)" \
	-v hw="$(at hw)" 'NR > 1 { n[$hw]++
		usd = 730 * ($d + $p) * ($hw == "h100-sxm" ? 1.5 : 7)
		if ($m / usd > 1.00001 || $m / usd < 0.99999) bad++ }
	END { exit bad || !n["h100-sxm"] || !n["h200-sxm"] }' "$dir/out"
say $? "and a month costs that"
refuses "as many prices as kinds of GPU" 'as many, in the same order' \
	plan $few $load --model deepseek-v4-flash --price 1,2
refuses "a price of nothing is none" '"0" is no price' \
	plan $few $load --model deepseek-v4-flash --hw h100-sxm,h200-sxm --price 0,2
refuses "an offer that is none is refused with the nearest" \
	'did you mean "token-api"' \
	plan $few $load --model deepseek-v4-flash --against token-apo
answers 0 "a plan stands beside an offer" \
	plan $few $load --model deepseek-v4-flash --against token-api
grep -q '^token-api .* level at .* % of what these GPUs do' "$dir/out" ||
	grep -q '^token-api .* never dearer' "$dir/out"
say $? "with the load at which they are level, or none"
}

answers 0 "offers are compared" cost token-api model-unit --isl 2048 --osl 1024
grep -q 'never: full' "$dir/out"
say $? "a break-even beyond the capacity is none"
refuses "an offer has to be named" 'no offer is named' cost
refuses "--against nothing is refused" 'no offer is named' plan --hw h800-sxm \
	--model deepseek-v3 --gpus 32 --ctx 4096 --against ''
refuses "nobody has 1e15 GPUs on offer" 'up to 1000000000' plan --hw h800-sxm \
	--model deepseek-v3 --gpus 1e15 --ctx 4096
refuses "a front has no replay" 'leave out --replay, or --front' plan --hw h800-sxm \
	--model deepseek-v3 --gpus 32 --ctx 4096 --tpot 50 --front --replay
refuses "hours are columns" 'give --csv' cost token-api --hours
printf 'key,value,err,unit,origin,source,note\ndiscount,2,,1,assumed,me,\n' \
	>"$dir/gift.csv"
refuses "a discount above all is refused" 'a share below 1' \
	cost "$dir/gift.csv"
printf 'key,value,err,unit,origin,source,note\nfixed,2,,GB,assumed,me,\n' \
	>"$dir/gift.csv"
refuses "a price in bytes is refused" 'gift.csv' cost "$dir/gift.csv"

# What would have to be asked for instead: asked for, it serves.
# shellcheck disable=SC2086
{
run plan $few --gpus 5 --model deepseek-v3 --ctx 4096
least=$(sed -n 's/^The smallest that serves takes \([0-9]*\) GPUs.$/\1/p' \
	"$dir/out")
answers 0 "as many GPUs as the smallest takes are enough" plan $few \
	--gpus "$least" --model deepseek-v3 --ctx 4096
answers 1 "and one less is not" plan $few --gpus $((least - 1)) \
	--model deepseek-v3 --ctx 4096
answers 0 "prompts may go to two kinds, a layout being one" plan \
	--hw h200-sxm,h20-141g --model deepseek-v3 --stack sglang --tp 1 \
	--ep 8,16 --isl 4096 --osl 1024 --tpot 50 --mix --rate 10 --draws 0
run plan $few --gpus 16 --model deepseek-v3 --ctx 4096 --tpot 1
least=$(sed -n 's/^None serves below \([0-9.]*\) ms a token.$/\1/p' "$dir/out")
answers 0 "the least time a token of all is one that is kept" plan $few \
	--gpus 16 --model deepseek-v3 --ctx 4096 --tpot "$(echo "$least" |
	awk '{ print $1 + 0.01 }')"
answers 1 "and less is not" plan $few --gpus 16 --model deepseek-v3 \
	--ctx 4096 --tpot "$(echo "$least" | awk '{ print $1 - 0.01 }')"
# 671 GB of weights are more than three GPUs hold: that is no matter of time
run plan $few --gpus 3 --tokens-day 1e6 --model deepseek-v3 --isl 4096 --osl 64
! grep -q 'first token in the time' "$dir/out" &&
	grep -q 'on offer reads prompts apart' "$dir/out"
say $? "a first token is not late where none was asked in time"
run plan $few --tokens-day 1e6 --model deepseek-v3 --isl 4096 --osl 64 --ttft 1
grep -q 'no layout brings the first token in the time' "$dir/out"
say $? "and is where it was"
first=$(sed -n 's/^No first token comes before \([0-9]*\) ms.$/\1/p' "$dir/out")
answers 1 "no first token comes before the least time" plan $few \
	--tokens-day 1e6 --model deepseek-v3 --isl 4096 --osl 64 --ttft "$first"
# who comes meets a step of decode, of up to 50 ms, before a pass of its own
answers 0 "one comes a step of decode later" plan $few --tokens-day 1e6 \
	--model deepseek-v3 --isl 4096 --osl 64 --ttft $((first + 50))

run plan $few --model deepseek-v2-lite --gpus 4 --isl 100 --osl 1 --rate 1 \
	--tpot 5 --replay=1
grep -q 'a token none; the first P50' "$dir/out" &&
	grep -q 'a time a token of 5 ms is not known: no answer has one$' \
		"$dir/out"
say $? "answers of one token have no time a token"
}

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
