#!/bin/sh
# The command line, as a person meets it. Run from the root of the repository
# against ./deeproof: sh tests/cli.sh
#
# Words of an option list are meant to be split, and no name here is odd.
# shellcheck disable=SC2086,SC2012
set -u
. tests/said.inc

# A question that can be answered; an option given again replaces the first.
v3="--hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --ctx 4096"

# ---- every verb explains itself, and its examples run ----

answers 0 "deeproof --help lists the verbs" --help
verbs=$(sed -n 's/^  \([a-z][a-z]*\)  *[^ ].*/\1/p' "$dir/out")
equal "there are verbs to list" "$(echo "$verbs" | grep -c -x step)" 1

# The commands below "Example:", as they would be pasted: a line that goes on
# ends in a backslash.
examples() {
	awk '/^Example/ { on = 1; next }
	on && /^$/ { on = 0 }
	on && !more && !/^  deeproof / { print "not_a_command: " $0; next }
	on { more = sub(/\\$/, ""); printf "%s%s", $0, more ? "" : "\n" }
	' "$dir/out"
}

mkdir "$dir/bin" "$dir/home"
ln -s "$deeproof" "$dir/bin/deeproof"
for folder in hw models experiments; do
	ln -s "$root/$folder" "$dir/home/$folder"
done
for verb in $verbs; do
	answers 0 "deeproof $verb --help explains itself" "$verb" --help
	examples >"$dir/examples"
	[ -s "$dir/examples" ]
	say $? "deeproof $verb --help has an example"
	while read -r line; do
		(cd "$dir/home" && PATH=$dir/bin:$PATH &&
			eval "$line" >"$dir/out" 2>"$dir/err" </dev/null)
		rc=$?
		say $rc "$line"
		[ $rc -eq 0 ] || why
	done <"$dir/examples"
done

# ---- what the README gives to paste runs ----

sed -n 's/^    \(\.\/deeproof .*\)$/\1/p' README.md >"$dir/pasted"
[ -s "$dir/pasted" ]
say $? "there are commands to paste"
while read -r line; do
	sh -c "$line" >"$dir/out" 2>"$dir/err" </dev/null
	say $? "it runs as it stands: $line"
done <"$dir/pasted"

# ---- what is no verb, option or name ----

run
[ "$rc" -eq 2 ] && [ ! -s "$dir/out" ] && grep -q '^Usage' "$dir/err"
say $? "without a verb the usage goes to stderr"
refuses "an unknown verb is refused with the nearest" 'did you mean step' stepp
refuses "a checkpoint by another name is refused with whose shape it has" \
	'write "kimi-k2", whose shape it has' step --hw h200-sxm --gpus 8 \
	--model moonshotai/Kimi-K2-Thinking --batch 1 --ctx 512
refuses "V4.1 is not taken for V4, whose name is near" \
	'models; no sheet has its shape, which is not modelled' step \
	--hw h200-sxm --gpus 8 --model deepseek-v4.1-flash --batch 1 --ctx 512
refuses "a verb like no other is refused" 'no verb "frobnicate"' frobnicate
for verb in $verbs; do
	refuses "deeproof $verb refuses an unknown option" 'frobnicate' \
		"$verb" --frobnicate
done
refuses "an option without its value is refused" "requires an argument" \
	step --hw
refuses "a word too many is refused" '"extra" is one argument too many' \
	step $v3 extra
refuses "an unknown GPU is refused with the nearest" 'mean "h800-sxm"' \
	step $v3 --hw h800-sxn
refuses "an unknown stack is refused with the nearest" 'mean "sglang"' \
	step $v3 --stack sglng
refuses "an unknown model is refused with the nearest" 'mean "kimi-k2"' \
	step $v3 --model kimi-k3
refuses "a missing GPU is asked for" '--hw' step --model deepseek-v3
refuses "a missing model is asked for" '--model' step --hw h800-sxm
refuses "a missing number of GPUs is asked for" '--gpus' \
	step --hw h800-sxm --model deepseek-v3 --batch 8 --ctx 4096
refuses "a missing batch is asked for" 'batch' \
	step --hw h800-sxm --model deepseek-v3 --gpus 64 --ctx 4096
refuses "a missing context is asked for" 'ctx' \
	step --hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8

# ---- what is malformed: exit 2 ----

refuses "a tp that divides nothing is refused" 'tp = 3 does not divide' \
	step $v3 --tp 3
refuses "an ep that divides nothing is refused" 'ep = 3 does not divide' \
	step $v3 --ep 3
while read -r option value; do
	refuses "--$option $value is refused" "$option" \
		step $v3 --"$option" "$value"
	refuses "--$option $value is refused by run too" "$option" \
		run $v3 --"$option" "$value"
done <<'END'
batch 0
batch -1
batch nan
batch inf
batch 1e8
batch 1e999
batch 0x10
batch 8x
ctx -1
ctx 0
ctx nan
gpus 0
gpus 2.5
gpus 1e30
tp 0
ep -8
mtp -1
mtp 1.5
redundant -1
mem_share 1.1
tokens_per_step 0.5
weights fp7
kv fp4
overlap three-batch
balance lucky
mode prefill
date 2026-2-28
date 2026-13-99
date 2026-02-30
END

refuses "a colocated step is refused" mode step $v3 --mode colocated
refuses "requests of no length are refused" isl run $v3 --mode colocated
refuses "prefill in the same GPUs is refused, with what to use" \
	'simulated here; use mode=decode, or deeproof run' explain $v3 --mode colocated
refuses "the other scenario of explain is refused it too" \
	'not simulated' explain $v3 --versus mode=colocated
for model in kimi-k2 deepseek-v2-lite; do
	refuses "drafts of $model, which has no MTP layer, are refused" \
		"mtp is 1 and $model has no MTP layer" \
		step $v3 --model $model --mtp 1
	refuses "and so is a draft model beside $model" 'a draft model beside' \
		step $v3 --model $model --mtp 1 --tokens_per_step 1.5
done

# ---- what cannot be served: an answer, exit 1 ----

# no SENTENCE PATTERN ARG...: fits is no and the refusal has the pattern.
no() {
	sentence=$1 pattern=$2
	shift 2
	run "$@" --csv
	[ "$rc" -eq 1 ] && [ ! -s "$dir/err" ] &&
		[ "$(wc -l <"$dir/out")" -eq 2 ] && [ "$(cell fits)" = no ] &&
		cell refusal | grep -q -- "$pattern"
	good=$?
	say $good "$sentence"
	[ $good -eq 0 ] || why
}

for verb in step run; do
	no "$verb: weights that do not fit are an answer" \
		'weights .* do not fit' $verb $v3 --gpus 8
	no "$verb: KV that does not fit is an answer, and says what would" \
		'KV do not fit .* a batch of [1-9]' $verb $v3 --batch 4096
	no "$verb: a context above the model's is an answer" \
		'context of 200000 .* 163840' $verb $v3 --batch 1 --ctx 200000
	no "$verb: a dtype that the GPU lacks is an answer" \
		'no tensor cores for fp8' $verb $v3 --hw a100-80g --kv fp8
done
a100="--hw a100-80g --gpus 64 --batch 1 --ctx 4096"
# 200,000 + 10 tokens are above the 163,840 of V3; 671 GB in 8 x 80 GB.
no "a request longer than the model's context is not served" \
	'200010 tokens is above the 163840' run --hw h200-sxm \
	--model deepseek-v3 --gpus 8 --tp 8 --isl 200000 --osl 10 \
	--concurrency 2 --mode colocated
no "nor any where the weights do not fit" 'GB of weights' run \
	--hw a100-80g --model deepseek-v3 --gpus 8 --tp 8 --isl 100 --osl 10 \
	--concurrency 2 --mode colocated
refuses "a number that is too large is told the largest" \
	'write a number up to 1000000000' step --hw h200-sxm \
	--model deepseek-v3 --gpus 8 --batch 1e18 --ctx 100
no "KV in fp8 is an answer too where no tensor core has it" \
	'for fp8 KV; kv=bf16 would run' \
	step $a100 --model deepseek-v3 --weights bf16 --kv fp8
answers 0 "fp8 weights are widened where there are no such tensor cores" \
	step $a100 --model deepseek-v3 --weights fp8
answers 0 "so is what int4 experts leave in fp8" \
	step $a100 --model deepseek-v3 --weights int4
answers 0 "mxfp4 experts are widened where there are no such tensor cores" \
	step $a100 --model deepseek-v2-lite --weights mxfp4
no "index keys need tensor cores as well" \
	'for fp8 index keys; no format of weights and KV runs there' \
	step $a100 --model deepseek-v3.2 --weights bf16 --kv bf16
answers 0 "int4 experts of a bf16 checkpoint run without fp8" \
	step $a100 --model deepseek-v2-lite --weights int4
run step $v3 --gpus 8
[ "$rc" -eq 1 ] && grep -q '^fits  *no: .*do not fit' "$dir/out"
say $? "step says in words too that it does not fit, and why"

# ---- --csv is two lines and nothing else ----

for verb in step run; do
	answers 0 "$verb --csv answers" $verb $v3 --csv
	equal "$verb --csv prints two lines" "$(wc -l <"$dir/out")" 2
	equal "$verb --csv says that it fits" "$(cell fits)" yes
	equal "$verb --csv repeats the question" "$(cell ctx)" 4096
done

# ---- the same seed is the same bytes ----

run run $v3 --csv --seed 7
cp "$dir/out" "$dir/seven"
run run $v3 --csv --seed 7
cmp -s "$dir/out" "$dir/seven"
say $? "run with the same seed prints the same bytes"
run run $v3 --csv --seed 8
cmp -s "$dir/out" "$dir/seven"
say $((!$?)) "run with another seed prints others"
refuses "a seed that is none is refused" '--seed' run $v3 --seed x

# ---- step --ops: DeepSeek-V3's core attention by hand ----

# A query token of one head meets ctx latents of 512 + 64 and sums up 512 of
# each: 2 (576 + 512) FLOP; with 128 heads 278,528 FLOP a token of context. A
# token of context is 576 bf16 numbers of KV: 1152 B, read once for all heads.
fresh
answers 0 "step --ops answers" step $v3 --batch 1 --ctx 1000 --tp 1 \
	--ops "$dir/w/ops.csv"
{ sed -n 1p "$dir/w/ops.csv"; grep '^mla,' "$dir/w/ops.csv"; } >"$dir/out"
equal "an op is the core attention" "$(cell op)" mla
number "its FLOPs are 278,528 x 1000" "$(cell flop)" 278528000
number "its KV is 1152 B x 1000" "$(cell kv_B)" 1152000
number "it passes once in each of 61 layers" "$(cell passes)" 61
run step $v3 --batch 1 --ctx 1000 --tp 8 --ops "$dir/w/ops.csv"
{ sed -n 1p "$dir/w/ops.csv"; grep '^mla,' "$dir/w/ops.csv"; } >"$dir/out"
number "an eighth of the heads has an eighth of the FLOPs" "$(cell flop)" \
	34816000
number "an eighth of the heads reads all of the KV" "$(cell kv_B)" 1152000

# ---- show ----

# shows SENTENCE NAME PATTERN
shows() {
	run show "$2"
	[ "$rc" -eq 0 ] && grep -q -- "$3" "$dir/out"
	good=$?
	say $good "$1"
	[ $good -eq 0 ] || why
}

# fact KEY: its value in show --csv.
fact() {
	awk -F , -v key="$1" '$1 == key { print $2 }' "$dir/out"
}

shows "V3 has 671.03 B parameters" deepseek-v3 \
	'^params_total  *671\.03 B params'
shows "V3 has 11.61 B more with MTP" deepseek-v3 \
	'^params_mtp  *11\.61 B params'
shows "V3 keeps 70,272 B of KV a token" deepseek-v3 \
	'^kv_bytes_per_token  *70,272 B'
shows "K2 has 1026.4 B parameters" kimi-k2 '^params_total  *1026\.4'
shows "V2-Lite has 15.7 B parameters" deepseek-v2-lite '^params_total  *15\.7'
shows "a GPU has a ridge" h800-sxm '^ridge_bf16  *295\.'
shows "a stack has laws" generic '^law\.'
for path in hw/h800-sxm.csv hw/stacks/generic.csv models/deepseek-v3.json; do
	answers 0 "show takes the path $path" show "$path"
done
answers 0 "show --csv answers" show deepseek-v3 --csv
equal "show --csv has a header" "$(sed -n 1p "$dir/out")" \
	key,value,unit,origin,source
number "V3's config is shown as a fact" "$(fact hidden_size)" 7168
number "V3's KV is 61 x 576 x 2 B" "$(fact kv_bytes_per_token)" 70272
awk '/,derived,/ { on = 1 } on && !/,derived,/ { exit 1 }' "$dir/out"
say $? "show --csv prints what is derived last"
run show a100-80g --csv
equal "a GPU without FP8 has no ridge of it" "$(fact ridge_fp8)" ""
sed -n 's/[[:space:]]*$//; p' "$dir/out" | cmp -s - "$dir/out"
say $? "show leaves no blanks at the ends of its lines"
run show deepseek --csv --date 2025-03-01
number "show --date takes the sheet of that day" \
	"$(fact law.flashmla.sm90.rho)" 2036
run show deepseek --csv
number "without a date it takes the newest" \
	"$(fact law.flashmla.sm90.rho)" 3545
refuses "an unknown name is refused with the nearest of all" \
	'mean "h800-sxm"' show h800-smx
refuses "an unknown name is told the folders" 'hw/stacks' show qqqqqqqqq
answers 0 "show without a name lists them" show
grep -q '^  h800-sxm$' "$dir/out" && grep -q '^  deepseek-v3$' "$dir/out" &&
	! grep -q prior "$dir/out"
say $? "every name there is, and none that is refused"
refuses "a date of a GPU is refused" 'only a stack' \
	show h800-sxm --date 2026-01-01
refuses "a day that is none is refused" '2026-02-28' \
	show generic --date yesterday
refuses "a model's sheet is not shown as a GPU" 'write the .json' \
	show models/deepseek-v3.csv
cp models/deepseek-v3.json "$dir/home/mine.json"
shows "a config without a sheet says what it borrows" "$dir/home/mine.json" \
	'borrowed'

# ---- a checkpoint's folder that does not hold together: exit 2 ----

hold=$dir/hold
mkdir "$hold"
v3_in="$v3 --model $hold"
refuses "a folder without config.json is refused" \
	'hold: there is no config.json in this folder; give the folder' \
	step $v3_in
cp models/deepseek-v3.json "$hold/config.json"
cat >"$hold/hf_quant_config.json" <<'END'
{"quantization": {"quant_algo": "NVFP4", "group_size": 16,
 "exclude_modules": ["lm_head"]}}
END
refuses "two blocks that contradict each other are refused" \
	'hold/config.json: quantization_config says .* remove the block' \
	step $v3_in
sed -i 's/lm_head/*.wqx*/; s/NVFP4/FP8/' "$hold/hf_quant_config.json"
refuses "a glob that matches nothing is refused" \
	'config.json: .* names "\*.wqx\*", which matches no .*; remove it' \
	step $v3_in
rm "$hold/hf_quant_config.json"
echo '{"weight_map": {"model.layers.26.mlp.gate.weight": "a"}}' \
	>"$hold/model.safetensors.index.json"
refuses "an index of another model is refused" \
	'it names 27 layers, and this one has 61; take the index that' \
	step $v3_in
rm "$hold/model.safetensors.index.json"
answers 0 "the folder that is left is a model" step $v3_in

# ---- sweep ----

cat >"$dir/rows.csv" <<'END'
id,hw,model,gpus,tp,batch,ctx
good,h800-sxm,deepseek-v3,64,1,8,4096
odd,h800-sxm,deepseek-v3,64,3,8,4096
small,h800-sxm,deepseek-v3,8,1,8,4096
word,h800-sxm,deepseek-v3,64,1,x,4096
who,h900-sxm,deepseek-v3,64,1,8,4096
last,h800-sxm,deepseek-v3,64,1,8,4096
END
run sweep "$dir/rows.csv"
equal "a sweep with a bad row exits 2" "$rc" 2
equal "and answers the rest" "$(wc -l <"$dir/out")" 7
equal "a good row fits" "$(cell fits 1)" yes
equal "a bad row has no answer" "$(cell fits 2)" ""
equal "a row that does not fit says no" "$(cell fits 3)" no
cell refusal 3 | grep -q 'do not fit'
say $? "and why"
equal "the row after a bad one fits" "$(cell fits 6)" yes
for line in 3 5 6; do
	grep -q "rows.csv:${line}[: ]" "$dir/err"
	say $? "the bad row of line $line is named"
done
equal "each bad row is one sentence" "$(grep -c '^deeproof' "$dir/err")" 3

answers 0 "a grid with refusals in it is answered" sweep --hw h800-sxm \
	--model deepseek-v3 --ep 8,64,128 --batch 1..8*2 --ctx 4096
equal "a grid of 3 by 4 has 12 rows" "$(($(wc -l <"$dir/out") - 1))" 12
equal "what does not fit is among them" "$(cell fits 1)" no
equal "and what fits" "$(cell fits 5)" yes
equal "gpus follow ep" "$(cell gpus 5)" 64
cp "$dir/out" "$dir/grid"
run sweep --hw h800-sxm --model deepseek-v3 --ep 8,64,128 --batch 1..8*2 \
	--ctx 4096 --jobs 1
[ -s "$dir/out" ] && cmp -s "$dir/out" "$dir/grid"
say $? "one thread sweeps the same bytes as many"
refuses "a range that is none is refused" '--batch' sweep $v3 --batch 8..1
refuses "a grid that is too large is refused" "16000000 rows.*--yes" \
	sweep $v3 --batch 1..4000 --ctx 1..4000
run sweep $v3 --tp 1,3
equal "a grid with a misfit exits 2" "$rc" 2
equal "and answers the others" "$(cell fits 1)" yes

run sweep $v3 --mode decode,colocated
equal "a colocated row of a sweep is malformed" "$rc" 2
equal "and the other answered" "$(cell fits 1)" yes
cell refusal 2 | grep -q 'colocated is not simulated'
say $? "its refusal says so"

sed '1s/batch/bacth/; 1s/$/,overlp,node,notes/; 2,$s/$/,x,y,z/' \
	"$dir/rows.csv" >"$dir/slip.csv"
run sweep "$dir/slip.csv" --batch 8
equal "a column that is a slip of ours is kept, and named" "$(cell overlp)" x
equal "so are two" "$(grep -c '^note: .*slip.csv: column' "$dir/err")" 2
grep -q '"bacth" .*mean batch?' "$dir/err" &&
	grep -q '"overlp" .*mean overlap?' "$dir/err"
good=$?
say $good "with what was meant"
[ $good -eq 0 ] || why
run sweep "$dir/rows.csv"
equal "without a slip nothing is named" "$(grep -c '^note' "$dir/err")" 0

# ---- sweep --tpot ----

search="--hw h800-sxm --model deepseek-v3 --gpus 64 --ctx 4096 --tpot 50"
run sweep $search
found=$(cell concurrency)
closed=$(cell tpot_ms)
number "the requests follow the batch that was found" "$(cell requests)" \
	"$((10 * found))"
run sweep $search --requests 7
number "unless they are given" "$(cell requests)" 7
run sweep $search --engine run --steps 2
number "the batch is the same with --engine run" "$(cell concurrency)" \
	"$found"
[ -n "$closed" ] && [ "$(cell tpot_ms)" != "$closed" ]
say $? "but its answer is played"

# ---- sweep --max-context ----

long="--hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 --tp 8"
run sweep $long --batch 64 --max-context
found=$(cell ctx)
number "the context is the longest that fits" "$(cell max_context)" "$found"
run step $long --batch 64 --ctx "$((found + 1))" --csv
equal "one token more does not" "$rc" 1
run step $long --batch 64 --ctx 4096 --max-context
equal "a context that is given is not looked for" "$rc" 2

# ---- validate ----

cat >"$dir/measured.csv" <<'END'
id,hw,model,gpus,batch,ctx,metric,value,unit,mine
a,h800-sxm,deepseek-v3,64,8,4096,step_ms,25,ms,kept
b,h800-sxm,deepseek-v3,64,8,4096,step_ms,many,ms,
c,h800-sxm,deepseek-v3,8,8,4096,tok_s_gpu,100,tok/s/GPU,
END
run validate "$dir/measured.csv"
equal "a bad measurement makes validate exit 2" "$rc" 2
grep -q "measured.csv:3[: ]" "$dir/err"
say $? "and its line is named"
equal "validate keeps every row" "$(wc -l <"$dir/out")" 4
equal "validate keeps a column that is not ours" "$(cell mine)" kept
[ -n "$(cell predicted)" ] && [ -n "$(cell error_pct)" ]
say $? "a measured row has its prediction beside it"
equal "a bad row has none" "$(cell predicted 2)" ""
cell refusal 2 | grep -q 'value is .*many'
say $? "its refusal says what is wrong with it"
equal "and whether it fits is left open" "$(cell fits 2)" ""
equal "a row that does not fit by our count is flagged" "$(cell fits 3)" no
refuses "validate without a file asks for it" 'FILE\|file' validate
sed '1s/gpus,batch/gpuz,batch/' "$dir/measured.csv" >"$dir/slip.csv"
run validate "$dir/slip.csv"
grep -q '^note: .*"gpuz" .*mean gpus?' "$dir/err"
say $? "validate names a slip too"
cat >"$dir/others.csv" <<'END'
id,hw,model,gpus,batch,ctx,mode,metric,value,unit
a,h800-sxm,deepseek-v3,64,8,4096,,step_ms,25,ms
b,h800-sxm,deepseek-v3,64,8,4096,colocated,tpot_ms,25,ms
c,h800-sxm,deepseek-v3,64,8,4096,,itl_ms,30,ms
d,h800-sxm,deepseek-v3,64,8,4096,,ttft_ms,1,ms
e,h800-sxm,deepseek-v3,64,8,4096,colocated,tok_s_gpu,9,tok/s
f,h800-sxm,deepseek-v3,64,8,4096,,tpot_m,30,ms
END
run validate "$dir/others.csv"
equal "what is not predicted is not malformed" "$rc" 0
[ "$(grep -c 'not predicted' "$dir/err")" -eq 5 ] &&
	grep -q '^5 of 6 rows are not predicted:$' "$dir/err" &&
	grep -q '^  2 rows: colocated rows are not predicted without .*: b, e$' \
		"$dir/err" &&
	grep -q '^  1 row: metric itl_ms is not predicted; of .*: c$' "$dir/err" &&
	grep -q '^  1 row: metric tpot_m .* did you mean tpot_ms?: f$' \
		"$dir/err"
good=$?
say $good "it is counted, and named, a line a reason"
[ $good -eq 0 ] || why
equal "its reason stands in the table" "$(cell refusal 3)" \
	"metric itl_ms is not predicted; of such a row these are: tpot_ms, step_ms, tok_s_gpu, power_w, j_per_tok"
equal "the row that is predicted is" "$(cell refusal 1)" ""
# Drafts that are always and never accepted: 3 tokens a step, or 1. 129 output
# tokens are one of the prompt and 43 steps, or 128.
mtp="--hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 --tp 8 \
--concurrency 1 --requests 1 --isl 512 --osl 129 --spread 1 --mtp 2 \
--mode colocated"
run run $mtp --accept 1,1
grep -q '44 steps, 1 with prompts' "$dir/out"
say $? "drafts that are accepted save the steps that they gain"
run run $mtp --accept 0,1
grep -q '129 steps, 1 with prompts' "$dir/out"
say $? "and none where the first is not"
refuses "an acceptance too few is refused" 'as many shares as drafts' \
	run $mtp --accept 0.9
refuses "and one above 1" 'from 0 to 1' run $mtp --accept 0.9,1.2
cat >"$dir/colocated.csv" <<'END'
id,hw,stack,model,gpus,tp,ep,concurrency,isl,osl,ctx,mode,metric,value,unit
a,h200-sxm,sglang,deepseek-v3,8,8,1,2,512,64,,colocated,ttft_ms,100,ms
a,h200-sxm,sglang,deepseek-v3,8,8,1,2,512,64,,colocated,tpot_ms,10,ms
b,h200-sxm,sglang,deepseek-v3,8,8,1,2,,,900,colocated,tpot_ms,10,ms
END
run run --hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 --tp 8 \
	--ep 1 --concurrency 2 --isl 512 --osl 64 --mode colocated --csv
want="$(cell median_ttft_ms 1) $(cell median_tpot_ms 1)"
run validate "$dir/colocated.csv" --engine run
equal "a colocated row is predicted as run plays it" \
	"$(cell predicted 1) $(cell predicted 2)" "$want"
equal "requests of no length are no row" "$(cell refusal 3)" \
	"isl or osl is blank: requests have no length"
cat >"$dir/open.csv" <<'END'
id,hw,stack,model,gpus,tp,ep,requests,isl,osl,serving,mode,metric,value,unit
a,h200-sxm,sglang,deepseek-v3,8,8,1,30,512,64,arrivals=poisson;rate=20;spread=1,colocated,ttft_ms,100,ms
END
run run --hw h200-sxm --stack sglang --model deepseek-v3 --gpus 8 --tp 8 \
	--ep 1 --requests 30 --isl 512 --osl 64 --mode colocated --csv \
	--serving 'rate=9;spread=1' --arrivals poisson --rate 20
want=$(cell median_ttft_ms 1)
run validate "$dir/open.csv" --engine run
equal "a row says how its requests come, as run's options do" \
	"$(cell predicted)" "$want"
sed 's/rate=20/rate/' "$dir/open.csv" >"$dir/amiss.csv"
run validate "$dir/amiss.csv" --engine run
[ "$rc" -eq 2 ] && grep -q 'amiss.csv:2: serving says "rate" and no value' \
	"$dir/err"
say $? "and amiss it is a fault of its line"
sed 's/arrivals=[^,]*/workload=none/' "$dir/open.csv" >"$dir/amiss.csv"
run validate "$dir/amiss.csv" --engine run
[ "$rc" -eq 2 ] && grep -q 'amiss.csv:2: serving names a workload, and' \
	"$dir/err"
say $? "and so is a file of requests, which a row does not read"
for pair in 'slo=ttft=500' 'band=1'; do
	sed "s/arrivals=[^,]*/rate=20;$pair/" "$dir/open.csv" >"$dir/amiss.csv"
	run validate "$dir/amiss.csv" --engine run
	[ "$rc" -eq 2 ] && grep -q "amiss.csv:2: serving sets ${pair%%=*}, and" \
		"$dir/err"
	say $? "and ${pair%%=*}, of which a row says nothing"
done
sed 's/colocated/decode/' "$dir/open.csv" >"$dir/amiss.csv"
run validate "$dir/amiss.csv" --engine run
grep -q '1 row: serving says how requests come, and mode=decode' "$dir/err"
say $? "requests of a row that decodes are not taken for missing --engine run"
refuses "no request comes to a step" 'deeproof run plays requests' step --hw h200-sxm \
	--stack sglang --model deepseek-v3 --gpus 8 --tp 8 --ep 1 --batch 1 \
	--ctx 512 --serving spread=1
fresh
run validate "$dir/measured.csv" --summary "$dir/w/sum.csv"
equal "validate --summary writes the errors by group" \
	"$(sed -n 1p "$dir/w/sum.csv")" "by,group,rows,mape_pct,median_pct,\
bias_pct,within10_pct,within20_pct,inside_pct"
fresh
run validate "$dir/measured.csv" -o "$dir/w/good.csv" \
	--summary "$dir/w/none/sum.csv"
[ "$rc" -eq 2 ] && grep -q 'none/sum.csv.*cannot write' "$dir/err"
say $? "a summary that cannot be written is a fault"
left "then the table is not written either" ''
run validate "$dir/measured.csv" --summary "$dir/w/none/sum.csv"
[ ! -s "$dir/out" ]
say $? "nor to stdout"
run validate "$dir/measured.csv" -o /dev/full --summary "$dir/w/sum.csv"
[ "$rc" -eq 2 ] && grep -q '/dev/full.*No space' "$dir/err"
say $? "a table that cannot be written is a fault"
left "then the summary is not written either" ''
run validate "$dir/measured.csv" -o "$dir/w/good.csv" \
	--summary "$dir/w/sum.csv"
left "both are written when both can be" 'good.csv sum.csv '
refuses "sweep has no --summary" 'summary' \
	sweep $v3 --summary "$dir/w/no.csv"

# ---- requests of which none counts, or with no time between tokens ----

h200="--hw h200-sxm --stack sglang --model deepseek-r1 --gpus 8 --tp 8"
few="$h200 --concurrency 2 --isl 64 --osl 8 --requests 4 --mode colocated"
run run $few --warmup 1e6
[ "$rc" -eq 1 ] && grep -q 'within the warm-up; give' "$dir/out"
say $? "a warm-up that swallows all requests is named"
# 64 tokens of prompt never fit a room of 16.
run run $few --kv_room 16
[ "$rc" -eq 1 ] && grep -q '4 never admitted' "$dir/out" &&
	grep -q 'none was answered; give' "$dir/out"
say $? "where nobody is answered there is no time, and what would do"
# An answer of one token: n - 1 = 0 times between tokens.
run run $few --osl 1
[ "$rc" -eq 0 ] && grep -q '^TPOT *- *- *- *- *- ms$' "$dir/out" &&
	grep -q '^TTFT *[0-9.]* ' "$dir/out"
say $? "one token has a wait, and no time after it"
for odd in '--warmup 1e6' '--kv_room 16' '--osl 1'; do
	run run $few $odd
	! grep -qiwE -- '-?(nan|inf)' "$dir/out"
	say $? "and no nan is printed with $odd"
done
# An error of 0.1 of what users see, 80 %: 0.12816. Where the steps alone say
# that the logarithm is off by d, it is hypot(d, 0.12816), on either side.
ends() {
	"$deeproof" run $h200 --mode colocated --concurrency 8 --isl 8192 \
		--osl 64 --csv --set "serve_band_ttft.any=$1" |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
			NR == 2 { print $at["median_ttft_low_ms"],
				$at["median_ttft_ms"],
				$at["median_ttft_high_ms"] }'
}
both="$(ends 0) $(ends .1)"
echo "$both" | awk 'function off(x, y) { return x > y ? x - y : y - x }
	{ up = sqrt(log($3 / $2) ^ 2 + .12816 ^ 2)
	down = sqrt(log($2 / $1) ^ 2 + .12816 ^ 2)
	exit !($3 > $2 && $2 > $1 && off(log($6 / $5), up) < 1e-3 &&
		off(log($5 / $4), down) < 1e-3) }'
say $? "a band of users is wider by what serving errs: $both"
# 64 prompts of 8k and what they answer fill the room of H200 to a few per cent:
# with a little less of it they wait for one another.
knee() {
	"$deeproof" run $h200 --ep 1 --weights fp8 --mode colocated --isl 8192 \
		--osl 1024 --concurrency 64 --date 2026-05-17 --csv "$@" |
		awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
			NR == 2 { low = $at["median_ttft_ms"]
				print $at["median_ttft_high_ms"] / low }'
}
near=$(knee) said=$(knee --kv_room 600000)
echo "$near $said" | awk '{ exit !($1 > 2 && $2 < 1.4) }'
say $? "where the KV just fits, its room is in the band: $near, $said"
head -n 10 experiments/measured/served.csv >"$dir/three.csv"
run validate "$dir/three.csv" --engine run --leave-out layout
[ "$rc" -eq 0 ] && grep -q 'without its own of 1 layout group$' "$dir/err" &&
	grep -q '^ttft_ms *all *3 ' "$dir/err"
say $? "served rows are predicted without their own layout"
sed '2s/,ttft_ms,/,mfu_pct,/' "$dir/three.csv" >"$dir/odd.csv"
run validate "$dir/odd.csv" --engine run --leave-out layout
[ "$rc" -eq 0 ] && grep -q '1 of 9 rows are not predicted' "$dir/err"
say $? "a row that is not predicted is left out with no layout"
run validate "$dir/three.csv" --engine run --calibrate
[ "$rc" -eq 0 ] && grep -q '^serve_overhead.sm90@2026-05-12,' "$dir/out"
say $? "and what rests on them is fitted again"

refuses "requests have no timeline of a layer" 'no layer of a step' \
	run $few --timeline "$dir/t.csv"
refuses "--swing is blamed for itself" '^deeproof: --swing' run $few \
	--arrivals day --rate 1 --swing 2
refuses "a session of no turns is none" '^deeproof: --turns' run $few --turns 0
refuses "and a day of no length" '^deeproof: --day' run $few --arrivals day \
	--rate 1 --day 0

refuses "nobody asks by the clock" '^deeproof: --rate' run $few --rate 3
refuses "there are no times to divide" '^deeproof: --speedup' \
	run $few --speedup 2
refuses "nor a second turn" '^deeproof: --think' run $few --think 1
refuses "no rank is traced into no file" '^deeproof: --ranks' \
	run $h200 --batch 2 --ctx 64 --ranks 2
run run $few
[ "$rc" -eq 0 ] && grep -q '^capacity ' "$dir/out"
say $? "a closed loop says how near it is to saturation too"
run run $few --ranks all
[ "$rc" -eq 0 ] && grep -q '^ranks .*of 1 to 2 sequences' "$dir/out"
say $? "steps of requests are played on all ranks where that is asked"
run step $h200 --batch 9999 --ctx 99999
[ "$rc" -eq 1 ] && ! grep -q '^tok/s' "$dir/out"
say $? "what does not fit has no pace in words either"

for file in "--occupancy=$dir/f.csv" "--requests-out=$dir/f.csv" \
		--format=vllm; do
	refuses "${file%%=*} is of requests, and asks for their length" \
		'write --isl and --osl' run $h200 --batch 2 --ctx 64 $file
done
refuses "a service has a name in hw/services" 'there is no service "ptv"' \
	run --service ptv --concurrency 2 --isl 64 --osl 8
for idle in tp max_num_seqs; do
	refuses "nothing is known of a service's $idle" \
		"^deeproof: --$idle: of a service" run --service \
		hw/services/provisioned.csv --isl 64 --osl 8 --$idle 8
done
run run --service hw/services/provisioned.csv --concurrency 2 --isl 64 --osl 8 \
	--requests 4
equal "or is a sheet of one's own" "$rc" 0
cat >"$dir/one.csv" <<'END'
id,hw,stack,model,gpus,tp,ep,concurrency,requests,isl,osl,mode,metric,value,unit
a,h200-sxm,sglang,deepseek-r1,8,8,8,2,4,64,1,colocated,tpot_ms,14,ms
b,h200-sxm,sglang,deepseek-r1,8,8,8,2,4,64,1,colocated,ttft_ms,90,ms
END
run validate --engine run "$dir/one.csv"
equal "answers of one token have no time between tokens" \
	"$(cell refusal)" "an answer of one token has no time between tokens"
[ -n "$(cell predicted 2)" ] && ! grep -qw nan "$dir/err"
say $? "but a wait for it, and no error is nan"

# ---- measure ----

layout="--hw h20-96g --model deepseek-r1 --gpus 16 --tp 1 --ep 16 --mtp 1"
log=experiments/calibrate/sglang.log
run measure $log $layout
[ "$rc" -eq 0 ] && grep -q '12 of 24 dropped.*6 ramp-up, 6 tail' "$dir/err"
say $? "measure says what of a log it dropped"
# 6 lines of each of 2 ranks at 48 sequences; in the middle 121.2 and 121.3 ms
number "measure makes a row of a steady batch" "$(cell batch)" 48
number "its value is the median step" "$(cell value)" 121.25
cp "$dir/out" "$dir/steps.csv"
run validate "$dir/steps.csv"
[ "$rc" -eq 0 ] && [ -n "$(cell predicted)" ]
say $? "validate predicts what measure wrote"
run calibrate "$dir/steps.csv" -o "$dir/own.csv"
[ "$rc" -eq 0 ] && grep -q '^base,sglang,' "$dir/own.csv" &&
	grep -q '^own.sm90.net,.*:.*,fitted,.*was 1 in sglang; ' \
	"$dir/own.csv" && grep -q 'band (80 %), before and after' "$dir/err"
good=$?
say $good "calibrate writes a sheet of one's own, and what its rows were"
[ $good -eq 0 ] || why
run validate "$dir/steps.csv"
before=$(cell error_pct | tr -d -)
sed "2s|,sglang,|,$dir/own.csv,|" "$dir/steps.csv" >"$dir/again.csv"
run validate "$dir/again.csv"
awk -v a="$(cell error_pct | tr -d -)" -v b="$before" \
	'BEGIN { exit !(a != "" && a + 0 < b * 2 / 3) }'
say $? "a stack of one's own predicts one's own row by a third better"
answers 0 "calibrate --next says what to measure, and how" calibrate \
	--next hw=h200-sxm,gpus=8 $v3 --hw h200-sxm --gpus 8
grep -q 'vllm serve deepseek-v3' "$dir/out"
say $? "in the words of an engine"
refuses "calibrate --next asks for the GPUs that there are" \
	'how many GPUs there are' calibrate --next hw=h200-sxm $v3
refuses "calibrate --next knows its GPU by name" 'did you mean "h200-sxm"' \
	calibrate --next hw=h200,gpus=8 $v3
refuses "and no more of them than anybody has" 'from 1 to 100000' \
	calibrate --next hw=h200-sxm,gpus=1e12 $v3
refuses "calibrate --next reads no file" 'it is a question' \
	calibrate $log --next hw=h200-sxm,gpus=8 $v3
# 671 G parameters of a byte or less do not fit one GPU of 141 GB.
run calibrate --next hw=h200-sxm,gpus=1 $v3
[ "$rc" -eq 1 ] && grep -q 'nothing of deepseek-v3 fits' "$dir/err"
say $? "GPUs on which nothing fits are an answer: no"
refuses "calibrate needs a file" "no file is named" calibrate
refuses "calibrate refuses what is no measurement" 'Makefile: none of its' \
	calibrate Makefile
sed 's/step_ms/ttft_ms/' "$dir/steps.csv" >"$dir/ttft.csv"
run calibrate "$dir/ttft.csv"
[ "$rc" -eq 1 ] && [ ! -s "$dir/out" ] && grep -q 'no row can be predicted' \
	"$dir/err"
say $? "rows that say nothing of a step are an answer: no"
sed 1q "$dir/steps.csv" >"$dir/none.csv"
run calibrate "$dir/none.csv"
[ "$rc" -eq 1 ] && grep -q 'no row can be predicted' "$dir/err"
say $? "and so is no row at all"
refuses "fit knows an engine's log" 'it is the log of SGLang' fit $log
{ cat "$dir/steps.csv"; sed '1d; s/,sglang,/,deepseek,/' "$dir/steps.csv"; } \
	>"$dir/two.csv"
refuses "calibrate refuses rows of two stacks" 'of two stacks, sglang and deepseek' \
	calibrate "$dir/two.csv"
refuses "measure needs a file" "no file is named" measure
refuses "measure asks for a layout that the log does not say" \
	'give --hw NAME, --model NAME, --gpus N, --tp N, --ep N' \
	measure $log --mtp 1
refuses "measure refuses what no engine wrote" 'Makefile: none of its' \
	measure Makefile $layout
for slip in '--hw=h20-96' '--model=deepseek-r' '--gpus=0' '--tp=-1' \
		'--batch=0' '--ctx=0' '--concurrency=1e30'; do
	refuses "measure makes no row of $slip, which no verb would read" \
		'; did you mean\|; write a' measure $log $layout $slip
done
run measure Makefile $log $layout
[ "$rc" -eq 2 ] && [ "$(cell batch)" = 48 ]
say $? "a bad file loses no row of a good one"

# ---- fit ----

echo '{"output_throughput": 3}' >"$dir/result.json"
gemm=experiments/kernels/gemm.csv
bf16="--law law.cublas_bf16.sm90"
run fit $gemm $bf16 --fix e_f=1
[ "$rc" -eq 0 ] && head -n 1 "$dir/out" |
	grep -q '^key,value,err,unit,origin,source,note$' &&
	grep -q '^h200-sxm *fitted' "$dir/err" &&
	grep -q 'condition number' "$dir/err"
say $? "fit prints rows of a sheet, and how good they are on stderr"
equal "a fit says how to make it again" \
	"$(cell note | sed 's/;.*//')" "deeproof fit $gemm $bf16 --fix e_f=1"
run fit $gemm $bf16 --fix e_f=1 --from hw=h100-sxm --predict
equal "fit --predict prints the rows that it was not fitted to" \
	"$(grep -c ',no$' "$dir/out")" 160
run fit $gemm $bf16
[ "$rc" -eq 1 ] && [ ! -s "$dir/out" ] &&
	grep -q 'do not identify e_f.*--fix e_f=VALUE' "$dir/err"
say $? "rows that do not tell a parameter are an answer: no"
{ head -n 40 $gemm; echo 'cublas_bf16,h100,gemm,bf16,1,2,3,-4,us,me'; } \
	>"$dir/bad.csv"
run fit "$dir/bad.csv" $bf16 --fix e_f=1
[ "$rc" -eq 2 ] && grep -q "bad.csv:41:2: .*h100" "$dir/err" &&
	grep -q '^law.cublas_bf16.sm90.t0' "$dir/out"
good=$?
say $good "a bad row is named by its line, the rest is fitted, the exit is 2"
[ $good -eq 0 ] || why
run fit experiments/calibrate/all_gather.json --given hw=h200-sxm
[ "$rc" -eq 0 ] && grep -q '^wire.gather.sm90.alpha,.*nccl-tests -J 2' \
	"$dir/out" && grep -q 'the rows tell alpha, e_nvlink' "$dir/err"
say $? "fit reads what nccl-tests wrote, and says which terms it tells"
run fit experiments/calibrate/deepgemm.txt --given hw=h200-sxm
[ "$rc" -eq 0 ] && grep -q '^law.masked_deepgemm_kernel.sm90.t0' "$dir/out" &&
	grep -q 'the kernel alone' "$dir/err"
say $? "fit reads both kinds of GEMM that DeepGEMM wrote"
awk -F, 'NR == 1 || /^cublas_bf16,h200/' $gemm >"$dir/gemm.csv"
run fit "$dir/gemm.csv" --given kernel=mine
[ "$rc" -eq 0 ] && grep -q '^law.mine.sm90.t0,.*,fitted,' "$dir/out"
say $? "a kernel that no sheet has is fitted in the form of the one in its place"
refuses "fit asks for the GPU that a tool does not say" \
	'all_gather.json: it ran on "NVIDIA H200", .*--given hw=h200-sxm' \
	fit experiments/calibrate/all_gather.json
refuses "what DeepEP's test did not print is asked for once" \
	'it does not say tokens, hidden, topk, experts; give --given tokens' \
	fit experiments/calibrate/deepep.txt --given hw=h200-sxm
answers_fit() {
	run fit "$@"
	[ "$rc" -eq 0 ] && grep -q '^wire.dispatch_node.sm90.alpha' "$dir/out"
}
answers_fit experiments/calibrate/deepep.txt \
	--given hw=h200-sxm,tokens=128,hidden=7168,topk=8,experts=288
say $? "and given in one word"
run fit experiments/calibrate/cutlass.csv --given hw=h200-sxm
[ "$rc" -eq 1 ] && grep -q '^deeproof: law[.][a-z0-9_]*[.]sm90: the rows do not' \
	"$dir/err"
say $? "rows that tell nothing say of which law"
refuses "fit names a GPU that no sheet has" 'did you mean "h200-sxm"' \
	fit experiments/calibrate/all_gather.json --given hw=h200
refuses "fit refuses an option that gives nothing" '"hw" gives no column' \
	fit experiments/calibrate/all_gather.json --given hw
refuses "fit refuses the result of a benchmark client" 'neither nccl-tests' \
	fit "$dir/result.json"
refuses "fit needs a law" "no law is named" fit $gemm
refuses "fit needs a file" "no file is named" fit $bf16
refuses "a parameter that is none is refused" "no term of such a law" \
	fit $gemm $bf16 --fix e_g=1

# ---- files that cannot be read ----

printf 'key,value,err,unit,origin,source,note\narch,sm90,,name,spec,x,\nbf16,ten,,TFLOP/s,spec,x,\n' >"$dir/bad.csv"
printf 'id,hw\n1,h800-sxm\n2,"h800-sxm\n' >"$dir/quote.csv"
printf 'id,hw\n1,h800-sxm\n2\n' >"$dir/short.csv"
printf '{\n  "hidden_size": 7168,,\n}\n' >"$dir/bad.json"
{ echo id,hw; head -c 10000000 /dev/zero | tr '\0' x; echo; } >"$dir/long.csv"
refuses "a missing sheet is named" 'nowhere.csv.*No such file' \
	step $v3 --hw nowhere.csv
refuses "a malformed sheet is refused with its line" 'bad.csv:3: .*ten' \
	step $v3 --hw "$dir/bad.csv"
refuses "a malformed config is refused with its line" 'bad.json:2' \
	step $v3 --model "$dir/bad.json"
refuses "show refuses a malformed sheet with its line" 'bad.csv:3' \
	show "$dir/bad.csv"
for verb in sweep validate 'plot ep'; do
	refuses "$verb: a missing file is named" 'nowhere.csv.*No such file' \
		$verb nowhere.csv
	refuses "$verb: a missing quote is refused with its line" \
		'quote.csv:3' $verb "$dir/quote.csv"
	refuses "$verb: a short row is refused with its line" 'short.csv:3' \
		$verb "$dir/short.csv"
	refuses "$verb: a line of 10 MB is refused" 'long.csv:2.*1 MiB' \
		$verb "$dir/long.csv"
done
refuses "show: a line of 10 MB is refused" 'long.csv:2.*1 MiB' \
	show "$dir/long.csv"
DEEPROOF_DATA=$dir/w
export DEEPROOF_DATA
refuses "a data folder without the name is named" "$dir/w" step $v3
unset DEEPROOF_DATA

# ---- output that cannot be written ----

# The text is larger than a pipe holds, so that the reader is gone by then.
run sweep --hw h800-sxm --model deepseek-v3 --gpus 64 --batch 1..500 --ctx 4096
[ "$(wc -c <"$dir/out")" -gt 70000 ]
say $? "a sweep can be larger than a pipe"
"$deeproof" sweep --hw h800-sxm --model deepseek-v3 --gpus 64 --batch 1..500 \
	--ctx 4096 2>"$dir/err" | head -n 1 >"$dir/out"
[ -s "$dir/out" ] && [ ! -s "$dir/err" ]
say $? "a closed pipe is no matter for a message"

for command in "step $v3" "run $v3" "show generic" "sweep $dir/rows.csv" \
		"plot ep $dir/grid"; do
	verb=${command%% *}
	run $command -o /dev/full
	[ "$rc" -eq 2 ] && grep -q '^deeproof: /dev/full.*No space' "$dir/err"
	say $? "$verb -o on a full disk is a fault"
	"$deeproof" $command >/dev/full 2>"$dir/err"
	[ $? -eq 2 ] && grep -q '^deeproof: .*No space' "$dir/err"
	say $? "$verb to a full stdout is a fault"
	fresh
	echo old >"$dir/w/out"
	# A file of more than one block is refused by the system.
	(trap '' XFSZ && ulimit -f 1 && "$deeproof" $command -o "$dir/w/out" \
		2>&1) | cat >"$dir/err"
	grep -q '^deeproof: .*w/out.*too large' "$dir/err"
	say $? "$verb -o that fails half-way is a fault"
	left "$verb -o that fails leaves nothing beside it" 'out '
	equal "$verb -o that fails keeps the old file" \
		"$(cat "$dir/w/out")" old
	run $command -o "$dir/w/out"
	[ ! -s "$dir/out" ] && [ "$(wc -c <"$dir/w/out")" -gt 4 ]
	say $? "$verb -o replaces the old file and prints nothing"
	left "$verb -o leaves nothing beside it" 'out '
done
for command in help "help step" "help --man" --version "step --usage"; do
	"$deeproof" $command >/dev/full 2>"$dir/err"
	[ $? -eq 2 ] && [ "$(grep -c '^deeproof: .*No space' "$dir/err")" -eq 1 ]
	say $? "$command to a full stdout is a fault, said once"
done
refuses "an -o in no folder is a fault" 'nowhere/out' \
	step $v3 -o "$dir/nowhere/out"
refuses "an -o that is a folder is a fault" 'directory' step $v3 -o "$dir/w"
refuses "--ops on a full disk is a fault" '/dev/full.*No space' \
	step $v3 --ops /dev/full

# ---- plot ----

answers 0 "plot draws to stdout" plot ep "$dir/grid" --title "A <b> & c"
grep -q '<svg' "$dir/out" && grep -q '</svg>' "$dir/out"
say $? "plot writes SVG"
grep -q 'A &lt;b&gt; &amp; c' "$dir/out"
say $? "a title is escaped"
cp "$dir/out" "$dir/first"
run plot ep "$dir/grid" --title "A <b> & c"
cmp -s "$dir/out" "$dir/first"
say $? "plot draws the same bytes again"
run plot --help
for kind in roofline parity ep traffic; do
	grep -q "^  $kind " "$dir/out"
	say $? "plot --help lists the figure $kind"
done
refuses "an unknown figure is refused with the nearest" 'mean "traffic"' \
	plot trafic "$dir/grid"
refuses "a figure like no other is refused" 'write one of roofline' \
	plot frobnication "$dir/grid"
refuses "plot without a file asks for it" FILE plot ep
refuses "plot without anything asks for a kind" KIND plot
refuses "a figure whose columns are missing is refused" 'measured_step_ms' \
	plot parity "$dir/grid"
sed -n 1p "$dir/grid" >"$dir/empty.csv"
run plot ep "$dir/empty.csv" --title x
equal "a table without rows is refused" "$rc" 2

fresh
echo old >"$dir/w/out.png"
mkdir "$dir/none"
env PATH="$dir/none" "$deeproof" plot ep "$dir/grid" -o "$dir/w/out.png" \
	>"$dir/out" 2>"$dir/err"
rc=$?
[ $rc -eq 2 ] && grep -q 'install librsvg2-bin' "$dir/err"
say $? "a PNG without rsvg-convert says what to install"
printf '#!/bin/sh\nexit 3\n' >"$dir/none/rsvg-convert"
chmod +x "$dir/none/rsvg-convert"
env PATH="$dir/none" "$deeproof" plot ep "$dir/grid" -o "$dir/w/out.png" \
	>"$dir/out" 2>"$dir/err"
rc=$?
[ $rc -eq 2 ] && grep -q 'could not make the PNG' "$dir/err"
say $? "an rsvg-convert that fails is a fault"
left "a PNG that fails leaves nothing beside it" 'out.png '
equal "a PNG that fails keeps the old file" "$(cat "$dir/w/out.png")" old
if command -v rsvg-convert >/dev/null; then
	run plot ep "$dir/grid" -o "$dir/w/out.png"
	[ "$rc" -eq 0 ] && [ ! -s "$dir/out" ] &&
		[ "$(head -c 4 "$dir/w/out.png" | tail -c 3)" = PNG ]
	good=$?
	say $good "plot writes PNG"
	[ $good -eq 0 ] || why
	left "plot of a PNG leaves nothing beside it" 'out.png '
fi

# ---- check: claims ----

answers 0 "check prints its vocabulary" check --vocabulary
equal "the vocabulary has a line for tpm" \
	"$(grep -c '^tpm,tok/min,' "$dir/out")" 1
answers 0 "check prints its rules" check --rules
equal "the rules have a line for Little's law" \
	"$(grep -c '^little,' "$dir/out")" 1
refuses "an argument that is empty is named" 'an argument is empty' check ''
refuses "check without a file is refused" 'no FILE is given' check
answers_claim() {
	sentence=$1 want=$2
	shift 2
	run check "$@" --csv
	equal "$sentence" "$(cell verdict)" "$want"
}
answers_claim "one claim needs no file" plausible --hw b200-sxm \
	--model deepseek-r1 --gpus 8 --concurrency 1 'tok_s_user > 250'
answers_claim "and is judged as hard" impossible --hw b200-sxm \
	--model deepseek-r1 --gpus 8 --concurrency 1 'tok_s_user > 25,000'
# Nothing is known of software for it; 20,000 tok/s of 37 GB are 740 TB/s.
sed 's/^arch,sm100,/arch,sm110,/' hw/b200-sxm.csv >"$dir/w/sm110.csv"
answers_claim "a GPU without laws is judged by its peaks" plausible \
	--hw "$dir/w/sm110.csv" --model deepseek-r1 --gpus 8 'over 200 tok/s per user'
answers_claim "which are a limit" impossible --hw "$dir/w/sm110.csv" \
	--model deepseek-r1 --gpus 8 '20,000 tok/s per user'
answers_claim "and no forecast" plausible --hw "$dir/w/sm110.csv" \
	--model deepseek-r1 --gpus 8 --stack sglang '40,353 tok/s per GPU'
answers_claim "what stands behind it is given" holds \
	'tpm = 600; tok_s_total = 10'
refuses "a claim about nothing is refused" 'did you mean tpm' check 'tmp=4'
echo 'metric,value,given
tpm,600,tok_s_total=10' | "$deeproof" check - --csv >"$dir/out" 2>"$dir/err"
equal "claims come from stdin too" "$(cell verdict)" holds
fresh
echo 'metric,value,concurency
tpm,600,8' >"$dir/w/slip.csv"
refuses "a column that is a slip of one is refused" \
	'did you mean concurrency' check "$dir/w/slip.csv"
echo 'metric,value,colour
tpm,600,8' >"$dir/w/other.csv"
run check "$dir/w/other.csv"
equal "a column like none is noted" \
	"$(grep -c '^note: .*"colour"' "$dir/err")" 1
echo 'metric,value,verdict,reason
speed,600,holds,why' >"$dir/w/stale.csv"
run check "$dir/w/stale.csv" --csv
equal "a malformed row keeps no old verdict" "$(cell verdict)" ''
fresh
cat >"$dir/w/claims.csv" <<'END'
id,quote,system,metric,value,unit,given
a,"550,000 x 60 x 24 = 792 <billion>",S,tokens_per_day,792e9,tok/day,tpm=550000
b,it adds up,S,tpm,600,tok/min,tok_s_total=10 tok/s
END
run check "$dir/w/claims.csv" --csv --html "$dir/w/page.html"
equal "a claim that fails is exit 1" "$rc" 1
equal "its verdict is inconsistent" "$(cell verdict)" inconsistent
equal "the next row's holds" "$(cell verdict 2)" holds
equal "the input's columns are kept" "$(cell quote 2)" "it adds up"
equal "the page needs nothing beside it" \
	"$(grep -c -E "src=|href='[^#]|@import|url\(" "$dir/w/page.html")" 0
equal "the page escapes what it quotes" \
	"$(grep -c '792 &lt;billion&gt;' "$dir/w/page.html")" 1
sed '2d' "$dir/w/claims.csv" >"$dir/w/good.csv"
run check "$dir/w/good.csv"
equal "claims that hold are exit 0" "$rc" 0
sed 's/tok_s_total=10/tok_s_totl=10/' "$dir/w/claims.csv" >"$dir/w/bad.csv"
run check "$dir/w/bad.csv" --csv
equal "a malformed claim is exit 2" "$rc" 2
equal "its line, column and word are named" "$(grep -c \
	'bad.csv:3:7: "tok_s_totl".*did you mean tok_s_total' "$dir/err")" 1
equal "the row before it is judged" "$(cell verdict)" inconsistent

# What is quicker than all that is played is plausible only down to a figure
# that the sentence names: 40 ms is not below it.
run check --hw H200 --model deepseek-r1 --gpus 8 --concurrency 32 --isl 1024 \
	--osl 1024 'ttft_ms < 40'
equal "a first token below what is played may be plausible" "$(grep -c \
	'^claim: plausible (rule played' "$dir/out")" 1
equal "the sentence names how far that goes" "$(tr '\n' ' ' <"$dir/out" |
	sed 's/.*leaves room down to *\([0-9.]*\) ms.*/\1/' |
	awk '{ print ($1 > 0 && $1 <= 40) ? "yes" : $0 }')" yes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
