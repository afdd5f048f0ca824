#!/bin/sh
# Everything that tries to break the program, with the times it tried and what
# failed, as a CSV on stdout: `make assault` keeps it in
# experiments/15-reliability/, whose README and the main one print it. About
# 15 minutes on two cores, one half of it on each. FUZZ_S seconds a fuzzer,
# MUTANTS of shipped files, FAULTS and KILLS as faults.sh has them; PARTS of it
# alone, by the words below.
set -u
all=$(mktemp -d) || exit 2
trap 'rm -rf "$all"' EXIT
here=$(pwd)
fuzz_s=${FUZZ_S:-60} mutants=${MUTANTS:-3000}
parts=${PARTS:-tests clang locale fuzz faults mutants lines}
unset MAKELEVEL MAKEFLAGS MFLAGS
export ASAN_OPTIONS=detect_leaks=1 CK_TIMEOUT_MULTIPLIER=4
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0

# A part has a folder of its own, and is left out where nobody wants it.
part() {	# WORD
	dir=$all/$1
	mkdir -p "$dir"
	begun=$(date +%s)
	case " $parts " in *" $1 "*) "try_$1" >"$dir/rows" ;; esac
}

# row WHAT HOW MANY FAILED REACHED, and the time since begun
row() {
	printf '%s,%s,%s,%s,%s,%s\n' "$1" "$2" "$3" $(($(date +%s) - begun)) \
		"$4" "${5-}"
	echo "assault: $1, $2: $3, $4 failed" >&2
	[ "$4" = 0 ] || { : >"$all/bad"; cat "$dir/log" >&2; }
	begun=$(date +%s)
}

# before WORD FILE: the number before it in a log.
before() {
	grep -o "[0-9]* $1" "$2" | tail -n 1 | cut -d" " -f1
}

checks() {	# HOW RUNNER
	"$2" >"$dir/log" 2>&1
	# shellcheck disable=SC2046
	set -- "$1" $(awk -F '[ ,]+' '/%: Checks: / {
		print $3, $5 + $7 }' "$dir/log" | tail -n 1)
	row "C tests" "$1" "${2:-0}" "${3:-1}"
}

try_tests() {
	checks "gcc; address and undefined-behaviour sanitizers; leaks" \
		build/san/test
}

try_clang() {
	command -v clang >/dev/null 2>&1 || return
	git clone -q "$here" "$dir/clang"
	cd "$dir/clang" || exit 2
	if make -s CC=clang deeproof build/test >"$dir/log" 2>&1; then
		checks "clang" build/test
		sh tests/golden.sh >"$dir/log" 2>&1
		row "commands" "clang prints gcc's bytes" \
			"$(before passed "$dir/log")" \
			"$(before failed "$dir/log")"
	else
		row "C tests" "clang" 0 1
	fi
	cd "$here" || exit 2
}

# A locale that writes 1,5 and groups digits, made here where it is missing.
try_locale() {
	localedef -i de_DE -f UTF-8 "$dir/de_DE.UTF-8" >/dev/null 2>&1 ||
		return
	nr=0 failed=0
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
		$nr $failed
}

# Inputs, and the code that they reached.
try_fuzz() {
	for source in tests/fuzz_*.c; do
		f=build/$(basename "$source" .c)
		make -s "$f" >"$dir/log" 2>&1 || continue  # no libFuzzer here
		begun=$(date +%s)
		mkdir -p "$dir/corpus"
		"$f" -max_total_time="$fuzz_s" -rss_limit_mb=2048 \
			-artifact_prefix="$dir/" -print_final_stats=1 \
			-close_fd_mask=2 "$dir/corpus" hw hw/stacks models \
			tests/golden >"$dir/log" 2>&1
		rc=$?
		runs=$(awk '/number_of_executed_units/ { print $2 }' \
			"$dir/log")
		edges=$(grep -o 'cov: [0-9]*' "$dir/log" | tail -n 1 |
			cut -d' ' -f2)
		rm -rf "$dir/corpus"
		row "fuzzer $(basename "$f" | sed 's/^fuzz_//')" \
			"libFuzzer; both sanitizers" "${runs:-0}" \
			$((rc != 0)) "${edges:-0} edges"
	done
}

try_faults() {
	FAULTS=${FAULTS:-200} KILLS=${KILLS:-20} sh tests/faults.sh \
		>"$dir/log" 2>&1
	kept=$begun
	row "faults" \
		"the n-th write flush close fsync rename open malloc fails" \
		"$(before made, "$dir/log" | tr -d ,)" \
		"$(before failed "$dir/log")"
	begun=$kept
	row "kills" "at the n-th such call or at a random moment" \
		"$(before kills "$dir/log")" \
		"$(grep -c '^not ok.*kill' "$dir/log")"
}

# Of every shipped sheet, model and table.
try_mutants() {
	MUTANTS=$mutants SEED=1 DEEPROOF=$here/build/san/deeproof \
		sh tests/mutants.sh >"$dir/log" 2>&1
	row "mutants" "of shipped files through the verbs; both sanitizers" \
		"$mutants" "$(grep -c '^not ok' "$dir/log")"
}

# How much of the code the tests run.
try_lines() {
	make -s coverage >"$dir/log" 2>&1
	lines=$(awk '$1 == "all" { print $5 }' "$dir/log")
	share=$(awk '$1 == "all" { print $2 }' "$dir/log")
	row "lines" "run by the C tests and two scripts of commands" \
		"${lines:-0}" 0 "${share:-0} %"
}

half() {
	for word; do part "$word"; done
}

export WORKERS=1	# of suites: the other half has the other core
half tests fuzz &
half clang locale faults mutants lines
wait
echo "what,how,runs,seconds,failed,reached"
for word in tests clang locale fuzz faults mutants lines; do
	cat "$all/$word/rows" 2>/dev/null
done
[ ! -e "$all/bad" ]
