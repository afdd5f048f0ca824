#!/bin/sh
# Golden files: tests/golden/NAME.cmd says in its comment what to expect and
# why, then the command; NAME.out is what it printed when that was checked.
#
#	sh tests/golden.sh		compare
#	sh tests/golden.sh rewrite	print anew: review the diff like code
set -u
passed=0 failed=0
tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp"' EXIT
for cmd in tests/golden/*.cmd; do
	out=${cmd%.cmd}.out
	sh "$cmd" >"$tmp" 2>&1
	if [ "${1-}" = rewrite ]; then
		cp "$tmp" "$out"
	elif cmp -s "$tmp" "$out"; then
		passed=$((passed + 1))
	else
		echo "not ok - $cmd"
		diff "$out" "$tmp" | head -20
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
