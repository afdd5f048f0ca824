#!/bin/sh
# explain, and what run lets one see, from the command line. Run from the root
# of the repository against ./deeproof: sh tests/explain.sh
#
# Words of an option list are meant to be split.
# shellcheck disable=SC2086
set -u
export LC_ALL=C
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0
deeproof=${DEEPROOF:-./deeproof}
v3="--hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --ctx 4096"

say() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		head -c 600 "$dir/err"
	fi
}

# is STATUS SENTENCE PATTERN ARG...: the pattern stands in what it printed.
is() {
	want=$1 sentence=$2 pattern=$3
	shift 3
	"$deeproof" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	[ $? -eq "$want" ] && { [ -z "$pattern" ] ||
		cat "$dir/out" "$dir/err" | grep -q -- "$pattern"; }
	say $? "$sentence"
}

# refuses SENTENCE PATTERN ARG...: exit 2, one sentence, nothing on stdout.
refuses() {
	is 2 "$@"
	[ ! -s "$dir/out" ] && [ "$(grep -c '^deeproof' "$dir/err")" -eq 1 ]
	say $? "$1: in one sentence"
}

# ---- what is asked ----

is 0 "a ladder ends at the prediction" '^= the prediction' explain $v3
is 0 "a ladder is CSV too" '^1,kv,KV cache,' explain $v3 --csv
last=$(tail -n 1 "$dir/out" | awk -F , '{ print $NF }')
"$deeproof" step $v3 --csv >"$dir/step"
grep -q ",${last%.*}\." "$dir/step"
say $? "its last rung is what step says"
is 0 "a measured rate stands beside it" 'prediction is' \
	explain $v3 --measured 900
is 0 "two scenarios are compared" '^other  *tp=8' explain $v3 --versus tp=8
# 64 groups of one GPU with 8 each; 8 groups of eight with 64 each.
grep -q '^sequences  8 a GPU; the other 8$' "$dir/out"
say $? "and both serve as many sequences"
is 0 "a batch that is given is an attention group's, and the GPU's is said" \
	'^sequences  8 a GPU; the other 1$' explain $v3 --versus tp=8,batch=8
is 0 "sequences of the replica stay what they are" \
	'^sequences  8 a GPU; the other 4$' explain --hw h800-sxm \
	--model deepseek-v3 --gpus 64 --concurrency 512 --ctx 4096 \
	--versus gpus=128
"$deeproof" explain $v3 --tp 8 --batch 64 --csv >"$dir/alone" 2>/dev/null
"$deeproof" explain $v3 --versus tp=8 --csv >"$dir/beside" 2>/dev/null
[ "$(tail -n 1 "$dir/alone" | awk -F , '{ print $NF }')" = \
	"$(tail -n 1 "$dir/beside" | awk -F , '{ print $NF }')" ]
say $? "the other is what it is when asked alone with as many"
is 0 "what-ifs are answered" '^free-network ' explain $v3 \
	--what-if free-network,zero-launch
is 0 "facts are moved" 'hbm.bandwidth' explain $v3 --sensitivity
for ask in "" "--versus gpus=32" "--what-if zero-launch" --sensitivity; do
	is 0 "explain $ask -o writes a file" '' explain $v3 $ask --csv \
		-o "$dir/file"
	[ -s "$dir/file" ] && [ ! -s "$dir/out" ]
	say $? "explain $ask -o prints nothing else"
done

# ---- an answer that is no ----

is 1 "what does not fit is explained, and said" 'does not fit' \
	explain $v3 --gpus 8
is 1 "another that does not fit is said" '^other  *does not fit' \
	explain $v3 --versus gpus=8
is 1 "a format that the GPU lacks has no ladder" 'tensor cores' \
	explain $v3 --hw a100-80g --kv fp8

is 1 "a format that the GPU lacks has no prefill time" 'tensor cores' \
	prefill $v3 --isl 4096 --hw a100-80g --kv fp8
is 1 "nor has it one as CSV" ',8192,,1,' \
	prefill $v3 --isl 4096 --hw a100-80g --kv fp8 --csv
! grep -qi nan "$dir/out"
say $? "and what is not known is blank"

# ---- what is malformed ----

refuses "scenarios of different models are refused" 'models differ' \
	explain $v3 --versus model=kimi-k2
refuses "an unknown column is refused with the nearest" 'mean gpus' \
	explain $v3 --versus gpsu=8
refuses "a pair without = is refused" 'has no "="' explain $v3 --versus tp
refuses "an other that differs in nothing is refused" 'no column' \
	explain $v3 --versus ''
refuses "a value that is none is refused" 'tp is "x"' \
	explain $v3 --versus tp=x
refuses "a tp of the other that divides nothing is refused" '--versus: tp' \
	explain $v3 --versus tp=3
refuses "a name of the other that is none is refused" 'h900' \
	explain $v3 --versus hw=h900-sxm
refuses "an other without a step time is refused" 'no step time' \
	explain $v3 --versus hw=a100-80g,kv=fp8
refuses "an unknown what-if is refused with the nearest" \
	'mean zero-launch' explain $v3 --what-if zero-lunch
refuses "a what-if like no other is told them all" 'perfect-balance' \
	explain $v3 --what-if qqqqqqqqqqqqq
refuses "an empty what-if is refused" 'what-if' explain $v3 --what-if ''
refuses "two questions at once are refused" 'one at a time' \
	explain $v3 --what-if zero-launch --sensitivity
refuses "a measured rate of 0 is refused" '--measured' \
	explain $v3 --measured 0
refuses "explain refuses what step refuses" 'ctx' explain $v3 --ctx 0

# ---- run --trace, --timeline ----

is 0 "run writes a trace" '' run $v3 --steps 1 --trace "$dir/t.json"
grep -q '"traceEvents":\[' "$dir/t.json"
say $? "a trace has events"
grep -q '"rank 3"' "$dir/t.json" && ! grep -q '"rank 4"' "$dir/t.json"
say $? "a trace is of four ranks"
is 0 "run traces all ranks" '' run $v3 --steps 1 --ranks all \
	--trace "$dir/t.json"
grep -q '"rank 63"' "$dir/t.json"
say $? "all ranks are all ranks"
is 0 "run writes a timeline" '' run $v3 --steps 1 --timeline "$dir/t.csv"
is 0 "which plots" '<svg' plot timeline "$dir/t.csv"
refuses "a trace that cannot be written is refused" 'nowhere/t.json' \
	run $v3 --trace "$dir/nowhere/t.json"
refuses "a trace on a full disk is refused" 'No space' \
	run $v3 --steps 1 --trace /dev/full
refuses "a timeline that cannot be written is refused" 'nowhere/t.csv' \
	run $v3 --timeline "$dir/nowhere/t.csv"
is 2 "a number of ranks that is none is refused" 'write all or a whole number' \
	run $v3 --ranks 0
is 2 "half a rank is refused" '--ranks' run $v3 --ranks 2.5
is 2 "half a step is refused" '--steps' run $v3 --steps 2.5

# A file that is killed half-way is the old one.
echo old >"$dir/t.json"
(trap '' XFSZ && ulimit -f 1 && "$deeproof" run $v3 --steps 1 \
	--trace "$dir/t.json" >/dev/null 2>"$dir/err")
[ "$(cat "$dir/t.json")" = old ] && [ "$(find "$dir" -name 't.json*' |
	wc -l)" -eq 1 ]
say $? "a trace that fails half-way leaves the old file and nothing else"

# Killed at any moment, -o is the old file or the whole new one.
whole=1
for pause in 0 0.01 0.02 0.05 0.1; do
	echo old >"$dir/kept"
	"$deeproof" sweep --hw h800-sxm --model deepseek-v3 --gpus 64 \
		--batch 1..2000 --ctx 4096 -o "$dir/kept" 2>/dev/null &
	sleep "$pause"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	[ "$(cat "$dir/kept")" = old ] || [ "$(wc -l <"$dir/kept")" -eq 2001 ]
	[ $? -eq 0 ] || whole=0
done
[ $whole -eq 1 ]
say $? "a command that is killed leaves the old file or the new one, whole"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
