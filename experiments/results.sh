#!/bin/sh
# The committed results of the experiments: each file and the command that
# prints it.
#
#	sh experiments/results.sh		write them anew
#	sh experiments/results.sh check		compare
set -eu
check=${1-}
passed=0 failed=0
tmp=$(mktemp) && KEEP=$(mktemp -d)
export KEEP
trap 'rm -rf "$tmp" "$KEEP"' EXIT
while read -r file command; do
	case $file in
	''|'#'*) continue ;;
	'!'*)	file=${file#!}
		[ -z "$check" ] || continue ;;
	esac
	sh -c "$command" >"$tmp" 2>/dev/null </dev/null || [ $? -ne 2 ] || {
		echo "not ok - exit 2: $command" >&2
		failed=$((failed + 1))
	}
	if [ -z "$check" ]; then
		cp "$tmp" "$file"
	elif cmp -s "$tmp" "$file"; then
		passed=$((passed + 1))
	else
		echo "not ok - $file is stale: make results"
		diff "$file" "$tmp" | head -4 | cut -c1-200
		failed=$((failed + 1))
	fi
done <experiments/results.list
for file in README.md experiments/*/README.md; do
	if sh experiments/readme.sh ${check:+check} "$file"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
[ -z "$check" ] || echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
