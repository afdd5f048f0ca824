#!/bin/sh
# An option that can have no effect is refused, and names what it needs. Run
# from the root of the repository: sh tests/silent.sh
#
# Words of an option list are meant to be split.
# shellcheck disable=SC2086
set -u
. tests/said.inc

where="--hw h200-sxm --stack sglang --model deepseek-v3 --ctx 4096"
eight="$where --gpus 8 --tp 8 --batch 8"
buy="$where --gpus 8 --tpot 50 --draws 0"
ask="--hw h200-sxm --stack sglang --model deepseek-r1 --gpus 8 --tp 8
	--concurrency 4 --isl 512 --osl 16 --requests 8"
asked="$ask --mode colocated"
service="--service token-api --concurrency 4 --isl 64 --osl 8"
fit="experiments/kernels/gemm.csv --law law.cublas_bf16.sm90"
log=experiments/calibrate/sglang.log
cluster="--hw h200-sxm --model deepseek-r1 --gpus 8 --tp 8 --ep 1 --mtp 1"

# ---- what needs another, or stands beside what makes it idle ----

while IFS='|' read -r verb args pattern; do
	eval "args=\"$args\""
	refuses "$verb: $pattern" "$pattern" $verb $args
done <<'END_OF_CASES'
plan|$buy --percentile 50|--percentile: .*give --ttft or --replay or --verify
plan|$buy --hit 0.5|--hit: .*give --isl
plan|$buy --mix|--mix: .*give --isl
plan|$buy --ttft 500|--ttft: .*give --isl
plan|$buy --isl 4096|--isl: .*give --osl
plan|$buy --isl 4096 --osl 512 --mix|--mix: there is one kind of GPU
plan|$buy --csv --kwh 0.1|--kwh: .*leave out --kwh, or --csv
plan|$buy --csv --against token-api|--against: .*or --csv
plan|$buy --csv --draws 20|--draws: .*or --csv
plan|$buy --front --top 3|--top: .*or --front
plan|$buy --front --verify|--verify: .*or --front
plan|$buy --front --launch x|--launch: .*or --front
plan|$buy --tpot 0|--tpot is "0"; write a number above 0
plan|$buy --rate 0|--rate is "0"; write a number above 0
plan|$buy --isl 9 --osl 9 --ttft 0|--ttft is "0"; write a number above 0
plan|$buy --requests 5|--requests: a plan asks .*leave it out
plan|$buy --mode colocated|--mode: a plan asks
plan|$buy --shard 1/2|--shard: layouts are ranked against each other
plan|$buy --resume|--resume: layouts are ranked against each other
plan|$buy --steps 5|--steps: a plan asks
prefill|$where --gpus 8 --isl 64 --requests 5|--requests: the first token
explain|$eight --requests 5|--requests: one step is explained
sweep|$eight --seed 2|--seed: .*give --engine=run
sweep|$eight --steps 2|--steps: .*give --engine=run
sweep|$eight --tpot 50|--tpot: .*or --batch
sweep|$where --gpus 8 --tpot 0|--tpot is "0"
sweep|tests/golden/traffic.csv --yes|--yes: .*or a file
validate|experiments/measured/small.csv --seed 2|--seed: .*--engine=run
run|$eight --requests 5|--requests: steps are played
run|$eight --ranks 2|--ranks: .*give --trace
run|$asked --steps 2|--steps: requests are played one by one
run|$asked --timeline x|--timeline: requests are played
run|$asked --ctx_cv 0.5|--ctx_cv: requests have the lengths
run|$asked --trace x --ranks 2|--ranks: requests are played on every
run|$asked --csv --format vllm|--format: these are two formats
run|$asked --rate 2|--rate: .*give --arrivals=poisson or
run|$asked --burstiness 2|--burstiness: .*give --arrivals=bursty
run|$asked --arrivals poisson --rate 2 --swing 1|--swing: .*--arrivals=day
run|$asked --day 60|--day: .*give --arrivals=day
run|$asked --think 2|--think: .*give --turns
run|$asked --speedup 2|--speedup: .*give --workload
run|$asked --charge 2|--charge: .*give --bucket
run|$asked --over waits|--over: .*give --bucket
run|$asked --route prefix|--route: one engine needs no router
run|$asked --host_rate 9|--host_rate: .*give --host_room
run|$service --tp 2|--tp: of a service no GPU
run|$service --mtp 1|--mtp: of a service
run|$service --max_num_seqs 4|--max_num_seqs: of a service
run|$service --replicas 2|--replicas: of a service
fit|$fit --fix e_f=0|--fix: e_f is 0; write more than 0 and at most 1
fit|$fit --fix e_f=1.5|--fix: e_f is 1.5; write more than 0 and at most 1
cost|token-api --hours|--hours: hours are columns; give --csv
cost|token-api token-api|token-api: the file is named twice
check|--vocabulary --rules|--vocabulary: these are two tables
check|x.csv --rules|--rules: .*or a file
calibrate|$log $log $cluster|sglang.log: the file is named twice
calibrate|$log ./$log $cluster|./experiments.*: the file is named twice
measure|$log $log $cluster|sglang.log: the file is named twice
calibrate|--next hw=h200-sxm,gpus=8 $log $eight|--next: .*reads no file
calibrate|--next gpus=8 $eight --stack ideal|stack ideal has no error
step|$eight --solve batch --until bound>=3|--until: that is no cond\|is a word
step|$eight --solve batch --until bound=3|bound is a word, as
step|$eight --solve batch --until tpot_ms=fast|tpot_ms is a number, as
step|$eight --solve batch --until bound>=hbm|--until: that is no condition
END_OF_CASES

# ---- what it needs being there, each is taken ----

while IFS='|' read -r verb args; do
	eval "args=\"$args\""
	answers 0 "$verb is answered: $args" $verb $args
done <<'END_OF_CASES'
plan|$buy --top 2 --verify=1 --percentile 50
plan|$buy --top 2 --replay=1 --percentile 50
plan|$buy --csv --top 1
sweep|$eight --engine run --steps 1 --seed 2
sweep|$where --gpus 8 --batch= --tpot 50
run|$asked --turns 2 --think 1
run|$asked --arrivals bursty --rate 9 --burstiness 0.5
run|$service --semaphore 2 --hit 0.5
step|$eight --solve batch --until bound=hbm
END_OF_CASES

# ---- help says the same, of options that there are ----

for verb in plan sweep run fit validate check calibrate cost; do
	"$deeproof" $verb --help | tr -s ' \n' ' ' >"$dir/help"
	for name in $(grep -o '\(needs\|not with\) --[a-z_]*\( or --[a-z_]*\)*' \
			"$dir/help" | grep -o -- '--[a-z_]*'); do
		grep -q -- "$name[=[ ]" "$dir/help" || echo "$name"
	done >"$dir/none"
	equal "what $verb's options need are options" "$(cat "$dir/none")" ""
done
"$deeproof" plan --help | tr -s ' \n' ' ' |
	grep -q -- '--percentile=P [^;]*; needs --ttft or --replay or'
say $? "help of an option names what it needs"

# ---- true answers ----

answers 1 "what to measure next of what does not fit is a no" calibrate \
	--next hw=h200-sxm,gpus=8 $eight --batch 1e5
grep -q '^fits  *no' "$dir/out"
say $? "which says why"

cp $log "$dir/copy.log"
run calibrate $log $cluster
cp "$dir/out" "$dir/once"
run calibrate $log "$dir/copy.log" $cluster
cmp -s "$dir/out" "$dir/once"
say $? "a copy of a log moves nothing more"
grep -q 'copy.log: what .* is there already; it counts once' "$dir/err"
say $? "and is named"

run fit $fit --sheet --predict
equal "rows predicted by a sheet were fitted to none" "$(cell fitted)" no
grep -q 'the sheet of stack generic as it stands; nothing was fitted' \
	"$dir/err"
say $? "and it says whose sheet predicts"

# What its README says of the files of experiments/calibrate is so.
awk '/^    deeproof fit/ || more { printf "%s", $0
	more = sub(/.*\\$/, ""); if (!more) print "" }' \
	experiments/calibrate/README.md | tr -d '\\' |
	grep -v gpu.csv >"$dir/fits"
equal "six benchmarks are fitted there" "$(grep -c . "$dir/fits")" 6
while read -r _ _ file args; do
	run fit "experiments/calibrate/$file" $args
	[ "$rc" -eq 0 ] && grep -q ',fitted,' "$dir/out"
	say $? "fit $file $args"
done <"$dir/fits"
run fit experiments/calibrate/deepep.txt --given hw=h200-sxm
grep -q 'does not say tokens, hidden, topk, experts; give --given tokens=' "$dir/err"
say $? "what a file does not say is asked for by name"

# A replica of EP16 is 16 GPUs, of EP32 32; 64 on offer hold 4 or 2 of them.
run plan $buy --gpus 64 --ep 16,32 --csv --top 99
awk -F, 'NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
	$at["ep"] != 16 && $at["ep"] != 32 { bad++ }
	$at["replicas"] != 64 / $at["ep"] { bad++ }
	END { exit bad || NR < 3 }' "$dir/out"
say $? "a plan keeps to the EP that is asked for"
answers 1 "and an EP that no replica has is a no" plan $buy --ep 100
grep -q 'no replica of 1 to 512 GPUs has such tp, pp and ep' "$dir/out"
say $? "which says so"

run plan $buy --csv --top 2 --verify=1
awk -F, 'NR == 1 { for (i = NF; i; i--) at[$i] = i; next }
	{ over[NR] = $at["tpot_over"]; ms[NR] = $at["replayed_tpot_ms"] }
	# over its limit of 50 ms by so much; the second is not replayed
	END { d = ms[2] / 50 - 1 - over[2]
		exit !(d * d < 1e-8) || over[3] != "" || ms[3] != "" }' "$dir/out"
say $? "a replay has its columns"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
