#!/bin/sh
# Faults that are made: the n-th write, flush, close, fsync, rename, open or
# allocation fails, or the process is killed there, in every verb that writes.
# Then each file holds all of the new or all of the old, nothing lies beside
# it, the exit status is 2 and one sentence says what failed.
#
# And it is killed at random moments, KILLS of them a verb, from a fixed seed.
#
#	sh tests/faults.sh		some n
#	FAULTS=200 sh tests/faults.sh	every n up to 200
set -u
export LC_ALL=C
unset DEEPROOF_DATA
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
deeproof=${DEEPROOF:-$(pwd)/deeproof}
if ! ${CC:-gcc} -shared -fPIC -O1 -o "$dir/inject.so" tests/inject/inject.c \
		-ldl 2>"$dir/log"; then
	echo "faults: skipped, no library can be preloaded here"
	exit 0
fi
if [ -n "${FAULTS:-}" ]; then
	seldom=$(seq 1 "$FAULTS")
	often=$seldom
else
	seldom="1 2 3"
	often="1 2 3 5 8 14 21 23 55 58 144"
fi
v3="--hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --ctx 4096"
cp tests/golden/traffic.csv "$dir/traffic.csv"
head -n 8 experiments/measured/decode.csv >"$dir/rows.csv"
head -n 4 experiments/07-vendor-claims/claims.csv >"$dir/claims.csv"
mkdir "$dir/w"
injected=0 killed=0 failed=0

# What else lies there, by its name, hidden or not; nothing is started for it.
beside() {
	for file in "$dir"/w/* "$dir"/w/.[!.]*; do
		case $file in
		*/w/a|*/w/b|*/w/'*'|*/w/'.[!.]*') ;;
		*) return 0 ;;
		esac
	done
	return 1
}

fresh() {
	if beside; then
		rm -rf "$dir/w"
		mkdir "$dir/w"
	fi
	for file in a b; do echo old >"$dir/w/$file"; done
}

bad() {
	failed=$((failed + 1))
	echo "not ok - $1"
	head -c 300 "$dir/err" | sed 's/^/#   /'
}

# is FILE: what it was, or what it is to be.
whole() {
	first=
	read -r first <"$dir/w/$1" 2>/dev/null
	[ "$first" = old ] || cmp -s "$dir/w/$1" "$dir/good/$1"
}

# judge WHAT STATUS: the status, the files and the sentence.
judge() {
	if [ "$2" -eq "$good" ]; then
		cmp -s "$dir/w/a" "$dir/good/a" &&
			cmp -s "$dir/w/b" "$dir/good/b" ||
			bad "$1: exit $2 and an output is not whole"
		return
	fi
	case $1 in
	sweep:*open*|validate:*open*)	# rows whose sheet cannot be read
		grep -q 'cannot read\|cannot write' "$dir/err" && [ "$2" -eq 2 ] ||
			bad "$1: exit $2"
		injected=$((injected + 1))
		return ;;
	esac
	injected=$((injected + 1))
	if [ "$2" -ne 2 ]; then
		bad "$1: exit $2"
	elif ! whole a || ! whole b; then
		bad "$1: a file is neither old nor whole"
	elif ! grep -q '^deeproof' "$dir/err"; then
		bad "$1: no sentence"
	elif beside || [ ! -e "$dir/w/a" ] || [ ! -e "$dir/w/b" ]; then
		bad "$1: left $(ls -A "$dir/w" | tr '\n' ' ')"
	else
		case $1 in
		*malloc*|*open*|*flush*) ;;
		*) grep -q "$dir/w/\|cannot write the output" "$dir/err" ||
			bad "$1: the sentence names no file" ;;
		esac
	fi
}

# at_random VERB COMMAND: the process is killed within its first 30 ms.
at_random() {
	for ms in $(awk -v n="${KILLS:-3}" 'BEGIN { srand(1)
			for (i = 0; i < n; i++)
				printf "%.4f ", 0.001 + 0.03 * rand() }'); do
		fresh
		# shellcheck disable=SC2086
		{ timeout -s KILL "$ms" "$deeproof" $2 >/dev/null \
			2>"$dir/err" </dev/null; } 2>/dev/null
		[ $? -ne 137 ] || killed=$((killed + 1))
		whole a && whole b ||
			bad "$1: killed after $ms s, a file is cut short"
	done
}

while read -r command; do
	fresh
	# shellcheck disable=SC2086
	"$deeproof" $command >/dev/null 2>"$dir/err" </dev/null
	good=$?
	rm -rf "$dir/good"
	cp -R "$dir/w" "$dir/good"
	[ $good -ne 2 ] || bad "$command: exit 2 without a fault"
	for call in write flush close fsync rename open malloc kill; do
		case $call in
		malloc|open|kill) list=$often ;;
		*) list=$seldom ;;
		esac
		for n in $list; do
			fresh
			# shellcheck disable=SC2086
			{ timeout 20 env INJECT_CALL=$call INJECT_AT=$n \
				LD_PRELOAD="$dir/inject.so" \
				"$deeproof" $command >/dev/null \
				2>"$dir/err" </dev/null; } 2>/dev/null
			rc=$?
			what="${command%% *}: $call $n"
			if [ $rc -eq 137 ] && [ $call = kill ]; then
				killed=$((killed + 1))
				whole a && whole b ||
					bad "$what: a file is cut short"
			else
				judge "$what" $rc
			fi
			# Fewer calls than that: none of the rest comes.
			[ $rc -ne $good ] || [ $call = malloc ] || break
		done
	done
	at_random "${command%% *}" "$command"
done <<END
step $v3 -o $dir/w/a --ops $dir/w/b
run $v3 --steps 1 --trace $dir/w/a --timeline $dir/w/b
prefill $v3 --isl 4096 --csv -o $dir/w/a
explain $v3 --csv -o $dir/w/a
show deepseek-v3 -o $dir/w/a
sweep $v3 --batch 1..8 --jobs 1 -o $dir/w/a
validate $dir/rows.csv --jobs 1 -o $dir/w/a --summary $dir/w/b
fit experiments/kernels/allreduce.csv --law wire.allreduce.sm90 --sheet -o $dir/w/a
check $dir/claims.csv --csv -o $dir/w/a --html $dir/w/b
plot traffic $dir/traffic.csv -o $dir/w/a
run --hw h200-sxm --model deepseek-v3 --gpus 8 --concurrency 2 --isl 512 --osl 32 --requests 8 --mode colocated -o $dir/w/a --requests-out $dir/w/b
plan --hw h200-sxm --model deepseek-v3 --gpus 16 --tpot 50 --ctx 4096 --csv -o $dir/w/a
bundle -o $dir/w/a
END
echo "faults: $injected made, $killed kills, $failed failed"
[ "$failed" -eq 0 ]
