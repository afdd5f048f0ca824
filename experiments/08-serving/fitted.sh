#!/bin/sh
# The facts of serving that were fitted, and to what, as Markdown.
set -eu
echo "| stack | fact | value | error | fitted to |"
echo "|---|---|---:|---:|---|"
for sheet in hw/stacks/*.csv; do
	awk "$(cat experiments/csv.awk)"'
	{
		cells($0, c)
		if (c[5] != "fitted" || c[1] !~ /^(serve_|eager|prefill_)/)
			next
		sub(/^fitted to /, "", c[6])
		sub(/: deeproof validate.*/, "", c[6])
		stack = FILENAME; sub(/.*\//, "", stack)
		sub(/\.csv$/, "", stack)
		unit = c[4] == "1" ? "" : " " c[4]
		printf "| %s | `%s` | %s%s | %s | %s |\n", stack, c[1], \
			c[2], unit, c[3], c[6]
	}' "$sheet"
done
