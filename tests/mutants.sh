#!/bin/sh
# Mutants of the shipped files through the verbs that read them, with the
# sanitized program where it is built: exit 0, 1 or 2 within seconds, and with
# 2 one sentence that names the file. MUTANTS of them, from seed SEED on; what
# failed is kept in build/mutants.
set -u
export LC_ALL=C
unset DEEPROOF_DATA
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
deeproof=${DEEPROOF:-$(pwd)/deeproof}
export ASAN_OPTIONS=detect_leaks=1:exitcode=99
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
nr=${MUTANTS:-100} seed=${SEED:-1} failed=0
${CC:-gcc} -O1 -I. -o "$dir/mutant" tests/inject/mutant.c tests/damage.c ||
	exit 1
find hw models experiments tests/golden \( -name '*.csv' -o -name '*.json' \) \
	-size -400k | sort >"$dir/files"
files=$(wc -l <"$dir/files")
v3="--hw h800-sxm --model deepseek-v3 --gpus 64 --batch 8 --ctx 4096"

# The command for a file, a mutant of which stands at $1.
command_for() {
	case $2 in
	hw/stacks/*) echo "step $v3 --stack $1" ;;
	hw/*) echo "step $v3 --hw $1
show $1
run $v3 --steps 1 --hw $1" ;;
	models/*.csv) echo "show ${1%.csv}.json" ;;
	models/*.json) echo "step $v3 --model $1
show $1
prefill $v3 --isl 100 --model $1" ;;
	experiments/kernels/*) echo "fit $1 --law law.cublas_bf16.sm90 --sheet" ;;
	*/arrivals.csv) echo "run --hw h200-sxm --model deepseek-v3 --gpus 8 --workload $1" ;;
	*) echo "sweep $1 --jobs 1
validate $1 --jobs 1
check $1
plot ep $1
plot traffic $1
plot parity $1" ;;
	esac
}

for i in $(seq "$seed" $((seed + nr - 1))); do
	file=$(sed -n "$((i * 100003 % files + 1))p" "$dir/files")
	rm -rf "$dir/m"
	mkdir "$dir/m"
	case $file in
	models/*) cp "${file%.*}.json" "$dir/m/m.json"
		[ ! -e "${file%.*}.csv" ] ||
			cp "${file%.*}.csv" "$dir/m/m.csv" ;;
	esac
	at=$dir/m/m.${file##*.}
	"$dir/mutant" "$file" "$i" >"$at.new" && mv "$at.new" "$at"
	command_for "$at" "$file" >"$dir/commands"
	line=$((i / files % $(wc -l <"$dir/commands") + 1))
	# shellcheck disable=SC2046
	timeout 10 "$deeproof" $(sed -n "${line}p" "$dir/commands") \
		>/dev/null 2>"$dir/err" </dev/null
	rc=$?
	case $rc in
	0|1) continue ;;
	2) grep -q "^deeproof.*m\.[a-z]*" "$dir/err" &&
		! grep -q 'ERROR: \|runtime error' "$dir/err" && continue ;;
	esac
	failed=$((failed + 1))
	mkdir -p build/mutants
	cp "$at" "build/mutants/$i.${file##*.}"
	echo "not ok - mutant $i of $file: exit $rc:" \
		"$(sed -n "${line}p" "$dir/commands")"
	tail -c 300 "$dir/err" | sed 's/^/#   /'
done
echo "mutants: $nr through the verbs, $failed failed"
[ "$failed" -eq 0 ]
