#!/bin/sh
# Everything that tries to break the program, with the times it tried and what
# failed, as a CSV on stdout: `make assault` keeps it in
# experiments/15-reliability/, whose README and the main one print it. About
# 20 minutes on two cores. FUZZ_S seconds a fuzzer, MUTANTS of shipped files,
# FAULTS and KILLS as faults.sh has them; PARTS of it alone, by the words below.
set -u
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
here=$(pwd)
fuzz_s=${FUZZ_S:-60} mutants=${MUTANTS:-3000} bad=0
parts=${PARTS:-tests clang locale fuzz faults mutants lines}
unset MAKELEVEL MAKEFLAGS MFLAGS

wants() {
	case " $parts " in *" $1 "*) ;; *) return 1 ;; esac
}

# row WHAT HOW MANY SECONDS FAILED REACHED
row() {
	printf '%s,%s,%s,%.0f,%s,%s\n' "$1" "$2" "$3" "$4" "$5" "${6-}"
	echo "assault: $1, $2: $3 in $4 s, $5 failed" >&2
	[ "$5" = 0 ] || { bad=$((bad + 1)); cat "$dir/log" >&2; }
}

since() {
	echo $(($(date +%s) - begun))
}

# before WORD FILE: the number before it in a log.
before() {
	grep -o "[0-9]* $1" "$2" | tail -n 1 | cut -d" " -f1
}

checks() {	# WHAT HOW RUNNER
	begun=$(date +%s)
	"$3" >"$dir/log" 2>&1
	set -- "$1" "$2" $(awk -F '[ ,]+' '/%: Checks: / {
		print $3, $5 + $7 }' "$dir/log" | tail -n 1)
	row "$1" "$2" "${3:-0}" "$(since)" "${4:-1}"
}

echo "what,how,runs,seconds,failed,reached"

export ASAN_OPTIONS=detect_leaks=1 CK_TIMEOUT_MULTIPLIER=4
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
wants tests && checks "C tests" \
	"gcc; address and undefined-behaviour sanitizers; leaks" build/san/test

if wants clang && command -v clang >/dev/null 2>&1; then
	git clone -q "$here" "$dir/clang"
	begun=$(date +%s)
	if (cd "$dir/clang" && make -s CC=clang deeproof build/test) \
			>"$dir/log" 2>&1; then
		cd "$dir/clang" || exit 2
		checks "C tests" "clang" build/test
		cd "$here" || exit 2
		begun=$(date +%s)
		(cd "$dir/clang" && sh tests/golden.sh) >"$dir/log" 2>&1
		row "commands" "clang prints gcc's bytes" \
			"$(before passed "$dir/log")" "$(since)" \
			"$(before failed "$dir/log")"
	else
		row "C tests" "clang" 0 "$(since)" 1
	fi
fi

# A locale that writes 1,5 and groups digits, made here where it is missing.
if wants locale && localedef -i de_DE -f UTF-8 "$dir/de_DE.UTF-8" \
		>/dev/null 2>&1; then
	begun=$(date +%s) nr=0 failed=0
	for verb in "step --csv" "step" "explain" "run --steps 1"; do
		v3="--hw h200-sxm --model deepseek-v3 --gpus 8 --batch 8"
		# shellcheck disable=SC2086
		LC_ALL=C ./deeproof $verb $v3 --ctx 4096 >"$dir/c"
		# shellcheck disable=SC2086
		LOCPATH=$dir LC_ALL=de_DE.UTF-8 ./deeproof $verb $v3 \
			--ctx 4096 >"$dir/de"
		nr=$((nr + 1))
		cmp "$dir/c" "$dir/de" >"$dir/log" 2>&1 ||
			failed=$((failed + 1))
	done
	row "commands" "a locale with decimal commas prints the same bytes" \
		$nr "$(since)" $failed
fi

# ---- fuzzers: inputs, and the code that they reached ----

wants fuzz && for source in tests/fuzz_*.c; do
	f=build/$(basename "$source" .c)
	begun=$(date +%s)
	make -s "$f" >"$dir/log" 2>&1 || continue	# no libFuzzer here
	mkdir -p "$dir/corpus"
	"$f" -max_total_time="$fuzz_s" -rss_limit_mb=2048 \
		-artifact_prefix="$dir/" -print_final_stats=1 \
		-close_fd_mask=2 "$dir/corpus" hw hw/stacks models \
		tests/golden >"$dir/log" 2>&1
	rc=$?
	runs=$(awk '/number_of_executed_units/ { print $2 }' "$dir/log")
	edges=$(grep -o 'cov: [0-9]*' "$dir/log" | tail -n 1 | cut -d' ' -f2)
	rm -rf "$dir/corpus"
	row "fuzzer $(basename "$f" | sed 's/^fuzz_//')" \
		"libFuzzer; both sanitizers" "${runs:-0}" "$fuzz_s" \
		$((rc != 0)) "${edges:-0} edges"
done

# ---- faults and kills ----

if wants faults; then
	begun=$(date +%s)
	FAULTS=${FAULTS:-200} KILLS=${KILLS:-20} sh tests/faults.sh \
		>"$dir/log" 2>&1
	row "faults" \
		"the n-th write flush close fsync rename open malloc fails" \
		"$(before made, "$dir/log" | tr -d ,)" "$(since)" \
		"$(before failed "$dir/log")"
	row "kills" "at the n-th such call or at a random moment" \
		"$(before kills "$dir/log")" "$(since)" \
		"$(grep -c '^not ok.*kill' "$dir/log")"
fi

# ---- mutants of every shipped sheet, model and table, two at a time ----

mutated() {
	MUTANTS=$half SEED=$1 DEEPROOF=$here/build/san/deeproof \
		sh tests/mutants.sh >"$dir/$2" 2>&1
}

if wants mutants; then
	begun=$(date +%s) half=$((mutants / 2))
	mutated 1 one &
	mutated $((half + 1)) two
	wait
	cat "$dir/one" "$dir/two" >"$dir/log"
	failed=$(grep -c '^not ok' "$dir/log")
	row "mutants" "of shipped files through the verbs; both sanitizers" \
		$((2 * half)) "$(since)" "$failed"
fi

# ---- how much of the code the tests run ----

if wants lines; then
	begun=$(date +%s)
	make -s coverage >"$dir/log" 2>&1
	lines=$(awk '$1 == "all" { print $5 }' "$dir/log")
	share=$(awk '$1 == "all" { print $2 }' "$dir/log")
	row "lines" "run by the C tests and two scripts of commands" \
		"${lines:-0}" "$(since)" 0 "${share:-0} %"
fi
[ $bad -eq 0 ]
