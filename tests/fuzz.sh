#!/bin/sh
# A short run of every fuzzer, where clang has libFuzzer. `make fuzz` is the
# long one. FUZZ_RUNS inputs each, from a fixed seed.
set -u
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
echo 'int LLVMFuzzerTestOneInput(const char *, long);
int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' \
	>"$dir/a.c"
if ! clang -fsanitize=fuzzer,address -o "$dir/a" "$dir/a.c" 2>/dev/null; then
	echo "fuzz: skipped, clang with libFuzzer is not there"
	exit 0
fi
fuzzers=$(find tests -name "fuzz_*.c" | sort |
	sed "s,tests/\(.*\).c,build/\1,")
# shellcheck disable=SC2086
env -u MAKELEVEL -u MAKEFLAGS make -s $fuzzers >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
bad=0 nr=0
for f in $fuzzers; do
	mkdir "$dir/corpus.${f##*/}"
	if "$f" -seed=1 -runs="${FUZZ_RUNS:-4000}" -max_total_time=10 \
		-rss_limit_mb=2048 -artifact_prefix="$dir/" -close_fd_mask=2 \
		"$dir/corpus.${f##*/}" hw hw/stacks models tests/golden \
		>"$dir/log" 2>&1; then
		nr=$((nr + 1))
	else
		echo "not ok - $f"
		tail -n 40 "$dir/log"
		bad=$((bad + 1))
	fi
done
echo "fuzz: $nr passed, $bad failed"
[ $bad -eq 0 ]
