#!/bin/sh
# Every number that the stacks' sheets say was fitted end to end is what the
# fit on the measured rows gives today, to half a standard error; the bands
# likewise.
set -u
passed=0 failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
sh experiments/measured/all.sh >"$tmp/all.csv"
./deeproof validate "$tmp/all.csv" --calibrate \
	>"$tmp/fit.csv" 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
sed 1d "$tmp/fit.csv" | while IFS=, read -r key value err unit origin source note
do
	sheet=${note%%: *}
	row=$(grep "^$key," "$sheet" | cut -d, -f2,4)
	awk -v key="$key" -v sheet="$sheet" -v now="$value" -v err="$err" \
		-v unit="$unit" -v row="$row" 'BEGIN {
		split(row, was, ",")
		d = was[1] - now; if (d < 0) d = -d
		ok = was[2] == unit && d <= err / 2
		printf "%s - %s of %s: sheet %s, fit %s +- %s %s\n",
			ok ? "ok" : "not ok", key, sheet, was[1], now, err,
			unit }'
done >"$tmp/lines"
./deeproof validate "$tmp/all.csv" --leave-out layout \
	--calibrate 2>/dev/null | grep '^band\.' |
	while IFS=, read -r key value err rest
do
	awk -F, -v key="$key" -v now="$value" -v err="$err" '
		$1 == key { d = $2 - now; if (d < 0) d = -d
			ok = d <= err / 2; was = $2 }
		END { printf "%s - %s of generic.csv: sheet %s, learned %s +- %s\n",
			ok ? "ok" : "not ok", key, was, now, err }' \
		hw/stacks/generic.csv
done >>"$tmp/lines"
cat "$tmp/lines"
passed=$(grep -c '^ok' "$tmp/lines")
failed=$(grep -c '^not ok' "$tmp/lines")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
