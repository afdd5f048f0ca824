#!/bin/sh
# Every row of a stack's sheet whose note holds a `deeproof fit` command is
# what that command prints today: the law was not changed without a fit, nor
# the fit, or the times that it rests on, without the law. A row that rests
# on end-to-end runs (source experiments/measured/) has another test.
set -u
export LC_ALL=C
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0

# What a fit prints, beside the sheet: a line for each that differs by more
# than its fourth digit (value), or in its error by a tenth. Of a wire, what is
# given rather than fitted (the part beyond a node) is the sheet's own affair.
compare() {	# compare FIT SHEET
	awk -F, '
	function off(a, b, share) {
		return (a > b ? a - b : b - a) > share * (a > 0 ? a : -a)
	}
	NR == FNR {
		if ($5 == "fitted" || $1 ~ /^law/) {
			value[$1] = $2
			err[$1] = $3
		}
		next
	}
	$1 in value {
		seen[$1] = 1
		if ($6 ~ /^experiments\/measured/)
			next
		if (off(value[$1], $2, 0.002) ||
		    (err[$1] != "" && off(err[$1], $3, 0.1)))
			print FILENAME ":" FNR ": " $1 " is " $2 " +- " $3 \
				"; the fit says " value[$1] " +- " err[$1]
	}
	END {
		for (key in value)
			if (!(key in seen))
				print FILENAME ": " key " is missing; the " \
					"fit says " value[key]
	}' "$1" "$2"
}

for sheet in hw/stacks/*.csv; do
	grep '^[^#]*deeproof fit ' "$sheet" |
		sed 's/.*deeproof fit \([^;"]*\).*/\1/' >"$tmp/commands"
	while read -r args; do
		# shellcheck disable=SC2086
		if ! ./deeproof fit $args >"$tmp/fit" 2>"$tmp/said"; then
			echo "not ok - $sheet: deeproof fit $args"
			cat "$tmp/said"
			failed=$((failed + 1))
			continue
		fi
		compare "$tmp/fit" "$sheet" >"$tmp/drift"
		if [ -s "$tmp/drift" ]; then
			echo "not ok - deeproof fit $args"
			cat "$tmp/drift"
			failed=$((failed + 1))
		else
			passed=$((passed + 1))
		fi
	done <"$tmp/commands"
done
echo "fits: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
