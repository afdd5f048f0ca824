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

# ---- what is written where ----

fresh
cp hw/h800-sxm.csv "$dir/w/my.csv"
refuses "an -o that was read is refused" 'was read, and would be written over' \
	show "$dir/w/my.csv" -o "$dir/w/my.csv"
cmp -s hw/h800-sxm.csv "$dir/w/my.csv"
say $? "and the file is whole"
ln -s my.csv "$dir/w/link.csv"
refuses "so is a file that only a descriptor names" 'would be written over' \
	step $v3 --hw "$dir/w/link.csv" -o "$dir/w/my.csv"
refuses "so is a sweep's own input" 'would be written over' \
	sweep experiments/02-ep-size/traffic.csv \
	-o "$root/experiments/02-ep-size/traffic.csv"
# 2 x 4.5 million rows take some ten seconds
timeout 5 "$deeproof" sweep --hw h100-sxm,"$dir/w/link.csv" --ep 8 \
	--model deepseek-v3 --batch 1..4500000 --ctx 4096 -o "$dir/w/my.csv" \
	>"$dir/out" 2>"$dir/err"
equal "and a grid's own sheet, before its rows are answered" $? 2
left "and nothing else was written" 'link.csv my.csv '
refuses "two outputs of one name are refused" 'over each other' \
	step $v3 --ops "$dir/w/x" -o "$dir/w/../w/x"
refuses "so are two of run" 'over each other' \
	run $v3 --trace "$dir/w/x" --timeline "$dir/w/x"
refuses "so is a second to stdout" 'over each other' step $v3 --ops -
served="--mode colocated --isl 100 --osl 10 --concurrency 8"
for two in "--requests-out $dir/w/x --occupancy $dir/w/x" \
		"--occupancy $dir/w/x -o $dir/w/x" \
		"--requests-out $dir/w/x --trace $dir/w/x"; do
	refuses "so are two of requests: ${two%% *}" 'over each other' \
		run $v3 $served $two
done
refuses "ten million clients are a slip" 'concurrency 1000000$' \
	run $v3 --mode colocated --isl 100 --osl 10 --batch '' \
	--concurrency 10000000
left "before anything is written" 'link.csv my.csv '
answers 0 "-o - is stdout" step $v3 --csv -o -
equal "the same as without" "$(cell fits)" yes
{ "$deeproof" step $v3 -o /dev/stdout; echo more; } >"$dir/out"
equal "/dev/stdout is no file to begin anew" "$(tail -n 1 "$dir/out")" more
answers 0 "--ops - is stdout too" step $v3 --ops - -o "$dir/w/words"
equal "it is the ops alone" "$(head -c 3 "$dir/out")" op,
for ending in png PDF jpg eps; do
	refuses "text to a .$ending is refused" 'only deeproof plot draws' \
		step $v3 -o "$dir/w/x.$ending"
done
refuses "a figure to a .gif is refused" 'to .svg, .png or .pdf' \
	plot ep experiments/02-ep-size/result.csv -o "$dir/w/x.gif"
left "no such file is left" 'link.csv my.csv words '
if command -v rsvg-convert >/dev/null; then
	run plot traffic tests/golden/traffic.csv -o "$dir/w/x.PDF"
	[ "$rc" -eq 0 ] && [ "$(head -c 5 "$dir/w/x.PDF")" = %PDF- ]
	good=$?
	say $good "plot writes PDF"
	[ $good -eq 0 ] || why
fi

# ---- what is said twice ----

refuses "a limit twice" '"ttft" is said twice; say it once' \
	run $v3 --mode colocated --isl 100 --osl 10 --batch '' \
	--concurrency 8 --slo ttft=5,tpot=9,ttft=6
refuses "a column twice" '"ep" is said twice; say it once' \
	explain $v3 --versus ep=8,gpus=8,ep=16
refuses "a fact twice" '"nic.bandwidth" is said twice; say it once' \
	step $v3 --set "nic.bandwidth=25GB/s; clock=2GHz; nic.bandwidth =26GB/s"
refuses "GPUs to measure on twice" '"gpus" is said twice; say it once' \
	calibrate $v3 --next hw=h800-sxm,gpus=8,gpus=16
refuses "a kind of GPU twice" '"h200-sxm" is said twice; say it once' \
	plan --hw h200-sxm,h800-sxm,h200-sxm --model deepseek-v3 --ctx 4096
refuses "a model twice" '"deepseek-v3" is said twice; say it once' \
	plan --model deepseek-v3,deepseek-v3 --ctx 4096 --tokens-day 1e9
refuses "a parameter twice" '"alpha" is said twice; say it once' \
	fit experiments/calibrate/all_reduce.json --given hw=h200-sxm \
	--fix alpha=1 --fix two_shot=1 --fix alpha=2
refuses "what is not fitted is not fixed" 'leave out --fix, or --sheet' \
	fit experiments/calibrate/all_reduce.json --given hw=h200-sxm \
	--fix alpha=1 --sheet

# ---- none is predicted ----

row=h200-sxm,sglang,deepseek-r1,8,1,8,64,4096
printf 'hw,stack,model,gpus,tp,ep,batch,ctx,metric,value,unit\n%s\n' \
	"$row,speed,20,ms" >"$dir/w/speed.csv"
run validate "$dir/w/speed.csv"
equal "validate says no where no row is predicted" "$rc" 1
echo "$row,tpot_ms,20,ms" >>"$dir/w/speed.csv"
run validate "$dir/w/speed.csv"
equal "and yes where one is" "$rc" 0

# ---- help ----

answers 0 "-h is --help" step -h
cp "$dir/out" "$dir/help"
answers 0 "help VERB is VERB --help" help step
cmp -s "$dir/out" "$dir/help"
say $? "the same text"
answers 0 "deeproof -h is --help" -h
answers 0 "--version says which" --version
grep -q '^deeproof [0-9]' "$dir/out"
say $? "with a number"
answers 0 "a verb says so too" step --version
refuses "help of no verb is refused with the nearest" 'did you mean step' \
	help stepp
run step --help
! grep -q colocated "$dir/out"
say $? "help lists no mode that is always refused"
answers 0 "show --csv without a name lists them as CSV" show --csv
equal "a line a name" "$(grep -c '^stack,generic$' "$dir/out")" 1
equal "and not what is no stack" "$(grep -c prior "$dir/out")" 0
refuses "what is no stack is not taken as one" 'no stack "prior"' \
	step $v3 --stack prior
refuses "a part of a name is enough to be asked back" 'mean "h200-sxm"' \
	step $v3 --hw h200
refuses "of two names both are said" 'mean "h20-141g" or "h20-96g"' \
	step $v3 --hw H20
refuses "r1 is deepseek-r1" 'write "deepseek-r1"' step $v3 --model r1

# ---- what would be passed over in silence ----

refuses "osl alone is no context" 'osl is given, and neither isl nor ctx' \
	step --hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --osl 512
for other in '--versus gpus=8' '--what-if host' --sensitivity; do
	refuses "--measured beside ${other%% *} is refused" \
		"${other%% *} prints none" explain $v3 --measured 99 $other
done
for verb in sweep validate 'plot traffic'; do
	from=tests/golden/traffic.csv
	[ "$verb" != validate ] || from=experiments/measured/small.csv
	run $verb $from
	cp "$dir/out" "$dir/file"
	"$deeproof" $verb - <"$from" >"$dir/out" 2>"$dir/err"
	cmp -s "$dir/file" "$dir/out"
	say $? "${verb%% *} - reads stdin"
done
# Commas, semicolons, tabs and bars are one to every verb.
for sign in ',' ';' '\t' '|'; do
	printf 'id,hw,model,gpus,tp,batch,ctx\na,h200-sxm,deepseek-v3,8,8,4,4096\n' |
		sed "s/,/$sign/g" >"$dir/w/apart"
	"$deeproof" sweep "$dir/w/apart" >"$dir/out" 2>&1
	[ "$sign" = , ] && cp "$dir/out" "$dir/file"
	grep -q '^a,h200-sxm,' "$dir/out" && cmp -s "$dir/file" "$dir/out"
	say $? "cells may stand apart by $sign"
done
# calibrate tells rows from a log by the columns' names, whatever parts them.
grep -v '"' experiments/measured/small.csv >"$dir/w/rows.csv"
run calibrate "$dir/w/rows.csv"
sed 's|fitted,[^,]*|fitted|' "$dir/out" >"$dir/file"
tr , '\t' <"$dir/w/rows.csv" | "$deeproof" calibrate - 2>"$dir/err" |
	sed 's|fitted,[^,]*|fitted|' >"$dir/out"
[ -s "$dir/out" ] && cmp -s "$dir/file" "$dir/out"
say $? "calibrate reads rows apart by tabs"
printf 'kernel,hw\n' >"$dir/w/no.csv"
"$deeproof" fit - --law law.flashmla.sm90 <"$dir/w/no.csv" >"$dir/out" 2>&1
grep -q '^deeproof: stdin: ' "$dir/out"
say $? "what fit reads on stdin is called so"
printf 'id;hw;price\n1;h800-sxm;2,50\n' >"$dir/w/semi.csv"
refuses "a decimal comma is said to be one" \
	'semi.csv:2:3: "2,50" has a decimal comma; write points in decimals' \
	sweep "$dir/w/semi.csv"

# No control byte of a cell reaches a terminal: ESC, BEL, DEL and U+009B, in an
# id, in hardware, in a column's name and in a sentence.
printf 'id,hw,metric,value,\033c\n\033[31m\177,\302\233\007,tpm,4,\n' \
	>"$dir/w/esc.csv"
{
	"$deeproof" check "$dir/w/esc.csv"
	"$deeproof" check "$(printf '3,000 tok/s at 30 \033[1mbananas')"
} >"$dir/out" 2>&1
[ "$(grep -c '\\x1b' "$dir/out")" -ge 3 ] && grep -q '\\x9b\\x07' "$dir/out" &&
	grep -q '\\x7f' "$dir/out" &&
	! LC_ALL=C tr -d '\n -~' <"$dir/out" | grep -q .
say $? "control bytes of cells are written as they are spelt"

printf 'id,hw,metric,value,\033c\n\033[31m,h200-sxm,xx,4,\n' >"$dir/w/esc.csv"
for verb in validate sweep calibrate; do
	"$deeproof" $verb "$dir/w/esc.csv" 2>"$dir/out" >"$dir/err"
	[ -s "$dir/out" ] && ! LC_ALL=C tr -d '\n -~' <"$dir/out" | grep -q .
	say $? "nor one of a note of $verb"
done

# 30,000 tok/s of 8 GPUs are 3,750 of one: a bound is no figure that is reached.
run check --hw B200 --model deepseek-r1 --gpus 8 'over 30,000 tokens per second'
tr -s ' \n' ' ' <"$dir/out" | grep -q 'there, within the bound of 3750 '
say $? "what software reaches is told from a bound that it is within"

# What runs in two stages is paid for on all their GPUs; and prompts that pass
# through them are as many as their tokens: tok/s of 16 over 4,096.
pipe="--hw h200-sxm --model deepseek-v3 --gpus 16 --tp 8 --pp 2"
run run $pipe --batch 4 --isl 64 --osl 64 --mode colocated
grep -q '^tok/s  *[0-9.]* a GPU of 16, ' "$dir/out" &&
	grep -q '^pipeline   [01][.][0-9]* of 2 stages busy' "$dir/out"
say $? "a run of a pipeline has all stages' GPUs, and says how busy they are"
# With a share of places each its batches are alike, and decode as a step says.
for s in 'vllm 2' 'sglang 2' 'trtllm 4'; do
	of="--hw h200-sxm --model deepseek-r1 --tp 8 --stack ${s% *} --pp ${s#* }
		--gpus $((8 * ${s#* }))"
	shares="--set serve_greedy_apart.any=0"
	[ "${s% *}" = trtllm ] && shares=	# its own do
	run step $of --batch 64 --ctx 2200 --csv
	step=$(cell tpot_ms)
	run run $of --pools 6:1 --concurrency 64 --max_num_seqs 64 --isl 2000 \
		--osl 400 --spread 1 --requests 320 --band 0 --csv $shares
	echo "$step $(cell median_tpot_ms)" |
		awk '{ exit !($2 > $1 * .97 && $2 < $1 * 1.03) }'
	say $? "requests in $s stages decode as steps do, within 3 %"
done
# Every stack's launch files capture graphs for what is to run: at 160 clients
# the host launches no kernels that it did not at 128, and a token takes less
# than the 160 / 128 = 1.25 times that KV and rows alone could take.
for s in vllm sglang trtllm; do
	of="--hw h200-sxm --model deepseek-r1 --gpus 8 --tp 8 --stack $s --isl 1024
		--osl 256 --mode colocated --band 0 --csv"
	run run $of --concurrency 128
	few=$(cell median_tpot_ms)
	run run $of --concurrency 160
	echo "$few $(cell median_tpot_ms)" |
		awk '{ exit !($2 > $1 && $2 < $1 * 1.25) }'
	say $? "$s: a graph is as large as what runs"
done
run prefill $pipe --isl 4096 --csv
equal "prompts in a pipeline are those of all its GPUs" \
	"$(echo "$(cell prompts_s) $(cell tok_s_gpu)" |
	   awk '{ printf "%.3f", $1 * 4096 / $2 }')" 16.000

# A sheet that is wrong is read once, and named with its line in every row.
sed 's/^clock,[^,]*/clock,1830/' hw/h800-sxm.csv >"$dir/w/slow.csv"
line=$(grep -n '^clock' "$dir/w/slow.csv" | cut -d: -f1)
refuses "a clock of 1830 GHz is a slip" "slow.csv:$line: .*is the unit right" \
	step $v3 --hw "$dir/w/slow.csv"
run sweep $v3 --hw "$dir/w/slow.csv" --batch 8,16
equal "in a sweep each row says so" \
	"$(cell refusal 2 | grep -c "slow.csv:$line: .*1830 GHz")" 1

# A setting that is wrong is blamed on itself and its row, not on the sheet
# that it changes.
printf '%s\n' hw,model,gpus,batch,ctx,set \
	h800-sxm,deepseek-v3,64,8,4096, \
	h800-sxm,deepseek-v3,64,8,4096,hbm.bandwidth=-1 >"$dir/w/set.csv"
run sweep "$dir/w/set.csv"
equal "a row whose setting is wrong is malformed" "$rc" 2
grep -q 'w/set.csv:3: "hbm.bandwidth" is -1; write more than 0' "$dir/err"
say $? "and blamed on its own line"
refuses "a setting is blamed on no sheet" \
	'^deeproof: "hbm.bandwidth" is -1; ' step $v3 --set hbm.bandwidth=-1
answers 0 "blanks around = are none of it" \
	step $v3 --set 'nic.bandwidth = 25 GB/s' --csv
answers 0 "--mem-share is --mem_share" step $v3 --mem-share 0.9 --csv
equal "with its value" "$(cell mem_share)" 0.9

# At $3.60 a GPU-hour, $0.001 a million tokens is a million tokens a second:
# 37e9 parameters are met by a token, 74e9 FLOP of 9e15 in 4 bits allow 120,000.
claim='usd_per_mtok = 0.001'
run check --hw b200-sxm --model deepseek-r1 --gpus 8 --price 3.6 "$claim"
equal "a claim of a price is judged by --price" "$rc" 1
grep -q 'because  *1 million tok/s a GPU' "$dir/out"
say $? "as the tokens that it takes"
run check --hw b200-sxm --model deepseek-r1 --gpus 8 'tok_s_gpu = 5; batch = 8'
grep -q '"batch" is no quantity; it is a column: .*--batch' "$dir/err"
say $? "a column in a claim is told where to stand"

# The sheets that are asked of are those that a setting changed: half of the
# NIC is what it is moved from.
run explain $v3 --sensitivity --set nic.bandwidth=25GB/s --csv
equal "sensitivity is asked beside a setting" "$rc" 0
grep -q '^GPU,nic.bandwidth,25,' "$dir/out"
say $? "of the fact as it is set"
run plan --hw h200-sxm --model deepseek-v3 --gpus 16 --ctx 4096 --tpot 50 \
	--tp 1 --draws 20 --set nic.bandwidth=25GB/s
grep -q '^Best, when the facts move' "$dir/out"
say $? "a plan beside a setting says how sure it is"

# What no machine comes near ends at infinity, and not at an assert.
for fact in overhead.any=1e300 law.deepgemm_fp8.sm90.t0=1e30us \
		law.deepgemm_fp8.sm90.e_b=1e-300 routing.sigma=1e300; do
	refuses "$fact is a slip" '^deeproof: "'${fact%=*}'" is 1e.*unit right' \
		step $v3 --set $fact
done
refuses "a band above 1 is a slip" 'band.grows" is 1e6; write between 0 and 1' \
	step $v3 --set band.grows=1e6
refuses "so is one expert of e to the sixth" \
	'routing.sigma" is 6; write between 0 and 5' \
	step $v3 --set routing.sigma=6
for fact in overhead.any=1e6 launch.any=1e6 routing.sigma=5 \
		band.grows=1; do
	for verb in step run 'explain --sensitivity' 'prefill --isl 4096'; do
		run $verb $v3 --set $fact --csv
		[ "$rc" -eq 0 ] && ! grep -qiE '(^|,)-?(nan|inf)' "$dir/out"
		say $? "$verb: $fact is answered in numbers"
	done
done
refuses "a prompt longer than its context is no prompt" \
	'ctx is 4096 tokens, and the prompt alone has 8192' \
	prefill $v3 --isl 8192
run prefill $v3 --ctx '' --isl 200000 --csv
equal "a prompt above the model's context is a no" "$rc" 1
equal "and has no time to its first token" "$(cell ttft_ms)" ""

# Two bytes a letter, as PowerShell's > writes them.
awk '{ gsub(/./, "&@"); print }' experiments/calibrate/sglang.log |
	tr @ '\000' >"$dir/w/wide.log"
refuses "a log in UTF-16 is told to be text" 'wide.log: .*NUL.*save .* UTF-8' \
	measure "$dir/w/wide.log" --hw h20-96g --model deepseek-r1 --gpus 16
printf 'hw,model,gpus,batch,ctx,metric,value,unit\n' >"$dir/w/none.csv"
for verb in sweep validate; do
	run $verb "$dir/w/none.csv"
	grep -q '^note: .*w/none.csv: there is no row below' "$dir/err"
	say $? "$verb: a header alone is said to be"
done

refuses "help of two verbs is one too many" '"plan" is one argument too many' \
	help step plan
# 16 H200 serve some hundreds at once: 8 hold the model, a million users do not
# fit, and it is the load that takes more, not a replica.
run plan --hw h200-sxm --model deepseek-v3 --gpus 16 --ctx 4096 --osl 512 \
	--tpot 50 --users 1000000 --tp 1 --draws 0
grep -q '^ *[0-9][0-9]*  the load takes more than what is on offer$' "$dir/out"
say $? "a load that is too large is said to be"
equal "without a table, no line is left blank twice" \
	"$(awk '!NF && !last { n++ } { last = NF } END { print n + 0 }' \
		"$dir/out")" 0

# ---- columns that nobody knows ----

cat >"$dir/w/theirs.csv" <<'END'
id,system,model_name,num_gpus,TP,batch_size,context,colour,shape
1,h800-sxm,deepseek-v3,64,1,8,4096,red,round
END
run sweep "$dir/w/theirs.csv"
for pair in system:hw model_name:model num_gpus:gpus TP:tp batch_size:batch \
		context:ctx; do
	grep -q "^note: .*column \"${pair%:*}\" .*mean ${pair#*:}?" "$dir/err"
	say $? "a column ${pair%:*} is asked whether it is ${pair#*:}"
done
grep -q '^note: .*nobody reads columns colour, shape; kept' "$dir/err"
say $? "and others are named in one line"
awk 'BEGIN {
	printf "id,hw"; for (i = 0; i < 50000; i++) printf ",c%d", i
	printf "\n1,h800-sxm"; for (i = 0; i < 50000; i++) printf ",x"
	printf "\n" }' >"$dir/w/wide.csv"
(ulimit -t 5 && "$deeproof" sweep "$dir/w/wide.csv") >"$dir/out" 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'model is not given' "$dir/err"
say $? "a header of 50,000 columns takes no minutes"

head -n 1 hw/h200-sxm.csv >"$dir/w/bare.csv"
run step --hw "$dir/w/bare.csv" --model deepseek-v3 --gpus 64 --batch 8 --ctx 1
[ "$rc" -eq 2 ] && grep -q 'w/bare.csv: no fact below the header; ' "$dir/err"
say $? "a sheet that is a header alone is named"

# ---- a clock ends ----

# Of 8 groups that share 0.3 sequences each, some are played without one.
answers 0 "a group without a sequence is played" run --hw h200-sxm \
	--model deepseek-v3 --gpus 8 --batch 0.3 --ctx 1000 --steps 1

# 4e6 sequences of 1e8 tokens are 2.8e19 B of KV at 70,272 B a token: at
# 3.35 TB/s more than 90 days, beyond the clock of the event engine.
for verb in run 'sweep --engine run'; do
	run $verb --hw h800-sxm --model deepseek-v3 --gpus 8 --batch 4000000 \
		--ctx 100000000 --csv
	equal "$verb: a step of months is a no" "$rc" 1
	equal "$verb: as an answer" "$(cell fits)" no
done

# A request is seen half-way through its output on average: 1000 + 500 / 2.
run step --hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --isl 1000 \
	--osl 500 --csv
number "the context is the prompt and half of the output" "$(cell ctx)" 1250

# ---- what a figure leaves out ----

cat >"$dir/w/gaps.csv" <<'END'
hw,ep,tok_s_gpu,fits
h800-sxm,8,100,yes
h800-sxm,16,nan,yes
some/folder/mine.csv,32,many,yes
some/folder/mine.csv,8,90,yes
END
run plot ep "$dir/w/gaps.csv"
equal "a figure with gaps is drawn" "$rc" 0
grep -q '^note: .*2 cells are not drawn.* tok_s_gpu, "nan", of line 3' \
	"$dir/err"
say $? "and says which cells are none of it"
grep -q '>mine<' "$dir/out"
say $? "a path is named by its file"

# One number of a column is a figure with gaps; none at all is a slip.
cat >"$dir/w/waits.csv" <<'END'
mechanism,ms_added,ms_total,measured_ms
GEMM,9,9,soon
attention,1,10,
END
run plot waits "$dir/w/waits.csv"
equal "a column without any number is no figure" "$rc" 2
grep -q 'waits.csv:2: measured_ms is "soon", and no row has a number' \
	"$dir/err"
say $? "and says which"

# ---- what a fit is told before it sees a row ----

# From 0 to 1 without the ends, above 0, ...: a prior that is none is a fault
# of its sheet, and no table follows that would be taken for the answer.
fresh
mkdir "$dir/w/data"
cp -r hw models "$dir/w/data/"
head -4 experiments/measured/decode.csv >"$dir/w/rows.csv"
prior() {	# KEY VALUE SAYS VERB...
	sed "s/^$1,[^,]*,/$1,$2,/" hw/stacks/prior.csv \
		>"$dir/w/data/hw/stacks/prior.csv"
	name="$1 of $2 is refused" says="prior.csv:[0-9]*: \"$1\" is $2; $3"
	shift 3
	DEEPROOF_DATA=$dir/w/data
	export DEEPROOF_DATA
	refuses "$name" "$says" "$@"
	unset DEEPROOF_DATA
}
rows=$root/experiments/measured/decode.csv
prior scatter 0 'write more than 0' validate "$rows" --leave-out layout
prior band.others 0 'write more than 0' validate "$rows" --leave-out layout
for end in 0 1; do
	for key in own.share own.near; do
		prior $key $end 'write more than 0 and less than 1' \
			calibrate "$dir/w/rows.csv"
	done
done
prior own.reach 0 'write more than 0' calibrate "$dir/w/rows.csv"

# What a claim is granted stands there too. 5e6 tok/s of no stated number of
# GPUs: by known software these make some thousands each, so more than 10.
claim='tok_s_total = 5000000'
fast="--hw h200-sxm --model deepseek-v3"
prior check.light 0 'write more than 0 and at most 1' check $fast "$claim"
prior check.faster 0.5 'write 1 or more' check $fast "$claim"
run check $fast "$claim"
equal "so many tokens are no more than a cluster makes" "$rc" 0
sed 's/^check.cluster,[^,]*,/check.cluster,10,/' hw/stacks/prior.csv \
	>"$dir/w/data/hw/stacks/prior.csv"
DEEPROOF_DATA=$dir/w/data "$deeproof" check $fast "$claim" >"$dir/out" \
	2>"$dir/err"
grep -q '^claim: implausible (rule count' "$dir/out"
say $? "but where no cluster has more than ten they are"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
